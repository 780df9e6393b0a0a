"""Our own: the fast kernel with its quadrature, and the exact sum over days that every twin must equal."""

import jax
import jax.numpy as jnp
import numpy as np

from oilplan.flight.fly import BLOCK, block_flight, drawn_flight, fly_blocks
from oilplan.flight.schedule import density_of_raids
from oilplan.model.engines import run_closed, slots
from oilplan.model.law import DEFAULT_LAW, rail_share
from oilplan.model.parameters import Parameters, draws_last


def exact_months(problem, p: Parameters, z: np.ndarray) -> np.ndarray:
    """[D, M] tons by `run_closed` summed over days, in 64 bits. p: draws [D]; z: [D, R]."""
    system, schedule, month = problem
    layout = slots(schedule.day, schedule.plant, system.n_plants, problem.n_days)
    standing = np.arange(problem.n_days)[:, None] < system.overrun_day[None, :]
    member = np.eye(problem.n_months)[month].T

    def one(z, p):
        share = (
            run_closed(density_of_raids(z, schedule, system, p), layout, p, DEFAULT_LAW, np.log(problem.cars))
            * standing
        )
        railed = p.capacity_scale * share * rail_share(np.log(system.rail_index), p)
        return jnp.asarray(member) @ (railed @ jnp.asarray(system.all_products_t_per_day))

    with jax.enable_x64(True):
        p64 = Parameters(*(jnp.asarray(np.asarray(a), jnp.float64) for a in p))
        return np.asarray(jax.jit(jax.vmap(one))(jnp.asarray(z, jnp.float64), p64))


def fast_months(problem, p: Parameters, z: np.ndarray) -> np.ndarray:
    """[D, M] tons by the fast kernel with given luck. p: draws [D]; z: [D, R]."""
    fly, order = block_flight(*problem)
    return np.asarray(fly(jnp.asarray(z.T[order], jnp.float32), draws_last(p))).T


def prepare(problem, threads: int = 2):
    """A function ``fly(p, key)`` for many draws (a multiple of `BLOCK`): [D, M] tons, luck drawn inside."""
    fly = drawn_flight(*problem)
    return lambda p, key: fly_blocks(fly, key, p, threads).T


__all__ = ["BLOCK", "draws_last", "exact_months", "fast_months", "prepare"]
