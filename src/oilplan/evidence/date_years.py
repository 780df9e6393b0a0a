"""Which year a day without one belongs to: that of its heading, its sentence, or the date stated last; else none."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from oilplan.evidence.people import sentence_end, sentence_start

LONGEST_GAP, BACK = 7, 1
"""Months that a narrative may move on, or step back, and still be in the year stated last. A guess kept short."""
LOOKS_BACK = re.compile(
    r"\b(?:had|earlier|previous|preceding|prior|before|ago|last|past|back|recalled|remembered)\b", re.IGNORECASE
)
NOTE_AT_AN_END = re.compile(r"\.\d{1,3}\s+[A-Z]")
"""The end of a sentence with the number of its note."""
OTHER_YEAR = re.compile(r"\b(?:previous|preceding|following|next|last)\s(?:early\s|mid-|late\s)?$", re.IGNORECASE)
YEAR_AFTER = re.compile(r",?\s(?:of\s)?the\s(?:following|next|previous|preceding)\syear\b")
"""Words beside a month that put it into another year than the one spoken of."""
SEASONS, WINTER = 13, 24
"""Months from 13 are seasons in EDTF; the last of them is winter."""
LOOK_REACH = 200
NEAREST = 5
"""Months between a letter or heading and a day it speaks of; beyond that either year would be as near."""
HEADING_WORDS, HEADING_REACH = 3, 50
"""Words beside the date on a heading's line, and dated places back within which a heading still governs."""
PRINTED_LATELY = 2000
"""From this year on a date is most often a library's stamp on the page, and gives no year to others."""
REACH = 1500
"""Characters back within which a date with its year may give the year to one that states none."""


class Place(NamedTuple):
    """A date in the view; ``edtf`` has YYYY in place of a year that the page does not print beside it."""

    start: int
    end: int
    edtf: str
    stated: bool


class Anchor(NamedTuple):
    """A date whose year is printed: where it stands, its year and month, and whether it stands alone as a heading."""

    at: int
    year: int
    month: int | None
    heading: bool


def anchor_of(text: str, found: Place) -> Anchor | None:
    """The date as one that may give its year to others; None where no year is printed, or a library's."""
    match = re.match(r"(\d{4})(?!/\d{4}$)(?:-([012]\d))?", found.edtf)
    if not match or int(match.group(1)) >= PRINTED_LATELY:
        return None
    start = text.rfind("\n", max(0, found.start - 80), found.start) + 1
    stop = text.find("\n", found.end, found.end + 80)
    on_a_line = (start > 0 or found.start < 80) and stop >= 0
    beside = text[start : found.start] + text[found.end : stop] if on_a_line else ""
    heading = on_a_line and len(re.findall(r"\w+", beside)) <= HEADING_WORDS
    return Anchor(found.start, int(match.group(1)), int(match.group(2)) if match.group(2) else None, heading)


def dated(text: str, place: Place, anchors: list[Anchor], year: str) -> tuple[str, str]:
    """The date with the year that its heading, sentence or the running text gives, and what gave it."""
    if year:
        return place.edtf.replace("YYYY", year), "user"
    if not anchors:
        return place.edtf.replace("YYYY", "XXXX"), ""
    month = int(place.edtf[5:7])
    if OTHER_YEAR.search(text[max(0, place.start - 24) : place.start]) or YEAR_AFTER.match(text, place.end):
        return place.edtf.replace("YYYY", "XXXX"), ""
    own = _of_sentence(text, place, anchors)
    stated = _heading_year(anchors, place.start, month) or _sentence_year(own, place, month)
    if not any(a.at < place.start for a in own):
        stated = stated or _running_year(text, anchors, place, month)
    return place.edtf.replace("YYYY", str(stated) if stated else "XXXX"), "context" if stated else ""


def _heading_year(anchors: list[Anchor], at: int, month: int) -> int | None:
    stop = bisect_left(anchors, at, key=lambda a: a.at)
    since: list[Anchor] = []
    for anchor in reversed(anchors[max(0, stop - HEADING_REACH) : stop]):
        if anchor.heading:
            if anchor.month is None and any(a.year != anchor.year for a in since):
                return None
            return _nearest(anchor, month)
        since.append(anchor)
    return None


def nearest_year(year: int, month: int, other: int) -> int | None:
    """The year in which month ``other`` lies nearest to a month of ``year``; None where it is as near in two."""
    gap, nearest = min((abs((y - year) * 12 + other - month), y) for y in (year - 1, year, year + 1))
    return nearest if gap <= NEAREST else None


def _nearest(anchor: Anchor, month: int) -> int | None:
    return anchor.year if anchor.month is None or anchor.month > 12 else nearest_year(anchor.year, anchor.month, month)


def _of_sentence(text: str, place: Place, anchors: list[Anchor]) -> list[Anchor]:
    """Dates with their year in the sentence of a day, in clauses that run on to it."""
    start, end = sentence_start(text, place.start), sentence_end(text, place.end)
    first = bisect_left(anchors, start, key=lambda a: a.at)
    own = [a for a in anchors[first : first + 20] if a.at < end]
    return [a for a in own if not _apart(text, place, a)]


def _sentence_year(own: list[Anchor], place: Place, month: int) -> int | None:
    """The year of the dates in the sentence, where they agree. A bare year behind a month is another time's as often as
    not ("peaked in March and was at sixty by 1945"), and a winter has two years."""
    if all(a.at > place.start and (a.month or SEASONS) >= SEASONS for a in own):
        return None
    years = {a.year if _may_be_of(a, month) else None for a in own}
    if any(a.at > place.start and a.month and a.month < month for a in own):
        return None  # the date behind it is earlier in its year: the story does not run on
    return years.pop() if len(years) == 1 else None


def _may_be_of(anchor: Anchor, month: int) -> bool:
    if anchor.month == WINTER and month <= NEAREST + 1:
        return False
    return anchor.month is None or _nearest(anchor, month) == anchor.year


def _apart(text: str, place: Place, anchor: Anchor) -> bool:
    """Whether a sentence ends between a day and a date with its year, or a clause that does not run on from it."""
    between = text[min(anchor.at, place.end) : max(anchor.at, place.start)]
    runs_on = anchor.at < place.start and anchor.month is not None
    return bool(NOTE_AT_AN_END.search(between)) or (";" in between and not runs_on)


def _running_year(text: str, anchors: list[Anchor], place: Place, month: int) -> int | None:
    """The year of the date stated last, where no other year stands near and the months run on without looking back."""
    at = place.start
    stop = bisect_left(anchors, at, key=lambda a: a.at)
    near = [a for a in anchors[max(0, stop - 20) : stop] if at - a.at <= REACH]
    last = next((a for a in reversed(near) if a.month and a.month <= 12), None)
    if last is None or last.month is None or len({a.year for a in near}) != 1:
        return None
    looks_back = LOOKS_BACK.search(text, sentence_start(text, at), min(sentence_end(text, at), at + LOOK_REACH))
    if looks_back and month != last.month:
        return None
    return last.year if -BACK <= month - last.month <= LONGEST_GAP else None
