"""A sensitivity study as a table of text for a terminal."""

from __future__ import annotations

from textwrap import fill

from ..experiments.sensitivity_inputs import UNVERIFIED

SHOWN = 8
NAME_W, CELL_W, LINE_W = 32, 8, 80


def sensitivity_text(summary: dict) -> str:
    """The inputs that matter most over all outcomes, first-order and total index in percent, and what it says.

    summary: of an `oilplan.experiments.sensitivity.Sensitivity`. An asterisk marks a number nobody has verified.
    """
    head = f"Share of variance, percent: first-order, total.  {summary['runs']:,} runs.  [{summary['basis'].split(':')[0]}]"
    names = f"{'':<{NAME_W}}" + "".join(f"{o['label']:>{CELL_W}}" for o in summary["outcomes"])
    rows = [_row(summary, r) for r in summary["overall"][:SHOWN]]
    return "\n".join([head, names, *rows, "", *(fill(s, LINE_W) for s in (*says(summary), *_notes(summary)))])


def says(summary: dict) -> list[str]:
    """Which unknown, and which number nobody has verified, matters most: one sentence each."""
    of = {r["name"]: r for r in summary["overall"]}
    unknown, weak = of[summary["most_important_unknown"]], of[summary["most_important_unverified"]]
    totals = [total or 0.0 for _, total in shares_of(summary, weak["name"])]
    at = totals.index(max(totals))
    return [
        f"Most important unknown: {unknown['label']} ({unknown['known']}), {_percent(unknown)} of the variance on average.",
        f"Most important unverified number: {weak['label']} ({weak['known']}), {_percent(weak)} on average,"
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


def widest_error(summary: dict) -> float:
    """Largest half-width of a total index among the inputs shown, as a share."""
    shown = {r["name"] for r in summary["overall"][:SHOWN]}
    return max((r["total_error"] or 0.0 for o in summary["outcomes"] for r in o["inputs"] if r["name"] in shown),
               default=0.0)  # fmt: skip


def _row(summary: dict, r: dict) -> str:
    cells = "".join(f"{cell(first, total):>{CELL_W}}" for first, total in shares_of(summary, r["name"]))
    return f"{marked(r):<{NAME_W}}{cells}"


def _percent(r: dict) -> str:
    return f"{100 * r['mean_total']:.0f} percent"


def _notes(summary: dict) -> list[str]:
    return [
        f"* recalled or doubtful: {summary['rests_on_recalled']}.",
        f"95 percent intervals of these totals: up to {100 * widest_error(summary):.0f} points either side;"
        " more --samples narrow them. A small negative share is sampling error.",
    ]
