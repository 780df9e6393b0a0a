"""The best that could have been done, as text for a terminal."""

from __future__ import annotations


def optimize_text(summary: dict) -> str:
    """Every way of choosing with what it denied, the bound, and the gap between the best and the bound."""
    width = max(len(a["name"]) for a in summary["arms"]) + 2
    head = (f"{summary['force']} from {summary['from']}, {summary['draws']} draws, others as flown: "
            f"{summary['objective']}.  [{summary['basis']}]")  # fmt: skip
    arms = [f"  {a['name']:<{width}}{_cell(a['denied'])}" for a in summary["arms"]]
    bound = f"  {'bound':<{width}}{_cell(summary['bound'])}"
    best, ratio = summary["best"], summary["best_over_bound"]
    more = [f"Best found ({best}) less {name}: {_cell(v)} t." for name, v in summary["better_than"].items()]
    gap = (f"Gap to the bound: {_cell(summary['gap'])} t; the best found reaches {100 * ratio['median']:.0f} percent of "
           f"it ({100 * ratio['p05']:.0f} to {100 * ratio['p95']:.0f}).")  # fmt: skip
    order = summary["plan"]["phases"][0]["force"][summary["force"]]
    plan = (f"Found by search: raids of {order['raid_t']:,.0f} t, at most {order['most_t']:,.0f} t on one plant a day, in "
            f"the order {', '.join(order['targets'][:8])}...")  # fmt: skip
    return "\n".join([head, "", "  " + " " * width + "median (5 to 95 percent)", *arms, bound, "", *more, gap, "", plan,
                      f"The bound is {summary['bound_is']}."])  # fmt: skip


def _cell(v: dict) -> str:
    return f"{v['median']:,.0f} ({v['p05']:,.0f} to {v['p95']:,.0f})"
