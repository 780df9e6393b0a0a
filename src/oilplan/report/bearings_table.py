"""The bearing attacks as text for a terminal."""

from __future__ import annotations


def bearings_text(summary: dict) -> str:
    """Outcomes of both arms: median and 5-95 percent, difference from the base, and what is undetermined."""
    head = (f"Ball bearings from {summary['from']}, {summary['draws']:,} draws, base {summary['base']}.  "
            f"Median (5 to 95 percent).  [{summary['basis']}]")  # fmt: skip
    blocks = []
    for outcome, first in summary["arms"][0]["outcomes"].items():
        lines = [f"{outcome.replace('_', ' ')}: {first['unit']}"]
        for a in summary["arms"]:
            told = "base" if a["name"] == summary["base"] else _cell(a["difference"][outcome], "+")
            lines.append(f"  {a['name']:<20}{_cell(a['outcomes'][outcome], ''):<28}{told}")
        blocks.append("\n".join(lines))
    open_ends = "\n".join(f"undetermined: {k.replace('_', ' ')}: {v}." for k, v in summary["undetermined"].items())
    return "\n\n".join([head, *blocks, open_ends])


def _cell(v: dict, sign: str) -> str:
    return f"{v['median']:{sign},.1f} ({v['p05']:{sign},.1f} to {v['p95']:{sign},.1f})"
