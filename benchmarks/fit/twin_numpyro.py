"""The model in NumPyro as its manual would have it: a function of sample statements, and NUTS with its defaults."""

import time
from collections.abc import Callable

import jax
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS, init_to_median
from numpyro.infer.util import potential_energy

from oilplan.calibration.likelihood import DEGREES_OF_FREEDOM, Problem, spread
from oilplan.calibration.model import PRIORS, Unknowns, discrepancy_of
from oilplan.clock import N_MONTHS

from .compiling import compiling_s
from .day_loop import figures_of, predicted_figures
from .ours import with_slope
from .sampled import CHAINS, Sampled

NOTE = (
    "NUTS with its defaults (diagonal mass, acceptance 0.8, depth 10), init_to_median; chains in parallel, one a core;"
    " warm-up and draws in two calls, so that each is timed, which compiles twice"
)


def model(problem: Problem) -> None:
    """Standard normal unknowns, the campaign day by day, Student's t around every figure."""
    u = Unknowns(
        scalar=numpyro.sample("scalar", dist.Normal().expand([len(PRIORS)]).to_event(1)),
        split=numpyro.sample("split", dist.Normal().expand([problem.system.n_plants]).to_event(1)),
        pace=numpyro.sample("pace", dist.Normal().expand([problem.system.n_plants]).to_event(1)),
        mix=numpyro.sample("mix", dist.Normal().expand([N_MONTHS - 1]).to_event(1)),
        raid=numpyro.sample("raid", dist.Normal().expand([problem.schedule.n_raids]).to_event(1)),
        discrepancy=numpyro.sample("discrepancy", dist.Normal()),
    )
    record = figures_of(problem)
    mean = predicted_figures(u, problem)
    scale = spread(mean, record.error, record.full, discrepancy_of(u))
    numpyro.sample("figures", dist.StudentT(DEGREES_OF_FREEDOM, mean, scale), obs=record.value)


def energy(problem: Problem) -> Callable[[Unknowns], tuple[float, np.ndarray]]:
    """A compiled function from unknowns to the twin's potential and its slope [Q]."""
    return with_slope(lambda u: potential_energy(model, (problem,), {}, u._asdict()))


def sample(problem: Problem, *, warmup: int, draws: int, seed: int) -> Sampled:
    """Warm up, then draw. The first use of JAX in a process: every chain gets a device of its own."""
    numpyro.set_host_device_count(CHAINS)
    kernel = NUTS(model, init_strategy=init_to_median)
    mcmc = MCMC(
        kernel, num_warmup=warmup, num_samples=draws, num_chains=CHAINS, chain_method="parallel", progress_bar=False
    )
    began = time.perf_counter()
    mcmc.warmup(jax.random.key(seed), problem)
    warmed_up = jax.block_until_ready(mcmc.post_warmup_state)
    warm = time.perf_counter()
    mcmc.run(warmed_up.rng_key, problem, extra_fields=("num_steps", "diverging"))
    drawn, extra = mcmc.get_samples(group_by_chain=True), mcmc.get_extra_fields(group_by_chain=True)
    draws_of = Unknowns(*(np.asarray(drawn[name]) for name in Unknowns._fields))
    ended = time.perf_counter()
    compiled_s = compiling_s(began, ended)
    return Sampled(
        draws_of,
        np.asarray(extra["diverging"]),
        np.asarray(extra["num_steps"]),
        warmup,
        compiled_s,
        ended - began - compiled_s,
        ended - warm - compiling_s(warm, ended),
        NOTE,
    )
