"""The variables of a sweep's folder: axes, kind of number, unit and meaning. Axes by name; see `template`."""

from __future__ import annotations

from typing import NamedTuple

from ..outcomes import MEANINGS, UNITS


class Variable(NamedTuple):
    """axes: names of its dimensions; kind: of number; unit, meaning: for its attributes."""

    axes: tuple[str, ...]
    kind: str
    unit: str
    meaning: str


OF_DRAW = ("law", "directive", "draw")
OF_MONTH = (*OF_DRAW, "month")
OF_FLOWN = ("law", "draw", "month")
OUTCOMES = {name: Variable(OF_DRAW, "float64", unit, MEANINGS[name]) for name, unit in UNITS.items()}
"""Kept in 64 bits: the very numbers that a comparison of the same block makes."""
MONTHLY = {
    "aviation_gasoline_by_month": Variable(OF_MONTH, "float32", "t a month", "aviation gasoline delivered"),
    "motor_fuel_by_month": Variable(OF_MONTH, "float32", "t a month", "motor gasoline and diesel delivered"),
    "as_flown_believed": Variable(OF_FLOWN, "float32", "1", "share of national output believed, raids as flown, mean"),
    "as_flown_worked": Variable(OF_FLOWN, "float32", "1", "share of national output worked, raids as flown, mean"),
}
VARIABLES = OUTCOMES | MONTHLY
DONE = "done"
DONE_MEANING = "1 where the chunk of this law and block of draws is whole; written last"
