"""The answer, the verdicts, the record and comparisons as JSON, and the page that lists every route from the code itself."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.routing import APIRoute
from starlette.responses import HTMLResponse

from .. import __version__
from ..argument.answer import answer_json
from ..errors import OilplanError
from ..report.verdict_pages import verdicts_json
from .argument import judging_of
from .door import heavy
from .entries import row_of
from .fly import FromMonth, Wanted, flown
from .limits import parameters_of
from .pages import page
from .record_tables import Conditions, Known, Start, Words, picked, works_of
from .search import HowKnown, Table, Work, Year, hits

router = APIRouter(prefix="/api")
MOST_ROWS = 500
"""Rows in one answer; `start` asks for the next."""
Claim = Annotated[str, Path(max_length=40, description="a claim such as C14")]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description=f"rows wanted, {MOST_ROWS} at most")]
Name = Annotated[str, Query(max_length=60, description="a built-in directive such as portal")]
Text = Annotated[str, Body(max_length=20_000)]
EXAMPLES = {
    "/api/answer": "/api/answer",
    "/api/claims": "/api/claims",
    "/api/claims/{claim_id}": "/api/claims/C14",
    "/api/record": "/api/record",
    "/api/record/{table}": "/api/record/raids?q=leuna&where=force=eighth_af&limit=5",
    "/api/record/{table}/{row_id}": "/api/record/plants/leuna",
    "/api/search": "/api/search?q=leuna&year=1944&limit=5",
    "/api/compare": "/api/compare?a=portal&b=as_ordered&from=1944-10",
    "/api/verdicts": "/api/verdicts",
    "/api/flown": "/api/flown",
    "/api/arm": "/api/arm?bc=portal&from=1944-10&draws=50",
    "/api/war": "/api/war?world=7&bc=portal&from=1944-10",
    "/api/directive.toml": "/api/directive.toml?bc=portal&from=1944-10",
}
"""An address to try for every route; a test opens each."""


@router.get("")
def contents(request: Request) -> HTMLResponse:
    """This page: every route with its parameters and an address to try."""
    return page("api.html.j2", "/help", routes=described(request.app.state.routers), hash=request.app.state.record.hash)


@router.get("/answer")
def answer(request: Request) -> dict[str, Any]:
    """The answer: every question with its grade, probability, number, interval and claims."""
    return _made(request, answer=answer_json(judging_of(request).answer))


@router.get("/claims")
def claims(request: Request) -> dict[str, Any]:
    """Every claim that has been weighed: grade, probability, quantity, rows it rests on."""
    judging = judging_of(request)
    return _made(request, done=judging.done, claims=verdicts_json(list(judging.settled.values())))


@router.get("/claims/{claim_id}")
def claim(request: Request, claim_id: Claim) -> dict[str, Any]:
    """One claim with its verdict."""
    settled = judging_of(request).settled
    if claim_id not in settled:
        raise OilplanError(f"No verdict on '{claim_id[:20]}' here; there are {', '.join(settled) or 'none yet'}.")
    return _made(request, claim=verdicts_json([settled[claim_id]])[0])


@router.get("/record")
def tables(request: Request) -> dict[str, Any]:
    """The tables of the record: rows, meaning, and every column with its type, unit and range."""
    record = request.app.state.record
    return _made(
        request,
        tables=[
            {
                "name": t,
                "rows": len(record.rows(t)),
                "about": record.about(t),
                "columns": [c._asdict() for c in record.describe(t)],
            }
            for t in record.tables
        ],
    )


@router.get("/record/{table}")
def table_rows(
    request: Request,
    table: str,
    q: Words = "",
    where: Conditions = None,
    known: Known = "",
    start: Start = 0,
    limit: Limit = MOST_ROWS,
) -> dict[str, Any]:
    """Rows of one table with every column; an empty cell is null."""
    rows = picked(request.app.state.record, table, q, where, known)
    return _made(request, table=table, found=len(rows), start=start, rows=rows[start : start + limit])


@router.get("/record/{table}/{row_id:path}")
def one_row(request: Request, table: str, row_id: str) -> dict[str, Any]:
    """One row, and the works it rests on."""
    record = request.app.state.record
    row = row_of(record, table, row_id)
    works = [w._asdict() | {"fields": dict(w.fields), "citation": w.citation} for w in works_of(record, [row])]
    return _made(request, table=table, row=row, works=works)


@router.get("/search")
def search(
    request: Request,
    q: Words = "",
    table: Table = "",
    year: Year = "",
    known: HowKnown = "",
    source: Work = "",
    start: Start = 0,
    limit: Limit = MOST_ROWS,
) -> dict[str, Any]:
    """Rows of all tables that hold every word, narrowed by table, year, work and how they are known."""
    asked = {"table": table, "year": year, "known": known, "source": source}
    found = hits(request.app.state.record, q, asked)
    rows = [{"table": h.table, "year": h.year or None, "row": h.row} for h in found[start : start + limit]]
    return _made(request, found=len(found), start=start, rows=rows)


@router.get("/compare")
@heavy
def compare(
    request: Request, a: Name = "portal", b: Name = "as_ordered", from_: FromMonth = "1944-10"
) -> dict[str, Any]:
    """Two built-in directives flown in the same worlds: medians and 90 percent intervals of both and of their difference."""
    return _made(request, **flown(request.app.state.engine, Wanted(a, ""), Wanted(b, ""), from_).data)


@router.post("/compare")
@heavy
def compare_own(
    request: Request,
    a: Text,
    b: Text = "as_ordered",
    from_: Annotated[str, Body(alias="from", max_length=7)] = "1944-10",
) -> dict[str, Any]:
    """The same for directives of one's own: a JSON object with ``a`` and ``b``, each TOML or a built-in name, and ``from``."""
    mine, other = (Wanted("", text) if "\n" in text or "=" in text else Wanted(text, "") for text in (a, b))
    return _made(request, **flown(request.app.state.engine, mine, other, from_).data)


def described(routers: list[APIRouter]) -> list[dict[str, Any]]:
    """Method, path, meaning, parameters and example of every route under /api."""
    found = [r for router in routers for r in router.routes if isinstance(r, APIRoute) and r.path.startswith("/api")]
    return [
        {
            "methods": ", ".join(sorted(r.methods or ())),
            "path": r.path.replace(":path", ""),
            "about": inspect.cleandoc(r.endpoint.__doc__ or "").replace("`", ""),
            "parameters": parameters_of(r),
            "example": EXAMPLES.get(r.path.replace(":path", "")) if "GET" in (r.methods or ()) else None,
        }
        for r in sorted(found, key=lambda r: r.path)
        if r.path != "/api"
    ]


def _made(request: Request, **data: Any) -> dict[str, Any]:
    """An answer with what it was made by and from."""
    return {"oilplan": __version__, "record": request.app.state.record.hash, **data}
