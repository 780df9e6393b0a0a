"""Search over all tables at once: words, with tables, years, works and how a row is known to narrow them by."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from ..errors import OilplanError
from ..record import WEAK_MEANING, Record, weak_row
from ..record.provenance import STATUS_MEANING
from ..record.read import nearest
from .entries import conflicts, figures, says
from .pages import page
from .record_tables import Start, Words, address_of, holds, text_of

router = APIRouter()
ROWS_PER_PAGE = 40
MOST_FIGURES = 4
"""Conflicts drawn on one page of results."""
MOST_OF_FACET = 12
DATES = ("date", "period", "month", "earliest", "date_printed", "made_on")
"""Columns that may say when, the first that is filled."""
_YEAR = re.compile(r"19[34]\d")


class Hit(NamedTuple):
    """A row as it is searched. table, year (empty where the row has none), status, sources: to narrow by; text: all its cells."""

    table: str
    row: dict
    text: str
    year: str
    status: str
    sources: tuple[str, ...]

    def values(self, facet: str) -> tuple[str, ...]:
        """What the row has of a facet."""
        if facet == "known":
            return (self.status, "weak" if weak_row(self.row) else "firm")
        return self.sources if facet == "source" else tuple(filter(None, [getattr(self, facet)]))


FACETS = {"table": "Table", "year": "Year", "known": "How known", "source": "Work"}
Table = Annotated[str, Query(max_length=60, description="a table of the record")]
Year = Annotated[str, Query(max_length=4, description="year that a row speaks of, such as 1944")]
HowKnown = Annotated[
    str, Query(max_length=40, description="firm, weak (marked rows alone) or a status such as recalled")
]
Work = Annotated[str, Query(max_length=80, description="key of a work that a row rests on")]


@router.get("/search")
def search(
    request: Request,
    q: Words = "",
    table: Table = "",
    year: Year = "",
    known: HowKnown = "",
    source: Work = "",
    start: Start = 0,
) -> HTMLResponse:
    """Rows of all tables, with what they can be narrowed by and the figures among them that differ."""
    record: Record = request.app.state.record
    asked = {"table": table, "year": year, "known": known, "source": source}
    found = hits(record, q, asked)
    start = min(start, max(len(found) - 1, 0)) // ROWS_PER_PAGE * ROWS_PER_PAGE
    shown = found[start : start + ROWS_PER_PAGE]
    beside = {id(c): c for h in found if (c := conflicts_of(record, h.table).get(h.row["row_id"]))}
    drawn = list(beside.values()) if any([q, *asked.values()]) else []
    return page(
        "search.html.j2",
        "/record",
        q=q,
        asked=asked,
        facets=[(name, words, _counts(found, name, asked)) for name, words in FACETS.items()],
        hits=[(h, says(h.table, h.row)) for h in shown],
        found=len(found),
        of=len(_index(record)),
        start=start,
        per_page=ROWS_PER_PAGE,
        conflicts=[(c, figures(c, f"conflict-{k}"), c.works(record)) for k, c in enumerate(drawn[:MOST_FIGURES])],
        more_conflicts=max(0, len(drawn) - MOST_FIGURES),
        weak=weak_row,
        weak_means=WEAK_MEANING,
        address=lambda **new: address_of(**{"q": q, **asked, **new}),
    )


def hits(record: Record, q: str, asked: dict[str, str]) -> list[Hit]:
    """The rows that hold every word and have what is asked of each facet.

    Raises OilplanError for a table, work or status that is not there, naming the nearest.
    """
    known = {
        "table": list(record.tables),
        "known": ["firm", "weak", *STATUS_MEANING],
        "source": list(record.sources),
        "year": sorted({h.year for h in _index(record) if h.year}),
    }
    wanted = {name: value for name, value in asked.items() if value}
    for name, value in wanted.items():
        if value not in known[name]:
            raise OilplanError(f"{name}={value} is not known; nearest: {', '.join(nearest(value, known[name])[:3])}.")
    return [h for h in _index(record) if holds(h.text, q) and all(v in h.values(n) for n, v in wanted.items())]


@lru_cache(maxsize=2)
def _index(record: Record) -> tuple[Hit, ...]:
    return tuple(
        Hit(table, row, text_of(row), _year(row), row["status"], tuple(row["source_keys"].split(";")))
        for table in record.tables
        for row in record.rows(table).values()
    )


@lru_cache(maxsize=64)
def conflicts_of(record: Record, table: str) -> dict:
    """`conflicts`, kept for a record's tables."""
    return conflicts(record, table)


def _year(row: dict) -> str:
    when = next((str(row[c]) for c in DATES if row.get(c)), "")
    found = _YEAR.search(when)
    return found[0] if found else ""


def _counts(found: list[Hit], facet: str, asked: dict[str, str]) -> list[tuple[str, int]]:
    """(value, rows) of a facet among what was found, the commonest first; years in order."""
    counts = Counter(v for h in found for v in h.values(facet) if not asked[facet] or v == asked[facet])
    common = counts.most_common(MOST_OF_FACET)
    return sorted(common) if facet == "year" else common
