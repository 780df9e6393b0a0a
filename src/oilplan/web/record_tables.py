"""The record: every table, picked by words and conditions, with the source beside each row; a row in a few words."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from textwrap import shorten
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from ..errors import OilplanError
from ..record import WEAK_MEANING, Record, select_rows, weak_row
from ..record.names import SHORT_NAMES
from ..record.provenance import STATUS_MEANING
from ..record.read import nearest
from ..record.sources import Source
from ..record.tables import TABLES, ColumnDescription, describe_table
from ..report.verdict_text import plain
from .pages import attachment, page

router = APIRouter()
ROWS_PER_PAGE = 100
STANDS_ALONE = ("row_id", "note", "quality", "unit", "low", "high", "capacity_low", "capacity_high")
"""Columns that a line about a row leaves away: they stand by its figure, or on its page."""
_OF_UNIT = re.compile(r"(^|_)(t_per_year|tons_short|percent|t)$|_tons_short(?=_)")
"""What the name of a column says of its unit, which stands by the figure."""
LONGEST_SAID = 240
MOST_COLUMNS = 7
"""Columns beside a row's source and how it is known: what a page of 1,280 pixels holds; the rest opens under the row."""
OWN_COLUMNS = ("row_id", "source", "source_keys", "via", "status", "confidence", "marks_note")
"""Columns shown in a place of their own: the row's name, its source and how it is known."""
Words = Annotated[str, Query(max_length=200, description="words that a row holds, anywhere in it")]
Conditions = Annotated[
    list[str] | None,
    Query(max_length=12, description="a condition such as force=eighth_af or aircraft>=500; may be repeated"),
]
Known = Annotated[str, Query(max_length=40, description="firm, weak (marked rows alone) or a status such as recalled")]
Start = Annotated[int, Query(ge=0, description="number of rows to pass over")]
Columns = Annotated[
    list[str] | None,
    Query(max_length=MOST_COLUMNS, description=f"a column to show, repeated up to {MOST_COLUMNS} times"),
]


@router.get("/record")
def contents(request: Request) -> HTMLResponse:
    """The tables with what they hold, and how many rows are marked."""
    record: Record = request.app.state.record
    tables = [
        {
            "name": name,
            "rows": len(record.rows(name)),
            "about": record.about(name),
            "weak": sum(map(weak_row, record.rows(name).values())),
        }
        for name in record.tables
    ]
    return page(
        "record.html.j2", "/record", tables=tables, weak_means=WEAK_MEANING, hash=record.hash, works=len(record.sources)
    )


@router.get("/record/{table}")
def one_table(
    request: Request,
    table: str,
    q: Words = "",
    where: Conditions = None,
    known: Known = "",
    column: Columns = None,
    start: Start = 0,
) -> HTMLResponse:
    """One table: the rows that hold the words and meet the conditions, in the columns that are asked for."""
    record: Record = request.app.state.record
    where = [w for w in where or [] if w.strip()]
    rows, wrong = _picked_or_why_not(record, table, q, where, known)
    start = min(start, len(rows) - 1 if rows else 0) // ROWS_PER_PAGE * ROWS_PER_PAGE
    columns = [c for c in record.describe(table) if c.name not in OWN_COLUMNS]
    return page(
        "record_table.html.j2",
        "/record",
        table=table,
        record=record,
        columns=columns,
        shown=usual_columns(table, columns, rows, column),
        rows=rows[start : start + ROWS_PER_PAGE],
        found=len(rows),
        of=len(record.rows(table)),
        start=start,
        per_page=ROWS_PER_PAGE,
        q=q,
        where=where,
        known=known,
        asked=column or [],
        most=MOST_COLUMNS,
        wrong=wrong,
        weak=weak_row,
        weak_means=WEAK_MEANING,
        meanings=STATUS_MEANING,
        query=address_of(q=q, where=where, known=known),
        all_columns=[c.name for c in record.describe(table)],
    )


@router.get("/record/{table}/table.csv")
def as_csv(request: Request, table: str, q: Words = "", where: Conditions = None, known: Known = "") -> Response:
    """The picked rows with every column, marks included."""
    record: Record = request.app.state.record
    rows = picked(record, table, q, where, known)
    out = io.StringIO()
    writer = csv.DictWriter(out, [c.name for c in record.describe(table)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return attachment(out.getvalue(), f"{table}.csv", "text/csv; charset=utf-8")


def picked(record: Record, table: str, q: str, where: list[str] | None, known: str) -> list[dict]:
    """Rows that meet every condition that is not blank, hold every word of ``q`` somewhere, and are known as ``known`` asks.

    Raises OilplanError for an unknown table, column or status, or a condition that cannot be read.
    """
    words = ("firm", "weak", *STATUS_MEANING)
    if known and known not in words:
        raise OilplanError(f"known={known} is not known; nearest: {', '.join(nearest(known, words)[:3])}.")
    rows = select_rows(record, table, [w for w in where or [] if w.strip()])
    return [r for r in rows if holds(text_of(r), q) and (not known or known in (r["status"], firmness(r)))]


def _picked_or_why_not(record: Record, table: str, q: str, where: list[str], known: str) -> tuple[list[dict], str]:
    """The rows, or none and the sentence why. Raises OilplanError for an unknown table."""
    record.rows(table)
    try:
        return picked(record, table, q, where, known), ""
    except OilplanError as error:
        return [], str(error).replace("--where ", "")


def text_of(row: dict) -> str:
    """All cells of a row in small letters."""
    return "\n".join(str(v) for v in row.values() if v is not None).lower()


def holds(text: str, q: str) -> bool:
    """Whether a text in small letters holds every word."""
    return all(w in text for w in q.lower().split())


def firmness(row: dict) -> str:
    """weak for a row that is marked, else firm."""
    return "weak" if weak_row(row) else "firm"


def works_of(record: Record, rows: Iterable[dict]) -> list[Source]:
    """The works that rows stand in, each once."""
    return [record.source(key) for key in dict.fromkeys(key for r in rows for key in r["source_keys"].split(";"))]


def filled_columns(record: Record, table: str, rows: list[dict]) -> list[ColumnDescription]:
    """The columns of a table, but for `OWN_COLUMNS`, that any of some rows has something in."""
    every = record.describe(table)
    return [c for c in every if c.name not in OWN_COLUMNS and any(r[c.name] is not None for r in rows)]


def address_of(**values: str | int | list[str]) -> str:
    """The part of an address after the question mark; what is empty is left away."""
    return urlencode([(k, v) for k, many in values.items() for v in (many if isinstance(many, list) else [many]) if v])


def usual_columns(
    table: str, columns: list[ColumnDescription], rows: list[dict], asked: list[str] | None = None
) -> list[ColumnDescription]:
    """The columns asked for, or those that the command line shows, less those that hold nothing or repeat the row's name.

    Raises OilplanError for a column that is not there, naming the nearest.
    """
    by_name = {c.name: c for c in columns}
    for name in asked or ():
        if name not in by_name:
            raise OilplanError(
                f"{table} has no column '{name[:40]}'; nearest: {', '.join(nearest(name, list(by_name))[:3])}."
            )
    if asked:
        return [by_name[name] for name in dict.fromkeys(asked)]
    first = [name for name in by_name if name in (*TABLES[table].shown.narrow, *TABLES[table].shown.wide)]
    names = [name for name in first if not rows or any(r[name] not in (None, r["row_id"]) for r in rows)]
    return [by_name[name] for name in names[:MOST_COLUMNS]]


def says(table: str, row: dict, without: tuple[str, ...] = ()) -> str:
    """A row in a few words: the columns that the command line shows, each figure with its unit."""
    cells = []
    for c in describe_table(table):
        value, shown = row.get(c.name), c.name in (*TABLES[table].shown.narrow, *TABLES[table].shown.wide)
        if value is None or not shown or c.name in (*STANDS_ALONE, *without):
            continue
        number = f"{value:,.7g}" if isinstance(value, int | float) else SHORT_NAMES.get(value, str(value))
        if c.name == "value" and row.get("unit") == "flag":
            continue
        if c.name == "value":
            number = f"{number} {row.get('unit') or ''}{_range(row)}".strip()
        elif c.unit:
            number = (
                f"{_OF_UNIT.sub('', c.name)} {number} {c.unit}".strip() if c.unit != c.name else f"{number} {c.unit}"
            )
        cells.append(number)
    return shorten(plain("; ".join(cells).replace("_", " ")), LONGEST_SAID, placeholder=" …") or row["row_id"]


def _range(row: dict) -> str:
    """The range beside a figure, where there is one."""
    low, high = row.get("low"), row.get("high")
    return f" ({low:,.7g} to {high:,.7g})" if low is not None and high is not None and low != high else ""
