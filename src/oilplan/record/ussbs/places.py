"""From the place and name in the tabulation to a plant of the record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from oilplan.record.ussbs.row import OIL_BOOK, PLANT, RawRow, RowRepair
from oilplan.record.ussbs.tables import doubts


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
    """The place after the doubts of ``doubtful_places``, and what was repaired or is doubted.

    row: the raw row
    place: as the gazetteer has it, with a plant
    """
    repairs = _coordinates(row)
    for doubt in doubts():
        if _fits(doubt, row):
            plant_id = doubt.plant_id or place.plant_id
            repairs.append(RowRepair("plant", place.plant_id, plant_id, doubt.reason, PLANT))
            place = place._replace(plant_id=plant_id, target_class=doubt.target_class or place.target_class)
    if not place.identified:
        repairs.append(RowRepair("plant", place.plant_id, place.plant_id, place.why, PLANT))
    if place.plant_id.endswith("_unspecified"):
        repairs.append(RowRepair("plant", place.plant_id, place.plant_id, "the sheet does not say which plant", PLANT))
    return place, repairs


def _fits(doubt, row: RawRow) -> bool:
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
