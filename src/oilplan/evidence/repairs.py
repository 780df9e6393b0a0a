"""The repairs of a text, layer by layer, with those of encodings, ligatures, spaces and dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from oilplan.evidence.findings import Note, TextRepair, flagged, replaced
from oilplan.evidence.gazetteer import NameGazetteer
from oilplan.evidence.hyphens import hyphen_repairs
from oilplan.evidence.layout import table_repairs
from oilplan.evidence.lexicon import KNOWN_ZIPF, listed, zipf
from oilplan.evidence.limits import LONGEST_TOKEN
from oilplan.evidence.misread import (
    bare_day_repairs,
    figure_repairs,
    fraction_repairs,
    misread_name_repairs,
    ordinal_repairs,
    single_words,
)
from oilplan.evidence.notes import SUPERSCRIPTS, Footnote, Mark, Numbered, footnote_repairs

SPACE = re.compile(r"\s")
SUSPECT = re.compile(r"[\u0080-\u009f]|[ÂÃÅÄâ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ€\u00a0-\u00bf]|\ufffd")
LIGATURES = dict(
    zip("\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)
)
LIGATURE = re.compile("[\ufb00-\ufb06]")
ASKED = re.compile(r"(?<=[a-z])\?{1,2}(?=[a-z]{2,15}\b(?!=))|(?<![^\s“‘(\"'])\?{1,2}(?=[a-z]{2,15}\b(?!=))")
"""A question mark in a word or before one: a letter that its file could not write."""
TWO_WORDS = re.compile(r"\b([A-Za-z]{1,9}) (?=([a-z]{2,14})\b)")
SMALL_WORD = re.compile(r"(?<=[A-Za-z] )[a-z]{2,14}\b")
LOST = re.compile(r"(?<=[^\W\d_])[\x00-\x08\x0b\x0e-\x1f]+|[\x00-\x08\x0b\x0e-\x1f]+(?=[^\W\d_])|[\x00-\x08\x0e-\x1f]+")
EDGE = ".,;:!?()[]'\"‘’“”"


def mojibake_repairs(raw: str) -> list[TextRepair]:
    """Repairs for tokens of ``raw`` whose letters are UTF-8 read as cp1252 or Latin-1 (``PÃ¶litz``).

    Ligatures are spelled out, quotes stay as printed. A replacement character or a control character (a letter that a
    PDF lost) cannot be undone: it is flagged at its place, reading unchanged.
    """
    reason = "one sign for two or three letters"
    found = [replaced(raw, m.span(), LIGATURES[m.group()], "ligature", 0.99, reason) for m in LIGATURE.finditer(raw)]
    reason = "a control character where a letter was lost before this text was made: not guessed"
    found += [flagged(raw, m.span(), "lost_letter", 0.9, reason) for m in LOST.finditer(raw)]
    found += _lost_ligatures(raw)
    for start, token in _suspects(raw):
        if "\ufffd" in token:
            reason = "a replacement character: the letter was lost before this text was made and is not guessed"
            found.append(flagged(raw, (start, start + len(token)), "mojibake", 0.9, reason))
        elif (restored := _restored(token)) != token:
            found.append(_trimmed(start, token, restored))
    return found


def _lost_ligatures(raw: str) -> list[TextRepair]:
    """Flags where a ligature was lost: "re?neries", "re neries", "the rst raid"."""
    reason = "a ligature (fi, fl, ff) seems to be lost here: not guessed"
    spans = [m.span() for m in ASKED.finditer(raw)]
    begun: list[tuple[int, int]] = []
    small = set(SMALL_WORD.findall(raw))
    rare = {w for w in small - listed(small) if not zipf(w)}
    for pair in TWO_WORDS.finditer(raw) if rare else ():
        head, tail = pair.groups()
        if tail not in rare:
            continue
        if not head.isupper() and _frequency(head.lower(), tail) >= KNOWN:
            spans.append((pair.start(), pair.end(2)))
        elif _frequency("", tail) >= COMMON:
            begun.append(pair.span(2))
    spans += begun if spans else []
    return [flagged(raw, span, "lost_letter", 0.9, reason) for span in spans]


def _frequency(head: str, tail: str) -> float:
    """Frequency (Zipf) of the commonest word that a ligature makes of the two."""
    return max(map(zipf, listed(f"{head}{sign}{tail}" for sign in LETTERS_OF)), default=0.0)


LETTERS_OF = ("fi", "fl", "ff", "ffi", "ffl")
KNOWN, COMMON = 2.5, 4.0
"""Frequency (Zipf) of the word that a ligature makes of it with the word before, and of
the word that a ligature makes of it alone, where the text has lost others."""


def _suspects(raw: str) -> Iterator[tuple[int, str]]:
    """Tokens that hold a sign of misread bytes, each once, with their places."""
    end = -1
    for match in SUSPECT.finditer(raw):
        if match.start() < end:
            continue
        start = match.start()
        while start and not raw[start - 1].isspace() and start > match.start() - LONGEST_TOKEN:
            start -= 1
        after = SPACE.search(raw, match.end())
        end = min(after.start() if after else len(raw), match.end() + LONGEST_TOKEN)
        yield start, raw[start:end]


def _restored(token: str) -> str:
    import ftfy

    as_printed = ftfy.TextFixerConfig(fix_latin_ligatures=False, uncurl_quotes=False, fix_character_width=False)
    return ftfy.fix_text(token, as_printed)


def _trimmed(start: int, token: str, restored: str) -> TextRepair:
    head = _same_edge(token, restored)
    tail = _same_edge(token[head:][::-1], restored[head:][::-1])
    raw, reading = token[head : len(token) - tail], restored[head : len(restored) - tail]
    reason = "UTF-8 bytes read as a one-byte encoding; read back on this token only"
    return TextRepair(start + head, start + head + len(raw), raw, reading, "mojibake", 0.98, reason, reading)


def _same_edge(one: str, other: str) -> int:
    """How many stops and marks both begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1] and pair[0] in EDGE, zip(one, other, strict=False)))


SENTENCE_GAP = re.compile(r"(?<=[^\sA-Za-zÀ-ÿ,;])( {1,4})(?=[A-ZÀ-Þ“‘'\"(])")
DASH = re.compile(r"(?<=[\w'’”])(?:— |– (?=[a-z]))(?=[\w“‘'])|(?<=\w) —(?=\w)")
ELLIPSIS = re.compile(r"(?<=\w)\.\.\. (?=[\w‘“'\"])")
WIDE_INSIDE = re.compile(r"(?<=[A-Za-zÀ-ÿ,;]) {2,4}(?=[A-Za-zÀ-ÿ])|(?<=[^\sA-Za-zÀ-ÿ,;]) {2,4}(?=[a-zß-ÿ\d])")
MOST_ELSEWHERE = 0.5
"""Where half as many wide spaces stand inside sentences as between them, they are no sign of a paragraph."""
SENTENCE_STOP = re.compile(r"(?:[.!?:…][\"'”’)\]]{0,3}\d{0,3}|[\"”’]\d{1,3})$")
PUBLISHER = re.compile(r"[A-Z][\w.,’' ]{2,40}: [A-Z]|(?:Translated|Edited) by ")
"""What stands behind a title in a list of books."""
INITIAL = re.compile(r"(?:^|[\s.])[A-Z]\.$")
TYPEWRITER_SHARE = 0.4
"""Where this share of sentences ends in two spaces, two spaces are the typist's habit and mark no paragraph."""


def spacing_repairs(raw: str, marks: Sequence[Mark] = ()) -> list[TextRepair]:
    """Repairs of spacing in ``raw``: paragraph breaks flattened to two spaces, a space beside a dash set close,
    an ellipsis set against the word before it."""
    return _paragraphs(raw, frozenset(m.end for m in marks)) + _dashes(raw) + _ellipses(raw)


def _paragraphs(raw: str, noted: frozenset[int]) -> list[TextRepair]:
    """Paragraphs set apart by two spaces; a sentence may end in a garbled note, whose ends are ``noted``."""
    gaps = list(SENTENCE_GAP.finditer(raw))
    ended = (m for m in gaps if len(m.group(1)) >= 2 and (m.start() in noted or _ends_a_sentence(raw, m.start())))
    wide = [m for m in ended if not PUBLISHER.match(raw, m.end())]
    elsewhere = sum(len(m.group()) > 1 for m in gaps) + len(WIDE_INSIDE.findall(raw)) - len(wide)
    if not wide or len(wide) >= TYPEWRITER_SHARE * len(gaps) or elsewhere > MOST_ELSEWHERE * len(wide):
        return []
    reason = f"two spaces after a sentence, here at {len(wide)} of {len(gaps)} sentence ends: a paragraph break"
    return [replaced(raw, m.span(), "\n\n", "paragraph_break", 0.9, reason) for m in wide]


def _ends_a_sentence(raw: str, at: int) -> bool:
    """Whether a sentence ends before ``at``, with the marker of a note or without: no initial, nor a footnote's number."""
    before = raw[max(0, at - 12) : at]
    return bool(SENTENCE_STOP.search(before)) and not INITIAL.search(before)


def _dashes(raw: str) -> list[TextRepair]:
    reason = "a space on one side only of a dash set close: a line ended there"
    return [replaced(raw, m.span(), m.group().strip(), "dash_spacing", 0.95, reason) for m in DASH.finditer(raw)]


def _ellipses(raw: str) -> list[TextRepair]:
    reason = "an ellipsis set against the word before it stands for left-out words: spaced on both sides"
    return [replaced(raw, m.span(), " ... ", "ellipsis_spacing", 0.9, reason) for m in ELLIPSIS.finditer(raw)]


INFERRED_CAP = 0.8
"""A number inferred from a run holds only if the scan dropped no marker, which the run cannot show."""


def text_repairs(
    raw: str,
    gazetteer: NameGazetteer,
    notes: Sequence[Note],
    marks: Sequence[Mark],
    feet: list[Footnote],
    cells: Sequence[tuple[int, int]] = (),
) -> tuple[TextRepair, ...]:
    """All repairs of ``raw`` in order, given its note markers as numbered, its footnotes and the spans of its tables."""
    layers = (
        _note_repairs(notes, marks),
        footnote_repairs(raw, feet),
        mojibake_repairs(raw),
        hyphen_repairs(raw, single_words(gazetteer)),
        ordinal_repairs(raw),
        bare_day_repairs(raw),
        figure_repairs(raw),
        fraction_repairs(raw),
        misread_name_repairs(raw, gazetteer),
        spacing_repairs(raw, marks),
    )
    kept: list[TextRepair] = []
    taken = bytearray(len(raw) + 1)
    for layer in layers:
        for repair in layer:
            if 1 not in taken[repair.start : repair.end]:
                taken[repair.start : repair.end] = b"\x01" * (repair.end - repair.start)
                kept.append(repair)
    flattened = table_repairs(raw)
    cut = cut_repairs(raw, [*cells, *((t.start, t.end) for t in flattened)], marks)
    return tuple(sorted([*kept, *flattened, *cut]))


def notes_of(marks: Sequence[Mark], numbers: Sequence[Numbered]) -> tuple[Note, ...]:
    """Markers with the numbers of their run, the confidence capped where the run was needed to read them."""
    notes = []
    for mark, numbered in zip(marks, numbers, strict=True):
        as_printed = mark.clean and numbered.number == numbered.alone == _value(mark.raw)
        confidence = numbered.probability if as_printed else min(INFERRED_CAP, numbered.probability)
        if as_printed:
            reason = f"reads as {numbered.number}, and the run of markers agrees"
        else:
            reason = (
                f"consecutive markers: alone it would read {numbered.alone} ({numbered.alone_probability:.2f}); "
                f"its place in the run makes it {numbered.number}, if the scan dropped no marker"
            )
        notes.append(Note(mark.start, mark.end, mark.raw, numbered.number, round(confidence, 3), reason))
    return tuple(notes)


def _value(raw: str) -> int | None:
    digits = raw.replace(" ", "").translate(SUPERSCRIPTS)
    return int(digits) if digits.isdigit() else None


def _note_repairs(notes: Sequence[Note], marks: Sequence[Mark]) -> list[TextRepair]:
    repairs = []
    for note, mark in zip(notes, marks, strict=True):
        kind = "note_marker" if mark.clean and note.number == _value(mark.raw) else "note_marker_garbled"
        reading = f"[note {note.number}]"
        repairs.append(TextRepair(note.start, note.end, note.raw, reading, kind, note.confidence, note.reason, ""))
    return repairs


# A text that begins or ends inside a sentence or word.

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
        found.append(_cut_flag(raw, first.start(1), "begins", first.group(1)))
    last = text[-200:].split()[-1]
    in_table = any(start < len(text) <= end for start, end in tables)
    if not ENDS_SENTENCE.search(last) and not (in_table and _is_whole(last)):
        found.append(_cut_flag(raw, len(text) - len(last), "ends", last))
    return found


def _is_whole(token: str) -> bool:
    word = re.sub(r"\W", "", token).lower()
    common = zipf(word) >= (SHORT_WORD_ZIPF if len(word) <= 4 else KNOWN_ZIPF)
    return word.isdigit() or (common and word not in ONE_LETTER)


def _cut_flag(raw: str, start: int, what: str, token: str) -> TextRepair:
    where = "inside a sentence" if _is_whole(token) else f"inside a sentence and perhaps a word (“{token}”)"
    reason = f"the text {what} {where}: cut here, and not completed"
    return flagged(raw, (start, start + len(token)), "truncation", 0.95, reason)
