"""How much better could anyone have done? Gradient, search and a bound, on draws that neither has seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, get_args

import numpy as np

from ..calibration.posterior import load_posterior
from ..campaign import Parts
from ..directives.as_flown import as_flown
from ..directives.built_in import AS_FLOWN, PORTAL
from ..directives.plan import ForceName, ForPhase, Phase, Plan
from ..directives.schedule import FORCES
from ..directives.weighted import follow_weights
from ..errors import OilplanError
from ..record import Record
from ..system.oil import oil_system
from ..system.output import AVIATION
from .arm_run import ArmRun, runner
from .arms import Arm, choice
from .basis import basis
from .bound import bound_t
from .bound_facts import draw_facts, to_host, without_force
from .compare import MAX_SEED, check_draws, first_day_of
from .manifest import manifest
from .optimize_gradient import best_weights
from .optimize_search import best_plan
from .outcomes import interval
from .paired import pair
from .replay_cache import keep_compiled

TRAINING_DRAWS = 48
TRAINING_SEED_OFFSET = 7919
"""Plans are found on draws of another seed than those they are judged on."""
SEEDS = MAX_SEED + 1
GRADIENT, SEARCH = "by gradient", "by search"


class Optimum(NamedTuple):
    """summary: JSON-ready numbers; plan: the best directive found by search; manifest: what it was made from."""

    summary: dict
    plan: Plan
    manifest: dict


def optimize(
    record: Record, *, force: str = "bomber_command", from_date: str = "1944-10-01", draws: int = 60, seed: int = 1944,
    generations: int = 24, steps: int = 60, command: list[str] | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Optimum:  # fmt: skip
    """The best directive for one force from a day on, the others flying as flown, with a bound beside it.

    force: of `FORCES`; draws: on which everything is judged, each with a bound of its own; generations: of the search
    steps: of the gradient; progress: called with stages done and stages

    The objective is aviation gasoline denied [t]: output had the force spared oil, less output. Raises OilplanError
    for an unknown force, a date outside the campaign, draws or seed out of range.
    """
    name = _force_named(force)
    first_day = first_day_of(from_date)
    check_draws(draws, seed)
    keep_compiled()
    system = oil_system(record)
    flown = as_flown(record, system)
    posterior = load_posterior(system, flown)
    training = pair(record, system, flown, draws=TRAINING_DRAWS, seed=(seed + TRAINING_SEED_OFFSET) % SEEDS,
                    posterior=posterior)  # fmt: skip
    total = generations + steps + 2
    recorded = choice(Arm(AS_FLOWN.name, AS_FLOWN), record, system, np.asarray(training.flown.bombs_t), first_day)
    plan, found = best_plan(system, name, _judge(record, system, training, force, first_day), seed=(seed + 1) % SEEDS,
                            generations=generations, progress=lambda n, _: progress(n, total))  # fmt: skip
    weights, slope = best_weights(system, training, recorded, force=force, steps=steps,
                                  progress=lambda n, _: progress(generations + n, total))  # fmt: skip
    del training
    pairing = pair(record, system, flown, draws=draws, seed=seed, posterior=posterior)
    denied = _denied(record, system, pairing, recorded, plan, weights, force, first_day)
    progress(total - 1, total)
    facts = draw_facts(system, flown, to_host(pairing), recorded, force=force, first_day=first_day, draws=draws)
    bounds = np.array([bound_t(f) for f in facts])
    progress(total, total)
    fit = None if posterior is None else posterior.manifest
    summary = _summary(denied, bounds, {"force": force, "from": from_date, "draws": draws, "seed": seed}, plan, weights,
                       system) | {"calibrated": fit is not None, "basis": basis(record.hash, fit)}  # fmt: skip
    told = manifest(record, command=command or [], seed=seed, force=force, draws=draws, training_draws=TRAINING_DRAWS,
                    posterior=fit,
                    search=found, gradient=slope)  # fmt: skip
    return Optimum({**summary, "record_hash": record.hash}, plan, told)


def _force_named(word: str) -> ForceName:
    for name in get_args(ForceName):
        if name == word:
            return name
    raise OilplanError(f"--force '{word}' is not known; expected one of {', '.join(FORCES)}.")


def portal_for(force: ForceName) -> Plan:
    """Portal's directive for one force; the others fly as flown."""
    own = ForPhase(fly="as_planned", targets=PORTAL.phases[0].targets)
    phase = Phase(fly="as_recorded", force={force: own})
    return Plan(name="portal", about=f"Portal's directive for {force}.", phases=(phase,))


def _judge(record, system, pairing, force: str, first_day: int) -> Callable[[Plan], float]:
    """Function of a plan: mean aviation gasoline denied on the training draws."""
    run = runner(record, system, pairing)
    flown_t = np.asarray(pairing.flown.bombs_t)
    spared = run(choice(Arm("spared", AS_FLOWN), record, system, flown_t, first_day),
                 without_force(pairing.flown, force, first_day))  # fmt: skip

    def denied(plan: Plan) -> float:
        made = run(choice(Arm(plan.name, plan), record, system, flown_t, first_day), pairing.flown)
        return float(_aviation(spared, made).mean())

    return denied


def _aviation(spared: ArmRun, made: ArmRun) -> np.ndarray:
    """[D] aviation gasoline denied."""
    return (spared.products_t - made.products_t)[:, :, AVIATION].sum(axis=1, dtype=np.float64)


def _denied(record, system, pairing, recorded, plan, weights, force, first_day) -> dict[str, np.ndarray]:
    """[D] aviation gasoline denied by each way of choosing."""
    run = runner(record, system, pairing)
    flown_t = np.asarray(pairing.flown.bombs_t)
    spared = run(recorded, without_force(pairing.flown, force, first_day))
    arms = {"as_flown": Arm("as_flown", AS_FLOWN), "portal": Arm("portal", portal_for(force)),
            SEARCH: Arm(SEARCH, plan), SEARCH + ", truth known": Arm(SEARCH, plan, "perfect")}  # fmt: skip
    out = {name: _aviation(spared, run(choice(a, record, system, flown_t, first_day), pairing.flown))
           for name, a in arms.items()}  # fmt: skip
    smooth = runner(record, system, pairing, Parts(directive=follow_weights))
    out[GRADIENT] = _aviation(spared, smooth(recorded._replace(policy=weights), pairing.flown))
    return out


def _summary(denied: dict, bounds: np.ndarray, asked: dict, plan: Plan, weights, system) -> dict:
    best = max((SEARCH, GRADIENT), key=lambda name: denied[name].mean())
    return {
        **asked,
        "objective": "aviation gasoline denied by this force, t",
        "arms": [{"name": name, "denied": interval(v, "t"), "mean_t": round(float(v.mean()), 1)}
                 for name, v in denied.items()],
        "best": best,
        "bound": {**interval(bounds, "t"), "mean_t": round(float(bounds.mean()), 1)},
        "gap": interval(bounds - denied[best], "t"),
        "best_over_bound": interval(denied[best] / np.maximum(bounds, 1.0), "share"),
        "beaten": {name: int((v > bounds).sum()) for name, v in denied.items()},
        "better_than": {name: interval(denied[best] - denied[name], "t") for name in ("as_flown", "portal")},
        "plan": plan.model_dump(mode="json", exclude_none=True),
        "weights": _largest(weights, system),
        "bound_is": "the most any raids within the force's tons, reach and weather could have denied, all being known",
    }  # fmt: skip


def _largest(weights, system, keep: int = 5) -> dict[str, list[str]]:
    """The plants with the largest claims by month, as the gradient left them."""
    from ..clock import MONTHS

    logit = np.asarray(weights.logit)
    return {month: [system.plant_ids[i] for i in np.argsort(-logit[m])[:keep]] for m, month in enumerate(MONTHS)}
