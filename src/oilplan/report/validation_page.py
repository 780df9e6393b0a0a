"""The page of the proof: what was predicted, what was found, what falls short."""

from __future__ import annotations

from html import escape

from ..record.names import short_name
from .calibration_page import STYLE
from .proof_text import said_of_fitted, said_of_laws, said_of_size
from .svg import BAND, GRID, INK, MODEL, document, text

MAKERS_NOTE = (
    "Every prior and law was known to the makers when these months were scored; several judged priors and the form of"
    " the laws were settled while looking at hindcasts. This shows that the model, fitted to the months before a cut-off"
    " alone, predicts the months after it; it is not a blind forecast."
)


def validation_html(proof: dict, manifest: dict) -> str:
    """The proof as one HTML file. proof: of `oilplan.studies.validate.validate`."""
    h = proof["hindcast"]
    cutoffs = "".join(_cutoff(c) for c in proof["cutoffs"].values())
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>oilplan: the proof</title><style>{STYLE}</style><h1>Does the model predict what it has not seen?</h1>"
        f"<p>{_verdict(proof)}</p><p>{escape(MAKERS_NOTE)}</p>"
        f"<h2>Fitted to April&ndash;{escape(h['trained_to'])}, given the raids as flown</h2>{_cutoff(h)}"
        + (
            f"<h2>Other cut-offs</h2>{cutoffs}{_together(proof)}"
            if cutoffs
            else "<p>Run <code>oilplan validate --full</code> for the cut-offs July, August, October and November.</p>"
        )
        + f"<h2>With the railways given</h2>{_skills(proof)}<h2>Coverage</h2>{_coverage(proof['coverage'])}"
        f"<h2>Operations</h2>{_operations(proof)}"
        f"<h2>Figures that no fit uses</h2>{_unused(proof)}<h2>The law of raid size</h2>{_size(proof['raid_size'])}"
        f"<h2>Leuna's dated percentages, left out of the fit</h2>{_points(proof['leuna'])}"
        f"<h2>Other plants' own figures, never fitted</h2>{_points(proof['leave_one_plant_out'])}"
        f"<h2>Rival laws</h2>{_laws(proof)}<h2>Recovery of known parameters</h2>{_recovery(proof['recovery'])}"
        f"<h2>Made by</h2><pre>{escape(manifest['command'])}</pre><p>Record {escape(manifest['record_hash'][:12])}, seed"
        f" {manifest['seed']}, {escape(manifest['made'])}.</p></html>"
    )


def _verdict(proof: dict) -> str:
    h, bar = proof["hindcast"], proof["bar"]
    reached = "reaches" if h["skill_against_best"] >= bar["skill"] else "falls short of"
    return (
        f"Fitted to {escape(h['trained_to'])} and before, it {reached} our bar of {bar['skill']}:"
        f" <b>{h['skill_against_best']:.2f}</b> against the best naive forecast; {sum(m['inside'] for m in h['months'])} of"
        f" {len(h['months'])} months lie in the 90 percent interval; {100 * proof['leuna']['inside90']:.0f} percent of"
        f" the {proof['leuna']['informative']} of Leuna's dated percentages that say something do."
    )


def _cutoff(h: dict) -> str:
    rows = "".join(
        f"<tr><td>{m['month']}{' (recalled)' if m['status'] != 'looked_up' else ''}<td>{m['recorded_t']:,.0f}"
        f"<td>{m['median_t']:,.0f}<td>{m['p05_t']:,.0f}&ndash;{m['p95_t']:,.0f}<td>{'inside' if m['inside'] else 'OUTSIDE'}"
        f"<td>{m['crps_t']:,.0f}</tr>"
        for m in h["months"]
    )
    skill = ", ".join(f"{name.replace('_', ' ')} {value:.2f}" for name, value in h["skill"].items())
    return (
        f'<h3>Trained to {escape(h["trained_to"])}</h3>{_figure(h)}<div class="wide"><table><tr><th>month<th>recorded, t'
        f"<th>median, t<th>90 percent, t<th><th>CRPS, t</tr>{rows}</table></div><p>CRPS {h['crps']:,.0f} t; skill against"
        f" {skill}; coverage {100 * h['coverage90']:.0f} percent; {h['divergences']} divergences.</p>"
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
    words = "Band: 90 percent of the prediction; line: median; dot: recorded (hollow: recalled or mixed), tons a month"
    return document(width, height, f"Hindcast from {h['trained_to']}", words, body) + f"<p><small>{words}.</small></p>"


def _together(proof: dict) -> str:
    every = proof["all_cutoffs"]
    ceilings = ", ".join(f"{month} {skill:.2f}" for month, skill in proof["ceilings"].items())
    return (
        f"<p>Mean skill against the best naive forecast of each cut-off: <b>{every['mean_skill_against_best']:.2f}</b>"
        f" (our bar is {proof['bar']['skill']}); with September {every['mean_skill_with_main']:.2f}. Coverage over {every['months']} predicted"
        f" months: {100 * every['coverage90']:.0f} percent.</p>"
        "<p>How much of a shortfall lies in what the figures before a cut-off can show, and how much in the laws and in the luck of"
        " the raids to come, shows when the parameters are fitted to the whole record and only the luck of the later raids is"
        f" drawn anew. This is no hindcast but its ceiling; skill by cut-off: {escape(ceilings)}.</p>"
    )


def _skills(proof: dict) -> str:
    """Skill by cut-off against every naive forecast, with the railways forecast and with those of the record given to all."""
    shown = [
        (month, h, rail)
        for rail, by_month in (("forecast", _by_month(proof)), ("given", proof["hindcasts_rail_given"]))
        for month, h in by_month.items()
    ]
    names = list(shown[0][1]["skill"])
    head = "".join(f"<th>{escape(n.replace('_', ' '))}" for n in names)
    rows = "".join(
        f"<tr><td>{month}<td>{rail}<td><b>{h['skill_against_best']:.2f}</b>"
        + "".join(f"<td>{h['skill'][n]:.2f}" for n in names)
        + f"<td>{h['log_crps']['model']:.2f}<td>{min(v for n, v in h['log_crps'].items() if n != 'model'):.2f}</tr>"
        for month, h, rail in shown
    )
    return (
        "<p>The railways after the cut-off are forecast by the model; beside it, those of the record are given to the model and to"
        " every naive forecast that knows of railways. Skill is one less the ratio of CRPS to that of the forecast named; log CRPS is"
        " that of the logarithms, where months weigh alike.</p>"
        f'<div class="wide"><table><tr><th>fitted to<th>railways<th>skill against the best{head}<th>log CRPS<th>best naive</tr>{rows}</table></div>'
    )


def _by_month(proof: dict) -> dict:
    return dict(sorted({proof["hindcast"]["trained_to"]: proof["hindcast"], **proof["cutoffs"]}.items()))


def _coverage(held: dict) -> str:
    rows = "".join(
        f"<tr><td>{escape(a['kind'])}<td>{a['month']}<td>{_ends(a, 'recorded_low_t', 'recorded_high_t')}"
        f"<td>{_ends(a)}<td>{_in(a['held'])}<td>{_ends(b)}<td>{_in(b['held'])}<td>{b['pareto_k']:.1f}<td>{b['pit']:.2f}</tr>"
        for a, b in zip(held["months"]["in_sample"], held["months"]["leave_one_month_out"], strict=True)
    )
    loo = held["loo"]
    low, high = held["bar"]
    return (
        f"<p>{100 * held['in_sample']:.0f} percent of the months of both series lie in their 90 percent band as"
        f" fitted{said_of_fitted(held)},"
        f" {100 * held['leave_one_month_out']:.0f} percent with all figures of the month left out (our bar is {100 * low:.0f} to"
        f" {100 * high:.0f}). A Pareto shape above 0.7 says that a month pulls so hard that leaving it out this way cannot be trusted."
        " PIT is the share of the prediction below the record: flat between 0 and 1 where bands are right. Leave-one-out density of all"
        f" {loo['figures']} figures: {loo['elpd']:.1f} &plusmn; {loo['se']:.1f}; {loo['untrusted']} of them cannot be trusted.</p>"
        '<div class="wide"><table><tr><th>series<th>month<th>recorded, t<th>as fitted, t<th><th>left out, t<th><th>Pareto shape<th>PIT'
        f"</tr>{rows}</table></div>"
    )


def _ends(row: dict, low: str = "low_t", high: str = "high_t") -> str:
    ends = sorted({round(row[low]), round(row[high])})
    return "&ndash;".join(f"{end:,}" for end in ends)


def _in(inside: bool | None) -> str:
    return "" if inside is None else "inside" if inside else "OUTSIDE"


def _operations(proof: dict) -> str:
    ops, ordered = proof["operations"], proof["as_ordered"]
    rows = "".join(
        f"<tr><td>{escape(r['quantity'])}<td>{escape(r['force'].replace('_', ' '))}<td>{r['period']}<td>{r['recorded']:,.4g}"
        f"<td>{r['median']:,.4g}<td>{r['p05']:,.4g}&ndash;{r['p95']:,.4g}<td>{_in(r['inside'])}</tr>"
        for r in ops["rows"]
    )
    months = "".join(
        f"<tr><td>{m['month']}<td>{m['recorded_t']:,}<td>{m['median_t']:,}<td>{m['p05_t']:,}&ndash;{m['p95_t']:,}"
        f"<td>{m['replay_median_t']:,}<td>{'' if m['within'] is None else 'within' if m['within'] else 'NOT WITHIN'}</tr>"
        for m in ordered["months"]
    )
    return (
        f"<p>The machine that flies every arm was fitted to the raids of {ops['fitted_on'][0]} to {ops['fitted_on'][1]}. With history's"
        f" orders it then foretells October to March: {100 * ops['coverage90']:.0f} percent of {len(ops['rows'])} figures lie in the 90"
        f" percent band (our bar is {100 * ops['bar'][0]:.0f} to {100 * ops['bar'][1]:.0f}).</p>"
        '<div class="wide"><table><tr><th>what<th>force<th>when<th>recorded<th>median<th>90 percent<th></tr>'
        f"{rows}</table></div><p>Aviation gasoline with history's orders, beside the record; October to March it is"
        f" {ordered['october_march_ratio']:.2f} of that with the raids as flown. Within: no farther than"
        f" {100 * ordered['bar']['months']:.0f} percent, in months above 5,000 t.</p>"
        '<div class="wide"><table><tr><th>month<th>recorded, t<th>orders, t<th>90 percent<th>as flown, t<th></tr>'
        f"{months}</table></div>"
    )


def _unused(proof: dict) -> str:
    rows = "".join(
        f"<tr><td>{escape(u['name'])}<td>{u['recorded']:.0f}<td>{u['median']:.1f}<td>{u['p05']:.1f}&ndash;{u['p95']:.1f}</tr>"
        for u in proof["unused_figures"]
    )
    return f'<div class="wide"><table><tr><th>what<th>recorded, %<th>median, %<th>90 percent</tr>{rows}</table></div>'


def _size(size: dict) -> str:
    return (
        f"<p>A raid's effect per ton goes with its tons to the power {size['median']:.2f} ({size['p05']:.2f} to {size['p95']:.2f}; spread"
        f" {size['posterior_sd']:.2f} after the fit, {size['prior_sd']:.2f} before): {said_of_size(size)}. What it does not decide stays"
        " wide in every answer about concentration.</p>"
    )


def _points(points: dict) -> str:
    rows = "".join(
        f"<tr><td>{escape(short_name(p['plant']))}, {p['first']}{'' if p['first'] == p['last'] else ' to ' + p['last']}"
        f"{' (recalled)' if p['status'] == 'recalled' else ''}<td>{100 * p['recorded_share']:.0f}<td>{100 * p['median']:.0f}"
        f"<td>{100 * p['p05']:.0f}&ndash;{100 * p['p95']:.0f}<td>{'inside' if p['inside'] else 'OUTSIDE'}<td>{'' if p['informative'] else 'says nothing'}</tr>"
        for p in points["points"]
    )
    inside = points["inside90"]
    share = (
        "none recorded"
        if inside is None
        else f"{100 * inside:.0f} percent of the {points['informative']} that say something inside the 90 percent interval"
    )
    return (
        f'<div class="wide"><table><tr><th>plant and date<th>recorded, %<th>median, %<th>90 percent<th><th></tr>{rows}'
        f"</table></div><p>{share}. A zero, or a figure from before a plant's first raid, says nothing: it is left aside.</p>"
    )


def _laws(proof: dict) -> str:
    rows = "".join(
        f"<tr><td>{escape(law['name'])}{' (default)' if law['name'] == proof['default_law'] else ''}"
        f"<td>{law['elpd']:.1f}<td>{law['se']:.1f}<td>{law['behind']:.1f} &plusmn; {law['behind_se']:.1f}</tr>"
        for law in sorted(proof["laws"], key=lambda law: -law["elpd"])
    )
    return (
        "<p>Log predictive density of aviation gasoline, October 1944 to March 1945, fitted to September and before.</p>"
        f'<div class="wide"><table><tr><th>laws<th>elpd<th>se<th>behind the best, month by month</tr>{rows}</table></div>'
        + _default_law(proof)
        + f"<p>{escape(said_of_laws(proof))}</p>"
    )


def _default_law(proof: dict) -> str:
    law = next(law for law in proof["laws"] if law["name"] == proof["default_law"])
    if law["name"] == proof["best_law"]:
        ahead = "; ".join(
            f"{escape(other['name'])} by {other['behind']:.1f} &plusmn; {other['behind_se']:.1f}"
            for other in sorted(proof["laws"], key=lambda other: other["behind"])
            if other is not law
        )
        return f"<p>The default is the best of them, month by month ahead of {ahead}.</p>"
    clear = law["behind"] > 2 * law["behind_se"]
    far = "more" if clear else "less"
    return (
        f"<p>The default is not the best of them: {escape(proof['best_law'])} is ahead by {law['behind']:.1f}, {far}"
        f" than twice the standard error of the difference ({law['behind_se']:.1f})."
        + ("</p>" if clear else " Six months cannot separate them.</p>")
    )


def _recovery(recovery: dict) -> str:
    if "coverage90" not in recovery:
        return f"<p>{escape(recovery.get('missing', 'not measured'))}</p>"
    return (
        f"<p>{recovery['repetitions']} times parameters were drawn from the prior, figures simulated and refitted:"
        f" {100 * recovery['coverage90']:.1f} percent of the 90 percent intervals cover the truth. This study is the one"
        " saved result of this page.</p>"
    )
