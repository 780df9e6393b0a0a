"""A page for every plant, for every work, and for every row, each to link to and to cite; a row with those that differ from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from html import escape
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

import numpy as np
from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from ..clock import MONTHS, N_DAYS, date_of, day_of
from ..errors import OilplanError
from ..record import WEAK_MEANING, Record, weak_row
from ..record.citations import cite
from ..record.names import SHORT_NAMES, short_name
from ..record.provenance import STATUS_MEANING
from ..record.read import nearest
from ..report.svg import FAINT, GRID, INK, axes, document, frame, line, text, top_of_scale
from .argument import judging_of
from .engine import MapWorld, Starting
from .limits import DRAWS
from .map_data import position
from .pages import NARROW_PX, WIDE_PX, attachment, on_page, page
from .record_tables import says, works_of

router = APIRouter()
MOST_SHOWN = 25
"""Rows of one table listed on a page; the rest is one link away."""
VERSION = 12
"""Letters of a record's hash that name its version."""
Version = Annotated[
    str,
    Query(alias="record", pattern="^[0-9a-f]{0,64}$", description="version of the record that the link was made from"),
]
RECORDED = ("plant_output", "repair_effort", "raid_accounts")
"""Tables of what became of a plant: damage, repair and what was seen of it."""


@router.get("/plant/{plant_id}")
def plant(request: Request, plant_id: str) -> HTMLResponse:
    """What the record has of one plant, and what it delivered as modelled under the raids as flown."""
    record: Record = request.app.state.record
    plants = record.rows("plants")
    if plant_id not in plants:
        near = ", ".join(nearest(plant_id, sorted(plants)))
        raise OilplanError(f"The record has no plant '{plant_id[:60]}'; nearest known: {near}.")
    naming = {t: found for t in record.tables if t != "plants" and (found := _naming(record, t, plant_id))}
    raids = sorted(naming.pop("raids", []), key=lambda r: r["date"] or "")
    recorded = [(t, r) for t in RECORDED for r in naming.get(t, [])]
    works = works_of(record, [plants[plant_id], *raids, *(r for _, r in recorded)])
    return page(
        "plant.html.j2",
        "/record",
        row=plants[plant_id],
        name=short_name(plant_id),
        raids=raids,
        states=_in_order([(t, r) for t, r in recorded if not _of_photographs(r)]),
        photographs=_in_order([(t, r) for t, r in recorded if _of_photographs(r)]),
        tables=_listed([(t, rows) for t, rows in naming.items() if t not in RECORDED]),
        works=sorted(works, key=lambda work: work.key),
        weak=weak_row,
        columns=_filled(record, "plants", plants[plant_id]),
        worked=worked(request, plant_id),
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
        uses=sum(map(len, by_table.values())),
        claims=claims,
        bibtex=cite([work], "bibtex"),
        weak=weak_row,
    )


@router.get("/source/{key}/{form}")
def reference(request: Request, key: str, form: str) -> Response:
    """The reference as a file for a library of references: form bib or ris."""
    if form not in ("bib", "ris"):
        raise OilplanError(f"A reference has no form '{form[:20]}'; expected bib or ris.")
    work = request.app.state.record.source(key)
    return attachment(cite([work], "bibtex" if form == "bib" else "ris"), f"{key}.{form}")


@router.get("/row/{table}/{row_id:path}")
def row(request: Request, table: str, row_id: str, record_: Version = "") -> HTMLResponse:
    """One row with every column, its works, the rows that give another figure for the same thing, and how to cite it."""
    record: Record = request.app.state.record
    mine = row_of(record, table, row_id)
    conflict = conflicts(record, table).get(row_id)
    others = [r for r in conflict.rows if r is not mine] if conflict else []
    works = works_of(record, [mine])
    return page(
        "row.html.j2",
        "/record",
        table=table,
        row=mine,
        columns=_filled(record, table, mine),
        conflict=conflict,
        others=[(r, says(table, r)) for r in others],
        figures=figures(conflict, "conflict") if conflict else {},
        differing=conflict.works(record) if conflict else [],
        works=works,
        weak=weak_row,
        meaning=STATUS_MEANING[mine["status"]],
        weak_means=WEAK_MEANING,
        record_hash=record.hash,
        address=f"{request.base_url}row/{table}/{quote(row_id)}?record={record.hash[:VERSION]}",
        asked=record_[:VERSION] if not record.hash.startswith(record_) else "",
        after="; ".join(w.citation for w in works),
    )


def row_of(record: Record, table: str, row_id: str) -> dict:
    """A row by its name. Raises OilplanError for a table or row that is not there, naming the nearest."""
    rows = record.rows(table)
    if row_id not in rows:
        near = ", ".join(nearest(row_id, list(rows)))
        raise OilplanError(f"{table} has no row '{row_id[:80]}'; nearest known: {near}.")
    return rows[row_id]


def _naming(record: Record, table: str, plant_id: str) -> list[dict]:
    """Rows of a table in which a cell names the plant, alone or in a list."""
    return [
        r
        for r in record.rows(table).values()
        if any(isinstance(v, str) and plant_id in v.split(";") for v in r.values())
    ]


def _in_order(rows: list[tuple[str, dict]]) -> list[tuple[str, dict, str, str]]:
    """(table, row, date, words) of rows, in order of date."""
    dated = [
        (t, r, str(r.get("date") or r.get("period") or ""), says(t, r, without=("date", "period", "plant_id", "place")))
        for t, r in rows
    ]
    return sorted(dated, key=lambda entry: entry[2])


def _of_photographs(row: dict) -> bool:
    """Whether a row is about what photographs showed, or when they were taken."""
    return any("photo" in str(v).lower() for c, v in row.items() if c in ("quantity", "says", "note", "quote"))


def _listed(tables: list[tuple[str, list[dict]]]) -> list[dict[str, Any]]:
    return [
        {"name": t, "number": len(rows), "rows": [(r, says(t, r)) for r in rows[:MOST_SHOWN]]}
        for t, rows in tables
        if rows
    ]


def _filled(record: Record, table: str, row: dict) -> list:
    return [
        c for c in record.describe(table) if row.get(c.name) is not None and c.name not in ("row_id", "source_keys")
    ]


class Worked(NamedTuple):
    """A plant's figure at both widths, and its days for a file: date, percent delivered as modelled, percent recorded."""

    wide: str
    narrow: str
    days: list[dict[str, Any]]


def worked(request: Request, plant_id: str) -> Worked | None:
    """Percent of capacity delivered by day under the raids as flown, mean of the draws, with the raids and what the record
    has of it; None while the model starts or for a plant that it does not hold."""
    record: Record = request.app.state.record
    raids, states = (_naming(record, table, plant_id) for table in ("raids", "plant_output"))
    try:
        lab: MapWorld = request.app.state.engine.lab
    except Starting:
        return None
    if plant_id not in lab.system.plant_ids:
        return None
    share = 100.0 * lab.history[DRAWS].share[:, list(lab.system.plant_ids).index(plant_id)]
    known = {d: r for r in states if r["quantity"] == "percent_of_capacity" and (d := _day(r["period"])) is not None}
    known = {d: r for d, r in known.items() if r["value"] is not None}
    fell = sorted({d for r in raids if (d := _day(r["date"])) is not None})
    days = [
        {
            "date": str(date_of(d)),
            "modelled_percent": round(float(v), 1),
            "recorded_percent": known[d]["value"] if d in known else None,
            "source": known[d]["source_keys"] if d in known else None,
            "raid": int(d in fell),
        }
        for d, v in enumerate(share)
    ]
    wide, narrow = (_curve(share, fell, known, px, f"plant-{n}", plant_id, lab.basis) for n, px in WIDTHS)
    return Worked(wide, narrow, days)


WIDTHS = (("wide", WIDE_PX + 40), ("narrow", NARROW_PX))


def _day(when: str | None) -> int | None:
    """Day number of a date of the campaign; None for what is no day or lies outside."""
    try:
        day = day_of(when or "")
    except ValueError:
        return None
    return day if 0 <= day < N_DAYS else None


def _curve(
    share: np.ndarray, fell: list[int], known: dict[int, dict], width: int, name: str, plant: str, basis: str
) -> str:
    f = frame([100.0], len(MONTHS), width, 260)._replace(bottom=72)
    title = f"Delivered by {short_name(plant)}, percent of capacity"
    body = [*axes(f, list(MONTHS), "", per=1.0), text(10, 17, title, size=13, more='font-weight="600"')]
    body.append(line([(f.x(position(d)), f.y(float(v))) for d, v in enumerate(share)], stroke="#0b5394", width=1.8))
    raids = "".join(f"M{f.x(position(d)):.1f} {f.height - 24}v-9" for d in fell)
    body += [f'<path d="{raids}" stroke="#b84a00" stroke-width="1.6"/>', text(10, f.height - 6, KEY, fill=FAINT)]
    for day, row in known.items():
        fill = "#fff" if weak_row(row) else INK
        words = f"{date_of(day)}: {row['value']:g} percent recorded ({row['source_keys']})"
        x, y = f.x(position(day)), f.y(min(row["value"], 100.0))
        body.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="{INK}" stroke-width="1.5"><title>{escape(words)}</title></circle>'
        )
    said = (
        f"Mean of {DRAWS} possible wars, {date_of(0)} to {date_of(N_DAYS - 1)}; {len(fell)} days with raids; {basis}."
    )
    return on_page(document(f.width, f.height, title, said, body), name)


KEY = "Blue: modelled. Dots: recorded. Strokes: raids."


# Rows that give different figures for one thing. Conflict is two rows, never one average.

SUBJECT = (
    *("plant_id", "period", "date", "month", "quantity", "product", "force", "area", "who", "system", "substitute"),
    *("about", "unit", "basis", "scope", "sighting", "condition", "place", "claim_ids"),
)
"""Columns that say what a figure is of; rows of a table alike in all of them speak of one thing."""
ROW_PX, TOP_PX, EDGE_PX = 46, 40, 12
CONFLICT_PX = (("wide", 620), ("narrow", 330))


class Conflict(NamedTuple):
    """table; rows: two or more that speak of one thing, the series' own first."""

    table: str
    rows: tuple[dict, ...]

    @property
    def words(self) -> str:
        """What the figures are of."""
        first = self.rows[0]
        said = [first.get(c) for c in ("plant_id", "system", "substitute", "product", "area", "about", "quantity")]
        when = next((first[c] for c in ("period", "month", "date") if first.get(c)), "")
        return ", ".join(SHORT_NAMES.get(v, str(v)).replace("_", " ") for v in (*said, when) if v)

    @property
    def unit(self) -> str:
        """The unit of all figures, or none where they have not one."""
        units = {r.get("unit") for r in self.rows}
        return str(units.pop()) if len(units) == 1 else ""

    @property
    def numbers(self) -> list[dict]:
        """What the figure draws, as a file holds it: a line a row."""
        columns = ("row_id", "quantity", "value", "low", "high", "unit", "status", "confidence", "source_keys")
        return [
            {"table": self.table, **{c: r.get(c) for c in columns}, "marked": int(weak_row(r))}
            for r in self.rows
            if r["value"] is not None
        ]

    def works(self, record: Record) -> list[str]:
        """References of the works that its figures stand in."""
        return [work.citation for work in works_of(record, self.rows)]


def conflicts(record: Record, table: str) -> dict[str, Conflict]:
    """Every row of a table that has another figure beside it, with all of them: of the same subject, or bearing on the row."""
    rows = record.rows(table)
    names = {c.name for c in record.describe(table)}
    if "value" not in names:
        return {}
    by_subject: dict[tuple, list[str]] = defaultdict(list)
    for row_id, row in rows.items():
        stands_for = rows.get(row.get("bears_on") or row_id, row)
        by_subject[tuple(stands_for[c] for c in SUBJECT if c in names)].append(row_id)
    found = {}
    for ids in by_subject.values():
        group = tuple(sorted((rows[i] for i in ids), key=lambda r: r.get("bears_on") is not None))
        if len({(r["value"], r.get("low"), r.get("high")) for r in group if r["value"] is not None}) > 1:
            found.update(dict.fromkeys(ids, Conflict(table, group)))
    return found


def figures(conflict: Conflict, name: str) -> dict[str, str]:
    """The figures of a conflict on one scale, for a wide page and a narrow one; empty where the units differ."""
    if not conflict.unit:
        return {}
    return {size: _figure(conflict, px, f"{name}-{size}") for size, px in CONFLICT_PX}


def _figure(conflict: Conflict, width: int, name: str) -> str:
    rows = [r for r in conflict.rows if r["value"] is not None]
    quantities = {r.get("quantity") for r in rows}
    high = top_of_scale(max(max(_ends(r)) for r in rows) or 1.0)
    left, right = EDGE_PX, width - 96

    def x(value: float) -> float:
        return left + max(value, 0.0) / high * (right - left)

    body = [text(left, 18, f"{conflict.words}, {conflict.unit}"[: width // 7], size=13, more='font-weight="600"')]
    for k, row in enumerate(rows):
        body += _line_of(row, TOP_PX + k * ROW_PX, x, right, len(quantities) > 1)
    bottom = TOP_PX + len(rows) * ROW_PX
    body += [text(x(v), bottom + 10, f"{v:,.7g}", fill=FAINT, anchor=a) for v, a in ((0.0, "start"), (high, "end"))]
    said = "; ".join(f"{r['source_keys']}: {r['value']:,.6g}" for r in rows)
    return on_page(document(width, bottom + 20, conflict.words, said, body), name)


def _line_of(row: dict, top: float, x, right: float, names_quantity: bool) -> Iterable[str]:
    """One row: who says it, a bar from low to high, a dot at the figure, hollow where the row is marked."""
    y, (low, high), value = top + 24, _ends(row), row["value"]
    yield text(EDGE_PX, top + 10, _who(row, names_quantity, int(right / 7.0)), fill=FAINT)
    yield line([(x(0), y), (right, y)], stroke=GRID, width=1)
    yield line([(x(low), y), (x(high), y)], stroke=INK, width=2)
    fill = "#fff" if weak_row(row) else INK
    yield f'<circle cx="{x(value):.1f}" cy="{y}" r="5" fill="{fill}" stroke="{INK}" stroke-width="1.6"/>'
    yield text(right + 10, y + 4, f"{value:,.7g}")


def _who(row: dict, names_quantity: bool, most: int) -> str:
    """The works of a row, the first alone where there is no room for all; and its quantity where those of the rows differ."""
    first, *others = row["source_keys"].split(";")
    of = f": {str(row['quantity']).replace('_', ' ')}" if names_quantity else ""
    every = ", ".join((first, *others)) + of
    return every if len(every) <= most else (f"{first}{f' and {len(others)} more' if others else ''}{of}")[:most]


def _ends(row: dict) -> tuple[float, float]:
    value = row["value"]
    return min(value, row.get("low") or value), max(value, row.get("high") or value)
