"""Paragraph breaks, dashes and ellipses that a scan left as odd spaces."""

from __future__ import annotations

import re

from oilplan.evidence.findings import Repair

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
