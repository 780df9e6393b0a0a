"""The German oil system of spring 1944, built from the record."""

from __future__ import annotations

import numpy as np

from ..clock import CAMPAIGN, Window, month_length_d
from ..errors import OilplanError
from ..record import Record, own_rows
from ..units import MONTHS_PER_YEAR
from .rail import rail_facts, rail_region
from .target import (
    AVIATION_GASOLINE,
    DIESEL_OIL,
    MOTOR_FUEL,
    MOTOR_GASOLINE,
    PRODUCTS,
    Store,
    TargetSystem,
    freely,
    rationed,
)

ANCHOR_MONTH = "1944-04"
"""The month to which all capacities are scaled."""
AVIATION, MOTOR, DIESEL = (PRODUCTS.index(name) for name in (AVIATION_GASOLINE, MOTOR_GASOLINE, DIESEL_OIL))
HYDROGENATION, FISCHER_TROPSCH, REFORMING = "hydrogenation", "fischer_tropsch", "reforming"

GROUP_OF_REGION = {
    **dict.fromkeys(
        ("northwest", "ruhr", "rhineland", "central", "alsace", "upper_rhine", "bavaria"), "refining_germany"
    ),
    "austria": "refining_austria",
    **dict.fromkeys(("hungary", "slovakia", "bohemia", "poland", "croatia"), "refining_protectorate"),
    "romania": "ploesti_group",
}
REFINING_SHARE = {"refining_germany": 0.38, "refining_austria": 0.59, "refining_protectorate": 0.03}
"""Crude refined monthly: 38 percent pre-war Germany, 59 Austria, the rest protected countries
[record: output, 1944 crude_refining month_average, USSBS Oil Division]."""
GROUP_NAMES = {
    "refining_germany": "Crude refining, Germany",
    "refining_austria": "Crude refining, Austria",
    "refining_protectorate": "Crude refining, protected countries",
    "tar_group": "Tar distillation",
    "benzol_group": "Benzol recovery",
    "ploesti_group": "Ploesti (imports)",
}
AVIATION_YIELD = {"troeglitz_zeitz": 0.15, "luetzkendorf": 0.2, "blechhammer_north": 0.3, "ludwigshafen_oppau": 0.3}
"""Prior aviation yields of plants whose yield was not looked up: Zeitz made diesel and paraffin by the TTH process, the
rest by judgement. All are free in the fit (see `aviation_log_split`)."""
USUAL_YIELD = 0.5
SHARE_OF_AVIATION, ALL_OIL = "plant_share_of_aviation_fuel", "total_oil_before_attack"
"""Quantities of `plant_output` that tell what a plant made before its first raid."""
OTHER_AVIATION_T_PER_MONTH = 4700.0
"""Benzol and other small plants, September 1944 [webster1961iii, p. 229 n. 1]."""


def oil_system(record: Record, window: Window = CAMPAIGN) -> TargetSystem:
    """The oil system: every hydrogenation, Fischer-Tropsch and reforming plant, and six groups.

    window: days that are modelled; it must begin in April 1944, to whose figures all output is scaled

    Raises OilplanError when the record lacks a component of April 1944 output, or gives less of a product than the
    plants of fixed yield make.
    """
    plants, april = {r["plant_id"]: r for r in record.rows("plants").values()}, _april(record)
    rows = _nodes(record, plants, april)
    kinds = np.array([r["kind"] for r in rows])
    all_t = _scaled_to_april(rows, kinds, april)
    output = _products(rows, kinds, all_t, april)
    ids = tuple(r["id"] for r in rows)
    free = np.array([r["kind"] == HYDROGENATION and r["aviation"] is None and r["capacity"] > 0 for r in rows])
    days = month_length_d(ANCHOR_MONTH)
    rail, rail_regions = rail_facts(record, window), np.array([rail_region(r["region"]) for r in rows])
    return TargetSystem(
        plant_ids=ids,
        names=tuple(r["name"] for r in rows),
        regions=tuple(r["region"] for r in rows),
        processes=tuple(kinds),
        capacity_t_per_year=np.array([r["capacity"] for r in rows]),
        output_t_per_day=output / days,
        all_products_t_per_day=all_t / days,
        synthetic=np.isin(kinds, (HYDROGENATION, FISCHER_TROPSCH)),
        aviation_free=free,
        other_aviation_t_per_day=OTHER_AVIATION_T_PER_MONTH / days,
        overrun_day=overrun_days(record, ids, window),
        rail_index=np.exp(rail.recorded_log)[:, rail_regions],
        rail_region=rail_regions,
        rail=rail,
        latitude=np.array([r["latitude"] for r in rows], dtype=float),
        longitude=np.array([r["longitude"] for r in rows], dtype=float),
        sites=tuple(plants[name]["site_id"] if name in plants else name for name in ids),
        window=window,
        products=PRODUCTS,
        last_product=AVIATION_GASOLINE,
        stores=oil_stores(record, float(output[:, [MOTOR, DIESEL]].sum() / days), window),
    )


def _nodes(record: Record, plants: dict[str, dict], april) -> list[dict]:
    """Plants that are modelled one by one, then the groups."""
    single = [r for r in plants.values() if r["row_type"] == "plant" and kind_of(r) is not None]
    rows = [_plant_row(r, *_before_attack(record, r["plant_id"], april)) for r in single]
    return rows + [_group_row(g, plants, april) for g in GROUP_NAMES]


def kind_of(plant: dict) -> str | None:
    """Kind of a row of `plants` that is modelled one by one, or None for a member of a group."""
    process = plant["process"]
    if process.startswith("fischer_tropsch"):
        return FISCHER_TROPSCH
    if process.startswith("hydroforming"):
        return REFORMING
    synthetic_oil = ("bergius", "hydrogenation", "iso-octane", "methanol")
    return HYDROGENATION if process.startswith(synthetic_oil) else None


def group_of(plant: dict) -> str | None:
    """Group to which a row of `plants` belongs, or None for a plant modelled one by one."""
    if kind_of(plant) is not None:
        return None
    if "tar" in plant["process"]:
        return "tar_group"
    return "benzol_group" if plant["process"].startswith("benzol") else GROUP_OF_REGION.get(plant["region"])


def _before_attack(record: Record, plant_id: str, april: dict) -> tuple[float | None, float | None]:
    """What a work gives a plant before its first raid [t a month]: aviation gasoline (by its share of the country's) and all oil.

    [record: plant_output; boog2006, table I.I.13; webster1961iii, p. 49]. None where no work does.
    """
    found = {
        r["quantity"]: r["value"]
        for r in record.rows("plant_output").values()
        if r["plant_id"] == plant_id and r["quantity"] in (SHARE_OF_AVIATION, ALL_OIL) and r["value"] is not None
    }
    share = found.get(SHARE_OF_AVIATION)
    return None if share is None else share / 100.0 * april["aviation_gasoline"], found.get(ALL_OIL)


def _plant_row(r: dict, aviation_t: float | None, all_t: float | None) -> dict:
    """aviation_t, all_t: of `_before_attack`; a looked-up capacity of aviation gasoline goes before."""
    yearly = r["avgas_t_per_year"]
    return {
        "id": r["plant_id"],
        "name": r["name"],
        "region": r["region"],
        "kind": kind_of(r),
        "capacity": r["capacity_t_per_year"] or 0.0,
        "aviation": aviation_t if yearly is None else yearly / MONTHS_PER_YEAR,
        "all": all_t,
        "motor": r["motor_gasoline_t_per_year"] or 0.0,
        "diesel": r["diesel_t_per_year"] or 0.0,
        "latitude": r["latitude"],
        "longitude": r["longitude"],
    }


def _group_row(group: str, plants: dict, april: dict) -> dict:
    members = [r for r in plants.values() if r["row_type"] == "plant" and group_of(r) == group]
    nameplate = plants[group]["capacity_t_per_year"] if group in plants else 0.0
    capacity = nameplate or sum(r["capacity_t_per_year"] or 0.0 for r in members)
    return {
        "id": group,
        "name": GROUP_NAMES[group],
        "region": members[0]["region"] if members else "all",
        "kind": group,
        "capacity": capacity,
        "aviation": 0.0,
        "all": None,
        "motor": 0.0,
        "diesel": 0.0,
        "latitude": np.nan,
        "longitude": np.nan,
    }


def _april(record: Record) -> dict[str, float]:
    """April 1944 output by series [t a month]; imports are those of March, the last full month."""
    own = own_rows(record.rows("output").values(), "period", "period_type", "quantity")

    def of(month: str, quantity: str) -> float:
        row = own.get((month, "month", quantity))
        if row is None or row["value"] is None:
            raise OilplanError(f"output: the record has no figure of {quantity} for {month}; the oil system needs it.")
        return row["value"]

    names = (
        *("aviation_gasoline", "hydrogenation", "fischer_tropsch", "crude_refining"),
        *("tar_distillation", "benzol", "motor_gasoline", "diesel"),
    )
    april = {name: of("1944-04", name) for name in names}
    april["imports"] = of("1944-03", "imports_finished_products_romania")
    return april


def _scaled_to_april(rows: list[dict], kinds: np.ndarray, april: dict) -> np.ndarray:
    """[P] all liquid products a month, each kind scaled to its figure of April 1944; a plant's own figure is kept."""
    own = np.array([np.nan if r["all"] is None else r["all"] for r in rows])
    total = np.array([r["capacity"] / MONTHS_PER_YEAR for r in rows])
    total = np.where(np.isnan(own), total, own)
    for kind in (HYDROGENATION, FISCHER_TROPSCH):
        scaled = (kinds == kind) & np.isnan(own)
        total[scaled] *= (april[kind] - total[(kinds == kind) & ~scaled].sum()) / total[scaled].sum()
    for group, share in REFINING_SHARE.items():
        total[kinds == group] = share * april["crude_refining"]
    total[kinds == "tar_group"] = april["tar_distillation"]
    total[kinds == "benzol_group"] = april["benzol"]
    total[kinds == "ploesti_group"] = april["imports"]
    return total


def _products(rows: list[dict], kinds: np.ndarray, all_t: np.ndarray, april: dict) -> np.ndarray:
    """[P, K] tons a month at full working.

    Motor gasoline and diesel of the hydrogenation, refining and tar works are not in the record. What is left of
    April's recalled national figures after Fischer-Tropsch and benzol is shared among them in proportion to their
    output other than aviation gasoline; imports are split the same way.
    """
    out = np.zeros((len(rows), 3))
    out[:, AVIATION] = _aviation(rows, kinds, all_t, april)
    fischer = kinds == FISCHER_TROPSCH
    out[fischer, MOTOR] = [r["motor"] / MONTHS_PER_YEAR for r in rows if r["kind"] == FISCHER_TROPSCH]
    out[fischer, DIESEL] = [r["diesel"] / MONTHS_PER_YEAR for r in rows if r["kind"] == FISCHER_TROPSCH]
    out[kinds == "benzol_group", MOTOR] = all_t[kinds == "benzol_group"]
    sharing = ~np.isin(kinds, (FISCHER_TROPSCH, "benzol_group", "ploesti_group"))
    rest = np.where(sharing, np.maximum(all_t - out[:, AVIATION], 0.0), 0.0)
    for product, name in ((MOTOR, "motor_gasoline"), (DIESEL, "diesel")):
        made = out[:, product].sum()
        if april[name] < made:
            raise OilplanError(
                f"output: April 1944 has {april[name]:,.0f} t of {name}, but the Fischer-Tropsch and benzol works alone "
                f"make {made:,.0f} t; change the month or the plants."
            )
        rate = (april[name] - made) / rest.sum()
        out[:, product] += rate * rest
        out[kinds == "ploesti_group", product] = rate * all_t[kinds == "ploesti_group"]
    return out


def _aviation(rows: list[dict], kinds: np.ndarray, all_t: np.ndarray, april: dict) -> np.ndarray:
    """[P] aviation gasoline a month: looked-up yields kept, the rest of April's total shared by prior yields.

    No plant makes more aviation gasoline than it makes in all.
    """
    known = np.minimum([r["aviation"] or 0.0 for r in rows], all_t)
    free = np.array([r["aviation"] is None and r["kind"] == HYDROGENATION for r in rows])
    weight = np.array([r["capacity"] * AVIATION_YIELD.get(r["id"], USUAL_YIELD) for r in rows]) * free
    fixed = OTHER_AVIATION_T_PER_MONTH + known.sum()
    left = april["aviation_gasoline"] - fixed
    if left < 0:
        raise OilplanError(
            f"output: April 1944 has {april['aviation_gasoline']:,.0f} t of aviation gasoline, but the plants whose yield "
            f"is recorded and the small works alone make {fixed:,.0f} t; change the month or those plants' avgas_t_per_year."
        )
    return known + left * weight / weight.sum()


CLOSED_FOR_GOOD = {"gelsenberg": "1944-09-13"}
"""Gelsenberg was rebuilt after 12/13 June 1944, "again hit as production began to restart; then closed for good"
[record: plant_output, gelsenberg 1944-06-13]; the raids that fit are those of 11 and 13 September."""


OVERRUN, GIVEN_UP = "overrun", "derelict"


def overrun_days(
    record: Record, plant_ids: tuple[str, ...], window: Window = CAMPAIGN, kinds: tuple[str, ...] = (OVERRUN, GIVEN_UP)
) -> np.ndarray:
    """[P] first day on which each plant or group is lost to ground forces or given up; past the end if it was not.

    kinds: of loss that count; given up holds what was closed for good
    A row's day is the middle of its interval; of several rows of one kind the narrowest counts, of two kinds
    (overrun, derelict) the earlier; a plant closed for good is lost on that day. A group is lost
    when half its members are.
    """
    closed = CLOSED_FOR_GOOD if GIVEN_UP in kinds else {}
    lost: dict[str, float] = {plant_id: window.day_of(date) for plant_id, date in closed.items()}
    narrowest: dict[tuple[str, str], tuple[int, float]] = {}
    for r in record.rows("overrun").values():
        if r["what"] not in kinds:
            continue
        first, last = window.day_of(r["earliest"]), window.day_of(r["latest"])
        key = (r["plant_id"], r["what"])
        narrowest[key] = min(narrowest.get(key, (window.n_days * 2, 0.0)), (last - first, (first + last) // 2))
    for (plant_id, _), (_, day) in narrowest.items():
        lost[plant_id] = min(lost.get(plant_id, window.n_days), day)
    members: dict[str, list[float]] = {}
    for r in record.rows("plants").values():
        if r["row_type"] == "plant" and (group := group_of(r)):
            members.setdefault(group, []).append(lost.get(r["plant_id"], window.n_days))
    lost |= {group: float(np.median(days)) for group, days in members.items()}
    return np.array([min(lost.get(plant_id, window.n_days), window.n_days) for plant_id in plant_ids], dtype=float)


# Stocks: what was there at the end of April 1944, and what was wanted from then on.

AVIATION_STOCK, MOTOR_STOCK = "aviation_gasoline", "motor_fuel"
"""Names of the stores of the oil system."""
FIRST_STOCK_MONTH = "1944-05"
"""The stock of the evening before its first day is the last that the record prints."""


def oil_stores(record: Record, ground_t_per_day: float, window: Window = CAMPAIGN) -> tuple[Store, ...]:
    """Aviation gasoline by itself; motor gasoline and diesel together.

    Aviation gasoline is drawn on freely until it is empty and no substitute relieves it [record: substitutes]. Of motor
    fuel rationing lets out a share, and producer gas, alcohol and compressed gas take over a share of the need at once;
    how fast the change went is not in the record.
    ground_t_per_day: motor gasoline and diesel at full working, held as their need. An assumption: consumption of both is
    missing from the record [record: stocks_and_use]. Stocks had grown for months, so the true use of April lay
    below its output and imports.
    """
    first = window.month_start_day(FIRST_STOCK_MONTH)
    need = np.full(window.n_days, ground_t_per_day)
    used, start_t = use_as_flown_t(record, window), aviation_start_t(record)
    return (
        Store(AVIATION_STOCK, (AVIATION_GASOLINE,), first, start_t, used, freely),
        Store(MOTOR_STOCK, MOTOR_FUEL, first, motor_start_t(record), need, rationed),
    )


def aviation_start_t(record: Record) -> float:
    """Stock of aviation gasoline at the end of April 1944, 574,000 t [webster1961iii, p. 228: "by May 1944"]."""
    return record.rows("stocks_and_use")["1944-05_stock_aviation_gasoline_webster1961iii"]["value"]


def motor_start_t(record: Record) -> float:
    """Stock of motor gasoline and diesel at the end of April 1944: all three products less aviation gasoline
    (1,336,000 less 574,000 t) [webster1961iii, p. 228]."""
    found = record.rows("stocks_and_use")
    return found["1944-05_stock_aviation_motor_diesel_webster1961iii"]["value"] - aviation_start_t(record)


def recorded_use(record: Record, window: Window = CAMPAIGN) -> dict[str, float]:
    """Consumption of aviation gasoline by month [t], April to December 1944, recalled; 1945 is missing."""
    own = own_rows(record.rows("stocks_and_use").values(), "product", "quantity", "period")
    used = {month: own.get(("aviation_gasoline", "consumption", month)) for month in window.months}
    return {month: row["value"] for month, row in used.items() if row and row["value"] is not None}


def use_as_flown_t(record: Record, window: Window = CAMPAIGN) -> np.ndarray:
    """[T] consumption of aviation gasoline a day as recalled; after December 1944 its figure is held as a need.

    A need, not a fact, for 1945: the record has no consumption for it.
    """
    use = recorded_use(record, window)
    held = use[max(use)]
    per_month = np.array([use.get(month, held) / month_length_d(month) for month in window.months])
    return per_month[window.month_of_day]
