"""The directives of the argument. Each is a `Plan`; examples/directives holds the same in TOML."""

from __future__ import annotations

from ..units import t_from_short
from .plan import Bursts, BySighting, ForPhase, GivenUp, Phase, Plan

SITES_PER_MONTH = 2.5
T_PER_CITY = round(t_from_short(543_054) / 61)
"""Bombs on 61 German cities over their number [record: target_systems, bombs_on_61_cities]; the unit is not printed and
taken as short tons. The price of a city by history's average, not Harris's own."""
THIRD = 1 / 3
CITIES_ONLY = GivenUp(cities=1.0, transport=0.0, other=0.0)
BENZOL_LAST = ("eleven", "hydrogenation", "fischer_tropsch", "reforming", "ploesti", "refining", "tar", "benzol")
NEAR = ("ruhr", "rhineland")
"""Where Bomber Command's oil raids went when it chose: none of October and November 1944 lay beyond [record: claims_evidence, C29]."""

AS_FLOWN = Plan(
    name="as_flown",
    about="The raids as they were flown, with the doubt of each row.",
    phases=(Phase(fly="as_recorded"),),
)
AS_ORDERED = Plan(
    name="as_ordered",
    about="History's own orders, by class of target and month, flown by the machine that flies every arm.",
    phases=(Phase(fly="as_ordered"),),
)
PORTAL = Plan(
    name="portal",
    about="All that can reach a live plant goes to oil until it is believed out, then to the next.",
    phases=(Phase(targets=("all",)),),
)
PORTAL_BOMBER_COMMAND = Plan(
    name="portal_bomber_command",
    about="Portal's directive for Bomber Command alone; the Americans have history's orders.",
    phases=(Phase(fly="as_ordered", force={"bomber_command": ForPhase(fly="as_planned", targets=("all",))}),),
)
BUFTON = Plan(
    name="bufton",
    about="The eleven first, then the other synthetic plants and refineries, benzol last.",
    phases=(Phase(targets=BENZOL_LAST),),
)
HARRIS = Plan(
    name="harris",
    about="Bomber Command burns two and a half cities a month; oil of the Ruhr and Rhineland only when weather rules cities out.",
    phases=(
        Phase(
            fly="as_ordered",
            force={
                "bomber_command": ForPhase(
                    fly="as_planned",
                    targets=NEAR,
                    takes=CITIES_ONLY,
                    oil_share=BySighting(visual=0.0, instruments=1.0),
                    kept_t_per_month=SITES_PER_MONTH * T_PER_CITY,
                )
            },
        ),
    ),
)
EVEN_SPLIT = Plan(
    name="even_split",
    about="A third each to oil, communications and cities.",
    phases=(Phase(oil_share=BySighting(visual=THIRD, instruments=THIRD)),),
)
HALF_AND_STOP = Plan(
    name="half_and_stop",
    about="As Portal until half of the system is believed out, then only what holds it at half.",
    phases=(Phase(hold_national_share=0.5),),
)
CONCENTRATED_BURSTS = Plan(
    name="concentrated_bursts",
    about="History's own orders, carried out on four days of every fourteen.",
    phases=(Phase(fly="as_ordered", bursts=Bursts(days=4, every_days=14)),),
)
SPREAD_THIN = Plan(
    name="spread_thin",
    about="History's own orders, in the smallest raids that a force flew.",
    phases=(Phase(fly="as_ordered", raid_t=0),),
)
TEDDER = Plan(
    name="tedder",
    about="Oil's tons go to the railways and canals, with all that falls on them already.",
    phases=(
        Phase(takes=GivenUp(cities=0.0, transport=1.0, other=0.0), oil_share=BySighting(visual=0.0, instruments=0.0)),
    ),
)
BENZOL_EARLY = Plan(
    name="benzol_early",
    about="As Bufton, with benzol ahead of the eleven.",
    phases=(Phase(targets=("benzol", *BENZOL_LAST[:-1])),),
)

BUILT_IN = {
    plan.name: plan
    for plan in (
        AS_ORDERED,
        AS_FLOWN,
        PORTAL,
        PORTAL_BOMBER_COMMAND,
        BUFTON,
        HARRIS,
        EVEN_SPLIT,
        HALF_AND_STOP,
        CONCENTRATED_BURSTS,
        SPREAD_THIN,
        BENZOL_EARLY,
        TEDDER,
    )
}
"""Every built-in directive of the oil system by name. Arms against another system stand in its folder (`oilplan.systems`)."""
