"""A visitor's choice as a directive in TOML, so that `oilplan compare` makes the same arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from ..clock import MONTHS, N_DAYS, date_of, day_of, month_index, month_start_day
from ..directives.plan import BUILT_IN, BySighting, ForceName, ForPhase, Phase, Plan, of_force
from ..directives.policy import PRIORITIES, priority
from ..directives.tables import monthly_policy, padded, policy_of, takes_over
from ..directives.toml_file import toml_of
from ..errors import OilplanError
from ..flight.arm_run import DayByDay
from ..flight.campaign import Choice
from ..flight.worlds import AIM_SD
from ..intelligence import perfect, photographic
from ..observation import camera
from ..studies.outcomes import on_railways
from .engine import Busy, Engine, MapWorld
from .limits import DRAWS, PREVIEW_DRAWS, too_many_draws
from .pages import WORDS


def as_toml(choice: MapChoice) -> str:
    """The text of a file that `oilplan.directives.toml_file.read_plan` reads back as the same directive."""
    said = zip(FORCE_NAMES, choice.directives, choice.shares, strict=True)
    phase = Phase(force={f.force: for_phase(directive, share, f.force) for f, directive, share in said})
    about = f"Chosen in the map room, from {choice.from_month}."
    return toml_of(Plan(name="my_directive", about=about, phases=(phase,)))


# From a visitor's choice to an arm of the engine.


def as_history(lab: MapWorld) -> Choice:
    """The raids as flown, to the end."""
    return _replayed(arm(lab, [_ordered()], month=0, first_day=N_DAYS))


def as_ordered(lab: MapWorld, from_month: str) -> Choice:
    """History's own orders from a month on, flown by the machine that flies every choice: what a choice is set against."""
    month = month_index(from_month)
    return arm(lab, [_ordered()], month, month_start_day(from_month))


def _ordered() -> dict[ForceName, ForPhase]:
    return {f.force: for_phase("as_ordered", 100, f.force) for f in FORCE_NAMES}


def _replayed(choice: Choice) -> Choice:
    policy = choice.policy
    replay = {"as_recorded": jnp.ones_like(policy.as_recorded), "as_ordered": jnp.zeros_like(policy.as_ordered)}
    return choice._replace(policy=policy._replace(**replay))


def of_choice(lab: MapWorld, choice: MapChoice) -> Choice:
    """The arm of a map room's choice."""
    said = zip(FORCE_NAMES, choice.directives, choice.shares, strict=True)
    forces = {f.force: for_phase(directive, share, f.force) for f, directive, share in said}
    month = month_index(choice.from_month)
    return arm(lab, [forces], month, month_start_day(MONTHS[month]), choice.intelligence, (choice.repairers,))


def of_plan(lab: MapWorld, plan: Plan, first_day: int) -> Choice:
    """The arm of a whole directive, in tables of the size of every other arm's. Raises OilplanError for its targets."""
    since = takes_over(plan, first_day)
    made = arm(lab, [_ordered()], month_index(str(date_of(first_day))[:7]), since)
    return made._replace(policy=padded(policy_of(plan, lab.record, lab.system, lab.flown_t, since)))


def arm(
    lab: MapWorld,
    months: list[dict[ForceName, ForPhase]],
    month: int,
    first_day: int,
    intelligence: str = "photographs",
    repairers: Sequence[str] = ("as_ordered",),
) -> Choice:
    """An arm whose forces do as ``months`` say from a month on, and whose repairers as ``repairers`` say; the last of
    either holds to the end. first_day: history before it."""
    served = [repairers[min(max(m - month, 0), len(repairers) - 1)] for m in range(len(MONTHS))]
    method = perfect if intelligence == "perfect" else photographic
    return Choice(
        policy=monthly_policy(months, month, lab.record, lab.system, lab.flown_t),
        method=method(lab.record, lab.system),
        camera=camera(),
        repair=jnp.asarray(np.stack([priority(name) for name in served])),
        first_day=jnp.float32(first_day),
        aim_log_sd=jnp.float32(AIM_SD),
    )


def run_choice(lab: MapWorld, choice: MapChoice, world: int = 0) -> DayByDay:
    """Fly a choice; history's orders where nothing differs from them. world: one of 1 to `DRAWS` alone; 0: all draws."""
    if choice.is_history:
        return history_of(lab, choice.from_month, choice.draws, world)
    return fly(lab, of_choice(lab, choice), choice.from_month, choice.draws, world)


def fly(lab: MapWorld, made: Choice, from_month: str, draws: int, world: int = 0) -> DayByDay:
    """Fly an arm, its railways answering to what it takes from them, as in `oilplan.studies.compare`.

    from_month: of history's orders that it is set against; world: as `run_choice`; only one world has its beliefs
    """
    ordered_t = history_of(lab, from_month, draws, world).dropped_t
    made = on_railways(made, ordered_t, lab.pairings[draws].facts, lab.flown_t)
    return lab.run_one(made, lab.war(world)) if world else lab.run(made, lab.pairings[draws])


STARTS_WITHIN_S = 600.0
"""For which the bases of all months wait for the engine."""
MOST_WARS_KEPT = 64
"""Single wars of history's orders kept, 0.3 MB each."""


def history_of(lab: MapWorld, from_month: str, draws: int, world: int = 0) -> DayByDay:
    """History's own orders from a month on, flown by the machine: the base of every choice from that month. Kept."""
    key = (from_month, draws, world)
    found = lab.ordered.get(key)
    if found is None:
        arm = as_ordered(lab, from_month)
        found = lab.run_one(arm, lab.war(world)) if world else lab.run(arm, lab.pairings[draws])
        lab.ordered[key] = found
        for old in [k for k in list(lab.ordered) if k[2]][:-MOST_WARS_KEPT]:
            lab.ordered.pop(old, None)
    return found


def fly_bases(engine: Engine) -> None:
    """Fly history's orders from every month that may be chosen, once the engine is ready, so that no visitor waits for them."""
    if not engine.wait(STARTS_WITHIN_S):
        return
    for month in MONTHS_OFFERED:
        with suppress(Busy):
            engine.answer(f"base {month}", partial(_base, month))


def _base(month: str, lab: MapWorld) -> tuple[int, ...]:
    return history_of(lab, month, DRAWS).dropped_t.shape


# What a visitor may choose, read from the address: names and whole numbers from fixed lists, nothing else.


class Force(NamedTuple):
    """A force as the address and the page call it. key: in the address; force: of `FORCES`; name: on the page."""

    key: str
    force: ForceName
    name: str


FORCE_NAMES = (
    Force("bc", "bomber_command", "Bomber Command"),
    Force("e8", "eighth_af", "Eighth Air Force"),
    Force("f15", "fifteenth_af", "Fifteenth Air Force"),
)
DIRECTIVES: dict[str, str] = WORDS["directives"]
"""Directives that can be chosen force by force, in words; `harris` is Bomber Command's alone."""
DOES: dict[str, str] = WORDS["does"]
"""The same as part of a sentence, after the name of a force."""
INTELLIGENCE: dict[str, str] = WORDS["intelligence"]
REPAIRERS: dict[str, str] = WORDS["repairers"]
SHARE_STEP = 10
FIRST_CHOICE, LAST_CHOICE = "1944-05", "1945-03"
MONTHS_OFFERED = tuple(m for m in MONTHS if FIRST_CHOICE <= m <= LAST_CHOICE)


class MapChoice(NamedTuple):
    """One arm of the map room. from_month: YYYY-MM from which the choice holds; directives, shares: by force, in the
    order of `FORCE_NAMES`; a share is percent of the tons that the directive would give to oil."""

    from_month: str
    directives: tuple[str, ...]
    shares: tuple[int, ...]
    intelligence: str
    repairers: str
    draws: int

    @property
    def is_history(self) -> bool:
        """Whether nothing differs from history."""
        return all(d == "as_ordered" for d in self.directives) and self.repairers == "as_ordered"

    @property
    def alike(self) -> MapChoice:
        """The one choice of all that fly alike: of history's own orders a share says nothing."""
        stated = zip(self.directives, self.shares, strict=True)
        return self._replace(shares=tuple(100 if d == "as_ordered" else share for d, share in stated))

    @property
    def query(self) -> str:
        """The choice as it stands in the address."""
        forces = [
            f"{f.key}={d}&{f.key}_share={s}" for f, d, s in zip(FORCE_NAMES, self.directives, self.shares, strict=True)
        ]
        return "&".join([f"from={self.from_month}", *forces, f"intel={self.intelligence}", f"repair={self.repairers}"])


MAP_WORDS = {
    "from_": f"month from which the choice holds, {FIRST_CHOICE} to {LAST_CHOICE}; 1944-06 when absent",
    **{f.key: f"directive of {f.name}: {', '.join(DIRECTIVES)}" for f in FORCE_NAMES},
    **{f"{f.key}_share": f"percent of its tons for oil, 0 to 100 in steps of {SHARE_STEP}" for f in FORCE_NAMES},
    "intel": f"what is known: {', '.join(INTELLIGENCE)}",
    "repair": f"whose repairs come first: {', '.join(PRIORITIES)}",
    "draws": f"{DRAWS} or {PREVIEW_DRAWS}",
    "world": f"the possible war shown, 1 to {DRAWS}",
    "day": "day on the map, YYYY-MM-DD; for links to the map room",
    "show": "flown or choice; for links to the map room",
}
"""What may stand in an address of the map room, in words."""


def map_choice(query: Mapping[str, str]) -> MapChoice:
    """Read a choice from the words of an address; what is not said is history's orders, from June 1944.

    Raises OilplanError, naming what is expected, for a word that is not on the lists.
    """
    directives = tuple(_one_of(query, f.key, directives_of(f.force), "as_ordered") for f in FORCE_NAMES)
    months = dict(zip(MONTHS_OFFERED, MONTHS_OFFERED, strict=True))
    return MapChoice(
        from_month=_one_of(query, "from", months, "1944-06"),
        directives=directives,
        shares=tuple(_share(query, f"{f.key}_share") for f in FORCE_NAMES),
        intelligence=_one_of(query, "intel", INTELLIGENCE, "photographs"),
        repairers=_one_of(query, "repair", {p: p for p in PRIORITIES}, "as_ordered"),
        draws=_draws(query),
    )


def directives_of(force: str) -> dict[str, str]:
    """Directives a force may be given, with their words."""
    return {k: v for k, v in DIRECTIVES.items() if k != "harris" or force == "bomber_command"}


def for_phase(directive: str, share_percent: int, force: ForceName) -> ForPhase:
    """What a force does under a directive with a share of its oil tons."""
    said = of_force(BUILT_IN[directive].phases[0], force)
    share = share_percent / 100
    oil = BySighting(visual=said.oil_share.visual * share, instruments=said.oil_share.instruments * share)
    return ForPhase(**said._replace(oil_share=oil)._asdict())


def chosen_day(query: Mapping[str, str]) -> int:
    """Day number of ``day=YYYY-MM-DD``, 1944-05-12 when absent: the first great raid on oil."""
    text = query.get("day", "1944-05-12")
    try:
        day = day_of(text)
    except ValueError:
        day = -1
    if not 0 <= day < N_DAYS:
        raise OilplanError(
            f"day={text[:20]} is not a day of the campaign; expected {date_of(0)} to {date_of(N_DAYS - 1)}."
        )
    return day


def _one_of(query: Mapping[str, str], key: str, known: Mapping[str, str], default: str) -> str:
    came = query.get(key, default)
    if came not in known:
        raise OilplanError(f"{key}={came[:40]} is not known; expected one of {', '.join(known)}.")
    return came


def _share(query: Mapping[str, str], key: str) -> int:
    came = query.get(key, "100")
    if not (came.isascii() and came.isdigit() and len(came) <= 3 and int(came) <= 100 and int(came) % SHARE_STEP == 0):
        raise OilplanError(f"{key}={came[:20]} is not a share; expected 0 to 100 in steps of {SHARE_STEP}.")
    return int(came)


def chosen_world(query: Mapping[str, str]) -> int:
    """Number of the possible war that is shown, 1 to `DRAWS`; 1 when absent. Raises OilplanError for another."""
    text = query.get("world", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= DRAWS):
        raise OilplanError(f"world={text[:20]} is not there; expected a whole number from 1 to {DRAWS}.")
    return int(text)


def _draws(query: Mapping[str, str]) -> int:
    came = query.get("draws", str(DRAWS))
    if came not in (str(DRAWS), str(PREVIEW_DRAWS)):
        raise OilplanError(too_many_draws(came[:20]))
    return int(came)
