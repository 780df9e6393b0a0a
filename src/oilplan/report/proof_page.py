"""The proof: what was predicted, what was found, what falls short. As text for a terminal, and as a page."""

from __future__ import annotations

from textwrap import wrap

from ..record.names import short_name
from .page import page
from .svg import BAND, GRID, INK, MODEL, document, text

WIDTH = 80


def validation_text(proof: dict) -> str:
    """The proof as lines of at most `WIDTH` columns. proof: of `oilplan.studies.validate.validate`."""
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
    recovery = proof["recovery"]
    lines += [
        "",
        f"Recovery: {100 * recovery['coverage90']:.1f}% of 90% intervals cover the truth"
        f" ({recovery['repetitions']} repetitions, saved)"
        if "coverage90" in recovery
        else "Recovery: not measured",
    ]
    parts = (wrap(line, WIDTH, subsequent_indent="  ") if len(line) > WIDTH else [line] for line in lines)
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
    skill = ", ".join(
        f"{month} {over['skill'][month]:.2f} ({over['skill_rail_given'][month]:.2f})" for month in over["skill"]
    )
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
        drawn={month: _figure(h) for month, h in forecast.items()},
        band_words=BAND_WORDS,
        skills=[
            (rail, month, h)
            for rail, by_month in (
                ("forecast", dict(sorted(forecast.items()))),
                ("given", proof["hindcasts_rail_given"]),
            )
            for month, h in by_month.items()
        ],
        short_name=short_name,
        said_of_fitted=said_of_fitted,
        said_of_laws=said_of_laws,
        said_of_size=said_of_size,
    )


def _figure(h: dict) -> str:
    """Recorded points and predicted intervals of one cut-off."""
    width, height, left, bottom = 560, 210, 60, 28
    months = h["months"]
    top = max(max(m["p95_t"], m["recorded_t"]) for m in months) * 1.08
    step = (width - left - 10) / len(months)

    def y(value: float) -> float:
        return height - bottom - value / top * (height - bottom - 10)

    body = []
    for k in range(5):
        value = top * k / 4
        body.append(f'<line x1="{left}" x2="{width - 10}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="{GRID}"/>')
        body.append(text(left - 5, y(value) + 4, f"{value / 1000:,.0f}k", anchor="end"))
    for i, m in enumerate(months):
        x = left + (i + 0.5) * step
        body.append(
            f'<rect x="{x - 9:.1f}" width="18" y="{y(m["p95_t"]):.1f}" fill="{BAND}"'
            f' height="{y(m["p05_t"]) - y(m["p95_t"]):.1f}"/>'
        )
        body.append(
            f'<line x1="{x - 9:.1f}" x2="{x + 9:.1f}" y1="{y(m["median_t"]):.1f}" y2="{y(m["median_t"]):.1f}"'
            f' stroke="{MODEL}" stroke-width="2"/>'
        )
        fill = INK if m["status"] == "looked_up" else "#fff"
        body.append(f'<circle cx="{x:.1f}" cy="{y(m["recorded_t"]):.1f}" r="4" fill="{fill}" stroke="{INK}"/>')
        body.append(text(x, height - 9, m["month"], anchor="middle"))
    return document(width, height, f"Hindcast from {h['trained_to']}", BAND_WORDS, body)
