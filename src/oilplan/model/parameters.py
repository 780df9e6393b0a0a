"""The unknowns of the model, each with its unit. Priors and their sources are in `oilplan.calibration.model`."""

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
    heavy_bombs: Array
    """Effect of a ton of Bomber Command's bombs inside the fence over that of a ton of the Americans', which were smaller."""
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
    repair_rail: Array
    """Elasticity of repair to freight cars placed in the Reich: men, pipe and spares came by rail."""
    pool_backlog: Array
    """For the pooled law only: mean backlog at which shared gangs are stretched to half their pace."""
    rail_exponent: Array
    """Elasticity of delivery to the index of freight cars loaded."""
    rail_effect_per_10kt: Array
    """Fall of the log of cars loaded per 10,000 t on railways and canals of the Reich."""
    rail_recovery_d: Array
    """Days in which railways shake off all but 1/e of that strain."""
    rail_silesia: Array
    """Fall of the log of cars loaded with the loss of Upper Silesia."""
    rail_west: Array
    """Strain of the Ruhr's hard coal over that of the Reich."""
    rail_central: Array
    """Strain of brown coal over that of the Reich."""
    aviation_chain: Array
    """Aviation gasoline comes last in the chain: its share is the plant's share to this power."""
    other_aviation_t_per_month: Array
    """Aviation gasoline from benzol and other small plants, in April 1944 [t a month]."""
    aviation_log_split: Array
    """[P] log of each plant's aviation yield over its prior value; plants with a looked-up yield are 0."""
    release_per_month: Array
    """Share of the aviation stock that rationing releases in a month."""
    raid_size_exponent: Array
    """How the effect of a ton grows with the tons of its raid: ``(raid / 200 t) ** raid_size_exponent``; may be negative."""
    raid_size_least_t: Array
    """For the rival law of a threshold only: tons of a raid whose every ton does half of what it could."""
    capacity_scale: Array
    """True output of all plants at full working over the figures of April 1944."""
    repair_pace_log: Array
    """[P] log of each plant's own pace of repair over that of all."""
    aviation_mix_log: Array
    """[M] log of aviation gasoline's part in what plants make, month by month, over April 1944; 0 in April."""
    substitute_share: Array
    """Share of the need for motor gasoline that producer gas, benzol and alcohol can take over at most."""


def draws_last(p: Parameters) -> Parameters:
    """Draws [D, ...] with the draws as the last axis of every field, as the fast kernel wants them."""
    return Parameters(*(a.T for a in p))


def at_plants(p: Parameters, plant) -> Parameters:
    """Parameters for readings of plants: what each plant has of its own, taken for ``plant`` [N]."""
    return p._replace(repair_pace_log=p.repair_pace_log[plant])
