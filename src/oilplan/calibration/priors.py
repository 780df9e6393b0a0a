"""The unknowns before the record of output is seen: one row each, with its source and what it means.

Every scalar prior is lognormal (median, sd of the logarithm) but for the day of the crews, which is normal.
What was judged, not found, says "judgement". Several judgements, and the form of the laws, were settled while looking
at hindcasts: a hindcast with them is a test of the model on months it was not fitted to, not a blind forecast.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from ..model.parameters import Parameters
from ..model.target import TargetSystem


class Prior(NamedTuple):
    """name: field of `Parameters`; centre: median; spread: sd of the log (of the value for "normal"); form: lognormal or normal."""

    name: str
    centre: float
    spread: float
    source: str
    form: str = "lognormal"


PRIORS = (
    Prior(
        "hit_visual",
        0.268,
        0.2,
        "1,069 of 3,993 tons inside three plants, Eighth visual [record: target_systems, hits_in_plant_eighth_visual]",
    ),
    Prior(
        "hit_instrument",
        0.03,
        0.4,
        "5.4 percent inside the fence on full instruments, a fifth of visual; within 1,000 ft H2X had 0.2 to 4.4 percent"
        " by cloud against 30 visual, a tenth or less: the middle of the two ratios [record: target_systems, accuracy]",
    ),
    Prior(
        "hit_bomber_command",
        0.158,
        0.4,
        "15.8 percent, night pathfinder marking, recalled [record: target_systems]; Nordstern 12 June 1944 32 percent"
        " [record: accuracy]",
    ),
    Prior(
        "heavy_bombs",
        1.5,
        0.3,
        "one 4,000 lb bomb a Lancaster, 35 percent of the tons at Leuna, where American bombs were rarely above 500 lb;"
        " British raids did more for their weight by the size of the bombs [record: accuracy, webster1961iii, p. 176 and"
        " levine1992, p. 151]; how much more is judgement, made knowing that the fit wanted 1.8",
    ),
    Prior(
        "kill_disruption",
        0.06,
        0.7,
        "430 tons at 27 percent stopped Leuna on 12 and 28 May 1944 [record: plant_output]; judgement",
    ),
    Prior(
        "kill_structure",
        0.025,
        0.7,
        "a raid like those of May 1944 on Zeitz and Böhlen was put at ten to sixteen weeks' output lost in June 1944"
        " [record: repair_effort, RE8 estimates]; judgement",
    ),
    Prior(
        "backlog_cap",
        5.0,
        0.4,
        "a wrecked works was put at ten to sixteen weeks' output lost [record: repair_effort, RE8]; judgement",
    ),
    Prior(
        "size_exponent",
        0.6,
        0.3,
        "0.6 is the usual exponent of plant size against capacity in process engineering; judgement",
    ),
    Prior("protection", 0.7, 0.7, "blast walls, smoke and emptied tanks from the summer of 1944; judgement"),
    Prior(
        "repair_disruption_per_d", 0.15, 0.5, "Leuna restarted in part 2 to 10 days after a raid [record: plant_output]"
    ),
    Prior(
        "gang_backlog_per_d",
        0.045,
        0.6,
        "the same estimates: ten weeks shut, three to four months to full work [record: repair_effort]; judgement",
    ),
    Prior("gang_full_backlog", 0.4, 0.4, "judgement"),
    Prior(
        "wear",
        0.02,
        1.0,
        "'after repeated bombings it took longer to repair the same amount of damage' [webster1961iii, p. 241];"
        " size by judgement",
    ),
    Prior("serial_exponent", 2.5, 0.25, "a chain of compressors, stalls and columns; judgement"),
    Prior(
        "crew_growth",
        1.0,
        0.7,
        "from the works' own men in May to 350,000 labourers by late autumn, yet a rebuilding took some six weeks from June 1944"
        " to March 1945 [record: repair_effort, speer, ehlers2009, p. 339] and Leuna's restarts 10, 6 and 2 days before the"
        " growth, 7 after it [record: plant_output]: between hardly any and threefold; judgement, made knowing the hindcasts",
    ),
    Prior(
        "crew_half_day",
        184.0,
        10.0,
        "men at work on repair: 150,000 by the end of September 1944, 300,000 in October, 350,000 by late autumn [record:"
        " repair_effort]: half of them about 1 October",
        form="normal",
    ),
    Prior(
        "repair_rail",
        1.0,
        0.5,
        "in proportion to cars, between half and twice: gangs, pipe and machines came by rail, and in January 1945 reserves"
        " were gone and each repair took longer [record: repair_effort, ehlers2009, p. 312]; judgement",
    ),
    Prior("pool_backlog", 2.0, 0.7, "judgement; used by the pooled law only"),
    Prior(
        "rail_exponent",
        1.4,
        0.21,
        "between 1, in proportion to cars, and 2: coal shipments fell from 7.4 to 2.7 million tons from August to December"
        " 1944 while cars loaded fell by 39 percent [record: target_systems, coal_shipments]; nine in ten between the two, as"
        " with the other ranges here (the spread was 0.5, half of it outside; found in looking for what widens the hindcasts)",
    ),
    Prior(
        "rail_effect_per_10kt",
        0.04,
        0.5,
        "cars placed in the Reich fell by a fifth to October 1944 and by a third to December while some 60,000 and 130,000 t"
        " fell on its railways [record: railway, effort_monthly]; how much of that was bombs is not known; judgement, made"
        " knowing the fall",
    ),
    Prior("rail_recovery_d", 150.0, 0.7, "between weeks for a yard and never for bridges and canals; judgement"),
    Prior(
        "rail_silesia",
        0.4,
        0.6,
        "with the Ruhr cut off Upper Silesia was the main source of hard coal until late January 1945 [record: railway];"
        " judgement",
    ),
    Prior(
        "rail_west",
        2.0,
        0.4,
        "hard coal placed in the Ruhr fell to 0.43 of April's in October 1944, all cars of the Reich to 0.82 [record:"
        " railway]",
    ),
    Prior(
        "rail_central",
        0.7,
        0.4,
        "brown coal fell to 0.82 in October 1944 and 0.69 in January 1945, all cars to 0.82 and 0.48; about Leuna it did not"
        " fall before January [record: railway]",
    ),
    Prior(
        "aviation_chain",
        1.2,
        0.12,
        "September 1944: all synthetic oil 5.4 percent of April, aviation gasoline of hydrogenation 3 percent"
        " [record: output]",
    ),
    Prior(
        "other_aviation_t_per_month",
        4700.0,
        0.25,
        "benzol and other small plants made 4,700 t in September 1944 [webster1961iii, p. 229 n. 1]",
    ),
    Prior(
        "release_per_month",
        0.22,
        0.25,
        "recalled consumption less output over stock, June to December 1944: 0.11 to 0.32 [record: stocks_and_use]",
    ),
    Prior(
        "raid_size_exponent",
        0.0,
        0.3,
        "whether a ton does more in a great raid (fires, crews and defences swamped) or less (smoke, overlapping craters)"
        " is open: centred on no effect; a spread of 0.3 lets a ton of a 20 t raid do half to twice one of a 200 t raid;"
        " judgement",
        form="normal",
    ),
    Prior(
        "raid_size_least_t",
        40.0,
        0.7,
        "raids of Mosquitoes of a few tons left no mark on output [record: raids, 119 of Bomber Command under 20 t];"
        " judgement; used by the law of a threshold only",
    ),
    Prior(
        "capacity_scale",
        1.0,
        0.05,
        "April's output is known to 4 percent or so, and not all of it was at full working; judgement",
    ),
    Prior(
        "substitute_share",
        0.15,
        0.5,
        "producer gas, benzol, alcohol; the record has no tonnage, only 200,000 to 500,000 generators [record:"
        " substitutes]; judgement",
    ),
)
REPAIR_PACE_SD = 0.2
"""Spread of the logarithm of a plant's own pace of repair: works had their own crews, spares and walls; judgement."""
AVIATION_MIX_STEP_SD = 0.1
"""Step a month of the logarithm of aviation gasoline's part in what plants make: it was 65 percent of hydrogenation
in April 1944, 42 in December and 30 in January 1945 [record: output]; the size of the step is judgement."""
AVIATION_SPLIT_SD = 0.6
"""Spread of the logarithm of a plant's aviation yield where none was looked up; judgement."""
SCALARS = tuple(p.name for p in PRIORS)


def draw_prior(key: Array, system: TargetSystem, n_draws: int) -> Parameters:
    """``n_draws`` draws of all unknowns from their priors; uses ``key`` up.

    Returns Parameters with a leading axis [D]; ``aviation_log_split`` is [D, P].
    """
    keys = jax.random.split(key, len(PRIORS) + 3)
    values = {p.name: _draw(k, p, n_draws) for k, p in zip(keys, PRIORS, strict=False)}
    split = AVIATION_SPLIT_SD * jax.random.normal(keys[-3], (n_draws, system.n_plants))
    pace = REPAIR_PACE_SD * jax.random.normal(keys[-2], (n_draws, system.n_plants))
    steps = AVIATION_MIX_STEP_SD * jax.random.normal(keys[-1], (n_draws, system.window.n_months)).at[:, 0].set(0.0)
    return Parameters(
        **values, aviation_log_split=split, repair_pace_log=pace, aviation_mix_log=jnp.cumsum(steps, axis=1)
    )


def _draw(key: Array, prior: Prior, n_draws: int) -> Array:
    z = jax.random.normal(key, (n_draws,))
    if prior.form == "normal":
        return prior.centre + prior.spread * z
    return prior.centre * jnp.exp(prior.spread * z)


def median_parameters(system: TargetSystem) -> Parameters:
    """The prior medians as one draw: a quick look and a start for the fit."""
    values = {p.name: jnp.asarray(p.centre) for p in PRIORS}
    none = jnp.zeros(system.n_plants)
    return Parameters(
        **values, aviation_log_split=none, repair_pace_log=none, aviation_mix_log=jnp.zeros(system.window.n_months)
    )
