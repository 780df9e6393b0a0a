"""The CSV files of a system's folder: what columns they have (`columns.csv` beside this file), and their cells read with file,
line and column of each fault."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
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


def _declared() -> dict[str, tuple[Field, ...]]:
    """Columns of every table, from `columns.csv` beside this file; those of the table ``*`` close each."""
    found: dict[str, list[Field]] = {}
    with (Path(__file__).parent / "columns.csv").open(encoding="utf-8", newline="") as file:
        for r in csv.DictReader(file):
            low, high = (float(r[end]) if r[end] else None for end in ("low", "high"))
            found.setdefault(r["table"], []).append(
                Field(r["column"], r["kind"], r["meaning"], r["required"] == "yes", low, high)
            )
    closing = found.pop("*")
    return {table: (*own, *closing) for table, own in found.items()}


DAY, MONTH = r"\d{4}-\d\d-\d\d", r"\d{4}-(0[1-9]|1[0-2])"
WRITTEN = {"id": NAME, "date": DAY, "period": f"{DAY}|{MONTH}"}
TABLES = _declared()
"""plants, links, raids, events and series. Beside its own, plants.csv has a column for each product of `system.toml`: what the
plant makes of it in a day when it is whole."""


def read_table(path: Path, fields: tuple[Field, ...]) -> list[dict[str, Any]]:
    """The rows of one file, each with its ``line``; empty cells are None.

    The first field is the key of a row, unless the table is of links. Raises OilplanError in one line: the first fault
    with file, line, column, what came and what is expected, and how many more there are.
    """
    rows, faults = [], []
    for line, cells in _lines(path, fields):
        row: dict[str, Any] = {"line": line}
        for field in fields:
            try:
                row[field.name] = _value(field, cells.get(field.name, "").strip())
            except ValueError as error:
                faults.append(f"{path.name}:{line} {field.name}: {error}")
        rows.append(row)
    if fields is not TABLES["links"]:
        faults += _doubles(rows, fields[0].name, path.name)
    raise_first(faults)
    return rows


def raise_first(faults: list[str]) -> None:
    """Raise OilplanError with the first fault and the number of the others, if there is any."""
    if faults:
        more = f" ({len(faults) - 1} more such fault{'s' * (len(faults) > 2)})" if len(faults) > 1 else ""
        raise OilplanError(faults[0].rstrip(".") + "." + more)


def _doubles(rows: list[dict], key: str, file: str) -> Iterator[str]:
    first: dict[str, int] = {}
    for row in rows:
        name = row.get(key)
        if name is not None and first.setdefault(name, row["line"]) != row["line"]:
            yield f"{file}:{row['line']} {key}: came {name!r} a second time, first in line {first[name]}"


def read_text(path: Path) -> str:
    """A file of the folder as text. Raises OilplanError where it cannot be read, is too large or not UTF-8."""
    try:
        return plain_bytes(path, MOST_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise OilplanError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise OilplanError(f"{path.name}: is not UTF-8 text; save it as CSV UTF-8.") from None


def _lines(path: Path, fields: tuple[Field, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The line on which every row begins and its cells by column; comments and empty rows are passed over."""
    file, reader = path.name, csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    header: list[str] | None = None
    start = 1
    try:
        for values in reader:
            line, start = start, reader.line_num + 1
            if not values or (values[0].startswith("#") and not any(values[1:])) or values[0].lstrip().startswith("# "):
                continue
            if header is None:
                header = _header([v.strip() for v in values], fields, f"{file}:{line}")
            elif len(values) != len(header):
                raise OilplanError(
                    f"{file}:{line} has {len(values)} cells; expected {len(header)}, as many as the header."
                    " Quote a cell that holds a comma."
                )
            elif line > MOST_ROWS:
                raise OilplanError(f"{file}: has more than {MOST_ROWS:,} lines.")
            elif any(v.strip() for v in values):
                yield line, dict(zip(header, values, strict=True))
    except csv.Error as error:
        raise OilplanError(f"{file}:{start} cannot be read as CSV: {error}.") from None
    if header is None:
        raise OilplanError(f"{file}: is empty; expected a header with {', '.join(f.name for f in fields)}.")


def _header(names: list[str], fields: tuple[Field, ...], where: str) -> list[str]:
    known = [f.name for f in fields]
    if len(names) == 1 and re.search("[;\t]", names[0]):
        raise OilplanError(f"{where} has its cells parted by semicolons or tabs; save it as CSV with commas.")
    for k, name in enumerate(names, start=1):
        if name not in known:
            near = ", ".join(nearest(name, known, 3))
            raise OilplanError(f"{where} column {k}: {name[:60]!r} is not a column here; nearest: {near}.")
        if name in names[: k - 1]:
            raise OilplanError(f"{where} column {k}: {name!r} stands twice.")
    lacking = [f.name for f in fields if f.required and f.name not in names]
    if lacking:
        raise OilplanError(f"{where} lacks the column {lacking[0]!r}; it has {', '.join(names)[:200]}.")
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
        short = cell if len(cell) <= 60 else cell[:57] + "..."
        raise ValueError(f"came {short!r}; expected {expected}") from None
    if isinstance(value, float):
        _check_range(value, field.low, field.high)
    return value


def _check_range(value: float, low: float | None, high: float | None) -> None:
    if (low is not None and value < low) or (high is not None and value > high):
        wanted = f"{low:g} to {high:g}" if None not in (low, high) else f"at least {low:g}"
        raise ValueError(f"came {value:g}; expected a number of {wanted}")


def _parsed(kind: str, cell: str) -> float | str:
    if kind in ("number", "cell"):
        try:
            return plain_number(cell)
        except ValueError:
            if kind == "cell" and len(cell) <= 200 and list(names_in(cell)):
                return cell
            raise
    if kind == "text":
        fits = len(cell) <= LONGEST_TEXT and not CONTROL.search(cell) and "\n" not in cell and "\r" not in cell
    else:
        fits = re.fullmatch(WRITTEN[kind], cell, re.ASCII) is not None
    if not fits:
        raise ValueError
    return date.fromisoformat(cell).isoformat() if kind in ("date", "period") and len(cell) > 7 else cell


def whole_period(period: str, window: Window) -> bool:
    """Whether all of a month or day lies in the window."""
    if len(period) > 7:
        return 0 <= window.day_of(period) < window.n_days
    if period not in window.months:
        return False
    return int(window.days_in_month[window.month_index(period)]) == month_length_d(period)
