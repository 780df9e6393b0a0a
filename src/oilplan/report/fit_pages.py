"""What a fit found, what it predicts and what it hangs on: calibration, proof and sensitivity, as text and as pages."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from textwrap import fill, wrap

import numpy as np

from ..record.names import short_name
from ..studies.sensitivity import Sensitivity
from ..studies.sensitivity_model import UNVERIFIED
from .compare_page import month_name
from .page import figure, page, write_result
from .svg import BAND, FAINT, GRID, INK, MODEL, WIDE_PX, Frame, document, line, text

COLUMNS = 80
"""Of a terminal, for what is printed here."""
CHAIN_COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47")
TRACE_POINTS, PAIR_POINTS, PAIRS = 250, 300, 7
"""Unknowns in the pair plot: those most correlated with another."""


def calibration_html(diagnosis: dict, named: dict[str, np.ndarray], manifest: dict) -> str:
    """The report as one HTML file.

    diagnosis: `oilplan.calibration.fit.as_json`; named: [C, N] draws of every unknown; manifest: of the fit
    """
    scalars = {name: draws for name, draws in named.items() if "[" not in name}
    rows = {r["name"]: r for r in diagnosis["unknowns"]}
    return page(
        "calibration.html.j2",
        manifest=manifest,
        faults=diagnosis["faults"],
        rows=rows,
        scalars=list(scalars),
        rest=[r for name, r in rows.items() if name not in scalars],
        traces=trace_figure(scalars),
        n_pairs=PAIRS,
        pairs=pair_figure(scalars),
    )


def trace_figure(scalars: dict[str, np.ndarray]) -> str:
    """Traces of every scalar unknown, a small panel each, chains in colours."""
    width, row, per_row = 760, 96, 2
    cell = width / per_row
    body = []
    for i, (name, draws) in enumerate(scalars.items()):
        x0, y0 = (i % per_row) * cell + 8, (i // per_row) * row + 20
        body.append(text(x0, y0 - 5, name, size=12))
        body.append(
            f'<rect x="{x0:.0f}" y="{y0}" width="{cell - 16:.0f}" height="{row - 30}" fill="none" stroke="{GRID}"/>'
        )
        low, high = float(draws.min()), float(draws.max())
        for c, chain in enumerate(draws):
            picked = chain[:: max(len(chain) // TRACE_POINTS, 1)]
            xs = np.linspace(x0, x0 + cell - 16, len(picked))
            ys = y0 + (row - 30) * (1 - (picked - low) / max(high - low, 1e-12))
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
            body.append(f'<polyline points="{points}" fill="none" stroke-width=".7" stroke="{CHAIN_COLOURS[c % 4]}"/>')
    height = -(-len(scalars) // per_row) * row + 10
    return document(width, height, "Traces", "Draws of every parameter by chain", body)


def pair_figure(scalars: dict[str, np.ndarray]) -> str:
    """Scatter of the parameters most correlated with another."""
    names = list(scalars)
    flat = np.stack([scalars[n].ravel() for n in names])
    bound = np.abs(np.corrcoef(flat)) - np.eye(len(names))
    chosen = sorted(np.argsort(-bound.max(axis=1))[:PAIRS])
    rows = np.linspace(0, flat.shape[1] - 1, PAIR_POINTS).astype(int)
    cell, left = 96, 20
    body = []
    for i, a in enumerate(chosen):
        for j, b in enumerate(chosen[: i + 1]):
            x0, y0 = left + j * cell, 10 + i * cell
            body.append(f'<rect x="{x0}" y="{y0}" width="{cell - 6}" height="{cell - 6}" fill="none" stroke="{GRID}"/>')
            if a == b:
                body += [text(x0 + 3, y0 + 20 + 13 * k, part, size=11) for k, part in enumerate(names[a].split("_"))]
                continue
            u, v = (_unit(flat[n][rows]) for n in (b, a))
            body += [
                f'<circle cx="{x0 + 2 + (cell - 10) * x:.1f}" cy="{y0 + cell - 8 - (cell - 10) * y:.1f}" r="1.1"'
                f' fill="#0b5394" fill-opacity=".5"/>'
                for x, y in zip(u, v, strict=True)
            ]
            r = np.corrcoef(flat[b], flat[a])[0, 1]
            body.append(text(x0 + cell - 10, y0 + 13, f"{r:+.2f}", size=11, anchor="end", fill=FAINT))
    side = left + PAIRS * cell + 10
    return document(side, side, "Pairs", "Draws of pairs of parameters with their correlation", body)


def _unit(values: np.ndarray) -> np.ndarray:
    low, high = np.percentile(values, [0.5, 99.5])
    return np.clip((values - low) / max(high - low, 1e-12), 0, 1)


# The proof: what was predicted, what was found, what falls short. As text for a terminal, and as a page.


def validation_text(proof: dict) -> str:
    """The proof as lines of at most `COLUMNS` columns. proof: of `oilplan.studies.validate.validate`."""
    lines = _cutoff_line(proof["hindcast"])
    for h in proof["cutoffs"].values():
        lines += ["", *_cutoff_line(h)]
    if every := proof["all_cutoffs"]:
        lines += [
            "",
            f"Other cut-offs: mean skill {every['mean_skill_against_best']:.2f}"
            f" (bar {proof['bar']['skill']}), coverage {100 * every['coverage90']:.0f}% of {every['months']} months",
        ]
        ceilings = ", ".join(f"{month} {skill:.2f}" for month, skill in proof["ceilings"].items())
        lines += [f"With parameters fitted to the whole record (no hindcast): {ceilings}"]
    lines += [
        "",
        _inside("Leuna's dated percentages, left out", proof["leuna"]),
        _inside("Other plants' own figures, never fitted", proof["leave_one_plant_out"]),
        "",
        f"{'Rival laws':<46}{'elpd':>8}{'behind':>9}{'se':>6}",
    ]
    for law in sorted(proof["laws"], key=lambda law: -law["elpd"]):
        default = " *default" if law["name"] == proof["default_law"] else ""
        lines.append(f"  {law['name']:<44}{law['elpd']:>8.1f}{law['behind']:>9.1f}{law['behind_se']:>6.1f}{default}")
    lines += ["", *_more_lines(proof)]
    recovered, known = proof["recovery"], "not measured"
    if "coverage90" in recovered:
        known = f"{100 * recovered['coverage90']:.1f}% of 90% intervals cover the truth ({recovered['repetitions']} repetitions, saved)"
    lines += ["", f"Recovery: {known}"]
    parts = (wrap(line, COLUMNS, subsequent_indent="  ") if len(line) > COLUMNS else [line] for line in lines)
    return "\n".join(line for part in parts for line in part)


def _more_lines(proof: dict) -> list[str]:
    """Skill with and without the railways given, coverage, operations, history's orders, raid size, unused figures."""
    held, ops, size = proof["coverage"], proof["operations"], proof["raid_size"]
    lines = [f"{'Skill against the best naive forecast':<40}{'rail forecast':>15}{'rail given to all':>20}"]
    lines += [
        f"  fitted to {month:<28}{skill:>15.2f}{proof['skill_rail_given'][month]:>20.2f}"
        for month, skill in proof["skill"].items()
    ]
    winter = proof["as_ordered"]["october_march_ratio"]
    return [
        *lines,
        *filter(None, [said_of_laws(proof)]),
        "",
        f"90% bands, as fitted: {100 * held['in_sample']:.0f}% of months; each month left out: {100 * held['leave_one_month_out']:.0f}%",
        f"Operations, October to March: {100 * ops['coverage90']:.0f}% of {len(ops['rows'])} figures inside 90%",
        f"History's orders flown by the machine: October-March {winter:.2f} of the raids as flown",
        f"Raid size exponent: {size['median']:.2f} ({size['p05']:.2f} to {size['p95']:.2f}); {said_of_size(size)}",
        *(
            f"{u['name']}: {u['median']:.0f}% ({u['p05']:.0f} to {u['p95']:.0f}); recorded {u['recorded']:.0f}, not fitted"
            for u in proof["unused_figures"]
        ),
    ]


def said_of_fitted(held: dict) -> str:
    """What a right model would hold of the months that it was fitted to; nothing for a proof made before that was kept."""
    expected = held.get("expected_in_sample")
    return "" if expected is None else f" (a right model would hold {percent(expected)} of what it has seen)"


def said_of_laws(proof: dict) -> str:
    """Skill and bands where as many draws are taken from each of the laws; nothing for a proof without that average."""
    over = proof.get("over_laws")
    if not over:
        return ""
    given = over["skill_rail_given"]
    skill = ", ".join(f"{month} {forecast:.2f} ({given[month]:.2f})" for month, forecast in over["skill"].items())
    return (
        f"Averaged over {len(over['laws'])} laws of damage and repair, as many draws of each, skill with railways forecast (given) is {skill};"
        f" {percent(over['coverage90'])} of the months predicted lie inside 90 percent, {percent(over['in_sample'])} as fitted and"
        f" {percent(over['leave_one_month_out'])} with the month left out."
    )


def said_of_size(size: dict) -> str:
    """Whether the record says how a raid's size counts, in words."""
    factor = size["bayes_factor_of_any_size"]
    if 1 / 3 < factor < 3:
        return f"the record does not decide it (Bayes factor of no effect {factor:.1f})"
    return f"the record speaks {'for' if factor > 1 else 'against'} no effect (Bayes factor {factor:.1f})"


def _cutoff_line(h: dict) -> list[str]:
    lines = [
        f"Fitted to {h['trained_to']} and before: aviation gasoline, t a month",
        f"{'month':<10}{'recorded':>10}{'median':>10}{'5%':>9}{'95%':>9}  ",
    ]
    for m in h["months"]:
        weak = "" if m["status"] == "looked_up" else " (recalled or mixed)"
        lines.append(
            f"{m['month']:<10}{m['recorded_t']:>10,.0f}{m['median_t']:>10,.0f}{m['p05_t']:>9,.0f}{m['p95_t']:>9,.0f}"
            f"  {'inside' if m['inside'] else 'OUTSIDE'}{weak}"
        )
    skill = ", ".join(f"{name.replace('_', ' ')} {value:.2f}" for name, value in h["skill"].items())
    return [*lines, f"CRPS {h['crps']:,.0f} t; coverage {100 * h['coverage90']:.0f}%; skill against {skill}"]


def _inside(what: str, points: dict) -> str:
    inside = [p["inside"] for p in points["points"] if p["informative"]]
    idle = len(points["points"]) - len(inside)
    return f"{what}: {sum(inside)} of {len(inside)} inside 90%; {idle} that say nothing left aside"


def percent(share: float) -> str:
    """A share in words: ``87 percent``."""
    return f"{100 * share:.0f} percent"


# The page.

BAND_WORDS = "Band: 90 percent of the prediction; line: median; dot: recorded (hollow: recalled or mixed), tons a month"


def validation_html(proof: dict, manifest: dict) -> str:
    """The proof as one HTML file. proof: of `oilplan.studies.validate.validate`."""
    forecast = {proof["hindcast"]["trained_to"]: proof["hindcast"], **proof["cutoffs"]}
    return page(
        "validation.html.j2",
        proof=proof,
        manifest=manifest,
        drawn={month: _hindcast_figure(h) for month, h in forecast.items()},
        band_words=BAND_WORDS,
        skills=[("forecast", *found) for found in sorted(forecast.items())]
        + [("given", *found) for found in proof["hindcasts_rail_given"].items()],
        short_name=short_name,
        said_of_fitted=said_of_fitted,
        said_of_laws=said_of_laws,
        said_of_size=said_of_size,
    )


def _hindcast_figure(h: dict) -> str:
    """Recorded points and predicted intervals of one cut-off."""
    width, months = 560, h["months"]
    top = max(max(m["p95_t"], m["recorded_t"]) for m in months) * 1.08
    f = Frame(width, 210, len(months), top, left=60, right=10, top=10, bottom=28)
    body = []
    for k in range(5):
        y = f"{f.y(top * k / 4):.1f}"
        body.append(f'<line x1="{f.left}" x2="{width - f.right}" y1="{y}" y2="{y}" stroke="{GRID}"/>')
        body.append(text(f.left - 5, f.y(top * k / 4) + 4, f"{top * k / 4 / 1000:,.0f}k", anchor="end"))
    for i, m in enumerate(months):
        x, high, middle = f.x(i), f.y(m["p95_t"]), f"{f.y(m['median_t']):.1f}"
        body += [
            f'<rect x="{x - 9:.1f}" width="18" y="{high:.1f}" fill="{BAND}" height="{f.y(m["p05_t"]) - high:.1f}"/>',
            f'<line x1="{x - 9:.1f}" x2="{x + 9:.1f}" y1="{middle}" y2="{middle}" stroke="{MODEL}" stroke-width="2"/>',
        ]
        fill = INK if m["status"] == "looked_up" else "#fff"
        body.append(f'<circle cx="{x:.1f}" cy="{f.y(m["recorded_t"]):.1f}" r="4" fill="{fill}" stroke="{INK}"/>')
        body.append(text(x, f.height - 9, m["month"], anchor="middle"))
    return document(width, f.height, f"Hindcast from {h['trained_to']}", BAND_WORDS, body)


# Figure: how much of an outcome's variance goes with each input.

WEAK = "#d55e00"
ROW, SOBOL_TOP, FOOT, LETTER, BAR = 24.0, 12.0, 46.0, 6.6, 12.0


def bars_figure(outcome: dict, shown: int, width: int = WIDE_PX) -> str:
    """Total indices of the first inputs of an outcome as bars, first-order index as a tick, 95 percent as a whisker.

    outcome: one of a sensitivity summary; shown: how many inputs; width: pixels. Unverified numbers are hatched in
    another colour and carry an asterisk.
    """
    rows = outcome["inputs"][:shown]
    left = 12 + LETTER * max(len(marked(r)) for r in rows)
    high = max(1.0, *((r["total"] or 0.0) + (r["total_error"] or 0.0) for r in rows))
    scale = (width - left - 16) / high
    bottom = SOBOL_TOP + ROW * len(rows)
    body = []
    for k in range(int(high * 4) + 1):
        x = left + scale * k / 4
        body.append(line([(x, SOBOL_TOP), (x, bottom)], stroke=GRID, width=1))
        body.append(text(x, bottom + 16, f"{25 * k}%", anchor="middle", fill=FAINT))
    for k, r in enumerate(rows):
        body += _bar(r, left, scale, SOBOL_TOP + ROW * (k + 0.5))
    body.append(text(8, bottom + 34, "bar: total; tick: first-order; line: 95 percent; *: unverified", fill=FAINT))
    stated = f"{outcome['meaning']}: total Sobol indices of {', '.join(marked(r) for r in rows)}."
    return document(width, bottom + FOOT, outcome["meaning"], stated, body)


def _bar(r: dict, left: float, scale: float, y: float) -> list[str]:
    total, error, first = (r[k] or 0.0 for k in ("total", "total_error", "first"))
    colour = WEAK if marked(r) != r["label"] else MODEL
    at = left + scale * max(first, 0.0)
    says = f"<title>{r['label']}, {r['known']}: first {first:.2f}, total {total:.2f} ± {error:.2f}</title>"
    return [
        text(left - 6, y + 4, marked(r), anchor="end"),
        f'<rect x="{left:.1f}" y="{y - BAR / 2:.1f}" width="{max(scale * total, 0.0):.1f}" height="{BAR}" '
        f'fill="{colour}" opacity="0.75">{says}</rect>',
        line([(left + scale * max(total - error, 0.0), y), (left + scale * (total + error), y)], stroke=INK, width=1),
        line([(at, y - BAR / 2 - 2), (at, y + BAR / 2 + 2)], stroke=INK, width=2),
    ]


# A sensitivity study as a table of text for a terminal.

SHOWN = 8
NAME_W, CELL_W = 31, 7


def sensitivity_text(summary: dict) -> str:
    """The inputs that matter most over all outcomes, first-order and total index in percent, and what it says.

    summary: of an `oilplan.studies.sensitivity.Sensitivity`. An asterisk marks a number nobody has verified.
    """
    head = f"Share of variance, percent: first-order, total.  {summary['runs']:,} runs.  [{summary['basis'].split(':')[0]}]"
    names = f"{'':<{NAME_W}}" + "".join(f"{o['label']:>{CELL_W}}" for o in summary["outcomes"])
    rows = [_row(summary, r) for r in summary["overall"][:SHOWN]]
    return "\n".join([head, names, *rows, "", *(fill(s, COLUMNS) for s in (*says(summary), *_notes(summary)))])


def says(summary: dict) -> list[str]:
    """Which unknown, and which number nobody has verified, matters most: one sentence each."""
    of = {r["name"]: r for r in summary["overall"]}
    unknown, weak = of[summary["most_important_unknown"]], of[summary["most_important_unverified"]]
    totals = [total or 0.0 for _, total in shares_of(summary, weak["name"])]
    at = totals.index(max(totals))
    return [
        f"Most important unknown: {unknown['label']} ({unknown['known']}), {percent(unknown['mean_total'])} of the variance on average.",
        f"Most important unverified number: {weak['label']} ({weak['known']}), {percent(weak['mean_total'])} on average,"
        f" and {100 * totals[at]:.0f} percent of: {summary['outcomes'][at]['meaning']}.",
    ]


def marked(r: dict) -> str:
    """Label of an input with an asterisk where it is not verified."""
    return f"{r['label']}{'*' if r['known'] in UNVERIFIED else ''}"


def shares_of(summary: dict, name: str) -> list[tuple[float | None, float | None]]:
    """First-order and total index of an input on every outcome, in order."""
    found = [next(r for r in o["inputs"] if r["name"] == name) for o in summary["outcomes"]]
    return [(r["first"], r["total"]) for r in found]


def cell(first: float | None, total: float | None) -> str:
    """Both indices in percent as text; a dash where the outcome does not vary."""
    return "-" if first is None or total is None else f"{100 * first:.0f} {100 * total:.0f}"


def _notes(summary: dict) -> list[str]:
    shown = {r["name"] for r in summary["overall"][:SHOWN]}
    errors = (r["total_error"] or 0.0 for o in summary["outcomes"] for r in o["inputs"] if r["name"] in shown)
    return [
        f"* recalled or doubtful: {summary['rests_on_recalled']}.",
        f"95 percent intervals of these totals: up to {100 * max(errors, default=0.0):.0f} points either side;"
        " more --samples narrow them. A small negative share is sampling error.",
    ]


def _row(summary: dict, r: dict) -> str:
    cells = "".join(f"{cell(first, total):>{CELL_W}}" for first, total in shares_of(summary, r["name"]))
    return f"{marked(r):<{NAME_W}}{cells}"


def sensitivity_html(made: Sensitivity) -> str:
    """The report as HTML: bars for each outcome, all inputs with their errors, and what it was made from."""
    summary = made.summary
    inputs = {i["name"]: i for i in summary["inputs"]}
    rows = [
        (marked(r), r["known"], [cell(*pair) for pair in shares_of(summary, r["name"])]) for r in summary["overall"]
    ]
    return page(
        "sensitivity.html.j2",
        summary=summary,
        manifest=made.manifest,
        says=says(summary),
        rows=rows,
        figures=[_bars(o) for o in summary["outcomes"]],
        inputs=[inputs[r["name"]] for r in summary["overall"]],
    )


def _bars(outcome: dict) -> dict:
    """The figure of an outcome; median and 90 percent of the runs in its own unit, months by name."""
    meaning = outcome["meaning"]
    name, title = f"sensitivity-{outcome['name']}", meaning[0].upper() + meaning[1:]
    say = month_name if outcome["unit"] == "month" else (lambda v: f"{v:,.0f} {outcome['unit']}")
    low, median, high = (say(outcome[k]) for k in ("p05", "median", "p95"))
    stated = f"{median} in the median, {low} to {high} in 90 percent of runs."
    return {**figure(name, title, partial(bars_figure, outcome, SHOWN))._asdict(), "stated": stated}


def write_sensitivity(made: Sensitivity, out: Path, *, force: bool = False) -> None:
    """Write sensitivity.json, manifest.json and report.html to ``out``, whole or not at all.

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """
    write_result(out, "sensitivity.json", made.summary, made.manifest, sensitivity_html(made), force=force)
