"""The other side's directive: which plants the repair gangs go to first.

Axes: D draws, P plants. The repairers know the true state of their own plants.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from ..model.law import State, working_share
from ..model.parameters import Parameters

PRIORITIES = ("as_ordered", "aviation_first", "easiest_first", "optimal")
"""as_ordered: the pace that the record of 1944 shows, each plant with its own gangs; aviation_first: by aviation
gasoline at full working; easiest_first: by least work left; optimal: by output regained per gang-day (Smith's rule,
which finishes a list of jobs with the least weighted delay when nothing new is hit; new raids can make it second
best)."""
MOST_GANGS = 4.0
"""A plant cannot use more than this many times its own gangs; judgement."""
SHARPNESS = 2.0
"""Gangs go in proportion to the square of the priority score: firm, but no plant is left wholly alone; judgement."""
LEAST_WEIGHT = 1e-12
"""Keeps the quotient and its gradient finite in single precision when nothing is broken."""
BROKEN = 0.05
"""Share of output lost to structural damage below which a plant needs no gangs but its own."""


def priority(name: str) -> Array:
    """[4] one-hot of a priority. Raises ValueError for an unknown name."""
    if name not in PRIORITIES:
        raise ValueError(f"repair priority {name!r} is not known; expected one of {', '.join(PRIORITIES)}")
    return jnp.asarray([float(name == known) for known in PRIORITIES], jnp.float32)


def gangs(state: State, standing: Array, aviation_t: Array, output_t: Array, chosen: Array, p: Parameters) -> Array:
    """[D, P] gangs at every plant in units of its own, given who is served first.

    standing: [P] 1 for plants not yet overrun; aviation_t: [D, P] or [P] aviation gasoline at full working
    output_t: [P] all products; chosen: [4] one-hot

    Broken plants share the gangs of the broken plants, to the last man; no plant has more than `MOST_GANGS`. With
    `as_ordered`, and at plants that are not broken, every plant has its own: exactly 1.
    """
    lost = 1.0 - working_share(jnp.zeros_like(state.backlog), state.backlog, p)
    broken = (lost > BROKEN) * standing
    work = state.backlog * (1.0 + p.wear * state.inflicted) + LEAST_WEIGHT
    score = chosen[1] * aviation_t + chosen[2] / work + chosen[3] * output_t * lost / work
    weight = broken * (score + 1e-6) ** SHARPNESS
    number = jnp.sum(broken, axis=1, keepdims=True)
    share = weight / jnp.maximum(jnp.sum(weight, axis=1, keepdims=True), LEAST_WEIGHT)
    sent = jnp.minimum(share * number, MOST_GANGS) * broken
    room = (MOST_GANGS - sent) * broken
    left = number - jnp.sum(sent, axis=1, keepdims=True)
    sent = sent + left * room / jnp.maximum(jnp.sum(room, axis=1, keepdims=True), LEAST_WEIGHT)
    return jnp.where((chosen[0] > 0) | (broken == 0), 1.0, sent)
