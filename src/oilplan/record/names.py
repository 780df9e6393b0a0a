"""What things of the record are called: in a sentence, on a map or in a narrow table, and by those who number persons and towns
(Wikidata, the German authority file GND), each seen on a page."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .load import data_folder

_NAMES = (Path(__file__).parent / "short_names.csv").read_text(encoding="utf-8")
SHORT_NAMES = dict(line.split(",") for line in _NAMES.splitlines()[1:])
"""Names of the plants as histories call them, by plant id; the record has the firms' full names."""
FORCE_NAMES = {"bomber_command": "Bomber Command", "eighth_af": "the Eighth", "fifteenth_af": "the Fifteenth"}


def short_name(plant_id: str) -> str:
    """The name of a plant as histories call it; for one of a user's own record its id in words."""
    return SHORT_NAMES.get(plant_id, plant_id.replace("_", " ").title())


def doubts(quality: str) -> str:
    """The flags of a raid in words: ``date_suspect;force_suspect`` as date and force in doubt."""
    flags = [flag.removesuffix("_suspect") for flag in quality.split(";") if flag.endswith("_suspect")]
    return f"{' and '.join(flags)} in doubt" if flags else "not in doubt"


FILE = "authorities.csv"
WIKIDATA, GND = "http://www.wikidata.org/entity/", "https://d-nb.info/gnd/"


class Authority(NamedTuple):
    """id: of a person of the reader's names, or of a plant, whose town is meant; kind: person or place; name: with years or
    country, as on the page; wikidata, gnd: numbers, empty where the page has none; page: where both were seen; note
    """

    id: str
    kind: str
    name: str
    wikidata: str
    gnd: str
    page: str
    note: str

    @property
    def uris(self) -> tuple[str, ...]:
        """Addresses that stand for the person or town."""
        numbered = ((WIKIDATA, self.wikidata), (GND, self.gnd))
        return tuple(base + number for base, number in numbered if number)


@cache
def authorities() -> dict[str, Authority]:
    """Everybody and every town by id. What was seen on no page is not there: a number from memory may be another man's."""
    with (data_folder() / FILE).open(encoding="utf-8", newline="") as file:
        return {row["id"]: Authority(**row) for row in csv.DictReader(file)}
