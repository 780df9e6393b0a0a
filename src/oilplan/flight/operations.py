"""From an order to raids flown: the one operations machine, for every arm, history's included.

Axes: D draws, F operations, P plants. All noise is named by draw, day, operation and plant, so that one more raid changes
no other, and arms that order the same fly the same.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.special import ndtri

from ..directives.forces import Forces
from ..directives.policy import Order
from ..intelligence.estimate import Belief

LEVELS = 256
"""Uniform noise is kept in bytes: a share is resolved to 1/256."""
NORMAL = ndtri((np.arange(LEVELS) + 0.5) / LEVELS).astype(np.float32)
PACES = (0.25, 4.0)
"""Range of tons a day over the usual in which a raid's size follows them."""
LIST_D = 7
"""Days for which a list of targets holds: the committees met weekly [record: directives, D05]."""


Drawn = Any
"""An array of JAX in a campaign, of NumPy where it is drawn, fitted and kept."""


class OperationsParameters(NamedTuple):
    """How operations go, one row a draw. Priors and sources: `oilplan.flight.operations_priors`.

    size_log_t, size_log_sd: [D, F] mean and sd of the log of a usual raid's tons; nuisance: [D, F] small raids a day
    size_by_pace: [D] power of a raid's size in the tons ordered on a day, over those of the fitted months; size_by_plant: [D]
    in the plant's output
    recalled: [D] share of ordered raids called back or given up, their bombs kept; diverted: [D] that bomb something else
    other_oil: [D] share of the diverted that find another oil target
    forecast: [D] share of days on which the sky foretold is the sky met; closed: [D] share of plant-days closed to attack
    regardless: [D] chance that a plant stays on the week's list though believed out
    order_d: [D] days from a report to an order; restrike_d: [D] mean days before a plant is attacked again
    """

    size_log_t: Drawn
    size_log_sd: Drawn
    nuisance: Drawn
    size_by_pace: Drawn
    size_by_plant: Drawn
    recalled: Drawn
    diverted: Drawn
    other_oil: Drawn
    forecast: Drawn
    closed: Drawn
    regardless: Drawn
    order_d: Drawn
    restrike_d: Drawn


class OperationsNoise(NamedTuple):
    """Uniform bytes, with a leading axis [T] before a day is taken. size, fate: [D, F, P]; closed, listed: [D, P]
    nuisance: [D, F]
    """

    size: Array
    fate: Array
    closed: Array
    listed: Array
    nuisance: Array


class Operated(NamedTuple):
    """What a day's orders came to. bombs_t: [D, F, P] tons dropped, whole raids; raids: [D, F, P] raids in strength, of which
    only a node of many works can have more than one; account_t: [D, F] tons of oil ordered and not yet flown; elsewhere_t: [D, F] of
    them dropped on other targets. A raid that scatters is one of bad luck: the luck of aim is drawn with the worlds.
    """

    bombs_t: Array
    raids: Array
    account_t: Array
    elsewhere_t: Array


def as_listed(belief: Belief, listed: Array, q: OperationsParameters, perfect: Array) -> Belief:
    """The belief as the week's list has it: some plants stay on it though believed out, unless the truth is known."""
    kept = (_uniform(listed) < q.regardless[:, None]) & (perfect == 0)
    return belief._replace(share=jnp.where(kept, 1.0, belief.share))


def exactly(order: Order, belief: Belief, forces: Forces, account_t: Array, noise, q, facts) -> Operated:
    """Every order flown to the ton: no operation, but smooth, for gradients and for tests of what follows it."""
    raids = (order.bombs_t > 0).astype(jnp.float32)
    return Operated(order.bombs_t, raids, account_t, jnp.zeros_like(account_t))


def operate(
    order: Order,
    belief: Belief,
    forces: Forces,
    account_t: Array,
    noise: OperationsNoise,
    q: OperationsParameters,
    facts: dict,
) -> Operated:
    """Fly whole raids from the tons ordered so far.

    account_t: [D, F] ordered and not yet flown; facts: [F] arrays smallest_t, largest_t, most_targets, lift_t, nuisance_t

    An operation that can fly attacks the first open plant of its list once its account holds a raid of usual size, then
    the next, as long as account, lift and the most targets of a day allow. A raid is recalled, diverted, or flown; its
    size is drawn from the force's own, within the smallest and largest it flew. The account may be overdrawn by part of a raid, to
    be made up by the next orders. Tons ordered while every plant is closed fall on other targets.
    """
    standby = order.bombs_t if order.standby is None else order.standby
    standby = standby * (forces.tons_t > 0)[:, :, None]
    open_ = standby * _open(belief, noise, q, forces.group)[:, None, :]
    ordered_t = jnp.sum(order.bombs_t, axis=2)
    any_open = jnp.max(open_, axis=2) > 0
    account_t = account_t + ordered_t * any_open
    lost_t = ordered_t * ~any_open
    wanted = (
        jnp.zeros_like(account_t) - 1.0 if order.raid_t is None else jnp.broadcast_to(order.raid_t, account_t.shape)
    )
    size_t, needed_t = _sizes(wanted, ordered_t, noise.size, q, facts)
    most_t = facts["lift_t"] if order.most_day_t is None else jnp.minimum(facts["lift_t"], order.most_day_t)
    raids, account_t, diverted_t = _raids(
        open_, size_t, needed_t, account_t, noise.fate, q, facts | {"lift_t": most_t}, forces
    )
    small_t = _nuisance(standby, noise, q, facts) * (raids == 0)
    return Operated(raids * size_t + small_t, raids, account_t, lost_t + diverted_t)


def _uniform(byte: Array) -> Array:
    return (byte.astype(jnp.float32) + 0.5) / LEVELS


def _open(belief: Belief, noise: OperationsNoise, q: OperationsParameters, group) -> Array:
    """[D, P] 1 where a plant can be attacked today: sky, smoke and the days that a restrike takes. Of many works one is open."""
    soon = jnp.exp(-belief.since_raid_d / q.restrike_d[:, None])
    shut = q.closed[:, None] + (1.0 - q.closed[:, None]) * soon
    return ((_uniform(noise.closed) > shut) | (jnp.asarray(group) > 0)).astype(jnp.float32)


def _sizes(wanted: Array, ordered_t: Array, byte: Array, q: OperationsParameters, facts: dict) -> tuple[Array, Array]:
    """[D, F, P] tons of a raid if it is flown, and [D, F] what an account must hold; wanted: [D, F], negative for usual."""
    pace = jnp.clip(ordered_t / facts["usual_day_t"], *PACES)
    usual = jnp.exp(q.size_log_t) * pace ** q.size_by_pace[:, None]
    needed_t = jnp.clip(jnp.where(wanted < 0, usual, wanted), facts["smallest_t"], facts["largest_t"])
    of_plant = jnp.asarray(facts["relative_output"])[None] ** q.size_by_plant[:, None]
    drawn = jnp.exp(q.size_log_sd[:, :, None] * jnp.asarray(NORMAL)[byte.astype(jnp.int32)]) * of_plant[:, None]
    size_t = jnp.clip(needed_t[:, :, None] * drawn, facts["smallest_t"][:, None], facts["largest_t"][:, None])
    return size_t, needed_t


class _Sent(NamedTuple):
    """A day so far. open_: [D, F, P] claims of plants still to be tried, as the bits of their numbers; raids: [D, F, P]; account_t, gone_t, day_t, sent: [D, F] owed,
    diverted, dropped, raids sent; more: whether another raid may go; n: rounds gone through."""

    open_: Array
    raids: Array
    account_t: Array
    gone_t: Array
    day_t: Array
    sent: Array
    more: Array
    n: Array


def _raids(open_, size_t, needed_t, account_t, byte, q, facts, forces: Forces):
    """Whole raids in order of claim. Returns raids [D, F, P], the account and the tons diverted [D, F].

    Rounds end when nowhere an account holds another raid: most days have few.
    """
    n_plants = open_.shape[2]
    places, group = np.arange(n_plants), jnp.asarray(forces.group) > 0
    one_site = np.eye(n_plants, dtype=bool)
    for neighbour in np.asarray(forces.neighbours):
        one_site[neighbour, places] = True

    fate = _fates(byte, q)

    def one(s: _Sent) -> _Sent:
        first = _first(s.open_)

        def of_first(a: Array) -> Array:
            return jnp.take_along_axis(a, first[:, :, None], axis=2)[:, :, 0]

        met, tons = of_first(fate), jnp.where(jnp.max(s.open_, axis=2) > 0, of_first(size_t), 0.0)
        could = (s.account_t >= needed_t) & (s.sent < facts["most_targets"]) & (tons > 0)
        goes = could & (s.day_t + tons <= facts["lift_t"])
        lost, elsewhere, hits = (goes & (met == how) for how in (AWAY, NEXT_BEST, HITS))
        spent = jnp.where(hits | lost, tons, 0.0)
        hit = (first[:, :, None] == places) & hits[:, :, None]
        done = jnp.asarray(one_site)[first] & ~(group & hit) & could[:, :, None]
        return _Sent(
            jnp.where(done, 0, s.open_),
            s.raids + hit,
            s.account_t - spent,
            s.gone_t + jnp.where(lost, tons, 0.0),
            s.day_t + spent,
            s.sent + (goes & ~elsewhere),
            jnp.any(could),
            s.n + 1,
        )

    none, nobody = jnp.zeros_like(account_t), jnp.zeros_like(open_)
    start = _Sent(
        jax.lax.bitcast_convert_type(open_, jnp.int32),
        nobody,
        account_t,
        none,
        none,
        none,
        jnp.asarray(True),
        jnp.asarray(0),
    )
    made = jax.lax.while_loop(lambda s: s.more & (s.n < facts["rounds"]), one, start)
    return made.raids, made.account_t, made.gone_t


def _first(lot: Array) -> Array:
    """[D, F] the first plant with the greatest of whole numbers [D, F, P]: `argmax`, which XLA does one number after the other.

    Positive numbers in binary floating point stand in the order of their bits.
    """
    places = np.arange(lot.shape[2], dtype=np.int32)
    return jnp.min(jnp.where(lot == jnp.max(lot, axis=2, keepdims=True), places, lot.shape[2] - 1), axis=2)


CALLED_BACK, AWAY, NEXT_BEST, HITS = range(4)


def _fates(byte: Array, q: OperationsParameters) -> Array:
    """[D, F, P] int32 what becomes of a raid, if ordered: called back, bombs another kind of target, another oil target, or hits."""
    fate = _uniform(byte)
    recalled, diverted, other = (a[:, None, None] for a in (q.recalled, q.diverted, q.other_oil))
    beyond = (recalled, recalled + diverted * (1.0 - other), recalled + diverted)
    return sum(((fate >= edge).astype(jnp.int32) for edge in beyond), jnp.zeros(fate.shape, jnp.int32))


def _nuisance(standby: Array, noise: OperationsNoise, q: OperationsParameters, facts: dict) -> Array:
    """[D, F, P] tons of small raids: Mosquitoes, strays and part formations, on any plant of the list."""
    goes = (_uniform(noise.nuisance) < q.nuisance) & (facts["nuisance_t"] > 0)
    lot = jnp.where(standby > 0, noise.fate.astype(jnp.int32) + 1, 0)
    first = _first(lot)[:, :, None] == np.arange(standby.shape[2])
    return jnp.where(first & (lot > 0) & goes[:, :, None], facts["nuisance_t"][:, None], 0.0)
