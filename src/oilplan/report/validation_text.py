"""The proof in a terminal."""

from __future__ import annotations


def validation_text(proof: dict) -> str:
    """The proof as lines of at most 80 columns. proof: of `oilplan.experiments.validate.validate`."""
    lines = _cutoff(proof["hindcast"])
    for h in proof["cutoffs"].values():
        lines += ["", *_cutoff(h)]
    if every := proof["all_cutoffs"]:
        lines += ["", f"Other cut-offs: mean skill {every['mean_skill_against_best']:.2f}"
                  f" (bar {proof['bar']['skill']}), coverage {100 * every['coverage90']:.0f}% of {every['months']} months"]  # fmt: skip
        ceilings = ", ".join(f"{month} {skill:.2f}" for month, skill in proof["ceilings"].items())
        lines += [f"With the parameters that the whole record tells (no hindcast): {ceilings}"]
    lines += ["", _inside("Leuna's dated percentages, left out", proof["leuna"]),
              _inside("Other plants' own figures, never fitted", proof["leave_one_plant_out"]), "",
              f"{'Rival laws':<46}{'elpd':>8}{'behind':>9}{'se':>6}"]  # fmt: skip
    for law in sorted(proof["laws"], key=lambda law: -law["elpd"]):
        default = " *default" if law["name"] == proof["default_law"] else ""
        lines.append(f"  {law['name']:<44}{law['elpd']:>8.1f}{law['behind']:>9.1f}{law['behind_se']:>6.1f}{default}")
    recovery = proof["recovery"]
    lines += ["", f"Recovery: {100 * recovery['coverage90']:.1f}% of 90% intervals cover the truth"
              f" ({recovery['repetitions']} repetitions, saved)" if "coverage90" in recovery else "Recovery: not measured"]  # fmt: skip
    return "\n".join(lines)


def _cutoff(h: dict) -> list[str]:
    lines = [f"Fitted to {h['trained_to']} and before: aviation gasoline, t a month",
             f"{'month':<10}{'recorded':>10}{'median':>10}{'5%':>9}{'95%':>9}  "]  # fmt: skip
    for m in h["months"]:
        weak = "" if m["status"] == "looked_up" else " (recalled or mixed)"
        lines.append(f"{m['month']:<10}{m['recorded_t']:>10,.0f}{m['median_t']:>10,.0f}{m['p05_t']:>9,.0f}{m['p95_t']:>9,.0f}"
                     f"  {'inside' if m['inside'] else 'OUTSIDE'}{weak}")  # fmt: skip
    skill = ", ".join(f"{name.replace('_', ' ')} {value:.2f}" for name, value in h["skill"].items())
    return [*lines, f"CRPS {h['crps']:,.0f} t; coverage {100 * h['coverage90']:.0f}%; skill against {skill}"]


def _inside(what: str, points: dict) -> str:
    inside = [p["inside"] for p in points["points"]]
    return f"{what}: {sum(inside)} of {len(inside)} inside 90%"
