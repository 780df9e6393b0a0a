"""Rows that give different figures for one thing: found, and drawn side by side. Conflict is two rows, never one average."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ..record import Record, weak_row
from ..record.names import SHORT_NAMES
from ..report.svg import FAINT, GRID, INK, document, line, text, top_of_scale
from .pages import on_page
from .record_tables import works_of

SUBJECT = (
    *("plant_id", "period", "date", "month", "quantity", "product", "force", "area", "who", "system", "substitute"),
    *("about", "unit", "basis", "scope", "sighting", "condition", "place", "claim_ids"),
)
"""Columns that say what a figure is of; rows of a table alike in all of them speak of one thing."""
ROW_PX, TOP_PX, EDGE_PX = 46, 40, 12
WIDE_PX, NARROW_PX = 620, 330


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
    return {size: _figure(conflict, px, f"{name}-{size}") for size, px in (("wide", WIDE_PX), ("narrow", NARROW_PX))}


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
