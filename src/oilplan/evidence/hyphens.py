"""Words broken at a line end, joined again."""

from __future__ import annotations

import re

from oilplan.evidence.findings import Repair
from oilplan.evidence.lexicon import KNOWN_ZIPF, zipf

BROKEN = re.compile(r"(?<![\w-])([A-Za-zÀ-ÿ]+)[-¬\u00ad]([ \t]*\r?\n[ \t]*| {1,3})([a-zà-ÿ]+)(?![\w-]*-)")
COMPOUNDING = frozenset(
    {"long", "short", "high", "low", "well", "ill", "self", "single", "double", "half", "full"}
    | {"first", "second", "deep", "heavy", "light"}
)
"""Words that form compounds spelled with a hyphen, which careless prints also join (longterm)."""
SUSPENDED = {"and", "or", "to", "nor", "but", "versus"}
"""After these the hyphen is meant: pre- and post-war, two- or three-engined."""
RARE_WORD_ZIPF = 1.0
"""A joined form seen at all in print: the chance halves of a broken word hardly ever make one."""
WORD_ZIPF = 2.0
"""Two halves this common may be a compound that the printer broke at its own hyphen (ball- bearings)."""


def hyphen_repairs(raw: str) -> list[Repair]:
    """Repairs for every word in ``raw`` broken by a hyphen and a space or line end.

    The halves are joined when the whole is a word, or when neither half can stand alone; a compound of two common
    words keeps its hyphen. A hyphen before "and", "or", "to" is a suspended compound and is left as it stands.
    """
    found = []
    for match in BROKEN.finditer(raw):
        head, _, tail = match.groups()
        if tail in SUSPENDED:
            continue
        reading, confidence, reason = _joined(head, tail)
        if not reading:
            continue
        found.append(
            Repair(match.start(), match.end(), match.group(), reading, "hyphenation", confidence, reason, reading)
        )
    return found


def _joined(head: str, tail: str) -> tuple[str, float, str]:
    whole, halves = zipf((head + tail).lower()), min(zipf(head.lower()), zipf(tail))
    compound = zipf(f"{head}-{tail}".lower())
    if head.lower() in COMPOUNDING and len(tail) >= 4 and zipf(tail) >= 4 > whole + 1:
        return (
            f"{head}-{tail}",
            0.9,
            f"“{head}-” makes compounds, and “{tail}” is a word; the gap is a line end",
        )
    if whole >= RARE_WORD_ZIPF:
        return head + tail, 0.99, f"“{head}{tail}” is a word; the hyphen and gap are a line end"
    if halves >= WORD_ZIPF:
        return (
            f"{head}-{tail}",
            0.9,
            f"two words in use make a compound (seen as such: {compound:.1f}); the gap is a line end",
        )
    if halves < KNOWN_ZIPF:
        return head + tail, 0.85, f"“{head}” and “{tail}” do not both stand alone; the gap is a line end"
    return "", 0.0, ""
