"""A page cut off at its beginning or end: flagged, never completed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from oilplan.evidence.findings import Repair
from oilplan.evidence.lexicon import KNOWN_ZIPF, zipf
from oilplan.evidence.note_marks import Mark

OPENING = re.compile(r"\s*(\S+)")
ENDS_SENTENCE = re.compile(r"[.!?…:][\"'”’)\]]*(?:[\d°*=%+“^~#]{1,4})?$")
SHORT_WORD_ZIPF = 3.5
"""Short strings are often words by chance; only a common one is taken for a whole word."""
ONE_LETTER = set("bcdefghjklmnopqrstuvwxyz")
HEADING = re.compile(r"^[^.!?]{0,80}$")


def cut_repairs(raw: str, tables: Sequence[tuple[int, int]] = (), marks: Sequence[Mark] = ()) -> list[Repair]:
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
        found.append(_flag(first.start(1), "begins", first.group(1)))
    last = text[-200:].split()[-1]
    in_table = any(start < len(text) <= end for start, end in tables)
    if not ENDS_SENTENCE.search(last) and not (in_table and _is_whole(last)):
        found.append(_flag(len(text) - len(last), "ends", last))
    return found


def _is_whole(token: str) -> bool:
    word = re.sub(r"\W", "", token).lower()
    common = zipf(word) >= (SHORT_WORD_ZIPF if len(word) <= 4 else KNOWN_ZIPF)
    return word.isdigit() or (common and word not in ONE_LETTER)


def _flag(start: int, what: str, token: str) -> Repair:
    where = "inside a sentence" if _is_whole(token) else f"inside a sentence and perhaps a word (“{token}”)"
    reason = f"the text {what} {where}: cut here, and not completed"
    return Repair(start, start + len(token), token, token, "truncation", 0.95, reason, None)
