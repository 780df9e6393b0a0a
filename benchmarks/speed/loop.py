"""The compiled campaign by itself, over all plants and groups of the record, with the raids as flown."""

import time

import jax
import numpy as np

from oilplan.calibration.model import draw_prior
from oilplan.clock import N_DAYS, month_of_day
from oilplan.flight.as_flown import as_flown
from oilplan.flight.fly import BLOCK, drawn_flight, fly_blocks
from oilplan.flight.schedule import density_of_raids
from oilplan.model.engines import run_closed, slots
from oilplan.model.fast import EVERY_DAY, NODES
from oilplan.model.law import DEFAULT_LAW
from oilplan.model.oil import oil_system
from oilplan.model.rail import REICH
from oilplan.record import load_record

BLOCKS, REPEATS = 16, 6
BATCHES = (16, 32, 64)


def campaigns_per_s() -> dict:
    """Campaigns a second of all plants: months from a few days of each stretch, months from every day, days kept.

    ``months``: output by month, each quiet stretch read on a few days; ``months_of_every_day``: the same with every
    plant worked out on every day; ``share_of_every_day``: the share of every plant on every day written to memory.
    """
    record = load_record()
    system = oil_system(record)
    schedule = as_flown(record, system)
    return {
        "months": _months(system, schedule, NODES),
        "months_of_every_day": _months(system, schedule, EVERY_DAY),
        "share_of_every_day": _shares(system, schedule),
        "plants": system.n_plants,
        "raids": schedule.n_raids,
        "days": N_DAYS,
        "law": "closed form, 32 bits",
    }


def _months(system, schedule, nodes) -> int:
    fly = drawn_flight(system, schedule, np.array(month_of_day()), nodes)
    p = draw_prior(jax.random.key(1944), system, BLOCKS * BLOCK)
    return round(BLOCKS * BLOCK / _best_s(lambda: fly_blocks(fly, jax.random.key(1), p)))


def _shares(system, schedule) -> int:
    layout = slots(schedule.day, schedule.plant, system.n_plants, N_DAYS)

    @jax.jit
    @jax.vmap
    def fly(z, p):
        return run_closed(
            density_of_raids(z, schedule, system, p), layout, p, DEFAULT_LAW, system.rail.recorded_log[:, REICH]
        )

    rates = []
    for batch in BATCHES:
        keys = jax.random.split(jax.random.key(1944))
        z, p = jax.random.normal(keys[0], (batch, schedule.n_raids)), draw_prior(keys[1], system, batch)
        rates.append(batch / _best_s(lambda z=z, p=p: fly(z, p)))
    return round(max(rates))


def _best_s(work) -> float:
    jax.block_until_ready(work())
    laps = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        jax.block_until_ready(work())
        laps.append(time.perf_counter() - began)
    return float(np.min(laps))
