"""What is not known of a system: each unknown by a name, drawn from what is said of it, and cells that reckon with them.

Axes: D draws, U unknowns that move. An unknown that is a plain value does not move.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr, model_validator
from scipy.special import ndtr as ndtr_of_numpy
from scipy.special import ndtri

from ..errors import OilplanError
from ..record import Record

LONGEST_CELL = 200
MOST_DIGITS = 30
NAME = r"^[a-z][a-z0-9_]{0,59}$"
_WORK: dict[type, Callable] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


LIMITS: dict[str, tuple[float, float]] = {
    "fall": (0.06, 0.99),
    "recovery_d": (0.1, 10_000.0),
    "luck": (0.0, 3.0),
    "exponent": (0.2, 10.0),
    "wreck_share": (0.001, 0.5),
    "wear": (0.0, 10.0),
    "crew_growth": (0.0, 100.0),
    "hit": (0.0, 1.0),
    "size": (1e-6, 1e9),
    "pace": (1e-3, 1e3),
    "strength": (1e-9, 1e9),
    "release_per_month": (0.0, 100.0),
}
"""Between what every figure must lie in every draw that is tried; what is not named, within `ANY`."""
ANY = (0.0, 1e15)
LAW_FIGURES = ("fall", "recovery_d", "luck", "exponent", "wreck_share", "wear", "crew_growth")
"""Keys of a law that are figures."""


class _Strict(BaseModel):
    """Keys that are not known are refused; nothing is changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def plain_number(text: str) -> float:
    """A finite number in plain digits. Raises ValueError for anything else: 1_000, nan, 5,000 digits."""
    if len(text) > MOST_DIGITS or "_" in text or not (value := float(text)) < math.inf or value == -math.inf:
        raise ValueError
    return value


def _cell(value: Any) -> float | str:
    """A number, or a sum of numbers and unknowns in quotes."""
    if isinstance(value, str) and len(value) <= LONGEST_CELL:
        try:
            list(names_in(value))
            return value
        except ValueError:
            pass
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e30:
        return float(value)
    raise ValueError("a number, or names of unknowns and numbers joined by + - * / and brackets")


Cell = Annotated[float | str, BeforeValidator(_cell)]
"""A figure of a folder: a number, or an expression of unknowns such as ``share * (1 - imports)``."""


class RecordFigures(_Strict):
    """Rows of the embedded record: whatever they say, the unknown lies between their lowest and their highest figure.

    table: of the record; where: cells that the rows have; scale: what their figures are multiplied by
    """

    table: StrictStr
    where: dict[str, StrictStr]
    scale: float = 1.0


class UnknownKeys(_Strict):
    """One unknown, in one of five forms: a value, two ends, a median, a mean, or rows of the record.

    value: the figure, where it is known; low, high: ends between which every figure is equally likely; median: above 0, of a
    lognormal; spread: standard deviation of its logarithm; mean, sd: of a normal; record: rows of the record, as below;
    source: where that comes from, or "judgement" or "made up"
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    median: float | None = Field(default=None, gt=0)
    spread: float | None = Field(default=None, gt=0, le=3)
    mean: float | None = None
    sd: float | None = Field(default=None, gt=0)
    record: RecordFigures | None = None
    source: StrictStr = ""

    @model_validator(mode="after")
    def _one_form(self) -> UnknownKeys:
        forms = (("value",), ("low", "high"), ("median", "spread"), ("mean", "sd"), ("record",))
        given = {n for n in type(self).model_fields if n != "source" and getattr(self, n) is not None}
        if given not in [set(f) for f in forms]:
            raise ValueError("one of: value; low and high; median and spread; mean and sd; record")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low below high")
        if not self.source and self.record is None:
            raise ValueError('a source, such as source = "judgement"')
        return self

    @property
    def moves(self) -> bool:
        """Whether it is drawn at all."""
        return self.value is None and (self.low is None or self.low != self.high)

    @property
    def form(self) -> Literal["fixed", "uniform", "lognormal", "normal"]:
        """Its distribution; of ``record`` only once its rows were looked up."""
        if self.low is not None:
            return "uniform" if self.moves else "fixed"
        return "lognormal" if self.median is not None else "normal" if self.mean is not None else "fixed"

    def at(self, z: Any) -> Any:
        """Its value where a standard normal number is ``z``; NumPy or JAX, any shape."""
        low, high, median, mean = (float(v or 0.0) for v in (self.low, self.high, self.median, self.mean))
        plain = isinstance(z, np.ndarray | float)
        if self.form == "uniform":
            return low + (high - low) * (ndtr_of_numpy if plain else ndtr)(z)
        if self.form == "lognormal":
            return median * (np.exp if plain else jnp.exp)(float(self.spread or 0.0) * z)
        if self.form == "normal":
            return mean + float(self.sd or 0.0) * z
        return low if self.value is None else self.value


def rows_drawn_on(unknown: UnknownKeys, record: Record) -> list[dict]:
    """Rows of the record that an unknown takes its figures from; none for one that does not. Raises KeyError for no table."""
    rows = unknown.record
    if rows is None:
        return []
    found = (r for r in record.rows(rows.table).values() if all(str(r.get(k)) == v for k, v in rows.where.items()))
    return [r for r in found if r.get("value") is not None]


def looked_up(name: str, unknown: UnknownKeys, record: Record) -> UnknownKeys:
    """The unknown with the record's figures in the place of its ``record``. Raises OilplanError where there are none."""
    if (rows := unknown.record) is None:
        return unknown
    try:
        found = rows_drawn_on(unknown, record)
    except (KeyError, OilplanError):
        raise OilplanError(
            f"system.toml unknowns.{name}.record.table: the record has no table {rows.table[:60]!r}."
        ) from None
    if not found:
        raise OilplanError(
            f"system.toml unknowns.{name}.record.where: no row of {rows.table} with a figure has these cells."
        )
    figures = [rows.scale * r["value"] for r in found]
    source = unknown.source or f"record: {rows.table}, {', '.join(rows.where.values())}"
    return UnknownKeys(low=min(figures), high=max(figures), source=source)


def names_in(cell: float | str) -> Iterator[str]:
    """Names of the unknowns in a cell. Raises ValueError for text that is no sum."""
    if isinstance(cell, str):
        yield from (node.id for node in ast.walk(_tree(cell)) if isinstance(node, ast.Name))


def _tree(cell: str) -> ast.expr:
    try:
        tree = ast.parse(cell.strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise ValueError(cell) from None
    for node in ast.walk(tree):
        number = isinstance(node, ast.Constant) and type(node.value) in (int, float) and abs(node.value) < 1e30  # type: ignore[arg-type]
        sum_ = isinstance(node, ast.BinOp | ast.UnaryOp | ast.USub | ast.UAdd | ast.Name | ast.Load)
        if not (number or sum_ or type(node) in _WORK) or (isinstance(node, ast.BinOp) and type(node.op) not in _WORK):
            raise ValueError(cell)
        if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.USub | ast.UAdd):
            raise ValueError(cell)
    return tree


def reckon(cell: float | str, values: Mapping[str, Any]) -> Any:
    """The figure of a cell. values: of the unknowns by name, any shape, NumPy or JAX. Raises KeyError for a name without."""
    if not isinstance(cell, str):
        return cell

    def of(node: ast.expr) -> Any:
        if isinstance(node, ast.Constant):
            return float(node.value)  # type: ignore[arg-type]
        if isinstance(node, ast.Name):
            return values[node.id]
        if isinstance(node, ast.UnaryOp):
            return -of(node.operand) if isinstance(node.op, ast.USub) else of(node.operand)
        assert isinstance(node, ast.BinOp)
        return _WORK[type(node.op)](of(node.left), of(node.right))

    return of(_tree(cell))


def figures(cells: Iterable[Any], values: Mapping[str, Any], kind: str, empty: Any = 0.0) -> jax.Array:
    """The figures of cells, held within what `LIMITS` allows: an unknown that is drawn far out is held at the end.

    empty: of a cell that is not given, which no limit holds
    """
    low, high = LIMITS.get(kind, ANY)
    given = list(cells)
    if all(isinstance(c, float) for c in given):
        return jnp.asarray(np.clip(np.array(given, float), low, high), float)
    return jnp.stack(
        [jnp.asarray(empty if c is None else jnp.clip(reckon(c, values), low, high), float) for c in given]
    )


def moving(unknowns: Mapping[str, UnknownKeys]) -> tuple[str, ...]:
    """Names of the U unknowns that move, in the order of the file."""
    return tuple(name for name, u in unknowns.items() if u.moves)


def draw_z(unknowns: Mapping[str, UnknownKeys], draws: int, seed: int) -> np.ndarray:
    """[D, U] standard normal numbers, one column an unknown in the order of the file; one more at its end moves no other."""
    rng = np.random.default_rng(seed)
    columns = [ndtri(np.clip(rng.random(draws), 1e-12, 1 - 1e-12)) for _ in moving(unknowns)]
    return np.stack(columns, axis=1) if columns else np.zeros((draws, 0))


def values_at(unknowns: Mapping[str, UnknownKeys], z: Any) -> dict[str, Any]:
    """Every unknown by name at standard normal numbers z [..., U]; those that do not move as plain numbers."""
    place = {name: k for k, name in enumerate(moving(unknowns))}
    return {name: u.at(z[..., place[name]]) if name in place else float(u.at(0.0)) for name, u in unknowns.items()}
