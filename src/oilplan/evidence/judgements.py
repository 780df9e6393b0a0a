"""A person's judgements on proposals: accept, reject or unclear, and the cells filled in by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from oilplan.errors import OilplanError
from oilplan.evidence.findings import Proposal

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
        content = json.loads(path.read_text(encoding="utf-8"))
        judged = content["judgements"]
        if content["format"] != FORMAT:
            raise KeyError("format")
        return {str(key): _judgement(path, str(key), value) for key, value in judged.items()}
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OilplanError(
            f"{path}: not judgements of a review sheet ({type(error).__name__}: {error}); expected {EXPECTED}."
        ) from None


def _judgement(path: Path, key: str, value: Mapping[str, object]) -> Judgement:
    word, cells = value.get("judgement", ""), value.get("cells", {})
    if word not in (*WORDS, "") or not isinstance(cells, dict):
        raise OilplanError(f"{path}: {key} is judged {word!r}; expected one of {', '.join(WORDS)}.")
    return Judgement(str(word), {str(k): str(v) for k, v in cells.items()})


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
