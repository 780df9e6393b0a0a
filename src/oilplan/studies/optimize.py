"""How much better could anyone have done? Gradient, search and a bound, on draws that neither has seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, get_args

import jax.numpy as jnp
import numpy as np

from ..directives.forces import FORCES, of_force
from ..directives.plan import AS_FLOWN, AS_ORDERED, PORTAL, ForceName, ForPhase, Phase, Plan
from ..directives.toml_file import toml_of
from ..errors import OilplanError
from ..flight.arm_run import ArmRun, runner
from ..flight.campaign import Choice, Parts
from ..flight.worlds import Pairing
from ..model.oil import AVIATION
from ..model.target import TargetSystem
from ..record import Record
from ..results_folder import write_whole
from . import manifest, rests_on
from .arms import Arm, choice
from .bound import bound_t
from .bound_facts import DrawFacts, Spared, draw_facts, spare, to_host, without_force
from .compare import MAX_DRAWS, first_day_of
from .outcomes import beyond_record, effort_of, interval, on_railways
from .replay import MAX_SEED, OilWar, check_draws, oil_war
from .search import Weights, best_plan, best_weights, follow_weights, with_fewer_tons, within_record

TRAINING_DRAWS = 48
TRAINING_SEED_OFFSET = 7919
"""Plans are found on draws of another seed than those they are judged on."""
SEEDS = MAX_SEED + 1
GRADIENT, SEARCH = "by gradient", "by search"
TRUTH_KNOWN = "by search, truth known"
"""The plan found, flown by planners who know the truth: it says what knowing is worth, and is no way of choosing."""
ORDERED = Arm(AS_ORDERED.name, AS_ORDERED)
FEWER_TONS = (0.25, 0.05)
"""Shares of the force's tons at which plan and bound are asked again: a bound that does not fall with them says little."""
FEWER_TONS_DRAWS = 20
"""Most draws on which they are."""


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
    name, first_day = _force_named(force), first_day_of(from_date)
    check_draws(draws, seed, MAX_DRAWS)
    war = oil_war(record)
    of = _Asked(record, war.system, name, first_day)
    judged, few = generations + steps + 1, min(draws, FEWER_TONS_DRAWS)
    total = judged + draws + len(FEWER_TONS) * few

    def report(done: int) -> None:
        progress(done, total)

    found = _search(of, war, seed, generations, steps, report)
    pairing = war.pair(draws, seed)
    denied, beyond, ordered_t = _denied(of, pairing, found)
    report(judged)
    spared = spare(war.system, to_host(pairing), found.recorded, name, first_day)
    bounds, by_tons = _bounded(of, pairing, spared, denied, found.plan, ordered_t, few, lambda n: report(judged + n))
    asked = {"force": force, "from": from_date, "draws": draws, "seed": seed}
    summary = _summary(denied, beyond, bounds, by_tons, asked, found, war.system) | rests_on(record.hash, war.fit)
    made_with = {"draws": draws, "training_draws": TRAINING_DRAWS, "posterior": war.fit, **found.course}
    return Optimum(summary, found.plan, manifest(record, command=command or [], seed=seed, force=force, **made_with))


def _bounded(
    of: _Asked, pairing: Pairing, spared: Spared, denied, plan: Plan, ordered_t: np.ndarray, few: int, progress
) -> tuple[np.ndarray, list[dict]]:
    """[D] the bound of each draw, and `_share_of_all` with all of the force's tons and with `FEWER_TONS` of them."""
    facts = _facts(of, pairing, spared, len(ordered_t), ordered_t)
    bounds = _bounds_t(facts, progress)
    could_know = {name: denied[name] for name in ("portal", SEARCH)}
    by_tons = [_share_of_all(1.0, could_know, bounds, np.array([f.spared_t for f in facts]))]
    for k, share in enumerate(FEWER_TONS):
        done = len(facts) + k * few
        by_tons.append(
            _with_fewer(of, pairing, spared, plan, share, ordered_t, few, lambda n, done=done: progress(done + n))
        )
    return bounds, by_tons


def _bounds_t(facts: list[DrawFacts], progress: Callable[[int], None]) -> np.ndarray:
    """[D] the bound of each draw. progress: called with the draws done"""
    bounds = np.zeros(len(facts))
    for n, of_draw in enumerate(facts):
        bounds[n] = bound_t(of_draw)
        progress(n + 1)
    return bounds


class _Asked(NamedTuple):
    """What is optimised: the record and its system, the force, the day from which it may choose."""

    record: Record
    system: TargetSystem
    force: ForceName
    first_day: int

    def choice(self, arm: Arm, pairing: Pairing) -> Choice:
        """An arm in numbers, in the worlds of a pairing."""
        return choice(arm, self.record, self.system, np.asarray(pairing.flown.bombs_t), self.first_day)

    def alone(self, arm: Arm, pairing: Pairing, ordered_t: np.ndarray | None = None) -> Choice:
        """The same for the force alone, the others' raids as flown, with railways that answer to its tons on oil beyond those
        under history's orders, [D, M, F]; None: railways as recorded."""
        chosen = others_as_flown(self.choice(arm, pairing), self.force)
        if ordered_t is None:
            return chosen
        return on_railways(chosen, ordered_t, pairing.facts, np.asarray(pairing.flown.bombs_t))


class _Found(NamedTuple):
    """What the searches found. recorded: the arm as flown, in numbers; course: best value by generation of the
    search, and tons delivered by step of the gradient."""

    plan: Plan
    weights: Weights
    recorded: Choice
    course: dict[str, list[float]]


def _search(of: _Asked, war: OilWar, seed: int, generations: int, steps: int, progress) -> _Found:
    """The best plan and the best weights on draws of their own. progress: called with steps done"""
    training = war.pair(TRAINING_DRAWS, (seed + TRAINING_SEED_OFFSET) % SEEDS)
    recorded = of.choice(Arm(AS_FLOWN.name, AS_FLOWN), training)
    plan, found = best_plan(
        of.system,
        of.force,
        _judge(of, training),
        seed=(seed + 1) % SEEDS,
        generations=generations,
        within=within_record(training, of.force, of.system.window, of.first_day),
        progress=lambda n, _: progress(n),
    )
    weights, slope = best_weights(
        of.system, training, recorded, force=of.force, steps=steps, progress=lambda n, _: progress(generations + n)
    )
    return _Found(plan, weights, recorded, {"search": found, "gradient": slope})


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


def _judge(of: _Asked, pairing: Pairing) -> Callable[[Plan], float]:
    """Function of a plan: mean aviation gasoline denied on the training draws."""
    run = runner(of.system, pairing)
    spared = run(of.choice(Arm("spared", AS_FLOWN), pairing), without_force(pairing.flown, of.force, of.first_day))
    ordered_t = run(of.alone(ORDERED, pairing), pairing.flown).bombs_t

    def denied(plan: Plan) -> float:
        made = run(of.alone(Arm(plan.name, plan), pairing, ordered_t), pairing.flown)
        return float(_aviation(spared, made).mean())

    return denied


def _aviation(spared: ArmRun, made: ArmRun) -> np.ndarray:
    """[D] aviation gasoline denied."""
    return (spared.products_t - made.products_t)[:, :, AVIATION].sum(axis=1, dtype=np.float64)


def _denied(
    of: _Asked, pairing: Pairing, found: _Found
) -> tuple[dict[str, np.ndarray], dict[str, list[str]], np.ndarray]:
    """[D] aviation gasoline denied by each way of choosing, why it lies beyond the record, [D, M, F] tons on oil under history's orders."""
    run = runner(of.system, pairing)
    spared = run(found.recorded, without_force(pairing.flown, of.force, of.first_day))
    ordered = run(of.alone(ORDERED, pairing), pairing.flown)
    portal = of.alone(Arm("portal", portal_for(of.force)), pairing, ordered.bombs_t)
    chosen = {
        "portal": portal,
        SEARCH: of.alone(Arm(SEARCH, found.plan), pairing, ordered.bombs_t),
        TRUTH_KNOWN: of.alone(Arm(SEARCH, found.plan, "perfect"), pairing, ordered.bombs_t),
    }
    smooth = runner(of.system, pairing, Parts(directive=follow_weights))
    weighted = found.recorded._replace(policy=found.weights, railways=portal.railways)
    runs = {ORDERED.name: ordered} | {name: run(c, pairing.flown) for name, c in chosen.items()}
    runs[GRADIENT] = smooth(weighted, pairing.flown)
    plans = {ORDERED.name: ORDERED.plan, "portal": portal_for(of.force)}
    raids = pairing.facts.raids
    beyond = {name: beyond_record(effort_of(made), plans.get(name, found.plan), raids) for name, made in runs.items()}
    return {name: _aviation(spared, made) for name, made in runs.items()}, beyond, ordered.bombs_t


RAILWAYS = (
    "Cars placed, and with them coal and repair, answer to the tons that a way of choosing takes from railways (or gives them) against"
    " history's orders; the bound supposes that all of the force's oil tons may go to railways."
)


def _facts(of: _Asked, pairing: Pairing, spared: Spared, draws: int, ordered_t: np.ndarray) -> list[DrawFacts]:
    host = to_host(pairing)
    return draw_facts(
        of.system, host, spared, force=of.force, first_day=of.first_day, draws=draws, ordered_t=ordered_t[:draws]
    )


def _with_fewer(
    of: _Asked, pairing: Pairing, spared: Spared, plan: Plan, share: float, ordered_t, few: int, progress
) -> dict:
    """`_share_of_all` had the force, and its own orders, that share of its tons: the better of portal and the plan found."""
    mine = of_force(of.force)
    fewer = pairing._replace(
        chance=pairing.chance._replace(tons_t=pairing.chance.tons_t * (1.0 - (1.0 - share) * mine))
    )
    run = runner(of.system, fewer)
    none = run(of.choice(Arm("spared", AS_FLOWN), fewer), without_force(pairing.flown, of.force, of.first_day))
    arms = (Arm("portal", portal_for(of.force)), Arm(SEARCH, with_fewer_tons(plan, of.force, share)))
    denied = {
        arm.name: _aviation(none, run(of.alone(arm, fewer, ordered_t * share), pairing.flown))[:few] for arm in arms
    }
    facts = _facts(of, fewer, spared, few, ordered_t * share)
    return _share_of_all(share, denied, _bounds_t(facts, progress), np.array([f.spared_t for f in facts]))


def _share_of_all(tons_share: float, denied: dict[str, np.ndarray], bounds: np.ndarray, all_t: np.ndarray) -> dict:
    """What the best way of choosing denied, and could not have, over all that there was to deny: [D] aviation gasoline that would
    have been made had the force spared oil."""
    best = max(denied, key=lambda name: denied[name].mean())
    whole = np.maximum(all_t, 1.0)
    of_all = {"best": denied[best], "bound": bounds, "gap": bounds - denied[best]}
    return {
        "tons_share": tons_share,
        "draws": bounds.size,
        "best": best,
        "beaten": int(max((v > bounds).sum() for v in denied.values())),
        **{f"{name}_over_all": interval(v / whole, "share") for name, v in of_all.items()},
    }


def _summary(
    denied: dict,
    beyond: dict[str, list[str]],
    bounds: np.ndarray,
    by_tons: list[dict],
    asked: dict,
    found: _Found,
    system: TargetSystem,
) -> dict:
    best = max((SEARCH, GRADIENT), key=lambda name: denied[name].mean())
    return {
        **asked,
        "objective": "aviation gasoline denied by this force, t",
        "arms": [
            {
                "name": name,
                "denied": interval(v, "t"),
                "mean_t": round(float(v.mean()), 1),
                "beyond_record": beyond[name],
            }
            for name, v in denied.items()
        ],
        "best": best,
        "bound": {**interval(bounds, "t"), "mean_t": round(float(bounds.mean()), 1)},
        "gap": interval(bounds - denied[best], "t"),
        "bound_over_all": by_tons[0]["bound_over_all"],
        "by_tons": by_tons,
        "best_over_bound": interval(denied[best] / np.maximum(bounds, 1.0), "share"),
        "beaten": {name: int((v > bounds).sum()) for name, v in denied.items()},
        "better_than": {name: interval(denied[best] - denied[name], "t") for name in ("as_ordered", "portal")},
        "plan": found.plan.model_dump(mode="json", exclude_none=True),
        "weights": _largest(found.weights, system),
        "railways": RAILWAYS,
        "bound_is": "the most any raids within the force's tons, sizes, reach and weather could have denied, all being known",
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
        (folder / "best_found.toml").write_text(toml_of(made.plan), encoding="utf-8")

    write_whole(out, fill, force=force)
