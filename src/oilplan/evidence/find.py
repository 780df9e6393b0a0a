"""From a corpus to the passages on a claim or a row: what to look for, found by words, figures read and set beside the record."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from oilplan.errors import OilplanError
from oilplan.evidence.find_index import Passage, Updated, index_place, quoted, rare_enough, search, update_index
from oilplan.evidence.findings import Document, Quantity
from oilplan.evidence.gazetteer import default_gazetteer
from oilplan.evidence.lexicon import read_table, small_words, zipf
from oilplan.evidence.limits import Check, go_on
from oilplan.evidence.reading import read_text

MOST_LOOKED_AT = 400
"""Passages that the index ranks first, among which those that hold most of what is sought are chosen."""
MOST_COMMON = 0.25
"""Share of the passages that may hold a word before it is left out of the query."""
MOST_SHOWN = 200
CLOSE = 0.005
"""Two figures are the same within half a percent: tons are rounded, and pages print long tons as tons."""


class Compared(NamedTuple):
    """A figure of the record set beside a figure of the page: the same, or another of the same unit and occasion."""

    row: str
    record: str
    page: str
    agrees: bool


class Brought(NamedTuple):
    """A passage found, what was read in it, and how its figures stand to the record."""

    passage: Passage
    document: Document
    compared: tuple[Compared, ...]


class Search(NamedTuple):
    """What was looked for and brought, best first, and how the index was brought up to date."""

    sought: Sought
    found: tuple[Brought, ...]
    updated: Updated
    place: Path


def find(
    query: str, folder: Path, row: str = "", index: Path | None = None, most: int = 10, check: Check = go_on
) -> Search:
    """The passages of ``folder`` that bear on a claim (``C45``), a row (``raids:ID``) or words, best first.

    index: where the index is kept; in the cache when None. It is made on the first call and brought up to date after.
    most: passages to bring, at most 200

    A passage ranks by bm25 and by how many of the concepts sought it holds. Raises OilplanError for an unknown claim
    or row, words without meaning, a folder without files.
    """
    if not folder.is_dir():
        raise OilplanError(f"{folder} is not a folder; name the folder of texts with --in.")
    looked_for = sought(query, row)
    place = index or index_place(folder)
    updated = update_index(folder, place, check)
    return Search(looked_for, brought(looked_for, place, most), updated, place)


def brought(looked_for: Sought, place: Path, most: int) -> tuple[Brought, ...]:
    """The passages of the index at ``place`` that bear on what is sought, best first, each read and compared."""
    ranked = _ranked(looked_for, place)[: max(1, min(most, MOST_SHOWN))]
    return tuple(_brought(p, looked_for) for p in ranked)


def _ranked(looked_for: Sought, place: Path) -> list[Passage]:
    ways = {way for concept, _ in looked_for.concepts for way in concept}
    rare = rare_enough(place, ways, MOST_COMMON)
    if not rare:
        return []
    found = search(place, " OR ".join(map(quoted, rare)), MOST_LOOKED_AT)
    top = max((p.score for p in found), default=1.0) or 1.0
    concepts = [
        ([(_plain_words(w), rare[w]) for w in ways if w in rare], weight) for ways, weight in looked_for.concepts
    ]
    scored = [p._replace(score=round(_coverage(p.text, concepts) * (1 + p.score / top), 3)) for p in found]
    return sorted(scored, key=lambda p: (-p.score, p.file, p.start))


def _coverage(text: str, concepts: Sequence[tuple[list[tuple[str, float]], float]]) -> float:
    """Sum over the concepts sought that stand in the text: weight times rarity."""
    plain = _plain_words(text)
    return sum(weight * max((rarity for way, rarity in ways if way in plain), default=0.0) for ways, weight in concepts)


def _plain_words(text: str) -> str:
    """The words of a text in lower case, each with a space before: a way of printing is looked for in these."""
    return " " + " ".join(re.findall(r"\w+", text.lower()))


def _brought(passage: Passage, looked_for: Sought) -> Brought:
    document = read_text(passage.file, passage.text)
    return Brought(passage, document, tuple(_compared(document, looked_for)))


def _compared(document: Document, looked_for: Sought) -> list[Compared]:
    """Rows of the record whose figures stand, or should stand, in the passage."""
    from oilplan.record import load_record

    record = load_record()
    tables = ("claims_evidence", "forces", "raids")
    rows = looked_for.rows or tuple((t, key) for t in tables for key in record.rows(t))
    ids = {n.id for n in document.names if n.id} | {c for n in document.names for c in n.candidates}
    days = {d.edtf for d in document.dates}
    found: list[Compared] = []
    for table, key in rows:
        row = record.rows(table)[key]
        if not looked_for.rows and not _same_occasion(row, ids, days):
            continue
        for unit, value in _values(row):
            mine = [q for q in document.quantities if q.value is not None and _same_unit(q, unit)]
            same = [q for q in mine if _close(q.value, value)]
            about = same or (mine if _same_occasion(row, ids, days) else [])
            if about:
                found.append(Compared(f"{table}:{key}", f"{value:,.10g} {unit}", about[0].raw, bool(same)))
    return found


def _values(row: dict[str, Any]) -> list[tuple[str, float]]:
    if "total_tons_short" in row:
        pairs = [("short tons", row["total_tons_short"]), ("aircraft", row["aircraft"])]
    else:
        pairs = [(str(row.get("unit") or ""), row.get("value"))]
    return [(unit, float(value)) for unit, value in pairs if value]


def _same_unit(quantity: Quantity, unit: str) -> bool:
    mine, theirs = quantity.unit.lower(), unit.lower()
    if "tons" in mine and "tons" in theirs:
        return "per ton" not in theirs
    return bool(mine) and theirs.startswith(mine)


def _close(mine: float | None, theirs: float) -> bool:
    return mine is not None and abs(mine - theirs) <= CLOSE * max(abs(theirs), 1e-9)


def _same_occasion(row: dict[str, Any], ids: set[str], days: set[str]) -> bool:
    """Whether the passage names the row's works or force, and its day or month."""
    who = {str(row.get(k) or "") for k in ("plant_id", "about", "force")}
    when = str(row.get("date") or row.get("period") or "")
    return bool(who & ids) and bool(when) and any(d == when or (len(when) == 7 and d.startswith(when)) for d in days)


def search_json(done: Search) -> list[dict[str, Any]]:
    """The passages as plain values: file, page, offsets, score, figures, and the rows they agree with or differ from."""
    return [_plain(b) for b in done.found]


def _plain(brought: Brought) -> dict[str, Any]:
    p = brought.passage
    fields = ("raw", "value", "low", "high", "unit", "of", "caution")
    figures = [
        {"start": p.start + q.start, "end": p.start + q.end, **{field: getattr(q, field) for field in fields}}
        for q in brought.document.quantities
    ]
    agreeing = sorted({c.row for c in brought.compared if c.agrees})
    differing = [c._asdict() for c in brought.compared if not c.agrees and c.row not in agreeing]
    return {
        **{field: getattr(p, field) for field in ("file", "page", "start", "end", "score", "text")},
        "figures": figures,
        "dates": [d.edtf for d in brought.document.dates],
        "agrees_with": agreeing,
        "differs_from": differing,
    }


# What to look for: the words, plants, persons, dates and synonyms of a claim, of a row, or of a user's own words.

CLAIM = re.compile(r"C\d{1,3}", re.IGNORECASE)
DATE = re.compile(r"\b(19\d\d)-(\d\d)(?:-(\d\d))?\b")
WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?|\d[\d,.]*\d|\d")
COMMON = 5.3
"""Zipf frequency from which a word finds every second passage and is left out."""
LONGEST_QUERY = 2000
LESS = 0.5
"""Weight of a synonym or of a word of the test beside one of the claim itself. Judgement."""
CLAIM_COLUMNS = (("quote", 1.0), ("speaker", LESS), ("addressee", LESS), ("test_quantity", LESS), ("note", LESS / 2))
SKIPPED_COLUMNS = frozenset(
    {"row_id", "source_keys", "via", "status", "confidence", "marks_note", "quality", "raw_lines", "raw_dates", "book"}
    | {"date_basis", "raw_force", "raw_rows", "attack_lines", "facts", "seed", "raw_anchor_start"}
)


class Sought(NamedTuple):
    """What a query looks for.

    concepts: each concept, as the ways it may be printed, with its weight
    rows: the rows of the record that passages are compared with, as (table, row_id); empty: any that fits
    claim: id of the claim, or ""
    """

    concepts: tuple[tuple[tuple[str, ...], float], ...]
    rows: tuple[tuple[str, str], ...] = ()
    claim: str = ""


def sought(query: str, row: str = "") -> Sought:
    """What ``query`` (a claim's id or words) or ``row`` (``table:row_id``) looks for.

    Raises OilplanError for an unknown claim or row, or a query without words.
    """
    if row:
        found = _of_row(row)
    elif CLAIM.fullmatch(query.strip()):
        found = _of_claim(query.strip().upper())
    else:
        found = Sought(tuple(_merged(_concepts(query[:LONGEST_QUERY], 1.0, figures=True))))
    if not found.concepts:
        raise OilplanError(f"{(row or query)[:60]!r} holds no word to look for; give a claim (C45), a row or words.")
    return found


def _of_claim(claim: str) -> Sought:
    from oilplan.record import load_record

    record = load_record()
    row = record.rows("claims").get(claim)
    if row is None:
        known = list(record.rows("claims"))
        raise OilplanError(f"no claim {claim} in the record; expected one of {known[0]} to {known[-1]}.")
    rows = tuple(
        ("claims_evidence", key)
        for key, evidence in record.rows("claims_evidence").items()
        if claim in (evidence["claim_ids"] or "").split(";")
    )
    concepts = [c for column, weight in CLAIM_COLUMNS for c in _concepts(str(row[column] or ""), weight)]
    return Sought(tuple(_merged(concepts)), rows, claim)


def _of_row(name: str) -> Sought:
    from oilplan.record import load_record

    table, _, key = name.partition(":")
    rows = load_record().rows(table)
    if key not in rows:
        from oilplan.record.read import nearest

        near = ", ".join(nearest(key, list(rows))[:3])
        raise OilplanError(f"no row '{key[:60]}' in {table}; nearest: {near}. Expected table:row_id.")
    return Sought(tuple(_merged(_row_concepts(rows[key]))), ((table, key),))


def _row_concepts(row: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], float]]:
    names = _spellings()
    for column, value in row.items():
        if value is None or column in SKIPPED_COLUMNS or (column.endswith("_id") and str(value) not in names):
            continue
        if str(value) in names:
            yield names[str(value)], 1.5
        elif column in ("date", "month", "period"):
            yield from _dates(str(value), 1.5)
        elif isinstance(value, int | float):
            if value >= 10:
                yield _figures(value), 1.0
        else:
            yield from _concepts(str(value).replace("_", " "), LESS)


def _figures(value: float) -> tuple[str, ...]:
    plain = f"{value:.0f}" if value == int(value) else f"{value:g}"
    return tuple(dict.fromkeys((plain, f"{value:,.0f}" if value == int(value) else plain)))


def _concepts(text: str, weight: float, figures: bool = False) -> Iterator[tuple[tuple[str, ...], float]]:
    """Concepts of a text: names of the gazetteer, dates, terms with their synonyms, other words.

    figures: whether bare figures are looked for too; those of a test or note are seldom on the page that bears on it
    """
    yield from _dates(text, weight)
    left = DATE.sub(" ", text)
    for phrase, same in _known_phrases().items():
        if phrase.lower() not in left.lower():
            continue
        found = re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", left, re.IGNORECASE if phrase.islower() else 0)
        if found:
            yield same, weight * (1.5 if not phrase.islower() else 1.0)
            left = left[: found.start()] + " " + left[found.end() :]
    for word in WORD.findall(left):
        lowered = word.lower().removesuffix("'s").removesuffix("’s")
        figure = word[0].isdigit()
        if figure and not figures:
            continue
        if lowered in small_words("ends_a_phrase.txt") or (not figure and len(lowered) < 3):
            continue
        if figure or zipf(lowered) < COMMON:
            yield (word if figure else lowered,), weight


def _dates(text: str, weight: float) -> Iterator[tuple[tuple[str, ...], float]]:
    for year, month, day in DATE.findall(text):
        if not 1 <= int(month) <= 12:
            continue
        name = calendar.month_name[int(month)]
        if day:
            days = str(int(day)), _ordinal(int(day))
            yield tuple(way for d in days for way in (f"{d} {name}", f"{name} {d}")), weight
        yield (f"{name} {year}", f"{name}, {year}"), weight * LESS


def _ordinal(day: int) -> str:
    ending = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    """Every way to print each plant, person and body, by id."""
    found: dict[str, list[str]] = {}
    gazetteer = default_gazetteer()
    for spelling, owners in gazetteer.owners.items():
        for owner in owners:
            found.setdefault(owner.id, []).append(spelling.removeprefix("the "))
    return {key: tuple(sorted({*spellings})) for key, spellings in found.items()}


@cache
def _known_phrases() -> dict[str, tuple[str, ...]]:
    """What a phrase may also be printed as: names and synonyms, the longest phrase first."""
    phrases: dict[str, tuple[str, ...]] = {}
    for row in read_table("synonyms.csv"):
        same = tuple(row["words"].split(";"))
        phrases |= dict.fromkeys(same, same)
    for same in _spellings().values():
        phrases |= {spelling: same for spelling in same if spelling not in phrases}
    return dict(sorted(phrases.items(), key=lambda item: -len(item[0])))


def _merged(concepts: Iterable[tuple[tuple[str, ...], float]]) -> list[tuple[tuple[str, ...], float]]:
    """Each concept once, with its largest weight."""
    best: dict[tuple[str, ...], float] = {}
    for ways, weight in concepts:
        best[ways] = max(best.get(ways, 0.0), weight)
    return list(best.items())
