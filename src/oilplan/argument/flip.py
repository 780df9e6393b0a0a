"""What would change a verdict that rests on rows: the row whose figure need move least to flip it."""

from __future__ import annotations

from collections.abc import Callable

from oilplan.argument.finding import FAILED, UNDETERMINED
from oilplan.argument.interval import VALUE_COLUMN, bounds_columns, relative_error
from oilplan.argument.ledger import Missing, Tables

STEPS = (0.02, 0.05, 0.1, 0.25, 0.5)
"""Relative changes tried on every figure, beyond the row's own error, smallest first."""
MOST_ROWS = 60
"""Rows beyond this are not tried one by one: no single one of so many decides."""


class OneRowChanged:
    """The record with one figure moved; everything else as it stands."""

    def __init__(self, record: Tables, table: str, row_id: str, factor: float) -> None:
        self._record, self._table = record, table
        rows = record.rows(table)
        moved = {VALUE_COLUMN.get(table, "value"): "value"}
        for name in ("low", "high", "capacity_low", "capacity_high"):
            moved[name] = name
        row = {k: v * factor if k in moved and isinstance(v, int | float) else v for k, v in rows[row_id].items()}
        self._rows = rows | {row_id: row}

    def rows(self, name: str) -> dict[str, dict]:
        """The rows of a table by ``row_id``."""
        return self._rows if name == self._table else self._record.rows(name)


def flipping_row(
    outcome: str, used: tuple[tuple[str, str], ...], record: Tables, again: Callable[[Tables], str]
) -> str:
    """The row that flips a verdict at the smallest change of its figure, in one sentence.

    outcome: the verdict as it stands; used: (table, row_id) of its rows; again: outcome of the test on a changed record
    """
    numeric = [(t, r) for t, r in used if _figure(record, t, r)]
    if not numeric:
        return "no figure among the rows decides it; another reading of the texts, or a document not yet seen, would"
    if len(numeric) > MOST_ROWS:
        return f"no single row: it rests on {len(numeric)} figures; a shift common to all of them would"
    errors = {key: _error(record.rows(key[0])[key[1]]) for key in numeric}
    for step in (None, *STEPS):
        for table, row_id in numeric:
            change = errors[table, row_id] if step is None else step
            for factor in (1 - change, 1 + change) if change else ():
                new = _outcome(again, OneRowChanged(record, table, row_id, factor))
                if new not in (outcome, FAILED):
                    within = "within its error" if step is None else f"by {change:.0%}"
                    way = "lower" if factor < 1 else "higher"
                    return f"{table}/{row_id} {way} {within}: the verdict would be {new}"
    return f"no single row, even {STEPS[-1]:.0%} off; several together, or a source not in the record"


def _outcome(again: Callable[[Tables], str], record: Tables) -> str:
    """The outcome on a record with one figure moved; a test that breaks on it says nothing of the figure."""
    try:
        return again(record)
    except Missing:
        return UNDETERMINED
    except Exception:
        return FAILED


def _figure(record: Tables, table: str, row_id: str) -> float | None:
    value = record.rows(table)[row_id].get(VALUE_COLUMN.get(table, "value"))
    return value if isinstance(value, int | float) else None


def _error(row: dict) -> float:
    low, high = bounds_columns(row)
    if low is None and high is None:
        return relative_error(row)
    value = next(v for k in (*set(VALUE_COLUMN.values()), "value") if isinstance(v := row.get(k), int | float) and v)
    return max(abs(b - value) / value for b in (low, high) if b is not None)
