"""Arms day by day: what a map and a month-by-month game show of a campaign.

Axes: D draws, T days, M months, P plants, F operations, G forces, S phases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from oilplan.directives.forces import FORCES

from ..clock import MONTHS, N_DAYS, N_MONTHS, month_end_day, month_start_day
from ..directives.forces import FORCE_OF
from ..directives.plan import ForceName, ForPhase, Phase, Plan
from ..directives.policy import Policy
from ..directives.tables import NEVER_D, policy_of
from ..model.accounts import monthly
from ..model.delivery import deliver
from ..model.stocks import FIRST_DAY, UNRATIONED_PER_MONTH, aviation_start_t, aviation_stock, use_as_flown_t
from ..model.target import TargetSystem
from ..record import Record
from .campaign import Choice, Flown, Parts, campaign
from .executable import kept_whole
from .worlds import Pairing

PHASES = N_MONTHS
"""Tables are padded to a phase for every month, so that plans and games share one compiled campaign."""


class DayByDay(NamedTuple):
    """What came of an arm. NumPy.

    share: [T, P] share of capacity delivered after overrun and rail, mean of the draws
    bombs_t: [T, G, P] tons dropped by force, mean of the draws; counted once where two works share a site
    aviation_t, stock_t: [D, M] aviation gasoline made in a month, and in stock at its end if consumed as recalled
    dropped_t, missing: [D, M, G] tons and aircraft by force
    believed, report_age_d: [M, P] what was believed on the first morning of a month in the draw asked for, and how old
        the last photograph was
    """

    share: np.ndarray
    bombs_t: np.ndarray
    aviation_t: np.ndarray
    stock_t: np.ndarray
    dropped_t: np.ndarray
    missing: np.ndarray
    believed: np.ndarray
    report_age_d: np.ndarray
    believed_national: np.ndarray


def daily_runner(record: Record, system: TargetSystem) -> Callable[[Choice, Pairing, int], DayByDay]:
    """The function that runs an arm on a pairing, with the belief of one draw; compiled once per number of draws."""
    compiled: dict[int, Callable] = {}
    use_t, start_t = use_as_flown_t(record), aviation_start_t(record)
    by_force = jnp.asarray(np.eye(len(FORCES))[FORCE_OF], jnp.float32)
    mornings = jnp.asarray([month_start_day(m) for m in MONTHS])
    count = jax.vmap(_supply(system, use_t, start_t), in_axes=(1, 0))

    def watch(day):
        sent = by_force.T @ jnp.mean(day.bombs_t, axis=0)
        dropped = jnp.sum(day.bombs_t, axis=2) @ by_force
        missing = jnp.sum(day.bombs_t * day.missing_per_t, axis=2) @ by_force
        belief = day.belief
        return day.share, sent, dropped, missing, belief.share, belief.report_age_d, belief.national

    def build(facts):
        fly = campaign(system, facts, Parts(), watch)

        def run(choice, chance, flown, p, key, draw):
            share, sent, dropped, missing, believed, age, national = fly(choice, chance, flown, p, key)
            aviation, stock, delivered = count(share, p)
            by_month = [
                monthly(jnp.moveaxis(a, 1, 2).reshape(N_DAYS, -1)).reshape(N_MONTHS, len(FORCES), -1)
                for a in (dropped, missing)
            ]
            return (
                jnp.mean(delivered, axis=0),
                sent,
                aviation,
                stock,
                *(jnp.moveaxis(a, 2, 0) for a in by_month),
                believed[mornings, draw],
                age[mornings, draw],
                national[mornings, draw],
            )

        return kept_whole(run, "daily", system, facts, use_t, start_t)

    def run(choice: Choice, pairing: Pairing, draw: int = 0) -> DayByDay:
        n_draws = pairing.chance.luck.shape[1]
        if n_draws not in compiled:
            compiled[n_draws] = build(pairing.facts)
        made = compiled[n_draws](choice, pairing.chance, pairing.flown, pairing.parameters, pairing.key, jnp.asarray(draw))
        return DayByDay(*(np.asarray(a) for a in made))

    return run


def _supply(system: TargetSystem, use_t: np.ndarray, start: float):
    """From one draw's days [T, P] to aviation gasoline by month, stock at its end, and share delivered by day."""
    use = jnp.asarray(use_t, jnp.float32)
    ends = jnp.asarray([month_end_day(m) - FIRST_DAY for m in MONTHS])

    def supply(share: Array, p):
        made = deliver(share, system, p)
        stock = aviation_stock(made.products[:, 0], use, start, UNRATIONED_PER_MONTH).stock_t
        at_end = jnp.where(ends < 0, start, stock[jnp.maximum(ends, 0)])
        return monthly(made.products[:, :1])[:, 0], at_end, made.share * made.rail

    return supply


def first_draws(pairing: Pairing, n: int) -> Pairing:
    """The first ``n`` draws of a pairing: a quick look at the same worlds."""
    chance = pairing.chance
    of_draws, of_days = ("missing", "operations"), ("luck", "error", "clear", "tons_t", "visual", "foretold", "noise")
    cut = chance._replace(**{name: jax.tree.map(lambda a: a[:n], getattr(chance, name)) for name in of_draws},
                          **{name: jax.tree.map(lambda a: a[:, :n], getattr(chance, name)) for name in of_days})  # fmt: skip
    return pairing._replace(
        parameters=jax.tree.map(lambda a: a[:n], pairing.parameters),
        chance=cut,
        flown=Flown(pairing.flown.density[:, :n], pairing.flown.bombs_t),
    )


def monthly_policy(
    months: Sequence[dict[ForceName, ForPhase]], first_month: int, record: Record, system: TargetSystem, flown_t: np.ndarray
) -> Policy:
    """The table of a plan that may change every month.

    months: what each force does, from month ``first_month`` on; the last holds to the end; flown_t: [T, F, P]
    Raises OilplanError for an unknown target.
    """
    rows = []
    for k, forces in enumerate(months):
        day = month_start_day(MONTHS[first_month + k])
        plan = Plan(name="month", about="One month of a plan.", phases=(Phase(force=forces),))
        row = policy_of(plan, record, system, flown_t, day)
        rows.append(Policy(*(a[0] for a in row))._replace(first_day=jnp.float32(day if k else 0.0)))
    return padded(Policy(*(jnp.stack(column) for column in zip(*rows, strict=True))))


def padded(policy: Policy) -> Policy:
    """A table of at most `PHASES` phases with phases added that never begin."""
    n = policy.first_day.shape[0]
    more = PHASES - n
    filled = Policy(*(jnp.concatenate([a, jnp.repeat(a[-1:], more, axis=0)]) for a in policy))
    return filled._replace(first_day=filled.first_day.at[n:].set(NEVER_D))
