"""Note markers and the footnotes they lead to: found, clean or garbled, before any figure is read, and numbered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from oilplan.evidence.collation import place_in_a
from oilplan.evidence.findings import Joined, Overlap, TextRepair
from oilplan.evidence.lexicon import read_table

AFTER_POINT = re.compile(r"(?<=[.!?;:,'\"’”)\]…])(?P<mark>!?[0-9°ºª*+=%^~|“\"«»&§@#IlOoSZJ$<>{}¹²³⁰⁴-⁹]{1,5})(?=\s|$)")
SPACED = re.compile(
    r"(?:(?<=[a-z\]][.!?'\"’”)])|(?<=[a-z][.!?,]['\"’”)]))(?P<mark>\d \d(?: \d)?)(?=\s+[A-Z“‘(]|\s*$)"
    r"|(?<=[a-z\]][,;])(?P<inner>\d \d(?: \d)?)(?=\s+[a-z])"
)
"""A marker whose raised digits the scan set apart: "fell.1 8 The"."""
MONTH_NEXT = re.compile(r"\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
IN_A_FIGURE = re.compile(r"(?:\d[oOIl]{0,2}|(?<![A-Za-z])[IlOi|!])[,.:]$|(?:^|[\s(])[.,:;'’‘]$")
"""Before the marker: a figure's own comma (l,200), or a point that opens a decimal (.75)."""
ROMAN_DATE = re.compile(r"\d{1,2}\.[ivxIVX]{1,4}\.$")
CLOSED_THEN = re.compile(r"[\"”’»]\d{1,3}")
"""A closing quotation mark and the number of a note."""
TYPE_BEFORE = re.compile(r"\b(?:Ju|Me|Bf|F[Ww]|He|Do|Ar|Hs|Ta|Mk)\.$")
"""The maker of an aircraft, whose type follows: Ju.87."""
HALF_A_MARK = re.compile(r"[.,]\d[?\"”’']$")
"""A figure and a sign between a stop and the mark: one number, half of it garbled."""
MORE_FIGURES = re.compile(r" \d(?: \d){0,6}(?=\s)")
"""Lone figures behind a mark: which of them are the note's cannot be seen."""
HEAD_BEHIND = re.compile(r" {1,4}[A-Z][^.\n\f]{2,60}?(?:\s{1,3}File: ---|\f)")
"""A running head behind the figure, and the end of the page: the figure is its number."""
SHELF_MARK = re.compile(r"[^\s(]\([A-Z\d]{1,6}\)$")
"""A bracket set close against a code, C.O.S.(44): the figure behind it is part of the code."""
AFTER_WORD = re.compile(r"(?<=[a-zà-ÿ]{4})(?P<mark>\d{1,3}|[¹²³⁰⁴-⁹]{1,3})(?=[.,;:]?(?:\s|$))")
ABBREVIATION = re.compile(
    r"\b(?:no|nos|vol|vols|p|pp|app|art|ch|chap|fig|sec|para|op|cf|ca|c|vs|st|dr|mr|mrs|hq|bk|pt|col|min|ser|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$|[\d£$]\s*[.,:'\"]$|\b[A-Z]\.$",
    re.IGNORECASE,
)
INITIALS = re.compile(r"(?:\b[A-Z]\.){2,}$")
NO_MARK_BEHIND = (TYPE_BEFORE, HALF_A_MARK, IN_A_FIGURE, SHELF_MARK, ROMAN_DATE, ABBREVIATION)
"""What stands before a figure that is no marker."""
SUPERSCRIPTS = str.maketrans("¹²³⁰⁴⁵⁶⁷⁸⁹", "1230456789")
LETTERS = re.compile(r"^[A-Za-z]+$")
CLOSERS = "\"'“”’»«"
LARGEST_NOTE = 999
CROWD, CROWDED = 100, 30
"""Marks in a row, and characters between them on average, that no page of notes falls below."""


class Mark(NamedTuple):
    """A note marker as printed, and whether it reads as a plain number."""

    start: int
    end: int
    raw: str
    clean: bool


def note_marks(raw: str) -> list[Mark]:
    """Markers in ``raw``: digits, or what a scanner makes of small raised digits, set against a closing stop,
    comma or quotation mark (or a word), with a space after.

    A figure after an abbreviation (p.12), a decimal (3.5) and an ordinary closing quotation mark are none.
    """
    found = [
        Mark(m.start(), m.end(), m.group(), True) for m in SPACED.finditer(raw) if not MONTH_NEXT.match(raw, m.end())
    ]
    taken = {m.start for m in found}
    found += [mark for match in AFTER_POINT.finditer(raw) if match.start() not in taken and (mark := _mark(raw, match))]
    taken = {m.start for m in found}
    for match in AFTER_WORD.finditer(raw):
        word = re.search(r"[A-Za-zà-ÿ]+$", raw[max(0, match.start() - 30) : match.start()])
        if match.start() not in taken and word and word.group().islower():
            found.append(Mark(match.start("mark"), match.end("mark"), match.group("mark"), True))
    return _sparse(sorted(found))


def _sparse(found: list[Mark]) -> list[Mark]:
    """Marks without those that stand closer than the notes of any page do: cells, codes or a broken scan."""
    return [
        mark
        for i, mark in enumerate(found)
        if (i < CROWD or mark.start - found[i - CROWD].start > CROWD * CROWDED)
        and (i + CROWD >= len(found) or found[i + CROWD].start - mark.start > CROWD * CROWDED)
    ]


def _mark(raw: str, match: re.Match[str]) -> Mark | None:
    mark, start = match.group("mark"), match.start("mark")
    if CLOSED_THEN.fullmatch(mark):
        mark, start = mark[1:], start + 1
    lead = raw[max(0, start - 12) : start]
    if not _looks_raised(mark) or any(pattern.search(lead) for pattern in NO_MARK_BEHIND):
        return None
    if MORE_FIGURES.match(raw, match.end()) or HEAD_BEHIND.match(raw, match.end()):
        return None
    before, after = raw[start - 1], raw[match.end() : match.end() + 3].strip()
    if before in ",;:" and not mark.isdigit() and not re.search(r"\d", mark):
        return None
    if before in ".!?" and after and after[0].islower() and not INITIALS.search(lead):
        return None
    clean = mark.translate(SUPERSCRIPTS).isdigit()
    if clean and int(mark.translate(SUPERSCRIPTS)) > LARGEST_NOTE:
        return None
    return Mark(start, match.end("mark"), mark, clean)


def _looks_raised(mark: str) -> bool:
    """Whether the glyphs can be a number: a digit among them, or two signs that are not closing quotes alone."""
    if LETTERS.match(mark) or not mark.strip(CLOSERS):
        return False
    if re.search(r"[0-9¹²³⁰⁴-⁹]", mark):
        return True
    signs = mark.strip(CLOSERS)
    return len(mark) >= 2 and all(c in "°ºª*+=%^~#§&@" for c in signs) and signs not in ("**", "***")


STEP_LOST, STEP_RESTART = 0.02, 0.005
"""Shares of steps where the scan lost a marker, or numbering starts again (a new page or chapter). Judgement."""
GLYPH_OTHER = 0.004
"""Chance that a digit prints as one given sign that no table row lists. Judgement."""
DIGIT_LOST = 0.02
SIGN_ADDED = 0.001
"""Chance that a speck or serif adds one given sign. Judgement."""
NUMBERS = np.arange(1, LARGEST_NOTE + 1)
SMALL_FIRST = 1.0
"""Exponent of the prior over the first marker's number, 1/n: pages with low numbers are the commoner."""


class Numbered(NamedTuple):
    """The likeliest number of a marker, its probability under the run, and how the marker alone would read."""

    number: int
    probability: float
    alone: int
    alone_probability: float


def number_run(prints: Sequence[Sequence[str]]) -> list[Numbered]:
    """Numbers for consecutive markers.

    prints: for each marker in text order, its prints in one or more scans (``["+*2", "4*“"]``)

    Returns for each marker the number with the largest posterior probability in the run (forward-backward over
    1..999). Holds for notes numbered in order; a book whose scan lost many markers breaks it, and the probabilities
    then fall. Whether several scans err alike is not known, so their evidence is averaged, not multiplied.
    """
    if not prints:
        return []
    evidence = np.array([np.mean([_log_likelihood(p) for p in scans], axis=0) for scans in prints])
    forward = np.zeros_like(evidence)
    prior = NUMBERS**-SMALL_FIRST
    forward[0] = _normal(np.log(prior) + evidence[0])
    for i in range(1, len(prints)):
        forward[i] = _normal(np.log(_step(np.exp(forward[i - 1])) + 1e-300) + evidence[i])
    backward = np.zeros_like(evidence)
    for i in range(len(prints) - 2, -1, -1):
        later = backward[i + 1] + evidence[i + 1]
        backward[i] = _normal(np.log(_step_back(np.exp(later - later.max())) + 1e-300))
    posterior = np.exp([_normal(f + b) for f, b in zip(forward, backward, strict=True)])
    alone = np.exp([_normal(np.log(prior) + e) for e in evidence])
    return [
        Numbered(int(NUMBERS[p.argmax()]), float(p.max()), int(NUMBERS[q.argmax()]), float(q.max()))
        for p, q in zip(posterior, alone, strict=True)
    ]


def _step(weights: np.ndarray) -> np.ndarray:
    after = np.full_like(weights, 0.0)
    after[1:] += weights[:-1] * (1 - STEP_LOST - STEP_RESTART)
    after[2:] += weights[:-2] * STEP_LOST
    after[0] += weights.sum() * STEP_RESTART
    return after


def _step_back(weights: np.ndarray) -> np.ndarray:
    before = np.full_like(weights, weights[0] * STEP_RESTART)
    before[:-1] += weights[1:] * (1 - STEP_LOST - STEP_RESTART)
    before[:-2] += weights[2:] * STEP_LOST
    return before


def _normal(log_weights: np.ndarray) -> np.ndarray:
    shifted = log_weights - log_weights.max()
    return shifted - np.log(np.exp(shifted).sum())


@lru_cache(maxsize=512)
def _log_likelihood(printed: str) -> np.ndarray:
    """Log probability of the signs ``printed`` given each number 1..999: digits kept, changed, lost, signs added."""
    signs = printed.replace(" ", "").translate(SUPERSCRIPTS)
    result = np.empty(LARGEST_NOTE)
    for width in (1, 2, 3):
        which = (10 ** (width - 1) <= NUMBERS) & (10**width > NUMBERS)
        digits = [(NUMBERS[which] // 10 ** (width - 1 - k)) % 10 for k in range(width)]
        result[which] = _aligned(signs, digits)
    return result


def _aligned(signs: str, digits: list[np.ndarray]) -> np.ndarray:
    zero = np.zeros(len(digits[0]))
    table = [[zero - np.inf for _ in range(len(signs) + 1)] for _ in range(len(digits) + 1)]
    table[0][0] = zero
    for i in range(len(digits) + 1):
        for j in range(len(signs) + 1):
            if i and j:
                seen = table[i - 1][j - 1] + _glyphs(signs[j - 1])[digits[i - 1]]
                table[i][j] = np.logaddexp(table[i][j], seen)
            if i:
                table[i][j] = np.logaddexp(table[i][j], table[i - 1][j] + np.log(DIGIT_LOST))
            if j:
                table[i][j] = np.logaddexp(table[i][j], table[i][j - 1] + np.log(SIGN_ADDED))
    return table[-1][-1]


@lru_cache(maxsize=256)
def _glyphs(sign: str) -> np.ndarray:
    """Log probability of printing ``sign`` for each digit 0..9, from `data/raised_digits.csv`."""
    chances = np.full(10, GLYPH_OTHER)
    for row in read_table("raised_digits.csv"):
        if row["sign"] == sign:
            chances[int(row["digit"])] = float(row["chance"])
    if sign.isdigit():
        chances[int(sign)] = 0.7
    return np.log(chances)


OPENING = re.compile(r"(?:(?<=[.!?'\"”’)] )|(?<=[.!?'\"”’)]  )|(?<=\n)|^)(\d{1,3})[.)]? (?=[A-Z‘“'])(\S+)")
CITATION = re.compile(
    r"^(?:Letter|Minute|Memo(?:randum)?|Directive|Ibid|Op|See|Cf|Loc|Note|Air|App|P\.?R\.?O|Signal|Report|Hist|J\.?I\.?C)\b",
    re.IGNORECASE,
)


OWNERS_LINE = re.compile(r"(?:Reproduced|Copyright|©|Downloaded|Created|Digitized|All$)")
"""What a library prints behind the number of each page."""


class Footnote(NamedTuple):
    """One footnote in the text: its number, where it opens, where its words begin and where it ends."""

    number: int
    start: int
    words_start: int
    end: int


def footnotes(raw: str, marked: Mapping[int, int]) -> list[Footnote]:
    """Footnotes run into ``raw``: numbers that open a sentence, rise by one, and match markers of the text above.

    marked: note numbers that the text's own markers carry, each with the end of its first marker, behind which its
    footnote stands. One footnote alone is believed only when it opens as a
    citation does; a run of two or more is believed by its numbers.
    """
    opened = [
        m
        for m in OPENING.finditer(raw)
        if marked.get(int(m.group(1)), len(raw)) <= m.start() and not OWNERS_LINE.match(m.group(2))
    ]
    run: list[re.Match[str]] = []
    for match in opened:
        if run and int(match.group(1)) == int(run[-1].group(1)) + 1:
            run.append(match)
        elif not run or len(run) == 1:
            run = [match]
    if not run or (len(run) == 1 and not CITATION.match(run[0].group(2))):
        return []
    ends = [m.start() for m in run[1:]] + [len(raw)]
    return [
        Footnote(int(m.group(1)), m.start(), m.start(2), end - len(raw[:end]) + len(raw[:end].rstrip()))
        for m, end in zip(run, ends, strict=True)
    ]


def footnote_repairs(raw: str, found: list[Footnote]) -> list[TextRepair]:
    """A repair at each footnote's number: the note is set apart from the body, its number no figure of the text."""
    repairs = []
    for note in found:
        printed = re.match(r"\d+[.)]?", raw[note.start :]).group()  # type: ignore[union-attr]
        reason = f"opens with {note.number}, a marker of the text above: the foot of the page ran into the body"
        end, reading = note.start + len(printed), f"[footnote {note.number}]"
        repairs.append(TextRepair(note.start, end, printed, reading, "footnote_in_body", 0.95, reason, "\n\n"))
    return repairs


# The markers of a whole text, and of texts that overlap, numbered as one run.

NOTES_AT_ONCE, NOTES_LEAD = 400, 20
"""Note markers numbered together, and how many before and after them are numbered with them."""
SAME_PLACE = 6
"""Two scans print one marker within this many characters of each other once aligned."""


def run_of(prints: Sequence[Sequence[str]]) -> list[Numbered]:
    """Numbers of consecutive markers, so many at once that memory stays bounded."""
    found: list[Numbered] = []
    for at in range(0, len(prints), NOTES_AT_ONCE):
        low, high = max(0, at - NOTES_LEAD), min(len(prints), at + NOTES_AT_ONCE + NOTES_LEAD)
        found += number_run(prints[low:high])[at - low : at - low + NOTES_AT_ONCE]
    return found


def numbered_marks(
    marks: Mapping[str, list[Mark]], joined: Sequence[Joined], found: Sequence[Overlap]
) -> dict[str, list[Numbered]]:
    """The markers of every file with their numbers; those of joined texts along the run of all, two scans of one as one."""
    numbered = {name: run_of([[m.raw] for m in own]) for name, own in marks.items()}
    by_pair = {(o.a, o.b): o for o in found}
    for chain in joined:
        witnesses = chain_marks(chain, marks, by_pair)
        run = run_of([[raw for _, _, raw in group] for group in witnesses])
        for group, number in zip(witnesses, run, strict=True):
            for name, index, _ in group:
                numbered[name][index] = number
    return numbered


def chain_marks(
    chain: Joined, marks: Mapping[str, list[Mark]], by_pair: Mapping[tuple[str, str], Overlap]
) -> list[list[tuple[str, int, str]]]:
    """Markers of a chain of documents in text order, the scans of one marker grouped: (file, index, print)."""
    placed: list[tuple[int, str, int, str]] = []
    for position, (name, start) in enumerate(zip(chain.files, chain.starts, strict=True)):
        overlap = by_pair.get((chain.files[position - 1], name)) if position else None
        for index, mark in enumerate(marks[name]):
            at = start + mark.start
            if overlap and mark.start < overlap.b_span[1]:
                at = chain.starts[position - 1] + place_in_a(overlap, mark.start)
            placed.append((at, name, index, mark.raw))
    groups: list[list[tuple[str, int, str]]] = []
    last = -100
    for at, name, index, raw in sorted(placed):
        if groups and at - last <= SAME_PLACE and name not in {n for n, _, _ in groups[-1]}:
            groups[-1].append((name, index, raw))
        else:
            groups.append([(name, index, raw)])
        last = at
    return groups
