"""Straight coordinates for the pace of repair: the pace that the record tells is that of a plant already worn.

Pace and wear are told together, as ``gang / (1 + wear * inflicted)``: where wear is great the pace of a fresh plant must
be greater too, along a curve that no linear stretch follows. So chains walk on the pace after `INFLICTED` units of
damage in the fresh pace's stead. Only one unknown is shifted, by a function of another: volumes stay as they are.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from .priors import PRIORS, SCALARS

INFLICTED = 8.0
"""Damage at which pace and wear part: the fit to the whole record leaves no correlation between them there."""
_GANG, _WEAR = SCALARS.index("gang_backlog_per_d"), SCALARS.index("wear")


def bend(row: Array) -> Array:
    """[..., Q] unknowns (as `oilplan.calibration.whitening.flat` puts them) from straight coordinates [..., Q]."""
    return jnp.asarray(row).at[..., _GANG].add(_shift(row[..., _WEAR]))


def straighten(row: Array) -> Array:
    """The inverse of `bend`."""
    return jnp.asarray(row).at[..., _GANG].add(-_shift(row[..., _WEAR]))


def _shift(z_wear: Array) -> Array:
    """Standard deviations of the pace that wear at ``z_wear`` takes away, beyond its median."""
    wear = PRIORS[_WEAR]
    taken = jnp.log1p(INFLICTED * wear.centre * jnp.exp(wear.spread * z_wear)) - jnp.log1p(INFLICTED * wear.centre)
    return taken / PRIORS[_GANG].spread
