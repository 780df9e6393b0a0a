"""Every spelling of a plant, person or organisation that the record and our own table know, and whose it is."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from oilplan.evidence.lexicon import zipf

UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}
PREFIXES = {"benzol", "tar", "group"}
"""Words of a plant_id that name the kind of works, not the place."""
FEWEST_LETTERS = 4
PLACE_ZIPF = 2.4
"""A plant's lone alias commoner than this in English (Most, Police, Victor) cannot be distinguished from the word."""


class Owner(NamedTuple):
    """Whom a spelling belongs to: its kind (person, place, organisation, term) and id."""

    kind: str
    id: str


class Office(NamedTuple):
    """Who held an office, and from which day to which (ISO)."""

    holder: str
    since: str
    until: str


class NameGazetteer(NamedTuple):
    """``owners`` maps a spelling to everyone it may mean; ``full_names`` an id to its name in full.

    ``alone`` holds the spellings that mean their plant without more: not a town's name, nor a firm's. ``words`` maps
    an owner to every word of its spellings.
    """

    owners: dict[str, tuple[Owner, ...]]
    full_names: dict[str, str]
    alone: frozenset[str] = frozenset()
    words: Mapping[Owner, frozenset[str]] = {}


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """``text`` without accents, lower case: a key for spellings that differ in accents only."""
    split = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(c for c in split if not unicodedata.combining(c)).lower()


@cache
def default_gazetteer() -> NameGazetteer:
    """The gazetteer of the package's own record (table ``plants``) and `named.csv`."""
    from oilplan.record import load_record

    return gazetteer_from(load_record().rows("plants").values())


def gazetteer_from(plants: Iterable[Mapping[str, object]]) -> NameGazetteer:
    """Build a gazetteer from rows of the record's plants table (plant_id, row_type, name, aliases) and `named.csv`.

    Everyday words among the aliases (Most, Police) are left out: the page cannot tell them from the word.
    """
    owners: dict[str, set[Owner]] = {}
    full_names: dict[str, str] = {}
    groups: set[str] = set()
    for row in plants:
        owner = Owner("place", str(row["plant_id"]))
        full_names[owner.id] = str(row["name"])
        for spelling in _plant_spellings(owner.id, str(row["name"]), str(row["aliases"] or "")):
            owners.setdefault(spelling, set()).add(owner)
        if row.get("row_type") == "group":
            groups.add(owner.id)
    _share_places(owners, list(full_names), groups)
    for row in read_table("named.csv"):
        owner = Owner(row["kind"], row["id"])
        full_names[owner.id] = row["name"]
        for spelling in [row["name"], *_split(row["variants"])]:
            owners.setdefault(spelling, set()).add(owner)
    alone = frozenset(s for s, mine in owners.items() if all(_means_the_plant(s, o) for o in mine))
    words: defaultdict[Owner, set[str]] = defaultdict(set)
    for spelling, mine in owners.items():
        for owner in mine:
            words[owner] |= set(re.findall(r"[\w.]+", spelling))
    sorted_owners = {k: tuple(sorted(v)) for k, v in owners.items()}
    return NameGazetteer(sorted_owners, full_names, alone, {k: frozenset(v) for k, v in words.items()})


def _means_the_plant(spelling: str, owner: Owner) -> bool:
    """Whether a plant's spelling needs no context: several words, or the place that its id begins with, if no town."""
    if owner.kind != "place" or " " in spelling:
        return True
    first = _id_words(owner.id)[0] if not owner.id.startswith(("benzol_", "hamburg_", "vienna_")) else ""
    parts = {plain(spelling), spelled_out(spelling), plain(spelling).replace("-", "_")}
    if spelling in small_words("towns.txt") | small_words("small_towns.txt"):
        return False
    return bool(parts & {first, *small_words("plants_by_town.txt")}) or any(
        first and plain(p) == first for p in spelling.split("-")
    )


@cache
def offices() -> dict[str, Office]:
    """Spellings of offices (Prime Minister, C.A.S.) with their holder and his time."""
    found = {}
    for row in read_table("offices.csv"):
        for spelling in [row["office"], *_split(row["variants"])]:
            found[spelling] = Office(row["holder"], row["from"], row["to"])
    return found


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of one of the reader's own tables in `evidence/data`."""
    text = files("oilplan.evidence").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=16)
def small_words(name: str) -> frozenset[str]:
    """Words of one of the reader's own lists in `evidence/data`."""
    return frozenset(files("oilplan.evidence").joinpath("data", name).read_text(encoding="utf-8").split())


def unit_words() -> frozenset[str]:
    """Every word or phrase that `units.csv` counts by, singular and plural."""
    return frozenset(row[column].strip() for row in read_table("units.csv") for column in ("singular", "plural"))


def _split(variants: str) -> list[str]:
    return [v.strip() for v in variants.split(";") if v.strip()]


def _plant_spellings(plant_id: str, name: str, aliases: str) -> set[str]:
    words = _id_words(plant_id)
    found = {re.sub(r"\s*\(.*", "", a) for a in _split(aliases) if ":" not in a}
    if " " in name and not re.search(r"[,(/]", name):
        found.add(name)
    for word in re.findall(r"[A-Za-zÀ-ÿ-]+", f"{name} {aliases}"):
        found.update(part for part in {word, *word.split("-")} if {plain(part), spelled_out(part)} & set(words))
    kept = {s for s in found if _names_one_place(s, words[0])}
    spellings = {variant for spelling in kept for variant in _variants(spelling)}
    return spellings | {u for u in map(_umlauted, map(str.title, words)) if plain(u) in map(plain, spellings)}


def _id_words(plant_id: str) -> list[str]:
    return [w for w in plant_id.split("_") if w not in PREFIXES] or [plant_id]


def _names_one_place(spelling: str, first_word_of_id: str) -> bool:
    if len(spelling) < FEWEST_LETTERS or spelling.isupper() or spelling.islower():
        return False
    if " " in spelling or "-" in spelling or plain(spelling) == first_word_of_id:
        return True
    return zipf(spelling.lower()) < PLACE_ZIPF


def _variants(spelling: str) -> set[str]:
    umlauted = _umlauted(spelling)
    stripped = "".join(c for c in unicodedata.normalize("NFKD", umlauted) if not unicodedata.combining(c))
    return {spelling, umlauted, stripped}


def _umlauted(spelling: str) -> str:
    for pair, letter in UMLAUTS.items():
        spelling = spelling.replace(pair, letter)
    return spelling


def spelled_out(spelling: str) -> str:
    """``spelling`` in lower case with ae for ä and no other accents, as ids are written."""
    text = spelling.lower()
    for pair, letter in UMLAUTS.items():
        text = text.replace(letter, pair)
    return plain(text)


def _share_places(owners: dict[str, set[Owner]], plant_ids: list[str], groups: set[str]) -> None:
    """A town's name may mean any of its plants (Gelsenkirchen: also that of Gelsenkirchen-Buer), unless the record has
    a row for the town as a whole."""
    for spelling in [s for s in owners if re.fullmatch(r"[^\W\d_]+-[^\W\d_]+", s)]:
        town = spelling.split("-")[0]
        if town in small_words("towns.txt") and town in owners:
            owners[town] |= owners[spelling]
    of_town: defaultdict[str, list[Owner]] = defaultdict(list)
    for plant in plant_ids:
        of_town[_id_words(plant)[0]].append(Owner("place", plant))
    whole = {Owner("place", g) for g in groups}
    for spelling, mine in owners.items():
        if not mine & whole:
            mine.update(of_town.get(plain(spelling), ()))
