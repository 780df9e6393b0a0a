"""What to look for: the words, plants, persons, dates and synonyms of a claim, of a row, or of a user's own words."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from oilplan.errors import OilplanError
from oilplan.evidence.gazetteer import default_gazetteer, read_table, small_words
from oilplan.evidence.lexicon import zipf

CLAIM = re.compile(r"C\d{1,3}", re.IGNORECASE)
DATE = re.compile(r"\b(19\d\d)-(\d\d)(?:-(\d\d))?\b")
WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?|\d[\d,.]*\d|\d")
COMMON = 5.3
"""Zipf frequency from which a word finds every second passage and is left out."""
LONGEST_QUERY = 2000
LESS = 0.5
"""Weight of a synonym or of a word of the test beside one of the claim itself. Judgement."""
CLAIM_COLUMNS = (("quote", 1.0), ("speaker", LESS), ("addressee", LESS), ("test_quantity", LESS), ("note", LESS / 2))
SKIPPED_COLUMNS = frozenset(
    {"row_id", "source_keys", "via", "status", "confidence", "marks_note", "quality", "raw_lines", "raw_dates", "book"}
    | {"date_basis", "raw_force", "raw_rows", "attack_lines", "facts", "seed", "raw_anchor_start"}
)


class Sought(NamedTuple):
    """What a query looks for.

    concepts: each concept, as the ways it may be printed, with its weight
    rows: the rows of the record that passages are compared with, as (table, row_id); empty: any that fits
    claim: id of the claim, or ""
    """

    concepts: tuple[tuple[tuple[str, ...], float], ...]
    rows: tuple[tuple[str, str], ...] = ()
    claim: str = ""


def sought(query: str, row: str = "") -> Sought:
    """What ``query`` (a claim's id or words) or ``row`` (``table:row_id``) looks for.

    Raises OilplanError for an unknown claim or row, or a query without words.
    """
    if row:
        found = _of_row(row)
    elif CLAIM.fullmatch(query.strip()):
        found = _of_claim(query.strip().upper())
    else:
        found = Sought(tuple(_merged(_concepts(query[:LONGEST_QUERY], 1.0, figures=True))))
    if not found.concepts:
        raise OilplanError(f"{(row or query)[:60]!r} holds no word to look for; give a claim (C45), a row or words.")
    return found


def _of_claim(claim: str) -> Sought:
    from oilplan.record import load_record

    record = load_record()
    row = record.rows("claims").get(claim)
    if row is None:
        known = list(record.rows("claims"))
        raise OilplanError(f"no claim {claim} in the record; expected one of {known[0]} to {known[-1]}.")
    rows = tuple(
        ("claims_evidence", key)
        for key, evidence in record.rows("claims_evidence").items()
        if claim in (evidence["claim_ids"] or "").split(";")
    )
    concepts = [c for column, weight in CLAIM_COLUMNS for c in _concepts(str(row[column] or ""), weight)]
    return Sought(tuple(_merged(concepts)), rows, claim)


def _of_row(name: str) -> Sought:
    from oilplan.record import load_record

    table, _, key = name.partition(":")
    rows = load_record().rows(table)
    if key not in rows:
        from oilplan.record.read import nearest

        near = ", ".join(nearest(key, list(rows))[:3])
        raise OilplanError(f"no row '{key[:60]}' in {table}; nearest: {near}. Expected table:row_id.")
    return Sought(tuple(_merged(_row_concepts(rows[key]))), ((table, key),))


def _row_concepts(row: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], float]]:
    names = _spellings()
    for column, value in row.items():
        if value is None or column in SKIPPED_COLUMNS or (column.endswith("_id") and str(value) not in names):
            continue
        if str(value) in names:
            yield names[str(value)], 1.5
        elif column in ("date", "month", "period"):
            yield from _dates(str(value), 1.5)
        elif isinstance(value, int | float):
            if value >= 10:
                yield _figures(value), 1.0
        else:
            yield from _concepts(str(value).replace("_", " "), LESS)


def _figures(value: float) -> tuple[str, ...]:
    plain = f"{value:.0f}" if value == int(value) else f"{value:g}"
    return tuple(dict.fromkeys((plain, f"{value:,.0f}" if value == int(value) else plain)))


def _concepts(text: str, weight: float, figures: bool = False) -> Iterator[tuple[tuple[str, ...], float]]:
    """Concepts of a text: names of the gazetteer, dates, terms with their synonyms, other words.

    figures: whether bare figures are looked for too; those of a test or note are seldom on the page that bears on it
    """
    yield from _dates(text, weight)
    left = DATE.sub(" ", text)
    for phrase, same in _known_phrases().items():
        if phrase.lower() not in left.lower():
            continue
        found = re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", left, re.IGNORECASE if phrase.islower() else 0)
        if found:
            yield same, weight * (1.5 if not phrase.islower() else 1.0)
            left = left[: found.start()] + " " + left[found.end() :]
    for word in WORD.findall(left):
        lowered = word.lower().removesuffix("'s").removesuffix("’s")
        figure = word[0].isdigit()
        if figure and not figures:
            continue
        if lowered in small_words("ends_a_phrase.txt") or (not figure and len(lowered) < 3):
            continue
        if figure or zipf(lowered) < COMMON:
            yield (word if figure else lowered,), weight


def _dates(text: str, weight: float) -> Iterator[tuple[tuple[str, ...], float]]:
    for year, month, day in DATE.findall(text):
        if not 1 <= int(month) <= 12:
            continue
        name = calendar.month_name[int(month)]
        if day:
            days = str(int(day)), _ordinal(int(day))
            yield tuple(way for d in days for way in (f"{d} {name}", f"{name} {d}")), weight
        yield (f"{name} {year}", f"{name}, {year}"), weight * LESS


def _ordinal(day: int) -> str:
    ending = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    """Every way to print each plant, person and body, by id."""
    found: dict[str, list[str]] = {}
    gazetteer = default_gazetteer()
    for spelling, owners in gazetteer.owners.items():
        for owner in owners:
            found.setdefault(owner.id, []).append(spelling.removeprefix("the "))
    return {key: tuple(sorted({*spellings})) for key, spellings in found.items()}


@cache
def _known_phrases() -> dict[str, tuple[str, ...]]:
    """What a phrase may also be printed as: names and synonyms, the longest phrase first."""
    phrases: dict[str, tuple[str, ...]] = {}
    for row in read_table("synonyms.csv"):
        same = tuple(row["words"].split(";"))
        phrases |= dict.fromkeys(same, same)
    for same in _spellings().values():
        phrases |= {spelling: same for spelling in same if spelling not in phrases}
    return dict(sorted(phrases.items(), key=lambda item: -len(item[0])))


def _merged(concepts: Iterable[tuple[tuple[str, ...], float]]) -> list[tuple[tuple[str, ...], float]]:
    """Each concept once, with its largest weight."""
    best: dict[tuple[str, ...], float] = {}
    for ways, weight in concepts:
        best[ways] = max(best.get(ways, 0.0), weight)
    return list(best.items())
