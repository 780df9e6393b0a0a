"""The best weights found by gradient through the campaign."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..campaign import Choice, Day, Parts, campaign
from ..clock import N_MONTHS
from ..directives.operations import of_force
from ..directives.schedule import FORCES
from ..directives.weighted import Weights, follow_weights
from ..system.delivery import deliver
from ..system.output import AVIATION
from ..system.target import TargetSystem
from .paired import Pairing

STEPS, RATE = 60, 0.15
FIRST_OUT_LOGIT = -1.1
"""Start: a plant believed to work less than a quarter is out."""
SCALE_T = 1000.0


def best_weights(
    system: TargetSystem, pairing: Pairing, recorded: Choice, *, force: str, steps: int = STEPS,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[Weights, list[float]]:  # fmt: skip
    """Adam on the mean aviation gasoline delivered, from weights in proportion to output.

    recorded: the choice of the arm as flown, for intelligence and first day; force: the one that follows the weights

    Returns the weights of the best step and the mean tons delivered at every step.
    """
    fly = campaign(system, pairing.facts, Parts(directive=follow_weights), _share)

    def delivered(free, fixed: Weights):
        policy = fixed._replace(logit=free[0], out_logit=free[1])
        share = fly(recorded._replace(policy=policy), pairing.chance, pairing.flown, pairing.parameters, pairing.key)
        made = jax.vmap(lambda s, p: deliver(s, system, p).products[:, AVIATION].sum(), in_axes=(1, 0))
        return jnp.mean(made(share, pairing.parameters)) / SCALE_T

    value_and_slope = jax.jit(jax.value_and_grad(delivered))
    fixed = starting_weights(system, force)
    free = (fixed.logit, fixed.out_logit)
    adam = optax.adam(RATE)
    memory, best, history = adam.init(free), (np.inf, free), []
    for n in range(steps):
        value, slope = value_and_slope(free, fixed)
        history.append(float(value) * SCALE_T)
        best = min(best, (float(value), free), key=lambda pair: pair[0])
        move, memory = adam.update(slope, memory)
        free = optax.apply_updates(free, move)
        progress(n + 1, steps)
    return fixed._replace(logit=best[1][0], out_logit=best[1][1]), history


def starting_weights(system: TargetSystem, force: str) -> Weights:
    """Claims in proportion to aviation gasoline, the same every month."""
    claim = np.log(system.output_t_per_day[:, AVIATION] + 0.05 * system.output_t_per_day.sum(axis=1) + 1.0)
    logit = jnp.asarray(np.tile(claim, (N_MONTHS, 1)), jnp.float32)
    return Weights(logit, jnp.full(N_MONTHS, FIRST_OUT_LOGIT, jnp.float32), jnp.asarray(of_force(force), jnp.float32),
                   jnp.asarray([float(name != force) for name in FORCES], jnp.float32))  # fmt: skip


def _share(day: Day):
    return day.share
