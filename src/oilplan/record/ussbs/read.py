"""Read the survey tabulation or its per-attack sheets strictly: any cell that is not as expected stops the reading."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from oilplan.errors import OilplanError
from oilplan.exchange import plain_bytes
from oilplan.record.ussbs.row import (
    COLUMNS,
    GROUP_COLUMN,
    SHEET_COLUMNS,
    SHEET_ONLY,
    SUM_COLUMN,
    BadCell,
    RawRow,
    parse_attack,
    parse_row,
)

FAULTS_SHOWN = 5
MOST_BYTES = 64_000_000
"""Of a file; the whole tabulation has one million."""
SHEET_HEADER = (*(SHEET_COLUMNS.get(column, column) for column in COLUMNS[:-1]), GROUP_COLUMN, SUM_COLUMN)
DECIMAL_COMMA = re.compile(r"\s*-?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),[0-9]+\s*")
THOUSANDS = re.compile(r"\s*-?[0-9]{1,3}(?:\.[0-9]{3})+\s*")
"""Figures as a German table program writes them beside semicolons: 40,0 and, in a file with such, 1.240."""


def read_rows(path: Path) -> list[RawRow]:
    """Every row of the tabulation, in the order of the file.

    path: a CSV file in UTF-8, cells parted by commas or semicolons (then with decimal points or commas), whose header
    names the columns of the tabulation or of a per-attack sheet, in any order; or a folder of per-attack sheets, whose
    lines are counted through the files in order of name

    Returns one row per line after the header. Raises OilplanError, naming file, line, column, what came and
    what was expected, when the file cannot be opened, is empty, is not text, has another header, or has a
    line with too few or too many cells or a cell that is not a number where one is due.
    """
    rows: list[RawRow] = []
    faults: list[str] = []
    for file in files_of(path):
        _read_file(file, len(rows) if path.is_dir() else 0, rows, faults)
    if faults:
        raise OilplanError(_listed(faults))
    if not rows:
        raise OilplanError(f"{path}: found the header and no rows, expected the rows of the tabulation below it.")
    return rows


def files_of(path: Path) -> list[Path]:
    """The file, or the sheets of a folder in order of name. Raises OilplanError for a folder without one."""
    if not path.is_dir():
        return [path]
    sheets = sorted(p for p in path.glob("*.csv") if p.is_file())
    if not sheets:
        raise OilplanError(f"{path}: cannot be read (a folder without CSV files); expected a CSV file, or sheets.")
    return sheets


def _read_file(path: Path, before: int, rows: list[RawRow], faults: list[str]) -> None:
    text = _text_of(path)
    semicolons = text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",")
    lines = _lines_of(text, path, ";" if semicolons else ",")
    header = [name.strip() for name in lines[0][1]]
    is_sheet = GROUP_COLUMN in header
    _check_header(header, path, is_sheet)
    commas = semicolons and any(DECIMAL_COMMA.fullmatch(cell) for _, cells in lines[1:] for cell in cells)
    for number, cells in lines[1:]:
        if commas:
            cells = [_with_a_point(cell) for cell in cells]
        try:
            rows.append(_row(header, cells, is_sheet, number)._replace(line=before + number))
        except BadCell as fault:
            faults.append(f"{path}:{number}: {fault}")


def _with_a_point(cell: str) -> str:
    """A cell of a file with decimal commas as the tabulation prints it: 1.240,5 is 1240.5 and 1.240 is 1240."""
    if DECIMAL_COMMA.fullmatch(cell) or THOUSANDS.fullmatch(cell):
        return cell.replace(".", "").replace(",", ".")
    return cell


def _text_of(path: Path) -> str:
    try:
        content = plain_bytes(path, MOST_BYTES)
    except OSError as fault:
        raise OilplanError(f"{path}: cannot be read ({fault.strerror}); expected a CSV file.") from None
    if not content.strip():
        raise OilplanError(
            f"{path}: the file is empty; expected a CSV file whose first line names {len(COLUMNS)} columns."
        )
    if b"\0" in content:
        raise OilplanError(f"{path}: found zero bytes, so this is a binary file; expected a CSV file in UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise OilplanError(
            f"{path}:{line}: found byte 0x{content[fault.start]:02x}, which is not UTF-8; expected a CSV file in UTF-8."
        ) from None


def _lines_of(text: str, path: Path, delimiter: str) -> list[tuple[int, list[str]]]:
    """Line number of the last physical line of each record, and its cells; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    try:
        return [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as fault:
        raise OilplanError(
            f"{path}:{reader.line_num}: not a CSV line ({fault}); expected cells between commas or semicolons."
        ) from None


def _check_header(header: list[str], path: Path, is_sheet: bool) -> None:
    expected = SHEET_HEADER if is_sheet else COLUMNS
    missing = [name for name in expected if name not in header]
    unexpected = [name for name in header if name not in expected and not (is_sheet and name in SHEET_ONLY)]
    twice = sorted({name for name in header if header.count(name) > 1})
    if missing or unexpected or twice:
        found = [
            f"{label} {', '.join(repr(name) for name in names)}"
            for label, names in (("missing", missing), ("unexpected", unexpected), ("twice", twice))
            if names
        ]
        what = "a per-attack sheet" if is_sheet else "the survey tabulation"
        raise OilplanError(f"{path}:1: not the header of {what}: {'; '.join(found)}. Expected {','.join(expected)}.")


def _row(header: Sequence[str], cells: list[str], is_sheet: bool, number: int) -> RawRow:
    if len(cells) != len(header):
        column = header[len(cells)] if len(cells) < len(header) else "after " + header[-1]
        raise BadCell(column, f"{len(cells)} cells", f"{len(header)} cells: the line is cut or has a comma too many")
    cell = dict(zip(header, cells, strict=True))
    return parse_attack(cell, number) if is_sheet else parse_row([cell[column] for column in COLUMNS], number)


def _listed(faults: list[str]) -> str:
    more = len(faults) - FAULTS_SHOWN
    shown = faults[:FAULTS_SHOWN] + ([f"... and {more} more lines like these"] if more > 0 else [])
    return "\n".join(shown) + "\nNothing was written. Correct these lines, or take a fresh copy of the file."
