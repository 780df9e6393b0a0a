"""From a corpus to the passages on a claim or a row: found by words, their figures read, set beside the record."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from oilplan.errors import OilplanError
from oilplan.evidence.accepting import Accepted, Cited, append, cited_place
from oilplan.evidence.find_index import Passage, Updated, index_place, quoted, rare_enough, search, update_index
from oilplan.evidence.find_terms import Sought, sought
from oilplan.evidence.findings import Document, Quantity
from oilplan.evidence.limits import Check, go_on
from oilplan.evidence.reading import read_text

MOST_LOOKED_AT = 400
"""Passages that the index ranks first, among which those that hold most of what is sought are chosen."""
MOST_COMMON = 0.25
"""Share of the passages that may hold a word before it is left out of the query."""
MOST_SHOWN = 200
CLOSE = 0.005
"""Two figures are the same within half a percent: tons are rounded, and pages print long tons as tons."""
LONGEST_QUOTE_WORDS = 15
SIDES = ("for", "against", "on")
"""Where an accepted passage may stand on a claim; on: context only."""
FORCES = {"bomber_command", "eighth_af", "fifteenth_af"}


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


def accept_found(
    done: Search,
    chosen: str,
    record: Path,
    on: datetime.date,
    claim: str = "",
    period: str = "",
    source: str = "",
    bears: str = "",
) -> Accepted:
    """Append a passage to the table `claims_evidence` of the user's own record folder.

    chosen: its number in the list (``3``), or with one of its figures (``3.2``)
    claim: the claim it bears on, where the query was none; period: day, month or period it speaks of, where the
    passage names not one only; source: key of the work it is from; bears: one of `SIDES`, on which the verdict then
    shows it, or nothing yet

    Raises OilplanError for a number that is not in the list, a claim or period that is missing, another side, and as
    `append` does.
    """
    brought, figure = _chosen(done, chosen)
    if bears and bears not in SIDES:
        raise OilplanError(f"--bears {bears[:20]!r} is no side of a claim; expected {', '.join(SIDES)}.")
    claim = (claim or done.sought.claim).upper()
    if not claim:
        raise OilplanError("which claim does the passage bear on? Name it with --claim, such as --claim C45.")
    p, document = brought.passage, brought.document
    days = {d.edtf for d in document.dates if re.fullmatch(r"\d{4}(-\d\d){0,2}", d.edtf)}
    if not period and len(days) != 1:
        found = f"it names {', '.join(sorted(days)[:6])}" if days else "it names none"
        raise OilplanError(f"what time does the passage speak of ({found})? Say it with --period, such as 1944-11.")
    start, end = _sentence(p.text, figure.start, figure.end) if figure else (0, len(p.text))
    row = {
        "claim_ids": claim,
        "bears": f"{bears}:{claim}" if bears else "",
        "period": period or days.pop(),
        "about": _about(document),
        "quantity": _key(f"{figure.unit} {figure.of}") if figure else "passage_on_the_claim",
        "value": f"{figure.value:.12g}" if figure and figure.value is not None else "",
        "unit": figure.unit if figure else "text",
        "says": "" if figure else " ".join(p.text.split()),
        "quote": " ".join(p.text[start:end].split()[:LONGEST_QUOTE_WORDS]),
        "note": figure.caution if figure else "",
        "confidence": "medium",
    }
    digest = hashlib.sha256(f"{claim}|{p.file}|{p.start}|{figure.start if figure else ''}".encode()).hexdigest()[:8]
    key = f"{claim.lower()}_{_key(PurePath(p.file).stem)[:24]}_{digest}"
    place = cited_place(p.file, p.page, p.start, p.end)
    return append([Cited("claims_evidence", row, key, p.file, p.text, place, source)], record, on)


def _chosen(done: Search, chosen: str) -> tuple[Brought, Quantity | None]:
    match = re.fullmatch(r"(\d{1,3})(?:\.(\d{1,3}))?", chosen.strip())
    number = int(match[1]) if match else 0
    if not 1 <= number <= len(done.found):
        raise OilplanError(f"--accept {chosen[:20]}: expected 1 to {len(done.found)}, or with a figure, such as 1.2.")
    brought = done.found[number - 1]
    figures: Sequence[Quantity] = brought.document.quantities
    if match is None or match[2] is None:
        return brought, figures[0] if len(figures) == 1 else None
    if not 1 <= int(match[2]) <= len(figures):
        raise OilplanError(f"--accept {chosen[:20]}: passage {number} has {len(figures)} figures.")
    return brought, figures[int(match[2]) - 1]


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    before, after = text.rfind(". ", 0, start), text.find(". ", end)
    return (before + 2 if before >= 0 else 0), (after + 1 if after >= 0 else len(text))


def _about(document: Document) -> str:
    named = [n.id for n in document.names if n.id]
    return next((i for i in named if i in FORCES), named[0] if named else "unnamed")


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "figure"
