"""What comes as another format or encoding is read for what it is, and the reading says what it was."""

import shutil
import sys

import pytest

from oilplan.errors import OilplanError
from oilplan.evidence import read_files, reading_json
from oilplan.evidence.pdf_text import page_images
from oilplan.evidence.sources import load_scanned

TEXT = "On 12th May 1944 the works at Pölitz were hit by 200 bombers; “every plant” burned – and more."


def _scan(tmp_path, data, name="page"):
    path = tmp_path / name
    path.write_bytes(data)
    return load_scanned(path)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8"),
        (TEXT.encode("utf-16"), "byte order mark"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "byte order mark"),
        (TEXT.encode("utf-16-le"), "little end first"),
        (TEXT.encode("utf-16-be"), "big end first"),
        (TEXT.encode("utf-32"), "UTF-32"),
        (TEXT.encode("cp1252"), "Windows-1252"),
        (TEXT.encode("mac_roman"), "Mac Roman"),
    ],
)
def test_each_encoding_gives_the_same_text_and_is_named(tmp_path, data, says):
    scan = _scan(tmp_path, data)
    assert scan.text == TEXT
    assert says in scan.read_as


def test_one_bad_byte_in_utf8_is_flagged_and_the_rest_stays_utf8(tmp_path):
    data = TEXT.encode().replace(b"burned", b"bur\xe9ned")
    scan = _scan(tmp_path, data)
    assert "one bad byte" in scan.read_as and "Pölitz" in scan.text and "bur\ufffdned" in scan.text
    path = tmp_path / "page"
    document = read_files([path]).documents[0]
    at = document.raw.index("\ufffd")
    assert any(r.start <= at < r.end and r.text is None for r in document.repairs)
    assert document.read_as == scan.read_as


def test_a_zero_byte_does_not_stop_a_page(tmp_path):
    scan = _scan(tmp_path, b"On 12th May 1944 Fi\x00y bombers struck the works at Leuna, and the rest stood." * 3)
    assert "struck the works" in scan.text


ALTO = (
    '<?xml version="1.0"?><alto><Layout><Page><PrintSpace><TextBlock>'
    '<TextLine><String CONTENT="die" WC="0.9"/><String CONTENT="Er" SUBS_TYPE="HypPart1" SUBS_CONTENT="Erdöl"/><HYP/></TextLine>'
    '<TextLine><String CONTENT="döl" SUBS_TYPE="HypPart2" SUBS_CONTENT="Erdöl"/><String CONTENT="reicht" WC="0.3"/></TextLine>'
    '<TextLine><String CONTENT="ein"/><HYP CONTENT="-"/></TextLine><TextLine><String CONTENT="mal"/></TextLine>'
    "</TextBlock></PrintSpace></Page></Layout></alto>"
)


def test_alto_gives_the_whole_word_it_says_was_broken_and_keeps_other_hyphens(tmp_path):
    scan = _scan(tmp_path, ALTO.encode())
    assert scan.text == "die Erdöl\nreicht\nein-\nmal"
    assert [scan.text[d.start : d.end] for d in scan.doubts] == ["reicht"]


def _hocr(lines, words=True):
    body = ""
    for top, line in enumerate(lines):
        inside = "".join(
            f"<span class='ocrx_word' title='bbox {left} {top} {left + 8 * len(w)} {top + 9}; x_wconf {sure}'>{w}</span> "
            for w, left, sure in line
        )
        body += f"<span class='ocr_line' title='bbox 0 {top} 900 9'>{inside if words else ' '.join(w for w, *_ in line)}</span>"
    return f"<html><body><div class='ocr_page'><p class='ocr_par'>{body}</p></div></body></html>".encode()


def test_hocr_without_words_gives_its_lines(tmp_path):
    lines = [[("The", 0, 90), ("works", 40, 90)], [("burned", 0, 90)]]
    assert _scan(tmp_path, _hocr(lines, words=False)).text == _scan(tmp_path, _hocr(lines)).text == "The works\nburned"


def test_a_figure_that_its_scanner_doubts_has_no_value(tmp_path):
    for sure, value in ((95, 300.0), (20, None)):
        path = tmp_path / f"p{sure}.hocr"
        path.write_bytes(_hocr([[("They", 0, 95), ("dropped", 40, 95), ("300", 110, sure), ("tons.", 150, 95)]]))
        (quantity,) = read_files([path]).documents[0].quantities
        assert quantity.value == value
    assert "0.20" in quantity.caution


def test_columns_that_stand_apart_become_the_cells_of_a_table(tmp_path):
    rows = [("Leuna", "18328", "22"), ("Brüx", "5000", "9"), ("Pölitz", "3200", "7"), ("Zeitz", "2500", "5")]
    lines = [[(a, 0, 90), (b, 200, 90), (c, 400, 90)] for a, b, c in rows]
    path = tmp_path / "t.hocr"
    path.write_bytes(_hocr(lines))
    document = read_files([path]).documents[0]
    (table,) = document.tables
    assert table.rows == tuple(rows)
    assert document.raw[table.start : table.end].splitlines()[1] == "Brüx\t5000\t9"


def test_words_of_a_paragraph_are_no_table(tmp_path):
    lines = [[("the", 0, 90), ("works", 30, 90), ("at", 78, 90), ("Leuna", 100, 90)]] * 5
    assert "\t" not in _scan(tmp_path, _hocr(lines)).text


PAGE_XML = (
    '<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"><Page>{order}'
    '<TextRegion id="b"{b}><TextLine><TextEquiv index="1"><Unicode>wrong</Unicode></TextEquiv>'
    '<TextEquiv index="0"><Unicode>second</Unicode></TextEquiv></TextLine></TextRegion>'
    '<TextRegion id="a"{a}><TextLine><Word><TextEquiv conf="0.2"><Unicode>first</Unicode></TextEquiv></Word></TextLine>'
    "</TextRegion></Page></PcGts>"
)
NESTED = (
    '<ReadingOrder><OrderedGroup id="g"><OrderedGroupIndexed id="h" index="0"><RegionRefIndexed index="0" regionRef="a"/>'
    '</OrderedGroupIndexed><RegionRefIndexed index="1" regionRef="b"/></OrderedGroup></ReadingOrder>'
)


@pytest.mark.parametrize(
    "page",
    [
        PAGE_XML.format(order=NESTED, a="", b=""),
        PAGE_XML.format(order="", a=' custom="readingOrder {index:0;}"', b=' custom="readingOrder {index:1;}"'),
    ],
)
def test_page_xml_is_read_in_its_reading_order(tmp_path, page):
    scan = _scan(tmp_path, page.encode())
    assert scan.text == "first\n\nsecond"
    assert [scan.text[d.start : d.end] for d in scan.doubts] == ["first"]


def test_a_table_of_page_xml_keeps_its_rows(tmp_path):
    cells = "".join(
        f'<TextRegion id="c{r}{c}"><Roles><TableCellRole rowIndex="{r}" columnIndex="{c}"/></Roles>'
        f"<TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextRegion>"
        for r, c, text in ((1, 1, "9"), (0, 1, "22"), (1, 0, "Brüx"), (0, 0, "Leuna"), (2, 0, "Zeitz"), (2, 1, "5"))
    )
    page = f'<PcGts><Page><TableRegion id="t">{cells}</TableRegion></Page></PcGts>'
    assert _scan(tmp_path, page.encode()).text == "Leuna\t22\nBrüx\t9\nZeitz\t5"


def test_xml_in_utf16_is_read_as_xml(tmp_path):
    assert _scan(tmp_path, ALTO.replace('version="1.0"', 'version="1.0" encoding="utf-16"').encode("utf-16")).text


def _image(path, text):
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size=40)
    page = Image.new("L", (1400, 200), 255)
    ImageDraw.Draw(page).text((40, 60), text, fill=0, font=font)
    page.save(path)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
@pytest.mark.parametrize("ending", ["png", "jpg", "tif"])
def test_a_page_image_is_read_and_its_hocr_kept(tmp_path, ending):
    pytest.importorskip("PIL")
    from oilplan.evidence import write_pages

    path = tmp_path / f"page.{ending}"
    _image(path, "On 12 May 1944 they dropped 300 tons on Leuna.")
    reading = read_files([path])
    assert [d.edtf for d in reading.documents[0].dates] == ["1944-05-12"]
    assert "tesseract" in reading.documents[0].read_as
    written = {p.name for p in write_pages(reading, tmp_path / "out")}
    assert f"page.{ending}.hocr" in written
    assert load_scanned(tmp_path / "out" / f"page.{ending}.hocr").text == reading.documents[0].raw


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_a_pdf_that_is_scans_is_read_page_by_page(tmp_path):
    image = pytest.importorskip("PIL.Image")
    for number, text in enumerate(("On 12 May 1944 they dropped 300 tons.", "On 28 May 1944 Leuna lost 40 men.")):
        _image(tmp_path / f"{number}.png", text)
    pages = [image.open(tmp_path / f"{number}.png") for number in (0, 1)]
    path = tmp_path / "scan.pdf"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    scanned = load_scanned(path)
    assert scanned.read_as.startswith("scanned PDF, read by tesseract") and scanned.hocr
    assert "12 May 1944" in scanned.text.split("\f")[0] and "28 May 1944" in scanned.text.split("\f")[1]


def test_a_pdf_that_is_scans_says_what_to_install(tmp_path, monkeypatch):
    image = pytest.importorskip("PIL.Image")
    image.new("L", (40, 40), 255).save(tmp_path / "scan.pdf")
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(OilplanError, match="without a text layer: install tesseract"):
        load_scanned(tmp_path / "scan.pdf")


@pytest.mark.parametrize("broken", [b"/Width null", b"/Width (a)", b"/Depth 40", b"/Width -4"])
def test_a_pdf_whose_picture_has_no_size_is_one_sentence(broken, tmp_path):
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / "scan.pdf"
    image.new("L", (40, 40), 255).save(path)
    path.write_bytes(path.read_bytes().replace(b"/Width 40", broken))
    with pytest.raises(OilplanError, match="without scans; give its text"):
        load_scanned(path)


def test_a_pdf_that_is_scans_names_pillow_where_it_is_missing(tmp_path, monkeypatch):
    image = pytest.importorskip("PIL.Image")
    image.new("L", (40, 40), 255).save(tmp_path / "scan.pdf")
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(OilplanError, match=r"Pillow is needed: pip install 'oilplan\[scans\]', or"):
        list(page_images("scan.pdf", (tmp_path / "scan.pdf").read_bytes()))


def test_a_page_image_without_tesseract_is_refused_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OilplanError, match="apt install tesseract-ocr"):
        _scan(tmp_path, b"\x89PNG\r\n\x1a\n" + b"x" * 40)


def test_every_finding_cites_its_page_and_the_document_its_reading(tmp_path):
    pages = [
        f"{n}\n\nThe works stood on {n - 99}th May 1944 with 300 tons. More was said of it.\n" for n in (104, 105, 106)
    ]
    path = tmp_path / "book.txt"
    path.write_text("\f".join(pages))
    (document,) = reading_json(read_files([path]))["documents"]
    assert [p["printed"] for p in document["pages"]] == ["104", "105", "106"]
    assert [d["page"] for d in document["dates"]] == ["104", "105", "106"]
    assert [q["page"] for q in document["quantities"]] == ["104", "105", "106"]
    assert document["pages"][0]["start"] == 0 and document["pages"][-1]["end"] == document["characters"]
    assert "stood on 6th May" in document["reading"]


def test_a_file_with_semicolons_is_a_table_and_its_cells_are_no_notes(tmp_path):
    path = tmp_path / "raids.csv"
    path.write_text("plant;date;tons\nLeuna;12 May 1944;300\nBruex;13 May 1944;1.200\nPoelitz;14 May 1944;400\n")
    (document,) = read_files([path]).documents
    (table,) = document.tables
    assert table.rows[1] == ("Leuna", "12 May 1944", "300") and len(table.rows) == 4
    assert not document.notes and not document.quantities
    prose = "He wrote; she answered; they met.\nIt rained; it froze; 12 came.\nIt was cold; it was 1944; all slept."
    path.write_text(prose)
    assert not read_files([path]).documents[0].tables
