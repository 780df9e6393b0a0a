"""Whether a band meets a recorded figure. The CRPS is `oilplan.calibration.predict.crps`."""

from __future__ import annotations

ROUNDING_T = 500.0
"""Half of the thousand tons to which the works print monthly output: a recorded 0 is anything below 500 t."""


def inside(low_t: float, high_t: float, recorded_low_t: float, recorded_high_t: float) -> bool:
    """Whether a recorded figure meets a band, to the printed thousand.

    low_t, high_t: ends of the modelled band, widened by `ROUNDING_T`; recorded_low_t, recorded_high_t: the figure, or
    the two ends where sources differ: then it is enough that some source's figure could lie in the band.
    """
    return low_t - ROUNDING_T <= recorded_high_t and recorded_low_t <= high_t + ROUNDING_T
