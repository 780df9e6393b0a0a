"""Forecasts that know nothing of plants: what the model must beat."""

from __future__ import annotations

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


def tonnage_regression(history_t: np.ndarray, tonnage_t: np.ndarray, n_ahead: int, rng: np.random.Generator) -> np.ndarray:
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


def _residual_sd(residuals: np.ndarray, n_weights: int) -> float:
    free = max(len(residuals) - n_weights, 1)
    return max(float(np.sqrt(np.sum(residuals**2) / free)), SPREAD_FLOOR)
