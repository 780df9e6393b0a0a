"""A target system as a value: its window of days, products, sites, stores and links, what stood where and when it was lost.

Axes: T days, P plants, K products.
"""

from __future__ import annotations

from collections.abc import Callable
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import CAMPAIGN, Window
from .parameters import Parameters
from .rail import REICH, RailFacts

# Who feeds whom: power to works, gas to a synthesis. A plant works no more than its scarcest input allows.


class Link(NamedTuple):
    """One plant feeds another. giver, taker: ids of plants; product: what is passed on
    share: 0 to 1, of the taker's work that stops when the giver stands still; what is left comes from elsewhere
    """

    giver: str
    taker: str
    product: str
    share: float


def in_order(plant_ids: tuple[str, ...], links: tuple[Link, ...]) -> tuple[str, ...]:
    """The plants, givers before takers. Raises ValueError for plants that feed each other in a circle, naming them."""
    before: dict[str, set[str]] = {name: set() for name in plant_ids}
    for link in links:
        before[link.taker].add(link.giver)
    try:
        return tuple(TopologicalSorter(before).static_order())
    except CycleError as error:
        raise ValueError(" -> ".join(reversed(error.args[1]))) from None


def fed(share: Array, plant_ids: tuple[str, ...], links: tuple[Link, ...]) -> Array:
    """[T, P] share of capacity worked once every plant has the inputs that reach it.

        worked = min(own, min over products of (1 - sum over givers of link.share * (1 - worked of the giver)))

    share: [T, P] that each plant could work with all it needs, 0 to 1; plant_ids: P names

    Leontief's rule: inputs do not stand in for each other, and a half-broken plant needs half of each. Nothing is
    stored between plants, so a shortage is felt on its day. Plants that none feeds keep their share.
    """
    if not links:
        return share
    at = {name: k for k, name in enumerate(plant_ids)}
    worked = {name: share[:, k] for name, k in at.items()}
    for name in in_order(plant_ids, links):
        missing: dict[str, Array] = {}
        for link in links:
            if link.taker == name:
                lost = link.share * (1.0 - worked[link.giver])
                missing[link.product] = missing[link.product] + lost if link.product in missing else lost
        for lost in missing.values():
            worked[name] = jnp.minimum(worked[name], 1.0 - lost)
    return jnp.stack([worked[name] for name in plant_ids], axis=1)


# The system.

AVIATION_GASOLINE, MOTOR_GASOLINE, DIESEL_OIL = "aviation_gasoline", "motor_gasoline", "diesel"
PRODUCTS = (AVIATION_GASOLINE, MOTOR_GASOLINE, DIESEL_OIL)
"""Products of the oil system, in the order of its columns."""
MOTOR_FUEL = (MOTOR_GASOLINE, DIESEL_OIL)


# How a store is drawn on. One signature: ``p -> (release a month, share of the need that substitutes take over)``.


def freely(p: Parameters) -> tuple[float, float]:
    """Drawn on until it is empty; nothing else fills the need."""
    del p
    return float("inf"), 0.0


def let_out(p: Parameters) -> tuple[Array, float]:
    """Rationing lets out ``release_per_month`` of the stock; nothing else fills the need."""
    return p.release_per_month, 0.0


def rationed(p: Parameters) -> tuple[Array, Array]:
    """Rationing lets out ``release_per_month`` of the stock; substitutes take over ``substitute_share`` of the need."""
    return p.release_per_month, p.substitute_share


class Store(NamedTuple):
    """A stock of one or several products. Its history has one treatment, `oilplan.model.accounts.stock_history`.

    name: as shown; products: names of those that go into it; first_day: first day reckoned, on whose eve ``start_t`` was
    in stock; need_t: [T] tons a day wanted; use: how it is drawn on
    """

    name: str
    products: tuple[str, ...]
    first_day: int
    start_t: float
    need_t: np.ndarray
    use: Callable[[Parameters], tuple[Array | float, Array | float]] = freely


class TargetSystem(NamedTuple):
    """Plants and groups of a target system. Arrays of NumPy; static during a run.

    plant_ids, names, regions, processes: P strings each
    capacity_t_per_year: [P] liquid products a year, for the area of a plant (nameplate for refineries)
    output_t_per_day: [P, K] products at full working, in the order of ``products``
    all_products_t_per_day: [P] all products at full working
    synthetic: [P] True for hydrogenation and Fischer-Tropsch plants
    aviation_free: [P] True where the yield of the last product in the chain is not looked up and is therefore an unknown
    other_aviation_t_per_day: the same product of small plants not modelled, on the first day
    overrun_day: [P] day number from which the plant is lost to ground forces (past the end if it was not)
    rail_index: [T, P] what coal and rail can carry in the plant's region relative to the undisturbed level, at most 1
    rail_region: [P] which of the rail indices (`oilplan.model.rail`) the plant hangs on; rail: of the railways themselves
    latitude, longitude: [P] degrees; NaN for groups
    window: days that are modelled; products: K names; last_product: the one that comes last in the chain of a plant, or ""
    sites: [P] where each plant stands: plants of one site are hit by one bomb
    stores: stocks that the products go into; links: which plant feeds which, `oilplan.model.target.fed`
    """

    plant_ids: tuple[str, ...]
    names: tuple[str, ...]
    regions: tuple[str, ...]
    processes: tuple[str, ...]
    capacity_t_per_year: np.ndarray
    output_t_per_day: np.ndarray
    all_products_t_per_day: np.ndarray
    synthetic: np.ndarray
    aviation_free: np.ndarray
    other_aviation_t_per_day: float
    overrun_day: np.ndarray
    rail_index: np.ndarray
    rail_region: np.ndarray
    rail: RailFacts
    latitude: np.ndarray
    longitude: np.ndarray
    sites: tuple[str, ...]
    window: Window = CAMPAIGN
    products: tuple[str, ...] = PRODUCTS
    last_product: str = AVIATION_GASOLINE
    stores: tuple[Store, ...] = ()
    links: tuple[Link, ...] = ()

    def __repr__(self) -> str:
        first, last = self.window.first, self.window.last_date
        return f"<target system: {self.n_plants} plants, {', '.join(self.products)}, {first} to {last}>"

    @property
    def hydrogenation(self) -> np.ndarray:
        """[P] True for hydrogenation plants."""
        return np.array(self.processes) == "hydrogenation"

    @property
    def n_plants(self) -> int:
        """Number of plants and groups P."""
        return len(self.plant_ids)

    @property
    def n_days(self) -> int:
        """Number of days T."""
        return self.window.n_days

    @property
    def standing(self) -> np.ndarray:
        """[T, P] True while a plant is not lost to ground forces."""
        return np.arange(self.n_days)[:, None] < self.overrun_day[None, :]

    @property
    def neighbours(self) -> np.ndarray:
        """[N, P] index of the other plants on each plant's site, its own where there are no more; N is at least 1."""
        of_site: dict[str, list[int]] = {}
        for k, site in enumerate(self.sites):
            of_site.setdefault(site, []).append(k)
        out = np.tile(np.arange(self.n_plants), (max(1, max(map(len, of_site.values()), default=1) - 1), 1))
        for plants in of_site.values():
            for k in plants:
                others = [other for other in plants if other != k]
                out[: len(others), k] = others
        return out

    def position(self, plant_id: str) -> int:
        """Position of a plant. Raises KeyError for an unknown id."""
        return _position(plant_id, self.plant_ids, "plant")

    def product(self, name: str) -> int:
        """Column of a product. Raises KeyError for an unknown name."""
        return _position(name, self.products, "product")

    def columns(self, names: tuple[str, ...]) -> list[int]:
        """Columns of some products."""
        return [self.product(name) for name in names]

    def store(self, name: str) -> Store:
        """A store by its name. Raises KeyError for an unknown one."""
        return self.stores[_position(name, tuple(s.name for s in self.stores), "store")]

    def subset(self, keep: np.ndarray) -> TargetSystem:
        """The plants that ``keep`` picks ([P] of bool, or their positions); national facts stay as they are."""
        picked: dict[str, Any] = {}
        for name in _PER_PLANT:
            value = getattr(self, name)
            picked[name] = (
                tuple(np.array(value, dtype=object)[keep].tolist()) if isinstance(value, tuple) else value[keep]
            )
        links = tuple(k for k in self.links if {k.giver, k.taker} <= set(picked["plant_ids"]))
        return self._replace(**picked, rail_index=self.rail_index[:, keep], links=links)

    def with_plant(
        self, plant_id: str, *, output_t_per_day: dict[str, float], site: str | None = None, **facts
    ) -> TargetSystem:
        """The system with one more plant.

        output_t_per_day: by product, at full working; site: of another plant that it shares, else its own
        facts: any other fact of a plant by the name of its field (``capacity_t_per_year``, ``region``, ``process``,
        ``rail_region`` ...); what is not given: capacity from its output, never overrun, railways of the Reich, no position

        Raises ValueError for a plant that is there already, KeyError for an unknown product or fact.
        """
        if plant_id in self.plant_ids:
            raise ValueError(f"plant {plant_id!r} is in the system already")
        made = np.zeros(len(self.products))
        for name, tons in output_t_per_day.items():
            made[self.product(name)] = tons
        row: dict[str, Any] = {
            **{"plant_ids": plant_id, "names": plant_id, "regions": "", "processes": "", "sites": site or plant_id},
            "capacity_t_per_year": made.sum() * 365.25,
            "output_t_per_day": made,
            "all_products_t_per_day": made.sum(),
            "synthetic": False,
            "aviation_free": False,
            "overrun_day": float(self.n_days),
            "latitude": np.nan,
            "longitude": np.nan,
            "rail_region": REICH,
        }
        plural = {"name": "names", "region": "regions", "process": "processes"}
        for name, value in facts.items():
            row[plural.get(name, name) if plural.get(name, name) in row else _unknown(name, row)] = value
        carried = np.exp(self.rail.recorded_log[:, row["rail_region"]])

        def longer(before, value):
            return (*before, value) if isinstance(before, tuple) else np.concatenate([before, np.asarray(value)[None]])

        fields: dict[str, Any] = {name: longer(getattr(self, name), value) for name, value in row.items()}
        return self._replace(**fields, rail_index=np.concatenate([self.rail_index, carried[:, None]], axis=1))


_PER_PLANT = (
    *("plant_ids", "names", "regions", "processes", "sites", "capacity_t_per_year", "output_t_per_day"),
    *("all_products_t_per_day", "synthetic", "aviation_free", "overrun_day", "rail_region", "latitude", "longitude"),
)


def _position(name: str, known: tuple[str, ...], what: str) -> int:
    try:
        return known.index(name)
    except ValueError:
        raise KeyError(f"{what} {name!r} is not in the system; known: {', '.join(known)}") from None


def _unknown(name: str, known: dict) -> str:
    raise KeyError(f"{name!r} is no fact of a plant; known: {', '.join(sorted(known))}")
