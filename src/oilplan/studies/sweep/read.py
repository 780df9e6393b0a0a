"""A sweep's folder read back: the values of every draw, and the summary that `oilplan compare` makes of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import zarr

from ...errors import OilplanError
from ...flight.as_flown import as_flown
from ...flight.force_facts import force_facts
from ...model.oil import oil_system
from ...record import Record
from ..compare import base_of, summary_of
from ..outcomes import Effort, beyond_record
from .flight import missing_chunks
from .grid import DEFAULT_LAW
from .store import IDENTITY, OUTCOMES, TITLE, arms_of_told, array_of, open_existing, told_of


class SweepRead(NamedTuple):
    """place: folder or URL; group: its Zarr group; laws: names; identity: what it was made from."""

    place: str
    group: zarr.Group
    laws: list[str]
    identity: dict


def read_sweep(place: str) -> SweepRead:
    """A finished sweep. Raises OilplanError for a place that holds none, or one whose chunks are not all there."""
    group = open_existing(place)
    if group is None or told_of(group, "title") != TITLE or not told_of(group, IDENTITY):
        raise OilplanError(f"{place}: holds no sweep; expected a folder that `oilplan sweep` made.")
    left = len(missing_chunks(group))
    if left:
        raise OilplanError(f"{place}: {left} chunks are missing; run the same `oilplan sweep` again to finish it.")
    return SweepRead(place, group, list(told_of(group, "grid")["laws"]), told_of(group, IDENTITY))


def default_law(made: SweepRead) -> str:
    """The law to read where none is named: the engine's own if it was flown, else the first."""
    return DEFAULT_LAW.name if DEFAULT_LAW.name in made.laws else made.laws[0]


def sweep_summary(made: SweepRead, record: Record, law: str | None = None, base: str | None = None) -> dict:
    """The summary of a comparison (`oilplan.studies.compare.summary_of`) from all draws of one law.

    record: the one that the sweep was made with; law: default `default_law`; base: as for `compare`
    Raises OilplanError for a law or base that was not flown, or another record.
    """
    law = law or default_law(made)
    if law not in made.laws:
        raise OilplanError(f"--law '{law}' was not flown; the sweep has: {'; '.join(made.laws)}.")
    if record.hash != made.identity["record"]:
        raise OilplanError(
            f"{made.place}: was made with another record; give the same --record. The draws open with"
            " xarray all the same."
        )
    grid = made.identity["grid"]
    arms = arms_of_told(grid["directives"])
    values = outcome_values(made, law, [a.name for a in arms])
    at = made.laws.index(law)
    made_of = {
        "draws": grid["draws"],
        "seed": made.identity["seed"],
        "from": grid["from"],
        "record": record.hash,
        "posterior": made.identity["posterior"],
    }
    believed, worked = (np.asarray(array_of(made.group, "as_flown_" + w)[at]) for w in ("believed", "worked"))
    efforts = [np.asarray(array_of(made.group, name)[at]) for name in Effort._fields]
    raids = _raid_facts(record)
    beyond = {a.name: beyond_record(Effort(*(e[n] for e in efforts)), a.plan, raids) for n, a in enumerate(arms)}
    return summary_of(record, arms, base_of(base, arms), values, made_of, (believed, worked), beyond) | {"law": law}


def _raid_facts(record: Record):
    system = oil_system(record)
    return force_facts(record, system, as_flown(record, system)).raids


def outcome_values(made: SweepRead, law: str, names: list[str]) -> dict[str, dict[str, np.ndarray]]:
    """[D] of every outcome by directive, for one law."""
    at = made.laws.index(law)
    whole = {outcome: np.asarray(array_of(made.group, outcome)[at]) for outcome in OUTCOMES}
    return {name: {outcome: whole[outcome][n] for outcome in OUTCOMES} for n, name in enumerate(names)}


def twins(made: SweepRead, law: str) -> list[tuple[str, str]]:
    """Pairs of directives with the same outcomes in every draw of a law."""
    names = [d["name"] for d in made.identity["grid"]["directives"]]
    values = outcome_values(made, law, names)
    return [
        (a, b)
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        if all(np.array_equal(values[a][k], values[b][k], equal_nan=True) for k in values[a])
    ]
