"""The bound that no directive beats, and the search beside it."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace

import jax
import numpy as np
import pytest

from oilplan.calibration.model import median_parameters
from oilplan.clock import CAMPAIGN, N_MONTHS
from oilplan.directives.forces import BOMBER_COMMAND, FORCES, NAMES, of_force
from oilplan.directives.plan import AS_FLOWN, BUILT_IN, ForPhase, Phase, Plan
from oilplan.directives.tables import MAX_PHASES
from oilplan.directives.toml_file import read_plan, toml_of
from oilplan.errors import OilplanError
from oilplan.flight.arm_run import runner
from oilplan.flight.campaign import _columns, _density
from oilplan.flight.worlds import AIM_SD
from oilplan.model.density import power_of_size, size_scale
from oilplan.model.law import State
from oilplan.record.effort import ARMY
from oilplan.report.optimum_page import optimize_text
from oilplan.studies import optimize as module
from oilplan.studies.arms import Arm, choice
from oilplan.studies.bound import _kernel, _spared, bound_t, steepest
from oilplan.studies.bound_facts import DrawFacts, Spared, draw_facts, spare, to_host, without_force
from oilplan.studies.optimize import others_as_flown
from oilplan.studies.outcomes import on_railways
from oilplan.studies.replay import MAX_SEED
from oilplan.studies.search import (
    Within,
    best_weights,
    month_shares,
    plan_at,
    starting_weights,
    with_fewer_tons,
    within_record,
)

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
    host = to_host(world.pairing)
    facts = draw_facts(
        world.system,
        host,
        spare(world.system, host, recorded, force, FIRST_DAY),
        force=force,
        first_day=FIRST_DAY,
        draws=3,
        ordered_t=ordered_t[:3],
    )
    bounds = np.array([bound_t(f) for f in facts])
    most_t = [f.spared_t + f.small_works_t + 1 for f in facts]
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


DAYS = 9
SIZES_T = np.array([4.0, 6.0, 10.0, 16.0])


def a_small_war(seed: int, plants: int = 1, days: int = DAYS) -> DrawFacts:
    """One operation against a few plants that others have raided, with closed days, good and bad luck, and a small raid."""
    rng = np.random.default_rng(seed)
    goes = rng.random((days, 1, plants)) < 0.8
    lucky = rng.lognormal(0.0, 0.5, (days, 1, plants)) * goes * rng.choice([0.3, 1.0, 3.0])
    by_size = (SIZES_T / 8.0) ** rng.choice([-0.3, 0.0, 0.4])
    return DrawFacts(
        p=P._replace(wear=rng.choice([0.02, 0.5])),
        effort=1.0 + rng.random(days),
        weight_t=1000.0 * (1.0 + rng.random((days, plants))),
        spared_t=0.0,
        first=State(*(rng.random((3, plants)) * [[0.5], [1.5], [5.0]])),
        others=3.0 * rng.random((days, plants)) * (rng.random((days, plants)) < 0.3),
        tons_t=6.0 * rng.random((days, 1)),
        most_t=np.full((days, 1), 40.0),
        most_targets=np.array([1.0 + rng.integers(2)]),
        sizes_t=SIZES_T[:, None],
        a_ton=by_size[:, None, None, None] * lucky[None],
        small=rng.random((days, 1, plants)) * (rng.random((days, 1, 1)) < 0.2),
        neighbours=np.arange(plants)[None],
        many=np.zeros(plants, bool),
    )


def made_t(facts: DrawFacts, own: np.ndarray) -> np.ndarray:
    """[N] aviation gasoline made under raids of density [N, T, P], by the laws written out again."""
    d, b, inflicted = (np.broadcast_to(a, own[:, 0].shape) for a in facts.first)
    made = np.zeros(len(own))
    for t, effort in enumerate(facts.effort):
        rho = own[:, t] + facts.others[t]
        d = 1 - (1 - d) * np.exp(-P.kill_disruption * rho)
        b = P.backlog_cap - (P.backlog_cap - b) * np.exp(-P.kill_structure * rho / P.backlog_cap)
        inflicted = inflicted + P.kill_structure * rho
        made += (facts.weight_t[t] * ((1 - d) / (1 + b**P.serial_exponent)) ** P.aviation_chain).sum(axis=1)
        b = b * np.exp(-effort * P.gang_backlog_per_d / (1 + facts.p.wear * inflicted))
        d = d * np.exp(-P.repair_disruption_per_d)
    return made


def flown_within_the_rules(facts: DrawFacts, asked: np.ndarray) -> np.ndarray:
    """[N, T, P] density of raids asked for, as places in the sizes, -1 for none: a raid flies once the account holds the smallest."""
    n_plans, days, plants = asked.shape
    density, account = np.zeros(asked.shape), np.zeros(n_plans)
    for t in range(days):
        account, sent = account + facts.tons_t[t, 0], np.zeros(n_plans)
        for k in range(plants):
            size_t, a_ton = SIZES_T[asked[:, t, k]], facts.a_ton[asked[:, t, k], t, 0, k]
            goes = (asked[:, t, k] >= 0) & (account >= SIZES_T[0]) & (a_ton > 0) & (sent < facts.most_targets[0])
            density[:, t, k] += goes * a_ton * size_t
            account, sent = account - goes * size_t, sent + goes
        density[:, t, t % plants] += facts.small[t, 0, t % plants]
    return density


def every_plan(days: int) -> np.ndarray:
    """[4 ** days, days, 1] the smallest, the second and the largest raid, or none, on every day."""
    choices = np.array([-1, 0, 1, len(SIZES_T) - 1])
    return choices[np.stack(np.meshgrid(*[range(4)] * days, indexing="ij"), -1).reshape(-1, days, 1)]


def denied_t(facts: DrawFacts, asked: np.ndarray) -> np.ndarray:
    spared = made_t(facts, np.zeros((1, *asked.shape[1:])))
    return spared - made_t(facts, flown_within_the_rules(facts, asked))


def with_spared(facts: DrawFacts) -> DrawFacts:
    return facts._replace(spared_t=float(made_t(facts, np.zeros((1, *facts.weight_t.shape)))[0]))


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_of_a_small_war_beats_the_bound(seed):
    """Every plan of seven days on one plant, tried out, and the bound is not far above the best of them."""
    facts = with_spared(a_small_war(seed, days=7))
    best, bound = denied_t(facts, every_plan(7)).max(), bound_t(facts)
    assert best <= bound * (1 + 1e-6) <= 1.001 * facts.spared_t
    assert bound < 2.5 * best


@pytest.mark.parametrize("seed", range(4, 8))
def test_no_plan_among_thousands_on_three_plants_beats_the_bound(seed):
    facts = with_spared(a_small_war(seed, plants=3, days=40))
    asked = np.random.default_rng(seed).integers(-6, len(SIZES_T), (3000, 40, 3)).clip(-1)
    best, bound = denied_t(facts, asked).max(), bound_t(facts)
    assert best <= bound <= 1.001 * facts.spared_t


def test_two_plants_on_one_site_are_hit_by_one_raid():
    """Their bound is that of plants raided together, above that of plants raided one at a time."""
    apart = with_spared(a_small_war(5, plants=2, days=20))
    together = apart._replace(
        neighbours=np.array([[1, 0]]), a_ton=apart.a_ton.max(axis=3, keepdims=True).repeat(2, axis=3)
    )
    asked = np.random.default_rng(1).integers(-4, len(SIZES_T), (500, 20, 1)).clip(-1)
    one = flown_within_the_rules(together._replace(a_ton=together.a_ton[..., :1], small=together.small[..., :1]), asked)
    both = made_t(together, one.repeat(2, axis=2))
    bound = bound_t(together)
    assert (together.spared_t - both <= bound).all() and bound > bound_t(apart)


def test_a_small_raid_beside_a_great_one_adds_no_more_than_the_bound_has(world):
    """On one site the law takes both for one raid; where great raids swamp defences that is more than each for itself."""
    system, pair_, force = world.system, world.pairing, "eighth_af"
    sharp = pair_.parameters._replace(raid_size_exponent=np.full(DRAWS, 0.5, np.float32))
    noise = pair_.chance.noise._replace(nuisance=np.zeros_like(pair_.chance.noise.nuisance))
    daily = pair_.chance.operations._replace(nuisance=np.ones_like(pair_.chance.operations.nuisance))
    chance = pair_.chance._replace(noise=noise, operations=daily)
    host = to_host(pair_._replace(parameters=sharp, chance=chance))
    nothing = Spared(State(*np.zeros((3, DRAWS, system.n_plants))), np.zeros((system.n_days, DRAWS, system.n_plants)))
    facts = draw_facts(system, host, nothing, force=force, first_day=FIRST_DAY, draws=1)[0]
    one, other = (system.position(works) for works in ("luetzkendorf", "luetzkendorf_ft"))
    days = np.flatnonzero((facts.small[:, 0, one] > 0) & (facts.a_ton[0, :, 0, other] > 0))
    f, p = NAMES.index(force), _columns(host.parameters)
    fixed = {
        "bomber_command": BOMBER_COMMAND,
        "neighbours": system.neighbours,
        "size": size_scale(np.asarray(system.capacity_t_per_year, np.float32), p),
    }
    chosen, worst = SimpleNamespace(aim_log_sd=AIM_SD), []
    for t in days[::20]:
        for k, low in enumerate(facts.sizes_t[:-1, 0]):
            size_t = np.random.default_rng(t).uniform(low, facts.sizes_t[k + 1, 0])
            bombs_t = np.zeros((DRAWS, len(NAMES), system.n_plants), np.float32)
            bombs_t[:, f, one], bombs_t[:, f, other] = world.pairing.facts.raids.nuisance_t[f], size_t
            flown = SimpleNamespace(raids=(bombs_t == bombs_t.max()).astype(np.float32))
            day = np.float32(FIRST_DAY + t)
            chance = (host.chance.visual[FIRST_DAY + t], host.chance.luck[FIRST_DAY + t])
            fell = np.asarray(_density(bombs_t, flown, *chance, chosen, day, fixed, p, power_of_size))[0, [one, other]]
            a_ton = facts.a_ton[k : k + 2, t, 0, [one, other]].max(axis=0)
            worst.append((fell / (size_t * a_ton + facts.small[t, 0, [one, other]])).max())
    assert days.size > 20 and 0.8 < max(worst) <= 1.0 + 1e-5


def test_no_tons_deny_nothing():
    idle = with_spared(a_small_war(1))
    idle = idle._replace(tons_t=0.0 * idle.tons_t, small=0.0 * idle.small)
    assert abs(bound_t(idle)) < 1e-5 * idle.spared_t
    nowhere = idle._replace(a_ton=0.0 * idle.a_ton)
    assert abs(bound_t(nowhere)) < 1e-5 * idle.spared_t


def test_more_tons_never_lower_the_bound_and_few_deny_little():
    facts = with_spared(a_small_war(3, plants=3, days=40))
    bounds = [bound_t(facts._replace(tons_t=facts.tons_t * share)) for share in (0.05, 0.2, 1.0)]
    assert bounds == sorted(bounds) and bounds[0] < 0.6 * bounds[-1]


def test_the_smallest_raid_binds():
    """The same tons in raids of which none can be small deny less: no part of a great raid is worth a small one."""
    facts = with_spared(a_small_war(3, plants=3, days=40))
    even = facts._replace(a_ton=facts.a_ton[1:2].repeat(4, axis=0), tons_t=0.3 * facts.tons_t)
    great = even._replace(sizes_t=np.full((4, 1), SIZES_T[-1]))
    assert bound_t(great) < 0.95 * bound_t(even)


def test_steepest_is_above_every_ratio():
    cap, n = P.backlog_cap, P.serial_exponent
    start, b = np.sort(np.random.default_rng(1).random((2, 5000)) * cap, axis=0)
    rise, w = np.log1p(b**n) - np.log1p(start**n), np.log1p(-start / cap) - np.log1p(-b / cap)
    assert (rise <= steepest(P, start) * w).all()


def test_the_gradient_lowers_what_is_delivered(world):
    recorded = world.choice("as_flown", FIRST_DAY)
    weights, history = best_weights(world.system, world.pairing, recorded, force="bomber_command", steps=6)
    assert min(history) < history[0]
    moved = np.asarray(weights.logit) - np.asarray(
        starting_weights(world.system, "bomber_command", np.ones(N_MONTHS)).logit
    )
    assert np.isfinite(moved).all() and np.abs(moved).max() > 0.1


def test_a_point_of_the_search_is_a_plan_a_staff_could_write(world, tmp_path):
    plants = [0, 1, 2]
    within = Within((50.0, 1400.0), ((date(1944, 10, 1), 1.0), (date(1944, 12, 1), 0.6)))
    plan = plan_at(np.array([0.1, 0.2, -0.3, 0.0, 1.0, 3.0, 2.0]), plants, world.system, "eighth_af", within)
    own = plan.phases[0].force["eighth_af"]
    assert own.oil_share is None and plan.phases[1].force["eighth_af"].oil_share.visual == 0.6
    assert with_fewer_tons(plan, "eighth_af", 0.5).phases[1].force["eighth_af"].oil_share is None
    assert own.targets == tuple(world.system.plant_ids[i] for i in (1, 2, 0))
    path = tmp_path / "best.toml"
    path.write_text(toml_of(plan))
    assert read_plan(path) == plan


@pytest.mark.parametrize("force", ["bomber_command", "eighth_af", "fifteenth_af"])
def test_a_plan_is_sought_within_what_a_force_dropped_on_oil_in_a_month(world, force):
    facts, mine = world.pairing.facts, of_force(force)
    shares = month_shares(world.pairing, force)
    open_t = np.asarray(facts.month_t * (1.0 - facts.mix[:, :, ARMY]))[:, mine]
    assert (shares[:, None] * open_t <= facts.raids.most_month_t[mine] * (1 + 1e-6)).all() and (shares > 0).all()
    assert force != "bomber_command" or shares.min() < 0.8, "its winter's tons are more than it ever dropped on oil"
    within = within_record(world.pairing, force, world.system.window, FIRST_DAY)
    low, high = within.raid_t
    assert (facts.raids.smallest_t[mine] <= low).all() and (high <= facts.raids.largest_t[mine]).all() and low < high
    starts = [start for start, _ in within.oil_share]
    assert starts == sorted(set(starts)) and starts[0] == world.system.window.date_of(FIRST_DAY)
    assert len(starts) <= MAX_PHASES
    months = world.system.window.months
    for m in range(world.system.window.month_of_day[FIRST_DAY], len(months)):
        first = world.system.window.date_of(world.system.window.month_start_day(months[m]))
        assert [share for start, share in within.oil_share if start <= first][-1] <= shares[m] + 5e-4


@pytest.fixture(scope="module")
def steps_done():
    """What `optimum` said of its progress."""
    return []


@pytest.fixture(scope="module")
def optimum(world, steps_done):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "TRAINING_DRAWS", DRAWS)
        patch.setattr(module, "FEWER_TONS_DRAWS", 1)
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
    beyond = {a["name"]: a["beyond_record"] for a in s["arms"]}
    assert beyond["by search"] == beyond["by search, truth known"] == beyond["as_ordered"] == []
    assert any("in a month" in why for why in beyond["portal"]), "all of Bomber Command's tons: marked, and printed"
    assert "Beyond the record, portal" in optimize_text(optimum.summary)
    assert max(map(len, optimize_text(s).splitlines())) <= 100


def test_optimize_sets_best_and_bound_over_all_there_was_to_deny_for_fewer_tons_too(optimum):
    rows = optimum.summary["by_tons"]
    assert [row["tons_share"] for row in rows] == [1.0, *module.FEWER_TONS]
    assert all(row["beaten"] == 0 and row["gap_over_all"]["p05"] >= 0 for row in rows)
    assert rows[0]["best_over_all"]["median"] > rows[-1]["best_over_all"]["median"] > 0
    said = optimize_text(optimum.summary)
    assert all(f"{row['tons_share']:.0%} of its tons" in said for row in rows)


def test_the_bounds_of_the_draws_are_steps_of_the_progress(optimum, steps_done):
    """They take most of the time, and the bar stood at 99 percent for all of it."""
    steps = 2 + 3 + 1 + DRAWS + len(module.FEWER_TONS)
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

    monkeypatch.setattr("oilplan.studies.replay.pair", lambda *given, **more: world.pairing)
    monkeypatch.setattr(module, "_judge", lambda *given: lambda plan: 0.0)
    monkeypatch.setattr(module, "best_weights", no_gradient)
    with pytest.raises(Reached):
        module.optimize(world.record, seed=MAX_SEED, generations=1)


def test_a_raid_adds_no_more_than_the_bound_lets_it_through_repair_and_wear():
    """A light raid on a works half wrecked, day by day: what wear adds later is in the bound too."""
    facts = a_small_war(2, days=60)
    facts = facts._replace(p=P._replace(wear=0.5), first=State(np.zeros(1), np.array([3.0]), np.array([2.0])))
    own = np.zeros((2, 60, 1))
    own[1, 5] = 0.01
    days = [facts._replace(weight_t=facts.weight_t * (np.arange(60) == t)[:, None]) for t in range(60)]
    z = -np.diff(np.log([made_t(of_day, own) for of_day in days]))[:, 0]
    most = 0.01 * _kernel(facts, _spared(facts), 0)[:, 5]
    assert (z <= most * (1 + 1e-4) + 1e-12).all() and z.max() > 0.0
