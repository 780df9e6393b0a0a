"""A page for every plant, for every work, and for every row, each to link to and to cite."""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from .. import __version__
from ..clock import MONTHS, N_DAYS, date_of
from ..errors import OilplanError
from ..record import WEAK_MEANING, Record, is_weak
from ..record.citations import cite
from ..record.read import nearest
from ..report.figure_map import short_name
from ..report.svg import axes, document, frame, line
from .argument import judging_of
from .engine import MapWorld, Starting
from .figure_arms import NARROW_PX, WIDE_PX
from .limits import DRAWS
from .map_data import position
from .pages import on_page, page, with_capitals

router = APIRouter()
MOST_SHOWN = 25
"""Rows of one table listed on a page; the rest is one link away."""
SAYS = ("date", "period", "month", "force", "quantity", "value", "unit", "says")
"""Columns that say what a row says, in the order in which they are read; figures with a unit in their name follow."""
NAMED = ("aircraft", "bombs", "tons", "_t", "loss", "percent")
"""Words in the name of a column that holds such a figure."""


@router.get("/plant/{plant_id}")
def plant(request: Request, plant_id: str) -> HTMLResponse:
    """What the record has of one plant, and what it delivered as modelled under the raids as flown."""
    record: Record = request.app.state.record
    plants = {r["plant_id"]: r for r in record.rows("plants").values()}
    if plant_id not in plants:
        near = ", ".join(nearest(plant_id, sorted(plants)))
        raise OilplanError(f"The record has no plant '{plant_id[:60]}'; nearest known: {near}.")
    tables = [(t, found) for t in record.tables if t != "plants" and (found := _naming(record, t, plant_id))]
    return page(
        "plant.html.j2",
        "/record",
        row=plants[plant_id],
        name=short_name(plant_id),
        tables=_listed(tables),
        weak=_weak,
        columns=_filled(record, "plants", plants[plant_id]),
        figures=_worked(request, plant_id),
        weak_means=WEAK_MEANING,
        draws=DRAWS,
    )


@router.get("/source/{key}")
def source(request: Request, key: str) -> HTMLResponse:
    """One work: its full reference, how it was reached, and every row and claim that rests on it."""
    record: Record = request.app.state.record
    work = record.source(key)
    by_table: dict[str, list[dict]] = {}
    for table, row_id in record.rows_by_source().get(key, []):
        by_table.setdefault(table, []).append(record.rows(table)[row_id])
    rests = {(t, r["row_id"]) for t, rows in by_table.items() for r in rows}
    claims = [v.claim_id for v in judging_of(request).settled.values() if rests.intersection(v.record_rows)]
    return page(
        "source.html.j2",
        "/record",
        work=work,
        tables=_listed(list(by_table.items())),
        claims=claims,
        bibtex=cite([work], "bibtex"),
        weak=_weak,
    )


@router.get("/source/{key}/{form}")
def reference(request: Request, key: str, form: str) -> Response:
    """The reference as a file for a library of references: form bib or ris."""
    if form not in ("bib", "ris"):
        raise OilplanError(f"A reference has no form '{form[:20]}'; expected bib or ris.")
    work = request.app.state.record.source(key)
    headers = {"content-disposition": f'attachment; filename="{key}.{form}"'}
    body = cite([work], "bibtex" if form == "bib" else "ris")
    return Response(body, media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/row/{table}/{row_id:path}")
def row(request: Request, table: str, row_id: str) -> HTMLResponse:
    """One row with every column, its works, the rows that give another figure for the same thing, and how to cite it."""
    record: Record = request.app.state.record
    rows = record.rows(table)
    if row_id not in rows:
        near = ", ".join(nearest(row_id, list(rows)))
        raise OilplanError(f"{table} has no row '{row_id[:80]}'; nearest known: {near}.")
    mine = rows[row_id]
    stands_for = mine.get("bears_on") or row_id
    beside = [
        r for r in rows.values() if r is not mine and (r["row_id"] == stands_for or r.get("bears_on") == stands_for)
    ]
    return page(
        "row.html.j2",
        "/record",
        table=table,
        row=mine,
        columns=_filled(record, table, mine),
        beside=_listed([(table, beside)]),
        works=[record.source(k) for k in mine["source_keys"].split(";")],
        weak=_weak(mine),
        is_marked=_weak,
        weak_means=WEAK_MEANING,
        cite=f"oilplan {__version__}, record {record.hash[:12]}, {table}/{row_id}",
    )


def _naming(record: Record, table: str, plant_id: str) -> list[dict]:
    """Rows of a table in which a cell names the plant, alone or in a list."""
    return [
        r
        for r in record.rows(table).values()
        if any(isinstance(v, str) and plant_id in v.split(";") for v in r.values())
    ]


def _listed(tables: list[tuple[str, list[dict]]]) -> list[dict[str, Any]]:
    return [
        {"name": t, "number": len(rows), "rows": [(r, _says(r)) for r in rows[:MOST_SHOWN]]}
        for t, rows in tables
        if rows
    ]


def _says(row: dict) -> str:
    """A row in a few words: when, who, how much of what."""
    words = [str(row[c]).replace("_", " ") for c in SAYS if row.get(c) is not None]
    words += [
        f"{c.replace('_', ' ')} {v:,.6g}"
        for c, v in row.items()
        if c not in SAYS and isinstance(v, (int, float)) and any(n in c for n in NAMED)
    ][:4]
    return with_capitals("; ".join(words))[:240] or row["row_id"]


def _filled(record: Record, table: str, row: dict) -> list:
    return [
        c for c in record.describe(table) if row.get(c.name) is not None and c.name not in ("row_id", "source_keys")
    ]


def _weak(row: dict) -> bool:
    return is_weak(row["status"], row["confidence"])


def _worked(request: Request, plant_id: str) -> dict[str, str]:
    """Percent of capacity delivered by day under the raids as flown, mean of the draws, wide and narrow; empty while the
    model starts or for a plant that it does not hold."""
    try:
        lab: MapWorld = request.app.state.engine.lab
    except Starting:
        return {}
    if plant_id not in lab.system.plant_ids:
        return {}
    k = list(lab.system.plant_ids).index(plant_id)
    share = 100.0 * lab.history[DRAWS].share[:, k]
    widths = {"wide": WIDE_PX, "narrow": NARROW_PX}
    return {
        name: _curve(share, width, f"plant-{name}", short_name(plant_id), lab.basis) for name, width in widths.items()
    }


def _curve(share: np.ndarray, width: int, name: str, plant: str, basis: str) -> str:
    f = frame([100.0], len(MONTHS), width, 220)
    title = f"Delivered by {plant}, as modelled with the raids as flown"
    days = line([(f.x(position(d)), f.y(float(v))) for d, v in enumerate(share)], stroke="#0b5394", width=1.8)
    body = [*axes(f, list(MONTHS), "percent of capacity", per=1.0), days]
    said = f"Mean of {DRAWS} draws, {date_of(0)} to {date_of(N_DAYS - 1)}; {basis}."
    return on_page(document(f.width, f.height, title, said, body), name)
