"""The words of a target list: plants, kinds, regions, groups and the eleven."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, get_args

import jax.numpy as jnp
import numpy as np

from ..clock import MONTHS, N_DAYS, N_MONTHS, day_of, month_start_day
from ..errors import OilplanError
from ..model.target import TargetSystem
from ..record import Record
from ..record.read import nearest
from .forces import OPERATIONS
from .plan import NO_LIMIT_T, ForceName, ForPhase, Phase, Plan, Said, of_force
from .policy import Policy

GROUPS = {"benzol": "benzol_group", "ploesti": "ploesti_group", "tar": "tar_group"}
SYNTHETIC, REFINING, ALL = "synthetic", "refining", "all"


def words(record: Record, system: TargetSystem) -> dict[str, list[int]]:
    """Every word a target list may use, with the plants it means, the largest output first; groups of small works come last.

    ``eleven`` is the set of eleven of December 1944 [record: plants, eleven_set_A].
    """
    output = system.output_t_per_day.sum(axis=1)

    def ordered(members: Iterable[int]) -> list[int]:
        return sorted(members, key=lambda i: (bool(np.isnan(system.latitude[i])), -output[i], i))

    plants = record.rows("plants")
    every = range(system.n_plants)
    eleven = [i for i in every if (plants.get(system.plant_ids[i]) or {}).get("eleven_set_A")]
    found = {ALL: ordered(every), "eleven": ordered(eleven)}
    found[SYNTHETIC] = ordered(np.flatnonzero(system.synthetic))
    found[REFINING] = ordered(i for i in every if system.processes[i].startswith("refining"))
    for values in (system.regions, system.processes):
        for word in dict.fromkeys(values):
            found.setdefault(word, ordered(i for i in every if values[i] == word))
    found.update({word: [system.position(plant)] for word, plant in GROUPS.items() if plant in system.plant_ids})
    found.update({name: [i] for i, name in enumerate(system.plant_ids)})
    return found


def ranking(targets: Iterable[str], known: dict[str, list[int]], where: str) -> list[int]:
    """Plants in order of priority: the words in their order, a plant at its first mention.

    Raises OilplanError for an unknown word, naming the nearest.
    """
    order: list[int] = []
    for word in targets:
        if word not in known:
            near = ", ".join(nearest(word, sorted(known))[:5])
            raise OilplanError(
                f"{where}: '{word}' is no target; expected a plant, kind, region or group, nearest first: {near}."
            )
        order += [i for i in known[word] if i not in order]
    return order


# From a plan to the table of numbers that the campaign follows.

MAX_PHASES = 4
"""Tables are padded to this many phases so that all directives share one compiled campaign."""
NEVER_D = 10_000.0
USUAL = -1.0
"""In a table: raids of the force's usual size."""


def takes_over(plan: Plan, first_day: int) -> int:
    """Day on which an arm leaves the raids as flown: ``first_day``, or its first phase's date where that is later."""
    return max(first_day, day_of(plan.phases[0].first_date))


def policy_of(plan: Plan, record: Record, system: TargetSystem, flown_t: np.ndarray, first_day: int) -> Policy:
    """The table of a plan.

    flown_t: [T, F, P] tons dropped as flown, for budgets "as_flown"
    first_day: day on which the arm takes over, see `takes_over`

    Raises OilplanError for an unknown target or more phases than `MAX_PHASES`, naming the plan and phase.
    """
    return Policy(*map(jnp.asarray, table_of(plan, words(record, system), system.n_plants, flown_t, first_day)))


def table_of(plan: Plan, known: dict[str, list[int]], n_plants: int, flown_t: np.ndarray, first_day: int) -> Policy:
    """The same in NumPy. known: of `words`"""
    if len(plan.phases) > MAX_PHASES:
        raise OilplanError(f"directive '{plan.name}': {len(plan.phases)} phases; at most {MAX_PHASES} are allowed.")
    rows = [
        _phase(phase, f"directive '{plan.name}', phase {n + 1}", known, n_plants, flown_t, first_day)
        | _history(phase, plan.is_replay)
        for n, phase in enumerate(plan.phases)
    ]
    while len(rows) < MAX_PHASES:
        rows.append({**rows[-1], "first_day": NEVER_D})
    columns: dict[str, Any] = {n: np.stack([row[n] for row in rows]).astype(np.float32) for n in Policy._fields}
    return Policy(**columns)


def _phase(phase: Phase, where: str, known: dict, n_plants: int, flown_t: np.ndarray, first_day: int) -> dict:
    by_force = {force: of_force(phase, force) for force in get_args(ForceName)}
    said = [by_force[op.force] for op in OPERATIONS]
    orders = [ranking(s.targets, known, where) for s in said]
    budgets = [_budget(s, flown_t[:, f], first_day) for f, s in enumerate(said)]
    bursts = phase.bursts
    return {
        "first_day": float(day_of(phase.first_date)),
        "listed": np.stack([np.isin(np.arange(n_plants), order) for order in orders]).astype(float),
        "outranks": np.stack([_outranks(order, n_plants) for order in orders]),
        "out_below": phase.out_below,
        "rest_d": phase.rest_d,
        "stop_at": -1.0 if phase.stop_when_national_share is None else phase.stop_when_national_share,
        "hold_at": -1.0 if phase.hold_national_share is None else phase.hold_national_share,
        "takes": np.array([[s.takes.cities, s.takes.transport, s.takes.other] for s in said]),
        "oil_share": np.array([[s.oil_share.instruments, s.oil_share.visual] for s in said]),
        "kept_t_per_month": np.array([s.kept_t_per_month for s in said]),
        "raid_t": np.array([USUAL if s.raid_t is None else s.raid_t for s in said]),
        "most_t": np.array([s.most_t for s in said]),
        "burst_d": bursts.days if bursts else 1.0,
        "cycle_d": bursts.every_days if bursts else 1.0,
        "budget_t": np.array([b[0] for b in budgets]),
        "even": np.array([b[1] for b in budgets]),
        "last_day": np.array([b[2] for b in budgets]),
    }


def _history(phase: Phase, replay: bool) -> dict:
    """Which forces fly the raids as flown, and which follow history's orders: [G] each."""
    follows = np.array([of_force(phase, force).fly != "as_planned" for force in get_args(ForceName)], float)
    return {"as_recorded": follows * replay, "as_ordered": follows * (not replay)}


def _outranks(order: list[int], n_plants: int) -> np.ndarray:
    """[P, Q] 1 where P comes before Q on the list."""
    place = np.full(n_plants, n_plants)
    place[order] = np.arange(len(order))
    return (place[:, None] < place[None, :]).astype(float)


def _budget(said: Said, flown_t: np.ndarray, first_day: int) -> tuple[float, float, float]:
    if said.budget is None:
        return NO_LIMIT_T, 0.0, float(N_DAYS)
    by = day_of(said.budget.by)
    tons = flown_t[first_day : by + 1].sum() if said.budget.tons_t == "as_flown" else said.budget.tons_t
    return float(tons), float(said.budget.even), float(by)


# Plans that may change every month.

PHASES = N_MONTHS
"""Tables are padded to a phase for every month, so that plans and games share one compiled campaign."""


def monthly_policy(
    months: Sequence[dict[ForceName, ForPhase]],
    first_month: int,
    record: Record,
    system: TargetSystem,
    flown_t: np.ndarray,
) -> Policy:
    """The table of a plan that may change every month.

    months: what each force does, from month ``first_month`` on; the last holds to the end; flown_t: [T, F, P]
    Raises OilplanError for an unknown target.
    """
    rows, known = [], words(record, system)
    for k, forces in enumerate(months):
        day = month_start_day(MONTHS[first_month + k])
        plan = Plan(name="month", about="One month of a plan.", phases=(Phase(force=forces),))
        row = table_of(plan, known, system.n_plants, flown_t, day)
        begins: Any = np.float32(day if k else 0.0)
        rows.append(Policy(*(a[0] for a in row))._replace(first_day=begins))
    columns: list[Any] = [np.stack(column) for column in zip(*rows, strict=True)]
    return padded(Policy(*columns))


def padded(policy: Policy) -> Policy:
    """A table of at most `PHASES` phases with phases added that never begin. NumPy throughout: a table of every length would
    else be compiled for."""
    n = len(policy.first_day)
    given = (np.asarray(a) for a in policy)
    filled = Policy(*(jnp.asarray(np.concatenate([a, np.repeat(a[-1:], PHASES - n, axis=0)])) for a in given))
    first_day = np.concatenate([np.asarray(policy.first_day), np.full(PHASES - n, NEVER_D, np.float32)])
    return filled._replace(first_day=jnp.asarray(first_day))
