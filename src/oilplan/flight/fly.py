"""The one way to fly: a directive, or a schedule of known raids, in given worlds, with something to watch.

Axes: D draws, T days, P plants, R raids.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..model.engines import Slots, run, run_closed
from ..model.fast import NODES, fast_layout, fly_months
from ..model.law import DEFAULT_LAW, Law
from ..model.parameters import Parameters
from ..model.rail import REICH
from ..model.target import TargetSystem
from .campaign import Choice, Day, Flown, OnRailways, Parts, SoFar, stretch
from .executable import kept_whole
from .force_facts import ForceFacts
from .schedule import Schedule, daily_density, density_of_raids
from .worlds import Pairing


class Watch(NamedTuple):
    """What is kept of a campaign. name: of the watch, for what is compiled; holds: whether it reads `Day.held`

    of_day: from a `Day` to a tree of arrays; total: from that tree with a leading axis [T], the parameters [D] and the arm's
    first day to what is wanted, so that days need not leave the device
    """

    name: str
    of_day: Callable[[Day], Any]
    total: Callable[[Any, Parameters, Array], Any]
    holds: bool = True


def flyer(system: TargetSystem, facts: ForceFacts, watch: Watch, parts: Parts | None = None) -> Callable[..., Any]:
    """The function that flies an arm in the worlds of a pairing and returns the totals of ``watch``, as NumPy.

    facts: of the forces, those of the pairing; parts: the functions of the loop

    Compiled at its first call, once for all arms and pairings of as many draws. The raids given to it must be the
    pairing's own until the arm takes over: those days are flown once for all arms.
    """
    parts = parts or Parts()
    begin, fly = (
        kept_whole(part, "fly", watch.name, system, facts, parts, part.__name__)
        for part in stretch(system, facts, parts, watch.of_day, holds=watch.holds)
    )
    total = kept_whole(watch.total, "total", watch.name, system)
    common = _Common(begin, fly)

    def run_arm(choice: Choice, flown: Flown, pairing: Pairing):
        choice = choice if choice.railways else choice._replace(railways=_as_placed(pairing, system))
        given = (choice, pairing.chance, flown, pairing.parameters, pairing.key)
        made = fly(*given, _day(choice.first_day), _day(system.n_days), common.until(choice, pairing, given))
        return jax.tree.map(np.asarray, total(made.kept, pairing.parameters, _day(choice.first_day)))

    return run_arm


def _as_placed(pairing: Pairing, system: TargetSystem) -> OnRailways:
    """Railways that an arm leaves as they were: of the shape of every other arm's, so that all share one compiled campaign."""
    n_draws, n_operations = pairing.chance.missing.shape
    months = system.window.n_months
    return OnRailways(*(jnp.zeros(shape, jnp.float32) for shape in ((months, n_operations), (n_draws, months))))


MOST_PAIRINGS = 2
"""Pairings whose days before an arm's first are kept: of a settled view and of its preview."""

MOST_BEGINNINGS = 14
"""First days whose common past is kept for a pairing: one for every month; 200 draws of a day-by-day watch take 30 MB each."""


class _Common:
    """What arms of one pairing share: the days before they take over, flown once for each kind of intelligence, on from where
    another arm took over. Threads may fly on several pairings at once."""

    def __init__(self, begin: Callable, fly: Callable):
        self._begin, self._fly = begin, fly
        self._of: tuple[tuple[Pairing, dict[tuple[bytes, int], SoFar]], ...] = ()

    def until(self, choice: Choice, pairing: Pairing, given: tuple) -> SoFar:
        """The campaign up to the arm's first day. given: what ``begin`` takes"""
        flown = next((kept for of, kept in self._of if of is pairing), None)
        if flown is None:
            flown = {}
            self._of = ((pairing, flown), *self._of)[:MOST_PAIRINGS]
        known = b"".join(np.asarray(a).tobytes() for a in jax.tree.leaves((choice.method, choice.camera)))
        first = int(choice.first_day)
        made = flown.pop((known, first), None)
        if made is None:
            before = {day: so_far for (name, day), so_far in list(flown.items()) if name == known and day < first}
            since = max(before, default=0)
            made = self._fly(*given, _day(since), _day(first), before.get(since) or self._begin(*given))
        flown[known, first] = made
        for oldest in list(flown)[:-MOST_BEGINNINGS]:
            flown.pop(oldest, None)
        return made


def _day(number) -> np.ndarray:
    return np.asarray(number, np.int32)


def fly_schedule(
    z: Array,
    p: Parameters,
    layout: Slots,
    schedule: Schedule,
    system: TargetSystem,
    law: Law = DEFAULT_LAW,
    cars_log: Array | None = None,
) -> Array:
    """[T, P] share of capacity worked in one draw of known raids, before overrun and rail shortage.

    z: [R] luck of each raid; p: one draw; layout: slots of the schedule's days; law: walked from raid to raid, or day by
    day where it couples the plants; cars_log: [T, 3] where cars placed are not the record's, for the repair
    """
    n_days = layout.last.shape[0]
    cars = (system.rail.recorded_log if cars_log is None else cars_log)[:n_days, REICH]
    tons = density_of_raids(z, schedule, system, p)
    if law.coupled:
        return run(daily_density(tons, schedule, n_days, system.n_plants), p, law, cars)
    return run_closed(tons, layout, p, law, cars)


def first_draws(pairing: Pairing, n: int) -> Pairing:
    """The first ``n`` draws of a pairing: a quick look at the same worlds."""
    return some_draws(pairing, slice(n))


def one_draw(pairing: Pairing, draw: int) -> Pairing:
    """One draw of a pairing, from 0: a single possible war."""
    return some_draws(pairing, slice(draw, draw + 1))


def some_draws(pairing: Pairing, which: slice) -> Pairing:
    """Some draws of a pairing: the same worlds, fewer of them."""
    chance = pairing.chance
    of_draws, of_days = ("missing", "operations"), ("luck", "error", "clear", "tons_t", "visual", "foretold", "noise")
    cut = chance._replace(
        **{name: jax.tree.map(lambda a: a[which], getattr(chance, name)) for name in of_draws},
        **{name: jax.tree.map(lambda a: a[:, which], getattr(chance, name)) for name in of_days},
    )
    return pairing._replace(
        parameters=jax.tree.map(lambda a: a[which], pairing.parameters),
        chance=cut,
        flown=Flown(pairing.flown.density[:, which], pairing.flown.bombs_t),
    )


# Many campaigns with known raids at full speed: noise, density and months of output in blocks of draws.

BLOCK = 512
"""Draws flown together: their tables stay in a core's second cache."""


def block_flight(
    system: TargetSystem, schedule: Schedule, month_of_day: np.ndarray, nodes=NODES, law: Law = DEFAULT_LAW
) -> tuple[Callable[[Array, Parameters], Array], np.ndarray]:
    """A compiled function ``fly(z, p)`` and the raids it wants, for one schedule.

    system, schedule: what is flown against what (`as_flown`); month_of_day: [T]; nodes: see `fast_layout`;
    law: any that does not couple the plants

    ``fly`` takes z [E, D], the luck of the raids, and p, draws [D]; it returns [M, D] tons of all liquid products of
    the system's plants. The second result is [E]: which raid of the schedule each row of z is.
    """
    layout = fast_layout(schedule.day, schedule.plant, system, month_of_day, system.all_products_t_per_day, nodes)
    ids = tuple(schedule.raid_ids[r] for r in layout.order)
    flown = Schedule(ids, *(column[layout.order] for column in schedule[1:]))

    def fly(z: Array, p: Parameters) -> Array:
        tons = jax.vmap(lambda one, q: density_of_raids(one, flown, system, q), in_axes=(-1, -1), out_axes=-1)(z, p)
        return fly_months(tons, p, layout, law)

    return jax.jit(fly), layout.order


def drawn_flight(
    system: TargetSystem, schedule: Schedule, month_of_day: np.ndarray, nodes=NODES, law: Law = DEFAULT_LAW
) -> Callable[[Array, Parameters], Array]:
    """A compiled function ``fly(key, p)``: `block_flight` with the luck drawn inside; uses ``key`` up. Returns [M, D]."""
    fly, order = block_flight(system, schedule, month_of_day, nodes, law)

    def drawn(key: Array, p: Parameters) -> Array:
        return fly(jax.random.normal(key, (len(order), p.crew_growth.shape[-1]), p.crew_growth.dtype), p)

    return jax.jit(drawn)


def fly_blocks(fly: Callable[[Array, Parameters], Array], key: Array, p: Parameters, threads: int = 2) -> np.ndarray:
    """All draws of ``p`` ([D], D a multiple of `BLOCK`) in blocks, on ``threads`` threads. Returns [M, D].

    The same key gives the same numbers whatever the number of threads. Raises ValueError for another D.
    """
    n_draws = p.crew_growth.shape[0]
    if n_draws % BLOCK:
        raise ValueError(f"{n_draws} draws are not a multiple of {BLOCK}")
    keys = list(jax.random.split(key, n_draws // BLOCK))
    rows = jax.tree.map(np.asarray, p)  # NumPy's slices copy nothing

    def one(n: int) -> np.ndarray:
        at = slice(n * BLOCK, (n + 1) * BLOCK)
        return np.asarray(fly(keys[n], jax.tree.map(lambda a: a[at] if a.ndim == 1 else a[at].T, rows)))

    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate(list(pool.map(one, range(len(keys)))), axis=1)
