"""Where the fuel went, as a table of text, two figures and a page."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from textwrap import fill

from ..argument.shares import FORCES
from ..digits import spread
from ..studies.attribution import CAUSES, GROUND, LUCK, RAIL, LossShares
from .page import figure, page, write_result
from .svg import FAINT, GRID, INK, MONTH_NAMES, WIDE_PX, document, keys, line, text, top_of_scale

LABEL = {**FORCES, RAIL: "Rail and coal", GROUND: "Ground taken", LUCK: "Luck"}
COLOUR = {
    "bomber_command": "#0b5394",
    "eighth_af": "#d55e00",
    "fifteenth_af": "#b58900",
    RAIL: "#5f6368",
    GROUND: "#2f7d4f",
    LUCK: "#b48ead",
}
LINE_W = 96


# The table of text.


def attribution_text(summary: dict) -> str:
    """The shares of both periods in lines of at most 100 columns. summary: of a `LossShares`."""
    lines = [f"Loss of aviation gasoline by cause, {summary['draws']:,} draws.  [{summary['basis'].split(':')[0]}]"]
    for period in summary["periods"]:
        lines += ["", *_period_lines(period)]
    return "\n".join([*lines, "", *(fill(note, LINE_W) for note in notes(summary))])


def _period_lines(period: dict) -> list[str]:
    lines = [
        span(period),
        *(fill(said, LINE_W) for said in (said_loss(period), said_rail(period))),
        f"{'':<22}{'share, %':>8}{'90%':>12}{'tons':>10}{'90%':>20}{'alone, t':>12}{'saved, t':>12}",
    ]
    for cause in CAUSES:
        share, tons = period["shares"][cause], period["tons"][cause]
        lines.append(
            f"  {LABEL[cause]:<20}{percent(share['median']):>8}{percents(share):>12}{middle(tons):>10}"
            f"{between(tons):>20}{period['lost_alone_t'][cause]['median']:>12,}"
            f"{period['saved_without_t'][cause]['median']:>12,}"
        )
    return lines


def span(period: dict) -> str:
    """Its months in words."""
    return f"{_month(period['from'])} to {_month(period['to'])}"


def _month(month: str) -> str:
    return f"{MONTH_NAMES[int(month[5:]) - 1]} {month[:4]}"


def said_loss(period: dict) -> str:
    """What was lost of what could have been made."""
    lost, full, made = (period[k] for k in ("lost_t", "full_t", "made_t"))
    recorded = f"; the record has {period['recorded_t']:,} t" if period["recorded_t"] is not None else ""
    return f"{middle(lost)} t lost ({between(lost)}) of {middle(full)} t; {middle(made)} t made{recorded}."


def said_rail(period: dict) -> str:
    """How far what oil raids denied hangs on the railways."""
    raids = period["oil_raids"]
    return (
        f"All oil raids together denied {middle(raids['denied_t'])} t ({between(raids['denied_t'])}) beside the railways as"
        f" they were; had these carried as in April 1944, {middle(raids['denied_with_rail_of_april_t'])} t"
        f" ({between(raids['denied_with_rail_of_april_t'])}). The difference hangs on rail."
    )


def percent(share: float | None) -> str:
    """A share in percent, a dash where there is none."""
    return "-" if share is None else f"{100 * share + 0.0:.1f}"


def percents(band: dict) -> str:
    """The 90 percent interval of a share in percent."""
    return "-" if band["p05"] is None else f"{100 * band['p05']:.0f} to {100 * band['p95']:.0f}"


def middle(band: dict) -> str:
    """The median of tons, to the digits that its interval bears."""
    return spread(band["median"], band["p05"], band["p95"])[0]


def between(band: dict) -> str:
    """The 90 percent interval of tons, to the digits that it bears."""
    return spread(band["median"], band["p05"], band["p95"])[1] or middle(band)


def notes(summary: dict) -> list[str]:
    """What the numbers mean and what they do not."""
    return [
        "A share is a Shapley value: what a cause adds to a set of the others, averaged over every order. Shares of a draw add up"
        " to its loss; medians are scaled to do so. Alone: lost had that cause alone been at work. Saved: made besides, had it"
        " alone been away. The two are far apart where causes do the same work twice.",
        "Lost is counted from what whole plants would have made, fully supplied, with each month's own product mix.",
        *(f"{LABEL[cause]}: {summary['causes'][cause]}." for cause in (RAIL, GROUND, LUCK)),
    ]


# The figures.

ROW, TOP, LEFT, RIGHT = 30.0, 34.0, 150.0, 24.0


def shares_figure(period: dict, width: int = WIDE_PX) -> str:
    """Median share of every cause as a bar, its 90 percent interval as a line. period: one of a summary; width: pixels."""
    bands = period["shares"]
    low = min(0.0, *(b["p05"] for b in bands.values()))
    high = max(0.2, *(b["p95"] for b in bands.values()))
    first, last = -0.1 if low < 0 else 0.0, 0.1 * -(-high // 0.1)
    scale = (width - LEFT - RIGHT) / (last - first)
    bottom = TOP + ROW * len(CAUSES)

    def x(share: float) -> float:
        return LEFT + (max(share, first) - first) * scale

    body = [text(8, TOP - 14, span(period), fill=FAINT)]
    every = 1 if width >= WIDE_PX else 2
    for tenth in range(round(first * 10), round(last * 10) + 1):
        body.append(line([(x(tenth / 10), TOP), (x(tenth / 10), bottom)], stroke=INK if tenth == 0 else GRID, width=1))
        if tenth % every == 0:
            body.append(text(x(tenth / 10), bottom + 16, f"{10 * tenth}%", anchor="middle", fill=FAINT))
    for k, cause in enumerate(CAUSES):
        body += _share(bands[cause], cause, x, TOP + ROW * (k + 0.5))
    body.append(text(8, bottom + 36, "bar: median; line: 90 of 100 possible wars", fill=FAINT))
    stated = ", ".join(f"{LABEL[c]} {percent(bands[c]['median'])} percent" for c in CAUSES)
    return document(width, bottom + 46, f"Shares of the loss, {span(period)}", f"Median shares: {stated}.", body)


def _share(band: dict, cause: str, x, y: float) -> list[str]:
    left, right = sorted((x(0.0), x(band["median"])))
    says = f"<title>{LABEL[cause]}: {percent(band['median'])} percent, 90 percent {percents(band)}</title>"
    return [
        text(LEFT - 8, y + 4, LABEL[cause], anchor="end"),
        f'<rect x="{left:.1f}" y="{y - 8:.1f}" width="{right - left:.1f}" height="16" fill="{COLOUR[cause]}" opacity="0.8">{says}</rect>',
        line([(x(band["p05"]), y), (x(band["p95"]), y)], stroke=INK, width=2),
    ]


def months_figure(months: list[dict], width: int = WIDE_PX) -> str:
    """Mean tons lost to every cause, month by month, stacked; what is below zero hangs under the line.

    months: of a summary; width: pixels
    """
    stacks = [m["mean_lost_t"] for m in months]
    high = top_of_scale(max(sum(t for t in s.values() if t > 0) for s in stacks))
    low = min(0.0, *(sum(t for t in s.values() if t < 0) for s in stacks))
    legend, top = keys([(_key(c), f"{LABEL[c]}   ") for c in CAUSES], 40.0, width)
    left, right, height = 52.0, 10.0, 240.0
    step = (width - left - right) / len(months)

    def y(tons: float) -> float:
        return top + (high - tons) * height / (high - low)

    body = [text(8, 18, "thousand t lost a month, mean", fill=FAINT), *legend]
    for k in range(5):
        body.append(
            line([(left, y(high * k / 4)), (width - right, y(high * k / 4))], stroke=GRID if k else INK, width=1)
        )
        body.append(text(left - 6, y(high * k / 4) + 4, f"{high * k / 4000:,.4g}", anchor="end", fill=FAINT))
    for k, month in enumerate(months):
        body += _stack(month, left + k * step, step, y)
        name = _month(month["month"])[: 3 if step > 30 else 1]
        body.append(text(left + (k + 0.5) * step, y(low) + 18, name, anchor="middle", fill=FAINT))
        if k == 0 or month["month"].endswith("-01"):
            body.append(text(left + (k + 0.5) * step, y(low) + 34, month["month"][:4], anchor="middle", fill=FAINT))
    stated = "; ".join(f"{m['month']}: {sum(m['mean_lost_t'].values()):,} t" for m in months)
    return document(width, y(low) + 42, "Loss of aviation gasoline by month and cause", f"Mean loss: {stated}.", body)


def _key(cause: str) -> str:
    return f'<rect x="-7" y="-6" width="14" height="12" fill="{COLOUR[cause]}"/>'


def _stack(month: dict, x: float, step: float, y) -> list[str]:
    bars, above, below = [], 0.0, 0.0
    for cause in CAUSES:
        tons = month["mean_lost_t"][cause]
        start = above if tons > 0 else below
        upper, lower = y(max(start, start + tons)), y(min(start, start + tons))
        above, below = above + max(tons, 0), below + min(tons, 0)
        bars.append(
            f'<rect x="{x + 3:.1f}" y="{upper:.1f}" width="{step - 6:.1f}" height="{lower - upper:.1f}" fill="{COLOUR[cause]}">'
            f"<title>{LABEL[cause]}, {month['month']}: {tons:,} t</title></rect>"
        )
    return bars


# The page.


def attribution_html(made: LossShares) -> str:
    """The report as one HTML file that opens offline and prints."""
    summary = made.summary
    periods = [
        {
            **p,
            "span": span(p),
            "said": said_loss(p),
            "rail": said_rail(p),
            "rows": rows(p),
            "figure": figure(f"loss-{p['from']}", f"Shares, {span(p)}", partial(shares_figure, p)),
        }
        for p in summary["periods"]
        if p["draws_with_loss"]
    ]
    return page(
        "attribution.html.j2",
        summary=summary,
        manifest=made.manifest,
        periods=periods,
        notes=notes(summary),
        months=figure("loss-by-month", "Month by month", partial(months_figure, summary["months"])),
    )


def rows(period: dict) -> list[tuple[str, list[str]]]:
    """Every cause with its cells: share in percent and in thousand tons, lost alone, saved without; 90 percent in brackets."""
    return [
        (
            LABEL[c],
            [
                f"{percent(period['shares'][c]['median'])} ({percents(period['shares'][c])})",
                *(_thousands(period[k][c]) for k in ("tons", "lost_alone_t", "saved_without_t")),
            ],
        )
        for c in CAUSES
    ]


def _thousands(band: dict) -> str:
    """Median and 90 percent interval of tons in thousands."""
    median, low, high = (f"{round(band[k] / 1000):,}" for k in ("median", "p05", "p95"))
    return f"{median} ({low} to {high})"


def write_attribution(made: LossShares, out: Path, *, force: bool = False) -> None:
    """Write attribution.json, manifest.json and report.html to ``out``, whole or not at all.

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """
    write_result(out, "attribution.json", made.summary, made.manifest, attribution_html(made), force=force)
