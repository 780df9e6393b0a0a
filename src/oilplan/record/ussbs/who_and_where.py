"""Whose attack a row is and on what: from its place and name to a plant of the record, and from its figure to a force."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from oilplan.record.ussbs.rows import FORCE, OIL_BOOK, PLANT, RawRow, RowRepair
from oilplan.record.ussbs.tables import ForceRule, PlaceDoubt, doubts, force_rules, recalled_dates


class TargetPlace(NamedTuple):
    """What the record makes of a target of the tabulation.

    plant_id: plant or depot of the record; empty where the target could not be placed
    target_class: hydrogenation, refinery, storage ...
    identified: False where only the location and a word of the name stand for the plant
    why: the reason given in the record's table of raid targets
    """

    plant_id: str
    target_class: str
    identified: bool
    why: str


class TargetGazetteer(NamedTuple):
    """The record's table of raid targets, by book, location and name in capitals."""

    by_target: Mapping[tuple[str, str, str], TargetPlace]

    @classmethod
    def of_targets(cls, targets: Iterable[Mapping[str, object]]) -> TargetGazetteer:
        """Build it from rows with book, raw_location, raw_name, plant_id, target_class, mapping and why."""
        found = {}
        for row in targets:
            cell = {key: "" if value is None else str(value) for key, value in row.items()}
            key = cell["book"], cell["raw_location"].strip().upper(), cell["raw_name"].strip().upper()
            identified = cell["mapping"] == "mapped"
            found[key] = TargetPlace(cell["plant_id"], cell["target_class"], identified, cell["why"])
        return cls(found)

    def place(self, row: RawRow) -> TargetPlace | None:
        """The place of a row; one without a plant if it may be oil; None if it is not oil."""
        found = self.by_target.get((row.book, *row.target))
        if found is None and row.book == OIL_BOOK:
            return TargetPlace("", "", False, "a target of the oil book that the record's table of raid targets lacks")
        return found


def placed(row: RawRow, place: TargetPlace) -> tuple[TargetPlace, list[RowRepair]]:
    """The place after the doubts of ``doubtful_places``, and what was repaired or is doubted. place: one with a plant"""
    repairs = _coordinates(row)
    for doubt in doubts():
        if _is_of(doubt, row):
            plant_id = doubt.plant_id or place.plant_id
            repairs.append(RowRepair("plant", place.plant_id, plant_id, doubt.reason, PLANT))
            place = place._replace(plant_id=plant_id, target_class=doubt.target_class or place.target_class)
    if not place.identified:
        repairs.append(RowRepair("plant", place.plant_id, place.plant_id, place.why, PLANT))
    if place.plant_id.endswith("_unspecified"):
        repairs.append(RowRepair("plant", place.plant_id, place.plant_id, "the sheet does not say which plant", PLANT))
    return place, repairs


def _is_of(doubt: PlaceDoubt, row: RawRow) -> bool:
    location, name = row.target
    return all(
        not wanted or wanted == found
        for wanted, found in ((doubt.location, location), (doubt.name, name), (doubt.year_read, row.year))
    )


def _coordinates(row: RawRow) -> list[RowRepair]:
    """Coordinates are never used; where they are figures of a target code, the audit says so."""
    found = f"{row.latitude},{row.longitude}"
    unreadable = not _is_angle(row.latitude, "NS") or not _is_angle(row.longitude, "EW")
    if found == "," or not (unreadable or not row.code):
        return []
    return [RowRepair("coordinates", found, "", "figures of a target code; the plant is taken from the name", "")]


def _is_angle(text: str, letters: str) -> bool:
    return re.fullmatch(rf"\d{{2,5}}[{letters}]", text) is not None


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
    """The force of a row, whether it flew by night, and the repairs.

    place: None for a target that is not oil; two_days: the day reads ``14-15``: a night raid

    A figure that no force bears becomes ``unknown`` with a repair. No American heavy force flew by night, so an American
    night row is Bomber Command's; that fails for the few American night missions with leaflets and mines.
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
