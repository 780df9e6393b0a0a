"""A bound that no directive can beat: for each draw, a linear programme over all raids that its forces could have
flown.

The planner of the bound knows everything: weather, luck, damage, repair. Why it holds, for one plant (a ton's density
is ``rho``):

* disruption ``d``: with ``X = -log(1 - d)`` a raid adds ``kill * rho`` exactly, and mending by a factor ``a`` gives
  ``X' <= a X``, since ``exp(-a X)`` is convex in ``a``. So ``X_t <= Y_t``, linear in all raids before.
* backlog ``b``: with ``W = -log(1 - b / cap)`` a raid adds ``kill * rho / cap`` exactly. A day of repair takes ``b``
  to ``r b``, with ``r`` at most that of the slowest pace that wear can bring; again ``W' <= r W``.
* share worked: ``(1 - d) / (1 + b ** n) >= exp(-Y - sigma W)``, with ``sigma`` the largest ratio of ``log(1 + b **
n)`` to
  ``W``. Aviation gasoline is that to the power ``chain``. So the share lost is at most ``1 - exp(-chain (Y + sigma
  W))``, concave in the tons: its tangents and its mean over a week (Jensen) only add to it.

The maximum over tons, within each day's tons and reach, is found with HiGHS.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, vstack

from .bound_facts import DrawFacts

TANGENTS = np.array([0.0, 0.15, 0.35, 0.6, 1.0, 1.5, 2.2, 3.2, 4.6, 7.0])
"""Points at which the concave loss is met; between them the bound is a little higher than it need be."""
WEEK_D = 7
SAFETY = 1.001
"""On the one number found by search (sigma)."""


def bound_t(facts: DrawFacts) -> float:
    """Most aviation gasoline [t] that the force could have denied in one draw, beyond what its sparing oil would.

    Raises RuntimeError when HiGHS finds no optimum.
    """
    useful = np.flatnonzero(facts.weight_t.sum(axis=0) > 0)
    week = np.arange(facts.effort.size) // WEEK_D
    blocks = [_plant(facts, k, week) for k in useful.tolist()]
    weights = np.stack([np.bincount(week, weights=facts.weight_t[:, k]) for k in useful])
    lost = _most_lost(facts, useful, blocks, weights)
    return lost - float(facts.weight_t.sum()) + facts.spared_t


def _plant(facts: DrawFacts, k: int, week: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Exponent of the loss bound of a plant, by week: what is fixed [W], and what a ton on each day adds [W, T, F]."""
    kernel, start = _kernel(facts, k)
    by_week = np.zeros((week.max() + 1, week.size))
    by_week[week, np.arange(week.size)] = 1.0
    by_week /= by_week.sum(axis=1, keepdims=True)
    mean = by_week @ kernel
    fixed = by_week @ start + mean @ facts.others[:, k]
    return fixed, mean[:, :, None] * facts.effect[None, :, :, k]


def _kernel(facts: DrawFacts, k: int) -> tuple[np.ndarray, np.ndarray]:
    """[T, S] exponent on day t of a unit of density on day s <= t, and [T] what the first morning's damage adds."""
    p, n = facts.p, facts.effort.size
    day = np.arange(n)
    mended = np.where(day[:, None] >= day, np.exp(-p["mend_disruption_per_d"] * (day[:, None] - day)), 0.0)
    logs = np.concatenate([[0.0], np.cumsum(np.log(repair_ratio(facts, k)))])[:n]
    kept = np.where(day[:, None] >= day, np.exp(np.minimum(logs[:, None] - logs, 0.0)), 0.0)
    cap = p["backlog_cap"]
    sigma = steepest(p)
    first_y = -np.log1p(-min(facts.disruption[k], 1 - 1e-9))
    first_w = -np.log1p(-min(facts.backlog[k] / cap, 1 - 1e-9))
    chain = p["aviation_chain"]
    kernel = chain * (p["kill_disruption"] * mended + sigma * p["kill_structure"] / cap * kept)
    return kernel, chain * (mended[:, 0] * first_y + sigma * kept[:, 0] * first_w)


def repair_ratio(facts: DrawFacts, k: int) -> np.ndarray:
    """[T] share of a backlog left after each day's repair at the slowest pace that wear could bring."""
    p = facts.p
    most = facts.others[:, k].sum() + (facts.tons_t[:, :, None] * facts.effect)[:, :, k].sum()
    inflicted = facts.inflicted[k] + p["kill_structure"] * most
    pace = p["gang_backlog_per_d"] / (1.0 + p["wear"] * inflicted)
    return np.exp(-pace * facts.effort)


def steepest(p: dict[str, float]) -> float:
    """Largest ratio of ``log(1 + b ** n)`` to ``W = -log(1 - b / cap)`` over all backlogs."""
    b = p["backlog_cap"] * np.linspace(1e-4, 1 - 1e-9, 20_000)
    ratio = np.log1p(b ** p["serial_exponent"]) / -np.log1p(-b / p["backlog_cap"])
    return SAFETY * float(ratio.max())


def _most_lost(facts: DrawFacts, useful: np.ndarray, blocks, weights: np.ndarray) -> float:
    """Maximum of the weighted loss: variables are tons by plant, day and operation, then exponent and loss by week."""
    n_weeks, n_tons = weights.shape[1], facts.tons_t.size
    exponent_rows, fixed = [], []
    elsewhere = csr_matrix((n_weeks, n_tons))
    for k, (constant, per_ton) in zip(useful, blocks, strict=True):
        here = csr_matrix(per_ton.reshape(n_weeks, n_tons))
        exponent_rows.append(hstack([here if j in (k, facts.neighbour[k]) else elsewhere for j in useful]))
        fixed.append(constant)
    n_z = useful.size * n_weeks
    eye, none = csr_matrix(np.eye(n_z)), csr_matrix((n_z, n_z))
    define = hstack([-vstack(exponent_rows), eye, none])
    cut = [hstack([csr_matrix((n_z, useful.size * n_tons)), -np.exp(-z) * eye, eye]) for z in TANGENTS]
    level = [np.full(n_z, 1 - np.exp(-z) - np.exp(-z) * z) for z in TANGENTS]
    share = hstack([csr_matrix(np.eye(n_tons))] * useful.size + [csr_matrix((n_tons, 2 * n_z))])
    cost = np.concatenate([np.zeros(useful.size * n_tons), np.zeros(n_z), -weights.ravel()])
    reached = np.concatenate([facts.effect[:, :, k].ravel() > 0 for k in useful])
    upper = np.concatenate([np.where(reached, np.inf, 0.0), np.full(n_z, np.inf), np.ones(n_z)])
    solved = linprog(cost, A_ub=vstack([share, *cut]).tocsr(), b_ub=np.concatenate([facts.tons_t.ravel(), *level]),
                     A_eq=define.tocsr(), b_eq=np.concatenate(fixed), bounds=np.stack([np.zeros_like(upper), upper], 1),
                     method="highs")  # fmt: skip
    if solved.status != 0:
        raise RuntimeError(f"HiGHS found no optimum: {solved.message}")
    return -float(solved.fun)
