"""What encodings and typesetting did to the letters and spaces: mojibake, ligatures, lost letters, dashes, ellipses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from oilplan.evidence.findings import TextRepair

SPACE = re.compile(r"\s")
LONGEST_TOKEN = 200
SUSPECT = re.compile(r"[\u0080-\u009f]|[ÂÃÅÄâ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ€\u00a0-\u00bf]|\ufffd")
LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
LIGATURE = re.compile("[\ufb00-\ufb06]")
LOST = re.compile(r"(?<=[^\W\d_])[\x00-\x08\x0b\x0e-\x1f]|[\x00-\x08\x0b\x0e-\x1f](?=[^\W\d_])")
EDGE = ".,;:!?()[]'\"‘’“”"


def mojibake_repairs(raw: str) -> list[TextRepair]:
    """Repairs for tokens of ``raw`` whose letters are UTF-8 read as cp1252 or Latin-1 (``PÃ¶litz``).

    Ligatures are spelled out, quotes stay as printed. A replacement character or a control character (a letter that a
    PDF lost) cannot be undone: it is flagged at its place, reading unchanged.
    """
    found = [
        TextRepair(
            m.start(),
            m.end(),
            m.group(),
            LIGATURES[m.group()],
            "ligature",
            0.99,
            "one sign for two or three letters",
            LIGATURES[m.group()],
        )
        for m in LIGATURE.finditer(raw)
    ]
    reason = "a control character where a letter was lost before this text was made: not guessed"
    found += [
        TextRepair(m.start(), m.end(), m.group(), m.group(), "lost_letter", 0.9, reason, None)
        for m in LOST.finditer(raw)
    ]
    for start, token in _suspects(raw):
        if "\ufffd" in token:
            found.append(_flag(start, token))
            continue
        restored = _restored(token)
        if restored != token:
            found.append(_trimmed(start, token, restored))
    return found


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
    head = 0
    while head < min(len(token), len(restored)) and token[head] == restored[head] and token[head] in EDGE:
        head += 1
    tail = 0
    while (
        tail < min(len(token), len(restored)) - head
        and token[-1 - tail] == restored[-1 - tail]
        and token[-1 - tail] in EDGE
    ):
        tail += 1
    raw, reading = token[head : len(token) - tail], restored[head : len(restored) - tail]
    reason = "UTF-8 bytes read as a one-byte encoding; read back on this token only"
    return TextRepair(start + head, start + head + len(raw), raw, reading, "mojibake", 0.98, reason, reading)


def _flag(start: int, token: str) -> TextRepair:
    reason = "a replacement character: the letter was lost before this text was made and is not guessed"
    return TextRepair(start, start + len(token), token, token, "mojibake", 0.9, reason, None)


SENTENCE_GAP = re.compile(r"(?<=[^\sA-Za-zÀ-ÿ,;])( {1,4})(?=[A-ZÀ-Þ“‘'\"(])")
DASH = re.compile(r"(?<=[\w'’”])(?:— |– (?=[a-z]))(?=[\w“‘'])|(?<=\w) —(?=\w)")
ELLIPSIS = re.compile(r"(?<=\w)\.\.\. (?=[\w‘“'\"])")
TYPEWRITER_SHARE = 0.4
"""Where this share of sentences ends in two spaces, two spaces are the typist's habit and mark no paragraph."""


def spacing_repairs(raw: str) -> list[TextRepair]:
    """Repairs of spacing in ``raw``: paragraph breaks flattened to two spaces, a space beside a dash set close,
    an ellipsis set against the word before it."""
    return _paragraphs(raw) + _dashes(raw) + _ellipses(raw)


def _paragraphs(raw: str) -> list[TextRepair]:
    gaps = list(SENTENCE_GAP.finditer(raw))
    wide = [m for m in gaps if len(m.group(1)) >= 2]
    if not wide or len(wide) >= TYPEWRITER_SHARE * len(gaps):
        return []
    reason = f"two spaces after a sentence, here at {len(wide)} of {len(gaps)} sentence ends: a paragraph break"
    return [TextRepair(m.start(), m.end(), m.group(), "\n\n", "paragraph_break", 0.9, reason, "\n\n") for m in wide]


def _dashes(raw: str) -> list[TextRepair]:
    reason = "a space on one side only of a dash set close: a line ended there"
    return [
        TextRepair(m.start(), m.end(), m.group(), m.group().strip(), "dash_spacing", 0.95, reason, m.group().strip())
        for m in DASH.finditer(raw)
    ]


def _ellipses(raw: str) -> list[TextRepair]:
    reason = "an ellipsis set against the word before it stands for left-out words: spaced on both sides"
    return [
        TextRepair(m.start(), m.end(), m.group(), " ... ", "ellipsis_spacing", 0.9, reason, " ... ")
        for m in ELLIPSIS.finditer(raw)
    ]
