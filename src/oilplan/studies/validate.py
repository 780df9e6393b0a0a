"""The proof: what the model predicts of what it has not seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

from ..calibration import proof
from ..calibration.bindings import PLANT_SHARE, bindings
from ..calibration.fit import AT_ONCE, Fit, fit, priors_hash, saved
from ..calibration.hindcast import RIVAL_DRAWS, Hindcast, Hindcasts, ceiling, hindcasts
from ..calibration.likelihood import Problem, problem
from ..calibration.model import Unknowns, size_identified
from ..calibration.posterior import Posterior, Predicted, load_posterior, placed, predict, thin
from ..calibration.proof import Checked, Score, check_points, plant_points, score_laws, share_held, unused_figures
from ..clock import date_of
from ..flight.as_flown import as_flown
from ..model.law import DEFAULT_LAW, RIVAL_LAWS, Law
from ..model.oil import oil_system
from ..record import Record
from .operations import agreement, tested

CUTOFF = "1944-09"
OTHER_CUTOFFS = ("1944-07", "1944-08", "1944-10", "1944-11")
SKILL_BAR, COVERAGE_BAR, LEUNA_BAR = 0.65, (0.85, 0.95), 0.80
AVERAGED = [law for law in RIVAL_LAWS.values() if not law.coupled and law is not DEFAULT_LAW]
"""Rivals that the average over laws holds beside the default one: all but the pooled repair, which has to be walked day by day."""


KEPT_SEED = 1944


def kept_path() -> Path:
    """Where the proof that comes with the package lies."""
    return Path(str(resources.files("oilplan.calibration") / "data" / "proof.json"))


def made_of(record: Record, seed: int) -> dict:
    """What a proof rests on, kept with it, so that a later record or other priors are seen."""
    return {"record_hash": record.hash, "priors_hash": priors_hash(), "seed": seed}


def kept_proof(record: Record, seed: int = KEPT_SEED) -> dict | None:
    """The full proof that comes with the package; None where there is none of this record, these priors and this seed."""
    if not kept_path().is_file():
        return None
    found = json.loads(kept_path().read_text(encoding="utf-8"))
    return found if found.pop("made_of") == made_of(record, seed) else None


def validate(record: Record, *, seed: int, full: bool, report: Callable[[str, float], None]) -> dict:
    """Recompute the proof and return it as JSON-ready data.

    seed: of every fit; full: also the other cut-offs, their ceilings and the average over rival laws; report: called with a step's name and the share done.

    Nothing is read from a saved result but the recovery study, which takes about twenty minutes, and the shipped fits that the
    operations and history's orders are flown with.
    """
    items = bindings(record)
    system = oil_system(record)
    schedule = as_flown(record, system)
    report(f"hindcast from {CUTOFF}", 0.0)
    rivals = AVERAGED if full else []
    made = {CUTOFF: hindcasts(system, schedule, items, CUTOFF, seed=seed, rivals=rivals)}
    report("Leuna and other plants left out", 0.2)
    checked = _left_out(record, system, schedule, items, seed)
    report("rival laws", 0.4)
    laws = _laws(system, schedule, items, seed)
    report("the whole record: months left out, figures that no fit uses", 0.6)
    whole = _whole(system, schedule, items, seed)
    for cutoff in OTHER_CUTOFFS if full else ():
        report(f"hindcast from {cutoff}", 0.9)
        made[cutoff] = hindcasts(system, schedule, items, cutoff, seed=seed, rivals=rivals)
    ceilings, over_laws = {}, None
    if full:
        report("the whole record under the rival laws", 0.93)
        over_laws = _over_laws(made, whole, system, schedule, items, seed)
        report("what the whole record's parameters would have foretold", 0.95)
        ceilings = _ceilings(whole, system, schedule, items, seed)
    report("operations", 0.97)
    posterior = load_posterior(system, schedule)
    flown = {
        "operations": tested(record, posterior=posterior),
        "as_ordered": agreement(record, posterior=posterior),
        "coverage": _coverage(whole, seed),
        "raid_size": size_identified(whole.sample),
        "unused_figures": [u._asdict() for u in unused_figures(record, whole.posterior, whole.target)],
    }
    return flown | _hindcasts_json(made, over_laws, ceilings) | _others_json(record, checked, laws)


def _hindcasts_json(made: dict[str, Hindcasts], over_laws: dict | None, ceilings: dict[str, float]) -> dict:
    main, cutoffs = made[CUTOFF].forecast, {name: h.forecast for name, h in made.items() if name != CUTOFF}
    return {
        "skill": {name: h.forecast.best for name, h in sorted(made.items())},
        "skill_rail_given": {name: h.given.best for name, h in sorted(made.items())},
        "over_laws": over_laws,
        "hindcast": _hindcast_json(main),
        "hindcasts_rail_given": {name: _hindcast_json(h.given) for name, h in sorted(made.items())},
        "cutoffs": {name: _hindcast_json(h) for name, h in cutoffs.items()},
        "all_cutoffs": _together(main, cutoffs),
        "ceilings": ceilings,
    }


def _others_json(record: Record, checked: list[Checked], laws: list[Score]) -> dict:
    """Plants left out, the saved study of recovery, rival laws, and the bars that all is held against."""
    return {
        "leave_one_plant_out": _points_json([c for c in checked if c.point.plant_id != "leuna"]),
        "leuna": _points_json([c for c in checked if c.point.plant_id == "leuna"]),
        "recovery": saved(record) or {"missing": "no saved recovery study; python tools/recovery_study.py makes it"},
        "laws": _laws_json(laws),
        "best_law": max(laws, key=lambda s: s.elpd).name,
        "default_law": DEFAULT_LAW.name,
        "bar": {"skill": SKILL_BAR, "coverage90": list(COVERAGE_BAR), "leuna_inside90": LEUNA_BAR},
    }


def _laws(system, schedule, items, seed: int) -> list[Score]:
    """Every rival law, one chain each, two side by side: the slow one, walked day by day, beside the others."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(
            pool.map(lambda name: score_laws(system, schedule, items, CUTOFF, name, seed=seed), reversed(RIVAL_LAWS))
        )


def _laws_json(laws: list[Score]) -> list[dict]:
    best = max(laws, key=lambda s: s.elpd)
    gaps = [proof.behind(s, best) for s in laws]
    return [
        {"name": s.name, "elpd": s.elpd, "se": s.se, "behind": gap, "behind_se": se}
        for s, (gap, se) in zip(laws, gaps, strict=True)
    ]


def _left_out(record: Record, system, schedule, items, seed: int) -> list[Checked]:
    """Every plant's own figures, predicted by a fit to the national figures alone."""
    national = [b for b in items if b.kind != PLANT_SHARE]
    part = problem(system, schedule, national, system.n_days - 1)
    fitted = fit(part, seed=seed, chains=2, warmup=200, draws=400)
    posterior = placed(thin(fitted.draws, 600), part, part.system, part.schedule, seed + 2)
    return check_points(posterior, plant_points(record, part), part, jax.random.key(seed + 2))


class _Whole(NamedTuple):
    """A fit to the whole record: its problem, draws thinned in their order, the same placed on the problem's raids."""

    target: Problem
    fitted: Fit
    sample: Unknowns
    posterior: Posterior


def _whole(system, schedule, items, seed: int, law: Law = DEFAULT_LAW, draws: int = 400) -> _Whole:
    target = problem(system, schedule, items, system.n_days - 1, law)
    fitted = fit(target, seed=seed, chains=2, draws=draws)
    sample = thin(fitted.draws, fitted.diverging.size)
    return _Whole(target, fitted, sample, placed(sample, target, target.system, target.schedule, seed + 3))


class _Held(NamedTuple):
    """What a fit to everything says of the figures: made, predicted; mean, scale [D, F]; log_lik [D, F] of every figure."""

    made: Predicted
    mean: np.ndarray
    scale: np.ndarray
    log_lik: np.ndarray


def _held(whole: _Whole, seed: int) -> _Held:
    made = predict(whole.posterior, whole.target, jax.random.key(seed + 3), own_errors=True)
    mean, scale = proof.figures_of_draws(whole.sample, whole.target)
    return _Held(made, mean, scale, proof.log_density_of_figures(mean, scale, whole.target))


def _coverage(whole: _Whole, seed: int) -> dict:
    """How many months of both headline series lie in the 90 percent band, as fitted and with the month left out."""
    made, mean, scale, log_lik = _held(whole, seed)
    fitted, left_out = proof.in_sample(made), proof.one_month_left_out(made, log_lik, whole.target)
    return {
        "in_sample": share_held(fitted),
        "expected_in_sample": proof.expected_in_sample(mean, scale, whole.target),
        "leave_one_month_out": share_held(left_out),
        "bar": list(COVERAGE_BAR),
        "months": {"in_sample": [m._asdict() for m in fitted], "leave_one_month_out": [m._asdict() for m in left_out]},
        "loo": proof.one_figure_left_out(log_lik)._asdict(),
    }


def _over_laws(made: dict[str, Hindcasts], default: _Whole, system, schedule, items, seed: int) -> dict:
    """Skill and bands averaged over laws, of each as many draws: nothing before a cut-off chooses among them.

    A month is left out of all laws together, so that a law which that month alone had favoured weighs less.
    """
    wholes = [default, *(_whole(system, schedule, items, seed, law, RIVAL_DRAWS) for law in AVERAGED)]
    parts = [_held(whole, seed) for whole in wholes]
    most = min(len(p.log_lik) for p in parts)
    every = [np.linspace(0, len(p.log_lik) - 1, most).round().astype(int) for p in parts]
    drawn = np.concatenate([p.made.drawn[at] for p, at in zip(parts, every, strict=True)])
    log_lik = np.concatenate([p.log_lik[at] for p, at in zip(parts, every, strict=True)])
    together = parts[0].made._replace(drawn=drawn)
    averaged = {n: (h.averaged, h.averaged_given) for n, h in sorted(made.items()) if h.averaged and h.averaged_given}
    months = [m for forecast, _ in averaged.values() for m in forecast.months]
    return {
        "laws": [DEFAULT_LAW.name, *(law.name for law in AVERAGED)],
        "skill": {name: forecast.best for name, (forecast, _) in averaged.items()},
        "skill_rail_given": {name: given.best for name, (_, given) in averaged.items()},
        "months_inside": {name: sum(m.inside for m in forecast.months) for name, (forecast, _) in averaged.items()},
        "coverage90": float(np.mean([m.inside for m in months])),
        "in_sample": share_held(proof.in_sample(together)),
        "leave_one_month_out": share_held(proof.one_month_left_out(together, log_lik, default.target)),
    }


def _ceilings(whole: _Whole, system, schedule, items, seed: int) -> dict[str, float]:
    """Skill against the best naive forecast by cut-off, with the parameters that the whole record tells."""
    return {
        cutoff: ceiling(whole.fitted, whole.target, system, schedule, items, cutoff, seed=seed).best
        for cutoff in sorted((CUTOFF, *OTHER_CUTOFFS))
    }


def _points_json(checked: list[Checked]) -> dict:
    points = [
        {
            "plant": c.point.plant_id,
            "first": date_of(c.point.first).isoformat(),
            "last": date_of(c.point.last).isoformat(),
            "recorded_share": c.point.share,
            "status": c.point.status,
            "row_id": c.point.row_id,
            "informative": c.point.informative,
            "median": c.median,
            "p05": c.p05,
            "p95": c.p95,
            "inside": c.inside,
        }
        for c in checked
    ]
    telling = [c.inside for c in checked if c.point.informative]
    return {
        "points": points,
        "informative": len(telling),
        "inside90": float(np.mean(telling)) if telling else None,
        "inside90_of_all": float(np.mean([c.inside for c in checked])) if checked else None,
    }


def _hindcast_json(h: Hindcast) -> dict:
    return {
        "trained_to": h.trained_to,
        "months": [m._asdict() for m in h.months],
        "crps": h.crps_t,
        "skill": h.skill,
        "baseline_crps": h.baseline_crps_t,
        "skill_against_best": h.best,
        "coverage90": h.coverage90,
        "divergences": h.divergences,
        "log_crps": h.log_crps,
    }


def _together(main: Hindcast, cutoffs: dict[str, Hindcast]) -> dict | None:
    if not cutoffs:
        return None
    every = [main, *cutoffs.values()]
    inside = [m.inside for h in every for m in h.months]
    return {
        "mean_skill_against_best": float(np.mean([h.best for h in cutoffs.values()])),
        "mean_skill_with_main": float(np.mean([h.best for h in every])),
        "coverage90": float(np.mean(inside)),
        "months": len(inside),
    }
