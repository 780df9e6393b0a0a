"""The text of hOCR (HTML) and ALTO (XML) pages, as their scanner wrote it."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree.ElementTree import Element

from oilplan.errors import OilplanError


def xml_text(name: str, data: bytes) -> str:
    """Text of an hOCR or ALTO file: words with a space between, a line end per line, a blank line per paragraph.

    ALTO words broken at a line end keep their hyphen. Raises OilplanError in one sentence for broken XML, for XML
    with entities or a document type of its own (never expanded), and for a file that holds neither format.
    """
    lowered = data[:5000].lower()
    if b"<alto" in lowered or (b"<?xml" in lowered and b"<html" not in lowered):
        return _alto(name, data)
    if b"<!entity" in data[:100_000].lower():
        raise OilplanError(f"{name} declares XML entities, which are not expanded; remove them and read it again.")
    return _hocr(name, data)


def _alto(name: str, data: bytes) -> str:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise OilplanError(
            f"{name} declares a document type or XML entities, which are not expanded; remove them and read it again."
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise OilplanError(f"{name} is broken XML ({error}); mend it or give its text.") from None
    if _local(root) != "alto":
        raise OilplanError(f"{name} is XML with the root '{_local(root)}'; expected ALTO or hOCR.")
    text = "\f".join(_alto_page(page) for page in root.iter() if _local(page) == "Page")
    return _nonempty(name, text)


def _alto_page(page: Element) -> str:
    blocks = []
    for block in (e for e in page.iter() if _local(e) == "TextBlock"):
        lines = [_alto_line(line) for line in block.iter() if _local(line) == "TextLine"]
        blocks.append("\n".join(line for line in lines if line))
    return "\n\n".join(b for b in blocks if b)


def _alto_line(line: Element) -> str:
    words: list[str] = []
    for part in line:
        if _local(part) == "String":
            words.append(part.get("CONTENT", ""))
        elif _local(part) == "HYP" and words:
            words[-1] += part.get("CONTENT", "-")
    return " ".join(w for w in words if w)


def _local(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


class _Hocr(HTMLParser):
    """Collects ocrx_word text by ocr_line and ocr_par, and counts what it saw."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pages: list[list[list[list[str]]]] = []
        self.depth: list[str] = []
        self.words = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a page, paragraph or line when the element's class says so."""
        if tag in ("br", "img", "meta", "link", "hr", "input"):
            return
        kinds = (dict(attrs).get("class") or "").split()
        kind = next((k for k in kinds if k.startswith("ocr")), "")
        self.depth.append(kind)
        if kind == "ocr_page" or (kind and not self.pages):
            self.pages.append([])
        if kind == "ocr_par" or (kind in LINES and not self.pages[-1]):
            self.pages[-1].append([])
        if kind in LINES:
            self.pages[-1][-1].append([])

    def handle_endtag(self, tag: str) -> None:
        """Leave the element opened last."""
        if self.depth:
            self.depth.pop()

    def handle_data(self, data: str) -> None:
        """Take the text of a word into the line it stands in."""
        if "ocrx_word" in self.depth and data.strip() and self.pages and self.pages[-1] and self.pages[-1][-1]:
            self.pages[-1][-1][-1].append(data.strip())
            self.words += 1


LINES = ("ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat", "ocrx_line")


def _hocr(name: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    parser = _Hocr()
    parser.feed(text)
    parser.close()
    if not parser.words and b"ocr" not in data:
        raise OilplanError(
            f"{name} is HTML without hOCR words (class ocrx_word); give hOCR, or its text as plain text."
        )
    pages = [
        "\n\n".join("\n".join(" ".join(words) for words in par if words) for par in page if any(par))
        for page in parser.pages
    ]
    return _nonempty(name, "\f".join(pages))


def _nonempty(name: str, text: str) -> str:
    if not text.strip():
        raise OilplanError(f"{name} holds no words; run OCR again and read its output.")
    return text
