"""The record as a test sees it: every row it takes is written down, and every figure comes as draws of its error.

The error of a figure is that of its provenance (`oilplan.record.provenance`). Half of its variance belongs to the row
alone, half to its origin: rows of one work and one quantity err together, so that a ratio of two of them is better known
than either. A row has the same draws wherever it is read, and one draw follows one account of a thing throughout. Axes: D
draws.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from calendar import month_name
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from statistics import NormalDist
from typing import Any, NamedTuple, Protocol

import numpy as np

from ..errors import OilplanError
from ..record.names import FORCE_NAMES, short_name
from ..record.provenance import error_of, figure_sd, origin_of
from ..record.sources import Source
from ..record.tables import TABLES

N_DRAWS = 2000
SHARED = 0.5
"""Share of an error's variance that a row shares with those of its origin; judgement."""
UNSTATED_ERROR = 0.15
"""Error of a derived row, of which the table of provenance gives none: that of a figure weakly recalled."""
FIGURES = (
    *("value", "tons_metric", "capacity_t_per_year", "total_tons_short"),
    *("tons_short_cleaned", "visual_percent", "missing"),
)
"""Columns that hold the figure of a row, the first that a table has."""
INITIALS = re.compile(r"\b(usstaf|ussbs|mew|jic|raf|shaef|bc|us)\b")
MOST_LETTERS = 60
"""Letters of a quotation or of a source where it is named in passing."""
NUMBER_WORDS = {"five": 5.0, "eleven": 11.0, "twenty": 20.0, "fifty": 50.0, "eighty": 80.0}
"""Numbers that the statements read here give in words."""


class Tables(Protocol):
    """Anything that gives the rows of a table by ``row_id``: a `Record`, or one with rows changed or taken away."""

    @property
    def sources(self) -> dict[str, Source]: ...

    def rows(self, name: str) -> dict[str, dict]: ...

    def __hash__(self) -> int: ...


class Missing(Exception):
    """Data that a test needs and the record has not: the table, and what was looked for in it."""

    def __init__(self, table: str, what: str) -> None:
        super().__init__(f"{what} (table {table})")
        self.table = table
        self.what = what


class DrawnFact(NamedTuple):
    """Something drawn: what it is in words, and its draws [D]."""

    words: str
    values: np.ndarray


class Ledger:
    """Reads tables, keeps account of the rows a test rests on, and draws their errors."""

    def __init__(self, record: Tables) -> None:
        self.record = record
        self.unknowns: dict[str, DrawnFact] = {}
        self._used: dict[tuple[str, str], None] = {}
        self._figures: dict[tuple[str, str], np.ndarray] = {}

    @property
    def used(self) -> tuple[tuple[str, str], ...]:
        """(table, row_id) of every row used, in the order of use."""
        return tuple(self._used)

    def rows(self, table: str) -> list[dict]:
        """All rows of a table, not yet counted as used. Raises Missing for a table without rows."""
        rows = list(self.record.rows(table).values())
        if not rows:
            raise Missing(table, f"the table '{table}' has no rows")
        return rows

    def use(self, table: str, rows: Iterable[dict]) -> list[dict]:
        """Write rows down as used and hand them on."""
        kept = list(rows)
        self._used.update(dict.fromkeys((table, row["row_id"]) for row in kept))
        return kept

    def use_each(self, rows: Iterable[tuple[str, dict]]) -> list[tuple[str, dict]]:
        """`use` for rows each with its table."""
        kept = list(rows)
        self._used.update(dict.fromkeys((table, row["row_id"]) for table, row in kept))
        return kept

    def find(self, table: str, what: str, where: Callable[[dict], Any] | None = None, **equal: Any) -> list[dict]:
        """The rows that meet the conditions, written down as used.

        what: the rows in words, for the reader who has to supply them; where, equal: conditions on a row.

        Raises Missing when there are none.
        """
        rows = [r for r in self.rows(table) if all(r[k] == v for k, v in equal.items()) and (not where or where(r))]
        if not rows:
            raise Missing(table, what)
        return self.use(table, rows)

    def one(self, table: str, row_id: str) -> dict:
        """One row by its key, written down as used: in the table, else wherever it was put.

        Raises Missing where it is in none, or where the table has no rows.
        """
        self.rows(table)
        found = table if row_id in self.record.rows(table) else self.place(row_id)
        if found is None:
            raise Missing(table, f"the row {row_id}")
        return self.use(found, [self.record.rows(found)[row_id]])[0]

    def place(self, row_id: str, tables: Sequence[str] = tuple(TABLES)) -> str | None:
        """The table in which a row stands, wherever facts on one subject were put; None where it is in none."""
        for table in tables:
            try:
                if row_id in self.record.rows(table):
                    return table
            except OilplanError:
                continue
        return None

    def fact(self, row_id: str) -> dict:
        """One row by its key, in whatever table, written down as used. Raises Missing where it is not there."""
        table = self.place(row_id)
        if table is None:
            raise Missing("claims_evidence", f"the row {row_id}")
        return self.one(table, row_id)

    def has(self, row_id: str) -> bool:
        """Whether a row is there with a figure."""
        table = self.place(row_id)
        return table is not None and value_of(self.record.rows(table)[row_id]) is not None

    def stated(self, row_id: str) -> np.ndarray:
        """[D] draws of the figure of a row in whatever table; a number given in words counts."""
        return self.figure(self.place(row_id) or "claims_evidence", self.fact(row_id))

    def read(self, table: str, row_id: str) -> np.ndarray:
        """[D] draws of a row's figure in its own unit. Raises Missing for a row that is not there or has no figure."""
        row = self.one(table, row_id)
        return self.figure(table if row_id in self.record.rows(table) else self.place(row_id) or table, row)

    def figure(self, table: str, row: dict) -> np.ndarray:
        """[D] draws of the figure of a row already in hand; the same whenever it is asked for."""
        key = table, row["row_id"]
        if key not in self._figures:
            value = value_of(row)
            if value is None:
                raise Missing(table, f"a figure in the row {row['row_id']}")
            self._figures[key] = self._drawn(table, row, float(value))
        return self._figures[key]

    def _drawn(self, table: str, row: dict, value: float) -> np.ndarray:
        spread = relative_spread(row, value)
        if spread == 0:
            return np.full(N_DRAWS, value)
        own, shared = normal(f"{table}/{row['row_id']}"), normal(f"origin {_origin(table, row)}")
        drawn = value * np.exp(spread * (np.sqrt(1 - SHARED) * own + np.sqrt(SHARED) * shared))
        self.note(f"{table}/{row['row_id']}", in_words(row, value, self.work(row)), drawn)
        return drawn

    def accounts(self, what: str, *places: tuple[str, str]) -> np.ndarray:
        """[D] one quantity of which several rows tell: a draw follows one of them, at even odds, with that row's error.

        what: the quantity in words; places: (table, row_id)
        """
        figures = [self.read(*place) for place in places]
        return self.either(f"which account of {what} is right", figures)

    def either(self, name: str, choices: Sequence[np.ndarray], words: str = "") -> np.ndarray:
        """[D] one of several at even odds, the same choice wherever it is named so. words: for the reader; else the name."""
        if len(choices) == 1:
            return choices[0]
        which = np.minimum((uniform(name) * len(choices)).astype(int), len(choices) - 1)
        self.note(name, words or name, which + 1.0)
        return np.choose(which, [np.broadcast_to(c, which.shape) for c in choices])

    def between(self, words: str, low: Any, high: Any) -> np.ndarray:
        """[D] something not recorded, drawn evenly between two bounds (numbers, or draws)."""
        share = uniform(words)
        self.note(words, words, share)
        return np.asarray(low) + (np.asarray(high) - np.asarray(low)) * share

    def happens(self, name: str, chance: Any, words: str = "") -> np.ndarray:
        """[D] True with a chance, 0 to 1 (a number, or draws). words: what happens, for the reader; else the name."""
        held = uniform(name) < np.asarray(chance)
        self.note(name, words or name, held.astype(float))
        return held

    def stands(self, table: str, row: dict) -> np.ndarray:
        """[D] True where a row that says something in words is right: as often as a figure of its provenance is near."""
        self.use(table, [row])
        value, work = value_of(row), self.work(row)
        if words_of(row) or value is None:
            said = words_of(row) or row["row_id"].replace("_", " ")
            said = f"“{textwrap.shorten(said, MOST_LETTERS, placeholder=' ...')}” ({work})"
        else:
            said = in_words(row, value, work)
        words = f"whether {said} is rightly read"
        return self.happens(f"whether {row['row_id']} is rightly read", reliability(row), words)

    def any_stands(self, rows: Iterable[tuple[str, dict]]) -> np.ndarray:
        """[D] True where at least one of some rows, each with its table, is rightly read."""
        held = np.zeros(N_DRAWS, bool)
        for table, row in rows:
            held |= self.stands(table, row)
        return held

    def fact_stands(self, row_id: str) -> np.ndarray:
        """`stands` for a row by its key, in whatever table. Raises Missing where it is not there."""
        row = self.fact(row_id)
        return self.stands(self.place(row_id) or "", row)

    def work(self, row: dict) -> str:
        """The work in which a row stands, as short as it is named: by its source, else as it is cited in passing."""
        named = row.get("source") or row.get("estimate_source") or ""
        if named and len(named) <= MOST_LETTERS:
            return named
        key = row["source_keys"].split(";")[0]
        return self.record.sources[key].short if key in self.record.sources else key

    def note(self, name: str, words: str, values: np.ndarray) -> None:
        """Write down something drawn, on which the answer may hang."""
        self.unknowns[name] = DrawnFact(words, values)


def reliability(row: dict) -> float:
    """Chance that a row says what it is taken to say: one less the relative error of its provenance."""
    error = error_of(row)
    return 1.0 - (UNSTATED_ERROR if error is None else error)


def relative_spread(row: dict, value: float) -> float:
    """Standard deviation of a figure over the figure."""
    if value == 0:
        return 0.0
    sd = figure_sd(value, row)
    return UNSTATED_ERROR if sd is None else abs(sd / value)


def _origin(table: str, row: dict) -> str:
    """What the error of a row is shared by: its works and what is measured."""
    origin = origin_of(row)
    return f"{';'.join(origin.source_keys)} {origin.total or quantity_of(row) or table}"


def value_of(row: dict) -> float | None:
    """The figure of a row; of a statement, the first number in its words."""
    figures = (row[c] for c in FIGURES if c in row)
    value = next(figures, None)
    if value is not None or row.get("unit") != "text":
        return value
    words = f"{row.get('says') or ''} {row.get('quote') or ''}"
    stated = next((n for word, n in NUMBER_WORDS.items() if re.search(rf"\b{word}\b", words)), None)
    digits = re.search(r"\b(?!19\d\d\b)\d+\b", words)
    return stated if stated is not None or not digits else float(digits[0])


def in_words(row: dict, value: float, work: str) -> str:
    """A figure as a reader may look it up: what, when, how much and in what work."""
    number = f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
    raid = f"the raid on {short_name(row['plant_id'])}" if row.get("raid_id") and row.get("plant_id") else ""
    force = FORCE_NAMES.get(row.get("force") or "", row.get("force"))
    if raid and force:
        raid, force = f"{raid} by {force}", ""
    what = " ".join(filter(None, (force, raid or _subject(row))))
    unit = f" {row['unit']}" if row.get("unit") and row["unit"] != "text" else ""
    when = f", {in_english(period_of(row))}" if period_of(row) else ""
    return f"the figure {number}{unit} for {what}{when} ({work})"


def _subject(row: dict) -> str:
    """What a row counts: its quantity, or the plant whose figure it is, or else its key."""
    plant = row.get("plant_id")
    of_plant = short_name(plant) if plant and plant == row["row_id"] else ""
    what = (quantity_of(row) or of_plant or row["row_id"]).replace("_", " ")
    if what.endswith(" alt"):
        what = f"{what.removesuffix(' alt')} by another account"
    return INITIALS.sub(lambda found: found[0].upper(), what).replace(" incl ", " including ")


ENDS = re.compile(r"\.\.|/")


def in_english(period: str) -> str:
    """A date, month or span of the record in words: ``16 October 1944``, ``May 1944``, ``July 1944 to September 1944``."""
    return " to ".join(_one_date(part) for part in ENDS.split(period) if part)


def _one_date(text: str) -> str:
    found = re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?\??", text)
    if not found:
        return text.replace("-Q", ", quarter ")
    year, month, day = found.groups()
    return " ".join(filter(None, (day and str(int(day)), month_name[int(month)], year)))


def quantity_of(row: dict) -> str:
    """What a row counts, by the name of the column that its table has for it."""
    return next((row[c] for c in ("quantity", "series", "metric", "measure") if row.get(c)), "")


def period_of(row: dict) -> str:
    """The time that a row speaks of, by the name of the column that its table has for it."""
    return next((row[c] for c in ("period", "month", "date", "estimate_date") if row.get(c)), "")


def words_of(row: dict) -> str:
    """What a row quotes, or else says."""
    return row.get("quote") or row.get("says") or row.get("estimate") or ""


def claims_of(row: dict) -> set[str]:
    """The claims that a row was gathered for."""
    return set((row.get("claim_ids") or "").split(";")) - {""} | {p.split(":")[1] for p in _bears(row)}


def sides_of(row: dict, claim_id: str) -> str:
    """Where a row stands on a claim by its ``bears``: "for", "against", "on"; empty where it does not say."""
    return next((p.split(":")[0] for p in _bears(row) if p.split(":")[1] == claim_id), "")


def _bears(row: dict) -> list[str]:
    return [p.strip() for p in (row.get("bears") or "").split(";") if ":" in p]


@cache
def _normal_grid(n: int) -> np.ndarray:
    """[n] the normal distribution at even steps of its probability."""
    of = NormalDist().inv_cdf
    return np.array([of((k + 0.5) / n) for k in range(n)])


def _order(name: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
    return np.random.default_rng(seed).permutation(N_DRAWS)


@cache
def normal(name: str) -> np.ndarray:
    """[D] standard normal draws that belong to a name: the same in every test, and of no other name."""
    return _normal_grid(N_DRAWS)[_order(name)]


@cache
def uniform(name: str) -> np.ndarray:
    """[D] draws between 0 and 1 that belong to a name."""
    return (_order("uniform " + name) + 0.5) / N_DRAWS
