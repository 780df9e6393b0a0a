"""Every spelling of a plant, person or organisation that the record and our own table know, whose it is, and whether a town's
name stands for its oil plant."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from oilplan.evidence.lexicon import pattern_of, read_table, small_words, zipf

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


OIL_WORDS = re.compile(rf"\b(?:{pattern_of('oil')})\b", re.IGNORECASE)
OIL_REACH = 45
"""Characters, within the sentence, in which a word of the oil trade makes a town's name mean its plant."""
SETTLEMENT = re.compile(
    r"\b(?:town|city|village|suburb|mayor|people|citizens|inhabitants|streets|station|ghetto|born)\s(?:of|at|in)\s(?:the\s)?$",
    re.IGNORECASE,
)
SETTLED = re.compile(
    r"[’']?s?\s(?:concentration\s)?(?:camp|ghetto|cathedral|station|town|city|airfield|aerodrome|bridge|line|canal|road)s?\b"
)
"""Words that make a place's name mean the town and not its plant."""
COKE = re.compile(r"\b(?:benzol|benzole|coke|coking|ovens?|tar|Kokerei\w{0,3}|Benzol\w{0,8})\b", re.IGNORECASE)
RUBBER = re.compile(r"\s{0,2}(?:rubber|Buna|buna|nitrogen|fib(?:er|re))\b")
BY_PRODUCT = re.compile(r"^benzol_|_schwel$|^tar_")
"""Plants of the coal and tar trade; their town means another where oil plants are spoken of."""
LISTED = r"[A-ZÀ-Þ][\w-]{2,30}(?:\s\[[^\]]{1,20}\])?"
AND = r"(?:,|,?\sand|,?\sor|\s&)\s(?:at\s|the\s)?"
LIST_BEFORE = re.compile(rf"(?:{LISTED}{AND}){{1,6}}$")
LIST_AFTER = re.compile(rf"(?:\s\[[^\]]{{1,20}}\])?(?:{AND}{LISTED}){{1,6}}")
PLANT_LEAD = re.compile(r"\b(?:plants?|refiner(?:y|ies)|works|installations?)\b[^.;!?]{0,25}$", re.IGNORECASE)
ANOTHER_WORKS = re.compile(r"\b[A-ZÀ-Þ]\w{3,20}\s(?:benzol|coke|tar)\s\w{1,12}\s(?:in|at|near)\s$")
"""A plant with a name of its own in the town (the Bruckhausen benzol plant in Duisburg): not the one of the record."""
OTHER_TRADE = re.compile(rf"\b(?:{pattern_of('other_trade')})\b", re.IGNORECASE)
PLANT_BEHIND = re.compile(r"\s(?:oil\s)?(?:plants?|works|refinery|refineries)\b")
LIST_REACH, WHOLE_REACH = 150, 45
WHOLE = re.compile(
    r"\b([A-ZÀ-Þ][\wÀ-ÿ]{2,30})\s(?:[a-z]{2,12}\s){0,2}(?:plants?|works|refinery|mine|colliery|ovens)\s(?:at|in|near)\s([A-ZÀ-Þ][\wÀ-ÿ]{2,30})"
)
KINDS = frozenset({"benzol", "refining", "refinery", "schwel", "group", "north", "south"})
"""Words of a plant's id that name its kind."""


def is_plant(text: str, start: int, end: int, spelling: str, owner: Owner, gazetteer: NameGazetteer) -> bool:
    """Whether a place's name at ``text[start:end]``, of one owner, means its plant there."""
    by_product = bool(BY_PRODUCT.search(owner.id))
    if speaks_of_oil(text, start, end, by_product) or named_whole(text, start, end, owner, gazetteer):
        return True
    town = SETTLEMENT.search(text[max(0, start - 30) : start]) or SETTLED.match(text, end)
    if town and " " not in spelling:
        return False
    if spelling in gazetteer.alone:
        return True
    if spelling in small_words("small_towns.txt") and (
        PLANT_BEHIND.match(text, end) or listed_with(text, start, end, gazetteer)[0]
    ):
        return True
    plants, said = listed_with(text, start, end, gazetteer)
    return bool(plants and said and not by_product)


def of_the_trade(
    text: str, start: int, end: int, spelling: str, owners: tuple[Owner, ...], gazetteer: NameGazetteer
) -> tuple[Owner, ...]:
    """Of several plants of one town, those of the oil trade where it is spoken of, or where two other plants of it
    stand in the same list."""
    whole = [o for o in owners if named_whole(text, start, end, o, gazetteer)]
    if len(whole) == 1:
        return (whole[0],)
    main = tuple(o for o in owners if not BY_PRODUCT.search(o.id))
    if not main or speaks_of_oil(text, start, end, coke=True):
        return owners
    plants, said = listed_with(text, start, end, gazetteer)
    in_a_list = spelling in gazetteer.alone and (plants > 1 or (plants and said))
    return main if in_a_list or speaks_of_oil(text, start, end) else owners


def named_whole(text: str, start: int, end: int, owner: Owner, gazetteer: NameGazetteer) -> bool:
    """Whether a plant's works and town are named together here (the Prosper plant at Bottrop), the works its alone."""
    low = max(0, start - WHOLE_REACH)
    said = next(
        (m for m in WHOLE.finditer(text, low, end + WHOLE_REACH) if m.start() <= start and end <= m.end()), None
    )
    if said is None or len(gazetteer.owners.get(said.group(1), ())) > 1:
        return False
    words = [w for w in owner.id.split("_") if w not in KINDS]
    return len(words) > 1 and set(words) <= {spelled_out(w) for w in said.groups()}


def listed_with(text: str, start: int, end: int, gazetteer: NameGazetteer) -> tuple[int, bool]:
    """How many plants that need no context stand in a list beside a name (Leuna, Zeitz and Böhlen), and whether the
    words before the list say that it is one of plants."""
    before, after = (
        LIST_BEFORE.search(text[max(0, start - LIST_REACH) : start]),
        LIST_AFTER.match(text[end : end + LIST_REACH]),
    )
    beside = re.findall(r"[A-ZÀ-Þ][\w-]{2,30}", "".join(m.group() for m in (before, after) if m))
    plants = [n for n in beside if n in gazetteer.alone and all(o.kind == "place" for o in gazetteer.owners.get(n, ()))]
    first = start - len(before.group()) if before else start
    lead = text[max(0, first - 60) : first]
    return len(plants), bool(PLANT_LEAD.search(lead)) and not OTHER_TRADE.search(lead)


def speaks_of_oil(text: str, start: int, end: int, coke: bool = False) -> bool:
    """Whether the trade is spoken of beside a name: the oil trade, or with ``coke`` that of coke ovens and benzol."""
    before = re.split(r"[.;,!?]\s", text[max(0, start - OIL_REACH) : start])[-1]
    words = COKE if coke else OIL_WORDS
    if coke and ANOTHER_WORKS.search(before):
        return False
    led = _spoken(words, before) and re.search(r"\b(?:at|in|near|of|from|bei|in|von)\s(?:the\s)?$", before)
    follows = re.match(
        r"(?:[’']s)?\s(?:(?!had|has|have|was|were|and|or|rather|than|instead|not|but|nor)\w{2,20}\s){0,2}",
        text[end : end + OIL_REACH],
    )
    return bool(led or (follows and _spoken(words, text, end + follows.end())) or _spoken(words, text, end + 1))


def _spoken(words: re.Pattern[str], text: str, at: int | None = None) -> bool:
    """Whether a word of the trade stands in ``text`` (or at a place in it), synthetic rubber and the like apart."""
    found = words.finditer(text) if at is None else filter(None, [words.match(text, at)])
    return any(not RUBBER.match(text, m.end()) for m in found)
