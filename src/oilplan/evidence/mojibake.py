"""Letters of UTF-8 that were read as another encoding, mended on the token concerned and nowhere else."""

from __future__ import annotations

import re

from oilplan.evidence.findings import Repair

TOKEN = re.compile(r"\S+")
SUSPECT = re.compile(r"[\u0080-\u009f]|[ÂÃÅÄâ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ€\u00a0-\u00bf]|\ufffd")
LIGATURES = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
LIGATURE = re.compile("[\ufb00-\ufb06]")
LOST = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
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
    found += [Repair(m.start(), m.end(), m.group(), m.group(), "lost_letter", 0.9, reason, None) for m in LOST.finditer(raw)]
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
