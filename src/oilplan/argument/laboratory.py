"""The model as the claims use it: the raids as flown, draws of the unknowns, and runs with raids added or scaled.

Axes: D draws, R raids, T days, P plants (synthetic and reforming, in the order of the fit), G scalings. JAX is
imported inside the functions, for claims on the record alone must run without it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from oilplan.argument.finding import ModelDraws
from oilplan.argument.ledger import N_DRAWS as LEDGER_DRAWS
from oilplan.argument.ledger import Ledger
from oilplan.clock import N_DAYS, date_of

if TYPE_CHECKING:
    import numpy as np
    from jax import Array

    from oilplan.calibration.likelihood import Problem
    from oilplan.calibration.posterior import Posterior
    from oilplan.flight.schedule import Schedule
    from oilplan.model.parameters import Parameters
    from oilplan.model.target import TargetSystem

N_DRAWS, KEY = 200, 19441222
MODEL_TABLES = (
    "plants",
    "output",
    "target_systems",
    "railway",
    "overrun",
    "raids",
    "raid_calendar",
    "raid_sighting",
    "sighting_monthly",
)
"""Tables without which the model of the oil system does not stand."""
BOUND_TABLES = ("output", "plant_output", "railway")
"""Tables whose figures bind a calibrated posterior; with none of them the model stands, on its prior."""


class Laboratory(NamedTuple):
    """problem: system, raids as flown, layout and laws; parameters: [D]; z: [D, R] luck of the raids; draws: for the
    reader."""

    problem: Problem
    parameters: Parameters
    z: Array | np.ndarray
    draws: ModelDraws

    @property
    def plant_ids(self) -> tuple[str, ...]:
        """P plants, in the order of every result."""
        return self.problem.system.plant_ids


def laboratory(ledger: Ledger) -> Laboratory:
    """The model on this record, with the calibrated posterior if one was fitted to it, else with the prior.

    Writes down every row the model rests on. Raises Missing for an empty table among `MODEL_TABLES`.
    """
    for table in MODEL_TABLES:
        ledger.rows(table)
    lab = _laboratory(ledger.record)
    _use_model_rows(ledger, lab)
    return lab


def _use_model_rows(ledger: Ledger, lab: Laboratory) -> None:
    plants, raids = set(lab.plant_ids), set(lab.problem.schedule.raid_ids)
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
    flown = _months_of_unknown_sighting(lab.problem.schedule)
    ledger.use("sighting_monthly", (r for r in ledger.rows("sighting_monthly") if (r["month"], r["force"]) in flown))
    if lab.draws.fit:
        _use_bound_rows(ledger, ledger.record)


def _months_of_unknown_sighting(schedule: Schedule) -> set[tuple[str, str]]:
    """(month, force) of the raids whose own sighting is not known: the month's stands for it."""
    from oilplan.directives.forces import FORCES

    unknown = zip(schedule.day[~schedule.visual_known], schedule.force[~schedule.visual_known], strict=True)
    return {(date_of(int(day)).isoformat()[:7], FORCES[force]) for day, force in unknown}


def _use_bound_rows(ledger: Ledger, record: Any) -> None:
    """Write down the figures of this record that bind a fit."""
    from oilplan.calibration.bindings import bindings

    bound = {row_id for b in bindings(record) for row_id in b.row_ids}
    for table in BOUND_TABLES:
        ledger.use(table, (r for row_id, r in record.rows(table).items() if row_id in bound))


@functools.lru_cache(maxsize=2)
def _laboratory(record: Any) -> Laboratory:
    from oilplan.calibration.likelihood import problem
    from oilplan.calibration.posterior import load_posterior
    from oilplan.flight.as_flown import as_flown
    from oilplan.model.oil import oil_system

    system = oil_system(record)
    schedule = as_flown(record, system)
    flown = problem(system, schedule, [], N_DAYS - 1)
    posterior = load_posterior(system, schedule)
    if posterior is None:
        return _from_prior(flown)
    return _from_posterior(flown, _kept(system, flown), schedule, posterior, getattr(record, "hash", ""))


def _kept(system: TargetSystem, flown: Problem) -> np.ndarray:
    """[whole P] True for the plants of the whole system that the fit holds one by one."""
    import numpy as np

    return np.isin(np.array(system.plant_ids), np.array(flown.system.plant_ids))


def _from_prior(flown: Problem) -> Laboratory:
    import jax

    from oilplan.calibration.priors import draw_prior

    parameters_key, luck_key = jax.random.split(jax.random.key(KEY))
    parameters = draw_prior(parameters_key, flown.system, N_DRAWS)
    z = jax.random.normal(luck_key, (N_DRAWS, flown.schedule.n_raids))
    return Laboratory(flown, parameters, z, ModelDraws(N_DRAWS, "prior only: not calibrated", KEY, None))


def _from_posterior(
    flown: Problem, kept: np.ndarray, schedule: Schedule, posterior: Posterior, record_hash: str
) -> Laboratory:
    """Draws of the fit, cut to the plants and raids that the claims run.

    A fit to another state of the record says so: it is used, for the raids it knows keep their luck, but not as new.
    """
    some = posterior.take(min(N_DRAWS, posterior.n_draws))
    own = {name: getattr(some.parameters, name)[:, kept] for name in ("aviation_log_split", "repair_pace_log")}
    z = some.raid_z[:, kept[schedule.plant]]
    fitted = str(posterior.manifest.get("record_hash", ""))
    same = "" if fitted == record_hash else ", fitted to another state of the record"
    draws = ModelDraws(
        some.n_draws, f"calibrated posterior{same}", int(posterior.manifest["seed"]), fitted[:12] or None
    )
    return Laboratory(flown, some.parameters._replace(**own), z, draws)


def run_draws(
    lab: Laboratory,
    schedule: Schedule,
    scales: np.ndarray,
    measure: Callable[[Any, Parameters], Any],
    change: Callable[[Parameters], Parameters] = lambda p: p,
) -> np.ndarray:
    """A measure of the shares worked, for every draw and scaling of the raids.

    schedule: R raids; where they begin with those of ``lab``, these keep their luck
    scales: [G, R] or [D, G, R] multiplies the tons of each raid
    measure: ([T, P] share before overrun and rail, one draw) -> any array
    change: moves the parameters of every draw, for runs without repair and the like

    Returns [D, G, ...].
    """
    import jax
    import jax.numpy as jnp
    import numpy as np

    from oilplan.flight.schedule import density_of_raids
    from oilplan.model.raid_walk import run_closed, slots
    from oilplan.model.rail import REICH

    system, law = lab.problem.system, lab.problem.law
    layout = slots(schedule.day, schedule.plant, system.n_plants, lab.problem.n_days)
    cars = system.rail.recorded_log[: lab.problem.n_days, REICH]
    scales = np.broadcast_to(scales, (lab.draws.n, *np.shape(scales)[-2:]))

    def one(z, p, scale):
        p = change(p)
        per_raid = density_of_raids(z, schedule, system, p)
        return jax.vmap(lambda s: measure(run_closed(per_raid * s, layout, p, law, cars), p))(scale)

    z = _luck(lab, schedule.n_raids)
    return np.asarray(jax.jit(jax.vmap(one))(z, jax.tree.map(jnp.asarray, lab.parameters), jnp.asarray(scales)))


def _luck(lab: Laboratory, n_raids: int) -> Array:
    """[D, R] luck: that of the raids flown for the first, fresh for raids beyond them."""
    import jax
    import jax.numpy as jnp

    known = jnp.asarray(lab.z)[:, :n_raids]
    fresh = jax.random.normal(jax.random.key(lab.draws.key + 1), (lab.draws.n, n_raids - known.shape[1]))
    return jnp.concatenate([known, fresh.astype(known.dtype)], axis=1)


def tiled(values: np.ndarray) -> np.ndarray:
    """Draws of the model as many times over as the record's draws need, so that both stand side by side.

    values: [D, ...] of the model. Returns [N, ...] with N the draws of a `Ledger`: each draw of the model meets several of
    the record, whose order has nothing to do with it.
    """
    import numpy as np

    return np.resize(values, (LEDGER_DRAWS, *np.shape(values)[1:]))


UNKNOWNS = {
    "hit_visual": "how many bombs aimed by eye fell inside a plant",
    "hit_instrument": "how many bombs aimed by radar fell inside a plant",
    "hit_bomber_command": "how many of Bomber Command's bombs by night fell inside a plant",
    "heavy_bombs": "how much more a ton of Bomber Command's bombs did inside a plant",
    "kill_disruption": "how far a bomb inside a plant stops it",
    "kill_structure": "how much a bomb inside a plant wrecks",
    "protection": "how much walls, smoke and emptied tanks saved",
    "repair_disruption_per_d": "how fast a stopped plant starts again",
    "gang_backlog_per_d": "how fast crews repair",
    "wear": "how much slower repair grows with every raid",
    "serial_exponent": "how far one broken link stops the chain of a plant",
    "repair_rail": "how far repair follows the cars that the railway places",
    "rail_exponent": "how far output follows the cars that the railway places",
    "raid_size_exponent": "how much more a ton does in a great raid than in a small one",
}
"""Unknowns of the model in plain words; the others go by their name."""


def unknowns_of(lab: Laboratory) -> dict[str, np.ndarray]:
    """[N] draws of every unknown of the model that is one number, by name."""
    import numpy as np

    scalars = {k: v for k, v in lab.parameters._asdict().items() if getattr(v, "ndim", 0) == 1}
    return {UNKNOWNS.get(k, f"the model's {k.replace('_', ' ')}"): tiled(np.asarray(v)) for k, v in scalars.items()}


def fair_war(record: Any, arms: tuple[str, ...], *, base: str, draws: int) -> dict[str, dict[str, np.ndarray]]:
    """[D] outcomes of arms that fly with the same luck, by arm and outcome: the one door to `oilplan.studies.compare`.

    arms, base: as `compare` reads them; the base is one of the arms
    """
    from oilplan.studies.compare import compare

    return compare(record, arms, base=base, draws=draws).values
