"""The best that one force could have done, beside its bound: text for a terminal and a figure."""

from __future__ import annotations

from ..digits import rounded
from .page import narrow
from .svg import FAINT, GRID, INK, WIDE_PX, document, line, text, top_of_scale


def optimum_figure(summary: dict, width: int = WIDE_PX) -> str:
    """What every way of choosing denied (dot: median, line: 5-95 percent), and the bound, as SVG. summary: of an optimum."""
    rows = [(a["name"].replace("_", " "), a["denied"]) for a in summary["arms"]] + [("bound", summary["bound"])]
    left, top, each = 150.0, 40.0, 26.0
    low, high = min(0.0, *(v["p05"] for _, v in rows)), top_of_scale(max(v["p95"] for _, v in rows))
    scale, bottom = (width - left - 20) / (high - low), top + each * len(rows)
    body = [text(8, top - 16, "thousand tons of aviation gasoline denied", fill=FAINT)]
    for value in (k / 4 * high for k in range(5)):
        x = left + (value - low) * scale
        body.append(line([(x, top), (x, bottom)], stroke=GRID, width=1))
        body.append(text(x, bottom + 16, f"{value / 1000:,.0f}", anchor="middle", fill=FAINT))
    for k, (name, v) in enumerate(rows):
        y = top + each * (k + 0.5)
        ends = [(left + (v[q] - low) * scale, y) for q in ("p05", "p95")]
        body += [text(left - 8, y + 4, name, anchor="end"), line(ends, stroke=INK, width=2)]
        body.append(f'<circle cx="{left + (v["median"] - low) * scale:.1f}" cy="{y:.1f}" r="4.5" fill="{INK}"/>')
    stated = f"Best raids of {summary['force']}: medians and 5-95 percent of {', '.join(name for name, _ in rows)}."
    return document(width, bottom + 30, "Aviation gasoline denied", stated, body)


def optimize_text(summary: dict) -> str:
    """Every way of choosing with what it denied, the bound, and the gap between the best and the bound."""
    width = max(len(a["name"]) for a in summary["arms"]) + 2
    head = (
        f"{summary['force']} from {summary['from']}, {summary['draws']} draws, others as flown: "
        f"{summary['objective']}.  [{summary['basis']}]"
    )
    denied = [*((a["name"], a["denied"]) for a in summary["arms"]), ("bound", summary["bound"])]
    arms = [f"  {name:<{width}}{_cell(v)}" for name, v in denied]
    best, ratio = summary["best"], summary["best_over_bound"]
    more = [f"Best found ({best}) less {name}: {_cell(v)} t." for name, v in summary["better_than"].items()]
    gap = (
        f"Gap to the bound: {_cell(summary['gap'])} t; the best found reaches {100 * ratio['median']:.0f} percent of "
        f"it ({100 * ratio['p05']:.0f} to {100 * ratio['p95']:.0f})."
    )
    order = summary["plan"]["phases"][0]["force"][summary["force"]]
    plan = (
        f"Found by search: raids of {order['raid_t']:,.0f} t, at most {order['most_t']:,.0f} t on one plant a day, in "
        f"the order {', '.join(order['targets'][:8])}..."
    )
    tables = [head, "", "  " + " " * width + "median (5 to 95 percent)", *arms, "", *more, gap, "", plan]
    beyond = [
        f"Beyond the record, {a['name']}: {'; '.join(a['beyond_record'])}."
        for a in summary["arms"]
        if a["beyond_record"]
    ]
    rests = [f"The bound is {summary['bound_is']}.", *beyond, *_of_all(summary["by_tons"]), summary["railways"]]
    return narrow("\n".join([*tables, *rests]))


def _of_all(by_tons: list[dict]) -> list[str]:
    """Best found, bound and gap over all that there was to deny, had the force that share of its tons."""
    rows = [
        f"  {row['tons_share']:>6.0%} of its tons: best found {row['best_over_all']['median']:.0%} ({row['best']}), bound"
        f" {row['bound_over_all']['median']:.0%}, gap {row['gap_over_all']['median']:.0%}"
        f" ({row['gap_over_all']['p05']:.0%} to {row['gap_over_all']['p95']:.0%}), {row['draws']} draws"
        for row in by_tons
    ]
    return ["Of all aviation gasoline that there was to deny (made had the force spared oil), medians:", *rows]


def _cell(v: dict) -> str:
    return rounded(f"{v['median']:,.0f} ({v['p05']:,.0f} to {v['p95']:,.0f})")
