"""The CSV files of a system's folder: what columns they have, and their cells read with file, line and column of each fault."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from ..clock import Window, month_length_d
from ..errors import CONTROL, OilplanError
from ..exchange import plain_bytes
from ..record.read import nearest
from .unknowns import NAME, names_in, plain_number

MOST_BYTES = 2_000_000
MOST_ROWS = 20_000
LONGEST_TEXT = 2_000


class Field(NamedTuple):
    """One column. kind: a key of `EXPECTED`; low, high: range of a number; meaning: as the reference prints it."""

    name: str
    kind: str
    meaning: str
    required: bool = True
    low: float | None = None
    high: float | None = None


EXPECTED = {
    "id": "small letters, digits and underscores, a letter first",
    "text": "text of one line",
    "date": "a date such as 1944-05-12",
    "period": "a month such as 1944-05 or a date such as 1944-05-12",
    "number": "a number in plain digits",
    "cell": "a number in plain digits, or a sum of unknowns such as share * 2",
}
SOURCE = (
    Field("source", "text", "key of a work in `sources.bib`; empty where there is none", required=False),
    Field("page", "text", "page of it", required=False),
    Field("note", "text", "anything a reader should know", required=False),
)
PLANTS = (
    Field("plant_id", "id", "name of the plant for other tables"),
    Field("name", "text", "as shown"),
    Field("kind", "text", "what it is, such as power station", required=False),
    Field("site", "id", "plants of one site stand together on the page; its own where empty", required=False),
    Field("latitude", "number", "degrees north", required=False, low=-90, high=90),
    Field("longitude", "number", "degrees east", required=False, low=-180, high=180),
    Field(
        "size", "cell", "how much harder it is to harm than a plant of size 1: what falls on it is divided by it", False
    ),
    Field("pace", "cell", "how fast it is repaired against the others, 1 where empty", False),
    Field("lost_on", "date", "day from which it is lost for good, such as to ground forces", required=False),
    *SOURCE,
)
"""Beside these, one column for each product of `system.toml`: what the plant makes of it in a day when it is whole."""
LINKS = (
    Field("giver", "id", "plant that feeds"),
    Field("taker", "id", "plant that is fed"),
    Field("product", "id", "what is passed on; the giver must make it"),
    Field("share", "number", "share of the taker's work that stops when the giver stands still", True, 0, 1),
    *SOURCE,
)
RAIDS = (
    Field("raid_id", "id", "name of the raid"),
    Field("date", "date", "day on which it falls"),
    Field("plant_id", "id", "plant that it falls on"),
    Field("force", "id", "force of `system.toml` that flies it"),
    Field("strength", "cell", "tons, or whatever the force's unit is"),
    *SOURCE,
)
EVENTS = (
    Field("event_id", "id", "name of the event on this plant"),
    Field("date", "date", "day on which it strikes"),
    Field("plant_id", "id", "plant that it strikes"),
    Field("hazard", "id", "hazard of `system.toml`"),
    Field("strength", "cell", "how strong it is there, in the hazard's unit"),
    *SOURCE,
)
SERIES = (
    Field("row_id", "id", "name of the figure"),
    Field("period", "period", "month (a sum) or day (a rate a day) that it speaks of"),
    Field("product", "id", "product it counts; empty for a plant's share of working", required=False),
    Field("plant_id", "id", "plant it is of; empty for all plants together", required=False),
    Field("value", "number", "in the product's unit; for a plant without product, percent of full working", True, 0),
    Field("error_percent", "number", "standard error in percent of the figure, 10 where empty", False, 0.1, 200),
    *SOURCE,
)


def read_table(path: Path, fields: tuple[Field, ...], what: str) -> list[dict[str, Any]]:
    """The rows of one file, each with its ``line``; empty cells are None. what: its name for messages.

    The first field is the key of a row, unless the table is of links. Raises OilplanError in one line: the first fault
    with file, line, column, what came and what is expected, and how many more there are.
    """
    rows, faults = [], []
    for line, cells in _lines(path, fields, what):
        row: dict[str, Any] = {"line": line}
        for field in fields:
            try:
                row[field.name] = _value(field, cells.get(field.name, "").strip())
            except ValueError as error:
                faults.append(f"{what}:{line} {field.name}: {error}")
        rows.append(row)
    if fields is not LINKS:
        faults += _doubles(rows, fields[0].name, what)
    raise_first(faults)
    return rows


def raise_first(faults: list[str]) -> None:
    """Raise OilplanError with the first fault and the number of the others, if there is any."""
    if faults:
        more = f" ({len(faults) - 1} more such fault{'s' * (len(faults) > 2)})" if len(faults) > 1 else ""
        raise OilplanError(faults[0].rstrip(".") + "." + more)


def _doubles(rows: list[dict], key: str, what: str) -> list[str]:
    first: dict[str, int] = {}
    out = []
    for row in rows:
        if (name := row.get(key)) is None:
            continue
        if name in first:
            out.append(f"{what}:{row['line']} {key}: came {name!r} a second time, first in line {first[name]}")
        first.setdefault(name, row["line"])
    return out


def read_text(path: Path, what: str) -> str:
    """A file of the folder as text. Raises OilplanError where it cannot be read, is too large or not UTF-8."""
    try:
        return plain_bytes(path, MOST_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise OilplanError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise OilplanError(f"{what}: is not UTF-8 text; save it as CSV UTF-8.") from None


def _lines(path: Path, fields: tuple[Field, ...], what: str):
    reader = csv.reader(io.StringIO(read_text(path, what), newline=""), strict=True)
    header: list[str] | None = None
    start = 1
    try:
        for values in reader:
            line, start = start, reader.line_num + 1
            if not values or (values[0].startswith("#") and not any(values[1:])) or values[0].lstrip().startswith("# "):
                continue
            if header is None:
                header = _header([v.strip() for v in values], fields, what, line)
            elif len(values) != len(header):
                raise OilplanError(
                    f"{what}:{line} has {len(values)} cells; expected {len(header)}, as many as the header."
                    " Quote a cell that holds a comma."
                )
            elif line > MOST_ROWS:
                raise OilplanError(f"{what}: has more than {MOST_ROWS:,} lines.")
            elif any(v.strip() for v in values):
                yield line, dict(zip(header, values, strict=True))
    except csv.Error as error:
        raise OilplanError(f"{what}:{start} cannot be read as CSV: {error}.") from None
    if header is None:
        raise OilplanError(f"{what}: is empty; expected a header with {', '.join(f.name for f in fields)}.")


def _header(names: list[str], fields: tuple[Field, ...], what: str, line: int) -> list[str]:
    known = [f.name for f in fields]
    if len(names) == 1 and re.search("[;\t]", names[0]):
        raise OilplanError(f"{what}:{line} has its cells parted by semicolons or tabs; save it as CSV with commas.")
    for k, name in enumerate(names, start=1):
        if name not in known:
            near = ", ".join(nearest(name, known, 3))
            raise OilplanError(f"{what}:{line} column {k}: {name[:60]!r} is not a column here; nearest: {near}.")
        if name in names[: k - 1]:
            raise OilplanError(f"{what}:{line} column {k}: {name!r} stands twice.")
    lacking = [f.name for f in fields if f.required and f.name not in names]
    if lacking:
        raise OilplanError(f"{what}:{line} lacks the column {lacking[0]!r}; it has {', '.join(names)[:200]}.")
    return names


def _value(field: Field, cell: str) -> Any:
    """A cell as its kind wants it. Raises ValueError with what came and what is expected."""
    expected = EXPECTED[field.kind]
    if cell == "":
        if field.required:
            raise ValueError(f"came an empty cell; expected {expected}")
        return None
    try:
        value = _parsed(field.kind, cell)
    except (ValueError, OverflowError):
        raise ValueError(f"came {_short(cell)}; expected {expected}") from None
    if isinstance(value, float):
        check_range(value, field.low, field.high)
    return value


def check_range(value: float, low: float | None, high: float | None) -> None:
    """Raises ValueError, with what came and what is expected, for a number out of its range."""
    if (low is not None and value < low) or (high is not None and value > high):
        wanted = f"{low:g} to {high:g}" if None not in (low, high) else f"at least {low:g}"
        raise ValueError(f"came {value:g}; expected a number of {wanted}")


def _parsed(kind: str, cell: str) -> Any:
    if kind == "id":
        if not re.fullmatch(NAME, cell):
            raise ValueError
        return cell
    if kind == "text":
        if CONTROL.search(cell) or "\n" in cell or "\r" in cell or len(cell) > LONGEST_TEXT:
            raise ValueError
        return cell
    if kind == "date" or (kind == "period" and len(cell) > 7):
        return date.fromisoformat(cell).isoformat() if re.fullmatch(r"\d{4}-\d\d-\d\d", cell, re.ASCII) else _refuse()
    if kind == "period":
        return cell if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", cell, re.ASCII) else _refuse()
    try:
        return plain_number(cell)
    except ValueError:
        if kind != "cell" or len(cell) > 200 or not list(names_in(cell)):
            raise
        return cell


def _refuse() -> Any:
    raise ValueError


def _short(cell: str) -> str:
    return repr(cell if len(cell) <= 60 else cell[:57] + "...")


def whole_period(period: str, window: Window) -> bool:
    """Whether all of a month or day lies in the window."""
    if len(period) > 7:
        return 0 <= window.day_of(period) < window.n_days
    if period not in window.months:
        return False
    return int(window.days_in_month[window.month_index(period)]) == month_length_d(period)
