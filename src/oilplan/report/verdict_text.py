"""The words and numbers that terminal and page share."""

from __future__ import annotations

import textwrap
from collections import Counter

from ..argument.finding import OUTCOMES
from ..argument.verdict import Verdict
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


# A verdict in a terminal: the answer first, then the number, the rule, the sources and what would change it.

WIDTH = 80
LABEL = 10
BARS = "▁▂▃▄▅▆▇█"
MOST_WORKS, MOST_RECALLED, MOST_PARTS = 5, 3, 12
TABLE_QUOTE = 44


def verdict_text(v: Verdict, record: Record) -> str:
    """One verdict in 80 columns."""
    lines = [f"{v.claim_id}  {WHAT[v.verdict].upper()}", *_wrapped(f"“{v.quote}”"), *_wrapped(who(v)), ""]
    lines += [*_wrapped(v.answer), *_wrapped(caveat(v)), ""]
    lines += _labelled("quantity", v.quantity) + _labelled("value", measured(v))
    lines += _curve(v) + _parts(v)
    lines += _labelled("rule", v.rule) + _labelled("applied", v.reason)
    lines += _labelled("rests on", rests_on(v)) + _works(v, record) + _recalled(v)
    lines += _labelled("change", f"What would change it: {v.would_change}")
    if any("*" in line for line in lines):
        lines += ["", MARK_MEANS]
    return "\n".join(lines)


def table_text(verdicts: list[Verdict]) -> str:
    """All verdicts as one table in 80 columns: claim, verdict, words, number."""
    lines = [f"{'claim':<6}{'verdict':<14}words and measure"]
    for v in verdicts:
        quote = textwrap.shorten(v.quote, TABLE_QUOTE + 14, placeholder=" ...")
        lines.append(f"{v.claim_id:<6}{v.verdict:<14}“{quote}”")
        lines += textwrap.wrap(measured(v), WIDTH, initial_indent=" " * 20, subsequent_indent=" " * 20)
    lines += ["", tally(verdicts) + ".", MARK_MEANS, "`oilplan verdicts C33` shows one; --out DIR writes the pages."]
    return "\n".join(lines)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def _labelled(label: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=f"{label:<{LABEL}}", subsequent_indent=" " * LABEL)


def _curve(v: Verdict) -> list[str]:
    """The middle line of the curve as bars, with the ends of both axes."""
    if v.curve is None:
        return []
    c = v.curve
    top = max(c.middle) or 1.0
    bars = "".join(BARS[min(len(BARS) - 1, int(len(BARS) * m / top))] for m in c.middle)
    ends = " to ".join(f"{c.middle[k]:,.4g} at {c.x[k]:,.0f}" for k in (0, -1))
    legend = f"{c.title}: {c.y_label}, {ends} {c.x_label}"
    return [f"{'curve':<{LABEL}}{bars}", *_labelled("", legend)]


def _parts(v: Verdict) -> list[str]:
    lines = []
    for part in v.parts[:MOST_PARTS]:
        note = f" [{part.note}]" if part.note else ""
        lines += _labelled("", f"- {part.label}: {part.text}{'*' if part.weak else ''}{note}")
    if len(v.parts) > MOST_PARTS:
        lines += _labelled("", f"- {len(v.parts) - MOST_PARTS} more lines with --json or --out")
    return lines


def _works(v: Verdict, record: Record) -> list[str]:
    known = works(v, record)
    lines = []
    for key, citation, n in known[:MOST_WORKS]:
        lines += _labelled("", f"- {textwrap.shorten(citation, 110, placeholder=' ...')} [{key}, {n} rows]")
    more = len(known) - MOST_WORKS
    return lines + (_labelled("", f"- and {more} more works") if more > 0 else [])


def _recalled(v: Verdict) -> list[str]:
    rows = [f"{table}/{row}" for table, row in v.recalled_rows]
    if not rows:
        return []
    more = f" and {len(rows) - MOST_RECALLED} more" if len(rows) > MOST_RECALLED else ""
    return _labelled("recalled*", ", ".join(rows[:MOST_RECALLED]) + more)
