"""What encodings and typesetting did to the letters and spaces: mojibake, ligatures, lost letters, dashes, ellipses."""

from __future__ import annotations

import re

from oilplan.evidence.findings import Repair

TOKEN = re.compile(r"\S+")
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


def mojibake_repairs(raw: str) -> list[Repair]:
    """Repairs for tokens of ``raw`` whose letters are UTF-8 read as cp1252 or Latin-1 (``PÃ¶litz``).

    Ligatures are spelled out, quotes stay as printed. A replacement character or a control character (a letter that a
    PDF lost) cannot be undone: it is flagged at its place, reading unchanged.
    """
    found = [
        Repair(m.start(), m.end(), m.group(), LIGATURES[m.group()], "ligature", 0.99, "one sign for two or three letters",
               LIGATURES[m.group()])
        for m in LIGATURE.finditer(raw)
    ]  # fmt: skip
    reason = "a control character where a letter was lost before this text was made: not guessed"
    found += [
        Repair(m.start(), m.end(), m.group(), m.group(), "lost_letter", 0.9, reason, None) for m in LOST.finditer(raw)
    ]
    for match in TOKEN.finditer(raw):
        token = match.group()
        if not SUSPECT.search(token):
            continue
        if "\ufffd" in token:
            found.append(_flag(match.start(), token))
            continue
        mended = _mended(token)
        if mended != token:
            found.append(_trimmed(match.start(), token, mended))
    return found


def _mended(token: str) -> str:
    import ftfy

    as_printed = ftfy.TextFixerConfig(fix_latin_ligatures=False, uncurl_quotes=False, fix_character_width=False)
    return ftfy.fix_text(token, as_printed)


def _trimmed(start: int, token: str, mended: str) -> Repair:
    head = 0
    while head < min(len(token), len(mended)) and token[head] == mended[head] and token[head] in EDGE:
        head += 1
    tail = 0
    while (
        tail < min(len(token), len(mended)) - head
        and token[-1 - tail] == mended[-1 - tail]
        and token[-1 - tail] in EDGE
    ):
        tail += 1
    raw, reading = token[head : len(token) - tail], mended[head : len(mended) - tail]
    reason = "UTF-8 bytes read as a one-byte encoding; read back on this token only"
    return Repair(start + head, start + head + len(raw), raw, reading, "mojibake", 0.98, reason, reading)


def _flag(start: int, token: str) -> Repair:
    reason = "a replacement character: the letter was lost before this text was made and is not guessed"
    return Repair(start, start + len(token), token, token, "mojibake", 0.9, reason, None)


SENTENCE_GAP = re.compile(r"(?<=[^\sA-Za-zÀ-ÿ,;])( {1,4})(?=[A-ZÀ-Þ“‘'\"(])")
DASH = re.compile(r"(?<=[\w'’”])(?:— |– (?=[a-z]))(?=[\w“‘'])|(?<=\w) —(?=\w)")
ELLIPSIS = re.compile(r"(?<=\w)\.\.\. (?=[\w‘“'\"])")
TYPEWRITER_SHARE = 0.4
"""Where this share of sentences ends in two spaces, two spaces are the typist's habit and mark no paragraph."""


def spacing_repairs(raw: str) -> list[Repair]:
    """Repairs of spacing in ``raw``: paragraph breaks flattened to two spaces, a space beside a dash set close,
    an ellipsis set against the word before it."""
    return _paragraphs(raw) + _dashes(raw) + _ellipses(raw)


def _paragraphs(raw: str) -> list[Repair]:
    gaps = list(SENTENCE_GAP.finditer(raw))
    wide = [m for m in gaps if len(m.group(1)) >= 2]
    if not wide or len(wide) >= TYPEWRITER_SHARE * len(gaps):
        return []
    reason = f"two spaces after a sentence, here at {len(wide)} of {len(gaps)} sentence ends: a paragraph break"
    return [Repair(m.start(), m.end(), m.group(), "\n\n", "paragraph_break", 0.9, reason, "\n\n") for m in wide]


def _dashes(raw: str) -> list[Repair]:
    reason = "a space on one side only of a dash set close: a line ended there"
    return [
        Repair(m.start(), m.end(), m.group(), m.group().strip(), "dash_spacing", 0.95, reason, m.group().strip())
        for m in DASH.finditer(raw)
    ]


def _ellipses(raw: str) -> list[Repair]:
    reason = "an ellipsis set against the word before it stands for left-out words: spaced on both sides"
    return [
        Repair(m.start(), m.end(), m.group(), " ... ", "ellipsis_spacing", 0.9, reason, " ... ")
        for m in ELLIPSIS.finditer(raw)
    ]
