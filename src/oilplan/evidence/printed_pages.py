"""Printed page numbers and running heads: where a book's pages begin in its text, and what to cite them by."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from oilplan.evidence.findings import PrintedPage
from oilplan.evidence.gazetteer import unit_words
from oilplan.evidence.layout import KnownEdge

LINE = re.compile(r"[^\n\r\f]+")
NUMBER = re.compile(r"[-–—\[(. ]*(?P<n>\d{1,4}|[ivxlc]{1,7})[-–—\]). ]*")
HEADED = re.compile(
    r"(?:(?P<n>\d{1,4}|[ivxlc]{2,7})[ \t|·•.]+(?P<head>[^\d\s][^\n]{2,79})|(?P<head2>[^\d\s][^\n]{2,79}?)[ \t|·•]+(?P<n2>\d{1,4}|[ivxlc]{2,7}))"
)
MARKER = re.compile(
    r"-{2,3} ?[Pp]age (?P<leaf>\d{1,5}) ?-{2,3}|#{2,80} p\. ?(?P<printed>[\w-]{0,8}) \(#(?P<also>\d{1,5})\) #{2,80}"
)
"""What tools that take text from scans write between pages: ``--- Page 57 ---``, ``## p. 344 (#364) ####``."""
LONGEST_HEAD = 90
"""Characters of a line that may be a running head with its number."""
EDGE_LINES = 3
"""Lines from the top or foot of a page among which its number stands."""
LEAST_PAGE, MOST_PAGE = 300, 12_000
"""Characters of a printed page; two numbers nearer or farther apart are no neighbours."""
MOST_PAGES = 20_000
"""More form feeds than this are no pages of a book."""
FEWEST_IN_RUN = 3
"""Page numbers in a row before lone numbers in a text without page breaks are taken for page numbers."""
STEP = 3
"""Pages by which the number may rise from one found to the next: the scan loses some."""
ROMAN_NUMERAL = re.compile("c*(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class _Candidate(NamedTuple):
    """A line that may be a page's number: its span, the number, the numeral as printed, the head beside it."""

    start: int
    end: int
    number: int
    printed: str
    head: str


def printed_pages(raw: str) -> tuple[PrintedPage, ...]:
    """The pages of ``raw`` in order; together they hold every character.

    With form feeds, a page lies between two of them, and its number is the one near its top or foot that goes on from
    its neighbours'. Without, a page begins at a line that holds a number (and a running head), where three such
    numbers or more rise in order a page's length apart. A text with neither is one page without a number. Numbers
    are never inferred: a page whose number was not found has none.
    """
    markers = list(MARKER.finditer(raw))
    if 0 < len(markers) <= MOST_PAGES:
        return tuple(_marked_pages(raw, markers))
    if 0 < raw.count("\f") <= MOST_PAGES:
        return tuple(_broken_pages(raw))
    found = _longest_run([c for m in LINE.finditer(raw) if (c := _candidate(m)) and _stands_alone(raw, c)])
    if len(found) < FEWEST_IN_RUN:
        return (PrintedPage("", 0, len(raw)),)
    return tuple(_unbroken_pages(raw, found))


def with_known_edges(pages: Sequence[PrintedPage], edges: Sequence[KnownEdge]) -> tuple[PrintedPage, ...]:
    """The pages with the numbers and running heads that their file names (PAGE regions, ALTO's printed numbers)."""
    known = list(pages)
    for edge in edges:
        at = max(0, bisect_right(known, edge.start, key=lambda p: p.start) - 1)
        page, number = known[at], NUMBER.fullmatch(edge.printed.strip())
        if edge.is_number and number and _value(number["n"]):
            page = page._replace(printed=number["n"])
        if edge.end > edge.start and not any(a < edge.end and edge.start < b for a, b in page.heads):
            page = page._replace(heads=tuple(sorted([*page.heads, (edge.start, edge.end)])))
        known[at] = page
    return tuple(known)


def page_at(pages: Sequence[PrintedPage], at: int) -> str:
    """What to cite the raw offset ``at`` by: the number printed on its page, or its place in the file as ``[3]``."""
    if not pages:
        return "[1]"
    place = max(0, bisect_right(pages, at, key=lambda p: p.start) - 1)
    return pages[place].printed or f"[{pages[place].leaf or place + 1}]"


def _marked_pages(raw: str, markers: Sequence[re.Match[str]]) -> Iterator[PrintedPage]:
    """Pages between a tool's markers; the text before the first is of an unknown page."""
    if raw[: markers[0].start()].strip():
        yield PrintedPage("", 0, markers[0].start(), leaf="?")
    first = 0 if not raw[: markers[0].start()].strip() else markers[0].start()
    for marker, end in zip(markers, [*(m.start() for m in markers[1:]), len(raw)], strict=True):
        leaf = marker["leaf"] or marker["also"]
        yield PrintedPage(marker["printed"] or "", first, end, (marker.span(),), leaf)
        first = end


def _candidate(line: re.Match[str]) -> _Candidate | None:
    text = line.group().strip()
    if not text or len(text) > LONGEST_HEAD:
        return None
    match = NUMBER.fullmatch(text)
    printed, head = (match["n"], "") if match else ("", "")
    if not match and (headed := HEADED.fullmatch(text)):
        printed, head = headed["n"] or headed["n2"], (headed["head"] or headed["head2"]).strip()
    number = _value(printed)
    if not number:
        return None
    start = line.start() + line.group().index(text[0])
    return _Candidate(start, start + len(text), number, printed, head)


def _value(printed: str) -> int:
    if printed.isascii() and printed.isdigit():
        return int(printed)
    if not ROMAN_NUMERAL.fullmatch(printed):
        return 0  # figures of another script, or letters
    values = [ROMAN[c] for c in printed]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def _stands_alone(raw: str, line: _Candidate) -> bool:
    """A number between blank lines, or with a running head in capitals: not a cell of a column of figures."""
    if line.head:
        return line.head.isupper() or line.head.istitle()
    before, after = raw[max(0, line.start - 120) : line.start], raw[line.end : line.end + 120]
    near = before.rsplit("\n", 2)[-2:-1] + after.split("\n", 2)[1:2]
    return not any(re.sub(r"\s", "", part).isdigit() for part in near)


def _longest_run(found: list[_Candidate]) -> list[_Candidate]:
    """The longest chain of candidates whose numbers rise by one to three from page to page."""
    best: list[tuple[int, int]] = []
    last_of: dict[tuple[bool, int], int] = {}
    for i, c in enumerate(found):
        kind = c.printed.isdigit()
        earlier = [last_of[kind, c.number - s] for s in range(1, STEP + 1) if (kind, c.number - s) in last_of]
        fits = [j for j in earlier if _a_page_apart(found[j], c)]
        best.append(max(((best[j][0] + 1, j) for j in fits), default=(1, -1)))
        last_of[kind, c.number] = i
    at = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    chain = []
    while at >= 0:
        chain.append(found[at])
        at = best[at][1]
    return chain[::-1]


def _a_page_apart(one: _Candidate, other: _Candidate) -> bool:
    steps = other.number - one.number
    return LEAST_PAGE * steps <= other.start - one.start <= MOST_PAGE * steps


def _unbroken_pages(raw: str, found: Sequence[_Candidate]) -> Iterator[PrintedPage]:
    """Pages between numbers. Numbers at the head begin their page; whether they stand at the foot is seen by what
    follows the first: a text before it as long as a page is the page it ends."""
    starts = [c.start for c in found]
    at_foot = starts[0] > LEAST_PAGE and not any(c.head for c in found) and len(raw) - found[-1].end < LEAST_PAGE
    if at_foot:
        ends = [*(c.end for c in found[:-1]), len(raw)]
        for c, start, end in zip(found, [0, *ends[:-1]], ends, strict=True):
            yield PrintedPage(c.printed, start, end, ((c.start, c.end),))
        return
    if starts[0]:
        yield PrintedPage("", 0, starts[0])
    for c, end in zip(found, [*starts[1:], len(raw)], strict=True):
        yield PrintedPage(c.printed, c.start, end, ((c.start, c.end),))


def _broken_pages(raw: str) -> Iterator[PrintedPage]:
    edges = [0, *(m.end() for m in re.finditer("\f", raw)), len(raw)]
    spans = [(a, b) for a, b in pairwise(edges) if b > a]
    candidates = [list(_at_edges(raw, a, b)) for a, b in spans]
    shifts = Counter((c.printed.isdigit(), c.number - i) for i, mine in enumerate(candidates) for c in mine)
    heads = Counter(_plain(line) for a, b in spans for line in {_plain(m) for m in _edge_lines(raw, a, b)})
    for i, ((start, end), mine) in enumerate(zip(spans, candidates, strict=True)):
        best = max(mine, key=lambda c, i=i: shifts[c.printed.isdigit(), c.number - i], default=None)  # type: ignore[misc]
        sure = best if best and _agreed(shifts, best, i, len(spans)) else None
        repeated = {m.span() for m in _edge_lines(raw, start, end) if _is_head(heads, m, len(spans))}
        spans_out = repeated | ({(sure.start, sure.end)} if sure else set())
        yield PrintedPage(sure.printed if sure else "", start, end, tuple(sorted(spans_out)))


def _agreed(shifts: Counter[tuple[bool, int]], best: _Candidate, place: int, pages: int) -> bool:
    """Another page counts in step with this one; or the file is one page whose number stands alone."""
    return shifts[best.printed.isdigit(), best.number - place] >= 2 or (pages == 1 and not best.head)


def _is_head(heads: Counter[str], line: re.Match[str], pages: int) -> bool:
    """A line that stands at the edge of many pages, and is no sentence."""
    plain = _plain(line)
    is_sentence = line.group().rstrip().endswith((".", ",", ";", ":", "!", "?", "-"))
    often = pages >= FEWEST_IN_RUN and heads[plain] >= max(FEWEST_IN_RUN, pages // 10)
    return bool(plain) and not is_sentence and often


def _plain(line: re.Match[str] | str) -> str:
    text = line if isinstance(line, str) else line.group()
    return " ".join(re.sub(r"[\d\W_]+", " ", text).lower().split()) if len(text) <= LONGEST_HEAD else ""


def _edge_lines(raw: str, start: int, end: int) -> list[re.Match[str]]:
    lines = [m for m in LINE.finditer(raw, start, min(end, start + 2000)) if m.group().strip()][:EDGE_LINES]
    foot = [m for m in LINE.finditer(raw, max(start, end - 2000), end) if m.group().strip()][-EDGE_LINES:]
    return [*lines, *(m for m in foot if not lines or m.start() > lines[-1].start())]


def _at_edges(raw: str, start: int, end: int) -> Iterator[_Candidate]:
    return filter(None, map(_candidate, _edge_lines(raw, start, end)))


UNITS = "|".join(sorted({unit.split()[0] for unit in unit_words() if unit[0].isalpha()}))
INDEX_PAGE = re.compile(
    rf"[,:;]\s\d{{1,3}}(?:[-–]\d{{1,3}})?(?=[,;:.])|:\s\d{{1,3}}n?(?:[-–]\d{{1,3}})?(?=\s(?!(?:{UNITS})\b)[A-Za-z])"
)
"""The page numbers of an index, the entries set apart by stops or run on behind a colon (strength in: 526 losses: 31)."""
INDEX_REACH, FEWEST_PAGES = 160, 4  # characters either side, and page numbers there that make an index
LINE_REACH = 90
MANY_CAPITALS = 0.6  # share of a text's letters above which it is typed in capitals, as signals are


def in_an_index(text: str, start: int, end: int) -> bool:
    """Whether page numbers stand all about, as in the index of a book."""
    pages = _index_places(text)
    low, high = (bisect_left(pages, at) for at in (start - INDEX_REACH, end + INDEX_REACH - 8))
    return high - low >= FEWEST_PAGES


@lru_cache(maxsize=2)
def _index_places(text: str) -> list[int]:
    return [m.start() for m in INDEX_PAGE.finditer(text)]


INSIDE_A_LINE = re.compile(r"(?=.?[^\s|·•■–—-])[^\n\f]{2}")
"""Two characters of a line that are not all spaces and ornaments."""


def at_a_page_edge(text: str, start: int, end: int) -> bool:
    """Whether the figure is a page number: alone on its line, or beside a running head in capitals."""
    if not text[start:end].isdigit():
        return False
    if start > 1 and INSIDE_A_LINE.match(text, start - 2) and INSIDE_A_LINE.match(text, end):
        return False
    before, after = _of_line(text, start, -1), _of_line(text, end, 1)
    if "\n" not in text and "\f" not in text and not (before.strip() or after.strip()):
        return False
    beside = (before + after).strip(" |·•-–—\t\r\f")
    if not beside:
        return True
    if (before.strip() and after.strip()) or len(beside) <= 3:
        return False
    in_text = "\n" in text or "\f" in text
    if in_text and (re.search(r"[•|·■]\s*$", before) or re.match(r"\s*[•|·■]", after)):
        return True
    return mostly_small(text) and (beside.isupper() or (in_text and _is_title(beside)))


SMALL_IN_TITLES = frozenset({"a", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with", "v", "vs"})


def _is_title(line: str) -> bool:
    """Whether a line is a running head in title case: two words or more, all with a capital but the small ones."""
    words = re.findall(r"[^\W\d_][\w’'-]*", line)
    capital = [w[0].isupper() or (i > 0 and w in SMALL_IN_TITLES) for i, w in enumerate(words)]
    return len(words) > 1 and all(capital) and not re.search(r"[,;!?]|\w\.\s", line)


def _of_line(text: str, at: int, way: int) -> str:
    """What stands on the line before (way -1) or after a place; "x" where no line ends within reach."""
    if way < 0:
        near = text[max(0, at - LINE_REACH) : at]
        start = max(near.rfind("\n"), near.rfind("\f")) + 1
        return near[start:] if start or at < LINE_REACH else "x"
    near = text[at : at + LINE_REACH]
    end = min((i for i in (near.find("\n"), near.find("\f")) if i >= 0), default=-1)
    return near[:end] if end >= 0 else near if len(text) - at < LINE_REACH else "x"


@lru_cache(maxsize=2)
def mostly_small(text: str) -> bool:
    sample = [c for c in text[:2000] if c.isalpha()]
    return sum(c.isupper() for c in sample) < MANY_CAPITALS * len(sample)
