"""The worlds that all courses of a system share, and the one way in which they are flown.

Axes: D draws, T days, P plants, K products, S stores, R raids or events, U unknowns.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from zlib import crc32

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..calibration.model import median_parameters
from ..clock import Window
from ..errors import OilplanError
from ..model.accounts import account
from ..model.density import any_size, density, luck_factor
from ..model.engines import run
from ..model.law import RIVAL_LAWS, Law, repair_exponential
from ..model.parameters import Parameters
from ..model.rail import unhindered
from ..model.target import Store, TargetSystem
from .courses import Course
from .folder import SystemFolder
from .spec import StoreKeys
from .unknowns import draw_z, figures, reckon, values_at

GANG_FULL = 0.4
"""Backlog at which the gangs of the gang-limited laws are fully employed, as in the oil system's prior."""
HARDLY_HARMED = 0.05
"""A loss of a twentieth counts as repaired: what ``recovery_d`` runs to."""
MOST_FIGURES = 60_000_000
"""Draws times days times plants that are flown at once."""


class Worlds(NamedTuple):
    """What every course is flown in. z: [D, U] standard normal, of the unknowns; luck: [D] of every raid or event by its id,
    where a fit has it; seed: of the luck that no fit has; fit: manifest of the posterior, None for priors."""

    z: np.ndarray
    luck: dict[str, np.ndarray]
    seed: int
    fit: dict | None


class DrawFigures(NamedTuple):
    """What one draw comes to in figures. density: [T, P] strength that takes effect; output: [P, K] a day when whole; pace_log: [P]
    start, need, release: [S] of the stores; the others: of the law."""

    density: Any
    output: Any
    pace_log: Any
    start: Any
    need: Any
    release: Any
    kill: Any
    gang: Any
    exponent: Any
    cap: Any
    wear: Any
    growth: Any
    half_day: Any


class Delivery(NamedTuple):
    """What came of a course. NumPy. products: [D, T, K] a day; full: [D, K] a day when all is whole; share: [D, T, P] worked
    stock, short: by store, [D, T] in stock at the day's end and need not met; density: [D, T, P]
    """

    products: np.ndarray
    full: np.ndarray
    share: np.ndarray
    stock: dict[str, np.ndarray]
    short: dict[str, np.ndarray]
    density: np.ndarray


# Worlds.


def worlds(system: SystemFolder, *, draws: int, seed: int, fit: Any = None) -> Worlds:
    """What all courses share. fit: of `oilplan.systems.fit.kept_fit`, or None for the priors.

    Raises OilplanError for draws or a seed out of range, or more than can be flown at once.
    """
    most = min(4000, MOST_FIGURES // (system.window.n_days * len(system.plants)))
    if not 1 <= draws <= most:
        raise OilplanError(
            f"--draws {draws} is out of range; expected a whole number from 1 to {most:,} for this system."
        )
    if not 0 <= seed < 2**32:
        raise OilplanError(f"--seed {seed} is out of range; expected a whole number from 0 to {2**32 - 1:,}.")
    if fit is None:
        return Worlds(draw_z(system.unknowns, draws, seed), {}, seed, None)
    n = len(fit.z)
    rows = np.arange(draws) % n if draws > n else np.arange(draws) * n // draws
    return Worlds(fit.z[rows], {k: v[rows] for k, v in fit.luck.items()}, seed, fit.manifest)


def luck_of(given: Worlds, strikes: list[dict]) -> np.ndarray:
    """[D, R] standard normal luck of every raid or event, named by its id: another raid moves none."""
    n = len(given.z)
    columns = [
        given.luck[r["id"]]
        if r["id"] in given.luck
        else np.random.default_rng([given.seed, crc32(r["id"].encode())]).standard_normal(n)
        for r in strikes
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((n, 0))


# From a draw to figures, and from figures to what is delivered.


def given_of(system: SystemFolder, of: Course, values: Mapping[str, Any], luck: Any) -> DrawFigures:
    """The figures of one draw. values: of the unknowns; luck: [R]. All may be traced."""
    window, stores = system.window, system.keys.stores
    output = jnp.stack([figures((p[k] for p in of.plants), values, "", 0.0) for k in system.products], axis=1)
    fall, days, exponent, wreck, wear, growth = (
        figures([getattr(of.law, k)], values, k)[0]
        for k in ("fall", "recovery_d", "exponent", "wreck_share", "wear", "crew_growth")
    )
    kill, gang, cap = _law_figures(of.law.form, fall, days, exponent, wreck)
    strength = jnp.zeros((window.n_days, len(of.plants)))
    if of.strikes:
        day = np.array([window.day_of(r["date"]) for r in of.strikes])
        plant = np.array([system.plant_ids.index(r["plant_id"]) for r in of.strikes])
        strength = strength.at[day, plant].add(effective_strength(system, of, values, luck) / sizes(of, values)[plant])
    need = [s.need_per_day for s in system.keys.stores]
    full = output.sum(axis=0)
    made = [sum(full[system.products.index(k)] for k in s.products) for s in stores]
    return DrawFigures(
        strength,
        output,
        jnp.log(figures((p["pace"] for p in of.plants), values, "pace", 1.0)),
        figures((s.start for s in stores), values, ""),
        jnp.stack([figures([n], values, "", m)[0] for n, m in zip(need, made, strict=True)]) if need else jnp.zeros(0),
        figures((s.release_per_month for s in stores), values, "release_per_month", jnp.inf),
        *(kill, gang, exponent, cap, wear, growth),
        jnp.asarray(float(window.day_of(of.law.crew_from or window.first))),
    )


def effective_strength(system: SystemFolder, of: Course, values: Mapping[str, Any], luck: Any) -> Array:
    """[R] what of every raid or event takes effect on a plant of size 1. Arguments as of `given_of`."""
    by = list(system.strikers)
    return density(
        figures((r["strength"] for r in of.strikes), values, "strength"),
        figures((s.hit for s in system.strikers.values()), values, "hit")[
            np.array([by.index(r["by"]) for r in of.strikes])
        ],
        luck_factor(luck, figures([of.law.luck], values, "luck")[0]),
        jnp.ones(()),
        jnp.zeros(()),
        _neutral(len(of.plants), system.window),
        any_size,
    )


def sizes(of: Course, values: Mapping[str, Any]) -> Array:
    """[P] by what is divided what falls on a plant."""
    return figures((p["size"] for p in of.plants), values, "size", 1.0)


def _law_figures(form: str, fall: Array, days: Array, exponent: Array, wreck: Array) -> tuple[Array, Array, Array]:
    """Backlog per unit of effective strength, backlog repaired a day, largest backlog: from a fall and the days it takes.

    Working share is ``1 / (1 + backlog ** exponent)``; the loss is to be ``fall`` at once and `HARDLY_HARMED` after ``days``.
    """

    def backlog(loss):
        return (loss / (1.0 - loss)) ** (1.0 / exponent)

    law = RIVAL_LAWS[form]
    cap, broken, whole = backlog(1.0 - wreck), backlog(fall), backlog(jnp.asarray(HARDLY_HARMED))
    saturating = form.startswith("saturating")
    kill = -cap * jnp.log1p(-jnp.minimum(broken / cap, 0.999)) if saturating else broken
    if law.repair is repair_exponential:
        return kill, jnp.log(broken / whole) / days, cap
    work = jnp.log(jnp.expm1(broken / GANG_FULL)) - jnp.log(jnp.expm1(whole / GANG_FULL))
    return kill, GANG_FULL * work / days, cap


@functools.cache
def _neutral(n_plants: int, window: Window) -> Parameters:
    """Parameters under which nothing happens that the folder does not name."""
    with jax.ensure_compile_time_eval():
        middle = jax.tree.map(np.asarray, median_parameters(_shell(n_plants, window)))
    none = {"kill_disruption": 0.0, "protection": 0.0, "substitute_share": 0.0}
    named = none | {"capacity_scale": 1.0, "gang_full_backlog": GANG_FULL}
    return middle._replace(**{k: np.asarray(v, middle.capacity_scale.dtype) for k, v in named.items()})


def _shell(n_plants: int, window: Window) -> TargetSystem:
    """A system of P plants of which nothing is known yet."""
    zeros, names = np.zeros(n_plants), tuple(str(k) for k in range(n_plants))
    return TargetSystem(
        plant_ids=names,
        names=names,
        regions=names,
        processes=names,
        capacity_t_per_year=zeros,
        output_t_per_day=np.zeros((n_plants, 1)),
        all_products_t_per_day=zeros,
        synthetic=zeros.astype(bool),
        aviation_free=zeros.astype(bool),
        other_aviation_t_per_day=0.0,
        overrun_day=np.full(n_plants, float(window.n_days)),
        rail_index=np.ones((window.n_days, n_plants)),
        rail_region=zeros.astype(int),
        rail=unhindered(window.n_days),
        latitude=zeros * np.nan,
        longitude=zeros * np.nan,
        sites=names,
        window=window,
        products=("",),
        last_product="",
    )


def target_system(system: SystemFolder, of: Course, output: Any = None) -> TargetSystem:
    """The folder as a `TargetSystem`. output: [P, K] a day, may be traced; at the middle of the unknowns where not given."""
    if output is None:
        middle = values_at(system.unknowns, np.zeros(len(system.unknowns)))
        output = np.array([[float(reckon(p[k] or 0.0, middle)) for k in system.products] for p in of.plants])
    lost = [system.window.n_days if p["lost_on"] is None else system.window.day_of(p["lost_on"]) for p in of.plants]
    ids = system.plant_ids
    return _shell(len(ids), system.window)._replace(
        plant_ids=ids,
        names=tuple(p["name"] for p in of.plants),
        processes=tuple(p["kind"] or "" for p in of.plants),
        sites=tuple(p["site"] or p["plant_id"] for p in of.plants),
        overrun_day=np.array(lost, float),
        latitude=np.array([np.nan if p["latitude"] is None else p["latitude"] for p in of.plants]),
        longitude=np.array([np.nan if p["longitude"] is None else p["longitude"] for p in of.plants]),
        output_t_per_day=output,
        all_products_t_per_day=output[:, system.products.index(system.headline)],
        products=system.products,
        links=of.links,
    )


def _never_mending(law: Law) -> Law:
    """The law with harm that is never negative: a wreck's backlog of fifty leaves rounding errors of a quiet day that are."""

    def damage(backlog: Array, density_t: Array, p: Parameters) -> Array:
        return jnp.maximum(law.damage(backlog, density_t, p), backlog)

    return law._replace(damage=damage)


def _store(keys: StoreKeys, g: DrawFigures, k: int, window: Window) -> Store:
    """A store of one draw, whose figures may be traced."""
    need: Any = jnp.full(window.n_days, g.need[k])

    def use(p: Parameters) -> tuple[Array, float]:
        del p
        return g.release[k], 0.0

    return Store(keys.name, tuple(keys.products), 0, g.start[k], need, use)


def deliverer(system: SystemFolder, of: Course) -> Callable[[DrawFigures], tuple]:
    """From `DrawFigures` of one draw to products [T, K], share [T, P], stocks and shortages [S, T]. Differentiable."""
    law, window, stores = _never_mending(RIVAL_LAWS[of.law.form]), system.window, system.keys.stores

    def one(g: DrawFigures) -> tuple:
        p = _neutral(len(of.plants), window)._replace(
            kill_structure=g.kill,
            gang_backlog_per_d=g.gang,
            serial_exponent=g.exponent,
            backlog_cap=g.cap,
            wear=g.wear,
            crew_growth=g.growth,
            crew_half_day=g.half_day,
            repair_pace_log=g.pace_log,
        )
        share = run(g.density, p, law)
        held = tuple(_store(s, g, k, window) for k, s in enumerate(stores))
        flown = target_system(system, of, g.output)._replace(stores=held)
        made = account(share, flown, p)
        supply = [made.supply[s.name] for s in stores]
        return (made.delivered.products, made.delivered.share, [s.stock_t for s in supply], [s.short_t for s in supply])

    return one


class Flyer:
    """Flies courses of one system in the same worlds; what only differs in figures is compiled once."""

    def __init__(self, system: SystemFolder, given: Worlds):
        self.system = system
        self._compiled: dict[tuple, Callable] = {}
        self.enter(given)

    def enter(self, given: Worlds) -> None:
        """Fly in these worlds from here on."""
        drawn = values_at(self.system.unknowns, given.z).items()
        self.worlds, self.values = given, {k: np.broadcast_to(np.asarray(v, float), len(given.z)) for k, v in drawn}

    def given(self, of: Course) -> DrawFigures:
        """[D, ...] figures of a course."""
        luck = luck_of(self.worlds, of.strikes)
        return jax.vmap(lambda v, z: given_of(self.system, of, v, z))(self.values, jnp.asarray(luck, float))

    def each(self, of: Course) -> tuple[np.ndarray, np.ndarray]:
        """[D, R] what of every raid or event of a course takes effect on a plant of size 1, and [D, P] the sizes of plants."""
        luck = jnp.asarray(luck_of(self.worlds, of.strikes), float)
        one = jax.vmap(lambda v, z: (effective_strength(self.system, of, v, z), sizes(of, v)))
        return jax.tree.map(np.asarray, one(self.values, luck))

    def deliver(self, of: Course, given: DrawFigures) -> tuple:
        """What comes of figures: arrays with a leading axis [D]."""
        kind = (of.law.form, of.links, tuple(p["lost_on"] for p in of.plants))
        if kind not in self._compiled:
            self._compiled[kind] = jax.jit(jax.vmap(deliverer(self.system, of)))
        return self._compiled[kind](given)

    def fly(self, of: Course) -> Delivery:
        """A course in every draw."""
        given = self.given(of)
        products, share, stock, short = jax.tree.map(np.asarray, self.deliver(of, given))
        names = [s.name for s in self.system.keys.stores]
        return Delivery(
            products,
            np.asarray(given.output.sum(axis=1)),
            share,
            dict(zip(names, stock, strict=True)),
            dict(zip(names, short, strict=True)),
            np.asarray(given.density),
        )
