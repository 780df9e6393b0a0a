"""Reading: from raw texts to everything found in them, in the order that keeps markers from being read as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from oilplan.evidence.collation import overlaps
from oilplan.evidence.dates import dates
from oilplan.evidence.findings import Document, Joined, Overlap, Reading
from oilplan.evidence.footnotes import footnotes
from oilplan.evidence.gazetteer import Gazetteer, default_gazetteer
from oilplan.evidence.joining import joined_texts, with_cut_words, with_readings
from oilplan.evidence.letters import letters, marked_text, one_per_letter
from oilplan.evidence.names import mark_rival_misprints, names
from oilplan.evidence.note_marks import Mark, note_marks
from oilplan.evidence.note_numbers import Numbered, number_run
from oilplan.evidence.paraphrases import paraphrases, with_speakers
from oilplan.evidence.people import mentions
from oilplan.evidence.proposals import proposals
from oilplan.evidence.quantities import quantities
from oilplan.evidence.quotations import quotations
from oilplan.evidence.repairs import notes_of, text_repairs
from oilplan.evidence.sources import load_text
from oilplan.evidence.view import view_of


def read_text(name: str, text: str, gazetteer: Gazetteer | None = None) -> Document:
    """Read one text: repairs, dates, names, quantities, letters, quotations and notes, with raw offsets.

    name: what the document is called in the results (a file name)
    text: the raw decoded text; it is kept whole in ``Document.raw``
    gazetteer: names to know; the package's own record when None
    """
    marks = note_marks(text)
    numbered = number_run([[m.raw] for m in marks])
    return _document(name, text, marks, numbered, gazetteer or default_gazetteer())


def read_files(paths: Sequence[str | Path], gazetteer: Gazetteer | None = None) -> Reading:
    """Read files (text, PDF, hOCR, ALTO) together: each by itself, then collated, then proposals for the record.

    Note markers are numbered along the joined text of overlapping files, both scans of a marker as one.

    Raises OilplanError, naming the file, when one cannot be read.
    """
    return read_texts([(str(path), load_text(Path(path))) for path in paths], gazetteer)


def read_texts(texts: Sequence[tuple[str, str]], gazetteer: Gazetteer | None = None) -> Reading:
    """As `read_files`, for texts already in hand, given as (name, raw text)."""
    gazetteer = gazetteer or default_gazetteer()
    raws = dict(texts)
    found = overlaps(texts)
    joined = joined_texts(raws, found)
    marks = {name: note_marks(raw) for name, raw in texts}
    numbered = _numbered(marks, joined, found)
    read = [_document(name, raw, marks[name], numbered[name], gazetteer) for name, raw in texts]
    documents = tuple(with_cut_words(read, found))
    joined = with_readings(joined, documents, found)
    return Reading(documents, tuple(found), tuple(joined), tuple(proposals(documents, found)))


def _document(name: str, raw: str, marks: list[Mark], numbered: list[Numbered], gazetteer: Gazetteer) -> Document:
    notes = notes_of(marks, numbered)
    feet = footnotes(raw, {n.number for n in notes if n.number is not None})
    repairs = text_repairs(raw, gazetteer, notes, marks, feet)
    view = view_of(raw, repairs)
    tables = [(r.start, r.end) for r in repairs if r.kind == "table_flattened"]
    found_dates = [d for d in dates(view) if not any(s < d.end and d.start < e for s, e in tables)]
    found_names = mark_rival_misprints(raw, names(view, gazetteer, repairs))
    closed = [(d.start, d.end) for d in found_dates] + [(n.start, n.end) for n in notes]
    closed += tables
    closed += [(n.start, n.end) for n in found_names]
    people = mentions(view, found_names, gazetteer)
    marked = marked_text(view, people, found_dates)
    first = letters(view, marked, lambda _: ("", ""))
    spoken = quotations(view, people, first, list(notes), feet)
    found_letters = letters(view, marked, lambda at: _correspondents(view, spoken, at))
    quoted = quotations(view, people, found_letters, list(notes), feet)
    reported = paraphrases(view, people, found_letters, quoted)
    return Document(
        name, raw, view.text, repairs, tuple(found_dates),
        tuple(n._replace(raw=raw[n.start : n.end]) for n in found_names),
        tuple(with_speakers(quantities(view, closed), quoted, reported)), tuple(one_per_letter(found_letters)),
        tuple(quoted), notes, tuple(reported),
    )  # fmt: skip


def _correspondents(view, spoken, at: int) -> tuple[str, str]:
    from oilplan.evidence.view import raw_span

    raw_at = raw_span(view, at, at + 1)[0]
    inside = [q for q in spoken if q.start <= raw_at < q.end]
    if not inside:
        return "", ""
    with_reader = [q for q in spoken if q.speaker == inside[0].speaker and q.addressee]
    return inside[0].speaker, inside[0].addressee or (with_reader[0].addressee if with_reader else "")


def _numbered(
    marks: Mapping[str, list[Mark]], joined: Sequence[Joined], found: Sequence[Overlap]
) -> dict[str, list[Numbered]]:
    numbered = {name: number_run([[m.raw] for m in own]) for name, own in marks.items()}
    by_pair = {(o.a, o.b): o for o in found}
    for chain in joined:
        witnesses = chain_marks(chain, marks, by_pair)
        run = number_run([[raw for _, _, raw in group] for group in witnesses])
        for group, number in zip(witnesses, run, strict=True):
            for name, index, _ in group:
                numbered[name][index] = number
    return numbered


def chain_marks(
    chain: Joined, marks: Mapping[str, list[Mark]], by_pair: Mapping[tuple[str, str], Overlap]
) -> list[list[tuple[str, int, str]]]:
    """Markers of a chain of documents in text order, the scans of one marker grouped: (file, index, print)."""
    placed: list[tuple[int, str, int, str]] = []
    for position, (name, start) in enumerate(zip(chain.files, chain.starts, strict=True)):
        overlap = by_pair.get((chain.files[position - 1], name)) if position else None
        for index, mark in enumerate(marks[name]):
            at = start + mark.start
            if overlap and mark.start < overlap.b_span[1]:
                at = chain.starts[position - 1] + _beside(overlap, mark.start)
            placed.append((at, name, index, mark.raw))
    groups: list[list[tuple[str, int, str]]] = []
    last = -100
    for at, name, index, raw in sorted(placed):
        if groups and at - last <= SAME_PLACE and name not in {n for n, _, _ in groups[-1]}:
            groups[-1].append((name, index, raw))
        else:
            groups.append([(name, index, raw)])
        last = at
    return groups


SAME_PLACE = 6
"""Two scans print one marker within this many characters of each other once aligned."""


def _beside(overlap: Overlap, at: int) -> int:
    from oilplan.evidence.alignment import place_in_a

    return place_in_a(overlap, at)
