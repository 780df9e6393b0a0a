"""The rival laws that a sweep can fly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError, field_validator

from ...clock import FIRST_DATE, LAST_DATE, day_of
from ...directives.toml_file import EXPECTED, fault, key_of, read_toml
from ...errors import OilplanError
from ...model.law import DEFAULT_LAW, RIVAL_LAWS
from ..arms import Arm, arm
from ..compare import MAX_DRAWS, distinct, with_base

LAWS = {name: law for name, law in RIVAL_LAWS.items() if not law.coupled}
"""By name. The pooled law takes the mean backlog of all it is given; the campaign gives it all draws at once, so a
draw would depend on its neighbours and the result on the size of a block."""


# The grid of a sweep, read from TOML; every error names the key, what came and what is allowed.

MAX_SWEEP_DRAWS = 100_000_000
DEFAULT_BLOCK = 250
"""Draws a chunk: seconds of work, with under a gigabyte of memory in a worker."""
MOST_CHUNKS = 100_000
"""Each is a file of every variable; more are looked through in minutes, and in a memory of gigabytes."""
DATE_EXPECTED = f"a date such as 1944-10-01, from {FIRST_DATE} to {LAST_DATE}"
GRID_EXPECTED = EXPECTED | {
    "too_short": "a list of at least one name",
    "list_type": "a list of names in quotes",
    "int_type": "a whole number",
}


class GridFile(BaseModel):
    """The keys of a grid. draws: of what is not known, in all; block: draws flown together and written as one chunk."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    directives: list[StrictStr] = Field(min_length=1)
    laws: list[StrictStr] = Field(default=[DEFAULT_LAW.name], min_length=1)
    from_date: date = Field(default=date(1944, 10, 1), alias="from", strict=True, ge=FIRST_DATE, le=LAST_DATE)
    draws: StrictInt = Field(ge=1, le=MAX_SWEEP_DRAWS)
    block: StrictInt = Field(default=DEFAULT_BLOCK, ge=1, le=MAX_DRAWS)

    @field_validator("directives", "laws")
    @classmethod
    def _each_once(cls, names: list[str]) -> list[str]:
        if len(set(names)) < len(names):
            raise ValueError("each name once")
        return names

    @field_validator("laws")
    @classmethod
    def _known(cls, names: list[str]) -> list[str]:
        if set(names) - set(LAWS):
            raise ValueError("names among " + "; ".join(f"'{name}'" for name in LAWS))
        return names


class Grid(NamedTuple):
    """What a sweep flies. arms: the directives with names of their own; laws: names of `LAWS`; from_date: as ISO text;
    first_day: its day number; draws: in all; block: draws a chunk, at most ``draws``
    """

    arms: list[Arm]
    laws: list[str]
    from_date: str
    first_day: int
    draws: int
    block: int

    @property
    def n_blocks(self) -> int:
        """Blocks of draws; the last may be cut short."""
        return -(-self.draws // self.block)

    def stated(self) -> dict:
        """JSON-ready, with every directive spelled out: what two sweeps must share to be one."""
        return {
            "directives": [stated(a) for a in self.arms],
            "laws": self.laws,
            "from": self.from_date,
            "draws": self.draws,
            "block": self.block,
        }


def stated(a: Arm) -> dict:
    """An arm, JSON-ready."""
    return {**a._asdict(), "plan": a.plan.model_dump(mode="json")}


def read_grid(path: Path) -> Grid:
    """The grid of a TOML file. Raises OilplanError when it cannot be read, is not TOML, or a key is unknown, missing
    or out of range: all faults at once, each with its key, what came and what is allowed."""
    data = read_toml(path, "a grid", "examples/sweep.toml")
    try:
        file = GridFile.model_validate(data)
    except ValidationError as error:
        faults = dict.fromkeys(_fault(e) for e in error.errors())
        raise OilplanError("\n  ".join([f"{path}: the grid cannot be used.", *faults])) from None
    return _grid(file, path)


def _grid(file: GridFile, path: Path) -> Grid:
    try:
        arms = with_base(distinct([arm(_beside(name, path)) for name in file.directives]), None)
    except OilplanError as error:
        raise OilplanError(f"{path}: directives: {error}") from None
    made = Grid(
        arms, file.laws, file.from_date.isoformat(), day_of(file.from_date), file.draws, min(file.block, file.draws)
    )
    if (chunks := made.n_blocks * len(made.laws)) > MOST_CHUNKS:
        raise OilplanError(
            f"{path}: block: {made.draws:,} draws in blocks of {made.block:,}, for each law, are {chunks:,} chunks;"
            f" expected {MOST_CHUNKS:,} at most. Make the block larger (up to {MAX_DRAWS:,})."
        )
    return made


def _beside(name: str, path: Path) -> str:
    """A directive's TOML file lies relative to the grid; a built-in name stays as it is."""
    file, *words = name.split(":")
    return ":".join([str(path.parent / file), *words]) if file.endswith(".toml") else name


def _fault(e: Mapping) -> str:
    key = key_of(e["loc"])
    allowed = (field.alias or name for name, field in GridFile.model_fields.items())
    return fault(e, key, allowed, {e["type"]: DATE_EXPECTED} if key == "from" else GRID_EXPECTED)
