"""Rows of the survey's attack tabulation as it was digitised, or of its per-attack sheets: columns, typed cells, and the strict
reading of a file, which any cell that is not as expected stops.

Nothing is repaired here. Tons are short tons, as printed: the raids table keeps the unit of its source.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from oilplan.errors import OilplanError
from oilplan.exchange import plain_bytes

COLUMNS = (
    *("target_location", "target_name", "BOOK", "latitude", "longitude", "target_code"),
    *("DAY", "MONTH", "YEAR", "TIME OF ATTACK", "AIR FORCE", "TOTAL_AIRCRAFT", "AVG_ALTITUDE"),
    *("TOTAL_HE_BOMBS", "TOTAL_HE_TONS", "TOTAL_INCENDIARY_BOMBS", "TOTAL_INCENDIARY_TONS"),
    *("TOTAL_FRAG_BOMBS", "TOTAL_FRAG_TONS", "TOTAL_TONS", "NUM_ATTACKS"),
)
TEXTS, DAYS = ("book", "latitude", "longitude", "code"), ("day", "month", "year")
LOADS = ("he_bombs", "he_short_tons", "ib_bombs", "ib_short_tons", "frag_bombs", "frag_short_tons", "total_short_tons")
"""Fields of a row that `COLUMNS` holds from its third, its seventh and its fourteenth on, in order."""
OIL_BOOK = "BOOK_2_OILREFINERIES"
SHEET_COLUMNS = {
    "BOOK": "book",
    "TOTAL_AIRCRAFT": "NUMBER OF AIRCRAFT BOMBING",
    "AVG_ALTITUDE": "ALTITUDE OF RELEASE IN HUND. FT.",
    "TOTAL_HE_BOMBS": "HIGH EXPLOSIVE BOMBS NUMBER",
    "TOTAL_HE_TONS": "HIGH EXPLOSIVE BOMBS TONS",
    "TOTAL_INCENDIARY_BOMBS": "INCENDIARY BOMBS NUMBER",
    "TOTAL_INCENDIARY_TONS": "INCENDIARY BOMBS TONS",
    "TOTAL_FRAG_BOMBS": "FRAGMENTATION BOMBS NUMBER",
    "TOTAL_FRAG_TONS": "FRAGMENTATION BOMBS TONS",
    "TOTAL_TONS": "TOTAL TONS",
}
"""The column of a per-attack sheet for each of the tabulation that is named otherwise there."""
GROUP_COLUMN, SUM_COLUMN = "GROUP/SQUADRON NUMBER", "SUMMATION_ROW"
SHEET_ONLY = (
    *("box", "image", "SIGHTING", "VISIBILITY OF TARGET", "TARGET PRIORITY", "HIGH EXPLOSIVE BOMBS SIZE"),
    *("HIGH EXPLOSIVE BOMBS FUZING NOSE", "HIGH EXPLOSIVE BOMBS FUZING TAIL", "INCENDIARY BOMBS SIZE"),
    "FRAGMENTATION BOMBS SIZE",
)
"""Columns of the sheets that are not read here."""
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,20})?(e-[0-9]{1,2})?", re.ASCII)
LARGEST = {"TOTAL_AIRCRAFT": 10_000, "AVG_ALTITUDE": 1_000, "NUM_ATTACKS": 1_000, "TOTAL_TONS": 20_000}
"""More than any row of the tabulation has, by a factor of two and over."""
LARGEST_TONS, LARGEST_BOMBS = 20_000, 1_000_000
MAY_BE_NEGATIVE = ("TOTAL_INCENDIARY_TONS", "TOTAL_FRAG_TONS")
"""Parts of a total: two cells of the public digitisation are negative, and no raid is made of their rows."""
DATE, FORCE, PLANT, DUPLICATE = "date_suspect", "force_suspect", "plant_suspect", "duplicate_suspect"
"""Quality flags that a repair may put on a raid."""
FAULTS_SHOWN = 5
MOST_BYTES = 64_000_000
"""Of a file; the whole tabulation has one million."""
SHEET_HEADER = (*(SHEET_COLUMNS.get(column, column) for column in COLUMNS[:-1]), GROUP_COLUMN, SUM_COLUMN)
DECIMAL_COMMA = re.compile(r"\s*-?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),[0-9]+\s*")
THOUSANDS = re.compile(r"\s*-?[0-9]{1,3}(?:\.[0-9]{3})+\s*")
"""Figures as a German table program writes them beside semicolons: 40,0 and, in a file with such, 1.240."""


class RawRow(NamedTuple):
    """A row of the tabulation: what the digitised sheet says, with numbers read as numbers.

    line: line in the file, the header being 1
    day, month, year, force: as text, a trailing ``.0`` taken off; empty where the sheet has none
    clock: time of attack as HHMM, or None
    aircraft, attack_lines: as totalled over the attack lines the row stands for
    altitude: as text, in hundreds of feet; read for comparing rows only
    he_bombs, ib_bombs, frag_bombs: number of high explosive, incendiary and fragmentation bombs
    he_short_tons, ib_short_tons, frag_short_tons, total_short_tons: short tons
    group: group or squadron, on a per-attack sheet only; two attacks of equal size by two groups are no copy
    is_sum: marked as a summation of other rows, on a per-attack sheet only
    """

    line: int
    location: str
    name: str
    book: str
    latitude: str
    longitude: str
    code: str
    day: str
    month: str
    year: str
    clock: int | None
    force: str
    aircraft: float
    altitude: str
    he_bombs: float
    he_short_tons: float
    ib_bombs: float
    ib_short_tons: float
    frag_bombs: float
    frag_short_tons: float
    total_short_tons: float
    attack_lines: int
    group: str = ""
    is_sum: bool = False

    @property
    def has_negative(self) -> bool:
        """Whether a part of the total is negative, which no load is."""
        return min(self.ib_short_tons, self.frag_short_tons) < 0

    @property
    def aircraft_per_line(self) -> float:
        """Aircraft of one attack line, on average."""
        return self.aircraft / self.attack_lines

    @property
    def target(self) -> tuple[str, str]:
        """Location and name in capitals: the same target is written in several cases."""
        return self.location.strip().upper(), self.name.strip().upper()

    @property
    def content(self) -> tuple[str, ...]:
        """All that the row says as text: an order among rows that does not hang on where they stand in the file."""
        return tuple(map(str, self[1:]))

    @property
    def date_as_read(self) -> str:
        """Day, month and year as the sheet has them: ``14-15/1/5``."""
        return f"{self.day}/{self.month}/{self.year}"


class RowRepair(NamedTuple):
    """One change, or one doubt that changed nothing (``found`` equal to ``taken``).

    field: what it is about: day, month, year, date, night, force, plant, tons, coordinates
    found: as the sheet has it, or as the step before left it
    taken: what is used instead
    reason: why, in words for a reader of the audit
    flag: the quality flag that it puts on the raid; empty where nothing is left in doubt
    """

    field: str
    found: str
    taken: str
    reason: str
    flag: str

    def __str__(self) -> str:
        if self.found == self.taken:
            return f"{self.field} {self.found or '(none)'} doubted: {self.reason}"
        return f"{self.field} {self.found or '(none)'} -> {self.taken or '(none)'}: {self.reason}"


def parse_row(cells: list[str], line: int) -> RawRow:
    """The row of one line. cells: a text a column, in the order of ``COLUMNS``.

    Raises BadCell at the first cell that is not what its column expects.
    """
    cell = dict(zip(COLUMNS, cells, strict=True))
    return RawRow(
        line=line,
        location=cell["target_location"],
        name=cell["target_name"],
        **_each(TEXTS, COLUMNS[2:6], lambda column: cell[column].strip()),
        **_each(DAYS, COLUMNS[6:9], lambda column: _bare(cell[column])),
        clock=_clock(cell),
        force=_bare(cell["AIR FORCE"]),
        aircraft=_number(cell, "TOTAL_AIRCRAFT"),
        altitude=_altitude(cell),
        **_each(LOADS, COLUMNS[13:20], lambda column: _number(cell, column)),
        attack_lines=_count(cell, "NUM_ATTACKS"),
    )


def _each(fields: Iterable[str], columns: Iterable[str], read: Callable[[str], Any]) -> dict[str, Any]:
    return {field: read(column) for field, column in zip(fields, columns, strict=True)}


def parse_attack(cells: dict[str, str], line: int) -> RawRow:
    """The row of one line of a per-attack sheet: one attack line; an empty figure counts as none dropped.

    cells: text by the sheet's own column names. Raises BadCell as `parse_row` does.
    """
    texts = [cells.get(SHEET_COLUMNS.get(column, column), "").strip() for column in COLUMNS[:-1]]
    numbers = [c for c in SHEET_COLUMNS if c not in ("BOOK", "AVG_ALTITUDE")]
    filled = ["0" if column in numbers and not text else text for column, text in zip(COLUMNS, texts, strict=False)]
    marked = cells.get(SUM_COLUMN, "").strip().lower()
    if marked not in ("true", "false", "1", "0", ""):
        raise BadCell(SUM_COLUMN, cells[SUM_COLUMN], "True or False")
    row = parse_row([*filled, "1"], line)
    return row._replace(group=cells.get(GROUP_COLUMN, "").strip(), is_sum=marked in ("true", "1"))


class BadCell(ValueError):
    """A cell that is not what its column expects: ``column``, ``found`` and ``expected``."""

    def __init__(self, column: str, found: str, expected: str):
        super().__init__(f"column {column}: found {found[:80]!r}, expected {expected}")
        self.column, self.found, self.expected = column, found, expected


def _bare(text: str) -> str:
    text = text.strip()
    return text[:-2] if text.endswith(".0") else text


def _number(cell: dict[str, str], column: str) -> float:
    text = cell[column].strip()
    if text.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        raise BadCell(column, text, "a finite number")
    if not NUMBER.fullmatch(text):
        raise BadCell(column, text, "a number in plain figures, such as 12 or 12.5")
    value = float(text)
    most = LARGEST.get(column, LARGEST_TONS if column.endswith("TONS") else LARGEST_BOMBS)
    if value > most:
        raise BadCell(column, text, f"at most {most:,}")
    if value < 0 and column not in MAY_BE_NEGATIVE:
        raise BadCell(column, text, "no negative number")
    return value


def _count(cell: dict[str, str], column: str) -> int:
    value = _number(cell, column)
    if value < 1 or value != int(value):
        raise BadCell(column, cell[column], "a whole number, 1 or more")
    return int(value)


def _altitude(cell: dict[str, str]) -> str:
    if cell["AVG_ALTITUDE"].strip():
        _number(cell, "AVG_ALTITUDE")
    return cell["AVG_ALTITUDE"].strip()


def _clock(cell: dict[str, str]) -> int | None:
    if not cell["TIME OF ATTACK"].strip():
        return None
    value = _number(cell, "TIME OF ATTACK")
    if not 0 <= value < 2400:
        raise BadCell("TIME OF ATTACK", cell["TIME OF ATTACK"], "a clock time from 0 to 2359, or nothing")
    return int(value)


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
