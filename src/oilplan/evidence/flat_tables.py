"""Tables that a scan ran together into one line: flagged, their cells not guessed."""

from __future__ import annotations

import re

from oilplan.evidence.findings import Repair

INTRODUCED = re.compile(r"(?:as follows|table below|following table|set out below|shown below)\s*:\s+", re.IGNORECASE)
CELLS = re.compile(
    r"(?<![\w,.])(?:[A-Z][\w.'’()-]*[ \t]+){0,6}(?:(?:\d(?:[\d,.]{0,14}\d)?%?|—|nil|\?)[ \t]+){2,}(?:\d(?:[\d,.]{0,14}\d)?%?|—|nil)(?=[\s.;]|$)"
    r"(?:[ \t]+(?:[A-Z][\w.'’()-]*[ \t]+){1,5}(?:(?:\d(?:[\d,.]{0,14}\d)?%?|—|nil|\?)(?:[ \t]+|$)){3,})*"
)
SMALL_WORDS = {"on", "of", "in", "and", "per", "by", "to", "the", "for", "at"}
TOKEN = re.compile(r"\S+")
FEWEST_HEADINGS = 4


def table_repairs(raw: str) -> list[Repair]:
    """Flags for runs of headings after "as follows:" and runs of figures with no words between them.

    The reading is the raw text: which cell a figure belongs to must be seen on the page.
    """
    found = [r for m in INTRODUCED.finditer(raw) if (r := _headings(raw, m.end()))]
    taken = [(r.start, r.end) for r in found]
    for match in CELLS.finditer(raw):
        if any(start <= match.start() < end for start, end in taken):
            continue
        reason = "figures in a row with no words between: a table's lines run together; cells not assigned"
        text = match.group().rstrip()
        found.append(Repair(match.start(), match.start() + len(text), text, text, "table_flattened", 0.9, reason, None))
    return found


def _headings(raw: str, start: int) -> Repair | None:
    end, capitals = start, 0
    for token in TOKEN.finditer(raw, start):
        word = token.group()
        if not (word[0].isupper() or word[0].isdigit() or word in SMALL_WORDS):
            break
        capitals += word[0].isupper() or word[0].isdigit()
        end = token.end()
        if word.endswith((".", ";")):
            break
    if capitals < FEWEST_HEADINGS or re.search(r"[,]\s", raw[start:end]):
        return None
    reason = "headings and cells without a sentence after “as follows”: a table's lines run together; not rebuilt here"
    return Repair(start, end, raw[start:end], raw[start:end], "table_flattened", 0.9, reason, None)
