"""A reading for other programs: as plain JSON values, and as TEI P5."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from oilplan import __version__
from oilplan.evidence.findings import (
    KINDS,
    Document,
    FoundDate,
    FoundName,
    Joined,
    Note,
    Overlap,
    Quantity,
    Quotation,
    Reading,
    ReadLetter,
    TextRepair,
)
from oilplan.evidence.gazetteer import default_gazetteer
from oilplan.evidence.limits import stretches, within
from oilplan.evidence.printed_pages import page_at
from oilplan.record.names import authorities

Page = Callable[[int], str]
"""What the page of a raw offset is cited by."""


def reading_json(reading: Reading) -> dict[str, Any]:
    """The reading as a dictionary of plain values: documents, overlaps, joined texts, proposals, files not read.

    Each document holds its ``reading`` (the repaired text) and ``pages``; each finding the ``page`` to cite it by:
    the printed number, or the page's place in the file in brackets where none was found.
    """
    whole: dict[str, Any] = {key: list(rows) for key, rows in _parts(reading)}
    whole["documents"] = [{k: v if _is_plain(v) else list(v) for k, v in d.items()} for d in whole["documents"]]
    return whole


def json_text(reading: Reading) -> Iterator[str]:
    """`reading_json` as text, one finding a line, in pieces: a whole book is never held as one string."""
    yield "{"
    for number, (key, parts) in enumerate(_parts(reading)):
        yield f"{',' if number else ''}\n{_dump(key)}: ["
        for place, row in enumerate(parts):
            yield ",\n" if place else "\n"
            yield from _lines(row) if key == "documents" else (_dump(row),)
        yield "]"
    yield "}\n"


def _lines(document: dict[str, Any]) -> Iterator[str]:
    """One document: a list of findings has a line for each, a long text is written in pieces."""
    yield "{"
    for number, (key, value) in enumerate(document.items()):
        yield f"{',' if number else ''}\n{_dump(key)}: "
        if isinstance(value, str):
            yield '"'
            yield from (_dump(value[at : at + PIECE])[1:-1] for at in range(0, len(value), PIECE))
            yield '"'
        elif _is_plain(value):
            yield _dump(value)
        else:
            yield "["
            for place, row in enumerate(value):
                yield f"{',' if place else ''}\n{_dump(row)}"
            yield "]"
    yield "}"


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int)


_dump = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _parts(reading: Reading) -> Iterator[tuple[str, Iterable[dict[str, Any]]]]:
    pages = {d.file: partial(page_at, d.pages) for d in reading.documents}
    yield "documents", (_document(d, pages[d.file]) for d in reading.documents)
    yield "overlaps", (_overlap(o) for o in reading.overlaps)
    yield "joined", (_joined(j) for j in reading.joined)
    yield "proposals", ({**_plain(p), "page": pages[p.file](p.start)} for p in reading.proposals)
    yield "unread", (_plain(u) for u in reading.unread)


def _joined(joined: Joined) -> dict[str, Any]:
    plain = _plain(joined)
    return {key: plain[key] for key in ("files", "starts")} | {"characters": len(joined.text)} | plain


def _document(document: Document, page: Page) -> dict[str, Any]:
    """The document's parts in order; its findings are made as they are asked for."""

    def cited(found: Iterable[Any], plain: Callable[[Any], dict[str, Any]]) -> Iterator[dict[str, Any]]:
        return ({**plain(row), "page": page(row.start)} for row in found)

    return {
        "file": document.file,
        "read_as": document.read_as,
        "characters": len(document.raw),
        "reading": document.reading,
        "pages": [{"printed": p.printed or None, "start": p.start, "end": p.end} for p in document.pages],
        **{f: cited(getattr(document, f), OTHERWISE.get(f, _plain)) for f in KINDS if f != "pages"},
    }


def _repair(repair: TextRepair) -> dict[str, Any]:
    plain = _plain(repair)
    del plain["text"]
    plain["class"] = plain.pop("kind")
    return plain


def _letter(letter: ReadLetter) -> dict[str, Any]:
    return {("from" if k == "sender" else k): (None if v == "" else v) for k, v in _plain(letter).items()}


OTHERWISE: dict[str, Callable[[Any], dict[str, Any]]] = {"repairs": _repair, "letters": _letter}
"""What is not written field by field."""


def _overlap(overlap: Overlap) -> dict[str, Any]:
    plain = _plain(overlap) | {"differences": [_plain(d) for d in overlap.differences]}
    return {k: v for k, v in plain.items() if k not in ("blocks", "joins")}


def _plain(row: Any) -> dict[str, Any]:
    return {k: _listed(v) if type(v) is tuple else v for k, v in zip(row._fields, row, strict=True)}


def _listed(value: Any) -> Any:
    return [_listed(v) for v in value] if isinstance(value, tuple) else value


PIECE = 1_000_000
"""Characters of a text written at once."""
# A reading as TEI P5: raw text with pages, names, dates, measures, quotations, notes and repairs marked in it.

NAMESPACE = "http://www.tei-c.org/ns/1.0"
ELEMENT = {"person": "persName", "office": "roleName", "place": "placeName", "organisation": "orgName", "term": "term"}
LISTED = {"person": ("listPerson", "person", "persName"), "organisation": ("listOrg", "org", "orgName")}
LISTED |= {"place": ("listPlace", "place", "placeName")}
PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
BREAK_KINDS = ("paragraph_break",)
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_NAME = re.compile(r"[^A-Za-z0-9_.-]")
_WHEN = re.compile(r"\d{4}(-(?:0[1-9]|1[0-2])(-\d\d)?)?", re.ASCII)
"""EDTF's seasons stand in the place of a month (21 to 24); XML has no such date."""
_NO_YEAR = re.compile(r"XXXX(-(?:0[1-9]|1[0-2])(?:-\d\d)?)", re.ASCII)


class Span(NamedTuple):
    """What stands around characters of the raw text. within: what is written in place of them, None for themselves"""

    start: int
    end: int
    order: int
    opening: str
    closing: str
    within: str | None = None


def reading_tei(reading: Reading) -> str:
    """The reading as one TEI file; a ``teiCorpus`` where it has several documents. Everything from the scans is escaped."""
    return "".join(tei_text(reading))


def tei_text(reading: Reading) -> Iterator[str]:
    """`reading_tei` in pieces."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    if len(reading.documents) == 1:
        yield from _tei_document(reading.documents[0], 1, f' xmlns="{NAMESPACE}"')
        return
    yield f'<teiCorpus xmlns="{NAMESPACE}">\n'
    yield _header("A reading of several documents", f"{len(reading.documents)} documents, read together", "")
    for number, document in enumerate(reading.documents, start=1):
        yield from _tei_document(document, number, "")
    yield "</teiCorpus>\n"


def _tei_document(document: Document, number: int, attributes: str) -> Iterator[str]:
    yield f"<TEI{attributes}>\n"
    name = Path(document.file).name
    yield _header(name, f"{name} ({document.read_as})" if document.read_as else name, _lists(document, number))
    yield "<text><body>\n"
    yield from _body(document, number)
    yield "</body></text>\n</TEI>\n"


def _header(title: str, source: str, lists: str) -> str:
    return (
        f"<teiHeader><fileDesc><titleStmt><title>{_text(title)}</title></titleStmt>"
        f"<publicationStmt><p>Read by oilplan {__version__}; unpublished.</p></publicationStmt>"
        f"<sourceDesc><p>{_text(source)}</p></sourceDesc></fileDesc>"
        "<encodingDesc><p>The text is that of the file. Every element was proposed by rule and marked with its certainty; "
        "nothing was confirmed by a person. Dates that are no plain day, month or year stand in EDTF in when-custom.</p>"
        f"</encodingDesc>{lists}</teiHeader>\n"
    )


def _lists(document: Document, number: int) -> str:
    """Persons, bodies and places that the text names, for the references to lead to."""
    full = default_gazetteer().full_names
    known = {(kind, n.id) for n in document.names if n.id is not None and (kind := _kind(n)) in LISTED}
    known |= {("person", name_id) for name_id in _speakers(document).values()}

    def listed(kind: str) -> str:
        whole, one, name = LISTED[kind]
        entries = "".join(
            f'<{one} xml:id="{_id(number, i)}"><{name}>{_text(full.get(i, i))}</{name}>{_numbers(i)}</{one}>'
            for k, i in sorted(known)
            if k == kind
        )
        return f"<{whole}>{entries}</{whole}>" if entries else ""

    people, places = listed("person") + listed("organisation"), listed("place")
    described = f"<particDesc>{people}</particDesc>" if people else ""
    described += f"<settingDesc>{places}</settingDesc>" if places else ""
    return f"<profileDesc>{described}</profileDesc>" if described else ""


def _numbers(name_id: str) -> str:
    """Wikidata and GND numbers of a person, or the town of a plant with its own."""
    known = authorities().get(name_id)
    if known is None:
        return ""
    if known.kind == "place":
        return f"<settlement ref={quoteattr(' '.join(known.uris))}>{_text(known.name)}</settlement>"
    return "".join(f'<idno type="URI">{_text(uri)}</idno>' for uri in known.uris)


def _speakers(document: Document) -> dict[str, str]:
    """Id by full name of those whose words the text quotes."""
    ids = {name: name_id for name_id, name in default_gazetteer().full_names.items()}
    named = {who for q in document.quotations for who in (q.speaker, q.addressee)}
    return {name: ids[name] for name in named if name in ids}


def _body(document: Document, number: int) -> Iterator[str]:
    """The paragraphs; a page that begins between two of them stands there."""
    speakers = _speakers(document)
    for low, high in stretches(document):
        spans = sorted(
            _spans(document, number, speakers, low, high), key=lambda s: (s.start, s.order > 0, -s.end, s.order)
        )
        begun, at = low, 0
        for start, end in [*_breaks(document, low, high), (high, high)]:
            if document.raw[begun:start].strip():
                inside: list[Span] = []
                while at < len(spans) and spans[at].start < start:
                    inside.append(spans[at])
                    at += 1
                yield f"<p>{_marked(document.raw, begun, start, inside)}</p>\n"
            begun = end
    if not document.raw.strip():
        yield "<p/>\n"


def _breaks(document: Document, low: int, high: int) -> list[tuple[int, int]]:
    found = [m.span() for m in PARAGRAPH.finditer(document.raw, low, high)]
    found += [(r.start, r.end) for r in within(document.repairs, low, high) if r.kind in BREAK_KINDS]
    return sorted(found)


def _marked(raw: str, begun: int, until: int, spans: list[Span]) -> str:
    """One paragraph. A span that crosses another, or the paragraph's end, is cut there."""
    out: list[str] = []
    open_: list[Span] = []
    at = begun

    def write(to: int) -> None:
        nonlocal at
        out.append(_text(raw[at:to]).replace("\n", "<lb/>\n"))
        at = max(at, to)

    def close(to: int) -> None:
        while open_ and open_[-1].end <= to:
            span = open_.pop()
            write(min(span.end, until))
            out.append(span.closing)

    for span in spans:
        start = max(span.start, begun)
        close(start)
        end = min([span.end, until, *(s.end for s in open_)])
        if start < at or end < start:
            continue
        write(start)
        out.append(span.opening)
        if span.within is not None:
            out += [span.within, span.closing]
            at = end
        else:
            open_.append(span._replace(start=start, end=end))
    close(until)
    write(until)
    return "".join(out)


def _spans(document: Document, number: int, speakers: dict[str, str], low: int, high: int) -> Iterator[Span]:
    """Everything that is marked; at one place pages come first, then quotations, repairs and what they hold."""
    for page in (p for p in document.pages if low <= p.start < high):
        shown = page.printed or page.leaf
        yield Span(page.start, page.start, 0, f"<pb{_attributes(n=shown)}/>", "", "")
        for start, end in page.heads:
            yield Span(start, end, 1, '<fw type="head">', "</fw>")
    for quotation in within(document.quotations, low, high):
        yield Span(quotation.start, quotation.end, 2, _said(quotation, speakers, number), "</said>")
    for repair in within(document.repairs, low, high):
        if repair.kind not in BREAK_KINDS and repair.text is not None:
            yield _choice(document.raw, repair)
    for name in within(document.names, low, high):
        element = ELEMENT[name.kind]
        leads = f"#{_id(number, name.id)}" if name.id is not None and _kind(name) in LISTED else ""
        cert = _cert(name.confidence) if name.id is not None else "low"
        yield Span(name.start, name.end, 5, f"<{element}{_attributes(ref=leads, cert=cert)}>", f"</{element}>")
    for date in within(document.dates, low, high):
        yield Span(date.start, date.end, 4, f"<date{_when(date)}>", "</date>")
    for quantity in within(document.quantities, low, high):
        yield Span(quantity.start, quantity.end, 6, f"<measure{_measured(quantity)}>", "</measure>")
    for note in within(document.notes, low, high):
        yield _note(document.raw, note)


def _kind(name: FoundName) -> str:
    """Of what list a name's id is: an office leads to the person who held it."""
    return "person" if name.kind == "office" else name.kind


def _said(quotation: Quotation, speakers: dict[str, str], number: int) -> str:
    who, to = (
        f"#{_id(number, speakers[n])}" if n in speakers else "" for n in (quotation.speaker, quotation.addressee)
    )
    return f"<said{_attributes(who=who, toWhom=to, direct='true', cert=_cert(quotation.confidence))}>"


def _choice(raw: str, repair: TextRepair) -> Span:
    sic, corr = _text(raw[repair.start : repair.end]), _text(repair.text or "")
    within = f"<sic>{sic}</sic><corr{_attributes(cert=_cert(repair.confidence), type=repair.kind)}>{corr}</corr>"
    return Span(repair.start, repair.end, 3, "<choice>", "</choice>", within)


def _note(raw: str, note: Note) -> Span:
    number = "" if note.number is None else str(note.number)
    opening = f"<ref{_attributes(type='note', n=number, cert=_cert(note.confidence))}>"
    return Span(note.start, note.end, 2, opening, "</ref>", _text(raw[note.start : note.end]))


def _when(date: FoundDate) -> str:
    """A plain day, month or year as XML knows it, an interval of such, else the EDTF."""
    first, slash, last = date.edtf.partition("/")
    if not slash and _WHEN.fullmatch(first):
        return _attributes(when=first)
    if not slash and (no_year := _NO_YEAR.fullmatch(first)):
        return _attributes(when=f"-{no_year[1]}")
    if slash and _WHEN.fullmatch(first) and _WHEN.fullmatch(last):
        return _attributes(**{"from": first, "to": last})
    return _attributes(**{"when-custom": date.edtf})


def _measured(quantity: Quantity) -> str:
    value, low, high = ("" if n is None else f"{n:.12g}" for n in (quantity.value, quantity.low, quantity.high))
    unit = "_".join(quantity.unit.split())
    return _attributes(quantity=value, atLeast=low, atMost=high, unit=unit, commodity=quantity.of)


def _attributes(**given: str) -> str:
    return "".join(f" {name}={quoteattr(_NOT_XML.sub('�', value))}" for name, value in given.items() if value)


def _cert(confidence: float) -> str:
    return "high" if confidence >= 0.9 else "medium" if confidence >= 0.6 else "low"


def _id(number: int, name_id: str) -> str:
    return f"d{number}.{_NOT_NAME.sub('_', name_id)}"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("�", text))
