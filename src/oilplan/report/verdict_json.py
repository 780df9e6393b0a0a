"""Verdicts as JSON: one object per claim, every number with its interval, every row by its table and key."""

from __future__ import annotations

from typing import Any

from ..experiments.verdict import Verdict


def verdicts_json(verdicts: list[Verdict]) -> list[dict[str, Any]]:
    """The verdicts as plain objects; ``rests_on_recalled`` is a share of ``record_rows``, 0 to 1."""
    return [verdict_json(v) for v in verdicts]


def verdict_json(v: Verdict) -> dict[str, Any]:
    """One verdict; rows are written ``table/row_id``."""
    return {
        "claim_id": v.claim_id,
        "quote": v.quote,
        "date": v.date,
        "speaker": v.who.speaker,
        "reporter": v.who.reporter,
        "drafter": v.who.drafter,
        "speaker_as_recorded": v.who.printed,
        "verdict": v.verdict,
        "answer": v.answer,
        "quantity": v.quantity,
        "value": v.value,
        "low": v.low,
        "high": v.high,
        "unit": v.unit,
        "rule": v.rule,
        "reason": v.reason,
        "test_from": v.test_from,
        "record_rows": [f"{table}/{row}" for table, row in v.record_rows],
        "draws": v.draws._asdict() if v.draws else None,
        "rests_on_recalled": round(v.rests_on_recalled, 4),
        "recalled_rows": [f"{table}/{row}" for table, row in v.recalled_rows],
        "would_change": v.would_change,
        "needs": list(v.needs),
        "parts": [p._asdict() for p in v.parts],
        "curve": v.curve._asdict() if v.curve else None,
    }
