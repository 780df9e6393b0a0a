"""Persons, places, organisations, offices and terms, where they stand in a text; an identity only where context bears it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from oilplan.evidence.findings import FoundName, TextRepair, View, raw_span, view_offset
from oilplan.evidence.gazetteer import SETTLED, NameGazetteer, Owner, is_plant, of_the_trade, offices
from oilplan.evidence.lexicon import pattern_of, small_words, zipf
from oilplan.evidence.people import SAYING

WORD = re.compile(r"(?<![\w.-])[A-ZÀ-Þ0-9][\w]{0,40}")
GIVEN = r"(?:[A-Z][a-zà-ÿ]{1,20}(?:-?[A-Z][a-zà-ÿ]{1,20})?|[A-Z]\.)"
PARTICLE = r"(?:(?:von|van|de|du|der|zu)\s){0,2}"
TITLE = rf"(?:{pattern_of('titles')})"
TITLED = re.compile(rf"\b{TITLE}\s{{1,3}}({GIVEN}(?:[ \t]{{1,3}}{PARTICLE}{GIVEN}){{0,2}})")
PAPER = rf"(?:{pattern_of('papers_named')})"
CORRESPONDENT = rf"(?:{TITLE}\s)?((?:[A-Z]\.\s?){{0,3}}(?:(?:De|Le|La|Van|Von|von|de|van|Mac|Fitz|O[’'])\s?)?[A-Z][a-zà-ÿ]{{2,20}}(?:-[A-Z][a-zà-ÿ]{{1,20}})?)"
CORRESPONDENTS = re.compile(
    rf"\b{PAPER}[.,:]{{0,2}}\s{{1,3}}[(—–-]?\s?(?:(?:from|by|von)\s)?(?:the\s)?{CORRESPONDENT}\s{{1,3}}(?:to|an)\s{{1,3}}(?:the\s)?"
    rf"{CORRESPONDENT}(?=[,.;:)\s]|$)"
)
ORDINALS = frozenset({"Eighth", "Fifteenth", "the Eighth", "the Fifteenth"})
"""An air force by its number alone: before another word with a capital it is another unit (Eighth Brigade)."""
LARGER_BODY = re.compile(rf"\b(?:{pattern_of('larger_body')})\s$")
"""Words that make the body named behind them another one: Joint Chiefs of Staff, Eighth Air Force Bomber Command."""
READER_OF = re.compile(
    rf"[’']s\s{{1,3}}(?:\w{{1,12}}\s){{0,2}}?{PAPER}\s{{1,3}}(?:of\s[^.\n]{{3,24}}?\s)?to\s{{1,3}}{CORRESPONDENT}(?=[,.;:)\s]|$)"
)
WROTE_TO = re.compile(
    rf"(?<![\w.-]){CORRESPONDENT}\s{{1,3}}(?:again\s)?wrote\s{{1,3}}(?:again\s)?to\s{{1,3}}{CORRESPONDENT}(?=[,.;:)\s]|$)"
)
LARGER_NAME = re.compile(r"\b(?!(?:On|In|But|And|When|Then|After|As)\b)[A-Z][a-z]+\s$")
"""A word with a capital before a writer: his is a longer name (the Red Cross wrote)."""
INITIALS = re.compile(r"(?<![A-Za-z0-9])((?:[A-Z]\.\s?){1,3})$")
MIDDLE_INITIAL = re.compile(r"\b([A-Z][a-z]{2,15})\s(?:(?:[A-Z]\.\s?){1,2}|[A-Z][a-z]{2,15}\s)$")
WOMAN_BEFORE = re.compile(r"\b(?:Mrs|Miss|Ms|Lady|Madame|Frau)\.?\s{1,3}$")
OFFICE_BEFORE = re.compile(
    r"\b(?:Attorney|Surgeon|Adjutant|Postmaster|Solicitor|Auditor|Comptroller|Inspector|Director)[\s-]$"
)
"""Before "General" these make an office of it."""
LOW_RANK = re.compile(rf"\b(?:{pattern_of('low_ranks')})\s{{1,3}}$")
"""Ranks that nobody of the gazetteer held in the war."""
NOT_RAF = re.compile(r"\b(?:(?<!Air )General|Gen\.|Admiral|Adm\.|Colonel|Col\.|Major|Maj\.)\s{1,3}$")
"""Ranks of an army or navy, none of an officer of the Royal Air Force or a British knight of the gazetteer."""
NAMED_AFTER = re.compile(pattern_of("named_after"))
"""What makes a surname part of the name of a thing or of another person."""
SURNAMED = re.compile(r"\s[A-Z]\.\s[A-Z][a-z]{2,20}\b")
"""An initial and a surname behind a name: it is the given name of another (Harris B. Hull)."""
GIVEN_NAME = re.compile(r"\s(?:[A-Z]\.\s?){0,2}[A-Z][a-zà-ÿ]{2,20}\b")
FOREIGN = re.compile(
    r"(?:\b(?:[Dd]eputy|[Ff]ormer|[Ff]uture|[Ll]ate|[Aa]cting|[Vv]ice|[Ee]x|[Nn]ext|[Ss]hadow|Luftwaffe|LUFTWAFFE)[ -]|\b(?!British)[A-Z][a-z]{2,12}(?:an|ese|ish|ch|ek)\s)$"
)
"""Before an office: it is another country's, or another man's."""
NO_SURNAME = re.compile(r"(?:tion|ment|al|ive|ous|ity|ance|ence|ship|ness|ics|ures?)s?$")
COMMON = 3.0
"""Endings of a common word that "General" before it describes (General Operational Requirement): no person."""
NAME_BEFORE = re.compile(r"([A-Z][a-zà-ÿ]{2,20})\s{1,3}$")
YEARS = re.compile(r"(?<![\d.,/-])(1[5-9]\d\d|20\d\d)(?![\d,])")
ERA = (1914, 1955)
"""Years in which the persons and plants of the gazetteer were what it knows them as."""
YEAR_REACH = 1500
EXACT, CONFUSED, TITLE_ONLY, OFFICE = 0.97, 0.8, 0.7, 0.85
"""Confidence of a spelling known exactly, of one repaired first, of a title before an unknown name, and of an office whose
holder the page's years decide. Judgement."""


@lru_cache(maxsize=8)
def _index(spellings: frozenset[str]) -> dict[str, list[str]]:
    """Spellings by their first word, longest first."""
    index: defaultdict[str, list[str]] = defaultdict(list)
    for spelling in spellings:
        start = spelling.removeprefix("the ")
        index[re.match(r"\w+", start).group()].append(spelling)  # type: ignore[union-attr]
    return {word: sorted(found, key=len, reverse=True) for word, found in index.items()}


@lru_cache(maxsize=4)
def _spellings(owners: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Each spelling looked for, with the gazetteer's own: persons in capitals (A. T. HARRIS) and offices besides."""
    found = {spelling: spelling for spelling, _ in owners}
    found |= {s.upper(): s for s, kind in owners if kind == "person" and len(s) > 4}
    return found | {office: office for office in offices()}


def names(view: View, gazetteer: NameGazetteer, repairs: Iterable[TextRepair] = ()) -> list[FoundName]:
    """Names in the reading, with raw offsets.

    ``id`` is None, and ``candidates`` hold who may be meant, wherever several owners claim the spelling, a town is not
    spoken of as an oil plant, an office's holder is not fixed by the page's years, another given name stands before
    the surname, or the sentence speaks of another age. A name that was repaired first carries the method "repaired".
    """
    spellings = _spellings(tuple(sorted((s, o[0].kind) for s, o in gazetteer.owners.items())))
    index = _index(frozenset(spellings))
    repaired = sorted((r.start, r.end) for r in repairs if r.kind in ("letter_confusion", "mojibake"))
    years = [(m.start(), int(m.group())) for m in YEARS.finditer(view.text)]
    found: list[FoundName] = []
    at = 0
    for word in WORD.finditer(view.text):
        if word.start() < at:
            continue
        known_by = index.get(word.group())
        spelling = _spelling_at(view.text, word.start(), known_by) if known_by else ""
        if not spelling:
            hyphened = view.text.startswith("-", word.end())
            compound = _compound_at(view, word, index, gazetteer) if hyphened else None
            if compound:
                at = view_offset(view, compound.end)
                found.append(compound)
            continue
        at = word.start() + len(spelling.removeprefix("the "))
        if FILE_NUMBER.match(view.text, at):
            continue
        known = spellings[spelling]
        if known in offices():
            found.append(_office(view, word.start(), at, known, years))
        else:
            found.append(_found(view, word.start(), at, known, gazetteer, repaired, years))
    return sorted([*_carried(view, found), *_unknown(view, found)])


def _carried(view: View, found: list[FoundName]) -> list[FoundName]:
    """Names with the identity of a small town's plant given to every mention of it, once its page has named it so."""
    small = {n.raw: n for n in found if n.id and n.raw in small_words("small_towns.txt")}
    return [
        n._replace(id=small[n.raw].id, collision="")
        if n.raw in small and n.id is None and not SETTLED.match(view.text, view_offset(view, n.end - 1) + 1)
        else n
        for n in found
    ]


def _spelling_at(text: str, start: int, spellings: list[str]) -> str:
    for spelling in spellings:
        body = spelling.removeprefix("the ")
        if body != spelling and text[max(0, start - 4) : start].lower() != "the ":
            continue
        end = start + len(body)
        if text.startswith(body, start) and not (
            text[end : end + 1].isalnum() or (text[end : end + 1] == "-" and text[end + 1 : end + 2] in CAPITALS)
        ):
            return spelling
    return ""


CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
FILE_NUMBER = re.compile(r"\.?\s?\(\d{2,4}\)\s?\d")
"""Behind a body's letters: the number of one of its papers, C.O.S.(44)963."""
COMPOUND = re.compile(r"([A-ZÀ-Þ][\wÀ-ÿ]{2,30})-\s?([A-ZÀ-Þ][\wÀ-ÿ]{2,30})(?![\w-])")


def _compound_at(
    view: View, word: re.Match[str], index: dict[str, list[str]], gazetteer: NameGazetteer
) -> FoundName | None:
    """A plant named by its town and itself (Bottrop-Welheim, Gelsenkirchen-Nordstern): whoever owns both halves."""
    match = COMPOUND.match(view.text, word.start())
    halves = [h for h in match.groups() if h in index.get(h, ())] if match else []
    if match is None or not halves or not {*match.groups()} <= {*halves, *small_words("towns.txt")}:
        return None
    owned = [set(_meant(view.text, *match.span(), half, gazetteer)) for half in halves]
    if len(halves) == 1 and halves[0] not in gazetteer.alone:
        return None
    owners = sorted(o for o in set.intersection(*owned) if o.kind == "place")
    if not owners:
        return None
    raw_start, raw_end = raw_span(view, *match.span())
    ids = tuple(o.id for o in owners)
    why = "" if len(ids) == 1 else f"may be any of {', '.join(ids)}; none chosen"
    sure = any(h in gazetteer.alone for h in halves) and not SETTLED.match(view.text, match.end())
    if not (why or sure or is_plant(view.text, *match.span(), halves[0], owners[0], gazetteer)):
        why = f"a town of this name; {ids[0]} only if the oil plant is meant"
    return FoundName(raw_start, raw_end, match.group(), "place", None if why else ids[0], ids, "spelling", EXACT, why)


def _found(
    view: View,
    start: int,
    end: int,
    spelling: str,
    gazetteer: NameGazetteer,
    repaired: list[tuple[int, int]],
    years: list[tuple[int, int]],
) -> FoundName:
    raw_start, raw_end = raw_span(view, start, end)
    after = bisect_left(repaired, (raw_end, 0))
    was_repaired = after > 0 and raw_start < repaired[after - 1][1]
    owners = _meant(view.text, start, end, spelling, gazetteer)
    ids = tuple(o.id for o in owners)
    kinds = {o.kind for o in owners}
    why = "" if len(ids) == 1 else f"may be any of {', '.join(ids)}; none chosen"
    why = why or _doubt(view.text, start, end, spelling, owners[0], gazetteer, years)
    kind, name_id = kinds.pop() if len(kinds) == 1 else "unclear", None if why else ids[0]
    method, confidence = ("repaired", CONFUSED) if was_repaired else ("spelling", EXACT)
    return FoundName(raw_start, raw_end, view.text[start:end], kind, name_id, ids, method, confidence, why)


def _meant(text: str, start: int, end: int, spelling: str, gazetteer: NameGazetteer) -> tuple[Owner, ...]:
    """Who owns a spelling: of several plants of one town, those of the trade that the words beside it speak of; of
    several persons, the one whose given name stands before it."""
    owners = gazetteer.owners[spelling]
    if len(owners) > 1 and all(o.kind == "person" for o in owners):
        given = NAME_BEFORE.search(text[max(0, start - 24) : start])
        named = [o for o in owners if given and any(w.startswith(given.group(1)) for w in gazetteer.words[o])]
        return (named[0],) if len(named) == 1 else owners
    if len(owners) < 2 or any(o.kind != "place" for o in owners):
        return owners
    return of_the_trade(text, start, end, spelling, owners, gazetteer)


def _doubt(
    text: str, start: int, end: int, spelling: str, owner: Owner, gazetteer: NameGazetteer, years: list[tuple[int, int]]
) -> str:
    """Why the one owner of a spelling may not be meant here, or ""."""
    if owner.kind == "place" and not is_plant(text, start, end, spelling, owner, gazetteer):
        return f"a town or firm of this name; {owner.id} only if the oil plant is meant"
    ordinal = spelling in ORDINALS and re.match(r"\s(?!Air\b)[A-Z][a-z]", text[end : end + 6])
    if owner.kind == "organisation" and (ordinal or LARGER_BODY.search(text[max(0, start - 16) : start])):
        return f"part of a longer name; {owner.id} may not be meant"
    if owner.kind not in ("place", "person"):
        return ""
    near = _sentence_years(text, start, end, years)
    modern = min(near, default=0) > ERA[1]
    about = _years_between(years, start - YEAR_REACH, start + YEAR_REACH) if modern else near
    if near and not any(ERA[0] <= y <= ERA[1] for y in about) and not (modern and " " in spelling):
        return f"the sentence speaks of {near[0]}; {owner.id} belongs to another time"
    if owner.kind == "person" and " " not in spelling and _other_given_name(text, start, end, owner, gazetteer):
        return f"another given name stands before it; {owner.id} may not be meant"
    return ""


def _sentence_years(text: str, start: int, end: int, years: list[tuple[int, int]]) -> list[int]:
    if not years:
        return []
    low = max(text.rfind(". ", max(0, start - 300), start), start - 300)
    high = text.find(". ", end, end + 300)
    return _years_between(years, low, high if high >= 0 else end + 300)


def _years_between(years: list[tuple[int, int]], low: int, high: int) -> list[int]:
    first, last = (bisect_left(years, (at, 0)) for at in (low, high))
    return [year for _, year in years[first:last]]


OF_HIS = re.compile(r"\s(?:Papers|Diary|Diaries|Collection|MSS|File|Mission|Plan|Force)\b")


def _other_given_name(text: str, start: int, end: int, owner: Owner, gazetteer: NameGazetteer) -> bool:
    """Whether initials or a given name that are not the person's own stand before the surname."""
    own = gazetteer.words.get(owner, frozenset())
    knight = gazetteer.full_names[owner.id].startswith("Sir ")
    return _is_anothers(text[max(0, start - 40) : start], text[start:end], text[end : end + 60], own, knight)


@lru_cache(maxsize=2000)
def _is_anothers(before: str, name: str, after: str, own: frozenset[str], knight: bool) -> bool:
    """Whether a surname is another person's, by the words beside it; ``own`` are the words of the person's names."""
    titled = not before.rstrip().rpartition(" ")[2].islower()
    if NAMED_AFTER.match(after) or SURNAMED.match(after):
        return True
    if titled and (WOMAN_BEFORE.search(before) or LOW_RANK.search(before)):
        return True
    if titled and NOT_RAF.search(before) and knight:
        return True
    if name in small_words("given_names.txt") and GIVEN_NAME.match(after) and not OF_HIS.match(after):
        return True
    if not titled:
        return False
    if (middle := MIDDLE_INITIAL.search(before)) and middle.group(1) in own:
        return False
    initials, named = INITIALS.search(before), NAME_BEFORE.search(before)
    if not (initials or named):
        return False
    if initials:
        return not any(initials.group(1).replace(" ", "")[:2] == given[:1] + "." for given in own)
    if not named or any(w.startswith(named.group(1)) for w in own) or re.search(rf"{TITLE}\s{{1,3}}$", before):
        return False
    earlier = before[: named.start()]
    opens = not earlier.strip() or re.search(r"[.!?:;\"“”‘’(\n]\s{0,3}$", earlier)
    if named.group(1) in small_words("given_names.txt"):
        return True
    return not opens and named.group(1) not in small_words("no_surnames.txt")


def _office(view: View, start: int, end: int, spelling: str, years: list[tuple[int, int]]) -> FoundName:
    """An office: its holder only where every year nearby falls into his time, and no other name follows."""
    holder, since, until = offices()[spelling]
    raw_start, raw_end = raw_span(view, start, end)
    around = start - YEAR_REACH, start + YEAR_REACH
    near = _sentence_years(view.text, start, end, years) or _years_between(years, *around)
    after = view.text[end : end + 40]
    other = re.match(rf",?\s(?:{TITLE}\s)?(?:{GIVEN}\s){{0,2}}([A-Z][a-z]{{2,}})", after)
    named = re.match(rf",\s(?:{TITLE}\s)?[A-Z][a-z]", after) or (other and other.group(1) not in holder.title())
    named = (
        named
        or FOREIGN.search(view.text[max(0, start - 24) : start])
        or re.match(r"\sof\s(?!the\sUnited\sKingdom|Great\sBritain)[A-Z]|-", after)
    )
    fits = bool(near) and all(int(since[:4]) <= year <= int(until[:4]) for year in near) and not named
    why = "" if fits else f"an office; {holder} held it from {since} to {until}"
    name, name_id = view.text[start:end], holder if fits else None
    return FoundName(raw_start, raw_end, name, "office", name_id, (holder,), "office", OFFICE, why)


def _unknown(view: View, known: list[FoundName]) -> list[FoundName]:
    """Persons that no list knows: behind a title, or as the writer and reader of a cited letter."""
    found = []
    taken = bytearray(len(view.raw) + 1)
    for name in known:
        taken[name.start : name.end] = b"\x01" * (name.end - name.start)
    places = [(m.span(1), "title") for m in TITLED.finditer(view.text)]
    places += [(m.span(g), "correspondent") for m in CORRESPONDENTS.finditer(view.text) for g in (1, 2)]
    places += [(m.span(1), "correspondent") for m in READER_OF.finditer(view.text)]
    for match in WROTE_TO.finditer(view.text) if " wrote " in view.text else ():
        longer = LARGER_NAME.search(view.text[max(0, match.start() - 16) : match.start()])
        places += [(match.span(g), "correspondent") for g in ((2,) if longer else (1, 2))]
    for (first, last), method in places:
        start, end = raw_span(view, first, last)
        words = set(re.findall(r"\w+", view.text[first:last]))
        titled = view.text.rfind("General", max(0, first - 12), first)
        noun = re.match(r"\w+", view.text[first:last])
        if titled >= 0 and noun and NO_SURNAME.search(noun.group()) and zipf(noun.group().lower()) >= COMMON:
            continue
        if titled >= 0 and OFFICE_BEFORE.search(view.text[max(0, titled - 14) : titled]):
            continue
        if 1 in taken[start:end] or words & small_words("no_surnames.txt") or not any(len(w) > 2 for w in words):
            continue
        taken[start:end] = b"\x01" * (end - start)
        found.append(FoundName(start, end, view.text[first:last], "person", None, (), method, TITLE_ONLY))
    return [*found, *_again(view, found, taken)]


def _again(view: View, found: list[FoundName], taken: bytearray) -> list[FoundName]:
    """Surnames of persons that no list knows, where they speak or write after they were named in full."""
    first = {name.raw.split()[-1]: name.start for name in sorted(found, reverse=True)}
    surnames = "|".join(re.escape(s) for s in first if len(s) > 3)
    again: list[FoundName] = []
    speaks = rf"\b(?<![Tt]he )({surnames})(?=,?\s(?:\w{{2,12}}\s){{0,2}}?{SAYING}\b|[’']s\s{PAPER}\b)"
    for match in re.finditer(speaks, view.text) if surnames else ():
        start, end = raw_span(view, *match.span(1))
        if start > first[match[1]] and 1 not in taken[start:end]:
            again.append(FoundName(start, end, match[1], "person", None, (), "surname", TITLE_ONLY))
    return again


def mark_rival_misprints(raw: str, found: Iterable[FoundName]) -> list[FoundName]:
    """Names, with a collision on every one of two or more different misprints that were repaired into one id.

    Two misprints that lead to one name are two guesses: neither confirms the other.
    """
    found = list(found)
    misprints: defaultdict[str, set[str]] = defaultdict(set)
    for name in found:
        if name.id and name.method == "repaired":
            misprints[name.id].add(raw[name.start : name.end])
    marked = []
    for name in found:
        prints = misprints[name.id] if name.id and name.method == "repaired" else set()
        if len(prints) > 1:
            clash = f"{', '.join(sorted(prints))} all claim {name.id}; one of them may be another name"
            name = name._replace(collision=clash)
        marked.append(name)
    return marked
