"""Repairs of the record as gathered: which cell, why, what was found and what stands now."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

from oilplan.record.load import data_folder

ACTIONS = ("rejoin", "replace", "mark", "fill")


class Correction(NamedTuple):
    """One repaired row. ``found`` and ``now`` give cells by column name as the table was gathered.

    ``found`` may hold ``beyond``: the cell that a broken line pushed past the last column.
    """

    table: str
    row_id: str
    action: str
    reason: str
    found: dict[str, str]
    now: dict[str, str]


class Redating(NamedTuple):
    """A date that stands in EDTF where it was written otherwise. column: as gathered; rows: ids of the rows."""

    table: str
    column: str
    found: str
    now: str
    rows: tuple[str, ...]


def read_redatings() -> tuple[Redating, ...]:
    """Every date of the embedded record that was rewritten in EDTF, in file order."""
    entries = tomllib.loads((data_folder() / "corrections.toml").read_text(encoding="utf-8"))["redated"]
    return tuple(Redating(**entry | {"rows": tuple(entry["rows"])}) for entry in entries)


def read_corrections(path: Path | None = None) -> tuple[Correction, ...]:
    """Every correction of the embedded record, in file order.

    path: the file; None for the embedded ``corrections.toml``
    """
    text = (path or data_folder() / "corrections.toml").read_text(encoding="utf-8")
    return tuple(Correction(**entry) for entry in tomllib.loads(text)["correction"])
