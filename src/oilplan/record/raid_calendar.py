"""Which recalled raids the tabulation confirms: raids of the same target and force within a few days."""

from __future__ import annotations

from oilplan.clock import day_of
from oilplan.record.record import Record

WHOLE_DAY = len("1944-05-12")
"""Length of a date that names its day; a raid without one confirms nothing."""


def raids_near_calendar(record: Record, within_d: int = 1) -> dict[str, tuple[str, ...]]:
    """Raids that stand near each day of the recalled calendar, on the same target and by the same force.

    A calendar row that names a town (``ploesti``) meets every target named after it (``ploesti_xenia``).

    record: the record, with a user's folder or without
    within_d: days a raid may lie before or after the recalled day, >= 0; 1 allows for a night across two dates

    Returns raid ids by ``row_id`` of `raid_calendar`, empty where none stands near; near a bare month is nowhere.

    A match is weak where the raid's date was itself moved onto the calendar (``date_basis`` snapped): it then
    confirms nothing, because both come from the same memory.
    """
    flown: dict[str, list[tuple[str, int, str]]] = {}
    for raid_id, raid in record.rows("raids").items():
        if len(raid["date"] or "") == WHOLE_DAY:
            flown.setdefault(raid["force"], []).append((raid["plant_id"], day_of(raid["date"]), raid_id))
    near = {}
    for row_id, row in record.rows("raid_calendar").items():
        day = day_of(row["date"])
        near[row_id] = tuple(
            raid_id
            for target, raid_day, raid_id in flown.get(row["force"], [])
            if _names(row["place"], target) and abs(raid_day - day) <= within_d
        )
    return near


def _names(place: str, target: str) -> bool:
    """Whether a calendar's place is a target or the town it is named after."""
    return target == place or target.startswith(f"{place}_")
