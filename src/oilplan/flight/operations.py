"""From an order to raids flown: the one operations machine, for every arm, history's included.

Axes: D draws, F operations, P plants. All noise is named by draw, day, operation and plant, so that one more raid changes
no other, and arms that order the same fly the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.special import ndtri

from ..directives.forces import Forces
from ..directives.policy import Order
from ..intelligence import Belief

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
    """How operations go, one row a draw. Priors and sources: `oilplan.flight.recorded_operations`.

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


class _Day(NamedTuple):
    """A day's raids, N = D F. size_t: [N, P] of a raid, if flown; fate: [N, P] bytes; needed_t, most, lift_t: [N] what an account must
    hold, most targets and most tons; edges: of `_fate_edges`, [N] each"""

    size_t: Array
    fate: Array
    needed_t: Array
    most: Array
    lift_t: Array
    edges: tuple[Array, ...]


class _Sent(NamedTuple):
    """A day so far. open_: [P, N] claims of plants to be tried, as the bits of their numbers; done, again: [N] the site that the last
    round leaves, and the plant of it that can have another raid, -1 for none; hits: [R, N] plant hit in each round, -1 for none
    account_t, gone_t, day_t, sent: [N] owed, diverted, dropped, raids sent; more: whether another raid may go; n: rounds gone through
    """

    open_: Array
    done: Array
    again: Array
    hits: Array
    account_t: Array
    gone_t: Array
    day_t: Array
    sent: Array
    more: Array
    n: Array


def _raids(open_, size_t, needed_t, account_t, byte, q, facts, forces: Forces):
    """Whole raids in order of claim. Returns raids [D, F, P], the account and the tons diverted [D, F].

    Rounds end when nowhere an account holds another raid, and do not begin where none does. Plants come first in them: XLA then
    looks through the claims of many operations at once.
    """
    shape, n_plants = account_t.shape, open_.shape[2]
    places = np.arange(n_plants, dtype=np.int32)
    site = np.min([places, *np.asarray(forces.neighbours)], axis=0).astype(np.int32)
    many = np.broadcast_to(forces.group, n_plants) > 0

    def flat(a: Array) -> Array:
        return jnp.broadcast_to(a, shape).reshape(-1)

    def fly(open_, account_t, day: _Day):
        none, nowhere = jnp.zeros_like(account_t), jnp.full(account_t.shape, -1, jnp.int32)
        claims = jnp.moveaxis(jax.lax.bitcast_convert_type(open_, jnp.int32), 2, 0).reshape(n_plants, -1)
        hits = jnp.full((facts["rounds"], account_t.size), -1, jnp.int32)
        begun = _Sent(claims, nowhere, nowhere, hits, account_t, none, none, none, jnp.asarray(True), jnp.int32(0))
        made = jax.lax.while_loop(
            lambda s: s.more & (s.n < facts["rounds"]), lambda s: _round(s, day, site, many), begun
        )
        raids = sum(jnp.where(hit.reshape(shape)[:, :, None] == places, 1.0, 0.0) for hit in made.hits)
        return raids, made.account_t, made.gone_t

    def stay(open_, account_t, day: _Day):
        return jnp.zeros_like(open_), account_t, jnp.zeros_like(account_t)

    edges = tuple(flat(edge[:, None]) for edge in _fate_edges(q))
    day = _Day(size_t, byte, flat(needed_t), flat(facts["most_targets"]), flat(facts["lift_t"]), edges)
    raids, account_t, gone_t = jax.lax.cond(
        jnp.any(account_t >= needed_t), fly, stay, open_, account_t.reshape(-1), day
    )
    return raids, account_t.reshape(shape), gone_t.reshape(shape)


def _round(s: _Sent, day: _Day, site: np.ndarray, many: np.ndarray) -> _Sent:
    """Every operation tries the first plant of its claims. site, many: [P] number of the site; whether a node is of many works"""
    places = np.arange(site.size, dtype=np.int32)[:, None]
    claims = jnp.where((s.done == site[:, None]) & (s.again != places), 0, s.open_)
    claim, first = _first(claims)

    def of_first(a: Array) -> Array:
        at = np.arange(first.size, dtype=np.int32) * site.size + first
        return a.reshape(-1).at[at].get(mode="promise_in_bounds")

    met, tons = _fate(of_first(day.fate), day.edges), jnp.where(claim > 0, of_first(day.size_t), 0.0)
    could = (s.account_t >= day.needed_t) & (s.sent < day.most) & (tons > 0)
    goes = could & (s.day_t + tons <= day.lift_t)
    lost, elsewhere, hits = (goes & (met == how) for how in (AWAY, NEXT_BEST, HITS))
    spent = jnp.where(hits | lost, tons, 0.0)
    return _Sent(
        claims,
        jnp.where(could, jnp.asarray(site)[first], -1),
        jnp.where(hits & jnp.asarray(many)[first], first, -1),
        s.hits.at[s.n].set(jnp.where(hits, first, -1)),
        s.account_t - spent,
        s.gone_t + jnp.where(lost, tons, 0.0),
        s.day_t + spent,
        s.sent + (goes & ~elsewhere),
        jnp.any(could),
        s.n + 1,
    )


def _first(lot: Array) -> tuple[Array, Array]:
    """[N] the greatest of whole numbers [P, N], and the first plant that has it: `argmax`, which XLA does one number after the
    other.

    Positive numbers in binary floating point stand in the order of their bits.
    """
    greatest, last = jnp.max(lot, axis=0), lot.shape[0] - 1
    places = np.arange(lot.shape[0], dtype=np.int32)[:, None]
    return greatest, jnp.min(jnp.where(lot == greatest, places, last), axis=0)


CALLED_BACK, AWAY, NEXT_BEST, HITS = range(4)


def _fate_edges(q: OperationsParameters) -> tuple[Array, ...]:
    """[D] shares of ordered raids that are called back; that, or bomb another kind of target; that, or another oil target."""
    return q.recalled, q.recalled + q.diverted * (1.0 - q.other_oil), q.recalled + q.diverted


def _fate(byte: Array, edges: Sequence[Array]) -> Array:
    """int32 what becomes of a raid, if ordered. byte: uniform; edges: of `_fate_edges`, each as ``byte``"""
    fate = _uniform(byte)
    return sum(((fate >= edge).astype(jnp.int32) for edge in edges), jnp.zeros(fate.shape, jnp.int32))


def _nuisance(standby: Array, noise: OperationsNoise, q: OperationsParameters, facts: dict) -> Array:
    """[D, F, P] tons of small raids: Mosquitoes, strays and part formations, on any plant of the list."""
    goes = (_uniform(noise.nuisance) < q.nuisance) & (facts["nuisance_t"] > 0)
    n_plants = standby.shape[2]
    lot = (noise.fate.astype(jnp.int32) + 1) * n_plants - np.arange(n_plants, dtype=np.int32)
    lot = jnp.where((standby > 0) & goes[:, :, None], lot, 0)
    drawn = (lot > 0) & (lot == jnp.max(lot, axis=2, keepdims=True))
    return jnp.where(drawn, facts["nuisance_t"][:, None], 0.0)
