"""The model in PyMC as its gallery would have it: the campaign a JAX function wrapped in an operation with its slope."""

import time
from collections.abc import Callable

import jax
import numpy as np
import pymc as pm
import pytensor.tensor as pt
from pytensor.graph import Apply, Op

from oilplan.calibration.likelihood import DEGREES_OF_FREEDOM, Problem
from oilplan.calibration.model import DISCREPANCY_LOG_SD, DISCREPANCY_MEDIAN, PRIORS, Unknowns
from oilplan.clock import N_MONTHS

from .day_loop import figures_of, predicted_figures
from .sampled import CHAINS, Sampled

NOTE = (
    "pm.sample with its defaults (jitter+adapt_diag, acceptance 0.8, depth 10); chains in processes of their own, one a"
    " core; compiling_s lasts until the first draw is done"
)


class Campaign(Op):
    """[F] the model's value of every figure, from the scalars, the plants' yields and the luck of the raids."""

    def __init__(self, problem: Problem):
        def fly(scalar, split, pace, mix, raid):
            return predicted_figures(Unknowns(scalar, split, pace, mix, raid, None), problem)

        self.fly = jax.jit(fly)
        self.slope = CampaignSlope(jax.jit(lambda *u, pull: jax.vjp(fly, *u)[1](pull)))

    def make_node(self, *unknowns):
        return Apply(self, [pt.as_tensor_variable(a) for a in unknowns], [pt.dvector()])

    def perform(self, node, inputs, outputs):
        outputs[0][0] = np.asarray(self.fly(*inputs), np.float64)

    def grad(self, inputs, output_gradients):
        return self.slope(*inputs, output_gradients[0])


class CampaignSlope(Op):
    """The product of a row [F] with the slopes of every figure: one array for each kind of unknown."""

    def __init__(self, pull_back: Callable):
        self.pull_back = pull_back

    def make_node(self, *inputs):
        inputs = [pt.as_tensor_variable(a) for a in inputs]
        return Apply(self, inputs, [a.type() for a in inputs[:-1]])

    def perform(self, node, inputs, outputs):
        for cell, slope in zip(outputs, self.pull_back(*inputs[:-1], pull=inputs[-1]), strict=True):
            cell[0] = np.asarray(slope, np.float64)


def model(problem: Problem) -> pm.Model:
    """Standard normal unknowns, the campaign day by day, Student's t around every figure."""
    record = figures_of(problem)
    with pm.Model() as made:
        scalar = pm.Normal("scalar", shape=len(PRIORS))
        split = pm.Normal("split", shape=problem.system.n_plants)
        pace = pm.Normal("pace", shape=problem.system.n_plants)
        mix = pm.Normal("mix", shape=N_MONTHS - 1)
        raid = pm.Normal("raid", shape=problem.schedule.n_raids)
        discrepancy = DISCREPANCY_MEDIAN * pt.exp(DISCREPANCY_LOG_SD * pm.Normal("discrepancy"))
        mean = Campaign(problem)(scalar, split, pace, mix, raid)
        lost = 1.0 - pt.clip(mean / record.full, 0.0, 1.0)
        scale = pt.sqrt(record.error**2 + (discrepancy * lost * mean) ** 2)
        pm.StudentT("figures", nu=DEGREES_OF_FREEDOM, mu=mean, sigma=scale, observed=record.value)
    return made


def energy(problem: Problem) -> Callable[[Unknowns], tuple[float, np.ndarray]]:
    """A compiled function from unknowns to the twin's potential and its slope [Q]."""
    made = model(problem)
    compiled = made.compile_fn([made.logp(), made.dlogp()])

    def value_and_slope(u: Unknowns):
        value, slope = compiled(u._asdict())
        return -float(value), -np.asarray(slope)

    return value_and_slope


def sample(problem: Problem, *, warmup: int, draws: int, seed: int) -> Sampled:
    """Sample with PyMC's own defaults. Processes are not forked: JAX has threads, and a forked chain would hang."""
    began = time.perf_counter()
    with model(problem):
        trace = pm.sample(
            draws=draws,
            tune=warmup,
            chains=CHAINS,
            cores=CHAINS,
            random_seed=seed,
            progressbar=False,
            mp_ctx="forkserver",
            discard_tuned_samples=False,
            compute_convergence_checks=False,
        )
    seconds = time.perf_counter() - began
    about, warm = trace.sample_stats, trace.warmup_sample_stats
    ended = (about.perf_counter_start + about.perf_counter_diff).values[:, -1]
    sampling_s = float(np.max(ended - warm.perf_counter_start.values[:, 1]))
    drawn = Unknowns(*(trace.posterior[name].values for name in Unknowns._fields))
    return Sampled(
        drawn,
        about.diverging.values,
        about.n_steps.values,
        warmup,
        seconds - sampling_s,
        sampling_s,
        float(np.max(ended - about.perf_counter_start.values[:, 0])),
        NOTE,
    )
