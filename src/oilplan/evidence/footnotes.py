"""Footnotes that a scan ran into the text above them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from oilplan.evidence.findings import Repair

OPENING = re.compile(r"(?:(?<=[.!?'\"”’)] )|(?<=[.!?'\"”’)]  )|(?<=\n)|^)(\d{1,3})[.)]? (?=[A-Z‘“'])(\S+)")
CITATION = re.compile(
    r"^(?:Letter|Minute|Memo(?:randum)?|Directive|Ibid|Op|See|Cf|Loc|Note|Air|App|P\.?R\.?O|Signal|Report|Hist|J\.?I\.?C)\b",
    re.IGNORECASE,
)


class Footnote(NamedTuple):
    """One footnote in the text: its number, where it opens, where its words begin and where it ends."""

    number: int
    start: int
    words_start: int
    end: int


def footnotes(raw: str, marked: Collection[int]) -> list[Footnote]:
    """Footnotes run into ``raw``: numbers that open a sentence, rise by one, and match markers of the text above.

    marked: note numbers that the text's own markers carry. One footnote alone is believed only when it opens as a
    citation does; a run of two or more is believed by its numbers.
    """
    opened = [m for m in OPENING.finditer(raw) if int(m.group(1)) in marked]
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


def footnote_repairs(raw: str, found: list[Footnote]) -> list[Repair]:
    """A repair at each footnote's number: the note is set apart from the body, its number no figure of the text."""
    repairs = []
    for note in found:
        printed = re.match(r"\d+[.)]?", raw[note.start :]).group()  # type: ignore[union-attr]
        reason = f"opens with {note.number}, a marker of the text above: the foot of the page ran into the body"
        end, reading = note.start + len(printed), f"[footnote {note.number}]"
        repairs.append(Repair(note.start, end, printed, reading, "footnote_in_body", 0.95, reason, "\n\n"))
    return repairs
