"""Bad input gets one sentence and exit 2, never a traceback and never half-read text."""

import io
import zipfile
import zlib

import pytest

from oilplan.errors import OilplanError
from oilplan.evidence.sources import MOST_BYTES, load_text


def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("page.txt", b"0" * 10_000_000)
    return packed.getvalue()


def _pdf(content: bytes, flate: bool = False) -> bytes:
    body = zlib.compress(content, 9) if flate else content
    how = b"/Filter /FlateDecode " if flate else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< " + how + b"/Length " + str(len(body)).encode() + b" >>\nstream\n" + body + b"\nendstream",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + text + b"\nendobj\n"
    table = b"".join(f"{p:010} 00000 n \n".encode() for p in places)
    trailer = f"trailer << /Root 1 0 R /Size 5 >>\nstartxref\n{len(out)}\n%%EOF".encode()
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + trailer


def _encrypted() -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(_pdf(b"BT /F1 12 Tf 50 700 Td (Leuna) Tj ET"))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE alto [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><alto><Page>&b;</Page></alto>'
)
BAD = {
    "empty": (b"", "empty"),
    "blank": (b" \n\n ", "empty"),
    "binary": (bytes(range(256)) * 40, "binary"),
    "noise": (bytes(range(1, 9)) * 500, "binary"),
    "zip_bomb": (_zip_bomb(), "compressed archive"),
    "gzip": (b"\x1f\x8b\x08" + b"x" * 20, "compressed archive"),
    "pdf_without_text": (_pdf(b"0 0 m 10 10 l S"), "without a text layer"),
    "pdf_broken": (b"%PDF-1.4\n%%EOF", "broken PDF"),
    "pdf_bomb": (
        _pdf(b"BT /F1 12 Tf " + b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 3_000_000, flate=True),
        "PDF|pdf",
    ),
    "pdf_encrypted": (_encrypted(), "encrypted"),
    "xml_broken": (b'<?xml version="1.0"?><alto><Page>', "broken XML"),
    "xml_entities": (ENTITIES, "not expanded"),
    "xml_other": (b'<?xml version="1.0"?><svg/>', "root 'svg'"),
    "html_without_words": (b"<!doctype html><html><body>Leuna</body></html>", "without hOCR words"),
    "hocr_empty": (b"<html><body><div class='ocr_page'></div></body></html>", "no words"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_in_a_sentence(tmp_path, name):
    content, expected = BAD[name]
    path = tmp_path / "page"
    path.write_bytes(content)
    with pytest.raises(OilplanError, match=expected) as refused:
        load_text(path)
    assert refused.value.exit_status == 2
    assert "\n" not in str(refused.value) and "page" in str(refused.value)


def test_a_file_of_200_mb_is_refused_unread(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert path.stat().st_size > MOST_BYTES
    with pytest.raises(OilplanError, match="200 MB"):
        load_text(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(OilplanError, match=path.name):
            load_text(path)


def test_cp1252_and_utf8_read_alike(tmp_path):
    for encoding in ("utf-8", "cp1252", "utf-8-sig"):
        path = tmp_path / encoding
        path.write_bytes("“Pölitz” — Brüx".encode(encoding))
        assert load_text(path) == "“Pölitz” — Brüx"


def test_a_pdf_gives_its_text_layer(tmp_path):
    path = tmp_path / "page.pdf"
    path.write_bytes(_pdf(b"BT /F1 12 Tf 50 700 Td (The works at Leuna stood idle.) Tj ET"))
    assert load_text(path).strip() == "The works at Leuna stood idle."


def test_alto_and_hocr_give_words_lines_and_paragraphs(tmp_path):
    alto = tmp_path / "a.xml"
    alto.write_text(
        '<?xml version="1.0"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Layout><Page><PrintSpace>'
        '<TextBlock><TextLine><String CONTENT="the"/><SP/><String CONTENT="indus"/><HYP CONTENT="-"/></TextLine>'
        '<TextLine><String CONTENT="trial"/></TextLine></TextBlock><TextBlock><TextLine><String CONTENT="Next."/>'
        "</TextLine></TextBlock></PrintSpace></Page></Layout></alto>"
    )
    hocr = tmp_path / "a.hocr"
    word = "<span class='ocrx_word'>{}</span>".format
    line = "<span class='ocr_line'>{}</span>".format
    first = line(word("the") + " " + word("<strong>indus-</strong>")) + line(word("trial"))
    pars = f"<p class='ocr_par'>{first}</p><p class='ocr_par'>{line(word('Next.'))}</p>"
    hocr.write_text(f"<html><body><div class='ocr_page'>{pars}</div>")
    assert load_text(alto) == load_text(hocr) == "the indus-\ntrial\n\nNext."
