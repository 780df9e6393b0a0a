"""Variants of each kind of format: what the file says is what the reading holds, and what it cannot say is flagged."""

import pytest

from oilplan.evidence import read_files
from oilplan.evidence.sources import load_scanned


def _read(tmp_path, data, name="page"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_files([path]).documents[0], load_scanned(path)


def _alto(*lines):
    return (
        f"<alto><Layout><Page><PrintSpace><TextBlock>{''.join(lines)}</TextBlock></PrintSpace></Page></Layout></alto>"
    )


def _line(*words):
    return f"<TextLine>{''.join(words)}</TextLine>"


def _word(text, **more):
    return f'<String CONTENT="{text}"' + "".join(f' {key}="{value}"' for key, value in more.items()) + "/>"


def _broken(first, second, whole, sign='<HYP CONTENT="-"/>'):
    one = _word(first, SUBS_TYPE="HypPart1", SUBS_CONTENT=whole)
    two = _word(second, SUBS_TYPE="HypPart2", SUBS_CONTENT=whole)
    return _alto(_line(_word("the"), one, sign), _line(two, _word("Then")))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (_broken("bom", "bers.", "bombers"), "the bombers. Then"),
        (_broken("“bom", "bers”", "bombers"), "the “bombers” Then"),
        (_broken("co", "operation", "co-operation"), "the co-operation Then"),
        (_broken("Werk-", "leitung", "Werksleitung", ""), "the Werksleitung Then"),
        (_alto(_line(_word("störung", SUBS_TYPE="HypPart2", SUBS_CONTENT="Zerstörung"))), "störung"),
        (_alto(_line(_word("destruc"), "<HYP/>"), _line(_word("tion"), _word("went"))), "destruction went"),
        (_alto(_line(_word("destruc"), '<HYP CONTENT="¬"/>'), _line(_word("tion"))), "destruction"),
        (_alto(_line(_word("Erdöl"), '<HYP CONTENT="-"/>'), _line(_word("und"), _word("Gas"))), "Erdöl- und Gas"),
    ],
)
def test_words_that_alto_says_were_broken_stand_whole_with_their_signs(tmp_path, data, words):
    assert " ".join(_read(tmp_path, data)[0].reading.split()) == words


@pytest.mark.parametrize(("good", "bad"), [("0.95", "0.21"), ("95", "21")])
def test_confidence_of_alto_counts_to_one_or_to_a_hundred(tmp_path, good, bad):
    line = _line(_word("dropped", WC=good), _word("300", WC=bad), _word("tons", WC=good))
    document, scan = _read(tmp_path, _alto(line))
    assert [q.value for q in document.quantities] == [None]
    assert [scan.text[d.start : d.end] for d in scan.doubts] == ["300"]


@pytest.mark.parametrize(
    "body",
    [
        "<div class='ocr_page'><span class='ocr_line'>On 12th May 1944</span><span class='ocr_line'>20 bombers</span></div>",
        "<DIV CLASS='ocr_page'><SPAN CLASS='ocr_line'>On 12th May 1944</SPAN><SPAN CLASS='ocr_line'>20 bombers</SPAN></DIV>",
        "<div class='ocr_page'><p class='ocr_par'>On <b>12th</b> May 1944<br/>20 bombers</p></div>",
        "<div class='ocr_page'><div class='ocr_carea'><p>On 12th May 1944</p><p>20 bombers</p></div></div>",
        "<div class='ocr_page'><span class='ocr_line'><span class='ocr_cinfo'>On 12th May 1944</span></span>"
        "<span class='ocr_line'>20 bombers</span></div>",
    ],
)
def test_hocr_is_read_whatever_it_leaves_unmarked(tmp_path, body):
    document, scan = _read(tmp_path, f"<html><head><title>x</title></head><body>{body}</body></html>")
    assert scan.text.split() == ["On", "12th", "May", "1944", "20", "bombers"] and "\n" in scan.text
    assert [d.edtf for d in document.dates] == ["1944-05-12"]


def test_a_word_that_page_xml_breaks_over_regions_and_its_plain_text_are_read(tmp_path):
    lines = ["The destruc-", "tion went on.", "Die Zer⸗"]
    regions = "".join(
        f"<TextRegion><TextLine><TextEquiv><{kind}>{line}</{kind}></TextEquiv></TextLine></TextRegion>"
        for line, kind in zip(lines, ("Unicode", "PlainText", "Unicode"), strict=True)
    )
    assert "destruction" in _read(tmp_path, f"<PcGts><Page>{regions}</Page></PcGts>")[0].reading


@pytest.mark.parametrize(
    ("data", "holds", "says"),
    [
        ("“Pölitz” and Brüx bur".encode("cp1252") + b"\x81ned twice.", "“Pölitz” and Brüx bur\ufffdned", "1252"),
        (b"The plain page has one \x8d bad byte in it.", "one \ufffd bad byte", "ASCII with one bad byte"),
        ("Pölitz, Brüx".encode() + b"\xff and more", "Pölitz, Brüx\ufffd and", "UTF-8 with one bad byte"),
        ("ÖLWERKE PÖLITZ UND BRÜX".encode("cp1252"), "ÖLWERKE PÖLITZ", "1252"),
        ("It took 7½ hours at £4.".encode("cp1252"), "7½ hours at £4", "1252"),
        ("It wasn’t so.".encode("cp1252"), "wasn’t", "1252"),
        ("It wasn’t so.".encode("mac_roman"), "wasn’t", "Mac Roman"),
        ("Die Straße nach Böhlen".encode("mac_roman"), "Straße nach Böhlen", "Mac Roman"),
        ("He said “oil first” and left.".encode("mac_roman"), "“oil first”", "Mac Roman"),
        ("Brüx am 12. Mai".encode("utf-16-le"), "Brüx am 12. Mai", "little end first"),
        ("Brüx am 12. Mai".encode("utf-16-be"), "Brüx am 12. Mai", "big end first"),
    ],
)
def test_an_encoding_is_told_by_its_letters_and_bad_bytes_are_said(tmp_path, data, holds, says):
    document, scan = _read(tmp_path, data)
    assert holds in scan.text and says in scan.read_as
    assert ("flagged" in scan.read_as) == ("\ufffd" in scan.text)
    assert ("\ufffd" in scan.text) == any("\ufffd" in r.raw and r.text is None for r in document.repairs)


@pytest.mark.parametrize(
    "left",
    ["of\x00ce", "works \x00 stood", "\x00fty bombers", "2\x000 bombers", "\x00ve hundred tons", "\x00fty-\x00ve men"],
)
def test_a_lost_sign_is_flagged_and_no_figure_is_read_from_what_is_left(tmp_path, left):
    document, _ = _read(tmp_path, f"On 12th May 1944 the {left} and much more plain text stands here on the page.")
    assert [r.raw for r in document.repairs if r.kind == "lost_letter"] == ["\x00"] * left.count("\x00")
    assert not document.quantities and document.dates


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Monat;Tonnen;Anteil\nMai 1944;156,3;12,5\nJuni;107,4;9,1\nJuli;80,2;6,3\n", ("Mai 1944", "156,3", "12,5")),
        ("Monat;Tonnen\nMai 1944;156,3\nJuni;107,4\nJuli;80,2\n", ("Mai 1944", "156,3")),
        ("Werk; Mai; Juni\nLeuna; 1,5; 2,5\nBrüx; 3,0; 3,1\nZeitz; 4,0; 4,5\n", ("Leuna", "1,5", "2,5")),
        (
            'Werk;t;Rest\n"Leuna; Haupt";1.234,5;"Kessel, Halle"\nBrüx;2,0;k\nZeitz;3,2;k\n',
            ("Leuna; Haupt", "1.234,5", "Kessel, Halle"),
        ),
        ("Werk;Mai;Juni\r\nLeuna;1,5;\r\nBrüx;;3,1\r\nZeitz;4,0;4,5\r\n", ("Leuna", "1,5", "")),
    ],
)
def test_cells_between_semicolons_are_no_figures_of_the_text(tmp_path, text, row):
    document, _ = _read(tmp_path, text, "sheet.csv")
    (table,) = document.tables
    assert table.rows[1] == row and len(table.rows) == 4
    assert not document.quantities and not document.notes and not document.dates


def test_sentences_with_semicolons_are_no_table(tmp_path):
    text = "He came;he saw;he left.\nThey ate; they slept.\nIt rained; it froze.\nIt thawed 3 times; then no more.\n"
    assert not _read(tmp_path, text)[0].tables


def _hocr(lines):
    words = "".join(
        "<span class='ocr_line'>"
        + " ".join(f"<span class='ocrx_word' title='bbox {x} {y} {x + 8 * len(w)} {y + 9}'>{w}</span>" for w, x in line)
        + "</span>"
        for y, line in enumerate(lines)
    )
    return f"<html><body><div class='ocr_page'><p class='ocr_par'>{words}</p></div></body></html>"


def _flow(words, left=0):
    placed = []
    for word in words.split():
        placed.append((word, left))
        left += 8 * len(word) + 8
    return placed


THREE = [[("May", 0), ("1832", 200), ("22", 400)], [("June", 0), ("500", 208), ("9", 408)], [("July", 0), ("7", 224)]]


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        ([*THREE, [("August", 0), ("4", 408)]], {1: ("June", "500", "9"), 2: ("July", "7"), 3: ("August", "", "4")}),
        ([[("Tons", 200), ("Raids", 392)], *THREE], {0: ("", "Tons", "Raids"), 1: ("May", "1832", "22")}),
        ([[*_flow("Works and stills"), ("30", 216), ("8", 408)], *THREE], {0: ("Works and stills", "30", "8")}),
        (
            [_flow("The figures of the whole quarter stand here"), *THREE, [("May", 0), ("90", 216), ("1", 408)]],
            {0: ("May", "1832", "22")},
        ),
    ],
)
def test_cells_that_stand_apart_on_the_page_keep_their_columns(tmp_path, lines, rows):
    document, _ = _read(tmp_path, _hocr(lines))
    (table,) = document.tables
    assert {i: table.rows[i] for i in rows} == rows


def test_two_columns_of_text_are_no_table(tmp_path):
    line = [*_flow("the works were hit"), *_flow("and oil ran out", 400)]
    assert not _read(tmp_path, _hocr([line] * 8))[0].tables


def _region(kind, text, name):
    return f'<TextRegion id="{name}" type="{kind}"><TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextRegion>'


@pytest.mark.parametrize(
    ("number", "head", "printed"),
    [
        ("— 173 —", "THE OIL PLAN", "173"),
        ("xii", "12 tons", "xii"),
        ("[8]", "Leuna, 12 bombers", "8"),
        ("?", "A", None),
    ],
)
def test_page_numbers_and_heads_that_page_xml_names_are_the_pages_own(tmp_path, number, head, printed):
    body = _region("paragraph", "On 12 May 1944 Leuna was hit by 220 bombers.", "a")
    regions = _region("header", head, "h") + body + _region("page-number", number, "n")
    document, _ = _read(tmp_path, f"<PcGts><Page>{regions}</Page></PcGts>", "page.xml")
    assert [p.printed or None for p in document.pages] == [printed]
    assert [q.value for q in document.quantities] == [220]


def test_the_printed_number_that_alto_gives_a_page_is_what_it_is_cited_by(tmp_path):
    page = _alto(_line(_word("12"), _word("May"), _word("1944"))).replace("<Page>", '<Page PRINTED_IMG_NR="88">')
    document, _ = _read(tmp_path, page, "page.xml")
    assert [p.printed for p in document.pages] == ["88"]
