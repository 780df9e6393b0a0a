"""Whether a place's name means its plant: by itself, by the trade spoken of beside it, or in a list of plants."""

from __future__ import annotations

import re

from oilplan.evidence.gazetteer import NameGazetteer, Owner, small_words, spelled_out

OIL_WORDS = re.compile(
    r"\b(?:oil|benzol|refin\w{1,8}|hydrogenation|synthetic|petrol|gasoline|crude|Fischer|Bergius|tar|coke|ovens?|fuel|spirit"
    r"|[Rr]affinerie|[Hh]ydrier\w{0,10}|Benzin\w{0,10}|Treibstoff\w{0,10})\b",
    re.IGNORECASE,
)
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
OTHER_TRADE = re.compile(
    r"\b(?:aircraft|airframe|tank|steel|engines?|ball|rubber|chemicals?|motor|locomotive|arms|munitions?|power|nitrogen|aero)\b",
    re.IGNORECASE,
)
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
