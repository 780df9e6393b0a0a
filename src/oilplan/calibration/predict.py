"""What a fit predicts of the record's figures: the model, its own error, and the error of the figure."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from .bindings import FLOOR, Binding, of_kind
from .likelihood import DEGREES_OF_FREEDOM, Problem, campaign, full_value, predicted, spread
from .posterior import Posterior

PREDICTED_RELATIVE_ERROR = 0.07
"""Error granted to a figure not yet seen, whatever its provenance will be: that of a figure part looked up."""


class Predicted(NamedTuple):
    """Draws of figures. items: N figures; model: [D, N] the model's own value; drawn: [D, N] with errors added."""

    items: tuple[Binding, ...]
    model: np.ndarray
    drawn: np.ndarray


def predict(posterior: Posterior, whole: Problem, key) -> Predicted:
    """Draw every figure of ``whole`` from the posterior; uses ``key`` up. Draws are never below zero.

    whole: the problem of all raids and figures to be predicted (`problem` with the last day of the campaign), whose
    raids are a part of the posterior's schedule in the same order.
    """
    kinds = list(dict.fromkeys(b.kind for b in whole.items))

    @jax.jit
    def one(p, z, extra, key):
        made = campaign(z, p, whole)
        parts, drawn = [], []
        for n, kind in enumerate(kinds):
            mean = predicted(kind, of_kind(whole.items, kind), made, whole.system)
            error = jnp.sqrt((PREDICTED_RELATIVE_ERROR * mean) ** 2 + FLOOR[kind] ** 2)
            noise = jax.random.t(jax.random.fold_in(key, n), DEGREES_OF_FREEDOM, mean.shape, mean.dtype)
            parts.append(mean)
            drawn.append(jnp.maximum(mean + noise * spread(mean, error, full_value(kind, whole.system), extra), 0.0))
        return jnp.concatenate(parts), jnp.concatenate(drawn)

    keys = jax.random.split(key, posterior.n_draws)
    model, drawn = jax.lax.map(lambda a: one(*a), (posterior.parameters, posterior.raid_z, posterior.discrepancy, keys),
                               batch_size=25)  # fmt: skip
    ordered = tuple(b for kind in kinds for b in whole.items if b.kind == kind)
    return Predicted(ordered, np.asarray(model), np.asarray(drawn))


def crps(draws: np.ndarray, value: float) -> float:
    """Continuous ranked probability score of an ensemble: ``E|x - y| - E|x - x'| / 2``, in the unit of the figure."""
    x = np.sort(draws)
    n = len(x)
    between = np.sum((2 * np.arange(1, n + 1) - n - 1) * x) / n**2
    return float(np.mean(np.abs(x - value)) - between)
