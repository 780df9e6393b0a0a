"""What a system's verbs say: a run, a comparison of arms and a sweep over laws, as plain numbers ready for JSON.

Axes: D draws, T days, M months, K products, P plants.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from ..errors import OilplanError
from ..model.law import RIVAL_LAWS
from ..model.resilience import MEANINGS, UNITS, Resilience, resilience
from ..model.resilience import banded as interval
from ..studies import manifest
from .courses import Course, course
from .flight import Delivery, Flyer, worlds
from .folder import SystemFolder
from .spec import AS_GIVEN, StoreKeys, StrikerKeys
from .unknowns import reckon

QUANTILES = (0.05, 0.5, 0.95)
MEASURES = tuple(name for name in Resilience._fields if name != "recovered")
"""Measures with a median that says something."""
DRY = 1e-6
"""Share of a store's need under which it counts as empty."""
PRIOR, FITTED = "drawn from the unknowns as the folder states them, not fitted", "fitted to series.csv"
Progress = Callable[[int, int], None]


class SystemRun(NamedTuple):
    """summary: JSON-ready; flown: what was delivered, every draw, by arm; manifest: what it was made from."""

    summary: dict
    flown: dict[str, Delivery]
    manifest: dict


def run_system(
    system: SystemFolder,
    arm: str = AS_GIVEN,
    *,
    draws: int = 500,
    seed: int = 1944,
    fit: Any = None,
    command: Sequence[str] = (),
) -> SystemRun:
    """Fly one arm of a system. fit: a posterior, or None for the unknowns as the folder states them.

    Raises OilplanError for an unknown arm, draws or a seed out of range.
    """
    given = worlds(system, draws=draws, seed=seed, fit=fit)
    flyer, of = Flyer(system, given), course(system, arm)
    flown = flyer.fly(of)
    summary = _head(system, draws, seed, fit) | {
        "arm": of.name,
        "about_arm": of.about,
        "products": [_product(system, flown, k) for k in range(len(system.products))],
        "stores": [_store(system, flown, s.name) for s in system.keys.stores],
        "plants": _plants(system, of, flown),
        "strikes": _strikes(system, flyer, of),
        "struck_days": sorted({system.window.day_of(r["date"]) for r in of.strikes}),
        "series": recorded(system, flown),
    }
    return SystemRun(summary, {of.name: flown}, _made(system, summary, command, arms=[of.name], fit=fit))


def compare_systems_arms(
    system: SystemFolder,
    arms: Sequence[str],
    *,
    base: str | None = None,
    draws: int = 500,
    seed: int = 1944,
    fit: Any = None,
    command: Sequence[str] = (),
    progress: Progress = lambda done, of: None,
) -> SystemRun:
    """Fly arms in the same worlds and set each, draw by draw, against a base: as_given unless named, flown beside them.

    Raises OilplanError as `run_system`, and for a base that is not among the arms.
    """
    names = list(dict.fromkeys(arms)) or list(system.arm_names)
    wanted = base or AS_GIVEN
    flown_arms = names if wanted in names else [wanted, *names]
    courses = [course(system, name) for name in flown_arms]
    if len({c.name for c in courses}) < len(courses):
        raise OilplanError("two arms have one name; give each file a name of its own.")
    base_name = courses[flown_arms.index(wanted)].name
    flyer = Flyer(system, worlds(system, draws=draws, seed=seed, fit=fit))
    flown, values = {}, {}
    for n, of in enumerate(courses):
        flown[of.name] = flyer.fly(of)
        values[of.name] = outcomes(system, of, flown[of.name], flyer)
        progress(n + 1, len(courses))
    summary = _head(system, draws, seed, fit) | {
        "base": base_name,
        "arms": [_against(system, c, values[c.name], values[base_name]) for c in courses],
        "days": {c.name: day_bands(level(flown[c.name], system, system.headline)) for c in courses},
        "twins": _twins(flown),
    }
    return SystemRun(summary, flown, _made(system, summary, command, arms=list(flown), base=base_name, fit=fit))


def _against(system: SystemFolder, of: Course, values: dict[str, np.ndarray], base: dict[str, np.ndarray]) -> dict:
    units = outcome_units(system)
    return {
        "name": of.name,
        "about": of.about,
        "outcomes": {k: interval(v, units[k]) for k, v in values.items()},
        "difference": {k: interval(v - base[k]) for k, v in values.items()},
    }


def sweep_system(
    system: SystemFolder,
    arms: Sequence[str],
    laws: Sequence[str],
    *,
    draws: int,
    seed: int,
    progress: Progress = lambda done, of: None,
) -> dict:
    """A comparison under each of several rival laws: {law: summary}. Raises OilplanError for an unknown law."""
    for law in laws:
        if law not in RIVAL_LAWS:
            raise OilplanError(f"laws: came {law[:80]!r}; expected one of {'; '.join(RIVAL_LAWS)}.")
    out = {}
    for n, law in enumerate(laws):
        out[law] = compare_systems_arms(system.with_law({"form": law}), arms, draws=draws, seed=seed).summary
        progress(n + 1, len(laws))
    return out


def level(flown: Delivery, system: SystemFolder, product: str) -> np.ndarray:
    """[D, T] share of a product's full working that was delivered."""
    k = system.products.index(product)
    return flown.products[:, :, k] / flown.full[:, None, k]


def outcomes(system: SystemFolder, of: Course, flown: Delivery, flyer: Flyer) -> dict[str, np.ndarray]:
    """[D] of every outcome of an arm, under the names of `outcome_units`."""
    out: dict[str, np.ndarray] = {}
    for product in system.products:
        measured = resilience(level(flown, system, product))
        out |= {f"{product}.{name}": values for name, values in measured._asdict().items() if name in MEASURES}
    for store in system.keys.stores:
        stock, short = flown.stock[store.name], flown.short[store.name]
        out[f"{store.name}.lowest"] = stock.min(axis=1)
        out[f"{store.name}.days_short"] = (short > DRY * (1.0 + short.max())).sum(axis=1).astype(float)
        out[f"{store.name}.short"] = short.sum(axis=1)
    for id_, by in system.strikers.items():
        rows = [r for r in of.strikes if r["by"] == id_]
        out[f"{id_}.{system.kind}s"] = np.full(len(flown.full), float(len(rows)))
        if (lost := _lost(flyer, by, len(rows))) is not None:
            out[f"{id_}.lost"] = lost
    return out


def _lost(flyer: Flyer, by: StrikerKeys, strikes: int) -> np.ndarray | None:
    """[D] what so many raids cost their force; None where the folder does not say."""
    if by.lost_per_raid is None:
        return None
    each = np.asarray(reckon(by.lost_per_raid, flyer.values), float)
    return np.broadcast_to(each, len(flyer.worlds.z)) * strikes


def outcome_units(system: SystemFolder) -> dict[str, str]:
    """Unit of every outcome of a comparison, in the order in which they are shown, headline product first."""
    order = [system.headline, *(p for p in system.products if p != system.headline)]
    units = {f"{p}.{name}": UNITS[name] for p in order for name in MEASURES}
    for store in system.keys.stores:
        unit = store_unit(system, store)
        units |= {f"{store.name}.lowest": unit, f"{store.name}.days_short": "d", f"{store.name}.short": unit}
    for id_, by in system.strikers.items():
        units |= {f"{id_}.{system.kind}s": "", f"{id_}.lost": by.lost_unit}
    return units


def store_unit(system: SystemFolder, store: StoreKeys) -> str:
    """What a store is counted in: the unit of its products, which `oilplan.systems.folder` holds to be one."""
    return next(p.unit for p in system.keys.products if p.id == store.products[0])


def _head(system: SystemFolder, draws: int, seed: int, fit: Any) -> dict:
    keys, window = system.keys, system.window
    return {
        "system": system.name,
        "title": keys.title,
        "about": keys.about,
        "headline": system.headline,
        "window": [window.first, window.last_date.isoformat()],
        "months": list(window.months),
        "law": keys.law.form,
        "draws": draws,
        "seed": seed,
        "calibrated": fit is not None,
        "basis": PRIOR if fit is None else FITTED,
        "rests_on": system.rests_on,
        "names": {p.id: p.name or p.id for p in keys.products},
        "units": {p.id: p.unit for p in keys.products},
        "store_units": {store.name: store_unit(system, store) for store in keys.stores},
        "sources": sorted({r["source"] for r in system.rows if r["source"]}),
        "measures": MEANINGS,
        "kind": system.kind,
        "plant_ids": list(system.plant_ids),
        "system_hash": system.hash,
    }


def _made(system: SystemFolder, summary: dict, command: Sequence[str], *, fit: Any, **more: Any) -> dict:
    stated = {"system": system.name, "system_hash": system.hash, "posterior": None if fit is None else fit.manifest}
    return manifest(
        system.record, command=list(command), seed=summary["seed"], draws=summary["draws"], **stated, **more
    )


def band(values: np.ndarray, digits: int = 4) -> list[float]:
    """5th percentile, median and 95th over the draws, rounded to figures that matter."""
    return [float(f"{q:.{digits + 2}g}") for q in np.quantile(values, QUANTILES)]


def day_bands(curve: np.ndarray) -> dict[str, list[float]]:
    """Bands of [D, T] shares by day."""
    low, median, high = np.quantile(curve, QUANTILES, axis=0).round(4).tolist()
    return {"p05": low, "median": median, "p95": high}


def _product(system: SystemFolder, flown: Delivery, k: int) -> dict:
    product, window = system.keys.products[k], system.window
    curve = level(flown, system, product.id)
    measured = resilience(curve)
    by_month = [flown.products[:, window.month_of_day == m, k].sum(axis=1) for m in range(window.n_months)]
    return {
        "id": product.id,
        "name": product.name or product.id,
        "unit": product.unit,
        "full_per_day": band(flown.full[:, k]),
        "resilience": {n: interval(getattr(measured, n), UNITS[n]) for n in MEASURES},
        "recovered_share": round(float(measured.recovered.mean()), 3),
        "months": [{"month": m, "made": band(v)} for m, v in zip(window.months, by_month, strict=True)],
        "days": day_bands(curve),
    }


def _store(system: SystemFolder, flown: Delivery, name: str) -> dict:
    store = next(s for s in system.keys.stores if s.name == name)
    window, stock, short = system.window, flown.stock[name], flown.short[name]
    dry = short > DRY * (1.0 + short.max())
    return {
        "name": name,
        "products": list(store.products),
        "unit": store_unit(system, store),
        "month_ends": [
            {"month": m, "stock": band(stock[:, d])} for m, d in zip(window.months, window.month_ends, strict=True)
        ],
        "lowest": band(stock.min(axis=1)),
        "days_short": band(dry.sum(axis=1)),
        "ran_short": round(float(dry.any(axis=1).mean()), 3),
    }


def _plants(system: SystemFolder, of: Course, flown: Delivery) -> list[dict]:
    out = []
    for k, plant in enumerate(of.plants):
        share, name = flown.share[:, :, k], plant["plant_id"]
        out.append({key: plant[key] for key in ("plant_id", "name", "kind", "latitude", "longitude")})
        out[-1] |= {
            "strikes": sum(r["plant_id"] == name for r in of.strikes),
            "worst": band(share.min(axis=1)),
            "lost_d": band((1.0 - share).sum(axis=1)),
            "fed_by": [link.giver for link in of.links if link.taker == name],
        }
    return out


def _strikes(system: SystemFolder, flyer: Flyer, of: Course) -> list[dict]:
    out = []
    for id_, by in system.strikers.items():
        rows = [r for r in of.strikes if r["by"] == id_]
        lost = _lost(flyer, by, len(rows))
        said = {"id": id_, "name": by.name or id_, "number": len(rows), "unit": by.unit}
        out.append(said | {"lost": None if lost is None else band(lost), "lost_unit": by.lost_unit})
    return out


def recorded(system: SystemFolder, flown: Delivery) -> list[dict]:
    """Every figure of `series.csv` beside the band of the draws."""
    rows = []
    for row in system.series:
        low, median, high = band(modelled(system, row, flown.products, flown.share))
        spread = 1.645 * error_of(system, row)
        said = {key: row[key] for key in ("row_id", "period", "product", "plant_id")}
        inside = bool(low - spread <= row["value"] <= high + spread)
        modelled_as = {"recorded": row["value"], "p05": low, "median": median, "p95": high, "inside": inside}
        rows.append(said | modelled_as | {"source": row["source"]})
    return rows


def error_of(system: SystemFolder, row: dict) -> float:
    """Standard error of a figure of `series.csv`; at least 2 percent of full working, or of the largest figure of its kind."""
    if row["product"] is None:
        largest = 100.0
    else:
        kind = row["product"], row["plant_id"], len(row["period"])
        largest = max(r["value"] for r in system.series if (r["product"], r["plant_id"], len(r["period"])) == kind)
    return max(row["value"] * row["error_percent"] / 100.0, 0.02 * max(largest, 1e-9))


def modelled(system: SystemFolder, row: dict, products: Any, share: Any) -> Any:
    """[...] what the model says of one figure of `series.csv`. products: [..., T, K]; share: [..., T, P]; NumPy or JAX."""
    window, period = system.window, row["period"]
    if len(period) > 7:
        days = np.array([window.day_of(period)])
    else:
        days = np.flatnonzero(window.month_of_day == window.month_index(period))
    first, last = int(days[0]), int(days[-1]) + 1
    if row["product"] is None:
        return 100.0 * share[..., first:last, system.plant_ids.index(row["plant_id"])].mean(axis=-1)
    k = system.products.index(row["product"])
    if row["plant_id"] is None:
        return products[..., first:last, k].sum(axis=-1)
    made = float(reckon(next(p for p in system.plants if p["plant_id"] == row["plant_id"])[row["product"]] or 0.0, {}))
    return made * share[..., first:last, system.plant_ids.index(row["plant_id"])].sum(axis=-1)


def _twins(flown: dict[str, Delivery]) -> list[tuple[str, str]]:
    return [(a, b) for a, b in combinations(flown, 2) if np.array_equal(flown[a].products, flown[b].products)]
