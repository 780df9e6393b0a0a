"""The numbers that a comparison tells, made from every arm's outcomes; one form for `compare` and for a sweep.

Axes: D draws, M months.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

import numpy as np

from ..cache import open_cache, own_code
from ..clock import FIRST_DATE, LAST_DATE, day_of
from ..directives.plan import AS_FLOWN, AS_ORDERED
from ..directives.policy import by_function
from ..errors import OilplanError
from ..flight.arm_run import ArmRun, keep, kept, runner
from ..flight.campaign import Choice, Parts, no_raids
from ..flight.worlds import Pairing
from ..intelligence import recorded_estimates, scored, synthetic_in_june
from ..model.joint import as_json, joint_months, joint_parts
from ..model.target import TargetSystem
from ..record import Record
from . import manifest, rests_on
from .arms import Arm, ArmLike, arm_of, choice
from .outcomes import (
    LIVES,
    MEANINGS,
    UNDETERMINED,
    UNITS,
    Measure,
    beyond_record,
    cities_spared,
    effort_of,
    interval,
    joint_left,
    on_railways,
    outcomes,
)
from .replay import check_draws, oil_war
from .run import resilience_of

PERFECT = ":perfect"
NO_FAIR_BASE = (
    "The base is a replay of the raids as flown: their luck and their days are those of the record, while every other arm is"
    " flown by the operations machine. Set arms against as_ordered, which is history's orders flown by the same machine."
)
RECALLED = (
    "motor gasoline, diesel and most monthly output are recalled figures; tons on other targets than oil are"
    " digitised, of low confidence; weather outside recorded days is drawn"
)


def summary_of(
    record: Record,
    arms: list[Arm],
    base_name: str,
    values: dict[str, dict[str, np.ndarray]],
    made_of: dict,
    as_flown: tuple[np.ndarray, np.ndarray],
    beyond: dict[str, list[str]],
) -> dict:
    """JSON-ready numbers of a comparison.

    values: [D] of every outcome by arm; base_name: the arm that each is set against; made_of: draws, seed, from, record
    (hash), posterior (manifest, None where the parameters are priors only); as_flown: [D, M] national share believed and worked
    with the raids as flown; beyond: reasons by arm why it leaves the record's range
    """
    base = values[base_name]
    return {
        "base": base_name,
        "from": made_of["from"],
        "draws": made_of["draws"],
        "arms": [_arm(a.name, values[a.name], base, beyond[a.name]) for a in arms],
        "base_is_a_replay": NO_FAIR_BASE if next(a for a in arms if a.name == base_name).plan.is_replay else None,
        "lives": LIVES,
        "seed": made_of["seed"],
        **rests_on(made_of["record"], made_of["posterior"]),
        "meanings": MEANINGS,
        "about": {a.name: a.plan.about for a in arms},
        "worth_of_perfect_information": _worth(arms, values),
        "cities": {a.name: cities_spared(record, values[a.name]["city_bombs_not_dropped"]) for a in arms},
        "undetermined": UNDETERMINED,
        "rests_on_recalled": RECALLED,
        "estimates_of_1944": {
            "all_oil": scored(recorded_estimates(record), *as_flown),
            "synthetic_june": synthetic_in_june(record),
        },
    }


def _arm(name: str, outcomes: dict[str, np.ndarray], base: dict[str, np.ndarray], beyond: list[str]) -> dict:
    return {
        "name": name,
        "outcomes": {k: interval(v, UNITS[k]) for k, v in outcomes.items()},
        "difference": {k: interval(v - base[k]) for k, v in outcomes.items()},
        "beyond_record": beyond,
    }


def _worth(arms: list[Arm], values: dict) -> dict[str, dict]:
    """Fuel denied with the truth known less fuel denied with photographs, for arms present both ways."""
    out = {}
    for a in arms:
        other = a.name.replace(PERFECT, "")
        if PERFECT in a.name and other in values:
            out[other] = {
                k: interval(values[a.name][k] - values[other][k], UNITS[k])
                for k in ("aviation_gasoline_denied", "motor_fuel_denied")
            }
    return out


# Arms of one campaign compared draw by draw: same weather, same luck, same parameters; only the choice differs.

DEFAULT_FROM = "1944-10-01"
MAX_DRAWS = 4000
"""A draw takes 0.4 MB of noise and raids."""
SPARED, FLOWN, ORDERED = "no raids", "the raids as flown", "history's orders"
"""The arms that outcomes are measured against."""


class Comparison(NamedTuple):
    """summary: JSON-ready numbers; runs: every arm's `ArmRun` by name, "no raids" among them; values: [D] of every
    outcome by arm; manifest: what it was made from; twins: pairs of arms that gave the same answer
    """

    summary: dict
    runs: dict[str, ArmRun]
    values: dict[str, dict[str, np.ndarray]]
    manifest: dict
    twins: list[tuple[str, str]]


def compare(
    record: Record,
    names: Sequence[ArmLike],
    *,
    base: str | None = None,
    from_date: str = DEFAULT_FROM,
    draws: int = 500,
    seed: int = 1944,
    command: list[str] | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Comparison:
    """Run arms that share everything but their choice, and set each against a base.

    names: arms as `oilplan.studies.arms.arm_of` takes them; base: one of them, by default as_ordered, which is flown
    beside them if it is not named; from_date: until it every arm flies as flown; draws: 1 to 4,000; seed: same seed, same numbers
    progress: called with arms done and arms

    Finished arms are kept in the user's cache until the comparison is done, so that a stopped one goes on from there.
    Raises OilplanError for unknown names, a date outside the campaign, draws or seed out of range.
    """
    arms = with_base(distinct([arm_of(name) for name in names]), base)
    first_day = first_day_of(from_date)
    check_draws(draws, seed, MAX_DRAWS)
    base_name = base_of(base, arms)
    war = oil_war(record)
    worlds = _Worlds(war.system, war.pair(draws, seed), first_day)
    flown_t = np.asarray(worlds.pairing.flown.bombs_t)
    every = [*measuring_arms(), *arms]
    choices = {a.name: choice(a, record, war.system, flown_t, first_day) for a in every}
    made_of = {"draws": draws, "seed": seed, "from": from_date, "record": record.hash, "posterior": war.fit}
    made_of["code"] = own_code()
    runs = _run_all(every, _flight(arms, choices, worlds), made_of, progress)
    measures = (runs[SPARED], runs.pop(FLOWN), runs.pop(ORDERED), first_day, war.system, worlds.pairing.facts)
    against = Measure(*measures, joint_parts(record, draws, seed))
    values = {a.name: outcomes(runs[a.name], choices[a.name], against) for a in arms}
    made = _summary(record, arms, base_name, runs, values, made_of, against)
    twins = twins_of([a.name for a in arms], lambda a, b: np.array_equal(runs[a].products_t, runs[b].products_t))
    return Comparison(made, runs, values, _stated(record, arms, base_name, made_of, command or []), twins)


def _summary(
    record, arms: list[Arm], base_name: str, runs: dict[str, ArmRun], values, made_of, against: Measure
) -> dict:
    """`summary_of` from the runs, with joint products and measures of resilience."""
    window, as_flown = against.system.window, (against.flown.believed, against.flown.worked)
    beyond = {a.name: beyond_record(effort_of(runs[a.name]), a.plan, against.facts.raids) for a in arms}
    joint = {a.name: as_json(joint_months(record, window, joint_left(runs[a.name], against))) for a in arms}
    resilience = {a.name: resilience_of(runs[a.name].products_t[:, :, 0], window) for a in arms}
    made = summary_of(record, arms, base_name, values, made_of, as_flown, beyond)
    return made | {"joint_products": joint, "resilience": resilience}


class _Worlds(NamedTuple):
    """What all arms share: the system, the drawn worlds, the day from which they part."""

    system: TargetSystem
    pairing: Pairing
    first_day: int


def _flight(arms: list[Arm], choices: dict[str, Choice], worlds: _Worlds) -> Callable[[Arm, dict[str, ArmRun]], ArmRun]:
    """Function that flies an arm, given the runs so far: its railways answer to what it takes from history's orders."""
    system, pairing, first_day = worlds
    run = runner(system, pairing)
    own = {
        a.name: runner(system, pairing, Parts(directive=by_function(a.orders))) for a in arms if a.orders is not None
    }
    raids = {SPARED: no_raids(pairing.flown, first_day)}

    def fly(a: Arm, runs: dict[str, ArmRun]) -> ArmRun:
        chosen = choices[a.name]
        if a.name not in (SPARED, FLOWN, ORDERED) and not a.plan.is_replay:
            chosen = on_railways(chosen, runs[ORDERED].bombs_t, pairing.facts, np.asarray(pairing.flown.bombs_t))
        return own.get(a.name, run)(chosen, raids.get(a.name, pairing.flown))

    return fly


def _stated(record: Record, arms: list[Arm], base_name: str, made_of: dict, command: list[str]) -> dict:
    """The manifest of a comparison."""
    return manifest(
        record,
        command=command,
        seed=made_of["seed"],
        draws=made_of["draws"],
        since=made_of["from"],
        code=made_of["code"],
        posterior=made_of["posterior"],
        arms=[a.plan.model_dump(mode="json") for a in arms],
        base=base_name,
    )


def distinct(arms: list[Arm]) -> list[Arm]:
    """Arms with names of their own: a second arm of the same name is numbered."""
    if not arms:
        raise OilplanError("no arm to compare; name at least one directive, such as portal.")
    named: dict[str, Arm] = {}
    for a in arms:
        name, n = a.name, 2
        while name in named:
            name, n = f"{a.name} ({n})", n + 1
        named[name] = a._replace(name=name)
    return list(named.values())


def first_day_of(from_date: str) -> int:
    """Day number of ``--from``. Raises OilplanError for what is no date of the campaign."""
    try:
        when = date.fromisoformat(from_date)
    except ValueError:
        when = None
    if when is None or not FIRST_DATE <= when <= LAST_DATE:
        raise OilplanError(
            f"--from {from_date!r} is no date of the campaign; expected YYYY-MM-DD, {FIRST_DATE} to {LAST_DATE}."
        )
    return day_of(when)


def measuring_arms() -> list[Arm]:
    """The arms that outcomes are measured against, under the names of `SPARED`, `FLOWN` and `ORDERED`."""
    plans = ((SPARED, AS_FLOWN), (FLOWN, AS_FLOWN), (ORDERED, AS_ORDERED))
    return [Arm(name, plan) for name, plan in plans]


def with_base(arms: list[Arm], base: str | None) -> list[Arm]:
    """The arms, and history's orders beside them where they are the base and not named."""
    wanted = base in (None, AS_ORDERED.name) and AS_ORDERED.name not in [a.name for a in arms]
    return [*arms, Arm(AS_ORDERED.name, AS_ORDERED)] if wanted else arms


def base_of(base: str | None, arms: list[Arm]) -> str:
    """Name of the arm to compare with. Raises OilplanError for a base that is not among the arms."""
    names = [a.name for a in arms]
    if base is None:
        return AS_ORDERED.name if AS_ORDERED.name in names else names[0]
    if base not in names:
        raise OilplanError(f"--base '{base}' is not among the arms: {', '.join(names)}.")
    return base


def _run_all(
    arms: list[Arm], fly: Callable[[Arm, dict[str, ArmRun]], ArmRun], made_of: dict, progress
) -> dict[str, ArmRun]:
    """Every arm by name. A finished one is kept until all are done, and taken from there if it is kept; arms that
    differ only in name are flown once. What a function of the user's own ordered is not kept: it has no content to go by."""
    cache = open_cache()
    runs: dict[str, ArmRun] = {}
    first_of: dict[str, str] = {}
    for n, a in enumerate(arms):
        asked, keeper = _arm_hash(a, made_of), cache if a.orders is None else None
        run = runs[first_of[asked]] if asked in first_of else kept(keeper, asked)
        if run is None:
            run = fly(a, runs)
            keep(keeper, asked, run)
        runs[a.name] = run
        first_of.setdefault(asked, a.name)
        progress(n + 1, len(arms))
    if cache is not None:
        for asked in first_of:
            cache.drop("arms", asked)
    return runs


def _arm_hash(a: Arm, made_of: dict) -> str:
    stated = {
        "plan": a.plan.model_dump(mode="json"),
        "intelligence": a.intelligence,
        "repairers": a.repairers,
        "spared": a.name == SPARED,
        "orders": None if a.orders is None else a.name,
        **made_of,
    }
    return hashlib.sha256(json.dumps(stated, sort_keys=True, default=str).encode()).hexdigest()[:32]


def twins_of(names: list[str], same: Callable[[str, str], bool]) -> list[tuple[str, str]]:
    """Pairs of arms that gave the same answer in every draw."""
    return [pair for pair in combinations(names, 2) if same(*pair)]
