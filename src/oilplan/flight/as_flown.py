"""Raids that the tabulation lost: known from the recalled calendar, some of them attested by other works.

A recalled raid is believed as far as memory goes, with tons drawn around its force's median. Where a work that was
read says that the plant was attacked on that day, the raid is certain. Where another gives the bombers sent against
oil that day, those that the tabulated raids of the day did not fly are shared equally among the lost ones, at the
day's own load.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

import numpy as np

from ..clock import Window
from ..directives.forces import FORCES
from ..errors import OilplanError
from ..model.oil import group_of
from ..model.target import TargetSystem
from ..record import Record
from ..units import t_from_long, t_from_short
from .schedule import ATTESTED, ATTESTED_TONS, RECALLED, Doubt, Schedule, doubt_of
from .weather_and_reach import monthly_visual

ALL_OIL, ONE_RAID = "all oil raids of the day", "one raid"
"""Scopes of a row of `raid_losses`: a force's bombers against oil on one day, and one raid."""


class Lost(NamedTuple):
    """A raid of the calendar only. plant_id, date: of its row; bombs_t: mean metric tons, before ``doubt.factor``."""

    plant_id: str
    date: str
    force: str
    night: bool
    bombs_t: float
    doubt: Doubt


def lost_raids(record: Record, window: Window, wanted, usual_t: dict[str, float]) -> list[Lost]:
    """Raids of the calendar within the window for which ``wanted(plant_id, force, day)`` holds.

    usual_t: metric tons of a usual raid, by force
    """
    rows = [
        r
        for r in record.rows("raid_calendar").values()
        if r["force"] in FORCES
        and 0 <= window.day_of(r["date"]) < window.n_days
        and wanted(r["plant_id"], r["force"], window.day_of(r["date"]))
    ]
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
    return {
        (r["plant_id"], r["period"])
        for r in record.rows("plant_output").values()
        if r["quantity"] == "attacked" and r["value"] and r["status"] in ("looked_up", "documented")
    }


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


# The raids as they were flown, with their doubt: the directive that history gave.

SMALL_RAID_T = 30.0
"""Raids under this are Mosquito nuisance raids or strays; they do not set the median of a force."""
SPLIT = {"blechhammer_unspecified": {"blechhammer_north": 0.5, "blechhammer_south": 0.5}}
"""Raids on a site that is several rows: Blechhammer's north and south cannot be distinguished and share the tons
[raids_notes]. Works that stand on one site (`TargetSystem.sites`) are all hit by all of them [record: plants, site_id]."""


def as_flown(record: Record, system: TargetSystem) -> Schedule:
    """The raids of the window on the system's plants and groups.

    Rows of `raids` with a full date, and raids that only the recalled calendar has (or that a plant's history
    mentions as an attack), see `oilplan.flight.as_flown`. A raid that is flagged carries its
    doubt. Raids on storage depots and on targets that belong to no plant or group are not oil output and are left
    out.
    """
    sightings = _sightings(record)
    window = system.window
    monthly = monthly_visual(record)
    nodes = nodes_of(record, system)
    rows = list(_recorded(record, window, nodes))
    rows += _lost(record, window, nodes, rows, _usual_t(rows))
    rows.sort(key=lambda r: (r["day"], r["plant"], r["force"], r["id"]))
    for r in rows:
        known = sightings.get(r["id"])
        r["visual_known"] = known is not None
        r["visual"] = (
            known
            if known is not None
            else monthly.get((r["force"], window.months[window.month_of_day[r["day"]]]), UNKNOWN_VISUAL)
        )
    return _schedule(rows)


def _usual_t(rows: list[dict]) -> dict[str, float]:
    """Metric tons of a usual raid, by force. Raises OilplanError for a force that flew none."""
    tons = {f: [r["bombs_t"] for r in rows if r["force"] == f and r["bombs_t"] > SMALL_RAID_T] for f in FORCES}
    if none := [f for f in FORCES if not tons[f]]:
        raise OilplanError(
            f"raids.csv: has no raid of {none[0]} over {SMALL_RAID_T:g} t on the system's plants within the window; expected at"
            " least one of each force, from which its usual raid follows."
        )
    return {f: median(values) for f, values in tons.items()}


UNKNOWN_VISUAL = 0.5
"""Share sighted visually of a raid whose force has no figure for the month: half; judgement."""
MISREAD = 1.5
"""A tabulated raid whose tons differ from those a work prints for it by more than this factor is taken at the printed tons."""


def printed_tons(record: Record) -> dict[tuple[str, str, str], float]:
    """Metric tons of single raids by (plant, date, force) where a work that was read prints them [record: raid_losses].

    The tabulation is a digitisation: it has 8, 11.5 and 107 t where the official history has 530, 750 and 700 long tons.
    """
    return {
        (r["plant_id"], r["period"], r["force"]): t_from_long(r["tons_long"])
        for r in record.rows("raid_losses").values()
        if r["scope"] == ONE_RAID and r["plant_id"] and r["tons_long"] and r["status"] == "looked_up"
    }


def _believed_t(r: dict, printed: dict[tuple[str, str, str], float]) -> float:
    """Metric tons of a row of `raids`: as tabulated, or as printed where the two are far apart."""
    tabulated = t_from_short(r["total_tons_short"])
    stated = printed.get((r["plant_id"], r["date"], r["force"]), tabulated)
    return stated if max(stated / tabulated, tabulated / stated) > MISREAD else tabulated


def _recorded(record: Record, window: Window, nodes):
    printed = printed_tons(record)
    for r in record.rows("raids").values():
        if not r["date"] or len(r["date"]) < 10 or r["force"] not in FORCES:
            continue
        day = window.day_of(r["date"])
        if not 0 <= day < window.n_days or not r["total_tons_short"]:
            continue
        doubt, tons = doubt_of(r["quality"], r["date_basis"]), _believed_t(r, printed)
        raid = {"id": r["raid_id"], "day": day, "site": r["plant_id"], "force": r["force"], "night": bool(r["night"])}
        for node, weight in nodes(r["plant_id"]):
            yield {**raid, "plant": node, "recorded": True, "bombs_t": tons * weight, **doubt._asdict()}


def _lost(record: Record, window: Window, nodes, recorded: list[dict], usual_t: dict[str, float]):
    """Raids of the recalled calendar with no recorded raid of the force on the node within a day.

    A nuisance raid is no answer to a calendar entry: the tabulation kept the Mosquitoes of a night and lost the rest.
    A raid that the tabulation gives to one force and the calendar to another is one raid, flown as tabulated.
    """
    strong = [r for r in recorded if r["bombs_t"] >= SMALL_RAID_T]
    seen = {(r["plant"], r["force"], r["day"] + k) for r in strong for k in (-1, 0, 1)}
    otherwise = _given_to_another_force(record, window, strong)

    def wanted(plant_id: str, force: str, day: int) -> bool:
        return (plant_id, day) not in otherwise and any((node, force, day) not in seen for node, _ in nodes(plant_id))

    rows = []
    for r in lost_raids(record, window, wanted, usual_t):
        day = window.day_of(r.date)
        raid = {
            "id": f"calendar_{r.plant_id}_{r.date}",
            "day": day,
            "site": r.plant_id,
            "force": r.force,
            "night": r.night,
        }
        for node, weight in nodes(r.plant_id):
            if (node, r.force, day) not in seen:
                tons = r.bombs_t * weight
                rows.append({**raid, "plant": node, "recorded": False, "bombs_t": tons, **r.doubt._asdict()})
                seen.add((node, r.force, day))
    return rows


def _given_to_another_force(record: Record, window: Window, strong: list[dict]) -> set[tuple[str, int]]:
    """(plant id, day) that the calendar knows, but never by a force that the tabulation has on that plant that day.

    The tabulation's force is one digit, and 8 was read for 15 and for 12 [raids_notes, item 4]: Brüx in December 1944.
    """
    tabulated = {(r["site"], r["day"], r["force"]) for r in strong}
    known = {(r["plant_id"], window.day_of(r["date"]), r["force"]) for r in record.rows("raid_calendar").values()}
    unknown_to_calendar = {(site, day) for site, day, force in tabulated - known}
    return unknown_to_calendar & {(site, day) for site, day, force in known - tabulated}


def nodes_of(record: Record, system: TargetSystem):
    """Function of a plant id: [(index in the system, share of the tons)] that a raid on it hits."""
    plants = {r["plant_id"]: r for r in record.rows("plants").values()}

    def nodes(plant_id: str) -> list[tuple[int, float]]:
        if plant_id in SPLIT:
            return [(system.position(name), share) for name, share in SPLIT[plant_id].items()]
        if plant_id in system.plant_ids:
            site = system.sites[system.position(plant_id)]
            return [(k, 1.0) for k, other in enumerate(system.sites) if other == site]
        group = group_of(plants[plant_id]) if plant_id in plants else None
        return [(system.position(group), 1.0)] if group else []

    return nodes


def _sightings(record: Record) -> dict[str, float]:
    """Visual share of tons by raid, where the tabulation's sighting codes could be read."""
    out: dict[str, float] = {}
    for r in record.rows("raid_sighting").values():
        read = (r["visual_tons_short"] or 0.0) + (r["instrument_tons_short"] or 0.0)
        if read > 0:
            out.setdefault(r["raid_id"], (r["visual_tons_short"] or 0.0) / read)
    return out


def _raid_tons(rows: list[dict]) -> np.ndarray:
    """[R] tons of the whole raid that a row belongs to: all rows of one force on one plant and day."""
    whole: dict[tuple, float] = {}
    for r in rows:
        raid = (r["day"], r["plant"], r["force"])
        whole[raid] = whole.get(raid, 0.0) + r["bombs_t"]
    return np.array([whole[r["day"], r["plant"], r["force"]] for r in rows])


def _schedule(rows: list[dict]) -> Schedule:
    def column(name, dtype=float):
        return np.array([r[name] for r in rows], dtype=dtype)

    return Schedule(
        raid_ids=tuple(r["id"] for r in rows),
        day=column("day", int),
        plant=column("plant", int),
        force=np.array([FORCES.index(r["force"]) for r in rows]),
        night=column("night", bool),
        bombs_t=column("bombs_t"),
        raid_t=_raid_tons(rows),
        visual=column("visual"),
        visual_known=column("visual_known", bool),
        factor=column("factor"),
        log_sd=column("log_sd"),
        day_sd=column("day_sd"),
        recorded=column("recorded", bool),
    )
