"""Ways of writing a date, the more particular first, and which year a day without one belongs to."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from oilplan.evidence.lexicon import pattern_of, small_words, words_of
from oilplan.evidence.people import sentence_end, sentence_start

MONTHS = {"jan": 1, "jän": 1, "feb": 2, "mar": 3, "mär": 3, "mae": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7}
MONTHS |= {"aug": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12}
LONG = "January|February|March|April|May|June|July|August|September|October|November|December"
GERMAN = "Januar|Jänner|Februar|März|Maerz|Mai|Juni|Juli|Oktober|Dezember"
SHORT = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Okt|Dez)\b\.?"
MONTH = rf"(?:{LONG}|{LONG.upper()}|{GERMAN}|{GERMAN.upper()}|{SHORT}|{SHORT.upper().replace(chr(92) + 'B', chr(92) + 'b')})(?![a-zß-ÿ])"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
YEAR = r"(?:1[6-9]\d\d|20\d\d)"
SHORT_YEAR = r"(?:[’'‘][34]\d\b|[34]\d(?=\s{0,2}(?:[.,;:)\]\n]|$)))"
ANY_YEAR = rf"(?:{YEAR}(?!\d)|{SHORT_YEAR})"
DAY = r"(?:[12]\d|3[01]|0?[1-9])(?!\d)"
ORDINAL = r"(?:st|nd|rd|th|ST|ND|RD|TH)?"
ORD = r"(?:st|nd|rd|th|ST|ND|RD|TH|t?en|\.(?=[\s,]|[-–/]|[A-ZÄ]))?"
"""An English ordinal, or the point that German sets behind a day."""
S = r"\s{1,3}"
RANGE = r"(?:\s?[-–—/]\s?|\s{1,3}(?:to|until|till|through|thru|bis|auf|TO)\s{1,3}(?:the\s|den\s)?)"
LIST = r"(?:,\s{1,3}|,?\s{1,3}(?:and|&|und|u\.|or|oder|AND|UND|OR)\s{1,3}(?:on\s)?(?:the\s)?)"
DAYS = rf"{DAY}{ORD}(?:(?:{RANGE}|{LIST}){DAY}{ORD}){{1,5}}"
SEASONS = {"spring": 21, "frühjahr": 21, "frühling": 21, "summer": 22, "sommer": 22}
SEASONS |= {"autumn": 23, "fall": 23, "herbst": 23, "winter": 24}
WINTER = 24
SEASON = "|".join(sorted({*SEASONS, *map(str.title, SEASONS), *map(str.upper, SEASONS)}))
DECADES = {"twenties": 2, "thirties": 3, "forties": 4, "fifties": 5}
LEAD = rf"(?:{pattern_of('year_leads')})"
SHORT_DECADE = r"(?:(?<=the )|(?<=mid-)|(?<=and )|(?<=late )|(?<=early ))"
COUNTED = r"(?!\s{1,3}(?:tons?|long|short|metric|aircraft|sorties|plants|bombs|bombers|men|miles|feet|yards|pounds|lb|kg|h\.?p))"
FORMS = {
    "iso": rf"(?<![\w-])(?P<y>{YEAR})-(?P<mm>[01]\d)-(?P<d>[0-3]\d)(?![\w-])",
    "roman": rf"(?<![\w./-])(?<![A-Z]{{2}}\s)(?P<d>{DAY})(?:[/–-](?P<d2>{DAY}))?[.\s/-]{{1,2}}(?P<r>VI{{0,3}}|I[VX]|I{{1,3}}|XI{{0,2}}|vi{{0,3}}|i[vx]|i{{1,3}}|xi{{0,2}})[.\s/-]{{1,2}}"
    r"(?P<yy>(?:19)?[34]\d)(?![\w]|[./-]\d)",
    "figures": r"(?<![\w./-])(?P<d>[0-3]?\d)(?:\.?\s?[/&+–-]\s?(?P<d2>[0-3]?\d))?(?P<sep>[./-])\s?(?P<mm>[01]?\d|[12]\d|3[01])(?P=sep)\s?"
    r"(?P<yy>1[89]\d\d|20\d\d|[34]\d)(?![\w]|[./-]\d)",
    "figures_over": rf"(?<![\w./-])(?P<d>{DAY})\.\s?(?P<mm>1[0-2]|0?[1-9])(?:\.(?P<y>(?:19)?[34]\d)?)?\s?[/–-]\s?(?P<d2>{DAY})\.\s?(?P<mm2>1[0-2]|0?[1-9])\."
    r"\s?(?P<yy>(?:19)?[34]\d)(?![\w]|[./-]\d)",
    "over_months": rf"(?<![\w.,])(?P<d>{DAY}){ORD}{S}(?:of{S})?(?P<m>{MONTH})(?:,?{S}(?P<y>{YEAR}))?{RANGE}(?P<d2>{DAY}){ORD}{S}(?:of{S})?"
    rf"(?P<m2>{MONTH})(?:,?{S}(?P<y2>{ANY_YEAR})(?:/(?P<y3>\d\d)(?!\d))?)?(?![\w-])",
    "over_months_us": rf"\b(?P<m>{MONTH}){S}(?P<d>{DAY}){ORDINAL}(?:,?{S}(?P<y>{YEAR}))?{RANGE}(?P<m2>{MONTH}){S}(?P<d2>{DAY}){ORDINAL}"
    rf"(?:,?{S}(?P<y2>{ANY_YEAR})(?:/(?P<y3>\d\d)(?!\d))?)?(?![\w-])",
    "days_month": rf"(?<![\w.,])(?<!\d-)(?P<days>{DAYS}){S}(?:of{S})?(?P<m>{MONTH})(?:,?{S}(?P<y>{ANY_YEAR}))?(?![\w-])",
    "month_days": rf"\b(?P<m>{MONTH}){S}(?P<days>{DAYS.replace(ORD, ORDINAL)})(?:,?{S}(?P<y>{ANY_YEAR}))?(?![\w-]|,\d)",
    "day_month": rf"(?<![\w.,])(?P<d>{DAY}){ORD}(?:{S}(?:of{S})?|(?<=\.)|(?=(?:{LONG})[\s,]))(?P<m>{MONTH})(?:,?{S}(?P<y>{ANY_YEAR}))?(?![\w-])",
    "month_day": rf"\b(?P<m>{MONTH}){S}(?:the\s)?(?P<d>{DAY}){ORDINAL}(?:,?{S}(?P<y>{ANY_YEAR}))?(?![\w-]|,\d)",
    "months": rf"\b(?P<m>{MONTH})(?:{S}(?P<y>{YEAR}))?(?P<sep>{RANGE}|{S}and{S})(?P<m2>{MONTH})(?:{S}(?:of{S})?(?P<y2>{YEAR}))?(?!\s{{0,2}}\d)",
    "month_year": rf"\b(?P<m>{MONTH}),?{S}(?:of{S})?(?P<y>{YEAR}(?!\d)|[’'‘][34]\d|(?:3[2-9]|4[0-5])(?=\s?[:;.,)]))(?!\w)",
    "season": rf"\b(?P<s>{SEASON})(?:{S}(?:of|OF))?{S}(?P<y>{YEAR})(?:[-–/](?P<y2>(?:19)?\d\d))?(?!\w)",
    "decade": rf"(?<![\w£$])(?P<decade>1[6-9]\d|20\d)[0O]\s?[’']?\s?s\b|(?:\bnineteen[- ]|{SHORT_DECADE}[’'‘])(?P<word>{'|'.join(DECADES)})\b"
    rf"|{SHORT_DECADE}[’'‘](?P<tens>[2-5])0[’']?s\b",
    "years": rf"(?<![\w.,/-])(?P<y>{YEAR})(?:[-–/]\s?|\s(?:to|bis|until|through)\s(?={YEAR}))(?P<y2>{YEAR}|\d\d)(?![-\w/]|[.,]\d){COUNTED}",
    "month": rf"(?P<before>\b\w{{1,20}},?\s{{1,3}}|\b[Mm]id-|^|[(“‘'\"])(?P<m>{LONG}|{GERMAN})(?![\w-])(?!\s(?:von|van)\s)",
    "year": rf"\b(?P<lead>{LEAD})[- ]\s{{0,2}}(?:the{S}year{S})?(?P<y>{YEAR})(?![\d,]\d|\.\d|\w|-\w){COUNTED}"
    rf"|\b(?P<lead2>dated|Jahre?|in|by|since|during|before|after|until|till|late|early|throughout|In|By|Since|During|Before|After|Until|From|Im){S}(?P<y4>19[0-5]\d)(?![\d,]\d|\.\d(?!\d{{0,2}}\s+[A-Z])|\w|-\w)"
    rf"|\((?P<y5>19[0-5]\d)\)|(?:\b(?:[Tt]he|[Ii]ts|[Tt]heir|[Tt]hese|[Tt]hose|[Aa]|[Hh]is|[Ee]ach|[Ee]arly|[Ll]ate)|[’']s)\s(?P<y6>19\d\d){COUNTED}(?=\s[A-Za-z])"
    r"|(?:\A|(?<=[a-z]{3}[.!?]\s))(?P<y7>19[0-5]\d)(?=\s(?!of\b)[a-z])",
}
"""Ways of writing a date, the more particular first: what one has taken no later one reads again."""
COMPILED = {form: re.compile(pattern, re.MULTILINE if form == "month" else 0) for form, pattern in FORMS.items()}
MONTH_LEADS = small_words("month_leads.txt")
PLAIN_LEADS = words_of("plain_leads")

NUMBERED = re.compile(
    r"(?:\b(?:[Nn]os?|[Nn]r|[Ff]iles?|[Oo]rder|[Pp]aper|[Rr]ef|[Bb]ox|[Ff]older|AIR|CAB|WO|PREM)\.?|\d:)\s$"
)
"""Before the numbers of a paper, which are no years."""
MONTH_AT = re.compile(
    r"(?<![A-Za-z])(?:[JFMASOND][aeupco][nbrylgptvci]|[JFMASOND][AEUPCO][NBRYLGPTVCI]|Mär|Jän|Okt|Dez)"
)
YEAR_AT = re.compile(r"(?<!\d)(?:1[5-9]\d\d|20\d\d)|nineteen")
DECADE_AT = re.compile(r"(?<!\d)(?:1[6-9]|20)\d[0O]|nineteen|[ -][’'‘][2-5tf]")
FIGURES_AT = re.compile(r"\d[./ -]\s?[\dIVXivx]")
TRIGGERS = dict.fromkeys(FORMS, MONTH_AT) | dict.fromkeys(("iso", "season", "years", "year"), YEAR_AT)
TRIGGERS |= dict.fromkeys(("figures", "figures_over", "roman"), FIGURES_AT) | {"decade": DECADE_AT}
"""What a form cannot do without, found in one quick pass: the form is looked for only around it."""
WINDOW = 70


NUMBER_LEAD = re.compile(rf"(?:\b(?:{pattern_of('paper_leads')})\.?|\d-)\s?$")
"""Words before the number of a paper."""
LED, LEAD_REACH = frozenset({"days_month", "month_days", "months", "day_month"}), 16
"""Forms whose reading looks at what stands before them, and how many characters of it."""


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
FIRST_SEASON = 13
"""Months from 13 are seasons in EDTF."""
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

    @property
    def stated(self) -> bool:
        """Whether the page prints the year."""
        return not self.edtf.startswith("YYYY")


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
    if all(a.at > place.start and (a.month or FIRST_SEASON) >= FIRST_SEASON for a in own):
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
