"""Dates as the page writes them, in EDTF; a year that the date's own letter, heading or page does not give stays XXXX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from oilplan.evidence import date_forms as forms
from oilplan.evidence.date_forms import Place, anchor_of, dated
from oilplan.evidence.findings import FoundDate, View, found_at, run_together


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
        read.append(FoundDate(*found_at(view, place.start, place.end), edtf, basis))
    return read


def _found(text: str) -> Iterator[Place]:
    taken = bytearray(len(text) + 1)
    places = {trigger: _windows(trigger, text) for trigger in set(forms.TRIGGERS.values())}
    seen: dict[tuple[str, str, str, bool], list[Place]] = {}
    for form, pattern in forms.COMPILED.items():
        for low, high in places[forms.TRIGGERS[form]]:
            for match in pattern.finditer(text, low, high):
                start, end = _bounds(form, match)
                if 0 not in taken[start:end] or (
                    form == "years"
                    and len(match.group("y2")) < 4
                    and forms.NUMBERED.search(text[max(0, start - 12) : start])
                ):
                    continue
                if form not in forms.LED and 1 in taken[start:end]:
                    taken[start:end] = b"\x01" * (end - start)
                    continue
                at = match.start()
                if form == "day_month" and not match["y"] and _in_a_row_of_months(text, at):
                    taken[start:end] = b"\x01" * (end - start)
                    continue
                lead = text[max(0, at - forms.LEAD_REACH) : at] if form in forms.LED else ""
                key = (form, match.group(), lead, match.end() == len(text))
                if key not in seen:
                    seen[key] = [_moved(place, -at) for place in _read(form, match, text)]
                for place in seen[key]:
                    if 1 not in taken[place.start + at : place.end + at]:
                        yield _moved(place, at)
                taken[start:end] = b"\x01" * (end - start)


def _in_a_row_of_months(text: str, at: int) -> bool:
    """Whether a figure before a month stands in a table's row of months, each with its figure behind it."""
    if not text[at - 1 : at].isspace() or not text[at - 4 : at].rstrip()[-1:].isalpha():
        return False
    row = MONTHS_IN_A_ROW.search(text[max(0, at - ROW_REACH) : at])
    return bool(row) and row[1] is None  # type: ignore[index]


def _moved(place: Place, by: int) -> Place:
    return Place(place.start + by, place.end + by, place.edtf)


def _windows(trigger: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Stretches of ``text`` around the places of a trigger, those that touch joined; ends fall between words."""
    reach = ((m.start() - forms.WINDOW, m.end() + forms.WINDOW) for m in trigger.finditer(text))
    return run_together((max(0, low), min(len(text), high)) for low, high in reach)


MONTHS_IN_A_ROW = re.compile(
    rf"(\d{{1,4}}\s{{1,3}})?\b(?:{forms.MONTH}\s{{1,3}}\d{{1,4}}\s{{1,3}})*{forms.MONTH}\s{{1,3}}$"
)
"""Before a day: a month, or months and figures in turn (Aug 24 Sep 28), the first of which has no day before it."""
ROW_REACH = 150
BETWEEN_YEARS = re.compile(r"\b[Bb]etween\s\d{4}\s$")
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
    doubtful = form == "month" and parts["m"] in ("May", "March", "Mai", "März")
    if doubtful and parts["before"].strip(" ,-\n").lower() not in forms.MONTH_LEADS:
        return []
    if form == "year":
        value = next(parts[k] for k in YEARS_OF if parts[k])
        far = not "1900" <= value < "1960" and not parts["y6"]
        lead = (parts["lead"] or "").lower()
        plain = lead in forms.PLAIN_LEADS or (
            lead == "and" and BETWEEN_YEARS.search(text[max(0, match.start() - 14) : match.start()])
        )
        return [] if far and not plain else [Place(start, end, value)]
    edtf = _edtf(form, parts)
    if form == "day_month" and len(parts["d"]) == 1 and BROKEN_DAY.search(text[max(0, start - 3) : start]):
        return [Place(match.start("m"), end, edtf[:7])]  # 1 2 May: a broken day
    if form == "month_day" and not parts["y"] and match.end() == len(text):
        edtf = edtf[:7]
    return [Place(start, end, edtf)] if edtf else []


BROKEN_DAY = re.compile(r"(?<![\d.,])[0-3] $")


def _edtf(form: str, parts: dict[str, str]) -> str:
    if form == "decade":
        tens = parts["tens"] or (forms.DECADES[parts["word"].lower()] if parts["word"] else "")
        return f"{parts['decade']}X" if parts["decade"] else f"19{tens}X"
    if form == "figures_over":
        return _figures_over(parts)
    if form in ("roman", "figures"):
        return _in_figures(parts)
    year = _year(parts.get("y"))
    if form == "season" and parts["y2"] and forms.SEASONS[parts["s"].lower()] != forms.WINTER:
        last = parts["y2"].rjust(4, "#").replace("##", year[:2])
        return f"{year}/{last}" if year < last else ""
    if form == "season":
        return f"{year}-{forms.SEASONS[parts['s'].lower()]}"
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
        month = forms.ROMAN.index(parts["r"].upper()) + 1
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
        for m in re.finditer(rf"({forms.DAY}){forms.ORD}", parts["days"])
    ]
    lead = text[max(0, match.start() - forms.LEAD_REACH) : match.start()]
    if (
        parts["days"][0].isdigit()
        and re.fullmatch(r",\s+", text[places[0][1] : places[1][0]])
        and forms.NUMBER_LEAD.search(lead)
    ):
        places = places[1:]  # study 6, 16 March: the number of a paper, and its day
        if len(places) == 1 and match.group("days") == text[match.start() : match.start() + len(parts["days"])]:
            edtf = _day(year, month, places[0][2])
            return [Place(places[0][0], match.end(), edtf)] if edtf else []
    days = [d for _, _, d in places]
    gaps = [text[one[1] : other[0]] for one, other in pairwise(places)]
    falls = [
        b < a or (b == a and bool(re.fullmatch(forms.RANGE, gap)))
        for (a, b), gap in zip(pairwise(days), gaps, strict=True)
    ]
    if any(falls) or not all(_day(year, month, d) for d in days):
        return _last_day(match, places, year, month)
    between = re.search(
        r"\b(?:between|zwischen)\s(?:the\s)?$", text[max(0, match.start() - 16) : match.start()], re.IGNORECASE
    )
    if len(days) == 2 and (between or re.fullmatch(forms.RANGE, gaps[0])):
        edtf = f"{_day(year, month, days[0])}/{_day(year, month, days[1])}"
        return [Place(match.start(), match.end(), edtf)]
    if len(days) == 2 and re.search(r"\b(?:or|oder)\b", gaps[0]):
        edtf = f"[{_day(year, month, days[0])},{_day(year, month, days[1])}]"
        return [Place(match.start(), match.end(), edtf)] if year != "YYYY" else []
    if match.group().startswith(parts["m"]) and not parts["y"] and gaps[-1].strip() == ",":
        return [Place(match.start(), places[0][1], _day(year, month, days[0]))]
    return _listed(match, places, gaps, year, month)


def _listed(
    match: re.Match[str], places: list[tuple[int, int, int]], gaps: list[str], year: str, month: int
) -> list[Place]:
    found, i = [], 0
    month_first = match.start("days") > match.start("m")
    while i < len(places):
        start, end, day = places[i]
        edtf = _day(year, month, day)
        if i < len(gaps) and re.fullmatch(forms.RANGE, gaps[i]):
            end = places[i + 1][1]
            edtf = f"{edtf}/{_day(year, month, places[i + 1][2])}"
            i += 1
        if i == 0 and month_first:
            start = match.start()
        if i == len(places) - 1:
            end = match.end()
        found.append(Place(start, end, edtf))
        i += 1
    return found


def _last_day(match: re.Match[str], places: list[tuple[int, int, int]], year: str, month: int) -> list[Place]:
    """Numbers that make no rising list of days: only the one beside the month is a day."""
    month_first = match.start("days") > match.start("m")
    start, end, day = places[0] if month_first else places[-1]
    edtf = _day("YYYY" if month_first else year, month, day)
    span = (match.start(), end) if month_first else (start, match.end())
    return [Place(*span, edtf)] if edtf else []


def _months(match: re.Match[str], text: str) -> list[Place]:
    parts = match.groupdict()
    last_year, first, last = _year(parts["y2"] or parts["y"]), _month(parts["m"]), _month(parts["m2"])
    first_year = _year(parts["y"]) if parts["y"] else last_year
    if parts["y"] and not parts["y2"] and last <= first:
        return [Place(match.start(), match.end("y"), f"{first_year}-{first:02d}")]
    between = re.search(r"\bbetween\s$", text[max(0, match.start() - 9) : match.start()], re.IGNORECASE)
    if parts["sep"].strip() == "and" and not between:
        if parts["m"] in ("May", "March") and parts["m2"] in ("May", "March") and last_year == "YYYY":
            return []
        end = match.end("y") if parts["y"] else match.end("m")
        one = Place(match.start(), end, f"{first_year}-{first:02d}")
        return [one, Place(match.start("m2"), match.end(), f"{last_year}-{last:02d}")]
    if first_year == last_year and first > last:
        if last_year == "YYYY":
            return []
        first_year = str(int(last_year) - 1)
    edtf = f"{first_year}-{first:02d}/{last_year}-{last:02d}"
    return [Place(match.start(), match.end(), edtf)]


def _year(printed: str | None) -> str:
    if not printed:
        return "YYYY"
    digits = printed.strip("’'‘")
    return digits if len(digits) == 4 else f"19{digits}"


def _month(name: str) -> int:
    return forms.MONTHS[name[:3].lower()]


LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _day(year: str, month: int, day: int) -> str:
    return f"{year}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= LENGTHS[month - 1] else ""
