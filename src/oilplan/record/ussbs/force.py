"""Which force a row belongs to: its figure in the sheet, mended where that force cannot have been there."""

from __future__ import annotations

import re
from typing import NamedTuple

from oilplan.record.ussbs.places import TargetPlace
from oilplan.record.ussbs.row import FORCE, RawRow, RowRepair
from oilplan.record.ussbs.tables import ForceRule, force_rules, recalled_dates

FORCE_OF_FIGURE = {
    "R": "bomber_command",
    "8": "eighth_af",
    "9": "ninth_af",
    "12": "twelfth_af",
    "15": "fifteenth_af",
    "": "unknown",
}
AMERICAN = ("eighth_af", "ninth_af", "twelfth_af", "fifteenth_af")
LARGEST_GROUP = 60
"""Aircraft on one attack line of an American force: a group put up 30 to 50, a wing has a line each."""
DUSK, MIDNIGHT = 1930, 2400
YEARS_OF_NIGHT_RULE = ("4", "5")


class ForceRead(NamedTuple):
    """force: one of the values of ``FORCE_OF_FIGURE``; by_night: the row is a night raid by this reading"""

    force: str
    by_night: bool
    repairs: list[RowRepair]


def read_force(row: RawRow, place: TargetPlace | None, two_days: bool) -> ForceRead:
    """The force of a row.

    row: the raw row
    place: its place, or None for a target that is not oil
    two_days: the day reads ``14-15``: a night raid

    Returns the force, whether the row is by night, and the repairs. A figure that no force bears becomes
    ``unknown`` with a repair. No American heavy force flew by night, so an American night row is
    Bomber Command's; that fails for the few American night missions with leaflets and mines.
    """
    figure, repairs = row.force, []
    if figure not in FORCE_OF_FIGURE:
        repairs.append(RowRepair("force", figure, "", "no air force in the tabulation has this figure", FORCE))
        figure = ""
    rule = next((r for r in force_rules() if r.force_read == figure and _fits(r, row, place)), None)
    if rule:
        repairs.append(RowRepair("force", figure, rule.force_taken, rule.reason, FORCE))
        figure = rule.force_taken
    night_reason = _night_reason(row, figure, two_days)
    if night_reason:
        repairs.append(RowRepair("force", figure, "R", night_reason, FORCE))
        figure = "R"
    return ForceRead(FORCE_OF_FIGURE[figure], two_days or bool(night_reason), repairs)


def _fits(rule: ForceRule, row: RawRow, place: TargetPlace | None) -> bool:
    if rule.force_read == "R" and row.year not in YEARS_OF_NIGHT_RULE:
        return False  # Bomber Command's raids of 1940-42 on the same places are real
    if row.aircraft_per_line >= rule.aircraft_per_line_below:
        return False
    location, name = row.target
    plant_id = place.plant_id if place else ""
    if rule.match in ("code4", "code5"):
        return not recalled_dates(plant_id, "eighth_af") and _in_area(row.code, rule)
    return rule.key == {"plant": plant_id, "location": location, "name": f"{location}|{name}"}[rule.match]


def _in_area(code: str, rule: ForceRule) -> bool:
    figures = int(rule.match[-1])
    return any(len(token) == figures and token.startswith(rule.key) for token in re.findall(r"\d+", code))


def _night_reason(row: RawRow, figure: str, two_days: bool) -> str:
    if FORCE_OF_FIGURE[figure] not in AMERICAN:
        return ""
    if two_days:
        return "the day is written as a night, and no American heavy force flew by night"
    late = row.clock is not None and DUSK <= row.clock < MIDNIGHT
    if figure == "8" and late and row.aircraft_per_line > LARGEST_GROUP and row.year in YEARS_OF_NIGHT_RULE:
        return f"{row.clock:04d} hours and {row.aircraft_per_line:.0f} aircraft a line"
    return ""
