"""Rows of the record that a page touches, and rows proposed for it; what the page does not say is left to a person."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import PurePath
from typing import NamedTuple

from oilplan.evidence.collation import place_in_a
from oilplan.evidence.findings import (
    Document,
    Overlap,
    Paraphrase,
    Proposal,
    Quantity,
    Quotation,
    Reading,
    ReadLetter,
    reading_of,
)
from oilplan.evidence.limits import within
from oilplan.evidence.people import NARRATOR

FEWEST_WORDS = 4
WINDOW, LONGEST_CLAIM = 1_000_000, 10_000
"""Characters in which the words of claims are looked for at once, and those that two such stretches share."""


class Linked(NamedTuple):
    """A row of the record: its id, table, what it says, and how far to believe it."""

    id: str
    table: str
    text: str
    marks: str


def linked_rows(reading: Reading) -> list[Linked]:
    """Rows of `plants`, `letters` and `claims` that the documents name, may cite or quote, in that order."""
    ids = {c for d in reading.documents for n in d.names for c in n.candidates}
    cited = {c for p in reading.proposals for c in p.candidates}
    quoted = {c for d in reading.documents for c in quoted_claims(d)}
    return [
        *_rows("plants", ids, ("name", "process", "region")),
        *_rows("letters", cited, ("date", "from", "to", "gist")),
        *_rows("claims", quoted, ("speaker", "quote")),
    ]


def _rows(table: str, ids: set[str], columns: Sequence[str]) -> Iterator[Linked]:
    from oilplan.record import load_record

    for key, row in load_record().rows(table).items():
        if key in ids:
            says = " · ".join(str(row[c]) for c in columns if row[c])
            yield Linked(key, table, says, f"{row['status'].replace('_', ' ')}, confidence {row['confidence']}")


def quoted_claims(document: Document) -> list[str]:
    """Ids of the record's claims whose words stand in the document (letters and digits compared, case aside)."""
    wanted = {part for _, parts in _claim_words() for part in parts}
    for at in range(0, len(document.reading), WINDOW - LONGEST_CLAIM):
        text = _letters_only(document.reading[at : at + WINDOW])
        wanted = {part for part in wanted if part not in text}
    return [key for key, parts in _claim_words() if parts and not wanted & set(parts)]


@lru_cache(maxsize=1000)
def claims_holding(words: str) -> tuple[str, ...]:
    """Ids of the record's claims that hold ``words``, or whose own words stand in them, a misread letter aside."""
    text = _letters_only(words)
    own = frozenset(text.split())
    if len(text.split()) < FEWEST_WORDS:
        return ()
    return tuple(k for k, parts in _claim_words() if any(_same_claim(text, own, part) for part in parts))


def _same_claim(text: str, own: frozenset[str], part: str) -> bool:
    """Whether one of two texts holds the other, letter for letter or with letters that a scan misread."""
    if part in text or text in part:
        return True
    words = frozenset(part.split())
    if len(words & own) < SHARED_WORDS * min(len(words), len(own)) or min(len(words), len(own)) < FEWEST_MISREAD:
        return False
    from rapidfuzz.fuzz import partial_ratio

    return partial_ratio(text, part) >= LIKENESS


SHARED_WORDS, LIKENESS, FEWEST_MISREAD = 0.7, 94.0, 6
"""Of the shorter of two texts: share of its words that the other must hold, likeness in percent, and number of words."""


@cache
def _claim_words() -> tuple[tuple[str, tuple[str, ...]], ...]:
    from oilplan.record import load_record

    found = []
    for key, row in load_record().rows("claims").items():
        parts = [_letters_only(part) for part in re.split(r"\.\.\.|\[[^\]]*\]", row["quote"])]
        found.append((key, tuple(p for p in parts if len(p.split()) >= FEWEST_WORDS)))
    return tuple(found)


def _letters_only(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("’s", "s").replace("'s", "s")))


class KnownLetter(NamedTuple):
    """A letter of the record: its id, writer, addressee and date."""

    id: str
    sender: str
    to: str
    date: str


@lru_cache(maxsize=1000)
def known_letters(sender: str, to: str, date: str) -> tuple[str, ...]:
    """Ids of letters in the record that a letter so described may be.

    Writer and addressee are compared by surname, the date by what of it is known (XXXX-12-22 fits any year). A
    letter of which the page gives fewer than two of the three is too vague to match.
    """
    if sum(map(bool, (sender, to, date))) < 2:
        return ()
    known = (k for k in _known_letters() if _surname_in(sender, k.sender) and _surname_in(to, k.to))
    return tuple(k.id for k in known if not date or _fits(date, k.date))


@cache
def _known_letters() -> tuple[KnownLetter, ...]:
    from oilplan.record import load_record

    rows = load_record().rows("letters").values()
    return tuple(KnownLetter(r["letter_id"], r["from"], r["to"], str(r["date"])) for r in rows)


def _surname_in(name: str, text: str) -> bool:
    return not name or name.split()[-1] in text


def _fits(date: str, known: str) -> bool:
    return date == known or (date.startswith("XXXX-") and known[5:] == date[5:])


PERIOD = re.compile(r"^19\d\d(-\d\d(-\d\d)?)?(/19\d\d(-\d\d(-\d\d)?)?)?$")
LETTER_REACH = 3000
"""Characters around a quotation within which a letter between the same two persons may be the one quoted."""
LONGEST_SENTENCE = 800
FEWEST_CLAIM_WORDS = 4
"""A shorter quotation is a phrase, not a claim that can be tested."""
FIGURE_CONFIDENCE = 0.8
WORDS = ((0.9, "high"), (0.8, "medium-high"), (0.6, "medium"), (0.4, "medium-low"), (0.0, "low"))


def proposals(documents: Sequence[Document], overlaps: Sequence[Overlap]) -> Iterator[Proposal]:
    """Proposed rows for `letters`, `claims` and `forces` from all documents.

    The same words in two scans of a page make one proposal that names both places; its confidence does not rise,
    since two scans of one edition can err alike.
    """
    shared = {name for o in overlaps for name in (o.a, o.b)}
    twins = _once({d.file: _of_document(d) for d in documents if d.file in shared}, overlaps)
    for document in documents:
        yield from twins[document.file] if document.file in shared else _of_document(document)


def _once(found: Mapping[str, Iterable[Proposal]], overlaps: Sequence[Overlap]) -> dict[str, list[Proposal]]:
    of_file: dict[str, list[Proposal]] = {}
    for name, rows in found.items():
        own = of_file[name] = []
        beside = [o for o in overlaps if name in (o.a, o.b)]
        for proposal in rows:
            twin = _twin(proposal, beside, of_file)
            if twin is None:
                own.append(proposal)
            else:
                file, index = twin
                kept = of_file[file][index]
                also = (*kept.also, f"{proposal.file}:{proposal.start}")
                if _is_cut(kept, proposal):
                    kept, also = proposal, (*kept.also, f"{kept.file}:{kept.start}")
                of_file[file][index] = kept._replace(also=also)
    return of_file


def _is_cut(one: Proposal, other: Proposal) -> bool:
    """Whether the words of one scan break off, at its edge, in those of another."""
    return len(other.quote) > len(one.quote) + NEAR and other.quote.startswith(one.quote[:-NEAR])


@cache
def confidence_word(confidence: float) -> str:
    """The record's word for a confidence between 0 and 1."""
    return next(word for floor, word in WORDS if confidence >= floor)


def _of_document(document: Document) -> Iterator[Proposal]:
    dated = [x for x in document.letters if PERIOD.match(x.date)]
    for letter in document.letters:
        yield _letter(document, letter)
    for quotation in document.quotations:
        if len(quotation.raw.split()) >= FEWEST_CLAIM_WORDS:
            yield _claim(document, quotation, dated)
    for reported in document.paraphrases:
        yield _claim(document, reported, dated)
    for quantity in document.quantities:
        if quantity.value is not None or quantity.low is not None:
            yield _figure(document, quantity)


def _letter(document: Document, letter: ReadLetter) -> Proposal:
    dated = bool(PERIOD.match(letter.date))
    filled = [n for n, v in (("sender", letter.sender), ("addressee", letter.to), ("date", letter.date)) if v]
    row = {
        "date": letter.date if dated else "",
        "date_precision": "day" if re.fullmatch(r"\d{4}-\d\d-\d\d", letter.date) else "interval" if dated else "",
        "from": letter.sender,
        "to": letter.to,
        "drafted_by": letter.drafted_by,
        "reference": letter.reference,
        "gist": f"As the page has it: “{letter.raw}”.",
        "status_printed": "read from a scanned page",
        "verified_part": f"{', '.join(filled)}, as the page gives them" if filled else "",
        "marks_note": "" if dated or not letter.date else f"the page gives {letter.date}: no year",
    }
    same = known_letters(letter.sender, letter.to, letter.date)
    clashes = _clashes(document, letter.start, letter.end)
    if len(same) > 1:
        clashes = (*clashes, f"may be any of {', '.join(same)} of the record")
    return _proposal(document, "letters", row, letter, same, clashes, letter.confidence)


def _claim(document: Document, found: Quotation | Paraphrase, dated: Sequence[ReadLetter]) -> Proposal:
    """A claim in quoted or reported words; its candidates are the record's claims that hold the words already.

    dated: the document's letters that have a date, in its order
    """
    stem, _ = _stem(document.file)
    basis = found.basis or "nothing on the page"
    drafter = f"; drafted by {found.drafter}" if found.drafter else ""
    reported = isinstance(found, Paraphrase)
    row = {
        "quote": found.raw,
        "seed": stem,
        "raw_anchor_start": f"{stem}:{found.start}",
        "speaker": found.speaker,
        "addressee": found.addressee,
        "date": _letter_date(dated, found),
        "kind": "figure" if within(document.quantities, found.start, found.end) else "",
        "note": f"{'paraphrase, ' if reported else ''}reported by {found.reporter}{drafter}; speaker found by: {basis}",
    }
    clashes = () if found.speaker else ("the page does not say who speaks",)
    if reported and " / " in found.speaker:
        clashes = ("the sentence may be the reporter's own",)
    held = claims_holding(_as_read(document, found))
    return _proposal(document, "claims", row, found, held, clashes, found.confidence)


def _as_read(document: Document, found: Quotation | Paraphrase) -> str:
    """The words of a finding with the repairs that stand in it."""
    repairs = within(document.repairs, found.start, found.end)
    if not repairs:
        return found.raw
    return reading_of(found.raw, (r._replace(start=r.start - found.start, end=r.end - found.start) for r in repairs))


def _figure(document: Document, quantity: Quantity) -> Proposal:
    is_effort = quantity.unit.split(" ")[0] in EFFORT
    start, end = quantity.start, quantity.end
    if is_effort or document.names:
        start, end = _sentence(document.raw, start, end)
    names, dates = (within(rows, start, end) if is_effort else () for rows in (document.names, document.dates))
    forces = {str(n.id) for n in names if n.id in FORCES}
    periods = {d.edtf for d in dates if PERIOD.match(d.edtf)}
    value = quantity.value
    bounds = f"; between {quantity.low:g} and {quantity.high:g}" if quantity.low and quantity.high else ""
    row = {
        "force": "+".join(sorted(forces)),
        "period": periods.pop() if len(periods) == 1 else "",
        "quantity": quantity.of,
        "value": "" if value is None else f"{value:g}" if value % 1 else f"{value:.0f}",
        "unit": quantity.unit,
        "verified": "read",
        "note": f"said by {quantity.speaker or NARRATOR}; {quantity.caution}{bounds}".strip("; "),
    }
    clashes = _clashes(document, start, end)
    return _proposal(document, "forces", row, quantity, (), clashes, FIGURE_CONFIDENCE)


FORCES = {"bomber_command", "eighth_af", "fifteenth_af"}
EFFORT = {"tons", "long", "short", "metric", "sorties", "aircraft", "bombs", "raids", "attacks"}
"""Units of a force's effort: only these are ascribed to the force and period that the sentence names."""


def _proposal(
    document: Document,
    table: str,
    row: dict[str, str],
    found: ReadLetter | Quotation | Paraphrase | Quantity,
    candidates: Sequence[str],
    clashes: Sequence[str],
    confidence: float,
) -> Proposal:
    stem, name = _stem(document.file)
    digest = hashlib.sha256(f"{table}|{stem}|{found.start}|{found.raw}".encode()).hexdigest()[:8]
    key, row = f"{table}-{name}-{digest}", row | {"confidence": confidence_word(confidence)}
    return Proposal(key, table, row, document.file, *found[:3], tuple(candidates), tuple(clashes), confidence)


@lru_cache(maxsize=16)
def _stem(file: str) -> tuple[str, str]:
    """A file's name without its ending, whole and as ids carry it."""
    stem = PurePath(file).stem
    return stem, re.sub(r"[^A-Za-z0-9]+", "_", stem)[:24].strip("_") or "page"


def _clashes(document: Document, start: int, end: int) -> tuple[str, ...]:
    return tuple(f"“{n.raw}” {n.collision}" for n in within(document.names, start, end) if n.collision)


def _letter_date(dated: Sequence[ReadLetter], quotation: Quotation | Paraphrase) -> str:
    near = within(dated, quotation.start - LETTER_REACH, quotation.end + LETTER_REACH)
    dates = {x.date for x in near if (x.sender, x.to) == (quotation.speaker, quotation.addressee)}
    return dates.pop() if len(dates) == 1 and quotation.speaker else ""


def _sentence(raw: str, start: int, end: int) -> tuple[int, int]:
    low, high = max(0, start - LONGEST_SENTENCE), end + LONGEST_SENTENCE
    before = max(raw.rfind(". ", low, start), raw.rfind("\n\n", low, start), low)
    after = raw.find(". ", end, high)
    return before + 1, after if after >= 0 else min(high, len(raw))


def _twin(
    proposal: Proposal, beside: Sequence[Overlap], of_file: Mapping[str, list[Proposal]]
) -> tuple[str, int] | None:
    """Where the same words were proposed from another scan: its file and place in that file's list."""
    for overlap in beside:
        other_file = overlap.a if overlap.b == proposal.file else overlap.b
        for index, other in enumerate(of_file.get(other_file, ()) if other_file != proposal.file else ()):
            if other.table == proposal.table and other.file == other_file and _same_words(other, proposal, overlap):
                return other_file, index
    return None


def _same_words(one: Proposal, other: Proposal, overlap: Overlap) -> bool:
    in_a, in_b = (one, other) if overlap.a == one.file else (other, one)
    inside = overlap.b_span[0] <= in_b.start < overlap.b_span[1]
    return inside and abs(place_in_a(overlap, in_b.start) - in_a.start) <= NEAR


NEAR = 8
"""Two scans place the same words within this many characters of each other once aligned."""
