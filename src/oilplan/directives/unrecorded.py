"""Raids that the tabulation lost: known from the recalled calendar, some of them attested by other works.

A recalled raid is believed as far as memory goes, with tons drawn around its force's median. Where a work that was
read says that the plant was attacked on that day, the raid is certain. Where another gives the bombers sent against
oil that day, those that the tabulated raids of the day did not fly are shared equally among the lost ones, at the
day's own load.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..clock import N_DAYS, day_of
from ..record import Record
from ..units import t_from_short
from .doubt import ATTESTED, ATTESTED_TONS, RECALLED, Doubt
from .schedule import FORCES

ALL_OIL = "all oil raids of the day"
"""The scope of a row of `raid_losses` that counts a force's bombers against oil on one day."""


class Lost(NamedTuple):
    """A raid of the calendar only. plant_id, date: of its row; bombs_t: mean metric tons, before ``doubt.factor``."""

    plant_id: str
    date: str
    force: str
    night: bool
    bombs_t: float
    doubt: Doubt


def lost_raids(record: Record, wanted, usual_t: dict[str, float]) -> list[Lost]:
    """Raids of the calendar within the campaign for which ``wanted(plant_id, force, day)`` holds.

    usual_t: metric tons of a usual raid, by force
    """
    rows = [r for r in record.rows("raid_calendar").values()
            if r["force"] in FORCES and 0 <= day_of(r["date"]) < N_DAYS and wanted(r["plant_id"], r["force"], day_of(r["date"]))]  # fmt: skip
    attested = _attested(record)
    per_raid_t = dict(_tons_of_a_lost_raid(record, {(r["date"], r["force"], r["plant_id"]) for r in rows}))
    found = []
    for r in rows:
        tons, doubt = usual_t[r["force"]], RECALLED
        if (r["plant_id"], r["date"]) in attested:
            counted = per_raid_t.get((r["date"], r["force"]))
            tons, doubt = (tons, ATTESTED) if counted is None else (counted, ATTESTED_TONS)
        found.append(Lost(r["plant_id"], r["date"], r["force"], bool(r["night"]), tons, doubt))
    return found


def _attested(record: Record) -> set[tuple[str, str]]:
    """(plant, date) of attacks that a work which was read mentions."""
    return {(r["plant_id"], r["date"]) for r in record.rows("plant_output_monthly").values()
            if r["measure"] == "attacked" and r["value"] and r["status"] in ("looked_up", "documented")}  # fmt: skip


def _tons_of_a_lost_raid(record: Record, lost: set[tuple[str, str, str]]) -> Iterator[tuple[tuple[str, str], float]]:
    """((date, force), metric tons) where a force's bombers against oil on a day are known and some raids are lost."""
    raids = record.rows("raids").values()
    for r in record.rows("raid_losses").values():
        if r["scope"] != ALL_OIL or not r["sent"]:
            continue
        day = (r["period"], r["force"])
        flown = [q for q in raids if (q["date"], q["force"]) == day and q["aircraft"] and q["total_tons_short"]]
        missing = len({plant for date, force, plant in lost if (date, force) == day})
        aircraft = sum(q["aircraft"] for q in flown)
        if flown and missing and r["sent"] > aircraft:
            load_t = sum(t_from_short(q["total_tons_short"]) for q in flown) / aircraft
            yield day, (r["sent"] - aircraft) / missing * load_t
