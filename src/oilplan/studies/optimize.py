"""The best weights found by gradient through the campaign."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, get_args

import cmaes
import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..calibration.draws import pair
from ..calibration.posterior import load_posterior
from ..directives.built_in import AS_FLOWN, AS_ORDERED, PORTAL
from ..directives.forces import FORCES, of_force
from ..directives.plan import ForceName, ForPhase, Phase, Plan
from ..directives.weighted import Weights, follow_weights
from ..errors import OilplanError
from ..flight.arm_run import ArmRun, runner
from ..flight.as_flown import as_flown
from ..flight.campaign import Choice, Day, Parts, campaign
from ..flight.operations import exactly
from ..flight.replay_cache import keep_compiled
from ..flight.worlds import Pairing
from ..model.delivery import deliver
from ..model.oil import AVIATION, oil_system
from ..model.target import TargetSystem
from ..record import Record
from ..results_folder import write_whole
from .arms import Arm, choice
from .bound import bound_t, draw_facts, to_host, without_force
from .compare import MAX_SEED, check_draws, first_day_of
from .manifest import basis, manifest
from .outcomes import interval

STEPS, RATE = 60, 0.15
FIRST_OUT_LOGIT = -1.1
"""Start: a plant believed to work less than a quarter is out."""
SCALE_T = 1000.0


def best_weights(
    system: TargetSystem,
    pairing: Pairing,
    recorded: Choice,
    *,
    force: str,
    steps: int = STEPS,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[Weights, list[float]]:
    """Adam on the mean aviation gasoline delivered, from weights in proportion to output, with every order flown to the ton.

    What the weights are worth is judged with whole raids, as every arm's.

    recorded: the choice of the arm as flown, for intelligence and first day; force: the one that follows the weights

    Returns the weights of the best step and the mean tons delivered at every step.
    """
    fly = campaign(system, pairing.facts, Parts(directive=follow_weights, operations=exactly), _share)

    def delivered(free, fixed: Weights):
        policy = fixed._replace(logit=free[0], out_logit=free[1])
        share = fly(recorded._replace(policy=policy), pairing.chance, pairing.flown, pairing.parameters, pairing.key)
        made = jax.vmap(lambda s, p: deliver(s, system, p).products[:, AVIATION].sum(), in_axes=(1, 0))
        return jnp.mean(made(share, pairing.parameters)) / SCALE_T

    value_and_slope = jax.jit(jax.value_and_grad(delivered))
    fixed = starting_weights(system, force)
    free = (fixed.logit, fixed.out_logit)
    adam = optax.adam(RATE)
    memory, best, history = adam.init(free), (np.inf, free), []
    for n in range(steps):
        value, slope = value_and_slope(free, fixed)
        history.append(float(value) * SCALE_T)
        best = min(best, (float(value), free), key=lambda pair: pair[0])
        move, memory = adam.update(slope, memory)
        free = optax.apply_updates(free, move)
        progress(n + 1, steps)
    return fixed._replace(logit=best[1][0], out_logit=best[1][1]), history


def starting_weights(system: TargetSystem, force: str) -> Weights:
    """Claims in proportion to aviation gasoline, the same every month."""
    claim = np.log(system.output_t_per_day[:, AVIATION] + 0.05 * system.output_t_per_day.sum(axis=1) + 1.0)
    logit = jnp.asarray(np.tile(claim, (system.window.n_months, 1)), jnp.float32)
    return Weights(
        logit,
        jnp.full(system.window.n_months, FIRST_OUT_LOGIT, jnp.float32),
        jnp.asarray(of_force(force), jnp.float32),
        jnp.asarray([float(name != force) for name in FORCES], jnp.float32),
    )


def _share(day: Day):
    return day.share


# The best plan found by search: priorities, weight of a raid, thresholds, as a directive that a staff could write.

GENERATIONS, POPULATION = 24, 12
START_SD = 0.5
PILE = (1.0, 8.0)
"""Most tons on one plant a day, as a multiple of a raid."""
OUT_BELOW = (0.0, 0.9)
REST_D = (0.0, 12.0)
KNOBS = 4


def best_plan(
    system: TargetSystem,
    force: ForceName,
    denied: Callable[[Plan], float],
    *,
    seed: int,
    generations: int = GENERATIONS,
    raid_range: tuple[float, float],
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[Plan, list[float]]:
    """Covariance-matrix adaptation over a plan's numbers and the order of its targets, within the sizes of raid on record.

    denied: mean tons that a plan denies (higher is better); force: the one that follows it, the others fly as flown

    Returns the best plan and the best value of every generation.
    """
    worth = system.output_t_per_day[:, AVIATION]
    plants = [i for i in np.argsort(-worth, kind="stable") if worth[i] > 0]
    start = np.concatenate([[-0.3, 0.2, -0.3, -1.0], np.linspace(0.5, -0.5, len(plants))])
    search = cmaes.CMA(mean=start, sigma=START_SD, seed=seed, population_size=POPULATION)
    best, history = (-np.inf, plan_at(start, plants, system, force, raid_range)), []
    for n in range(generations):
        asked = [search.ask() for _ in range(POPULATION)]
        plans = [plan_at(x, plants, system, force, raid_range) for x in asked]
        values = [denied(plan) for plan in plans]
        search.tell([(x, -v) for x, v in zip(asked, values, strict=True)])
        best = max(best, *zip(values, plans, strict=True), key=lambda pair: pair[0])
        history.append(best[0])
        progress(n + 1, generations)
    return best[1], history


def plan_at(
    x: np.ndarray, plants: list[int], system: TargetSystem, force: ForceName, raid_range: tuple[float, float]
) -> Plan:
    """The plan at a point of the search: four knobs squeezed into their ranges, then a score for each plant.

    x: [4 + N]; plants: N indices; targets after the scored ones: none; raid_range: tons of the
    smallest and largest raid the force flew
    """
    raid_t = _between(x[0], *raid_range)
    order = [plants[i] for i in np.argsort(-x[KNOBS:], kind="stable")]
    own = ForPhase(
        fly="as_planned",
        targets=tuple(system.plant_ids[i] for i in order),
        raid_t=raid_t,
        most_t=round(raid_t * _between(x[1], *PILE), 3),
    )
    phase = Phase(
        fly="as_ordered", force={force: own}, out_below=_between(x[2], *OUT_BELOW), rest_d=_between(x[3], *REST_D)
    )
    return Plan(name="best_found", about=f"Found by search for {force}; the others fly as flown.", phases=(phase,))


def _between(x: float, low: float, high: float) -> float:
    return float(round(low + (high - low) / (1.0 + np.exp(-x)), 3))


# How much better could anyone have done? Gradient, search and a bound, on draws that neither has seen.

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
    record: Record,
    *,
    force: str = "bomber_command",
    from_date: str = "1944-10-01",
    draws: int = 60,
    seed: int = 1944,
    generations: int = 24,
    steps: int = 60,
    command: list[str] | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Optimum:
    """The best directive for one force from a day on, the others flying as flown, with a bound beside it.

    force: of `FORCES`; draws: on which everything is judged, each with a bound of its own; generations: of the search
    steps: of the gradient; progress: called with steps done and steps

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
    training = pair(
        record, system, flown, draws=TRAINING_DRAWS, seed=(seed + TRAINING_SEED_OFFSET) % SEEDS, posterior=posterior
    )
    judged = generations + steps + 1
    total = judged + draws
    recorded = choice(Arm(AS_FLOWN.name, AS_FLOWN), record, system, np.asarray(training.flown.bombs_t), first_day)
    plan, found = best_plan(
        system,
        name,
        _judge(record, system, training, name, first_day),
        seed=(seed + 1) % SEEDS,
        generations=generations,
        raid_range=raid_range(training, name),
        progress=lambda n, _: progress(n, total),
    )
    weights, slope = best_weights(
        system, training, recorded, force=force, steps=steps, progress=lambda n, _: progress(generations + n, total)
    )
    del training
    pairing = pair(record, system, flown, draws=draws, seed=seed, posterior=posterior)
    denied = _denied(record, system, pairing, recorded, plan, weights, force, first_day)
    progress(judged, total)
    facts = draw_facts(system, flown, to_host(pairing), recorded, force=force, first_day=first_day, draws=draws)
    bounds = np.zeros(draws)
    for n, of_draw in enumerate(facts):
        bounds[n] = bound_t(of_draw)
        progress(judged + n + 1, total)
    fit = None if posterior is None else posterior.manifest
    summary = _summary(
        denied,
        bounds,
        np.array([f.spared_t for f in facts]),
        {"force": force, "from": from_date, "draws": draws, "seed": seed},
        plan,
        weights,
        system,
    ) | {"calibrated": fit is not None, "basis": basis(record.hash, fit)}
    told = manifest(
        record,
        command=command or [],
        seed=seed,
        force=force,
        draws=draws,
        training_draws=TRAINING_DRAWS,
        posterior=fit,
        search=found,
        gradient=slope,
    )
    return Optimum({**summary, "record_hash": record.hash}, plan, told)


def raid_range(pairing: Pairing, force: ForceName) -> tuple[float, float]:
    """Tons of the smallest and the largest raid in strength that any operation of a force flew."""
    mine, raids = of_force(force), pairing.facts.raids
    return float(raids.smallest_t[mine].min()), float(raids.largest_t[mine].max())


def _force_named(word: str) -> ForceName:
    for name in get_args(ForceName):
        if name == word:
            return name
    raise OilplanError(f"--force '{word}' is not known; expected one of {', '.join(FORCES)}.")


def portal_for(force: ForceName) -> Plan:
    """Portal's directive for one force; the others have history's orders, which `others_as_flown` makes their raids."""
    own = ForPhase(fly="as_planned", targets=PORTAL.phases[0].targets)
    phase = Phase(fly="as_ordered", force={force: own})
    return Plan(name="portal", about=f"Portal's directive for {force}.", phases=(phase,))


def others_as_flown(chosen: Choice, force: ForceName) -> Choice:
    """An arm in which every other force flies the very raids it flew.

    One force is judged while the others' raids stand still: under the machine they would answer to its raids, and no bound on
    one force alone would hold.
    """
    other = jnp.asarray([float(name != force) for name in FORCES], jnp.float32)
    policy = chosen.policy
    flown = jnp.broadcast_to(other, policy.as_recorded.shape)
    return chosen._replace(policy=policy._replace(as_recorded=flown, as_ordered=policy.as_ordered * (1.0 - other)))


def _judge(record, system, pairing, force: ForceName, first_day: int) -> Callable[[Plan], float]:
    """Function of a plan: mean aviation gasoline denied on the training draws."""
    run = runner(system, pairing)
    flown_t = np.asarray(pairing.flown.bombs_t)
    spared = run(
        choice(Arm("spared", AS_FLOWN), record, system, flown_t, first_day),
        without_force(pairing.flown, force, first_day),
    )

    def denied(plan: Plan) -> float:
        chosen = choice(Arm(plan.name, plan), record, system, flown_t, first_day)
        made = run(others_as_flown(chosen, force), pairing.flown)
        return float(_aviation(spared, made).mean())

    return denied


def _aviation(spared: ArmRun, made: ArmRun) -> np.ndarray:
    """[D] aviation gasoline denied."""
    return (spared.products_t - made.products_t)[:, :, AVIATION].sum(axis=1, dtype=np.float64)


def _denied(record, system, pairing, recorded, plan, weights, force, first_day) -> dict[str, np.ndarray]:
    """[D] aviation gasoline denied by each way of choosing."""
    run = runner(system, pairing)
    flown_t = np.asarray(pairing.flown.bombs_t)
    spared = run(recorded, without_force(pairing.flown, force, first_day))
    arms = {
        "as_ordered": Arm("as_ordered", AS_ORDERED),
        "portal": Arm("portal", portal_for(force)),
        SEARCH: Arm(SEARCH, plan),
        SEARCH + ", truth known": Arm(SEARCH, plan, "perfect"),
    }
    out = {
        name: _aviation(
            spared, run(others_as_flown(choice(a, record, system, flown_t, first_day), force), pairing.flown)
        )
        for name, a in arms.items()
    }
    smooth = runner(system, pairing, Parts(directive=follow_weights))
    out[GRADIENT] = _aviation(spared, smooth(recorded._replace(policy=weights), pairing.flown))
    return out


def _summary(denied: dict, bounds: np.ndarray, spared_t: np.ndarray, asked: dict, plan: Plan, weights, system) -> dict:
    best = max((SEARCH, GRADIENT), key=lambda name: denied[name].mean())
    return {
        **asked,
        "objective": "aviation gasoline denied by this force, t",
        "arms": [
            {"name": name, "denied": interval(v, "t"), "mean_t": round(float(v.mean()), 1)}
            for name, v in denied.items()
        ],
        "best": best,
        "bound": {**interval(bounds, "t"), "mean_t": round(float(bounds.mean()), 1)},
        "gap": interval(bounds - denied[best], "t"),
        "bound_over_all": interval(bounds / np.maximum(spared_t, 1.0), "share"),
        "best_over_bound": interval(denied[best] / np.maximum(bounds, 1.0), "share"),
        "beaten": {name: int((v > bounds).sum()) for name, v in denied.items()},
        "better_than": {name: interval(denied[best] - denied[name], "t") for name in ("as_ordered", "portal")},
        "plan": plan.model_dump(mode="json", exclude_none=True),
        "weights": _largest(weights, system),
        "bound_is": "the most any raids within the force's tons, reach and weather could have denied, all being known",
    }


def _largest(weights, system, keep: int = 5) -> dict[str, list[str]]:
    """The plants with the largest claims by month, as the gradient left them."""
    logit = np.asarray(weights.logit)
    return {
        month: [system.plant_ids[i] for i in np.argsort(-logit[m])[:keep]]
        for m, month in enumerate(system.window.months)
    }


# The files of an optimum: numbers, what it was made from, and the directive found, as TOML to be compared.


def write_optimum(made: Optimum, out: Path, *, force: bool = False) -> None:
    """Write optimize.json, manifest.json and best_found.toml to ``out``, whole or not at all.

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """

    def fill(folder: Path) -> None:
        for name, content in (("optimize", made.summary), ("manifest", made.manifest)):
            text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
            (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        (folder / "best_found.toml").write_text(plan_toml(made), encoding="utf-8")

    write_whole(out, fill, force=force)


def plan_toml(made: Optimum) -> str:
    """The directive found by search as a user would write it: one phase, one force with words of its own."""
    phase = made.plan.phases[0]
    force, own = next(iter(phase.force.items()))
    return "\n".join(
        [
            f'name = "{made.plan.name}"',
            f'about = "{made.plan.about}"',
            "",
            "[[phases]]",
            f'fly = "{phase.fly}"',
            f"out_below = {phase.out_below}",
            f"rest_d = {phase.rest_d}",
            "",
            f"[phases.force.{force}]",
            f'fly = "{own.fly}"',
            f"targets = {json.dumps(list(own.targets or ()))}",
            f"raid_t = {own.raid_t}",
            f"most_t = {own.most_t}",
            "",
        ]
    )
