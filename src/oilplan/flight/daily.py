"""Arms day by day: what a map and a month-by-month game show of a campaign.

Axes: D draws, T days, M months, P plants, F operations, G forces, S phases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from oilplan.directives.forces import FORCES

from ..clock import MONTHS, N_MONTHS, month_start_day
from ..directives.forces import FORCE_OF
from ..directives.plan import ForceName, ForPhase, Phase, Plan
from ..directives.policy import Policy
from ..directives.tables import NEVER_D, table_of, words
from ..model.accounts import account, monthly
from ..model.rail import strained_log
from ..model.target import MOTOR_FUEL, TargetSystem
from ..record import Record
from .arm_run import first_stock
from .campaign import Choice, Day
from .fly import Watch, flyer
from .force_facts import ForceFacts
from .worlds import Pairing

PHASES = N_MONTHS
"""Tables are padded to a phase for every month, so that plans and games share one compiled campaign."""


class DayByDay(NamedTuple):
    """What came of an arm. NumPy.

    share: [T, P] share of capacity delivered after overrun and rail, mean of the draws
    bombs_t: [T, G, P] tons dropped by force, mean of the draws; counted once where two works share a site
    aviation_t, stock_t: [D, M] aviation gasoline made in a month, and in stock at its end if consumed as recalled
    motor_t: [D, M] motor gasoline and diesel made in a month
    dropped_t, missing: [D, M, G] tons and aircraft by force
    believed, report_age_d: [M, P] what was believed on the first morning of a month in the first draw, and how old the last
        photograph was; believed_national: [M] of all plants together; empty where no beliefs are kept
    """

    share: np.ndarray
    bombs_t: np.ndarray
    aviation_t: np.ndarray
    stock_t: np.ndarray
    motor_t: np.ndarray
    dropped_t: np.ndarray
    missing: np.ndarray
    believed: np.ndarray = np.empty((0, 0))
    report_age_d: np.ndarray = np.empty((0, 0))
    believed_national: np.ndarray = np.empty(0)


def daily_runner(system: TargetSystem, facts: ForceFacts, *, beliefs: bool) -> Callable[[Choice, Pairing], DayByDay]:
    """The function that runs an arm on a pairing; compiled once per number of draws. beliefs: whether the first draw's are kept,
    two thirds of what a campaign is to remember"""
    watch = Watch("beliefs" if beliefs else "daily", _believing if beliefs else _watch, _counter(system), holds=False)
    fly = flyer(system, facts, watch)
    return lambda choice, pairing: fly(choice, pairing.flown, pairing)


BY_FORCE = np.eye(len(FORCES), dtype=np.float32)[FORCE_OF]
"""[F, G] 1 where an operation is of a force."""


def _watch(day: Day):
    sent = BY_FORCE.T @ jnp.mean(day.bombs_t, axis=0)
    dropped = jnp.sum(day.bombs_t, axis=2) @ BY_FORCE
    missing = jnp.sum(day.bombs_t * day.missing_per_t, axis=2) @ BY_FORCE
    return day.share, sent, dropped, missing, day.strain


def _believing(day: Day):
    return *_watch(day), day.belief.share[0], day.belief.report_age_d[0], day.belief.national[0]


def _counter(system: TargetSystem):
    """From the days of every draw to `DayByDay`."""
    window = system.window
    mornings = np.array([max(window.month_start_day(m), 0) for m in window.months])

    def one(share, dropped, missing, strain, p):
        made = account(share, system, p, strained_log(system.rail.recorded_log, strain, p))
        delivered = made.delivered.share * made.delivered.rail
        aviation = made.products_t[:, system.product(system.last_product)]
        motor = jnp.sum(made.products_t[:, np.asarray(system.columns(MOTOR_FUEL))], axis=1)
        return aviation, first_stock(made), motor, delivered, monthly(dropped, window), monthly(missing, window)

    def count(seen, p, first_day) -> DayByDay:
        del first_day
        share, sent, dropped, missing, strain, *beliefs = seen
        aviation, stock, motor, delivered, dropped_t, lost = jax.vmap(one, in_axes=(1, 1, 1, 1, 0))(
            share, dropped, missing, strain, p
        )
        kept: tuple[Any, ...] = (
            jnp.mean(delivered, axis=0),
            sent,
            aviation,
            stock,
            motor,
            dropped_t,
            lost,
            *(belief[mornings] for belief in beliefs),
        )
        return DayByDay(*kept)

    return count


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
