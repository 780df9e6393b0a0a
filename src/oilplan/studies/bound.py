"""A bound that no directive can beat: for each draw, a linear programme over all raids that its force could have flown.

Why it holds. Take any raids within the rules, and beside them the campaign had the force spared oil ("spared"), which is known
exactly. For one plant, let ``x`` be by how much ``X = -log(1 - d)`` stands above its spared value, ``w`` the same of
``W = -log(1 - b / cap)``, ``i`` of what was ever inflicted. All three begin at 0 and stay at or above it.

* A raid of density ``rho`` adds exactly ``kill_disruption * rho`` to ``x``, ``kill_structure * rho / cap`` to ``w``,
  ``kill_structure * rho`` to ``i``.
* A night of repair takes ``d`` to ``a d``: ``X`` goes through ``f_a(X) = -log(1 - a (1 - exp(-X)))``, which is concave, so ``x``
  goes to at most ``f_a'(spared X) * x``.
* It takes ``b`` to ``r b``, where ``r = exp(-effort * pace)`` grows with wear. ``f_r`` is concave and its slope grows with ``r``,
  so ``w`` goes to at most ``f_r'(spared W) * w`` with ``r`` at the most that can have been inflicted, and what wear adds at
  the spared ``W`` is at most its largest slope in ``i``, times ``i``. So ``x`` and ``w`` are at most linear in all raids before.
* Aviation gasoline is ``((1 - d) / (1 + b ** n)) ** chain``. So it is at least the spared tons times ``exp(-z)``, ``z = chain
  (x + sigma w)``, with ``sigma`` the steepest chord of ``log(1 + b ** n)`` over ``W`` from its spared value on.
* The loss of a week, ``sum of tons * (1 - exp(-z))``, is concave in ``z``: it is at most that of the week's mean ``z`` (Jensen),
  and its tangents lie above it.
* Raids are whole. ``1 - exp(-z)`` of several raids is at most the sum over the raids, and a raid of ``t`` tons, no less than the
  lower edge of its bracket, does by itself per ton at most what one at that edge does with the bracket's best effect per ton.
  (A law of raid size must rise or fall throughout a bracket, as all of `oilplan.model.density` do.)

The tons of each operation, in a bracket, on a day, on a site are the variables, 0 where the draw's weather, reach, closed plants,
recalls and diversions let no raid through; lift, targets of a day and one raid a day on a works bind them. Tons are saved up, and a
raid flies once an account holds as much as is asked for it, at least the smallest raid: so, by the end of each week, what was flown is
within what was open and one debt (the largest less the smallest raid), and a smallest raid for every raid is within what was open. Of the
small raids that go whatever is ordered, the planner names the plant.

What it leaves free, each of which can only raise it: luck, weather, failures and repair to come are known; variables may be parts of
raids; a raid's size is the planner's, not drawn; every raid but the last may stay in debt; a plant can be attacked again the next
day; a raid that bombs something else costs no tons; wear is taken at the most that all tons on one plant could have done; and railways
may get all of the force's oil tons, whatever falls on oil.

Axes: T days from the first day of the plan, F operations of the force, P plants, C columns (raids of a site), R plant-weeks.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import block_diag, csr_matrix, eye_array, hstack, vstack

from ..model.law import DEFAULT_LAW, State, aviation_share, pace_of_repair
from ..model.parameters import Parameters
from .bound_facts import DrawFacts

TANGENTS = np.array([0.0, 0.1, 0.2, 0.35, 0.5, 0.7, 0.95, 1.25, 1.6, 2.1, 2.8, 3.8, 5.0, 7.0])
"""Points at which the concave loss is met; between them the bound is a little higher than it need be."""
WEEK_D = 7
SAFETY = 1.001
"""On the one number found by search (sigma)."""
NEGLIGIBLE_T = 1.0
"""A week of a plant with less to lose is given up whole."""


def bound_t(facts: DrawFacts) -> float:
    """Most aviation gasoline [t] that the force could have denied in one draw, beyond what its sparing oil would, cars placed
    answering to what it takes from railways or gives them.

    It is for `DEFAULT_LAW`: damage that saturates, exponential repair, plants apart. Raises RuntimeError when HiGHS finds no optimum.
    """
    spared = _spared(facts)
    lost = _most_lost(facts, spared) if facts.weight_t.any() else 0.0
    return lost - float(spared.made_t.sum()) + facts.spared_t + facts.small_works_t


class _SparedDays(NamedTuple):
    """Every day had the force spared oil, cars placed being fewest. hurt: [T, P] after the raids; made_t: [T, P] aviation gasoline"""

    hurt: State
    made_t: np.ndarray


@jax.jit
def _walk(p: Parameters, first: State, others, effort):
    def day(state: State, today):
        hurt = DEFAULT_LAW.hit(state, today[0], p)
        return DEFAULT_LAW.rest(hurt, DEFAULT_LAW.quiet(1.0, today[1], p), p), (hurt, DEFAULT_LAW.share(hurt, p))

    return jax.lax.scan(day, first, (others, effort))[1]


def _spared(facts: DrawFacts) -> _SparedDays:
    with jax.enable_x64(True):
        p = jax.tree.map(lambda a: jnp.asarray(a, jnp.float64), facts.p)
        first = jax.tree.map(jnp.asarray, facts.first)
        hurt, share = _walk(p, first, jnp.asarray(facts.others), jnp.asarray(facts.effort))
        made = facts.weight_t * np.asarray(aviation_share(share, p))
    return _SparedDays(jax.tree.map(np.asarray, hurt), made)


def _kernel(facts: DrawFacts, spared: _SparedDays, k: int) -> np.ndarray:
    """[T, T'] most that a unit of density on day t' adds to a plant's ``z`` on day t."""
    p, hurt = facts.p, jax.tree.map(lambda a: a[:, k], spared.hurt)
    pace = p._replace(repair_pace_log=np.broadcast_to(p.repair_pace_log, facts.many.shape)[k])
    worn = hurt.inflicted + p.kill_structure * _most_density(facts, k)
    r = np.exp(-facts.effort * np.asarray(pace_of_repair(worn, pace), np.float64))
    a, broken = np.exp(-p.repair_disruption_per_d), np.minimum(hurt.backlog / p.backlog_cap, 1.0 - 1e-12)
    x = _carried(a * (1.0 - hurt.disruption) / (1.0 - a * hurt.disruption))
    w = _carried(r * (1.0 - broken) / (1.0 - r * broken))
    steepest_wear = (
        facts.effort * np.asarray(pace_of_repair(hurt.inflicted, pace)) * p.wear / (1 + p.wear * hurt.inflicted)
    )
    by_wear = broken / (1.0 - r * broken) * r * steepest_wear
    tomorrow = np.zeros_like(w)
    tomorrow[:, :-1] = np.tril(w)[:, 1:] * by_wear[:-1]
    worn_w = np.cumsum(np.tril(tomorrow, -1)[:, ::-1], axis=1)[:, ::-1]
    structure = p.kill_structure * (w / p.backlog_cap + worn_w)
    return p.aviation_chain * (p.kill_disruption * x + steepest(p, hurt.backlog)[:, None] * structure)


def _carried(slope: np.ndarray) -> np.ndarray:
    """[T, T'] product of the slopes of the nights from day t' to the day before t; 0 above the diagonal."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.maximum(slope, 1e-300)))])[:-1]
    return np.tril(np.exp(np.minimum(logs[:, None] - logs, 0.0)))


def _most_density(facts: DrawFacts, k: int) -> np.ndarray:
    """[T] most density of the force's own raids that a plant can have had by each day."""
    best = np.maximum.accumulate(facts.a_ton[:, :, :, k].max(axis=0), axis=0)
    tons_t = np.cumsum(facts.tons_t, axis=0) + facts.sizes_t[-1] * (facts.tons_t.sum(axis=0) > 0)
    lifted_t = np.cumsum(facts.most_t, axis=0)
    return (best * np.minimum(tons_t, lifted_t)).sum(axis=1) + np.cumsum(facts.small[:, :, k].sum(axis=1))


def steepest(p: Parameters, backlog: np.ndarray) -> np.ndarray:
    """[T] steepest chord of the logarithm of the share lost over ``W = -log(1 - b / cap)``, from backlogs [T] on."""
    n, cap = p.serial_exponent, p.backlog_cap
    start = np.minimum(backlog, cap * (1.0 - 1e-9))[:, None]
    b = start + (cap * (1.0 - 1e-9) - start) * np.linspace(1e-3, 1.0, 1000)
    rise = np.log1p(b**n) - np.log1p(start**n)
    chords = rise / np.maximum(np.log1p(-start / cap) - np.log1p(-b / cap), 1e-12)
    tangent = n * start[:, 0] ** (n - 1.0) / (1.0 + start[:, 0] ** n) * (cap - start[:, 0])
    return SAFETY * np.maximum(chords.max(axis=1), tangent)


class _Block(NamedTuple):
    """The raids that can fall on one site, C of them, and the plants there. exponent, alone: [R, C] what a unit of each adds to the
    mean ``z`` of a plant's week, and the most that it loses of it by itself; worth_t: [R] tons made in that week had the force spared
    oil; day, operation, bracket: [C], the last `SMALL` for a small raid, of which a unit is a raid, and not a ton"""

    exponent: np.ndarray
    alone: np.ndarray
    worth_t: np.ndarray
    day: np.ndarray
    operation: np.ndarray
    bracket: np.ndarray


SMALL = -1


def _block(facts: DrawFacts, spared: _SparedDays, site: list[int]) -> _Block:
    """Columns: tons in each bracket on each day a raid can go, and small raids."""
    density, at, day, operation, bracket = (list[np.ndarray]() for _ in range(5))

    def add(of_site: np.ndarray, unit: float, f: int, s: int) -> None:
        """of_site: [T, plants of the site] density of a unit"""
        days = np.flatnonzero(of_site.max(axis=1) > 0)
        density.append(of_site[days])
        day.append(days)
        for column, one in ((at, unit), (operation, f), (bracket, s)):
            column.append(np.full(days.size, one))

    for f in range(facts.tons_t.shape[1]):
        a_ton, edges_t = facts.a_ton[:, :, f][:, :, site], facts.sizes_t[:, f]
        for s in np.flatnonzero(np.diff(edges_t) > 0).tolist():
            add(np.maximum(a_ton[s], a_ton[s + 1]), edges_t[s], f, s)
        add(facts.small[:, f][:, site], 1.0, f, SMALL)
    columns = [np.concatenate(a) for a in (density, at, day, operation, bracket)]
    rows = [_weeks(facts, spared, k, columns[0][:, n], columns[1], columns[2]) for n, k in enumerate(site)]
    return _Block(*(np.concatenate(a) for a in zip(*rows, strict=True)), *columns[2:])


def _weeks(facts: DrawFacts, spared: _SparedDays, k: int, density, at, day) -> tuple[np.ndarray, ...]:
    """Rows of a `_Block` for one plant."""
    made_t = spared.made_t[:, k]
    week = np.arange(made_t.size) // WEEK_D
    by_week = csr_matrix((made_t, (week, np.arange(made_t.size))))
    worth_t = np.bincount(week, weights=made_t)
    added = _kernel(facts, spared, k)[:, day] * density
    share = 1.0 / np.maximum(worth_t, 1e-9)[:, None]
    return by_week @ added * share, by_week @ -np.expm1(-added * at) / at * share, worth_t


def _sites(facts: DrawFacts) -> list[list[int]]:
    """Plants that make aviation gasoline, those on one site together."""
    useful = np.flatnonzero(facts.weight_t.sum(axis=0) > 0)
    home = np.min([np.arange(facts.many.size), *facts.neighbours], axis=0)
    return [useful[home[useful] == site].tolist() for site in np.unique(home[useful])]


def _most_lost(facts: DrawFacts, spared: _SparedDays) -> float:
    """Maximum of the loss: variables are the raids of every site, then exponent and share lost by plant and week."""
    sites = _sites(facts)
    blocks = [_block(facts, spared, site) for site in sites]
    worth_t = np.concatenate([b.worth_t for b in blocks])
    kept = worth_t > NEGLIGIBLE_T
    exponent, alone = (block_diag([getattr(b, name) for b in blocks], "csr")[kept] for name in ("exponent", "alone"))
    rules, limits = _rules(facts, sites, blocks)
    n_z, n_raids = exponent.shape
    one, none, nothing = eye_array(n_z), csr_matrix((n_z, n_raids)), csr_matrix((n_z, n_z))
    tangents = [hstack([none, -np.exp(-z) * one, one]) for z in TANGENTS]
    level = [np.full(n_z, 1 - np.exp(-z) - np.exp(-z) * z) for z in TANGENTS]
    within_rules = hstack([rules, csr_matrix((rules.shape[0], 2 * n_z))])
    solved = linprog(
        np.concatenate([np.zeros(n_raids + n_z), -worth_t[kept]]),
        A_ub=vstack([within_rules, hstack([-alone, nothing, one]), *tangents]).tocsr(),
        b_ub=np.concatenate([limits, np.zeros(n_z), *level]),
        A_eq=hstack([-exponent, one, nothing]).tocsr(),
        b_eq=np.zeros(n_z),
        bounds=[(0.0, None)] * (n_raids + n_z) + [(0.0, 1.0)] * n_z,
        method="highs",
    )
    if solved.status != 0:
        raise RuntimeError(f"HiGHS found no optimum: {solved.message}")
    return -float(solved.fun) + float(worth_t[~kept].sum())


def _rules(facts: DrawFacts, sites: list[list[int]], blocks: list[_Block]) -> tuple[Any, np.ndarray]:
    """Rows over all raids, and what they may come to: see above."""
    n_days, n_f = facts.tons_t.shape
    day, f, bracket = (np.concatenate([getattr(b, name) for b in blocks]) for name in ("day", "operation", "bracket"))
    site = np.repeat(np.arange(len(sites)), [b.day.size for b in blocks])
    small, on_day, n = bracket == SMALL, day * n_f + f, day.size
    raids = np.where(small, 0.0, 1.0 / np.maximum(facts.sizes_t[bracket + 1, f], 1.0))

    def by_day(what: np.ndarray):
        return csr_matrix((what.astype(float), (on_day, np.arange(n))), shape=(n_days * n_f, n))

    alone = ~np.array([facts.many[of_site].any() for of_site in sites])[site]
    at = (site * n_days * n_f + on_day, np.arange(n))
    on_site = csr_matrix((raids * alone, at), shape=(len(sites) * n_days * n_f, n))
    ends = np.minimum(np.arange(WEEK_D, n_days + WEEK_D, WEEK_D), n_days)
    until = csr_matrix(np.kron((np.arange(n_days)[None, :] < ends[:, None]).astype(float), np.eye(n_f)))
    saved_t = np.cumsum(facts.tons_t, axis=0)[ends - 1]
    largest_debt_t = (facts.sizes_t[-1] - facts.sizes_t[0]) * (saved_t[-1] > 0)
    rows = [
        (by_day(~small), facts.most_t.ravel()),
        (by_day(raids), np.tile(facts.most_targets, n_days)),
        (on_site, np.ones(on_site.shape[0])),
        (by_day(small), np.ones(n_days * n_f)),
        (until @ by_day(~small), (saved_t + largest_debt_t).ravel()),
        (until @ by_day(raids * facts.sizes_t[0, f]), saved_t.ravel()),
    ]
    return vstack([a for a, _ in rows]), np.concatenate([limit for _, limit in rows])
