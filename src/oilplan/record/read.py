"""Read one table: CSV cells to typed rows, with file, line and column of everything that does not fit."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model, model_validator
from pydantic_core import PydanticCustomError

from oilplan.errors import CONTROL, OilplanError
from oilplan.record.tables import (
    DAY,
    EDTF_FORM,
    FORM_WORDS,
    FORMS,
    MONTH,
    RENAMED,
    TABLES,
    YEAR,
    Column,
    column_names,
    edtf_fault,
    limits_of,
)

UNKNOWN = "?"
"""A cell that was looked for and is unknown; an empty cell was not looked for. Both are null in a table."""

SHOWN = 20
"""Faults listed before the rest are only counted."""
MOST_CHARACTERS = 100_000
"""Of a cell; our longest has two thousand."""
_PLAIN = re.compile(r"[^_]*", re.ASCII)
"""What a cell of figures is written in: Python would take 1_000 for a thousand, other readers for text."""


class RowPlace(NamedTuple):
    """Where a row stands: file name and line."""

    file: str
    line: int


class Rows(NamedTuple):
    """Rows of one table by key, where each stands, and the cells marked ``?`` as (row_id, column)."""

    by_id: dict[str, dict[str, Any]]
    places: dict[str, RowPlace]
    unknown: frozenset[tuple[str, str]]


def read_rows(table: str, data: bytes, file: str) -> Rows:
    """Read and check the rows of one CSV file.

    table: name of the table
    data: the bytes of the file, UTF-8
    file: the name to use in messages

    Returns the rows in file order. Raises OilplanError listing every fault with file, line and column: what
    came and what is expected; for an unknown column the known ones nearest to it.
    """
    numbers = [column.name for column in TABLES[table].columns if column.type in ("integer", "number")]
    rows: dict[str, dict[str, Any]] = {}
    places: dict[str, RowPlace] = {}
    unknown: set[tuple[str, str]] = set()
    faults: list[str] = []
    for line, cells in _cells(table, data, file):
        row_id = cells["row_id"]
        if row_id in rows:
            faults.append(f"{file}:{line} row_id: {row_id[:60]!r} stands twice, first in line {places[row_id].line}")
            continue
        if fault := _odd_cell(cells, numbers):
            faults.append(f"{file}:{line} {fault}")
            continue
        unknown.update((row_id, name) for name, cell in cells.items() if cell == UNKNOWN)
        try:
            rows[row_id] = _row(table, cells)
            places[row_id] = RowPlace(file, line)
        except ValidationError as error:
            faults.extend(f"{file}:{line} {text}" for text in _faults(error, table, cells))
    if faults:
        raise OilplanError(_listed(faults))
    return Rows(rows, places, frozenset(unknown))


def _odd_cell(cells: dict[str, str], numbers: list[str]) -> str | None:
    """The first cell that is no text or number of a table, whatever its column means; what came and what is expected."""
    for name, cell in cells.items():
        if CONTROL.search(cell):
            return f"{name}: came {cell[:60]!r}; expected text without control characters"
    for name, cell in cells.items():
        if len(cell) > MOST_CHARACTERS:
            return f"{name}: came {len(cell):,} characters; expected {MOST_CHARACTERS:,} at most"
    for name in numbers:
        if not _PLAIN.fullmatch(cells.get(name, "")):
            return f"{name}: came {cells[name][:60]!r}; expected a number in plain digits"
    return None


def _row(table: str, cells: dict[str, str]) -> dict[str, Any]:
    filled = {name: None if cell in ("", UNKNOWN) else cell for name, cell in cells.items()}
    return row_model(table).model_validate(filled).model_dump()


@cache
def row_model(table: str) -> type[BaseModel]:
    """What checks the cells of a row of a table and gives them their types."""
    fields: dict[str, Any] = {column.name: _field(column) for column in TABLES[table].columns}
    config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    whole_row: dict[str, Any] = {"form": model_validator(mode="after")(_period_form)} if "period_type" in fields else {}
    return create_model(table, __config__=config, __validators__=whole_row, **fields)


def _field(column: Column) -> tuple[Any, Any]:
    kind: Any = {"integer": int, "number": float}.get(column.type, str)
    limits = limits_of(column)
    if column.words:
        kind = Literal[column.words]
    elif column.type in ("day", "month"):
        kind = Annotated[str, Field(pattern=limits.pop("pattern")), AfterValidator(_edtf)]
    elif column.is_date:
        kind = Annotated[str, AfterValidator(_edtf)]
    return (kind, Field(**limits)) if column.required else (kind | None, Field(default=None, **limits))


def _edtf(text: str) -> str:
    fault = edtf_fault(text)
    if fault is None and any(not end.startswith("19") for end in text.split("/") if end not in ("", "..")):
        fault = "lies outside 1900 to 1999"
    if fault:
        raise PydanticCustomError("edtf", "{form}; this one {fault}", {"form": EDTF_FORM, "fault": fault})
    return text


PERIOD_FORMS = {
    "month": MONTH,
    "month_end": MONTH,
    "day": DAY,
    "date": rf"{DAY}|{MONTH}",
    "year": YEAR,
    "year_end": MONTH,
    "quarter": YEAR,
}
"""How the time of a row is written for each period_type; quarters by their year, with the quarter in the quantity."""


def _period_form(row: Any) -> Any:
    """Refuse a period that is not written as its ``period_type`` asks; a gap of several months may be one row."""
    form = PERIOD_FORMS.get(row.period_type)
    gap = row.status == "missing" and "/" in row.period
    if form and not gap and not re.search(form, row.period):
        asks = {MONTH: "YYYY-MM", DAY: "YYYY-MM-DD", YEAR: "YYYY"}.get(form, "YYYY-MM or YYYY-MM-DD")
        raise PydanticCustomError("period_form", "{asks} for a {kind}", {"asks": asks, "kind": row.period_type})
    return row


def _cells(table: str, data: bytes, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The line every row starts on and its cells by column; a missing ``row_id`` is the table's key."""
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        header = next(reader, None)
    except (UnicodeDecodeError, csv.Error) as error:
        raise OilplanError(f"{file}: not a UTF-8 CSV file ({error}); export it as CSV UTF-8.") from None
    if not header:
        raise OilplanError(f"{file}:1 is empty; expected a header with {', '.join(column_names(table))}.")
    _check_header(table, header, file)
    start = 2
    try:
        for values in reader:
            if values and len(values) != len(header):
                raise OilplanError(
                    f"{file}:{start} has {len(values)} cells; the header has {len(header)}. "
                    "Quote cells that hold a comma."
                )
            if values:
                cells = dict(zip(header, values, strict=True))
                if "row_id" not in cells:
                    cells["row_id"] = cells[TABLES[table].key[0]]
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise OilplanError(f"{file}:{start} cannot be read as CSV: {error}.") from None


def _check_header(table: str, header: Sequence[str], file: str) -> None:
    known = column_names(table)
    for position, name in enumerate(header, start=1):
        if name not in known:
            now = RENAMED.get(name)
            hint = f"it is '{now}' now" if now in known else f"known, nearest first: {', '.join(nearest(name, known))}"
            raise OilplanError(f"{file}:1 column {position}: {name[:60]!r} is not a column of {table}; {hint}.")
        if name in header[: position - 1]:
            raise OilplanError(f"{file}:1 column {position}: '{name}' stands twice.")
    own_key = len(TABLES[table].key) == 1
    needed = "row_id" if not own_key else TABLES[table].key[0]
    if needed not in header:
        raise OilplanError(f"{file}:1 has no column '{needed}', which tells the rows apart.")


def nearest(name: str, known: Sequence[str], limit: int = 5) -> list[str]:
    """The known names nearest to one that is not known, nearest first."""
    from rapidfuzz import fuzz, process

    return [match[0] for match in process.extract(name[:200], known, scorer=fuzz.ratio, limit=limit)]


def _faults(error: ValidationError, table: str, cells: dict[str, str]) -> Iterator[str]:
    columns = {column.name: column for column in TABLES[table].columns}
    for fault in error.errors():
        name = str(fault["loc"][0]) if fault["loc"] else "period"
        yield f"{name}: came {cells.get(name, '')[:60]!r}; expected {_expected(fault, columns.get(name))}"


def _expected(fault: Any, column: Column | None) -> str:
    limits = fault.get("ctx", {})
    words = {
        "float_parsing": "a number without thousands separators",
        "int_parsing": "a whole number",
        "int_parsing_size": "a whole number of fewer digits",
        "int_from_float": "a whole number",
        "finite_number": "a finite number",
        "greater_than_equal": f"at least {limits.get('ge')}",
        "greater_than": f"more than {limits.get('gt')}",
        "less_than_equal": f"at most {limits.get('le')}",
        "literal_error": f"one of {limits.get('expected')}",
        "missing": "a filled cell",
        "string_type": "a filled cell",
    }
    known = words.get(fault["type"])
    if known is None and fault["type"] == "string_pattern_mismatch":
        known = next((words for form, words in FORM_WORDS.items() if FORMS[form] == limits["pattern"]), None)
    return f"{known or fault['msg']} ({column.meaning if column else ''})"


def _listed(faults: list[str]) -> str:
    more = f"\n... and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    return "\n".join(faults[:SHOWN]) + more
