"""Whatever is sent, a reading ends: the work grows with the text and no faster, and bombs get one sentence."""

import io
import json
import sys
import zlib

import pytest

from oilplan.errors import OilplanError
from oilplan.evidence import judged, read_files, read_judgements, read_text, reading_json
from oilplan.evidence.exports import json_text
from oilplan.evidence.findings import Reading
from oilplan.evidence.limits import LEAD, MOST_DEPTH, SECTION, sections, stop_after
from oilplan.evidence.pages import blocks
from oilplan.evidence.sources import load_scanned

PROSE = (
    "On 12th May 1944 Portal wrote to Harris that “oil is the target system” and that 300 tons fell on Leuna. "
    "He also said that the benzol plants were an after-\nthought.1 Harris replied on 13th May 1944.\n\n"
)
KINDS = {
    "prose": PROSE,
    "letters": "Portal wrote to Harris ",
    "letters of": "Harris's letter of ",
    "token": "Abcd-",
    "digits": "9",
    "letter": "a",
    "figures": "9 ",
    "tags": "<a ",
    "quotes": "“a” ",
    "open quotes": "‘a ",
    "notes": "a.12 ",
    "months": "in May ",
    "tons": "12 tons ",
    "cells": "a\t1\n",
    "form feeds": "\f",
    "blank": "a.\n\n",
    "page numbers": "12\n\n",
    "signs": "\ue0005; wrote to ",
    "as follows": "as follows: ",
}
SMALL = 4_000
"""Characters of a section in the test, so that many sections are read in little time."""


def _calls(kind, characters):
    """Calls of functions that reading a text takes, its pages and JSON included."""
    text = (KINDS[kind] * (characters // len(KINDS[kind]) + 1))[:characters]
    count = 0

    def look(frame, event, arg):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(look)
    try:
        document = read_text("page", text)
        list(blocks(document))
        for _ in json_text(Reading((document,), (), (), ())):
            pass
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_text_takes_at_most_about_twice_the_calls(kind, monkeypatch):
    monkeypatch.setattr("oilplan.evidence.limits.SECTION", SMALL)
    read_text("warm", PROSE)
    once, twice = _calls(kind, 3 * SMALL), _calls(kind, 6 * SMALL)
    assert twice <= 2.4 * once + 5000


@pytest.mark.parametrize("kind", KINDS)
def test_no_search_sees_more_than_a_section(kind):
    raw = KINDS[kind] * (200_000 // len(KINDS[kind]))
    parts = sections(raw)
    assert "".join(raw[p.start : p.end] for p in parts) == raw
    assert max(p.end - p.lead for p in parts) <= SECTION + LEAD


def test_a_section_ends_with_a_sentence_and_nothing_is_found_twice_or_lost():
    text = "".join(f"On {1 + i % 28} May 1944 they dropped {i % 800 + 100} tons on the works. " for i in range(3000))
    document = read_text("book", text)
    assert [q.value for q in document.quantities] == [i % 800 + 100 for i in range(3000)]
    assert len(document.dates) == 3000
    assert not [r for r in document.repairs if r.kind == "truncation"]
    assert all(text[f.start : f.end] == f.raw for f in (*document.dates, *document.quantities))


def _pdf(objects):
    out, places = b"%PDF-1.5\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + text + b"\nendobj\n"
    table = b"".join(f"{p:010} 00000 n \n".encode() for p in places)
    size = len(objects) + 1
    end = f"trailer << /Root 1 0 R /Size {size} >>\nstartxref\n{len(out)}\n%%EOF".encode()
    return out + f"xref\n0 {size}\n0000000000 65535 f \n".encode() + table + end


def _stream(data, extra=b""):
    packed = zlib.compress(data, 9)
    return (
        b"<< /Filter /FlateDecode "
        + extra
        + b" /Length "
        + str(len(packed)).encode()
        + b" >>\nstream\n"
        + packed
        + b"\nendstream"
    )


def _page(contents=b"4 0 R", kids=b"3 0 R", count=1, resources=b"/XObject << /X 5 0 R >>"):
    return [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [" + kids + b"] /Count " + str(count).encode() + b" >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents "
        + contents
        + b" /Resources << "
        + resources
        + b" >> >>",
    ]


def _forms(depth, times):
    return [
        _stream(
            f"/X{n} Do ".encode() * times,
            b"/Type /XObject /Subtype /Form /Resources << /XObject << /X%d %d 0 R >> >>" % (n, 6 + n),
        )
        for n in range(depth)
    ]


DEEP = 400
BOMBS = {
    "many operators": (_pdf([*_page(), _stream(b"0 0 m " * 2_000_000)]), "MB of drawing"),
    "pages times operators": (
        _pdf([*_page(kids=b"3 0 R " * 2000, count=2000), _stream(b"BT (a) Tj ET " * 2000)]),
        "drawing|broken",
    ),
    "forms in forms": (_pdf([*_page(), _stream(b"/X Do"), *_forms(40, 2)]), "forms in forms|drawing"),
    "form drawn often": (
        _pdf([*_page(), _stream(b"/X Do " * 100_000), _stream(b"BT (abc) Tj ET " * 1000, b"/Subtype /Form")]),
        "drawing",
    ),
    "nested arrays": (_pdf([*_page(contents=b"[" * 20_000 + b"]" * 20_000), b"null"]), "PDF"),
    "one stream a thousand times": (
        _pdf([*_page(contents=b"[" + b"4 0 R " * 1000 + b"]"), _stream(b" " * 1_000_000)]),
        "MB of drawing",
    ),
    "fonts without end": (
        _pdf(
            [*_page(resources=b"/Font << " + b"".join(b"/F%d 4 0 R " % n for n in range(2000)) + b">>"), _stream(b" ")]
        ),
        "2,000 fonts",
    ),
    "filter unknown": (_pdf([*_page(), b"<< /Filter /Unknown /Length 3 >>\nstream\nabc\nendstream"]), "PDF"),
    "alto nested": (
        b"<?xml version='1.0'?><alto>" + b"<Page>" * DEEP + b"</Page>" * DEEP + b"</alto>",
        f"{MOST_DEPTH} elements",
    ),
    "page nested": (
        b"<PcGts><Page>" + b"<TextRegion>" * DEEP + b"</TextRegion>" * DEEP + b"</Page></PcGts>",
        f"{MOST_DEPTH} elements",
    ),
    "hocr nested": (b"<html>ocr_" + b"<b>x" * 40_000, "no words"),
    "hocr open tags": (b"<html>ocr_" + b"<a " * 100_000, "no words"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_gets_one_sentence(tmp_path, name):
    data, says = BOMBS[name]
    path = tmp_path / "page"
    path.write_bytes(data)
    with pytest.raises(OilplanError, match=says) as refused:
        load_scanned(path)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("data", "holds"),
    [
        (b"<html><span class=ocr_line><span class=ocrx_word>a&#%s;b</span></span>" % (b"9" * 5000), "a\ufffdb"),
        (b"<html><span class='ocr_line'><span class='ocrx_word'>a</span></span><![foo[x]]>", "a"),
        (b"<html><!-- open <span class='ocr_line'>b</span><span class='ocr_line'>c", None),
        (b"<html><span class='ocr_line'>b <!-- x --> c</span>", "b c"),
        (b"<html><span class='ocr_line'>&#xD800; d</span>", "\ufffd d"),
    ],
)
def test_odd_markup_is_read_or_refused(tmp_path, data, holds):
    path = tmp_path / "page.hocr"
    path.write_bytes(data)
    if holds is None:
        with pytest.raises(OilplanError):
            load_scanned(path)
    else:
        assert load_scanned(path).text == holds


def test_figures_without_end_have_no_value_and_the_json_no_infinity(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(f"{'9' * 400} million tons were lost, and {'9' * 5000} tons of oil, and 12 tons more.")
    reading = read_files([path])
    text = "".join(json_text(reading))
    assert json.loads(text, parse_constant=lambda _: pytest.fail("infinity in JSON")) == reading_json(reading)
    assert [q.value for q in reading.documents[0].quantities if q.value is not None] == [12]


@pytest.mark.parametrize(
    "cells",
    [
        '{"gist": "\\ud800 x"}',
        '{"gist": [[1]]}',
        '{"gist": 1e999}',
        '{"gist": "%s"}' % ("x" * 30_000),
        "[1]",
        '{"gist": null}',
    ],
)
def test_judgements_that_no_table_can_hold_are_refused(tmp_path, cells):
    path = tmp_path / "j.json"
    path.write_text(
        f'{{"format": "oilplan judgements 1", "judgements": {{"a": {{"judgement": "accept", "cells": {cells}}}}}}}'
    )
    with pytest.raises(OilplanError, match=r"j\.json"):
        judged((), read_judgements(path))


def test_judgements_nested_without_end_are_refused(tmp_path):
    path = tmp_path / "j.json"
    path.write_text('{"format": "oilplan judgements 1", "judgements": ' + "[" * 100_000 + "]" * 100_000 + "}")
    with pytest.raises(OilplanError, match="not judgements"):
        read_judgements(path)


def test_a_reading_stops_when_its_time_is_over_or_its_reader_has_left():
    with pytest.raises(OilplanError, match="seconds"):
        read_text("page", PROSE * 500, check=stop_after(-1.0))
    with pytest.raises(OilplanError, match="has left"):
        read_text("page", PROSE * 500, check=stop_after(100.0, lambda: True))


def test_a_pdf_of_ordinary_text_is_within_the_limits(tmp_path):
    lines = b"".join(
        b"BT /F1 12 Tf 50 700 Td (The works at Leuna stood idle in May %d) Tj ET\n" % n for n in range(2000)
    )
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    path = tmp_path / "a.pdf"
    path.write_bytes(_pdf([*_page(resources=font), _stream(lines)]))
    assert load_scanned(path).text.count("Leuna") == 2000
    assert io.BytesIO(path.read_bytes()).read(4) == b"%PDF"
