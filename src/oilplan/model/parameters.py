"""The unknowns of the model, each with its unit. Priors and their sources are in `oilplan.calibration.priors`."""

from __future__ import annotations

from typing import NamedTuple

from jax import Array


class Parameters(NamedTuple):
    """One draw of the unknowns. Scalars unless an axis is given; all positive.

    Lethality is stated for a plant of Leuna's size (650,000 t a year): one ton inside its fence is one unit of
    density; a plant of another size is scaled by ``(capacity / 650,000) ** size_exponent``.
    """

    hit_visual: Array
    """Share of tons inside the plant fence, sighting visual."""
    hit_instrument: Array
    """Share of tons inside the plant fence, by H2X or other instruments."""
    hit_bomber_command: Array
    """Share of tons inside the plant fence, Bomber Command (marked night, Oboe and G-H by day)."""
    kill_disruption: Array
    """Disruption (power, gas, pipes) per ton of density."""
    kill_structure: Array
    """Backlog of structural repair per ton of density, in units of the backlog that halves output."""
    backlog_cap: Array
    """Largest backlog a plant can carry; a wreck is not wrecked twice."""
    size_exponent: Array
    """How the area to be hit grows with capacity."""
    protection: Array
    """Blast walls, smoke and dispersal inside the fence: lethality is divided by ``1 + protection`` at full effort."""
    repair_disruption_per_d: Array
    """Share of the disruption undone per day (exponential rate)."""
    gang_backlog_per_d: Array
    """Backlog worked off per day by full gangs before the order of 30 May 1944."""
    gang_full_backlog: Array
    """Backlog at which the gangs are fully employed; below it they work one after another."""
    wear: Array
    """Slowing of repair per unit of all backlog ever inflicted on the plant."""
    serial_exponent: Array
    """Sharpness of the fall of output with backlog: a process plant is a chain."""
    crew_growth: Array
    """Growth of repair effort: full effort is ``1 + crew_growth`` times the effort of spring 1944."""
    crew_half_day: Array
    """Day number on which half of that growth is reached."""
    pool_backlog: Array
    """For the pooled law only: mean backlog at which shared gangs are stretched to half their pace."""
    rail_exponent: Array
    """Elasticity of delivery to the index of freight cars loaded."""
    aviation_chain: Array
    """Aviation gasoline comes last in the chain: its share is the plant's share to this power."""
    other_aviation_t_per_month: Array
    """Aviation gasoline from benzol and other small plants, in April 1944 [t a month]."""
    aviation_log_split: Array
    """[P] log of each plant's aviation yield over its prior value; plants with a looked-up yield are 0."""
    release_per_month: Array
    """Share of the aviation stock that rationing releases in a month."""
    substitute_share: Array
    """Share of the need for motor gasoline that producer gas, benzol and alcohol can take over at most."""

    raid_size_exponent: Array | None = None
    """For `oilplan.model.density.power_of_size` only: how a raid's effect a ton grows with the raid."""
    raid_size_least_t: Array | None = None
    """For `oilplan.model.density.threshold_of_size` only: tons at which a raid is half as good a ton as a great one."""
