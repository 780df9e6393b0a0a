"""The bearing attacks as text for a terminal."""

from __future__ import annotations


def bearings_text(summary: dict) -> str:
    """Outcomes of both arms: median and 5-95 percent, difference from the base, and what is undetermined."""
    head = (f"Ball bearings from {summary['from']}, {summary['draws']:,} draws, base {summary['base']}.  "
            f"Median (5 to 95 percent).  [{summary['basis']}]")  # fmt: skip
    blocks = []
    for label, unit, rows in tables_of(summary):
        blocks.append("\n".join([f"{label}: {unit}", *(f"  {name:<20}{c:<28}{d}" for name, c, d in rows)]))
    open_ends = "\n".join(f"undetermined: {k.replace('_', ' ')}: {v}." for k, v in summary["undetermined"].items())
    return "\n\n".join([head, *blocks, open_ends, f"Note: {summary['rests_on_recalled']}."])


def tables_of(summary: dict) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Label and unit of every outcome, and arm, outcome and difference from the base as text, one row an arm."""
    first = summary["arms"][0]["outcomes"]
    return [(outcome.replace("_", " "), v["unit"], [_row(a, outcome, summary["base"]) for a in summary["arms"]])
            for outcome, v in first.items()]  # fmt: skip


def _row(arm: dict, outcome: str, base: str) -> tuple[str, str, str]:
    told = "base" if arm["name"] == base else _cell(arm["difference"][outcome], "+")
    return arm["name"], _cell(arm["outcomes"][outcome], ""), told


def _cell(v: dict, sign: str) -> str:
    return f"{v['median']:{sign},.1f} ({v['p05']:{sign},.1f} to {v['p95']:{sign},.1f})"
