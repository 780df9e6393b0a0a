"""The words and numbers that terminal and page share."""

from __future__ import annotations

from collections import Counter

from ..experiments.claims.finding import OUTCOMES
from ..experiments.verdict import Verdict
from ..record import WEAK_MEANING, Record

WHAT = {"supported": "Supported", "contradicted": "Contradicted", "undetermined": "Undetermined", "failed": "Failed"}
MARK = "*"
MARK_MEANS = f"{MARK} {WEAK_MEANING}"


def number(value: float | None) -> str:
    """A figure with as many digits as mean something."""
    if value is None:
        return "unknown"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.3g}"


def measured(v: Verdict) -> str:
    """The quantity's value with its interval and unit; ``nothing measured`` where there is none."""
    if v.value is None:
        return "nothing measured"
    mark = MARK if v.recalled_rows else ""
    same = v.low is None or (number(v.low) == number(v.high) == number(v.value))
    spread = "" if same else f" ({number(v.low)} to {number(v.high)})"
    return f"{number(v.value)}{spread} {v.unit}{mark}"


def who(v: Verdict) -> str:
    """Speaker, day, reporter and drafter, kept apart."""
    said = f"{v.who.speaker}, {v.date}"
    reported = "" if v.who.reporter == v.who.speaker else f"; reported by {v.who.reporter}"
    return said + reported + (f"; drafted by {v.who.drafter}" if v.who.drafter else "")


def caveat(v: Verdict) -> str:
    """A warning that stands beside the answer: draws of the prior only; empty where there is none."""
    if v.draws is None or not v.draws.source.startswith("prior"):
        return ""
    return "The model was not calibrated when this was computed: the interval is that of its prior alone."


def tables_used(v: Verdict) -> str:
    """Rows used by table: ``raids 12, plants 3``."""
    return ", ".join(f"{table} {n}" for table, n in Counter(t for t, _ in v.record_rows).most_common()) or "no rows"


def rests_on(v: Verdict) -> str:
    """How many rows and draws a verdict rests on, and how much of it is weak."""
    rows = f"{len(v.record_rows)} rows ({tables_used(v)}); {v.rests_on_recalled:.0%} of them {WEAK_MEANING}"
    if v.draws is None:
        return rows
    return f"{rows}; {v.draws.n} draws: {v.draws.source}, key {v.draws.key}" + (
        f", fit {v.draws.fit}" if v.draws.fit else ""
    )


def works(v: Verdict, record: Record) -> list[tuple[str, str, int]]:
    """(key, citation, rows) of the works that a verdict rests on, those with most rows first."""
    count = Counter(
        key for table, row in v.record_rows for key in record.rows(table)[row]["source_keys"].split(";")
    )  # fmt: skip
    return [(key, record.source(key).citation, n) for key, n in count.most_common()]


def tally(verdicts: list[Verdict]) -> str:
    """How many verdicts of each kind, and how many tests failed if any did."""
    count = Counter(v.verdict for v in verdicts)
    return ", ".join(f"{count[what]} {what}" for what in WHAT if what in OUTCOMES or count[what])
