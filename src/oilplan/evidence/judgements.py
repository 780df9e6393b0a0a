"""A person's judgements on proposals: accept, reject or unclear, and the cells filled in by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from oilplan.errors import OilplanError
from oilplan.evidence.findings import Proposal

MOST_BYTES = 50_000_000
LONGEST_CELL = 20_000
SURROGATE = re.compile("[\ud800-\udfff\x00]")
WORDS = ("accept", "reject", "unclear")
FORMAT = "oilplan judgements 1"
EXPECTED = f'{{"format": "{FORMAT}", "judgements": {{PROPOSAL: {{"judgement": "accept", "cells": {{}}}}}}}}'


class Judgement(NamedTuple):
    """What a person decided on one proposal, and the cells that person filled in or changed."""

    judgement: str
    cells: dict[str, str]


def read_judgements(path: Path) -> dict[str, Judgement]:
    """Judgements by proposal id from the file that the review sheet saves.

    Raises OilplanError for a file that is not one, naming what is wrong.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"over {MOST_BYTES / 1e6:.0f} MB")
        content = json.loads(path.read_text(encoding="utf-8"))
        judged = content["judgements"]
        if content["format"] != FORMAT:
            raise KeyError("format")
        return {str(key): _judgement(path, str(key), value) for key, value in judged.items()}
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise OilplanError(
            f"{path}: not judgements of a review sheet ({type(error).__name__}: {error}); expected {EXPECTED}."
        ) from None


def _judgement(path: Path, key: str, value: Mapping[str, object]) -> Judgement:
    word, cells = value.get("judgement", ""), value.get("cells", {})
    if not isinstance(word, str) or word not in (*WORDS, "") or not isinstance(cells, dict):
        raise OilplanError(f"{path}: {key!a} is judged {str(word)[:80]!a}; expected one of {', '.join(WORDS)}.")
    return Judgement(word, {str(column): _cell(path, key, column, cell) for column, cell in cells.items()})


def _cell(path: Path, key: str, column: str, cell: object) -> str:
    """The text of a cell. Raises OilplanError for what no table can hold: lists, endless numbers, broken letters."""
    wrong = SURROGATE.search(f"{column}{cell}") if isinstance(cell, str | int) else True
    if wrong or len(str(cell)) > LONGEST_CELL:
        raise OilplanError(
            f"{path}: {key!a} has in its cell {column!a} what no table can hold; expected text of up to "
            f"{LONGEST_CELL:,} characters."
        )
    return str(cell)


def judged(proposals: Sequence[Proposal], judgements: Mapping[str, Judgement]) -> tuple[Proposal, ...]:
    """Proposals with their judgements, and the cells that a person filled in, laid over them."""
    return tuple(
        p._replace(
            judgement=judgements[p.id].judgement,
            row=p.row | judgements[p.id].cells,
            by_hand=tuple(judgements[p.id].cells),
        )
        if p.id in judgements
        else p
        for p in proposals
    )
