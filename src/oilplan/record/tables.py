"""How the tables of the record are declared, in `tables.csv` and `columns.csv` beside this file: columns, keys, what each
holds, and how a cell is written.

`columns.csv`: a row a column of a table, in file order. Those of the table ``*`` stand in several: a row without a type
takes what it leaves empty from there, and every table opens with ``row_id`` and closes with `MARKS`.
`tables.csv`: ``leads_to`` holds the keys to other tables as column=table.column, ``shown`` the columns that stand first in
a narrow terminal, ``shown_when_wide`` those that a wide one and a page add. Lists are joined by ';'.
"""

from __future__ import annotations

import csv
import re
import tomllib
from calendar import monthrange
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

# One column.

MONTH = r"^19\d\d-(0[1-9]|1[0-2])$"
YEAR = r"^19\d\d$"
DAY = r"^19\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
FORMS = {
    "month": MONTH,
    "day": DAY,
    "day_or_month": r"^19\d\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$",
    "key": r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$",
    "facts": r"^F\d{3}(;F\d{3})*$",
    "claims": r"^C\d{2}(;C\d{2})*$",
    "bears": r"^(for|against|on):C\d{2}(;(for|against|on):C\d{2})*$",
    "source_keys": r"^[A-Za-z0-9][A-Za-z0-9_:.+/-]*(;[A-Za-z0-9][A-Za-z0-9_:.+/-]*)*$",
    "quality": r"^(ok|(date|duplicate|force|plant)_suspect(;(date|duplicate|force|plant)_suspect)*)$",
    "process": (
        r"^(bergius|hydrogenation|iso-octane|methanol|fischer_tropsch|hydroforming|crude_refining|benzol|"
        r"(lignite|coal)\w*_tar)([\W_].*)?$"
    ),
}
"""How a text is written, by the names that `columns.csv` uses; ``process``: ways to make oil that the model knows."""
FORM_WORDS = {
    "month": "YYYY-MM",
    "day": "YYYY-MM-DD",
    "day_or_month": "YYYY-MM-DD or YYYY-MM",
    "key": "letters, digits, _ . + -, no spaces",
    "source_keys": "keys joined by ';'",
    "bears": "for, against or on, a colon and the claim (for:C26;on:C44)",
    "quality": "ok, or date_suspect, duplicate_suspect, force_suspect, plant_suspect joined by ';'",
    "process": (
        "one that opens with bergius, hydrogenation, iso-octane, methanol, fischer_tropsch, hydroforming, "
        "crude_refining, benzol, lignite_carbonisation_tar or coal_and_lignite_tar"
    ),
}
"""What each form asks, in words, for messages and descriptions."""
MOST = 1e9
"""No figure of the record is larger: Germany used eleven million tons of oil in its best year."""
SIGNS = {">=": "ge", ">": "gt", "<=": "le"}


class Column(NamedTuple):
    """A row of `columns.csv`.

    type: text, integer, number, date (EDTF of the twentieth century), day or month
    required: an empty cell is refused; unit: of the numbers, as printed
    limits: bounds of a number, by pydantic's names (ge, gt, le); words: the only ones allowed
    form: of `FORMS`, "" where the text is free; meaning: one sentence for descriptions and messages
    """

    name: str
    type: str
    required: bool
    unit: str
    limits: dict[str, float]
    words: tuple[str, ...]
    form: str
    meaning: str

    @property
    def is_date(self) -> bool:
        """Whether the column holds dates."""
        return self.type in ("date", "day", "month")

    @property
    def range(self) -> str:
        """What a cell may hold, in a few words."""
        if self.words:
            return ", ".join(self.words)
        bounds = [f"{sign} {self.limits[name]:g}" for sign, name in SIGNS.items() if name in self.limits]
        return " and ".join(bounds) or FORM_WORDS.get(self.form, "EDTF" if self.is_date else "")


def declared(cells: dict[str, str]) -> Column:
    """A column from its cells in `columns.csv`."""
    limits: dict[str, float] = {}
    for bound in filter(None, cells["range"].split(" and ")):
        sign, number = bound.split()
        limits[SIGNS[sign]] = int(number) if number.lstrip("-").isdigit() else float(number)
    if limits:
        limits.setdefault("le", MOST)
    return Column(
        name=cells["column"],
        type=cells["type"],
        required=cells["required"] == "yes",
        unit=cells["unit"],
        limits=limits,
        words=tuple(filter(None, cells["words"].split(";"))),
        form=cells["type"] if cells["type"] in ("day", "month") else cells["form"],
        meaning=cells["meaning"],
    )


class ColumnDescription(NamedTuple):
    """One column for people. ``type`` is text, date, integer or number; ``unit`` and ``range`` may be empty."""

    name: str
    type: str
    unit: str
    range: str
    required: bool
    meaning: str


def described(column: Column) -> ColumnDescription:
    """What a column means, in words."""
    kind = "date" if column.is_date else column.type
    return ColumnDescription(column.name, kind, column.unit, column.range, column.required, column.meaning)


def limits_of(column: Column) -> dict[str, Any]:
    """The bounds and the pattern of a column by pydantic's names: ge, gt, le, pattern."""
    return {**column.limits, **({"pattern": FORMS[column.form]} if column.form else {})}


# The tables.

MARKS = ("source_keys", "via", "status", "confidence", "marks_note")
"""The closing columns of every row: where it comes from and how far to believe it."""
DECLARED = {name: (Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("columns.csv", "tables.csv")}


class ForeignKey(NamedTuple):
    """A column whose filled cells must stand in a column of another table."""

    column: str
    table: str
    parent: str


class FirstColumns(NamedTuple):
    """Columns of one table that stand first: in a narrow terminal, and those that a wide one and a page add."""

    narrow: tuple[str, ...]
    wide: tuple[str, ...]


class Table(NamedTuple):
    """One table: its columns in file order, those that tell its rows apart, its foreign keys and what is shown of a row
    where not every column fits."""

    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    shown: FirstColumns


def _rows(name: str) -> csv.DictReader:
    return csv.DictReader(DECLARED[name].splitlines(keepends=True))


def _columns() -> dict[str, tuple[Column, ...]]:
    found: dict[str, tuple[Column, ...]] = {}
    shared: dict[str, dict[str, str]] = {}
    for table, rows in groupby(_rows("columns.csv"), key=lambda cells: cells["table"]):
        if table == "*":
            shared = {cells["column"]: cells for cells in rows}
            continue
        own = [r if r["type"] else {k: v or shared[r["column"]][k] for k, v in r.items()} for r in rows]
        found[table] = tuple(map(declared, (shared["row_id"], *own, *(shared[mark] for mark in MARKS))))
    return found


def _tables() -> dict[str, Table]:
    columns, found = _columns(), {}
    for cells in _rows("tables.csv"):
        key, leads_to, narrow, wide = (
            tuple(filter(None, cells[n].split(";"))) for n in ("key", "leads_to", "shown", "shown_when_wide")
        )
        foreign = tuple(ForeignKey(*lead.replace("=", ".").split(".")) for lead in leads_to)
        name = cells["table"]
        found[name] = Table(cells["about"], columns[name], key, foreign, FirstColumns(narrow, wide))
    return found


TABLES = _tables()
"""Every table by its file name without ``.csv``, parents before the tables that lead to them."""

MOVED = {
    "output_monthly": ("output",),
    "output_found": ("output", "stocks_and_use"),
    "stocks_consumption_monthly": ("stocks_and_use",),
    "plant_output_monthly": ("plant_output",),
    "totals_known": ("forces",),
    "force_monthly": ("forces",),
    "facts_found": ("plant_output", "estimates", "raid_accounts", "output", "forces"),
}
"""Where the rows of a table of an earlier record stand now; their row ids are the same."""
RENAMED = {
    "month": "period",
    "date": "period",
    "series": "quantity",
    "measure": "quantity",
    "metric": "quantity",
    "tons_metric": "value",
    "tons_low": "low",
    "tons_high": "high",
    "id": "row_id",
    "force_or_plant": "about",
}
"""Columns of an earlier record by the names they have now."""


def column_names(table: str) -> tuple[str, ...]:
    """Columns of a table in file order: ``row_id``, the table's own columns, then the marks."""
    return tuple(column.name for column in TABLES[table].columns)


@cache
def describe_table(table: str) -> tuple[ColumnDescription, ...]:
    """What the columns of a table mean, in file order."""
    return tuple(map(described, TABLES[table].columns))


ACTIONS = ("rejoin", "replace", "mark", "fill")


class Correction(NamedTuple):
    """One repaired row. ``found`` and ``now`` give cells by column name as the table was gathered.

    action: one of `ACTIONS`. ``found`` may hold ``beyond``: the cell that a broken line pushed past the last column.
    """

    table: str
    row_id: str
    action: str
    reason: str
    found: dict[str, str]
    now: dict[str, str]


def read_corrections() -> tuple[Correction, ...]:
    """Every correction of the embedded record (`data/corrections.toml`), in file order."""
    text = (Path(__file__).parent / "data" / "corrections.toml").read_text(encoding="utf-8")
    return tuple(Correction(**entry) for entry in tomllib.loads(text)["correction"])


# Dates: Extended Date/Time Format, levels 0 and 1, without times of day, by ISO 8601-2 [Library of Congress, Extended
# Date/Time Format Specification, 2019], for the years 1000 to 9999. 1944-05-12 a day, 1944-05 a month, 1944 a year, 1944-21
# a spring (22 summer, 23 autumn, 24 winter); ? uncertain, ~ approximate, % both, after the whole date; X an unspecified digit,
# from the right; A/B from A to B, ``..`` an open and nothing an unknown end.

_DATE = re.compile(r"^([1-9]\d{3}|[1-9]\d{2}X|[1-9]\dXX)(?:-(\d\d|XX)(?:-(\d\d|XX))?)?[?~%]?$", re.ASCII)
SEASONS = ("21", "22", "23", "24")
EDTF_FORM = "a date in EDTF: 1944-05-12, 1944-05, 1944, 1944-05/1944-09, 1944-12-12? where it is uncertain"
LONGEST_DATE = 40
"""Characters: two dates of eleven, with room for typing errors to be shown."""


def edtf_fault(text: str) -> str | None:
    """What is wrong with a date, in a clause; None for a valid one."""
    if len(text) > LONGEST_DATE:
        return "is too long for a date"
    first, slash, last = text.partition("/")
    if not slash:
        return _date_fault(first)
    if {first, last} <= {"", ".."}:
        return "has neither a beginning nor an end"
    fault = next((fault for end in (first, last) if end not in ("", "..") and (fault := _date_fault(end))), None)
    if fault or "" in (first, last) or ".." in (first, last):
        return fault
    return "ends before it begins" if _latest(last) < _earliest(first) else None


def _date_fault(text: str) -> str | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return "is not written as one"
    year, month, day = match.groups()
    if month is None:
        return None
    if "X" in year and (month, day) not in (("XX", None), ("XX", "XX")):
        return "has an unspecified year with a known month"
    if month in SEASONS:
        return "has a day in a season" if day else None
    if month != "XX" and not 1 <= int(month) <= 12:
        return f"has no month {month}"
    if day is None or day == "XX":
        return None
    if month == "XX":
        return "has a day of an unspecified month"
    return None if 1 <= int(day) <= monthrange(int(year), int(month))[1] else f"has no day {day} in that month"


def _earliest(text: str) -> str:
    """The first day that a date may mean, as text that sorts: unspecified digits at their lowest."""
    return _bound(text, "0", "01", {"21": "03", "22": "06", "23": "09", "24": "12"})


def _latest(text: str) -> str:
    """The last day that a date may mean, as text that sorts after every day in it; a winter ends with its year."""
    return _bound(text, "9", "99", {"21": "05", "22": "08", "23": "11", "24": "12"})


def _bound(text: str, digit: str, part: str, months: dict[str, str]) -> str:
    """A date with what it leaves open filled in: digits of the year, a month or day, the month of a season."""
    year, _, rest = text.rstrip("?~%").partition("-")
    month, _, day = rest.partition("-")
    month = months.get(month, month).replace("XX", part) or part
    return f"{year.replace('X', digit)}-{month}-{day.replace('XX', part) or part}"
