"""A system's results as text for a terminal, and as one HTML file that opens offline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import floor, log10
from pathlib import Path
from typing import Any

from ..calibration.fit import Diagnosis
from ..digits import spread
from ..model.resilience import MEANINGS
from ..systems.runs import SystemRun
from .compare_page import COLOURS, DASHES
from .page import WIDTH, WORDS, figure, narrow, page, write_result
from .svg import FAINT, GRID, MONTH_NAMES, Frame, area, document, keys, line, text

LABELS: dict[str, str] = WORDS["measures"]
UNIT, INDENT = "percent of normal", "  "


def number(x: float | None) -> str:
    """A figure with the digits that matter."""
    if x is None:
        return "-"
    size = abs(x)
    if size < 1e-6:
        return "0.00"
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 1 - floor(log10(size))
    return f"{x:,.{digits}f}"


def banded(v: dict | list, sign: str = "") -> str:
    """Median and interval as text, in the digits that the interval bears."""
    low, middle, high = (v["p05"], v["median"], v["p95"]) if isinstance(v, dict) else v
    if middle is None:
        return "-"
    said, interval = spread(middle, low, high)
    return f"{sign if middle > 0 else ''}{said}{f' ({interval})' if interval else ''}"


def rows_in_columns(table: Sequence[tuple[str, ...]]) -> list[str]:
    """Lines of a table. Columns that do not fit beside the others follow below them, beside the first column again."""
    wide = [max(len(r[k]) for r in table) + 2 for k in range(len(table[0]))]
    parts = [[0]]
    for k in range(1, len(wide)):
        if len(parts[-1]) > 1 and len(INDENT) + sum(wide[i] for i in parts[-1]) + wide[k] - 2 > WIDTH:
            parts.append([0])
        parts[-1].append(k)
    return [(INDENT + "".join(f"{r[k]:<{wide[k]}}" for k in part)).rstrip() for part in parts for r in table]


def _block(title: str, table: Sequence[tuple[str, ...]]) -> str:
    """A table under its title."""
    return "\n".join([title, *rows_in_columns(table)])


def _head(s: dict, what: str) -> str:
    return narrow(
        f"{s['title']}, {s['window'][0]} to {s['window'][1]}: {what}, {s['draws']:,} draws.  Median (5 to 95 percent).  [{s['basis']}]"
    )


def measures_table(s: dict) -> list[tuple[str, ...]]:
    """Resilience of every product: a heading, then one row a product."""
    order = sorted(s["products"], key=lambda p: p["id"] != s["headline"])
    head = (f"{LABELS[m]}{', ' + v['unit'] if v['unit'] else ''}" for m, v in order[0]["resilience"].items())
    rows = ((*map(banded, p["resilience"].values()), f"{100 * p['recovered_share']:.0f} percent") for p in order)
    return [("", *head, "draws that recover"), *((p["name"], *r) for p, r in zip(order, rows, strict=True))]


def run_text(s: dict) -> str:
    """The table of `oilplan run --system`."""
    head = next(p for p in s["products"] if p["id"] == s["headline"])
    blocks = [_head(s, f"arm {s['arm']}"), narrow(s["about_arm"])]
    measures = list(zip(*measures_table(s), strict=True))
    blocks.append(_block("Resilience: what each product keeps, loses and regains", measures))
    blocks.append(_block(f"{head['name']}, {head['unit']} a month", _months(s, head)))
    plants = [("plant", s["kind"] + "s", "worst share", "days of work lost", "fed by" * is_linked(s))]
    plants += [
        (p["name"], str(p["strikes"]), banded(p["worst"]), banded(p["lost_d"]), ", ".join(p["fed_by"]))
        for p in s["plants"]
    ]
    blocks.append(_block("Plants", plants))
    for store in s["stores"]:
        lowest = f"Store {store['name'].replace('_', ' ')}: lowest {banded(store['lowest'])} {store['unit']}"
        short = f"short in {100 * store['ran_short']:.0f} percent of the draws, on {banded(store['days_short'])} days"
        blocks.append(narrow(f"{lowest}; {short}."))
    blocks.append("\n".join(_strike_lines(s)))
    if other := [r for r in s["series"] if r["product"] != head["id"] or r["plant_id"]]:
        table = [("recorded", "of", "figure", "modelled", ""), *map(_series_row, other)]
        blocks.append(_block("Other figures of the series", table))
    blocks.append(narrow(f"Note: {s['rests_on']}."))
    return "\n\n".join(blocks)


def _months(s: dict, head: dict) -> list[tuple[str, ...]]:
    """The headline product by month: recorded, modelled, and whether the one lies in the other."""
    known = {r["period"]: r for r in s["series"] if r["product"] == head["id"] and not r["plant_id"]}
    months: list[tuple[str, ...]] = [("month", "recorded", "modelled", "")]
    for m in head["months"]:
        row = known.get(m["month"])
        recorded, inside = ("", "") if row is None else (number(row["recorded"]), _inside(row))
        months.append((m["month"], recorded, banded(m["made"]), inside))
    return months


def _series_row(r: dict) -> tuple[str, ...]:
    of = " ".join(filter(None, (r["product"], r["plant_id"])))
    return r["period"], of, number(r["recorded"]), banded([r["p05"], r["median"], r["p95"]]), _inside(r)


def _inside(row: dict) -> str:
    return "inside" if row["inside"] else "outside"


def is_linked(s: dict) -> bool:
    """Whether any plant of a run is fed by another."""
    return any(p["fed_by"] for p in s["plants"])


def _strike_lines(s: dict) -> list[str]:
    out = []
    for by in s["strikes"]:
        lost = f"; lost {banded(by['lost'])} {by['lost_unit']}" if by["lost"] is not None else ""
        out.append(f"{by['name']}: {by['number']} {s['kind']}{'s' * (by['number'] != 1)}{lost}.")
    return out


SHORT = ("loss_integral_d", "time_to_90_d")
"""Measures of the products beside the headline one that a terminal shows."""


def outcome_tables(s: dict, *, short: bool = False) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Label, meaning, and arm, outcome and difference from the base as text, of every outcome of a comparison.

    short: of products beside the headline one only what a terminal shows
    """
    out = []
    for key in s["arms"][0]["outcomes"]:
        thing, _, measure = key.partition(".")
        name = s["names"].get(thing, thing.replace("_", " "))
        unit = s["arms"][0]["outcomes"][key].get("unit", "")
        label = f"{name}: {LABELS.get(measure, measure)}{', ' + unit if unit else ''}"
        rows = _arm_rows(s, key)
        if short and thing in s["names"] and thing != s["headline"] and measure not in SHORT:
            continue
        if measure not in (f"{s['kind']}s", "lost") or len({r[1] for r in rows}) > 1:
            out.append((label, s["measures"].get(measure, ""), rows))
    return out


def _arm_rows(s: dict, key: str) -> list[tuple[str, str, str]]:
    """Arm, outcome and difference from the base as text."""
    return [
        (a["name"], banded(a["outcomes"][key]), "base" if a["name"] == s["base"] else banded(a["difference"][key], "+"))
        for a in s["arms"]
    ]


def compare_text(s: dict) -> str:
    """The table of `oilplan compare --system`: every outcome, and its difference from the base draw by draw."""
    blocks = [_head(s, f"base {s['base']}")]
    blocks += [narrow(f"{a['name']}: {a['about']}") for a in s["arms"]]
    blocks += [_block(label, rows) for label, _, rows in outcome_tables(s, short=True)]
    blocks.append("With --out or --json: every measure of every product.")
    blocks.append(narrow(f"Note: {s['rests_on']}."))
    return "\n\n".join(blocks)


def sweep_text(by_law: dict[str, dict]) -> str:
    """Loss integral and time to 90 percent of the headline product under every law."""
    first = next(iter(by_law.values()))
    blocks = [_head(first, f"{len(by_law)} laws")]
    for measure in ("loss_integral_d", "time_to_90_d"):
        key = f"{first['headline']}.{measure}"
        for law, s in by_law.items():
            title = f"{s['names'][s['headline']]}: {LABELS[measure]}, d; {law}"
            blocks.append(_block(title, _arm_rows(s, key)))
    return "\n\n".join(blocks)


def optimize_text(s: dict) -> str:
    """The table of `oilplan optimize --system`."""
    rows = [
        (n.replace("_", " "), banded(s[n], "+" if n == "gain" else "")) for n in ("as_given", "found", "gain", "bound")
    ]
    moved = [t for t in s["targets"] if t["given"] != t["found"]]
    lines = [
        ("raid", "day", "as given", "best found"),
        *((t["raid"], t["date"], t["given"], t["found"]) for t in s["targets"]),
    ]
    return "\n\n".join(
        [
            narrow(
                f"{s['title']}: the best targets for {s['force']}, {s['draws']:,} draws.  Median (5 to 95 percent)."
            ),
            _block(f"{s['product']}: {s['unit']}", rows),
            _block(f"{len(moved)} of {len(s['targets'])} raids have another target", lines),
            narrow(
                "The bound lets every raid fall whole on every plant at once, so that no choice of targets can beat it."
            ),
        ]
    )


def calibrate_text(diagnosis: Diagnosis) -> str:
    """The table of `oilplan calibrate --system`: every unknown with its interval and what its chains say of it."""
    lines = [f"{'unknown':<36}{'median':>10}{'5%':>10}{'95%':>10}{'R-hat':>8}{'ESS':>7}"]
    for r in diagnosis.unknowns:
        lines.append(f"{r.name[:35]:<36}{r.median:>10.4g}{r.p05:>10.4g}{r.p95:>10.4g}{r.r_hat:>8.4f}{r.ess:>7.0f}")
    return "\n".join([*lines, *(narrow(f"The fit is not to be trusted: {fault}") for fault in diagnosis.faults)])


def validate_text(s: dict) -> str:
    """The table of `oilplan validate --system`."""
    blocks = [
        narrow(
            f"{s['title']}: {100 * s['in_sample_coverage90']:.0f} percent of the {s['figures']} figures it was fitted to lie in their"
            " 90 percent band."
        )
    ]
    if s["hindcast"] is None:
        blocks.append(narrow(f"No hindcast: {s['why_no_hindcast']}."))
    else:
        h = s["hindcast"]
        rows = [
            ("month", "recorded", "predicted"),
            *((m["month"], number(m["recorded"]), banded([m["p05"], m["median"], m["p95"]])) for m in h["months"]),
        ]
        blocks.append(_block(f"Hindcast, fitted to the end of {h['fitted_to']}", rows))
        beaten = [("forecast", "CRPS", "skill of the model")]
        beaten += [("model", number(h["crps"]), "")]
        beaten += [
            (n, number(c), "-" if h["skill"][n] is None else f"{h['skill'][n]:.2f}") for n, c in h["naive_crps"].items()
        ]
        title = "Against forecasts that know nothing of plants (lower CRPS is better, skill above 0 beats it)"
        blocks.append(_block(title, beaten))
        worst = min((x for x in h["skill"].values() if x is not None), default=None)
        if worst is not None and worst < 0:
            lost = "The model loses to at least one of them: its predictions are worth no more than that forecast's."
            blocks.append(narrow(lost))
    if s["faults"]:
        blocks.append(narrow("The fit is not to be trusted: " + " ".join(s["faults"])))
    return "\n\n".join(blocks)


def sensitivity_text(s: dict) -> str:
    """The table of `oilplan sensitivity --system`: share of variance by unknown."""
    names = [i["name"] for i in s["outcomes"][0]["inputs"]]
    table = [("unknown", *(LABELS[o["name"]] for o in s["outcomes"]))]
    for name in names:
        cells = [next(i for i in o["inputs"] if i["name"] == name)["total"] for o in s["outcomes"]]
        table.append((name, *("-" if c is None else f"{c:.2f}" for c in cells)))
    return "\n\n".join(
        [
            narrow(
                f"{s['title']}: share of the variance of {s['product']} that would go if the unknown were known, interactions included ({s['samples']} samples)."
            ),
            "\n".join(rows_in_columns(table)),
            f"Most important unknown: {s['most_important_unknown']}.",
        ]
    )


# The figure and the page.


def days_figure(days: dict[str, dict], first: str, title: str, width: int, marks: tuple[int, ...] = ()) -> str:
    """Medians over 5 to 95 percent bands by day, of one or several arms, as SVG.

    days: {name: {p05, median, p95}: [T]} shares of normal; first: ISO date of day 0; marks: days on which something struck
    """
    from datetime import date, timedelta

    n = len(next(iter(days.values()))["median"])
    f = Frame(width, 300, n, 1.0)
    body = [text(f.left - 46, f.top - 12, UNIT, fill=FAINT)]
    for k in range(5):
        y = f.y(k / 4)
        body += [
            line([(f.left, y), (f.width - f.right, y)], stroke=GRID, width=1),
            text(f.left - 6, y + 4, str(25 * k), anchor="end", fill=FAINT),
        ]
    begin, last_x = date.fromisoformat(first), -99.0
    for k in range(n):
        day = begin + timedelta(k)
        if day.day == 1 and f.x(k) - last_x > 34:
            last_x = f.x(k)
            body.append(text(f.x(k), f.height - f.bottom + 16, MONTH_NAMES[day.month - 1], anchor="middle", fill=FAINT))
            if day.month == 1 or (last_x == f.x(k) and not any(str(begin.year) in b for b in body)):
                body.append(text(f.x(k), f.height - f.bottom + 32, str(day.year), anchor="middle", fill=FAINT))
    for k in sorted(set(marks)):
        body.append(
            line([(f.x(k), f.height - f.bottom), (f.x(k), f.height - f.bottom + 5)], stroke="#b00020", width=1.5)
        )
    body.append(line([(f.left, f.y(0.9)), (f.width - f.right, f.y(0.9))], stroke=FAINT, width=1, dash="3 3"))
    legend = []
    for k, (name, band) in enumerate(days.items()):
        colour, dash = COLOURS[k % len(COLOURS)], DASHES[k % len(DASHES)]
        lower, middle, upper = (f.at(min(v, 1.0) for v in band[q]) for q in ("p05", "median", "p95"))
        body.append(f'<g opacity="0.13">{area(upper + lower[::-1], fill=colour)}</g>')
        body.append(line(middle, stroke=colour, width=2, dash=dash))
        legend.append((f'<path d="M-8 0h16" stroke="{colour}" stroke-width="2.2" stroke-dasharray="{dash}"/>', name))
    legend.append((f'<path d="M-8 0h16" stroke="{FAINT}" stroke-dasharray="3 3"/>', "90 percent"))
    drawn, height = keys(legend, f.height + 4, width)
    stated = f"{title}: medians and 5-95 percent bands by day of {', '.join(days)}."
    return document(width, height, title, stated, body + drawn)


def figures_of(made: SystemRun, marks: tuple[int, ...] = ()) -> list[Any]:
    """The figures of a run (one a product) or of a comparison (the headline product in all arms)."""
    s = made.summary
    if "days" in s:
        title = f"{s['names'][s['headline']]} delivered"
        return [figure(s["headline"], title, partial(days_figure, s["days"], s["window"][0], title))]
    order = sorted(s["products"], key=lambda p: p["id"] != s["headline"])
    out = []
    for p in order:
        title = f"{p['name']} delivered"
        draw = partial(days_figure, {s["arm"]: p["days"]}, s["window"][0], title, marks=marks)
        out.append(figure(p["id"], title, draw))
    return out


def system_html(made: SystemRun, marks: tuple[int, ...] = (), links: list[tuple[str, str, bool]] | None = None) -> str:
    """The report of a run or comparison of a system as HTML.

    marks: days on which something struck; links: address, words and whether it is this page, where it is served
    """
    s = made.summary
    is_run = "arm" in s
    return page(
        "system.html.j2",
        summary=s,
        manifest=made.manifest,
        figures=figures_of(made, marks),
        is_run=is_run,
        measures=measures_table(s) if is_run else [],
        meanings=[(LABELS[m], meaning) for m, meaning in MEANINGS.items()],
        tables=[] if is_run else outcome_tables(s),
        banded=banded,
        number=number,
        strikes=_strike_lines(s) if is_run else [],
        linked=is_run and is_linked(s),
        links=links or [],
    )


def write_system(made: SystemRun, out: Path, *, force: bool = False) -> None:
    """Write run.json or compare.json, manifest.json and report.html to ``out``, whole or not at all.

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """
    name = "run.json" if "arm" in made.summary else "compare.json"
    html = system_html(made, tuple(made.summary.get("struck_days", ())))
    write_result(out, name, made.summary, made.manifest, html, force=force)
