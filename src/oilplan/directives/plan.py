"""A directive as a person writes it: what a TOML file may say, and the built-in directives of the argument.

A number is a number: neither true nor "2" stands for one, nor a number for a date.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator

from ..clock import FIRST_DATE, LAST_DATE
from ..errors import CONTROL
from ..units import t_from_short

NO_LIMIT_T = 1e9
"""Tons that no force has in any time. A table of 32-bit numbers holds it, and nothing times it is nothing."""
MOST_DAYS = 1000.0
"""Longer than the campaign, and less than the days since a raid that a plant never attacked is given."""


def _in_campaign(day: date) -> date:
    if not FIRST_DATE <= day <= LAST_DATE:
        raise ValueError(f"a date of the campaign, {FIRST_DATE} to {LAST_DATE}")
    return day


def _printable(text: str) -> str:
    if CONTROL.search(text):
        raise ValueError("text without control characters")
    return text


Share = Annotated[float, Field(ge=0.0, le=1.0, strict=True)]
Tons = Annotated[float, Field(ge=0.0, le=NO_LIMIT_T, strict=True)]
Days = Annotated[float, Field(ge=0.0, le=MOST_DAYS, strict=True)]
CampaignDate = Annotated[date, Field(strict=True), AfterValidator(_in_campaign)]
Targets = Annotated[tuple[Annotated[str, AfterValidator(_printable)], ...], Field(min_length=1)]
ForceName = Literal["bomber_command", "eighth_af", "fifteenth_af"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class BySighting(_Table):
    """Share of the tons open to oil that goes to it, by how the target can be sighted that day."""

    visual: Share = 1.0
    instruments: Share = 1.0


class GivenUp(_Table):
    """Share of the tons of other targets that is open to oil. Tactical and V-weapon targets are never given up."""

    cities: Share = 1.0
    transport: Share = 1.0
    other: Share = 1.0


class Bursts(_Table):
    """Attack only on the first ``days`` of every ``every_days``."""

    days: Annotated[Days, Field(gt=0.0)]
    every_days: Annotated[Days, Field(gt=0.0)]

    @model_validator(mode="after")
    def _fits(self):
        if self.days > self.every_days:
            raise ValueError(f"days no longer than every_days ({self.every_days:g})")
        return self


class Budget(_Table):
    """Tons for oil in all, used up by a date. ``tons_t`` may be "as_flown": the tons each operation dropped on oil
    from the first day of the arm to that date."""

    tons_t: Tons | Literal["as_flown"] = "as_flown"
    by: CampaignDate = date(1945, 2, 28)
    even: StrictBool = False


class ForPhase(_Table):
    """What a force does in a phase; every key may be given for a phase and overruled for one force."""

    fly: Literal["as_planned", "as_recorded", "as_ordered"] | None = None
    targets: Targets | None = None
    takes: GivenUp | None = None
    oil_share: BySighting | None = None
    kept_t_per_month: Tons | None = None
    raid_t: Tons | None = None
    most_t: Tons | None = None
    budget: Budget | None = None


class Phase(ForPhase):
    """A phase of a directive, from its date to the next phase; before the first phase all fly as recorded.

    ``stop_when_national_share`` ends attacks for good; ``hold_national_share`` lets them rest while the share believed is no
    higher, and go on when it is.
    """

    first_date: CampaignDate = FIRST_DATE
    out_below: Annotated[float, Field(ge=-1.0, le=1.0, strict=True)] = 0.25
    stop_when_national_share: Share | None = None
    hold_national_share: Share | None = None
    rest_d: Days = 2.0
    bursts: Bursts | None = None
    force: dict[ForceName, ForPhase] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _budgets_end_in_it(self):
        for said in (self, *self.force.values()):
            if said.budget and said.budget.by < self.first_date:
                raise ValueError(f"budget.by ({said.budget.by}) no earlier than first_date ({self.first_date})")
        return self


class Plan(_Table):
    """A directive: a name, a sentence, and phases in order of date.

    A force that flies "as_recorded" follows history's orders, as with "as_ordered"; a plan that has every force fly
    "as_recorded" in every phase is the replay of the raids as flown.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    about: Annotated[str, AfterValidator(_printable)]
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]

    @property
    def is_replay(self) -> bool:
        """Whether it orders nothing, but has the raids flown again as they were flown."""
        flown = [of_force(phase, force).fly for phase in self.phases for force in get_args(ForceName)]
        return set(flown) == {"as_recorded"}

    @model_validator(mode="after")
    def _in_order(self):
        dates = [phase.first_date for phase in self.phases]
        if dates != sorted(set(dates)):
            raise ValueError("phases in order of first_date, each date once")
        return self


class Said(NamedTuple):
    """What a force does in a phase, every word filled in; no budget is no limit."""

    fly: str
    targets: tuple[str, ...]
    takes: GivenUp
    oil_share: BySighting
    kept_t_per_month: float
    raid_t: float | None
    most_t: float
    budget: Budget | None


DEFAULTS = Said(
    "as_planned", ("all",), GivenUp(), BySighting(), kept_t_per_month=0.0, raid_t=None, most_t=2000.0, budget=None
)
"""What holds where neither the phase nor the force says: raids as large as the force's own; 2,000 t is the heaviest raid on an
oil plant [record: raids, homberg 2 November 1944]."""


def of_force(phase: Phase, force: ForceName) -> Said:
    """What a force does in a phase: its own words, else the phase's, else `DEFAULTS`."""
    own = phase.force.get(force, ForPhase())

    def word(name: str):
        said = (getattr(own, name), getattr(phase, name), getattr(DEFAULTS, name))
        return next((value for value in said if value is not None), None)

    return Said(*(word(name) for name in Said._fields))


# The directives of the argument. Each is a `Plan`; examples/directives holds the same in TOML.

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
        *(AS_ORDERED, AS_FLOWN, PORTAL, PORTAL_BOMBER_COMMAND, BUFTON, HARRIS, EVEN_SPLIT, HALF_AND_STOP),
        *(CONCENTRATED_BURSTS, SPREAD_THIN, BENZOL_EARLY, TEDDER),
    )
}
"""Every built-in directive of the oil system by name. Arms against another system stand in its folder (`oilplan.systems`)."""
