"""The record: every table, picked by words and conditions, with the source beside each row."""

from __future__ import annotations

import csv
import io
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from ..errors import OilplanError
from ..record import WEAK_MEANING, Record, is_weak
from ..record.columns import STATUS_MEANING
from ..record.query import select_rows
from .pages import page

router = APIRouter()
ROWS_PER_PAGE = 100
OWN_COLUMNS = ("row_id", "source", "source_keys", "via", "status", "confidence", "marks_note")
"""Columns shown in a place of their own: the row's name, its source and how it is known."""
SHOWN = 7
"""Columns of a row beside its source; the rest opens under the row."""
Words = Annotated[str, Query(max_length=200)]
Conditions = Annotated[list[str] | None, Query(max_length=12)]


@router.get("/record")
def contents(request: Request) -> HTMLResponse:
    """The tables with what they hold, and how many rows are marked."""
    record: Record = request.app.state.record
    tables = [
        {
            "name": name,
            "rows": len(record.rows(name)),
            "about": record.about(name),
            "weak": sum(map(_weak, record.rows(name).values())),
        }
        for name in record.tables
    ]
    return page(
        "record.html.j2", "/record", tables=tables, weak_means=WEAK_MEANING, hash=record.hash, works=len(record.sources)
    )


@router.get("/record/{table}")
def one_table(
    request: Request, table: str, q: Words = "", where: Conditions = None, known: Words = "", start: int = 0
) -> HTMLResponse:
    """One table. q: words; where: conditions as `oilplan record table --where`; known: weak, firm or a status."""
    record: Record = request.app.state.record
    where = [w for w in where or [] if w.strip()]
    try:
        rows, wrong = picked(record, table, q, where, known), ""
    except OilplanError as error:
        record.rows(table)
        rows, wrong = [], str(error).replace("--where ", "")
    start = max(0, min(start, len(rows) - 1 if rows else 0)) // ROWS_PER_PAGE * ROWS_PER_PAGE
    columns = [c for c in record.describe(table) if c.name not in OWN_COLUMNS]
    return page(
        "record_table.html.j2",
        "/record",
        table=table,
        about=record.about(table),
        columns=columns,
        shown=_shown(columns, rows),
        rows=rows[start : start + ROWS_PER_PAGE],
        found=len(rows),
        of=len(record.rows(table)),
        start=start,
        per_page=ROWS_PER_PAGE,
        q=q,
        where=where,
        known=known,
        wrong=wrong,
        weak=_weak,
        sources=record.sources,
        tables=record.tables,
        weak_means=WEAK_MEANING,
        meanings=STATUS_MEANING,
        query=request.url.query,
        all_columns=[c.name for c in record.describe(table)],
    )


@router.get("/record/{table}/table.csv")
def as_csv(request: Request, table: str, q: Words = "", where: Conditions = None, known: Words = "") -> Response:
    """The picked rows with every column, marks included."""
    record: Record = request.app.state.record
    rows = picked(record, table, q, [w for w in where or [] if w.strip()], known)
    out = io.StringIO()
    writer = csv.DictWriter(out, [c.name for c in record.describe(table)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    headers = {"content-disposition": f'attachment; filename="{table}.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def picked(record: Record, table: str, q: str, where: list[str], known: str) -> list[dict]:
    """Rows that meet every condition, hold every word of ``q`` somewhere, and are known as ``known`` asks.

    Raises OilplanError for an unknown table or column, or a condition that cannot be read.
    """
    rows = select_rows(record, table, where)
    words = q.lower().split()
    found = [r for r in rows if all(any(w in str(v).lower() for v in r.values() if v is not None) for w in words)]
    if known in ("weak", "firm"):
        return [r for r in found if _weak(r) == (known == "weak")]
    return [r for r in found if not known or r["status"] == known]


def _weak(row: dict) -> bool:
    return is_weak(row["status"], row["confidence"])


def _shown(columns: list, rows: list[dict]) -> list:
    """The first columns that hold anything; identities that repeat the row's name are passed over."""
    filled = [c for c in columns if not rows or any(r[c.name] is not None for r in rows)]
    own = [c for c in filled if not rows or any(r[c.name] != r["row_id"] for r in rows)]
    return own[:SHOWN]
