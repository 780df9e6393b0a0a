"""One day of a target system: bombs fall, the day's share is worked, gangs repair overnight."""

from __future__ import annotations

from jax import Array

from .damage import disrupt
from .output import working_share
from .parameters import Laws, Parameters
from .repair import mend_disruption
from .state import State


def hit(state: State, density_t: Array, p: Parameters, laws: Laws) -> State:
    """State after the day's raids. density_t: [P] tons inside the fence at Leuna's size."""
    backlog = laws.damage(state.backlog, density_t, p)
    return State(
        disruption=disrupt(state.disruption, density_t, p),
        backlog=backlog,
        inflicted=state.inflicted + p.kill_structure * density_t,
    )


def recover(state: State, effort_d: Array, dt_d: Array | float, p: Parameters, laws: Laws) -> State:
    """State after ``dt_d`` quiet days worth ``effort_d`` days of repair at the pace of spring 1944."""
    return State(
        disruption=mend_disruption(state.disruption, dt_d, p),
        backlog=laws.repair(state.backlog, state.inflicted, effort_d, p),
        inflicted=state.inflicted,
    )


def step(state: State, density_t: Array, effort_d: Array, p: Parameters, laws: Laws) -> tuple[State, Array]:
    """One day. Returns the state of the next morning and [P] the share each plant worked after the raids."""
    hurt = hit(state, density_t, p, laws)
    share = working_share(hurt.disruption, hurt.backlog, p)
    return recover(hurt, effort_d, 1.0, p, laws), share
