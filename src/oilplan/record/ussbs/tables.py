"""The hand-made tables that the reading of the tabulation rests on, one CSV each in ``data``.

``recalled_raids`` is from memory, not looked up: it may move a date and never confirms one.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

RecalledDates = dict[date, bool | None]
"""Day of a recalled raid, and whether it was by night (None: not recalled)."""


class ForceRule(NamedTuple):
    """A force that cannot be right at a target, and the force to take instead.

    match: what ``key`` is compared with: plant, location, name (``LOCATION|NAME``), code4 or code5 (the
        first figures of a target code of 4 or 5 figures)
    aircraft_per_line_below: the rule holds only for lines smaller than this; infinite where it always holds
    """

    match: str
    key: str
    force_read: str
    force_taken: str
    aircraft_per_line_below: float
    reason: str


class PlaceDoubt(NamedTuple):
    """A place whose plant is uncertain, with another plant where the heading is known to be carried over."""

    location: str
    name: str
    year_read: str
    plant_id: str
    target_class: str
    reason: str


class DateCorrection(NamedTuple):
    """One row's date set by hand, found by what the row says and not by where it stands in the file."""

    date: date
    night: bool
    reason: str


TABLES = ("force_rules", "doubtful_places", "corrections", "recalled_raids", "calendar_places")


def table_fingerprint() -> dict[str, str]:
    """SHA-256 of every table of this module, by name, for a manifest."""
    return {name: hashlib.sha256(_bytes(name)).hexdigest() for name in TABLES}


def _bytes(name: str) -> bytes:
    return resources.files("oilplan.record.ussbs").joinpath(f"data/{name}.csv").read_bytes()


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(_bytes(name).decode("utf-8").splitlines()))


@cache
def force_rules() -> tuple[ForceRule, ...]:
    """Every rule of ``force_rules.csv``, in its order: the first that fits a row is taken."""
    below = "aircraft_per_line_below"
    rules: Iterable[dict[str, Any]] = _rows("force_rules")
    return tuple(ForceRule(**r | {below: float(r[below] or "inf")}) for r in rules)


@cache
def doubts() -> tuple[PlaceDoubt, ...]:
    """Every place of ``doubtful_places.csv``; an empty cell stands for any value."""
    return tuple(PlaceDoubt(**r) for r in _rows("doubtful_places"))


@cache
def corrections() -> dict[tuple[str, ...], DateCorrection]:
    """Corrections by hand, by (location, name, day, month, year, clock, tons) as the sheet has them.

    Tons are the text of the number in its shortest form: 536, 304.25.
    """
    keys = ("location", "name", "day_read", "month_read", "year_read", "time_read")
    return {
        (*(r[k] for k in keys), f"{float(r['tons_read']):g}"): DateCorrection(
            date.fromisoformat(r["date"]), r["night"] == "1", r["reason"]
        )
        for r in _rows("corrections")
    }


@cache
def recalled_dates(plant_id: str, force: str) -> RecalledDates:
    """Days on which a force is recalled to have attacked a plant, or the places that stand for it; none for an unknown force.

    plant_id: as in the record's table of raid targets
    """
    by_place = _recalled_by_place()
    places = [plant_id, *(r["place"] for r in _rows("calendar_places") if r["plant_id"] == plant_id)]
    return {day: night for place in places for day, night in by_place.get((place, force), {}).items()}


@cache
def _recalled_by_place() -> dict[tuple[str, str], RecalledDates]:
    found: dict[tuple[str, str], RecalledDates] = {}
    for r in _rows("recalled_raids"):
        night = None if r["night"] == "" else r["night"] == "1"
        found.setdefault((r["place"], r["force"]), {})[date.fromisoformat(r["date"])] = night
    return found
