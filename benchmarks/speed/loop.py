"""The compiled campaign by itself: all plants, all days, one draw after another in batches."""

import time

import jax
import numpy as np

from oilplan.calibration.effect import density
from oilplan.calibration.likelihood import DEFAULT_LAWS
from oilplan.calibration.priors import draw_prior
from oilplan.clock import N_DAYS
from oilplan.directives.as_flown import as_flown
from oilplan.record import load_record
from oilplan.system.closed import run_closed, slots
from oilplan.system.oil import oil_system

BATCHES, REPEATS = (32, 64, 128, 256), 10


def campaigns_per_s() -> dict:
    """Campaigns a second from raids to the share of every plant on every day, by batch; and the plants and days."""
    record = load_record()
    system = oil_system(record)
    schedule = as_flown(record, system)
    layout = slots(schedule.day, schedule.plant, system.n_plants, N_DAYS)

    @jax.jit
    @jax.vmap
    def fly(z, p):
        return run_closed(density(z, schedule, system, p), layout, p, DEFAULT_LAWS)

    rates = {}
    for batch in BATCHES:
        keys = jax.random.split(jax.random.key(1944))
        z, p = jax.random.normal(keys[0], (batch, schedule.n_raids)), draw_prior(keys[1], system, batch)
        rates[batch] = round(batch / _best_s(lambda z=z, p=p: fly(z, p)))
    return {"best": max(rates.values()), "by_batch": rates, "plants": system.n_plants, "raids": schedule.n_raids,
            "days": N_DAYS, "law": "closed form, 32 bits"}  # fmt: skip


def _best_s(work) -> float:
    jax.block_until_ready(work())
    laps = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        jax.block_until_ready(work())
        laps.append(time.perf_counter() - began)
    return float(np.min(laps))
