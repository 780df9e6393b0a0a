"""Persons and towns as others number them: Wikidata and the German authority file (GND), each seen on a page."""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from .load import data_folder

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
