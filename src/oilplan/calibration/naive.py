"""Forecasts that know nothing of single plants: what the model must beat. Axes: draws, months ahead."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

N_DRAWS = 4000
SPREAD_FLOOR = 0.05
"""Smallest sd of the logarithm granted to a naive forecast fitted to very few months."""


def persistence(history_t: np.ndarray, n_ahead: int, rng: np.random.Generator) -> np.ndarray:
    """[N_DRAWS, n_ahead] the last month repeated, with the spread of month-to-month changes growing as a random walk."""
    changes = np.diff(np.log(np.maximum(history_t, 1.0)))
    sd = max(float(np.std(changes)), SPREAD_FLOOR) * np.sqrt(np.arange(1, n_ahead + 1))
    return history_t[-1] * np.exp(sd * rng.standard_normal((N_DRAWS, n_ahead)))


def trend(history_t: np.ndarray, n_ahead: int, rng: np.random.Generator) -> np.ndarray:
    """[N_DRAWS, n_ahead] straight line through the logarithms, with the spread of its residuals."""
    months = np.arange(len(history_t))
    logs = np.log(np.maximum(history_t, 1.0))
    slope, start = np.polyfit(months, logs, 1)
    sd = _residual_sd(logs - (start + slope * months), 2)
    ahead = start + slope * np.arange(len(history_t), len(history_t) + n_ahead)
    return np.exp(ahead + sd * rng.standard_normal((N_DRAWS, n_ahead)))


def tonnage_regression(
    history_t: np.ndarray, tonnage_t: np.ndarray, n_ahead: int, rng: np.random.Generator
) -> np.ndarray:
    """[N_DRAWS, n_ahead] log output on tons dropped on oil in the month and the month before, given the tons as flown.

    tonnage_t: [len(history) + n_ahead] tons a month on the plants of the model.
    """
    before = np.concatenate([[0.0], tonnage_t[:-1]])
    design = np.column_stack([np.ones_like(tonnage_t), tonnage_t, before]) / np.array([1.0, 1e4, 1e4])
    n = len(history_t)
    logs = np.log(np.maximum(history_t, 1.0))
    weights, *_ = np.linalg.lstsq(design[:n], logs, rcond=None)
    sd = _residual_sd(logs - design[:n] @ weights, 3)
    return np.exp(design[n : n + n_ahead] @ weights + sd * rng.standard_normal((N_DRAWS, n_ahead)))


def mean_of(forecasts: list[np.ndarray]) -> np.ndarray:
    """[N_DRAWS, n_ahead] draws of several forecasts averaged one by one: what a cautious staff would have taken."""
    return np.mean([np.sort(f, axis=0) for f in forecasts], axis=0)


def with_rail(forecast: Callable[[np.ndarray], np.ndarray], history_t: np.ndarray, rail: np.ndarray) -> np.ndarray:
    """A forecast of output per car placed, times the cars placed: what it is worth where the railways are known.

    forecast: function of a history to draws [N_DRAWS, n_ahead]; rail: [len(history) + n_ahead] cars placed, relative
    """
    n = len(history_t)
    return forecast(history_t / rail[:n]) * rail[None, n:]


def one_plant(history_t: np.ndarray, tonnage_t: np.ndarray, rail: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """[N_DRAWS, n_ahead] the whole country as one plant: a backlog that tons add to and a share of which is repaired a month.

        output = full * rail / (1 + backlog),  backlog' = (backlog + harm * tons) * kept

    tonnage_t, rail: [len(history) + n_ahead] tons on oil and cars placed a month. Harm, share kept and scatter are drawn
    from wide priors and weighted by how they fit the history.
    """
    n, many = len(history_t), 20 * N_DRAWS
    harm = 1e-4 * np.exp(rng.standard_normal(many))
    kept = 1.0 / (1.0 + np.exp(-rng.standard_normal(many)))
    sd = 0.25 * np.exp(0.5 * rng.standard_normal(many))
    backlog, made = np.zeros(many), np.empty((many, len(tonnage_t)))
    for m, tons in enumerate(tonnage_t):
        backlog = backlog + harm * tons
        made[:, m] = history_t[0] * rail[m] / (1.0 + backlog)
        backlog = backlog * kept
    miss = np.log(np.maximum(history_t, 1.0)) - np.log(made[:, :n])
    log_weight = -0.5 * np.sum((miss / sd[:, None]) ** 2, axis=1) - n * np.log(sd)
    weight = np.exp(log_weight - log_weight.max())
    rows = rng.choice(many, N_DRAWS, p=weight / weight.sum())
    return made[rows, n:] * np.exp(sd[rows, None] * rng.standard_normal((N_DRAWS, len(tonnage_t) - n)))


def _residual_sd(residuals: np.ndarray, n_weights: int) -> float:
    free = max(len(residuals) - n_weights, 1)
    return max(float(np.sqrt(np.sum(residuals**2) / free)), SPREAD_FLOOR)
