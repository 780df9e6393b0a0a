"""Dates as the page writes them, in EDTF; a year that the date's own letter, heading or page does not give stays XXXX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from oilplan.evidence.date_years import Place, anchor_of, dated
from oilplan.evidence.findings import FoundDate, View, raw_span
from oilplan.evidence.gazetteer import small_words

MONTHS = {
    "jan": 1,
    "jän": 1,
    "feb": 2,
    "mar": 3,
    "mär": 3,
    "mae": 3,
    "apr": 4,
    "may": 5,
    "mai": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "okt": 10,
    "nov": 11,
    "dec": 12,
    "dez": 12,
}
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
SEASONS = {
    "spring": 21,
    "frühjahr": 21,
    "frühling": 21,
    "summer": 22,
    "sommer": 22,
    "autumn": 23,
    "fall": 23,
    "herbst": 23,
    "winter": 24,
}
WINTER = 24
SEASON = "|".join(sorted({*SEASONS, *map(str.title, SEASONS), *map(str.upper, SEASONS)}))
DECADES = {"twenties": 2, "thirties": 3, "forties": 4, "fifties": 5}
LEAD = (
    r"(?:in|of|by|since|during|until|till|from|to|late|early|mid|before|after|through|throughout|for|and|year|between|than"
    r"|im|seit|bis|von|Ende|Anfang|Mitte|In|By|Since|During|Until|From|Late|Early|Before|After|Between|Throughout|Im|Seit)"
)
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
    "days_month": rf"(?<![\w.,])(?P<days>{DAYS}){S}(?:of{S})?(?P<m>{MONTH})(?:,?{S}(?P<y>{ANY_YEAR}))?(?![\w-])",
    "month_days": rf"\b(?P<m>{MONTH}){S}(?P<days>{DAYS.replace(ORD, ORDINAL)})(?:,?{S}(?P<y>{ANY_YEAR}))?(?![\w-]|,\d)",
    "day_month": rf"(?<![\w.,])(?P<d>{DAY}){ORD}(?:{S}(?:of{S})?|(?<=\.)|(?=(?:{LONG})[\s,]))(?P<m>{MONTH})(?:,?{S}(?P<y>{ANY_YEAR}))?(?![\w-])",
    "month_day": rf"\b(?P<m>{MONTH}){S}(?:the\s)?(?P<d>{DAY}){ORDINAL}(?:,?{S}(?P<y>{ANY_YEAR}))?(?![\w-]|,\d)",
    "months": rf"\b(?P<m>{MONTH})(?:{S}(?P<y>{YEAR}))?(?P<sep>{RANGE}|{S}and{S})(?P<m2>{MONTH})(?:{S}(?:of{S})?(?P<y2>{YEAR}))?(?!\s{{0,2}}\d)",
    "month_year": rf"\b(?P<m>{MONTH}),?{S}(?:of{S})?(?P<y>{YEAR}(?!\d)|[’'‘][34]\d|(?:3[2-9]|4[0-5])(?=\s?[:;.,)]))(?!\w)",
    "season": rf"\b(?P<s>{SEASON})(?:{S}(?:of|OF))?{S}(?P<y>{YEAR})(?:[-–/](?P<y2>(?:19)?\d\d))?(?!\w)",
    "decade": rf"(?<![\w£$])(?P<decade>1[6-9]\d|20\d)[0O]\s?[’']?\s?s\b|(?:\bnineteen[- ]|{SHORT_DECADE}[’'‘])(?P<word>{'|'.join(DECADES)})\b"
    rf"|{SHORT_DECADE}[’'‘](?P<tens>[2-5])0[’']?s\b",
    "years": rf"(?<![\w.,/-])(?P<y>{YEAR})(?:[-–/]\s?|\s(?:to|bis|until|through)\s(?={YEAR}))(?P<y2>{YEAR}|\d\d)(?![-\w/]|[.,]\d){COUNTED}",
    "month": rf"(?P<before>\b\w{{1,20}},?\s{{1,3}}|^|[(“‘'\"])(?P<m>{LONG}|{GERMAN})(?![\w-])",
    "year": rf"\b(?P<lead>{LEAD})[- ]\s{{0,2}}(?:the{S}year{S})?(?P<y>{YEAR})(?![\d,]\d|\.\d|\w|-\w){COUNTED}"
    rf"|\b(?P<lead2>dated|Jahre?|in|by|since|during|before|after|until|till|late|early|throughout|In|By|Since|During|Before|After|Until|From|Im){S}(?P<y4>19[0-5]\d)(?![\d,]\d|\.\d(?!\d{{0,2}}\s+[A-Z])|\w|-\w)"
    r"|\((?P<y5>19[0-5]\d)\)|(?:\b(?:[Tt]he|[Ii]ts|[Tt]heir|[Tt]hese|[Tt]hose|[Aa]|[Hh]is|[Ee]ach|[Ee]arly|[Ll]ate)|[’']s)\s(?P<y6>19[0-5]\d)(?=\s[A-Za-z])"
    r"|(?:\A|(?<=[a-z]{3}[.!?]\s))(?P<y7>19[0-5]\d)(?=\s(?!of\b)[a-z])",
}
"""Ways of writing a date, the more particular first: what one has taken no later one reads again."""
COMPILED = {form: re.compile(pattern, re.MULTILINE if form == "month" else 0) for form, pattern in FORMS.items()}
MONTH_LEADS = small_words("month_leads.txt")
PLAIN_LEADS = frozenset(
    {"after", "before", "between", "by", "during", "early", "im", "in", "late", "seit", "since", "until", "year"}
)


def dates(view: View, year: str = "") -> list[FoundDate]:
    """Dates in the reading, with raw offsets and EDTF: days, two-night dates, lists, spans, seasons, decades, years.

    year: the year that the user says the text is of, taken for every date that prints none ("" when not known)

    May and March are dates only after a preposition. A date without a year takes it from the heading or letter head it
    stands under, from its own sentence, or from the date stated last before it when no other year stands between and
    the months run on (``year_from`` is "context"); else the year is XXXX. Never from a later sentence.
    """
    found = sorted(_found(view.text))
    anchors = [a for f in found if f.stated and (a := anchor_of(view.text, f))]
    read = []
    for place in found:
        edtf, basis = (place.edtf, "text") if place.stated else dated(view.text, place, anchors, year)
        start, end = raw_span(view, place.start, place.end)
        read.append(FoundDate(start, end, view.raw[start:end], edtf, basis))
    return read


def _found(text: str) -> Iterator[Place]:
    taken = bytearray(len(text) + 1)
    places = {trigger: _windows(trigger, text) for trigger in set(TRIGGERS.values())}
    seen: dict[tuple[str, str, str, bool], list[Place]] = {}
    for form, pattern in COMPILED.items():
        for low, high in places[TRIGGERS[form]]:
            for match in pattern.finditer(text, low, high):
                start, end = _bounds(form, match)
                if 0 not in taken[start:end] or (
                    form == "years" and len(match.group("y2")) < 4 and NUMBERED.search(text[max(0, start - 12) : start])
                ):
                    continue
                at = match.start()
                key = (
                    form,
                    match.group(),
                    text[max(0, at - LEAD_REACH) : at] if form in LED else "",
                    match.end() == len(text),
                )
                if key not in seen:
                    seen[key] = [_moved(place, -at) for place in _read(form, match, text)]
                for place in seen[key]:
                    if 1 not in taken[place.start + at : place.end + at]:
                        yield _moved(place, at)
                taken[start:end] = b"\x01" * (end - start)


NUMBERED = re.compile(r"\b(?:[Nn]os?|[Nn]r|[Ff]iles?|[Oo]rder|[Pp]aper|[Rr]ef|[Bb]ox|[Ff]older|AIR|CAB|WO|PREM)\.?\s$")
"""Before the numbers of a paper, which are no years."""
MONTH_AT = re.compile(
    r"(?<![A-Za-z])(?:[JFMASOND][aeupco][nbrylgptvci]|[JFMASOND][AEUPCO][NBRYLGPTVCI]|Mär|Jän|Okt|Dez)"
)
YEAR_AT = re.compile(r"(?<!\d)(?:1[5-9]\d\d|20\d\d)|nineteen")
DECADE_AT = re.compile(r"(?<!\d)(?:1[6-9]|20)\d[0O]|nineteen|[ -][’'‘][2-5tf]")
FIGURES_AT = re.compile(r"\d[./ -]\s?[\dIVXivx]")
TRIGGERS = {
    form: YEAR_AT
    if form in ("iso", "season", "years", "year")
    else DECADE_AT
    if form == "decade"
    else FIGURES_AT
    if form in ("figures", "figures_over", "roman")
    else MONTH_AT
    for form in FORMS
}
"""What a form cannot do without, found in one quick pass: the form is looked for only around it."""
WINDOW = 70


LED, LEAD_REACH = frozenset({"days_month", "month_days", "months"}), 16
"""Forms whose reading looks at what stands before them, and how many characters of it."""


def _moved(place: Place, by: int) -> Place:
    return Place(place.start + by, place.end + by, place.edtf, place.stated)


def _windows(trigger: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Stretches of ``text`` around the places of a trigger, those that touch joined; ends fall between words."""
    found: list[tuple[int, int]] = []
    for match in trigger.finditer(text):
        low, high = max(0, match.start() - WINDOW), min(len(text), match.end() + WINDOW)
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found


YEARS_OF = ("y", "y4", "y5", "y6", "y7")


def _bounds(form: str, match: re.Match[str]) -> tuple[int, int]:
    if form == "month":
        return match.span("m")
    if form == "year":
        return match.span(next(k for k in YEARS_OF if match.group(k)))
    return match.span()


def _read(form: str, match: re.Match[str], text: str) -> list[Place]:
    parts = match.groupdict()
    start, end = _bounds(form, match)
    if form in ("days_month", "month_days"):
        return _days(match, text)
    if form == "months":
        return _months(match, text)
    if (
        form == "month"
        and parts["m"] in ("May", "March", "Mai", "März")
        and parts["before"].strip(" ,\n").lower() not in MONTH_LEADS
    ):
        return []
    if form == "year":
        value = next(parts[k] for k in YEARS_OF if parts[k])
        far = not "1900" <= value < "1960"
        return [] if far and (parts["lead"] or "").lower() not in PLAIN_LEADS else [Place(start, end, value, True)]
    edtf = _edtf(form, parts)
    if (
        form == "day_month"
        and len(parts["d"]) == 1
        and re.search(r"(?<![\d.,])[0-3] $", text[max(0, start - 3) : start])
    ):
        return [Place(match.start("m"), end, edtf[:7], not edtf.startswith("YYYY"))]  # 1 2 May: a broken day
    if form == "month_day" and not parts["y"] and match.end() == len(text):
        edtf = edtf[:7]
    return [Place(start, end, edtf, not edtf.startswith("YYYY"))] if edtf else []


def _edtf(form: str, parts: dict[str, str]) -> str:
    if form == "decade":
        tens = parts["tens"] or (DECADES[parts["word"].lower()] if parts["word"] else "")
        return f"{parts['decade']}X" if parts["decade"] else f"19{tens}X"
    if form == "figures_over":
        return _figures_over(parts)
    if form in ("roman", "figures"):
        return _in_figures(parts)
    year = _year(parts.get("y"))
    if form == "season" and parts["y2"] and SEASONS[parts["s"].lower()] != WINTER:
        last = parts["y2"].rjust(4, "#").replace("##", year[:2])
        return f"{year}/{last}" if year < last else ""
    if form == "season":
        return f"{year}-{SEASONS[parts['s'].lower()]}"
    if form == "years":
        last = parts["y2"]
        whole = f"{year[: 4 - len(last)]}{last}"
        return f"{year}/{whole}" if year < whole else ""
    if form.startswith("over_months"):
        return _over_months(parts)
    month = int(parts["mm"]) if parts.get("mm") else _month(parts["m"])
    return _day(year, month, int(parts["d"])) if parts.get("d") else f"{year}-{month:02d}"


def _in_figures(parts: dict[str, str]) -> str:
    year = parts["yy"] if len(parts["yy"]) == 4 else f"19{parts['yy']}"
    day, second = int(parts["d"]), int(parts.get("d2") or 0)
    if parts.get("r"):
        month = ROMAN.index(parts["r"].upper()) + 1
    else:
        month = int(parts["mm"])
        if parts["sep"] != "." and not second and day <= 12 and month > 12:
            day, month = month, day
        elif parts["sep"] != "." and not second and day <= 12 and month <= 12 and day != month:
            either = sorted((_day(year, month, day), _day(year, day, month)))
            return f"[{','.join(either)}]"
    first = _day(year, month, day)
    if not second:
        return first
    return f"{first}/{_day(year, month, second)}" if first and second > day and _day(year, month, second) else ""


def _figures_over(parts: dict[str, str]) -> str:
    """A night over the end of a month: 30.11/1.12.44."""
    year, first_year = (parts[k] and parts[k].rjust(4, "#").replace("##", "19") for k in ("yy", "y"))
    month, last = int(parts["mm"]), int(parts["mm2"])
    first_year = first_year or (str(int(year) - 1) if month > last else year)
    one, other = _day(first_year, month, int(parts["d"])), _day(year, last, int(parts["d2"]))
    return f"{one}/{other}" if one and other and one < other else ""


def _over_months(parts: dict[str, str]) -> str:
    last_year = _year(parts.get("y2"))
    if parts.get("y3"):
        last_year = f"{last_year[:2]}{parts['y3']}"
    first, last = _month(parts["m"]), _month(parts["m2"])
    first_year = _year(parts["y"]) if parts.get("y") else last_year
    if first_year == last_year and last_year != "YYYY" and first > last:
        first_year = str(int(last_year) - 1)
    if last_year == "YYYY" and first >= last:
        return ""
    one, other = _day(first_year, first, int(parts["d"])), _day(last_year, last, int(parts["d2"]))
    return f"{one}/{other}" if one and other else ""


def _days(match: re.Match[str], text: str) -> list[Place]:
    """Days of one month: a span (28-29, 28 to 29) or a list (28 and 29), each day of a list by itself."""
    parts = match.groupdict()
    year, month = _year(parts["y"]), _month(parts["m"])
    places = [
        (match.start("days") + m.start(), match.start("days") + m.end(), int(m.group(1)))
        for m in re.finditer(rf"({DAY}){ORD}", parts["days"])
    ]
    days = [d for _, _, d in places]
    gaps = [text[one[1] : other[0]] for one, other in pairwise(places)]
    falls = [
        b < a or (b == a and bool(re.fullmatch(RANGE, gap))) for (a, b), gap in zip(pairwise(days), gaps, strict=True)
    ]
    if any(falls) or not all(_day(year, month, d) for d in days):
        return _last_day(match, places, year, month)
    between = re.search(
        r"\b(?:between|zwischen)\s(?:the\s)?$", text[max(0, match.start() - 16) : match.start()], re.IGNORECASE
    )
    if len(days) == 2 and (between or re.fullmatch(RANGE, gaps[0])):
        edtf = f"{_day(year, month, days[0])}/{_day(year, month, days[1])}"
        return [Place(match.start(), match.end(), edtf, year != "YYYY")]
    if len(days) == 2 and re.search(r"\b(?:or|oder)\b", gaps[0]):
        edtf = f"[{_day(year, month, days[0])},{_day(year, month, days[1])}]"
        return [Place(match.start(), match.end(), edtf, year != "YYYY")] if year != "YYYY" else []
    if match.group().startswith(parts["m"]) and not parts["y"] and gaps[-1].strip() == ",":
        return [Place(match.start(), places[0][1], _day(year, month, days[0]), False)]
    return _listed(match, places, gaps, year, month)


def _listed(
    match: re.Match[str], places: list[tuple[int, int, int]], gaps: list[str], year: str, month: int
) -> list[Place]:
    found, i = [], 0
    month_first = match.start("days") > match.start("m")
    while i < len(places):
        start, end, day = places[i]
        edtf = _day(year, month, day)
        if i < len(gaps) and re.fullmatch(RANGE, gaps[i]):
            end = places[i + 1][1]
            edtf = f"{edtf}/{_day(year, month, places[i + 1][2])}"
            i += 1
        if i == 0 and month_first:
            start = match.start()
        if i == len(places) - 1:
            end = match.end()
        found.append(Place(start, end, edtf, year != "YYYY"))
        i += 1
    return found


def _last_day(match: re.Match[str], places: list[tuple[int, int, int]], year: str, month: int) -> list[Place]:
    """Numbers that make no rising list of days: only the one beside the month is a day."""
    month_first = match.start("days") > match.start("m")
    start, end, day = places[0] if month_first else places[-1]
    edtf = _day("YYYY" if month_first else year, month, day)
    span = (match.start(), end) if month_first else (start, match.end())
    return [Place(*span, edtf, not edtf.startswith("YYYY"))] if edtf else []


def _months(match: re.Match[str], text: str) -> list[Place]:
    parts = match.groupdict()
    last_year, first, last = _year(parts["y2"] or parts["y"]), _month(parts["m"]), _month(parts["m2"])
    first_year = _year(parts["y"]) if parts["y"] else last_year
    if parts["y"] and not parts["y2"] and last <= first:
        return [Place(match.start(), match.end("y"), f"{first_year}-{first:02d}", True)]
    between = re.search(r"\bbetween\s$", text[max(0, match.start() - 9) : match.start()], re.IGNORECASE)
    if parts["sep"].strip() == "and" and not between:
        if parts["m"] in ("May", "March") and parts["m2"] in ("May", "March") and last_year == "YYYY":
            return []
        one = Place(
            match.start(),
            match.end("y") if parts["y"] else match.end("m"),
            f"{first_year}-{first:02d}",
            first_year != "YYYY",
        )
        return [one, Place(match.start("m2"), match.end(), f"{last_year}-{last:02d}", last_year != "YYYY")]
    if first_year == last_year and first > last:
        if last_year == "YYYY":
            return []
        first_year = str(int(last_year) - 1)
    edtf = f"{first_year}-{first:02d}/{last_year}-{last:02d}"
    return [Place(match.start(), match.end(), edtf, last_year != "YYYY")]


def _year(printed: str | None) -> str:
    if not printed:
        return "YYYY"
    digits = printed.strip("’'‘")
    return digits if len(digits) == 4 else f"19{digits}"


def _month(name: str) -> int:
    return MONTHS[name[:3].lower()]


LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _day(year: str, month: int, day: int) -> str:
    return f"{year}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= LENGTHS[month - 1] else ""
