"""Read the survey tabulation, a CSV file, strictly: any cell that is not as expected stops the reading."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from oilplan.errors import OilplanError
from oilplan.record.ussbs.row import COLUMNS, BadCell, RawRow, parse_row

FAULTS_SHOWN = 5


def read_rows(path: Path) -> list[RawRow]:
    """Every row of the tabulation, in the order of the file.

    path: a CSV file in UTF-8 whose header names the columns of ``COLUMNS``, in any order

    Returns one row per line after the header. Raises OilplanError, naming file, line, column, what came and
    what was expected, when the file cannot be opened, is empty, is not text, has another header, or has a
    line with too few or too many cells or a cell that is not a number where one is due.
    """
    lines = _lines_of(_text_of(path), path)
    header = [name.strip() for name in lines[0][1]]
    _check_header(header, path)
    order = [header.index(name) for name in COLUMNS]
    rows, faults = [], []
    for number, cells in lines[1:]:
        try:
            rows.append(_row(cells, order, number))
        except BadCell as fault:
            faults.append(f"{path}:{number}: {fault}")
    if faults:
        raise OilplanError(_listed(faults))
    if not rows:
        raise OilplanError(
            f"{path}: found the header and no rows, expected the rows of the tabulation below it."
        )
    return rows


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise OilplanError(f"{path}: cannot be read ({fault.strerror}); expected a CSV file.") from None
    if not content.strip():
        raise OilplanError(
            f"{path}: the file is empty; expected a CSV file whose first line names {len(COLUMNS)} columns."
        )
    if b"\0" in content:
        raise OilplanError(
            f"{path}: found zero bytes, so this is a binary file; expected a CSV file in UTF-8."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise OilplanError(
            f"{path}:{line}: found byte 0x{content[fault.start]:02x}, which is not UTF-8; "
            "expected a CSV file in UTF-8."
        ) from None


def _lines_of(text: str, path: Path) -> list[tuple[int, list[str]]]:
    """Line number of the last physical line of each record, and its cells; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as fault:
        raise OilplanError(
            f"{path}:{reader.line_num}: not a CSV line ({fault}); expected cells between commas."
        ) from None


def _check_header(header: list[str], path: Path) -> None:
    missing = [name for name in COLUMNS if name not in header]
    unexpected = [name for name in header if name not in COLUMNS]
    twice = sorted({name for name in header if header.count(name) > 1})
    if missing or unexpected or twice:
        found = [
            f"{label} {', '.join(repr(name) for name in names)}"
            for label, names in (("missing", missing), ("unexpected", unexpected), ("twice", twice))
            if names
        ]
        raise OilplanError(
            f"{path}:1: not the header of the survey tabulation: {'; '.join(found)}. "
            f"Expected {','.join(COLUMNS)}."
        )


def _row(cells: list[str], order: list[int], number: int) -> RawRow:
    if len(cells) != len(COLUMNS):
        column = COLUMNS[len(cells)] if len(cells) < len(COLUMNS) else "after " + COLUMNS[-1]
        raise BadCell(
            column, f"{len(cells)} cells", f"{len(COLUMNS)} cells: the line is cut or has a comma too many"
        )
    return parse_row([cells[place] for place in order], number)


def _listed(faults: list[str]) -> str:
    more = len(faults) - FAULTS_SHOWN
    shown = faults[:FAULTS_SHOWN] + ([f"... and {more} more lines like these"] if more > 0 else [])
    return "\n".join(shown) + "\nNothing was written. Mend these lines, or take a fresh copy of the file."
