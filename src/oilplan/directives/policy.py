"""An order of the day, on either side: what is bombed, and which plants the repair gangs go to first."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import day_of
from ..errors import OilplanError
from ..intelligence import Belief
from ..model.law import State, working_share
from ..model.parameters import Parameters
from ..record.effort import ARMY, CITIES, OIL, OTHER, TRANSPORT
from .forces import FORCE_OF, FORCES, Forces

OFFENSIVE_FROM = day_of("1944-05-12")
"""The Eighth's first raids on the synthetic works of Germany [record: raids, raid_calendar]: from here on history's orders on oil are
flown by the machine. What was flown before was flown without such an order, and stays as recorded."""
OUT_BELOW = 0.1
"""A plant believed to work less than a tenth is passed over. The built-in directives pass over one under a quarter; history raided
many that stood still. Judgement, settled while looking at history's orders beside the record."""
REST_D = 2.0
"""So is one raided in the last two days, as under the built-in directives."""
WORTH = 0.1
"""Weight of the gasoline that is believed to be made, beside the share of its class's tons that is not yet flown."""
GOOD_DAYS = 0.45
"""Of the days of operations still to come in a month, the share a staff counts on for one class of target: sky, targets and
failures take the others (`oilplan.flight.recorded_operations`: closed, recalled, diverted). Judgement, settled while looking at
history's orders beside the record."""
ROUNDED = 0.5
"""A class is attacked while at least half a usual raid is owed to it: tons are rounded to whole raids."""


def history_order(
    belief: Belief, forces: Forces, share: Array, raid_t: Array, going: Array, days: Array
) -> tuple[Array, Array]:
    """What the directives in force had each operation do today: tons by plant [D, F, P] and plants that may be attacked.

    share: [F] of history's tons that are ordered; raid_t: [F] tons of a raid, negative for the usual; going: [ ] whether attacks
    are made today; days: [ ] share of days on which they are

    What is still owed to the kinds of works this month is spread over the days of operations still expected. The works come first
    that are believed to work and of whose class's tons the least share is flown; within a class, the works of most gasoline
    that is believed: the weekly lists followed what photographs showed. Where the works that are wanted cannot be attacked, or are
    believed out, the tons go to others of their kind, the most productive first. Of many works some live.
    """
    given_t = forces.ordered_t * share[:, None]
    left = given_t - forces.flown_t
    of_kind = jnp.maximum(left @ forces.in_kind, 0.0)
    of_plant = np.eye(left.shape[2], dtype=np.float32)[:, forces.class_of]
    due = jnp.maximum(left, 0.0) @ of_plant
    due_to_kind = of_kind @ (forces.in_kind.T @ of_plant)
    usual = forces.usual_raid_t[None, :, None]
    least = (
        ROUNDED * jnp.where(raid_t < 0, forces.usual_raid_t, jnp.minimum(raid_t, forces.usual_raid_t))[None, :, None]
    )
    single = jnp.asarray(forces.group) == 0
    live = (belief.share > OUT_BELOW) & (belief.since_raid_d > REST_D) | ~single
    unflown = due / (given_t[:, forces.class_of] + usual)
    output = WORTH * forces.worth
    wanted = (due > least) * (unflown + output) + output * single
    working = (live * jnp.where(single, belief.share, 1.0))[:, None, :]
    claim = working * forces.reach * (due_to_kind > least) * going * wanted
    still_t = jnp.maximum(jnp.sum(of_kind, axis=2) - forces.waiting_t, 0.0)
    today = still_t / (1.0 + GOOD_DAYS * forces.later_d * days) * (forces.tons_t > 0)
    total = jnp.sum(claim, axis=2)
    share = claim / jnp.maximum(total, 1e-9)[:, :, None]
    return today[:, :, None] * share, claim


class Order(NamedTuple):
    """bombs_t: [D, F, P] tons that each operation is given for each plant; as_recorded: [G] 1 for a force that flies
    instead exactly the raids it flew on this day
    standby: [D, F, P] positive for plants that may be attacked, the first the highest; None for those with tons
    raid_t: [F] tons of a raid, 0 for the smallest a force flew, negative for its usual ones; None for usual ones
    most_day_t: [F] most tons of a day; None for all that the force can lift
    """

    bombs_t: Array
    as_recorded: Array
    standby: Array | None = None
    raid_t: Array | None = None
    most_day_t: Array | None = None


# Every directive as one table of numbers, and the one pure function that turns table, belief and forces into an order.
#
# A directive differs from another only in its numbers, so all of them share one compiled campaign.
# Axes: S phases, F operations, P plants, D draws, C classes of target given up (cities, transport, other).

GIVEN_UP = (CITIES, TRANSPORT, OTHER)
SAME_FORCE = (FORCE_OF[:, None] == FORCE_OF).astype(np.float32)
"""[F, F] 1 where two operations are of one force."""


class Policy(NamedTuple):
    """A directive in numbers. Every array has a leading axis of phases; a phase holds from its first day.

    first_day: [S] day number; as_recorded: [S, G] 1 for a force of `FORCES` that flies its raids as flown
    as_ordered: [S, G] 1 for a force that follows history's orders (`oilplan.directives.policy`)
    listed: [S, F, P] 1 where a plant is on the list; outranks: [S, F, P, Q] 1 where plant P comes before plant Q
    out_below: [S] believed share below which a plant is out and left alone; stop_at: [S] believed national share, as a
    month's mean, at or below which attacks stop for good (negative: never); hold_at: [S] believed national share at or below
    which they rest; rest_d: [S] days a plant is left alone after a raid; takes: [S, F, C] share of the tons of cities, transport and other that may go to oil
    oil_share: [S, F, 2] share of those tons that does, when sighting is by instruments and when it is visual
    kept_t_per_month: [S, F] tons a month that an operation's force keeps from oil before anything else
    raid_t, most_t: [S, F] tons of a raid before the next plant is attacked (0: as small as can be, all plants in turn;
    negative: the force's usual raid), and the most that is sent to one plant a day burst_d, cycle_d: [S] attacks only on the first ``burst_d`` days of every ``cycle_d``
    budget_t: [S, F] most tons on oil since the plan's first day; even: [S] 1 to spread the budget evenly until last_day
    last_day: [S] day by which the budget is meant to be used
    """

    first_day: Array
    as_recorded: Array
    as_ordered: Array
    listed: Array
    outranks: Array
    out_below: Array
    stop_at: Array
    hold_at: Array
    rest_d: Array
    takes: Array
    oil_share: Array
    kept_t_per_month: Array
    raid_t: Array
    most_t: Array
    burst_d: Array
    cycle_d: Array
    budget_t: Array
    even: Array
    last_day: Array


def follow(belief: Belief, forces: Forces, policy: Policy, key: Array) -> Order:
    """The order of the day under a directive. No built-in directive draws lots, so ``key`` stays unused.

    Every operation attacks its listed plants in order of rank, ``raid_t`` tons each, passing over plants that are
    believed out, cannot be reached or are being rested; what is left after the last is added to all, up to ``most_t``.
    With ``raid_t`` 0 the plant longest left alone comes first. Works on one site are one target: the first of them on
    the list stands for both. A force that follows history's orders has those of the month, in raids of ``raid_t``, within the bursts.
    """
    del key
    phase = jnp.sum(policy.first_day <= forces.day) - 1
    now = Policy(*(a[phase] for a in policy))
    targets = eligible(belief, forces, now)
    tons = oil_tons(belief, forces, now)
    bombs_t = _fill(tons, targets, now, forces.usual_raid_t)
    standby = targets * _place(belief, now) * (tons > 0)[:, :, None]
    if forces.flown_t is None:
        return Order(bombs_t, now.as_recorded, standby, now.raid_t)
    history, begun = now.as_ordered > 0, forces.day >= OFFENSIVE_FROM
    ordered_t, claim = history_order(
        belief,
        forces,
        jnp.max(now.oil_share, axis=1),
        now.raid_t,
        (begun & _in_burst(forces, now)).astype(jnp.float32),
        now.burst_d / now.cycle_d,
    )
    by_history = history[FORCE_OF]
    return Order(
        jnp.where(by_history[:, None], ordered_t, bombs_t),
        jnp.where(history & ~begun, 1.0, now.as_recorded),
        jnp.where(by_history[:, None], claim, standby),
        now.raid_t,
        jnp.where(by_history, forces.most_day_t, jnp.inf),
    )


follow.in_lanes = True  # type: ignore[attr-defined]  # of `oilplan.flight.lanes`: plants that no operation reaches do it no harm


def _place(belief: Belief, now: Policy) -> Array:
    """[D, F, P] height on the list: by rank, or by days left alone where all plants are attacked in turn."""
    by_rank = 1.0 + jnp.sum(now.outranks, axis=2)
    in_turn = 1.0 + belief.since_raid_d[:, None, :]
    return jnp.where((now.raid_t == 0)[:, None], in_turn, by_rank)


def eligible(belief: Belief, forces: Forces, now: Policy) -> Array:
    """[D, F, P] 1 where an operation may attack a plant today."""
    rested = (belief.since_raid_d > now.rest_d) | (jnp.asarray(forces.group) > 0)
    live = (belief.share > now.out_below) & rested
    open_ = live[:, None, :] * now.listed * forces.reach
    for neighbour in forces.neighbours:
        second = np.flatnonzero(neighbour != np.arange(open_.shape[2]))
        first = neighbour[second]
        shut = open_[:, :, first] * now.outranks[:, first, second]
        open_ = open_.at[:, :, second].multiply(1.0 - shut, unique_indices=True)
    return open_


def oil_tons(belief: Belief, forces: Forces, now: Policy) -> Array:
    """[D, F] tons that the directive gives to oil today, if there is a target.

    What a force keeps is the same share of its night and its day, whichever of them has the tons.
    """
    open_to_oil = forces.mix[:, OIL] + jnp.sum(forces.mix[:, GIVEN_UP] * now.takes, axis=1)
    of_force_t = jnp.sum(SAME_FORCE * forces.month_t * open_to_oil, axis=1)
    kept = jnp.clip(now.kept_t_per_month / jnp.maximum(of_force_t, 1e-6), 0.0, 1.0)
    share = now.oil_share[:, 0] + forces.visual * (now.oil_share[:, 1] - now.oil_share[:, 0])
    tons = forces.tons_t * open_to_oil * (1.0 - kept) * share
    live = (belief.lowest > now.stop_at) & (belief.national > now.hold_at)
    going = live[:, None] & _in_burst(forces, now)
    return jnp.minimum(tons * going, _allowed_by_budget(forces, now))


def _in_burst(forces: Forces, now: Policy) -> Array:
    return jnp.mod(forces.day - now.first_day, now.cycle_d) < now.burst_d


def _allowed_by_budget(forces: Forces, now: Policy) -> Array:
    """[D, F] tons of the budget that may go today; spread evenly over the days of operations left, within the bursts."""
    left = jnp.maximum(now.budget_t - forces.dropped_t, 0.0)
    days = 1.0 + jnp.maximum(now.last_day - forces.day, 0.0) * forces.usual * now.burst_d / now.cycle_d
    return jnp.where(now.even > 0, left / days, left)


def _fill(tons: Array, targets: Array, now: Policy, usual_t: Array | None) -> Array:
    """Share tons [D, F] among targets [D, F, P] by rank, a raid each; never more than there are."""
    raid_t = jnp.where(now.raid_t < 0, 400.0 if usual_t is None else usual_t, now.raid_t)
    number = jnp.sum(targets, axis=2)
    each = jnp.clip(tons / jnp.maximum(number, 1.0), raid_t, now.most_t)[:, :, None]
    before = jnp.einsum("dfp,fpq->dfq", targets, now.outranks)
    return targets * jnp.clip(tons[:, :, None] - before * each, 0.0, each)


# A directive in Python: a function of belief, forces and chance, flown by the same machine as every other.

OwnOrders = Callable[[Belief, Forces, Array], "Order | Array"]


def by_function(orders: OwnOrders) -> Callable[[Belief, Forces, Policy, Array], Order]:
    """A directive for the loop from a function of one's own.

    orders: takes Belief, Forces and a key of JAX; returns an `Order`, or its tons [D, F, P] alone. It is traced once, so it
    chooses by `jnp.where`, not by `if`.

    It is held to what binds every arm: tons are at least 0, on plants in reach, and of an operation no more than it can drop
    today on other than the armies' targets. Raises OilplanError while it is traced if it returns something else.
    """

    def directive(belief: Belief, forces: Forces, policy: Policy, key: Array) -> Order:
        del policy
        made = orders(belief, forces, key)
        order = made if isinstance(made, Order) else Order(made, jnp.zeros(len(FORCES)))
        shape = (*forces.tons_t.shape, jnp.shape(forces.reach)[1])
        try:
            bombs_t = jnp.broadcast_to(jnp.asarray(order.bombs_t, jnp.float32), shape)
        except (TypeError, ValueError):
            raise OilplanError(
                f"the directive {getattr(orders, '__name__', orders)} returned no tons of the shape {shape} (draws, "
                "operations, plants); expected such an array, or an oilplan.Order that holds one."
            ) from None
        return order._replace(bombs_t=_within_means(bombs_t, forces))

    return directive


def _within_means(bombs_t: Array, forces: Forces) -> Array:
    """[D, F, P] tons cut to plants in reach and, all plants alike, to what the operation has."""
    wanted_t = jnp.maximum(jnp.nan_to_num(bombs_t), 0.0) * forces.reach
    most_t = forces.tons_t * (1.0 - forces.mix[:, ARMY])
    return wanted_t * jnp.minimum(1.0, most_t / jnp.maximum(jnp.sum(wanted_t, axis=2), 1e-6))[:, :, None]


# The other side's directive: which plants the repair gangs go to first.
# Axes: D draws, P plants. The repairers know the true state of their own plants.

PRIORITIES = ("as_ordered", "aviation_first", "easiest_first", "optimal")
"""as_ordered: the pace that the record of 1944 shows, each plant with its own gangs; aviation_first: by aviation
gasoline at full working; easiest_first: by least work left; optimal: by output regained per gang-day (Smith's rule,
which finishes a list of jobs with the least weighted delay when nothing new is hit; new raids can make it second
best)."""
MOST_GANGS = 4.0
"""A plant cannot use more than this many times its own gangs; judgement."""
SHARPNESS = 2.0
"""Gangs go in proportion to the square of the priority score: firm, but no plant is left wholly alone; judgement."""
LEAST_WEIGHT = 1e-12
"""Keeps the quotient and its gradient finite in single precision when nothing is broken."""
BROKEN = 0.05
"""Share of output lost to structural damage below which a plant needs no gangs but its own."""


def priority(name: str) -> Array:
    """[4] one-hot of a priority. Raises ValueError for an unknown name."""
    if name not in PRIORITIES:
        raise ValueError(f"repair priority {name!r} is not known; expected one of {', '.join(PRIORITIES)}")
    return jnp.asarray([float(name == known) for known in PRIORITIES], jnp.float32)


def gangs(state: State, standing: Array, aviation_t: Array, output_t: Array, chosen: Array, p: Parameters) -> Array:
    """[D, P] gangs at every plant in units of its own, given who is served first.

    standing: [P] 1 for plants not yet overrun; aviation_t: [D, P] or [P] aviation gasoline at full working
    output_t: [P] all products; chosen: [4] one-hot

    Broken plants share the gangs of the broken plants, to the last man; no plant has more than `MOST_GANGS`. With
    `as_ordered`, and at plants that are not broken, every plant has its own: exactly 1.
    """
    lost = 1.0 - working_share(jnp.zeros_like(state.backlog), state.backlog, p)
    broken = (lost > BROKEN) * standing
    work = state.backlog * (1.0 + p.wear * state.inflicted) + LEAST_WEIGHT
    score = chosen[1] * aviation_t + chosen[2] / work + chosen[3] * output_t * lost / work
    weight = broken * (score + 1e-6) ** SHARPNESS
    number = jnp.sum(broken, axis=1, keepdims=True)
    share = weight / jnp.maximum(jnp.sum(weight, axis=1, keepdims=True), LEAST_WEIGHT)
    sent = jnp.minimum(share * number, MOST_GANGS) * broken
    room = (MOST_GANGS - sent) * broken
    left = number - jnp.sum(sent, axis=1, keepdims=True)
    sent = sent + left * room / jnp.maximum(jnp.sum(room, axis=1, keepdims=True), LEAST_WEIGHT)
    return jnp.where((chosen[0] > 0) | (broken == 0), 1.0, sent)
