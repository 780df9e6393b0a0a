"""Verdicts as plain objects, and those that the package ships: computed when it was built, shown while the record is the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from .finding import AnswerCurve, AnswerPart, Attribution, ClaimReading, MissingFact, ModelDraws
from .verdict import Evidence, Tables, Verdict, named, verdicts

FILE = "verdicts.json"
AS_THEY_ARE = (
    *("claim_id", "quote", "date", "test_from", "grade", "p", "sentence", "answer", "quantity", "value", "low", "high"),
    *("unit", "rule", "reason", "hangs_on", "worth"),
)
"""Fields of a verdict that JSON holds under their own names, as they are."""
KEYS = (
    *("claim_id", "quote", "date", "speaker", "reporter", "drafter", "speaker_as_recorded", "grade", "p", "sentence"),
    *(
        "hangs_on",
        "readings",
        "for",
        "against",
        "verdict",
        "answer",
        "quantity",
        "value",
        "low",
        "high",
        "unit",
        "rule",
    ),
    *("reason", "test_from", "record_rows", "draws", "rests_on_recalled", "recalled_rows", "would_change", "needs"),
    *("missing", "worth", "parts", "curve"),
)
"""Keys of a verdict as JSON, in order; ``verdict`` is the grade in the words of the first version."""


def verdict_json(v: Verdict) -> dict[str, Any]:
    """One verdict as JSON; rows are written ``table/row_id``."""

    def said(items: tuple[Evidence, ...]) -> list[dict[str, str]]:
        return [{"row": f"{e.table}/{e.row_id}", "says": e.says, "source": e.source} for e in items]

    made = {
        "speaker": v.who.speaker,
        "reporter": v.who.reporter,
        "drafter": v.who.drafter,
        "speaker_as_recorded": v.who.printed,
        "p": None if v.p is None else round(v.p, 4),
        "readings": [r._asdict() for r in v.readings],
        "for": said(v.evidence_for),
        "against": said(v.evidence_against),
        "record_rows": ["/".join(row) for row in v.record_rows],
        "draws": v.draws._asdict() if v.draws else None,
        "rests_on_recalled": round(v.rests_on_recalled, 4),
        "recalled_rows": ["/".join(row) for row in v.recalled_rows],
        "needs": [f"{n.fact}: {n.work}" for n in v.needs],
        "missing": [n._asdict() for n in v.needs],
        "parts": [p._asdict() for p in v.parts],
        "curve": v.curve._asdict() if v.curve else None,
    }
    return {key: made[key] if key in made else getattr(v, key) for key in KEYS}


def verdict_from_json(d: dict[str, Any]) -> Verdict:
    """The verdict that `verdict_json` wrote."""

    def row(text: str) -> tuple[str, str]:
        table, _, key = text.partition("/")
        return table, key

    def said(items: list[dict[str, str]]) -> tuple[Evidence, ...]:
        return tuple(Evidence(*row(e["row"]), e["says"], e["source"]) for e in items)

    curve: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in (d["curve"] or {}).items()}
    as_they_are = {name: d[name] for name in AS_THEY_ARE}
    return Verdict(
        **as_they_are,
        who=Attribution(d["speaker"], d["reporter"], d["drafter"], d["speaker_as_recorded"]),
        record_rows=tuple(map(row, d["record_rows"])),
        recalled_rows=tuple(map(row, d["recalled_rows"])),
        draws=ModelDraws(**d["draws"]) if d["draws"] else None,
        needs=tuple(MissingFact(**n) for n in d["missing"]),
        readings=tuple(ClaimReading(**r) for r in d["readings"]),
        evidence_for=said(d["for"]),
        evidence_against=said(d["against"]),
        parts=tuple(AnswerPart(**p) for p in d["parts"]),
        curve=AnswerCurve(**curve) if curve else None,
    )


def shipped_file() -> Path:
    """Where the package keeps what it ships."""
    return Path(str(resources.files("oilplan.argument"))) / "data" / FILE


@cache
def posterior_hash() -> str:
    """Hash of the posterior that the package ships; empty where it ships none."""
    path = Path(str(resources.files("oilplan.calibration"))) / "data" / "posterior.npz"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


@cache
def _kept(path: Path, size: int) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def shipped(record: Any) -> dict[str, Any] | None:
    """What was computed when the package was built, ``verdicts`` and ``answer``; None for another record or another fit."""
    return shipped_for(getattr(record, "hash", ""))


def shipped_for(record_hash: str) -> dict[str, Any] | None:
    """What was computed when the package was built for the record of a hash; None for another, or for another fit."""
    path = shipped_file()
    if not path.exists():
        return None
    kept = _kept(path, path.stat().st_size)
    same = kept["record_hash"] == record_hash and kept["posterior_hash"] == posterior_hash()
    return kept if same else None


def verdicts_of(
    record: Tables, claim_ids: Sequence[str] = (), progress: Callable[[int, int], None] = lambda *_: None
) -> list[Verdict]:
    """`verdicts`: those shipped where record and fit are those that the package was built with, else computed anew."""
    kept = shipped(record)
    if kept is None:
        return verdicts(record, claim_ids, progress)
    by_id = {d["claim_id"]: d for d in kept["verdicts"]}
    wanted = named(claim_ids, list(by_id))
    return [verdict_from_json(d) for c, d in by_id.items() if c in wanted]
