"""The text of ALTO and PAGE XML pages, in the order in which they are to be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from oilplan.errors import OilplanError
from oilplan.evidence.layout import Block, Line, Scanned, Word, laid_out
from oilplan.evidence.limits import MOST_DEPTH

ORDER = re.compile(r"readingOrder\s*\{\s*index\s*:\s*(\d{1,6})")
LAST = 10**7


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
        scanned = laid_out(list(_alto_pages(root)), "ALTO")
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


def _alto_pages(root: Element) -> Iterator[list[Block]]:
    """Pages of blocks; a block or page inside another stands after it, so that each line is taken once."""
    pages: list[list[Block]] = []
    broken = [""]
    for element in root.iter():
        kind = _local(element)
        if kind == "Page":
            pages.append([])
        elif kind == "TextBlock" and pages:
            pages[-1].append([])
        elif kind == "TextLine" and pages and pages[-1]:
            pages[-1][-1].append(_alto_line(element, broken))
    return iter(pages)


def _alto_line(line: Element, broken: list[str]) -> Line:
    """Words of a line. ``broken[0]``: the whole of a word whose first part stood before, until its second part comes."""
    words: Line = []
    for part in line:
        if _local(part) == "String":
            whole, which = part.get("SUBS_CONTENT", ""), part.get("SUBS_TYPE", "")
            if which == "HypPart2" and whole and whole == broken[0]:
                broken[0] = ""
                continue
            broken[0] = whole if which == "HypPart1" else ""
            text = whole if which == "HypPart1" and whole else part.get("CONTENT", "")
            if text.strip():
                words.append(_alto_word(part, text))
        elif _local(part) == "HYP" and words and not broken[0]:
            words[-1] = words[-1]._replace(text=words[-1].text + part.get("CONTENT", "-"))
    return words


def _alto_word(part: Element, text: str) -> Word:
    left, width = _number(part.get("HPOS")), _number(part.get("WIDTH"))
    right = left + width if left is not None and width is not None else None
    return Word(" ".join(text.split()), left, right, _number(part.get("WC")))


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
        yield _table(region) if _local(region) == "TableRegion" else _region(region)


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
    unicode = next((e for e in best if _local(e) == "Unicode"), None) if best is not None else None
    return (unicode.text or "") if unicode is not None else ""


def _sure(element: Element) -> float | None:
    best = _equivalent(element)
    return _number(best.get("conf")) if best is not None else None


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
        text = " ".join(w.text for line in _region(cell) for w in line)
        rows.setdefault(row, []).append((column, text))
    return [[Word("\t".join(text for _, text in sorted(cells)))] for _, cells in sorted(rows.items())]
