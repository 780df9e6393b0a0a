"""Which documents share text, two of them laid side by side block by block, and running text of those that overlap."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np

from oilplan.evidence.findings import Difference, Document, Joined, Overlap, TextRepair, view_of, view_offset
from oilplan.evidence.limits import Check, as_before, go_on

WORD = re.compile(r"[^\W\d_]{2,}")
RUN_WORDS = 5
"""Five words in a row are seldom shared by chance, and one misread word spoils only five runs."""
FEWEST_RUNS = 4
"""Fewer shared runs are a stock phrase or a citation."""
MOST_HOLDERS = 8
"""A run that more documents share is a running head or a printed form, and says nothing about overlap."""
MOST_RUNS, LETTERS_A_WORD = 2_000_000, 6
MULTIPLIER, SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
"""Odd 64-bit numbers with well mixed bits; arithmetic wraps around."""
DIAGONAL_BIN = 400
"""Characters of drift within which shared runs count as one stretch."""


class Pair(NamedTuple):
    """Two documents, by index, that share at least ``runs`` word runs along one stretch."""

    a: int
    b: int
    runs: int


def overlaps(texts: Sequence[tuple[str, str]], check: Check = go_on) -> list[Overlap]:
    """Overlaps among documents given as (file, raw text), each aligned with its differences.

    check: called before each pair is aligned; raises OilplanError when the reading is to stop

    Time grows with the text indexed plus the pairs found, not with the square of the number of documents.
    """
    found = []
    for pair in candidate_pairs([raw for _, raw in texts]):
        check()
        (a, raw_a), (b, raw_b) = texts[pair.a], texts[pair.b]
        if overlap := align(a, raw_a, b, raw_b):
            found.append(overlap)
    return found


def candidate_pairs(raws: Sequence[str]) -> list[Pair]:
    """Pairs of texts that share word runs along one stretch, through an index of runs.

    Of a corpus with over two million runs every second, third... run by its hash is indexed: memory stays bounded,
    and a shared page still has hundreds of runs.
    """
    step = max(1, sum(map(len, raws)) // (LETTERS_A_WORD * MOST_RUNS))
    codes: dict[str, int] = {}
    parts = [_runs(raw, step, codes) for raw in raws]
    hashes = np.concatenate([h for h, _ in parts] or [np.empty(0, np.uint64)])
    documents = np.repeat(np.arange(len(raws)), [len(h) for h, _ in parts])
    starts = np.concatenate([s for _, s in parts] or [np.empty(0, np.int64)])
    order = np.argsort(hashes, kind="stable")
    edges = 1 + np.flatnonzero(np.diff(hashes[order]))
    shared: Counter[tuple[int, int, int]] = Counter()
    for first, last in _groups(edges, len(order)):
        places = [(int(documents[k]), int(starts[k])) for k in order[first:last]]
        for (a, a_start), (b, b_start) in combinations(places, 2):
            if a != b:
                shared[a, b, (a_start - b_start) // DIAGONAL_BIN] += 1
    best: dict[tuple[int, int], int] = {}
    for (a, b, _), runs in shared.items():
        best[a, b] = max(best.get((a, b), 0), runs)
    fewest = FEWEST_RUNS if step == 1 else FEWEST_RUNS - 1
    return [Pair(a, b, runs) for (a, b), runs in sorted(best.items()) if runs >= fewest]


def _groups(edges: np.ndarray, length: int) -> Iterator[tuple[int, int]]:
    """Stretches of equal hashes that two to eight places hold."""
    bounds = np.unique(np.concatenate([[0], edges, [length]]))
    sizes = np.diff(bounds)
    for i in np.flatnonzero((sizes >= 2) & (sizes <= MOST_HOLDERS)):
        yield int(bounds[i]), int(bounds[i + 1])


def _runs(raw: str, step: int, codes: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of the runs of five words and the offsets they begin at; ``codes`` gives each word a number for good."""
    words, starts = array("Q"), array("q")
    for match in WORD.finditer(raw):
        words.append(codes.setdefault(match.group().lower(), len(codes) + 1))
        starts.append(match.start())
    numbers = np.array(words)
    length = len(words) - RUN_WORDS + 1
    if length <= 0:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    hashes = np.zeros(length, np.uint64)
    for k in range(RUN_WORDS):
        spread = numbers[k : k + length] * SPREAD
        hashes = hashes * MULTIPLIER + (spread ^ spread >> np.uint64(31))
    kept = np.flatnonzero((hashes >> np.uint64(20)) % np.uint64(step) == 0)
    return hashes[kept], np.array(starts)[:length][kept]


TOKEN = re.compile(r"\S+")
ANCHOR_WORDS = 3
GAP_TOKENS = 1500
"""A gap between anchors longer than this is taken as replaced text, not aligned word by word."""
MOST_EQUAL_PAIRS = 100_000
"""Pairs of equal tokens in a gap, of which prose has some 20,000; beyond, the commonest tokens are not aligned."""
END_LIKENESS = 0.7
"""The two texts run together to a page's end when what is left of one is this like what stands there in the other."""
LONGEST_END = 400
MOST_DRIFT, MOST_UNMATCHED = 8, 40
"""Tokens that one scan may hold more than the other between two matches, and tokens that neither matches."""
PAGE_HEAD = 120
"""Characters of running head or foot that may stand between a page's edge and the stretch it shares."""
FEWEST_SHARED = 80
"""Characters; a shorter shared stretch is a phrase or a running head."""


class _Token(NamedTuple):
    text: str
    start: int
    end: int


def align(a: str, raw_a: str, b: str, raw_b: str) -> Overlap | None:
    """The overlap of two texts, or None. The one whose end runs into the other's beginning is put first.

    Blocks are (a_start, b_start, length) of characters equal in both; differences are tokens, with offsets in each.
    Anchors are runs of three tokens unique in both texts, in one order; between them difflib aligns the tokens.
    """
    tokens_a, tokens_b = _tokens(raw_a), _tokens(raw_b)
    pairs = _matched(tokens_a, tokens_b)
    if not pairs:
        return None
    a_span, b_span = _grown(raw_a, raw_b, tokens_a, tokens_b, pairs)
    if a_span[1] - a_span[0] < FEWEST_SHARED:
        return None
    if a_span[0] < b_span[0] or (a_span[0] == b_span[0] and len(raw_a) > len(raw_b)):
        found = align_in_order(b, raw_b, a, raw_a, b_span, a_span)
    else:
        found = align_in_order(a, raw_a, b, raw_b, a_span, b_span)
    return found if found.blocks else None


def align_in_order(a: str, raw_a: str, b: str, raw_b: str, a_span: tuple[int, int], b_span: tuple[int, int]) -> Overlap:
    """The overlap of two texts over known spans, ``a`` first."""
    cut_a, cut_b = (_tokens(raw[slice(*span)], span[0]) for raw, span in ((raw_a, a_span), (raw_b, b_span)))
    matched = _matched(cut_a, cut_b)
    differences = _differences(raw_a, raw_b, cut_a, cut_b, matched)
    blocks = tuple((cut_a[i].start, cut_b[j].start, cut_a[i].end - cut_a[i].start) for i, j in matched)
    joins = len(raw_a) - a_span[1] <= PAGE_HEAD and b_span[0] <= PAGE_HEAD and b_span[1] < len(raw_b)
    joined = a_span[1] + len(raw_b) - b_span[1] if joins else max(len(raw_a), len(raw_b))
    return Overlap(a, b, a_span, b_span, blocks, tuple(differences), joins, joined)


def place_in_a(overlap: Overlap, b_at: int) -> int:
    """The offset in ``overlap.a`` that stands beside offset ``b_at`` of ``overlap.b`` (nearest matched token)."""
    starts = [b_start for _, b_start, _ in overlap.blocks]
    i = max(0, bisect_left(starts, b_at + 1) - 1)
    a_start, b_start, _ = overlap.blocks[i]
    return a_start + b_at - b_start


def _tokens(raw: str, offset: int = 0) -> list[_Token]:
    return [_Token(m.group(), m.start() + offset, m.end() + offset) for m in TOKEN.finditer(raw)]


def _matched(a: list[_Token], b: list[_Token]) -> list[tuple[int, int]]:
    """Pairs of equal tokens (indices), rising in both."""
    anchors = _anchors([t.text for t in a], [t.text for t in b])
    if not anchors:
        return []
    i, j = anchors[0]
    pairs = _gap(a, b, max(0, i - GAP_TOKENS), i, max(0, j - GAP_TOKENS), j)
    for (i, j), (next_i, next_j) in pairwise([*anchors, (len(a), len(b))]):
        pairs += _gap(a, b, i, min(next_i, i + GAP_TOKENS), j, min(next_j, j + GAP_TOKENS))
    return sorted(set(pairs))


def _gap(a: list[_Token], b: list[_Token], i1: int, i2: int, j1: int, j2: int) -> list[tuple[int, int]]:
    left, right = [t.text for t in a[i1:i2]], [t.text for t in b[j1:j2]]
    counts = Counter(right)
    monotonous = sum(counts[word] for word in left) > MOST_EQUAL_PAIRS
    matcher = SequenceMatcher(None, left, right, autojunk=monotonous)
    return [(i1 + m.a + k, j1 + m.b + k) for m in matcher.get_matching_blocks() for k in range(m.size)]


def _anchors(a: list[str], b: list[str]) -> list[tuple[int, int]]:
    where_a, where_b = _unique_runs(a), _unique_runs(b)
    return _rising(sorted((i, where_b[run]) for run, i in where_a.items() if run in where_b))


def _unique_runs(words: list[str]) -> dict[tuple[str, ...], int]:
    runs = [tuple(words[i : i + ANCHOR_WORDS]) for i in range(len(words) - ANCHOR_WORDS + 1)]
    counts = Counter(runs)
    return {run: i for i, run in enumerate(runs) if counts[run] == 1}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs that rises in both members (patience)."""
    tops: list[int] = []
    top_pairs: list[int] = []
    before: list[int | None] = []
    for k, (_, j) in enumerate(pairs):
        at = bisect_left(tops, j)
        before.append(top_pairs[at - 1] if at else None)
        tops[at : at + 1], top_pairs[at : at + 1] = [j], [k]
    chain: list[tuple[int, int]] = []
    last = top_pairs[-1] if top_pairs else None
    while last is not None:
        chain.append(pairs[last])
        last = before[last]
    return chain[::-1]


def _grown(
    raw_a: str, raw_b: str, a: list[_Token], b: list[_Token], pairs: list[tuple[int, int]]
) -> tuple[tuple[int, int], tuple[int, int]]:
    first, last = _dense(pairs)
    a1, b1 = a[first[0]].start, b[first[1]].start
    a2, b2 = a[last[0]].end, b[last[1]].end
    head = _end_reach(raw_a[:a1][::-1], raw_b[:b1][::-1])
    tail = _end_reach(raw_a[a2:], raw_b[b2:])
    return (a1 - head[0], a2 + tail[0]), (b1 - head[1], b2 + tail[1])


def _dense(pairs: list[tuple[int, int]]) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last pair of the longest stretch without a jump: a running head or a stock phrase is none of it."""
    stretches = [[pairs[0]]]
    for one, other in pairwise(pairs):
        if _jumps(one, other):
            stretches.append([])
        stretches[-1].append(other)
    longest = max(stretches, key=len)
    return longest[0], longest[-1]


def _jumps(one: tuple[int, int], other: tuple[int, int]) -> bool:
    across, down = other[0] - one[0], other[1] - one[1]
    return abs(across - down) > MOST_DRIFT or max(across, down) > MOST_UNMATCHED


def _end_reach(rest_a: str, rest_b: str) -> tuple[int, int]:
    """How far the two texts go on together from where the matched tokens stop.

    Equal characters are taken one by one. If one text then ends soon, and what is left of it is like what stands in
    the other, the stretch reaches that end: pages are cut inside words and scans err there too.
    """
    from rapidfuzz.distance import Levenshtein

    n = 0
    while n < min(len(rest_a), len(rest_b)) and rest_a[n] == rest_b[n]:
        n += 1
    left_a, left_b = rest_a[n:], rest_b[n:]
    short, long, a_short = (left_a, left_b, True) if len(left_a) <= len(left_b) else (left_b, left_a, False)
    if not short or len(short) > LONGEST_END:
        return n, n
    sizes = range(max(0, len(short) - 10), len(short) + 11)
    likeness = {size: Levenshtein.normalized_similarity(short, long[:size]) for size in sizes}
    size = max(sizes, key=lambda size: (likeness[size], -abs(size - len(short))))
    if likeness[size] < END_LIKENESS:
        return n, n
    size = min(size, len(long))
    return (n + len(short), n + size) if a_short else (n + size, n + len(short))


def _differences(
    raw_a: str, raw_b: str, a: list[_Token], b: list[_Token], matched: list[tuple[int, int]]
) -> list[Difference]:
    found = []
    i = j = 0
    for next_i, next_j in [*matched, (len(a), len(b))]:
        if i < next_i or j < next_j:
            (a_start, a_end), (b_start, b_end) = _stretch(a, i, next_i), _stretch(b, j, next_j)
            found.append(Difference(a_start, raw_a[a_start:a_end], b_start, raw_b[b_start:b_end]))
        i, j = next_i + 1, next_j + 1
    return found


def _stretch(tokens: list[_Token], i: int, stop: int) -> tuple[int, int]:
    if i < stop:
        return tokens[i].start, tokens[stop - 1].end
    at = tokens[i].start if i < len(tokens) else tokens[-1].end
    return at, at


# Running text of pages that overlap end to beginning.

WORD_AROUND = 40
"""Characters either side in which the whole of a cut word is looked for."""
WORD_FROM, WORD_TO = re.compile(r"[\w’'-]+"), re.compile(r"[\w’'-]+$")


def joined_texts(raws: Mapping[str, str], overlaps: Sequence[Overlap]) -> list[Joined]:
    """Chains of documents in which each one's end is the next one's beginning, joined into one text each.

    raws: raw text by file. Where two scans differ the earlier page's reading stands; the apparatus has the other.
    A page that runs into several others goes on with the one it shares most with.
    """
    following: dict[str, Overlap] = {}
    taken: set[str] = set()
    for overlap in sorted((o for o in overlaps if o.joins), key=lambda o: o.a_span[1] - o.a_span[0], reverse=True):
        if overlap.a not in following and overlap.b not in taken and overlap.b_span[1] < len(raws[overlap.b]):
            following[overlap.a] = overlap
            taken.add(overlap.b)
    return [_chain(name, raws, following) for name in raws if name in following and name not in taken]


def _chain(head: str, raws: Mapping[str, str], following: Mapping[str, Overlap]) -> Joined:
    files, starts, pieces = {head: None}, [0], [raws[head]]
    length = len(raws[head])
    last = head
    while last in following and following[last].b not in files:
        overlap = following[last]
        end = starts[-1] + overlap.a_span[1]
        while length > end:
            cut = pieces.pop()
            length -= len(cut)
            if length < end:
                pieces.append(cut[: end - length])
                length = end
        last = overlap.b
        files[last] = None
        starts.append(length - overlap.b_span[1])
        pieces.append(raws[last][overlap.b_span[1] :])
        length += len(pieces[-1])
    return Joined(tuple(files), tuple(starts), "".join(pieces))


def with_readings(joined: Sequence[Joined], documents: Sequence[Document], overlaps: Sequence[Overlap]) -> list[Joined]:
    """The chains with their repaired text: each document's reading up to where the next one takes over."""
    by_name = {d.file: d for d in documents}
    ends = {(o.a, o.b): o for o in overlaps}
    read = []
    for chain in joined:
        pieces, begin = [], 0
        for position, name in enumerate(chain.files):
            document = by_name[name]
            view = view_of(document.raw, document.repairs)
            following = ends.get((name, chain.files[position + 1])) if position + 1 < len(chain.files) else None
            stop = view_offset(view, following.a_span[1]) if following else len(view.text)
            pieces.append(view.text[view_offset(view, begin) if begin else 0 : stop])
            begin = following.b_span[1] if following else 0
        read.append(chain._replace(reading="".join(pieces)))
    return read


def with_cut_words(documents: Sequence[Document], overlaps: Sequence[Overlap]) -> list[Document]:
    """Documents whose words cut at an edge are read from the other scan that has them whole; the raw text stays."""
    by_name = {d.file: d for d in documents}
    changed = dict(by_name)
    for overlap in overlaps:
        for mine, other, at_end in ((overlap.a, overlap.b, True), (overlap.b, overlap.a, False)):
            document, whole = changed[mine], by_name[other]
            repairs = (
                _read_elsewhere(r, document.raw, whole, overlap, at_end) if r.kind == "truncation" else r
                for r in document.repairs
            )
            changed[mine] = document._replace(repairs=as_before(document.repairs, repairs))
    return [changed[d.file] for d in documents]


def _read_elsewhere(repair: TextRepair, raw: str, whole: Document, overlap: Overlap, at_end: bool) -> TextRepair:
    """A truncation flag with the whole word as the other scan prints it, where it holds more than the cut word."""
    is_at_end = repair.start > len(raw) // 2
    if is_at_end != at_end or repair.reading != repair.raw:
        return repair
    if at_end:
        place = _place_in_b(overlap, repair.start)
        match = WORD_FROM.match(whole.raw, place) if place is not None else None
    else:
        place = place_in_a(overlap, repair.end - 1)
        match = WORD_TO.search(whole.raw[max(0, place + 1 - WORD_AROUND) : place + 1])
    word = match.group() if match else ""
    if len(word) <= len(repair.raw) or not (word.startswith if at_end else word.endswith)(repair.raw):
        return repair
    return repair._replace(reading=word, reason=f"{repair.reason}; {whole.file} has the word whole")


def _place_in_b(overlap: Overlap, a_at: int) -> int | None:
    """The offset in ``overlap.b`` beside offset ``a_at`` of ``overlap.a``."""
    if not overlap.a_span[0] <= a_at < overlap.a_span[1] + WORD_AROUND:
        return None
    return next((b + a_at - a for a, b, _ in reversed(overlap.blocks) if a <= a_at), None)
