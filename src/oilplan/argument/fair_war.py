"""The war flown anew, as claims ask for it: every arm by the one operations machine, in the same worlds.

An arm that a claim supposes (more bombs, other targets, another pattern) is a plan like any other: its raids are whole, wait
for the sky, are called back or diverted, and share weather, luck and unknowns with history's own orders, against which it is
set. Axes: D draws of the war, T days, M months, F operations, P plants, G arms, N draws of a `Ledger`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..clock import date_of, day_of
from ..directives.plan import BySighting, ForPhase, Phase, Plan
from .finding import ModelDraws
from .ledger import N_DRAWS as LEDGER_DRAWS
from .ledger import Ledger

if TYPE_CHECKING:
    from ..flight.schedule import Schedule
    from ..flight.worlds import Pairing
    from ..model.density import RaidSize
    from ..model.law import Law
    from ..model.target import TargetSystem

MODEL_TABLES = (
    *("plants", "output", "target_systems", "railway", "overrun"),
    *("raids", "raid_calendar", "raid_sighting", "sighting_monthly"),
)
"""Tables without which the model of the oil system does not stand."""
BOUND_TABLES = ("output", "plant_output", "railway")
"""Tables whose figures bind a calibrated posterior; with none of them the model stands, on its prior."""
WAR_DRAWS, SEED = 100, 1944
WAR_TABLES = (
    *MODEL_TABLES,
    *("effort_monthly", "forces", "plant_output", "raid_losses", "repair_effort", "stocks_and_use"),
)
"""Tables without which the war cannot be flown."""


class Campaign(NamedTuple):
    """What an arm came to. NumPy.

    share: [T, D, P] of capacity worked, before overrun and rail; bombs_t, raids: [T, D, F, P] tons and raids in strength
    dropped_t: [D, M, F] tons on oil; strain: [T, D] of the railways beyond the record's, which the cars placed answer to
    """

    share: Any
    bombs_t: Any
    raids: Any
    dropped_t: Any
    strain: Any


class War:
    """The worlds of one record, in which any arm can be flown."""

    def __init__(self, record: Any) -> None:
        from ..calibration.model import draw
        from ..calibration.posterior import load_posterior
        from ..flight.as_flown import as_flown
        from ..flight.campaign import Parts
        from ..flight.executable import keep_compiled
        from ..flight.fly import Watch, flyer
        from ..flight.worlds import worlds
        from ..model.oil import oil_system

        keep_compiled()
        self.record = record
        self.system: TargetSystem = oil_system(record)
        self.schedule = as_flown(record, self.system)
        posterior = load_posterior(self.system, self.schedule)
        drawn = draw(self.system, self.schedule, draws=WAR_DRAWS, seed=SEED, posterior=posterior)
        self.raid_z = drawn.raid_z
        self.pairing: Pairing = worlds(record, self.system, self.schedule)(drawn, SEED)
        self.draws = draws_of(posterior, WAR_DRAWS, SEED, record)
        watch = Watch("claims", _of_day, _counter(self.system))
        self._flyer = functools.cache(lambda law: flyer(self.system, self.pairing.facts, watch, Parts(raid_size=law)))
        self._ordered_t: dict[tuple[int, RaidSize], np.ndarray] = {}

    @property
    def parameters(self) -> Any:
        """[D] the unknowns of the model."""
        return self.pairing.parameters

    def fly(self, plan: Plan, first_day: int, *, perfect: bool = False, raid_size: RaidSize | None = None) -> Campaign:
        """An arm from a day on; until then the raids are those flown.

        perfect: it knows the state of every plant; raid_size: law of a raid's size, None for that of the fit
        """
        from ..directives.plan import AS_ORDERED
        from ..model.density import power_of_size
        from ..studies.arms import Arm, choice
        from ..studies.outcomes import on_railways

        law = raid_size or power_of_size
        fly = self._flyer(law)

        flown_t = np.asarray(self.pairing.flown.bombs_t)
        arm = Arm(plan.name, plan, "perfect" if perfect else "photographs")
        made = choice(arm, self.record, self.system, flown_t, first_day)
        if plan == AS_ORDERED:
            return fly(made, self.pairing.flown, self.pairing)
        key = first_day, law
        if key not in self._ordered_t:
            self._ordered_t[key] = self.fly(AS_ORDERED, first_day, raid_size=law).dropped_t
        made = on_railways(made, self._ordered_t[key], self.pairing.facts, flown_t)
        return fly(made, self.pairing.flown, self.pairing)


def draws_of(posterior: Any, n: int, key: int, record: Any) -> ModelDraws:
    """Draws in words: calibrated, and to which state of the record, or not."""
    if posterior is None:
        return ModelDraws(n, "prior only: not calibrated", key, None)
    fitted = str(posterior.manifest.get("record_hash", ""))
    same = "" if fitted == getattr(record, "hash", "") else ", fitted to another state of the record"
    return ModelDraws(n, f"calibrated posterior{same}", key, fitted[:12] or None)


def _of_day(day: Any) -> tuple:
    return day.share, day.bombs_t, day.raids, day.strain


def _counter(system: TargetSystem) -> Callable:
    """From the days of every draw to `Campaign`."""
    from ..model.accounts import monthly

    def count(seen, p, first_day) -> Campaign:
        import jax

        del p, first_day
        share, bombs_t, raids, strain = seen
        dropped_t = jax.vmap(lambda t: monthly(t, system.window), in_axes=1)(bombs_t.sum(axis=3))
        return Campaign(share, bombs_t, raids, dropped_t, strain)

    return count


@functools.lru_cache(maxsize=1)
def _war(record: Any) -> War:
    return War(record)


def war(ledger: Ledger) -> War:
    """The war on this record; writes down every row that it rests on. Raises Missing for an empty table of `WAR_TABLES`."""
    for table in WAR_TABLES:
        ledger.rows(table)
    made = _war(ledger.record)
    use_model_rows(ledger, made)
    return made


def use_model_rows(ledger: Ledger, made: War) -> None:
    """Write down every row that the model rests on."""
    plants, raids = set(made.system.plant_ids), set(made.schedule.raid_ids)
    ledger.use("plants", (r for r in ledger.rows("plants") if r["plant_id"] in plants))
    own = (r for r in ledger.rows("output") if r["period"] == "1944-04" and not r["bears_on"])
    ledger.use("output", own)
    ledger.use("target_systems", (r for r in ledger.rows("target_systems") if r["quantity"] == "freight_cars_loaded"))
    ledger.use("railway", (r for r in ledger.rows("railway") if r["quantity"] == "wagons_allotted_all_purposes"))
    ledger.use("overrun", (r for r in ledger.rows("overrun") if r["plant_id"] in plants))
    for table in ("raids", "raid_sighting"):
        ledger.use(table, (r for r in ledger.rows(table) if r["raid_id"] in raids))
    names = {f"calendar_{r['plant_id']}_{r['date']}": r for r in ledger.rows("raid_calendar")}
    ledger.use("raid_calendar", (r for name, r in names.items() if name in raids))
    flown = _months_of_unknown_sighting(made.schedule)
    ledger.use("sighting_monthly", (r for r in ledger.rows("sighting_monthly") if (r["month"], r["force"]) in flown))
    if made.draws.fit:
        _use_bound_rows(ledger, ledger.record)


def _months_of_unknown_sighting(schedule: Schedule) -> set[tuple[str, str]]:
    """(month, force) of the raids whose own sighting is not known: the month's stands for it."""
    from ..directives.forces import FORCES

    unknown = zip(schedule.day[~schedule.visual_known], schedule.force[~schedule.visual_known], strict=True)
    return {(date_of(int(day)).isoformat()[:7], FORCES[force]) for day, force in unknown}


def _use_bound_rows(ledger: Ledger, record: Any) -> None:
    """Write down the figures of this record that bind a fit."""
    from ..calibration.bindings import bindings

    bound = {row_id for b in bindings(record) for row_id in b.row_ids}
    for table in BOUND_TABLES:
        ledger.use(table, (r for row_id, r in record.rows(table).items() if row_id in bound))


# Arms.


def of_forces(targets: Sequence[str], effort: float, force: str = "", **words: Any) -> Plan:
    """A plan in which a force (all of them where none is named) turns part of its bombs to some targets.

    effort: 0 to 1; force: the others then leave oil alone; words: further ones of `oilplan.directives.plan.Phase`
    """
    theirs: dict[str, Any] = {"targets": tuple(targets), "oil_share": BySighting(visual=effort, instruments=effort)}
    if force:
        theirs = {"oil_share": BySighting(visual=0.0, instruments=0.0), "force": {force: ForPhase(**theirs)}}
    return Plan(name="supposed", about="A campaign that a claim supposes.", phases=(Phase(**theirs, **words),))


# What an arm came to.


def worked(
    made: War, came: Campaign, plants: np.ndarray, span: tuple[str, str], *, aviation: bool = False
) -> np.ndarray:
    """[D] share of some plants' output left over a span, before rail: what bombs (and ground lost) do.

    plants: [P] of bool; aviation: of their aviation gasoline, which comes last in a plant, else of all their products
    """
    import jax

    from ..model.law import aviation_share

    system = made.system
    first, last = map(day_of, span)
    share = came.share[first : last + 1].swapaxes(0, 1)
    if aviation:
        share = np.asarray(jax.vmap(aviation_share)(share, made.parameters))
    weight = (system.output_t_per_day[:, 0] if aviation else system.all_products_t_per_day) * plants
    return (share @ weight).mean(axis=1) / weight.sum()


def delivered(made: War, came: Campaign, still: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """[D, T] tons a day of ``aviation`` gasoline of all sources and of ``synthetic`` oil.

    still: [T, P] True where a plant is taken to stand still
    """
    share = came.share if still is None else np.where(still[:, None, :], np.float32(0.0), came.share)
    aviation, synthetic = _deliverer(made)(share, made.parameters, came.strain)
    return {"aviation": np.asarray(aviation, float), "synthetic": np.asarray(synthetic, float)}


@functools.lru_cache(maxsize=1)
def _deliverer(made: War) -> Callable:
    import jax

    from ..model.accounts import deliver
    from ..model.rail import strained_log

    def one(share, p, strain):
        out = deliver(share, made.system, p, strained_log(made.system.rail.recorded_log, strain, p))
        return out.products[:, 0], out.synthetic

    return jax.jit(jax.vmap(one, in_axes=(1, 0, 1)))


WHICH_SIZE = "which law of a raid's size holds, an exponent or a threshold"


def laws_of_size() -> dict[str, RaidSize]:
    """The rival laws of a raid's size, by name; the record tells too little of either to choose."""
    from ..model.density import power_of_size, threshold_of_size

    return {"a ton by the size of its raid": power_of_size, "small raids do nothing": threshold_of_size}


def under_law(made: War, law: Law, change: Callable[[Any], Any] = lambda p: p) -> Callable[..., np.ndarray]:
    """The function from what an arm came to, and of_size, to [T, D, P] share worked had its very raids met another law or
    other unknowns.

    change: of the parameters; of_size: number of one of `laws_of_size`, or [D] one for each draw. For an arm that orders by no
    belief, so that its raids do not hang on what they did; raids flown before it count as ordered.
    """
    import jax

    from ..model.engines import run
    from ..model.rail import REICH, strained_log

    system, chance, inside_t = made.system, made.pairing.chance, _inside_by_size(made.system)

    def one(number, bombs_t, raids, strain, visual, luck, p):
        cars_log = strained_log(system.rail.recorded_log, strain, p)[:, REICH]
        return run(inside_t(number, bombs_t, raids, visual, luck, p), p, law, cars_log)

    of_draws = jax.jit(jax.vmap(one, in_axes=(0, 1, 1, 1, 1, 1, 0), out_axes=1))
    p = change(made.parameters)

    def share(came: Campaign, of_size: Any = 0) -> np.ndarray:
        numbers = np.broadcast_to(of_size, made.draws.n)
        return np.asarray(of_draws(numbers, came.bombs_t, came.raids, came.strain, chance.visual, chance.luck, p))

    return share


def _inside_by_size(system: TargetSystem) -> Callable:
    """From the number of a law of size, tons and raids [T, F, P], sighting, luck and one draw to [T, P] tons inside the fence."""
    import jax
    import jax.numpy as jnp

    from ..directives.forces import BOMBER_COMMAND
    from ..flight.schedule import fallen
    from ..flight.worlds import AIM_SD
    from ..model.density import density, hit_share, luck_factor, size_scale

    sizes = tuple(laws_of_size().values())
    days = jnp.arange(system.n_days, dtype=jnp.float32)[:, None, None]

    def inside_t(number, bombs_t, raids, visual, luck, p):
        fell_t, raid_t = (fallen(a, system.neighbours) for a in (bombs_t, bombs_t / jnp.maximum(raids, 1.0)))
        hits = hit_share(jnp.asarray(BOMBER_COMMAND), visual, p)[:, :, None]
        lucky = luck_factor(luck, AIM_SD)[:, None]
        size = size_scale(jnp.asarray(system.capacity_t_per_year, jnp.float32), p)
        return density(
            fell_t, hits, lucky, size, days, p, functools.partial(jax.lax.switch, number, sizes), raid_t
        ).sum(axis=1)

    return inside_t


# The war's draws beside those of a ledger.


def tiled(values: np.ndarray) -> np.ndarray:
    """[N, ...] draws of the war [D, ...] as many times over as a ledger's need; the two have nothing to do with each other."""
    return np.resize(values, (LEDGER_DRAWS, *np.shape(values)[1:]))


def unknowns_of(made: War) -> dict[str, np.ndarray]:
    """[N] draws of every unknown of the war that is one number, by what it is in plain words, or else by its name."""
    from ..calibration.model import PRIORS
    from ..flight.recorded_operations import PRIORS as OF_OPERATIONS

    words = {p.name: p.words for p in PRIORS if p.words} | {p.name: p.words for p in OF_OPERATIONS}
    words["size_by_plant"] = "how a raid's size followed the plant's"
    every = made.parameters._asdict() | made.pairing.chance.operations._asdict()
    scalars = {k: v for k, v in every.items() if getattr(v, "ndim", 0) == 1}
    return {words.get(k, f"the model's {k.replace('_', ' ')}"): tiled(np.asarray(v)) for k, v in scalars.items()}


def outcomes_of(record: Any, arms: tuple[str, ...], *, base: str, draws: int) -> dict[str, dict[str, np.ndarray]]:
    """[D] outcomes of built-in arms by arm and outcome: the one door to `oilplan.studies.compare`.

    arms, base: as `compare` reads them; the base is one of the arms
    """
    from ..studies.compare import compare

    return compare(record, arms, base=base, draws=draws).values
