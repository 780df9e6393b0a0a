"""Pages cut off at an edge, and running text built from pages that overlap end to beginning."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from oilplan.evidence.collation import place_in_a
from oilplan.evidence.findings import Document, Joined, Overlap, TextRepair, flagged, view_of, view_offset
from oilplan.evidence.lexicon import KNOWN_ZIPF, zipf
from oilplan.evidence.limits import as_before
from oilplan.evidence.notes import Mark, Numbered, number_run

OPENING = re.compile(r"\s*(\S+)")
ENDS_SENTENCE = re.compile(r"[.!?…:][\"'”’)\]]*(?:[\d°*=%+“^~#]{1,4})?$")
SHORT_WORD_ZIPF = 3.5
"""Short strings are often words by chance; only a common one is taken for a whole word."""
ONE_LETTER = set("bcdefghjklmnopqrstuvwxyz")
HEADING = re.compile(r"^[^.!?]{0,80}$")


def cut_repairs(raw: str, tables: Sequence[tuple[int, int]] = (), marks: Sequence[Mark] = ()) -> list[TextRepair]:
    """Flags for a text that begins or ends inside a sentence or word; the reading is the raw text as it stands.

    tables: raw spans of flattened tables, which end in no sentence and are flagged only when cut inside a word

    marks: the note markers of the text; one at its very end is no part of the last word

    A text of one short line (a heading) has no sentence to be cut.
    """
    text = raw.rstrip()
    if marks and marks[-1].end == len(text):
        text = text[: marks[-1].start]
    if not text or (HEADING.match(text.lstrip()) and "\n" not in text.strip()):
        return []
    found = []
    first = OPENING.match(raw)
    if first and first.group(1)[0].islower():
        found.append(_flag(raw, first.start(1), "begins", first.group(1)))
    last = text[-200:].split()[-1]
    in_table = any(start < len(text) <= end for start, end in tables)
    if not ENDS_SENTENCE.search(last) and not (in_table and _is_whole(last)):
        found.append(_flag(raw, len(text) - len(last), "ends", last))
    return found


def _is_whole(token: str) -> bool:
    word = re.sub(r"\W", "", token).lower()
    common = zipf(word) >= (SHORT_WORD_ZIPF if len(word) <= 4 else KNOWN_ZIPF)
    return word.isdigit() or (common and word not in ONE_LETTER)


def _flag(raw: str, start: int, what: str, token: str) -> TextRepair:
    where = "inside a sentence" if _is_whole(token) else f"inside a sentence and perhaps a word (“{token}”)"
    reason = f"the text {what} {where}: cut here, and not completed"
    return flagged(raw, (start, start + len(token)), "truncation", 0.95, reason)


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


WORD_AROUND = 40
"""Characters either side in which the whole of a cut word is looked for."""


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
        match = re.compile(r"[\w’'-]+").match(whole.raw, place) if place is not None else None
        fits = match and match.group().startswith(repair.raw) and len(match.group()) > len(repair.raw)
    else:
        place = place_in_a(overlap, repair.end - 1)
        before = re.search(r"[\w’'-]+$", whole.raw[max(0, place + 1 - WORD_AROUND) : place + 1])
        match = before
        fits = match and match.group().endswith(repair.raw) and len(match.group()) > len(repair.raw)
    if not fits or not match:
        return repair
    reason = f"{repair.reason}; {whole.file} has the word whole"
    return repair._replace(reading=match.group(), reason=reason)


def _place_in_b(overlap: Overlap, a_at: int) -> int | None:
    """The offset in ``overlap.b`` beside offset ``a_at`` of ``overlap.a``."""
    if not overlap.a_span[0] <= a_at < overlap.a_span[1] + WORD_AROUND:
        return None
    near = [(a, b) for a, b, _ in overlap.blocks if a <= a_at]
    return near[-1][1] + a_at - near[-1][0] if near else None


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
