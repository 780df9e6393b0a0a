"""A reading as TEI P5: raw text with pages, names, dates, measures, quotations, notes and repairs marked in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from oilplan import __version__
from oilplan.evidence.findings import Document, FoundDate, FoundName, Note, Quantity, Quotation, Reading, TextRepair
from oilplan.evidence.gazetteer import default_gazetteer
from oilplan.evidence.limits import stretches, within
from oilplan.record.names import authorities

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
        yield from _document(reading.documents[0], 1, f' xmlns="{NAMESPACE}"')
        return
    yield f'<teiCorpus xmlns="{NAMESPACE}">\n'
    yield _header("A reading of several documents", f"{len(reading.documents)} documents, read together", "")
    for number, document in enumerate(reading.documents, start=1):
        yield from _document(document, number, "")
    yield "</teiCorpus>\n"


def _document(document: Document, number: int, attributes: str) -> Iterator[str]:
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
        out.append(_lines(raw[at:to]))
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
    said = {
        "quantity": value,
        "atLeast": low,
        "atMost": high,
        "unit": "_".join(quantity.unit.split()),
        "commodity": quantity.of,
    }
    return _attributes(**said)


def _attributes(**given: str) -> str:
    return "".join(f" {name}={quoteattr(_NOT_XML.sub('�', value))}" for name, value in given.items() if value)


def _cert(confidence: float) -> str:
    return "high" if confidence >= 0.9 else "medium" if confidence >= 0.6 else "low"


def _id(number: int, name_id: str) -> str:
    return f"d{number}.{_NOT_NAME.sub('_', name_id)}"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("�", text))


def _lines(text: str) -> str:
    return _text(text).replace("\n", "<lb/>\n")
