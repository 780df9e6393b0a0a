"""What a rule reports: the row, the column and one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from oilplan.record.record import Record


class Finding(NamedTuple):
    """One implausible row. ``says`` tells what came and what would be right."""

    table: str
    row_id: str
    column: str
    says: str


Rule = Callable[[Record], Iterator[Finding]]
"""A rule: its name is its title, its docstring its help, and it yields what breaks it."""
