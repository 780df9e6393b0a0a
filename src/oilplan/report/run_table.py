"""The month-by-month table of a run, as text for a terminal."""

from __future__ import annotations

from ..digits import rounded, spread
from ..studies.replay import HEADLINE
from ..units import DAYS_PER_MONTH
from .page import narrow

HEADS = ("month", "recorded t", "how known", "median t", "5-95 percent t", "inside")
WIDTHS = (7, 17, 12, 9, 19, 6)
"""Eighty columns in all."""


def table_text(summary: dict) -> str:
    """Recorded interval and status beside the modelled median and band, one block a series.

    summary: from `oilplan.studies.run.summary`

    An asterisk marks a recorded figure that is recalled, partly recalled or of low confidence.
    """
    blocks = [_block(summary, name) for name in HEADLINE]
    more = [resilience_line(summary["resilience"]), *joint_blocks(summary["joint_products"])]
    return "\n\n".join([*blocks, _scores(summary), _notes(summary), *more])


def resilience_line(measures: dict) -> str:
    """Measures of resilience of aviation gasoline in four lines: 5 to 95 percent."""
    of = {name: f"{low} to {high}" if low else "-" for name, _, low, high in resilience_rows(measures)}
    return (
        "Resilience of aviation gasoline by month, against April 1944 (5 to 95 percent):\n"
        f"robustness {of['robustness']} of April's output; loss integral {of['loss_integral_d']} days of it;\n"
        f"{of['time_to_90_d']} days under 90 percent; rapidity {of['rapidity_per_d']} percent of April's output a month."
    )


RESILIENCE = (
    ("robustness", "share of April's output in the worst month", ".3f", 1.0),
    ("loss_integral_d", "days of April's output lost in all", ",.0f", 1.0),
    ("time_to_90_d", "days under 90 percent of it", ",.0f", 1.0),
    ("rapidity_per_d", "percent of it regained a month, from the worst on", ".1f", 100 * DAYS_PER_MONTH),
)
"""Measures by name: what they say, how they are written, and what they are multiplied by."""


def resilience_rows(measures: dict) -> list[tuple[str, str, str, str]]:
    """Name, meaning, lowest and highest (5 and 95 percent) of every measure as text; empty where no draw has it."""
    out = []
    for name, meaning, form, times in RESILIENCE:
        v = measures[name]
        ends = ["" if v[k] is None else f"{times * v[k]:{form}}" for k in ("p05", "p95")]
        out.append((name, meaning, ends[0], ends[1]))
    return out


def joint_blocks(products: dict) -> list[str]:
    """Nitrogen and methanol by month beside the record, in percent of spring 1944."""
    if not products:
        return []
    lines = [JOINT_TITLE]
    for product in products:
        lines.append(f"  {product}")
        lines += [
            f"    {month}  {made:>4}{'  recorded ' + known if known else ''}"
            for month, made, known in joint_rows(products, product)
        ]
    return ["\n".join(lines)]


JOINT_TITLE = "Made from the same gas at Leuna and Oppau, percent of spring 1944; others as rail allows"


def joint_rows(products: dict, product: str) -> list[tuple[str, str, str]]:
    """Month, modelled median and band, and what the record has, as text."""
    out = []
    for m in products[product]:
        known = " and ".join(f"{v:.0f}" for v in m["recorded"].values())
        tons = " and ".join(f"{v:,.0f}" for v in m["recorded_t"].values())
        said = f"{known}{' (' + tons + ' t)' if tons else ''}{'*' if m['weak'] else ''}" if known else ""
        out.append((m["month"], f"{m['median']:4.0f} ({m['p05']:.0f} to {m['p95']:.0f})", said))
    return out


def rows_of(summary: dict, series: str) -> list[tuple[str, ...]]:
    """Cells of one block as text, one row a month, in the order of `HEADS`."""
    return [_cells(m) for m in summary["months"] if m["series"] == series]


def _cells(m: dict) -> tuple[str, ...]:
    mark = "*" if m["weak"] else ""
    known = "-" if m["recorded_t"] is None else _interval(m["recorded_low_t"], m["recorded_high_t"])
    status = "not recorded" if m["recorded_t"] is None else m["status"] + mark
    met = {None: "", True: "yes", False: "no"}[m["inside"]]
    median, band = spread(m["median_t"], m["p05_t"], m["p95_t"])
    return m["month"], known, status, median, (band or median).replace(" to ", " - "), met


def _interval(low_t: float, high_t: float) -> str:
    return f"{low_t:,.0f}" if low_t == high_t else f"{low_t:,.0f} - {high_t:,.0f}"


def _block(summary: dict, series: str) -> str:
    lines = [f"{summary['series'][series]} [{summary['basis'].split(':')[0]}]", _line(HEADS)]
    lines += ["  ".join("-" * w for w in WIDTHS)]
    return "\n".join(lines + [_line(cells) for cells in rows_of(summary, series)])


def _line(cells: tuple[str, ...]) -> str:
    left = (True, False, True, False, False, True)
    return "  ".join(
        c.ljust(w) if to_left else c.rjust(w) for c, w, to_left in zip(cells, WIDTHS, left, strict=True)
    ).rstrip()


def _scores(summary: dict) -> str:
    s = summary["scores"]
    if s["crps"] is None:
        return "No month is recorded, so nothing is scored."
    return (
        f"{s['months']} recorded months after April 1944: CRPS {s['crps']:,.0f} t a month, "
        f"{100 * s['coverage90']:.0f} percent\ninside the 90 percent band. {summary['basis'].capitalize()}."
    )


def _notes(summary: dict) -> str:
    return (
        "* recalled, partly recalled, or of low confidence: not every page was seen.\n"
        "Two recorded figures: sources differ. median, 5-95 percent: modelled.\n"
        f"inside: a recorded figure lies in the band, to {summary['scores']['rounding_t']:,.0f} t."
    )


# The best that could have been done, as text for a terminal.


def optimize_text(summary: dict) -> str:
    """Every way of choosing with what it denied, the bound, and the gap between the best and the bound."""
    width = max(len(a["name"]) for a in summary["arms"]) + 2
    head = (
        f"{summary['force']} from {summary['from']}, {summary['draws']} draws, others as flown: "
        f"{summary['objective']}.  [{summary['basis']}]"
    )
    arms = [f"  {a['name']:<{width}}{_cell(a['denied'])}" for a in summary["arms"]]
    bound = f"  {'bound':<{width}}{_cell(summary['bound'])}"
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
    said = "\n".join(
        [
            head,
            "",
            "  " + " " * width + "median (5 to 95 percent)",
            *arms,
            bound,
            "",
            *more,
            gap,
            "",
            plan,
            f"The bound is {summary['bound_is']}.",
            *_of_all(summary["by_tons"]),
            summary["railways"],
        ]
    )
    return narrow(said)


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
