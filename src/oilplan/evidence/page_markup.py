"""The text of hOCR, ALTO and PAGE: words in reading order with what the scanner says of them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from oilplan.errors import OilplanError
from oilplan.evidence.layout import Block, HeadBlock, Line, NumberBlock, Scanned, Word, laid_out
from oilplan.evidence.limits import MOST_DEPTH

LINES = frozenset({"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat", "ocrx_line"})
EMPTY = frozenset({"br", "img", "meta", "link", "hr", "input"})
PARAGRAPHS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "li", "td"})
TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[A-Za-z][\w:-]*)(?P<attributes>[^<>]*)>|(?P<text>[^<]+)|(?P<other><)")
CLASS = re.compile(r"\bclass\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
TITLE = re.compile(r"\btitle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
BOX = re.compile(r"\bbbox\s+(-?\d{1,6})\s+-?\d{1,6}\s+(-?\d{1,6})\s")
CONFIDENCE = re.compile(r"\bx_wconf\s+(\d{1,3})")
LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
REACH = 50
"""Elements back in which an end tag looks for its start; pages with tags left open need three."""


def hocr_text(name: str, text: str) -> Scanned:
    """Text of hOCR: a line end per line, a blank line per paragraph, a form feed per page.

    Raises OilplanError for a page without hOCR, or without words.
    """
    pages = _pages(text)
    if not any(line for page in pages for block in page for line in block):
        pages = _pages_of_paragraphs(text)
    if not any(line for page in pages for block in page for line in block):
        if "ocr_" not in text and "ocrx_" not in text:
            raise OilplanError(
                f"{name} is HTML without hOCR words (class ocrx_word); give hOCR, or its text as plain text."
            )
        raise OilplanError(f"{name} holds no words; run OCR again and read its output.")
    return laid_out(pages, "hOCR")


class _Reader:
    """Where the reading stands: the elements open, and the pages so far."""

    def __init__(self) -> None:
        self.pages: list[list[Block]] = []
        self.open: list[tuple[str, str]] = []
        self.in_word = self.in_line = 0
        self.word: list[str] = []
        self.loose: list[str] = []
        self.title = ""

    def start(self, tag: str, kind: str, title: str) -> None:
        self.open.append((tag, kind))
        if kind == "ocr_page" or (kind and not self.pages):
            self.pages.append([])
        if kind == "ocr_par" or (kind in LINES and not self.pages[-1]):
            self.pages[-1].append([])
        if kind in LINES:
            self._close_line()
            self.pages[-1][-1].append([])
            self.in_line += 1
        if kind == "ocrx_word":
            self.in_word += 1
            self.word, self.title = [], title

    def end(self, tag: str) -> None:
        for back in range(1, min(REACH, len(self.open)) + 1):
            if self.open[-back][0] == tag:
                for _ in range(back):
                    self._leave(self.open.pop()[1])
                return

    def data(self, text: str) -> None:
        if self.in_word:
            self.word.append(text)
        elif self.in_line:
            self.loose.append(text)

    def _leave(self, kind: str) -> None:
        if kind == "ocrx_word":
            self.in_word -= 1
            line = self._line()
            if line is not None:
                line += [_word(t, self.title) for t in ["".join(self.word).strip()] if t]
            self.word = []
        if kind in LINES:
            self._close_line()
            self.in_line -= 1

    def _close_line(self) -> None:
        """The text of a line without words of its own."""
        line = self._line()
        if line is not None and not line:
            line += [Word(t) for t in "".join(self.loose).split()]
        self.loose = []

    def _line(self) -> Line | None:
        return self.pages[-1][-1][-1] if self.pages and self.pages[-1] and self.pages[-1][-1] else None


def _pages(text: str) -> list[list[Block]]:
    reader = _Reader()
    for match in _tokens(text):
        tag = match["tag"]
        if match["text"]:
            reader.data(_unescaped(match["text"]))
        elif tag and match["close"]:
            reader.end(tag.lower())
        elif tag and tag.lower() not in EMPTY and not match["attributes"].endswith("/"):
            kinds = (_first(CLASS.search(match["attributes"]))).split()
            kind = next((k for k in kinds if k.startswith("ocr")), "")
            reader.start(tag.lower(), kind, _unescaped(_first(TITLE.search(match["attributes"]))))
    while reader.open:
        reader._leave(reader.open.pop()[1])
    return reader.pages


def _pages_of_paragraphs(text: str) -> list[list[Block]]:
    """Pages of hOCR that marks neither lines nor words: a block per element, a line per break."""
    pages: list[list[Block]] = []
    for match in _tokens(text):
        tag, attributes = (match["tag"] or "").lower(), match["attributes"] or ""
        if not match["close"] and "ocr_page" in _first(CLASS.search(attributes)).split():
            pages.append([[[]]])
        elif tag == "br" and pages:
            pages[-1][-1].append([])
        elif tag in PARAGRAPHS and pages:
            pages[-1].append([[]])
        elif match["text"] and pages:
            pages[-1][-1][-1] += [Word(w) for w in _unescaped(match["text"]).split()]
    return pages


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """Tags and text in turn; comments, declarations and scripts passed over. Every character is looked at once."""
    at = 0
    while at < len(text):
        skipped = _skipped(text, at)
        if skipped > at:
            at = skipped
            continue
        match = TOKEN.match(text, at)
        if match is None:
            return
        yield match
        at = match.end()
        if match["tag"] and match["tag"].lower() in ("script", "style") and not match["close"]:
            at = _after(text, "</", at)


def _skipped(text: str, at: int) -> int:
    if text.startswith("<!--", at):
        return _after(text, "-->", at + 4) + 3
    if text.startswith(("<!", "<?"), at):
        return _after(text, ">", at) + 1
    return at


def _after(text: str, mark: str, at: int) -> int:
    return found if (found := text.find(mark, at)) >= 0 else len(text)


def _unescaped(text: str) -> str:
    return html.unescape(LONG_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def _first(match: re.Match[str] | None) -> str:
    return next((g for g in match.groups() if g is not None), "") if match else ""


def _word(text: str, title: str) -> Word:
    box, sure = BOX.search(title + " "), CONFIDENCE.search(title)
    left, right = (float(box[1]), float(box[2])) if box else (None, None)
    return Word(" ".join(text.split()), left, right, int(sure[1]) / 100 if sure else None)


ORDER = re.compile(r"readingOrder\s*\{\s*index\s*:\s*(\d{1,6})")
LAST = 10**7
EDGES: dict[str, type[Block]] = {"page-number": NumberBlock, "header": HeadBlock, "footer": HeadBlock}
"""Types of regions of PAGE that are no part of the text."""
SIGNS_BEFORE, SIGNS_BEHIND = re.compile(r"^[^\w\s]+"), re.compile(r"[^\w\s-]+$")


def xml_text(name: str, data: bytes) -> Scanned:
    """Text of an ALTO or PAGE file: a line end per line, a blank line per block or region, a form feed per page.

    A word that ALTO says was broken at a line end (SUBS_CONTENT) stands whole on the first line; other broken words
    keep their hyphen. Regions of PAGE stand in its ReadingOrder, tables with a tab between cells.

    Raises OilplanError in one sentence for broken or too deeply nested XML, for XML with entities or a document type
    of its own (never expanded), and for a file that holds neither format.
    """
    root = _root(name, data)
    _check_depth(name, root)
    kind = _local(root)
    if kind == "alto":
        numbers = [p.get("PRINTED_IMG_NR", "") for p in root.iter() if _local(p) == "Page"]
        scanned = laid_out(list(_alto_pages(root)), "ALTO", numbers)
    elif kind == "PcGts":
        scanned = laid_out([list(_page_blocks(p)) for p in root.iter() if _local(p) == "Page"], "PAGE XML")
    else:
        raise OilplanError(f"{name} is XML with the root '{kind}'; expected ALTO, PAGE or hOCR.")
    if not scanned.text.strip():
        raise OilplanError(f"{name} holds no words; run OCR again and read its output.")
    return scanned


def _root(name: str, data: bytes) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise OilplanError(
            f"{name} declares a document type or XML entities, which are not expanded; remove them and read it again."
        ) from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise OilplanError(f"{name} is broken XML ({error}); repair it or give its text.") from None


def _check_depth(name: str, root: Element) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MOST_DEPTH:
            raise OilplanError(
                f"{name} nests over {MOST_DEPTH} elements in one another, which no page does; repair it."
            )
        level = [child for element in level for child in element]


def _local(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) < LAST else None


def _share(text: str | None, scale: float = 1.0) -> float | None:
    value = _number(text)
    return value / scale if value is not None and 0 <= value <= scale else None


class _Broken:
    """The word that a line of ALTO ended in the midst of: its whole, and the line it is the last word of."""

    def __init__(self) -> None:
        self.whole, self.line = "", list[Word]()


def _alto_pages(root: Element) -> Iterator[list[Block]]:
    """Pages of blocks; a block or page inside another stands after it, so that each line is taken once."""
    pages: list[list[Block]] = []
    broken, sure = _Broken(), [_number(e.get("WC")) or 0.0 for e in root.iter() if e.get("WC")]
    scale = 100.0 if max(sure, default=0.0) > 1 else 1.0
    for element in root.iter():
        kind = _local(element)
        if kind == "Page":
            pages.append([])
        elif kind == "TextBlock" and pages:
            pages[-1].append([])
        elif kind == "TextLine" and pages and pages[-1]:
            pages[-1][-1].append(_alto_line(element, broken, scale))
    return iter(pages)


def _alto_line(line: Element, broken: _Broken, scale: float) -> Line:
    """Words of a line; a word broken at its end stands whole, with the signs around both its parts."""
    words: Line = []
    for part in line:
        if _local(part) == "String":
            whole, which = part.get("SUBS_CONTENT", ""), part.get("SUBS_TYPE", "")
            word = _alto_word(part, part.get("CONTENT", ""), scale)
            if which == "HypPart2" and whole and whole == broken.whole:
                _ended(broken, word)
                continue
            broken.whole = whole if which == "HypPart1" else ""
            if broken.whole:
                broken.line = words
                word = word._replace(text=_beside(word.text, SIGNS_BEFORE, whole.startswith) + whole)
            if word.text:
                words.append(word)
        elif _local(part) == "HYP" and words and not broken.whole:
            words[-1] = words[-1]._replace(text=words[-1].text + part.get("CONTENT", "-"))
    return words


def _ended(broken: _Broken, second: Word) -> None:
    """Set the signs behind the second part of a broken word behind its whole, and the lower confidence of the two."""
    first = broken.line[-1]
    sure = [c for c in (first.confidence, second.confidence) if c is not None]
    text = first.text + _beside(second.text, SIGNS_BEHIND, broken.whole.endswith)
    broken.line[-1] = first._replace(text=text, confidence=min(sure, default=None))
    broken.whole = ""


def _beside(text: str, pattern: re.Pattern[str], held: Callable[[str], bool]) -> str:
    """The signs beside a part of a broken word, unless its whole holds them."""
    match = pattern.search(text)
    return match.group() if match and not held(match.group()) else ""


def _alto_word(part: Element, text: str, scale: float) -> Word:
    left, width = _number(part.get("HPOS")), _number(part.get("WIDTH"))
    right = left + width if left is not None and width is not None else None
    return Word(" ".join(text.split()), left, right, _share(part.get("WC"), scale))


def _page_blocks(page: Element) -> Iterator[Block]:
    regions = [e for e in page.iter() if _local(e) in ("TextRegion", "TableRegion")]
    cells = {id(c) for t in regions if _local(t) == "TableRegion" for c in t.iter() if c is not t}
    regions = [r for r in regions if id(r) not in cells]
    listed = {key: place for place, key in enumerate(_reading_order(page))}
    own = {id(r): m for r in regions if (m := ORDER.search(r.get("custom", "")))}
    if not listed and len(own) == len(regions):
        regions.sort(key=lambda r: int(own[id(r)][1]))
    else:
        regions.sort(key=lambda r: listed.get(r.get("id", ""), LAST))
    for region in regions:
        block = _table(region) if _local(region) == "TableRegion" else _region(region)
        yield EDGES.get(region.get("type", ""), list)(block)


def _reading_order(page: Element) -> Iterator[str]:
    """Ids of regions in the order the file gives, groups within groups."""
    order = next((e for e in page if _local(e) == "ReadingOrder"), None)
    waiting = list(order)[::-1] if order is not None else []
    while waiting:
        element = waiting.pop()
        if element.get("regionRef"):
            yield str(element.get("regionRef"))
        members = list(element)
        if all(m.get("index") is not None for m in members):
            members.sort(key=lambda m: _number(m.get("index")) or 0)
        waiting += members[::-1]


def _region(region: Element) -> Block:
    lines = [e for e in region if _local(e) == "TextLine"]
    own = [ORDER.search(e.get("custom", "")) for e in lines]
    if lines and all(own):
        lines = [e for _, e in sorted(zip(own, lines, strict=True), key=lambda p: int(p[0][1]))]  # type: ignore[index]
    if lines:
        return [_page_line(line) for line in lines]
    return [[Word(w) for w in text.split()] for text in _said(region).splitlines()]


def _page_line(line: Element) -> Line:
    text = _said(line)
    words = [
        Word(said, *_edges(w), _sure(w)) for w in line if _local(w) == "Word" and (said := " ".join(_said(w).split()))
    ]
    if words and (not text or [w.text for w in words] == text.split()):
        return words
    return [Word(w, confidence=_sure(line)) for w in text.split()]


def _equivalent(element: Element) -> Element | None:
    """The TextEquiv of lowest index: the best of rival readings."""
    rivals = [e for e in element if _local(e) == "TextEquiv"]
    return min(rivals, key=lambda e: _number(e.get("index")) or 0) if rivals else None


def _said(element: Element) -> str:
    best = _equivalent(element)
    texts = {_local(e): e.text or "" for e in best} if best is not None else {}
    return texts.get("Unicode") or texts.get("PlainText", "")


def _sure(element: Element) -> float | None:
    best = _equivalent(element)
    return _share(best.get("conf")) if best is not None else None


def _edges(word: Element) -> tuple[float | None, float | None]:
    coords = next((e for e in word if _local(e) == "Coords"), None)
    points = [_number(p.split(",")[0]) for p in (coords.get("points", "") if coords is not None else "").split()]
    known = [p for p in points if p is not None]
    return (min(known), max(known)) if known else (None, None)


def _table(region: Element) -> Block:
    """One line per row, a tab between its cells: rows and columns as the file's cell roles say."""
    rows: dict[int, list[tuple[int, str]]] = {}
    for cell in (e for e in region.iter() if e is not region and _local(e) in ("TextRegion", "TableCell")):
        role = next((e for e in cell.iter() if _local(e) == "TableCellRole"), cell)
        row, column = (int(_number(role.get(k, role.get(k[:3]))) or 0) for k in ("rowIndex", "columnIndex"))
        rows.setdefault(row, []).append((column, " ".join(w.text for line in _region(cell) for w in line)))
    return [[Word("\t".join(text for _, text in sorted(cells)))] for _, cells in sorted(rows.items())]
