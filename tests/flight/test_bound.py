"""The bound that no directive beats, and the search beside it."""

from __future__ import annotations

import json
from types import SimpleNamespace

import jax
import numpy as np
import pytest

from oilplan.calibration.priors import median_parameters
from oilplan.clock import CAMPAIGN
from oilplan.directives.built_in import AS_FLOWN, BUILT_IN
from oilplan.directives.forces import FORCES
from oilplan.directives.plan import ForPhase, Phase, Plan
from oilplan.directives.toml_file import read_plan
from oilplan.errors import OilplanError
from oilplan.flight.arm_run import runner
from oilplan.report.run_table import optimize_text
from oilplan.studies import optimize as module
from oilplan.studies.arms import Arm, choice
from oilplan.studies.bound import DrawFacts, bound_t, draw_facts, steepest, to_host, without_force
from oilplan.studies.compare import MAX_SEED
from oilplan.studies.optimize import others_as_flown, plan_toml
from oilplan.studies.outcomes import on_railways
from oilplan.studies.search import best_weights, plan_at, starting_weights

from .conftest import DRAWS

FIRST_DAY = 183
P = median_parameters(SimpleNamespace(n_plants=1, window=CAMPAIGN))._replace(
    **{
        "repair_disruption_per_d": 0.15,
        "gang_backlog_per_d": 0.06,
        "wear": 0.02,
        "backlog_cap": 4.0,
        "serial_exponent": 2.5,
        "kill_disruption": 0.06,
        "kill_structure": 0.02,
        "aviation_chain": 1.2,
    }
)


def only(force: str, plan: Plan) -> Plan:
    """A built-in directive for one force, the others flying as flown."""
    phase = plan.phases[0]
    words = {name: getattr(phase, name) for name in ForPhase.model_fields}
    own = ForPhase(**{**words, "fly": phase.fly or "as_planned"})
    return Plan(
        name=plan.name,
        about="",
        phases=(
            phase.model_copy(
                update={
                    **dict.fromkeys(ForPhase.model_fields),
                    "fly": "as_ordered",
                    "force": {force: phase.force.get(force, own)},
                }
            ),
        ),
    )


@pytest.mark.parametrize("force", FORCES)
def test_the_bound_is_never_beaten(world, force):
    recorded = world.choice("as_flown", FIRST_DAY)
    run = runner(world.system, world.pairing)
    as_ordered = choice(Arm("a", BUILT_IN["as_ordered"]), world.record, world.system, world.flown_t, FIRST_DAY)
    ordered_t = run(others_as_flown(as_ordered, force), world.pairing.flown).bombs_t
    facts = draw_facts(
        world.system,
        to_host(world.pairing),
        recorded,
        force=force,
        first_day=FIRST_DAY,
        draws=3,
        ordered_t=ordered_t[:3],
    )
    bounds = np.array([bound_t(f) for f in facts])
    most_t = [f.spared_t + f.small_t + 1 for f in facts]
    assert (bounds <= most_t).all(), "no more can be denied than would have been made"
    spared = run(recorded, without_force(world.pairing.flown, force, FIRST_DAY))
    most = np.zeros(3)
    for plan in BUILT_IN.values():
        for knows in ("photographs", "perfect"):
            if plan.is_replay:
                continue
            chosen = choice(Arm("a", only(force, plan), knows), world.record, world.system, world.flown_t, FIRST_DAY)
            alone = on_railways(others_as_flown(chosen, force), ordered_t, world.pairing.facts, world.flown_t)
            made = run(alone, world.pairing.flown)
            denied = (spared.products_t - made.products_t)[:3, :, 0].sum(axis=1, dtype=float)
            assert (denied <= bounds + 1.0).all(), (plan.name, knows, denied, bounds)
            most = np.maximum(most, denied)
    assert (most > 0.02 * bounds).all(), "and it is not out of all proportion"


def one_plant(tons: float, n: int = 28) -> DrawFacts:
    zero = np.zeros(1)
    return DrawFacts(
        P,
        np.ones(n),
        np.full((n, 1), 1000.0),
        1000.0 * n,
        zero,
        zero,
        zero,
        np.zeros((n, 1)),
        np.full((n, 1), tons),
        np.ones((n, 1, 1)),
        np.zeros((1, 1), int),
    )


def simulated_loss(x: np.ndarray) -> float:
    """Loss of `one_plant` when x tons fall each day, by the laws written out again."""
    d = b = inflicted = lost = 0.0
    for tons in x:
        d = 1 - (1 - d) * np.exp(-P.kill_disruption * tons)
        b = P.backlog_cap - (P.backlog_cap - b) * np.exp(-P.kill_structure * tons / P.backlog_cap)
        inflicted += P.kill_structure * tons
        lost += 1000.0 * (1 - ((1 - d) / (1 + b**P.serial_exponent)) ** P.aviation_chain)
        pace = P.gang_backlog_per_d / (1 + P.wear * inflicted)
        b *= np.exp(-pace)
        d *= np.exp(-P.repair_disruption_per_d)
    return lost


@pytest.mark.parametrize("tons", [0.5, 2.0, 10.0, 60.0])
def test_the_bound_holds_for_one_plant_under_any_raids(tons):
    bound = bound_t(one_plant(tons))
    rng = np.random.default_rng(4)
    every = [
        np.full(28, tons),
        *(tons * rng.integers(0, 2, 28) for _ in range(50)),
        *(tons * rng.random(28) for _ in range(50)),
    ]
    losses = [simulated_loss(x) for x in every]
    assert max(losses) <= bound * (1 + 1e-6)
    assert bound <= 28_000 * (1 + 1e-9)


def test_no_tons_deny_nothing():
    assert abs(bound_t(one_plant(0.0))) < 1e-6


def test_more_tons_never_lower_the_bound():
    bounds = [bound_t(one_plant(t)) for t in (0.5, 1.0, 2.0, 4.0)]
    assert bounds == sorted(bounds) and bounds[0] < bounds[-1]


def test_steepest_is_above_every_ratio():
    b = np.random.default_rng(1).random(5000) * P.backlog_cap
    assert (np.log1p(b**P.serial_exponent) <= steepest(P) * -np.log1p(-b / P.backlog_cap)).all()


def test_the_gradient_lowers_what_is_delivered(world):
    recorded = world.choice("as_flown", FIRST_DAY)
    weights, history = best_weights(world.system, world.pairing, recorded, force="bomber_command", steps=6)
    assert min(history) < history[0]
    moved = np.asarray(weights.logit) - np.asarray(starting_weights(world.system, "bomber_command").logit)
    assert np.isfinite(moved).all() and np.abs(moved).max() > 0.1


def test_a_point_of_the_search_is_a_plan_a_staff_could_write(world, tmp_path):
    plants = [0, 1, 2]
    plan = plan_at(np.array([0.1, 0.2, -0.3, 0.0, 1.0, 3.0, 2.0]), plants, world.system, "eighth_af", (50.0, 1400.0))
    own = plan.phases[0].force["eighth_af"]
    assert own.targets == tuple(world.system.plant_ids[i] for i in (1, 2, 0))
    path = tmp_path / "best.toml"
    path.write_text(plan_toml(module.Optimum({}, plan, {})))
    assert read_plan(path) == plan


@pytest.fixture(scope="module")
def steps_done():
    """What `optimum` said of its progress."""
    return []


@pytest.fixture(scope="module")
def optimum(world, steps_done):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "TRAINING_DRAWS", DRAWS)
        return module.optimize(
            world.record, draws=DRAWS, seed=2, generations=2, steps=3, progress=lambda *at: steps_done.append(at)
        )


def test_optimize_sets_best_bound_and_gap_side_by_side(optimum):
    s = json.loads(json.dumps(optimum.summary, allow_nan=False))
    assert set(s["beaten"].values()) == {0}
    assert {a["name"] for a in s["arms"]} == {
        "as_ordered",
        "portal",
        "by search",
        "by search, truth known",
        "by gradient",
    }
    assert s["gap"]["median"] >= 0 and 0 < s["best_over_bound"]["median"] <= 1
    assert set(s["better_than"]) == {"as_ordered", "portal"}
    assert max(map(len, optimize_text(s).splitlines())) <= 100


def test_the_bounds_of_the_draws_are_steps_of_the_progress(optimum, steps_done):
    """They take most of the time, and the bar stood at 99 percent for all of it."""
    steps = 2 + 3 + 1 + DRAWS
    assert steps_done == [(n + 1, steps) for n in range(steps)]


def test_an_unknown_force_is_named(world):
    with pytest.raises(OilplanError, match="bomber_command, eighth_af, fifteenth_af"):
        module.optimize(world.record, force="luftwaffe")


def test_sparing_oil_leaves_the_others_raids(world):
    kept = without_force(world.pairing.flown, "eighth_af", FIRST_DAY)
    here, there = (np.asarray(f.density) for f in (kept, world.pairing.flown))
    np.testing.assert_array_equal(here[:FIRST_DAY], there[:FIRST_DAY])
    assert not here[FIRST_DAY:, :, 1].any() and there[FIRST_DAY:, :, 1].any()
    np.testing.assert_array_equal(here[:, :, [0, 2]], there[:, :, [0, 2]])
    assert jax.tree.all(jax.tree.map(lambda a: np.isfinite(a).all(), kept))


def test_as_flown_is_no_plan_of_the_search():
    assert AS_FLOWN.phases[0].fly == "as_recorded"
    assert Phase().fly is None


def test_the_greatest_seed_is_taken_by_the_search_too(world, monkeypatch):
    class Reached(Exception):
        """The search was begun and ended."""

    def no_gradient(*given, **more):
        raise Reached

    monkeypatch.setattr(module, "pair", lambda *given, **more: world.pairing)
    monkeypatch.setattr(module, "_judge", lambda *given: lambda plan: 0.0)
    monkeypatch.setattr(module, "best_weights", no_gradient)
    with pytest.raises(Reached):
        module.optimize(world.record, seed=MAX_SEED, generations=1)
