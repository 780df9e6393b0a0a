"""What the map room draws, as JSON-ready numbers and figures."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..clock import MONTHS, days_in_month, month_end_day, month_index, month_of_day
from ..directives.forces import FORCES
from ..flight.arm_run import DayByDay
from ..flight.schedule import counted_once
from ..record import Record, own_rows, weak_row
from ..record.names import short_name
from ..report.figure_map import MAP_NARROW_PX, MAP_WIDE_PX, Fallen, Spot, day_map
from ..report.map_ground import GROUND_SAYS, lambert_km
from ..studies.outcomes import QUANTILES, interval, whole_tons
from ..studies.replay import AVIATION, recorded_months
from .choices import DOES, FORCE_NAMES, REPAIRERS, MapChoice, history_of
from .engine import SEED, MapWorld
from .pages import Band, Point, Series, both_arms_figures, month_words, on_page
from .record_tables import works_of

LEAST_SHOWN_T = 1.0
"""Tons below which a raid of a possible war is not drawn."""


def flown_data(lab: MapWorld) -> dict[str, Any]:
    """History: plants, raids, shares by day and the empty maps."""
    run = lab.history[max(lab.history)]
    return {
        "plants": plants(lab),
        "raids": recorded_raids(lab),
        "share": percent(run.share),
        "basis": lab.basis,
        "draws": run.aviation_t.shape[0],
        "maps": maps_of(lab, run.share[0], [], "map", ""),
    }


def chosen_data(lab: MapWorld, choice: MapChoice, run: DayByDay) -> dict[str, Any]:
    """An arm: mean shares by day, figures beside history, and its sum in words and numbers."""
    flown = history_of(lab, choice.from_month, choice.draws)
    return {
        "draws": choice.draws,
        "share": percent(run.share),
        "figures": figures(lab, choice, run),
        "said": said(choice, run, flown),
        "numbers": numbers(choice, run, flown),
        "basis": lab.basis,
        "command": command(choice),
        "sources": sources(lab.record),
        "rows": table(lab, choice, run),
    }


def sources(record: Record) -> dict[str, list[str]]:
    """The works that the recorded points of each figure stand in; of the map, its tables."""
    made = [record.rows("output")[k] for m in recorded_months(record) if m.series == AVIATION for k in m.row_ids]
    stood = [
        r
        for r in record.rows("stocks_and_use").values()
        if r["product"] == "aviation_gasoline" and r["quantity"] in ("stock_end", "stock_end_flow")
    ]
    return {
        "output": _citations(record, made),
        "stock": _citations(record, stood),
        "map": [f"tables plants, raids and raid_calendar of the record {record.hash[:12]}", GROUND_SAYS],
    }


def _citations(record: Record, rows: list[dict]) -> list[str]:
    return [work.citation for work in works_of(record, rows)]


def percent(share: np.ndarray) -> list[list[int]]:
    """Shares as whole percent."""
    return np.rint(share * 100).astype(int).tolist()


def plants(lab: MapWorld) -> list[dict[str, Any]]:
    """Every plant and group with its names, capacity and how its row is known."""
    system, rows = lab.system, lab.record.rows("plants")
    out = []
    for k, plant_id in enumerate(system.plant_ids):
        row = rows.get(plant_id)
        out.append(
            {
                "id": plant_id,
                "name": name_of(lab, k),
                "kind": str(system.processes[k]).replace("_", " "),
                "capacity": round(float(system.capacity_t_per_year[k])),
                "placed": bool(np.isfinite(system.latitude[k])),
                "weak": row is None or weak_row(row),
            }
        )
    return out


def name_of(lab: MapWorld, index: int) -> str:
    """Short name of a plant, or the name of a group."""
    return (
        short_name(lab.system.plant_ids[index]) if np.isfinite(lab.system.latitude[index]) else lab.system.names[index]
    )


def recorded_raids(lab: MapWorld) -> list[list[Any]]:
    """[day, force, plant, tons, known, row, table] of every raid as flown; known: digitised, with a doubt, recalled.

    Tons are shared between works on one site, as those of an arm are.
    """
    s, out = lab.schedule, []
    counted_t = s.bombs_t * counted_once(s, lab.system)
    keys: dict[str, str] = {f.force: f.key for f in FORCE_NAMES}
    for r, raid_id in enumerate(s.raid_ids):
        doubted = s.factor[r] < 1 or s.day_sd[r] > 0
        known = "recalled" if not s.recorded[r] else "digitised, doubted" if doubted else "digitised"
        table = "raids" if s.recorded[r] else "raid_calendar"
        out.append(
            [
                int(s.day[r]),
                keys[FORCES[s.force[r]]],
                int(s.plant[r]),
                round(float(counted_t[r])),
                known,
                raid_id,
                table,
            ]
        )
    return out


def war_data(run: DayByDay, world: int) -> dict[str, Any]:
    """One possible war under an arm's orders, day by day. run: of that world alone"""
    months = {"output": run.aviation_t[0], "stock": run.stock_t[0]}
    return {
        "world": world,
        "share": percent(run.share),
        "raids": raids_of(run),
        "months": {name: [round(float(v)) for v in values] for name, values in months.items()},
    }


def raids_of(run: DayByDay) -> list[list[Any]]:
    """[day, force, plant, tons] of a run of one world."""
    keys = {FORCES.index(f.force): f.key for f in FORCE_NAMES}
    at = np.argwhere(run.bombs_t >= LEAST_SHOWN_T)
    return [[int(t), keys[int(g)], int(p), round(float(run.bombs_t[t, g, p]))] for t, g, p in at]


def map_of(
    lab: MapWorld, share: np.ndarray, fallen: list[Fallen], width: int, name: str, title: str, *, enlarged: bool = True
) -> str:
    """The map with every plant that has a place. share: [P] of the day; enlarged: with the crowded parts enlarged."""
    system = lab.system
    spots = [
        Spot(
            k,
            system.plant_ids[k],
            name_of(lab, k),
            lambert_km(float(system.latitude[k]), float(system.longitude[k])),
            float(system.capacity_t_per_year[k]),
            float(share[k]),
        )
        for k in range(system.n_plants)
        if np.isfinite(system.latitude[k])
    ]
    return on_page(day_map(spots, fallen, width, name, title or "Plants of the oil system", enlarged=enlarged), name)


def maps_of(lab: MapWorld, share: np.ndarray, fallen: list[Fallen], name: str, title: str) -> dict[str, str]:
    """The map for a wide page and for a narrow one."""
    sizes = (("wide", MAP_WIDE_PX), ("narrow", MAP_NARROW_PX))
    return {size: map_of(lab, share, fallen, px, f"{name}-{size}", title) for size, px in sizes}


def figures(lab: MapWorld, choice: MapChoice, run: DayByDay) -> dict[str, dict[str, str]]:
    """Output and stock, wide and narrow, as SVG."""
    made = {"output": output_series(lab, choice, run), "stock": stock_series(lab, choice, run)}
    return {name: both_arms_figures(series, name) for name, series in made.items()}


def output_series(lab: MapWorld, choice: MapChoice, run: DayByDay) -> Series:
    """Aviation gasoline a month."""
    flown = history_of(lab, choice.from_month, choice.draws).aviation_t
    chosen = None if choice.is_history else band(run.aviation_t)
    return Series(
        "Aviation gasoline made",
        "thousand tons a month",
        band(flown),
        chosen,
        output_points(lab.record),
        lab.basis,
        shows_war=True,
    )


def stock_series(lab: MapWorld, choice: MapChoice, run: DayByDay) -> Series:
    """Aviation gasoline in stock at the month's end."""
    flown = history_of(lab, choice.from_month, choice.draws).stock_t
    chosen = None if choice.is_history else band(run.stock_t)
    title = "Aviation gasoline in stock, if used as recalled"
    return Series(
        title,
        "thousand tons at the month's end",
        band(flown),
        chosen,
        stock_points(lab.record),
        lab.basis,
        shows_war=True,
    )


def band(values: np.ndarray) -> Band:
    """5, 50 and 95 percent of [D, M]."""
    return Band(*np.quantile(values, QUANTILES, axis=0).tolist())


def output_points(record: Record) -> list[Point]:
    """Recorded output of aviation gasoline, all sources."""
    return [
        Point(
            month_index(m.month),
            m.low_t,
            m.high_t,
            m.is_weak,
            f"{m.month}: {m.low_t:,.0f} to {m.high_t:,.0f} t, {m.status}, confidence {m.confidence}",
        )
        for m in recorded_months(record)
        if m.series == AVIATION
    ]


def stock_points(record: Record) -> list[Point]:
    """Recorded stock of aviation gasoline, a reported figure before one reckoned from flows."""
    own = own_rows(record.rows("stocks_and_use").values(), "product", "quantity", "period")
    found: dict[str, dict] = {}
    for quantity in ("stock_end_flow", "stock_end"):
        of_month = {m: own.get(("aviation_gasoline", quantity, m)) for m in MONTHS}
        found |= {m: r for m, r in of_month.items() if r and r["value"] is not None}
    return [
        Point(
            month_index(m),
            r["value"],
            r["value"],
            weak_row(r) or r["status"] != "looked_up",
            f"{m}: {r['value']:,.0f} t, {r['status']}, confidence {r['confidence']}",
        )
        for m, r in sorted(found.items())
    ]


def table(lab: MapWorld, choice: MapChoice, run: DayByDay) -> list[dict[str, Any]]:
    """The numbers of both figures, a row a month: for CSV and for those who cannot see the figures."""
    flown = history_of(lab, choice.from_month, choice.draws)
    known = {p.month: p for p in output_points(lab.record)}
    stood = {p.month: p for p in stock_points(lab.record)}
    rows = []
    for m, month in enumerate(MONTHS):
        row: dict[str, Any] = {"month": month}
        for name, points, chosen, was in (
            ("output", known, run.aviation_t, flown.aviation_t),
            ("stock", stood, run.stock_t, flown.stock_t),
        ):
            p = points.get(m)
            row |= {
                f"{name}_recorded_low_t": p and p.low,
                f"{name}_recorded_high_t": p and p.high,
                f"{name}_recorded_how": p and ("marked: " if p.weak else "") + p.says.split("t, ", 1)[1],
            }
            for arm, values in (("flown", was), ("choice", chosen)):
                row |= {f"{name}_{arm}_{q}_t": tons for q, tons in whole_tons(values[:, m]).items()}
        rows.append(row)
    return rows


def fallen_on(lab: MapWorld, war: DayByDay | None, day: int) -> list[Fallen]:
    """Raids of a day: of a possible war, or as flown where there is none."""
    if war is None:
        return [Fallen(p, f, t, known != "recalled") for d, f, p, t, known, *_ in recorded_raids(lab) if d == day]
    return [Fallen(p, f, t, True) for d, f, p, t in raids_of(war) if d == day]


def position(day: int) -> float:
    """Where a day lies on the axis of months: 0 is the middle of the first month."""
    month = month_of_day()[day]
    length = days_in_month()[month]
    return month - 0.5 + (length - (month_end_day(MONTHS[month]) - day) - 0.5) / length


# What a choice in the map room comes to: a sentence, three numbers, and the command that makes them again.


def numbers(choice: MapChoice, run: DayByDay, flown: DayByDay) -> list[dict[str, Any]]:
    """What the choice changes against history, from its first month on: median and 90 percent of the paired draws."""
    start = month_index(choice.from_month)
    made, was = (r.aviation_t[:, start:].sum(axis=1) for r in (run, flown))
    lost, before = (r.missing[:, start:].sum(axis=(1, 2)) for r in (run, flown))
    tons, then = (r.dropped_t[:, start:].sum(axis=(1, 2)) for r in (run, flown))
    rows = (
        ("Aviation gasoline made", "thousand t", made / 1e3, was / 1e3),
        ("Bombs on oil", "thousand t", tons / 1e3, then / 1e3),
        ("Aircraft missing on oil", "aircraft", lost, before),
    )
    return [
        {"label": label, "unit": unit, "chosen": interval(now), "flown": interval(old), "change": interval(now - old)}
        for label, unit, now, old in rows
    ]


def said(choice: MapChoice, run: DayByDay, flown: DayByDay) -> str:
    """The choice and its effect in one sentence."""
    if choice.is_history:
        return "Nothing differs from history yet: choose what a force does, from a month on."
    start = month_index(choice.from_month)
    ratio = run.aviation_t[:, start:].sum(axis=1) / flown.aviation_t[:, start:].sum(axis=1)
    most, middle, least = 100 * (1 - np.quantile(ratio, QUANTILES))
    return (
        f"From {month_words(choice.from_month)} on {stated(choice)}: {_less(middle)} aviation gasoline than under history's orders "
        f"(in 90 of 100 possible wars: {_range(least, most)})."
    )


def _less(percent_less: float) -> str:
    return f"{abs(percent_less):.0f} percent {'less' if percent_less >= 0 else 'more'}"


def _range(least: float, most: float) -> str:
    """The ends of an interval of percent less; both words only where the ends differ in them."""
    if least >= 0 or most < 0:
        low, high = sorted((abs(least), abs(most)))
        return f"{low:.0f} to {high:.0f}"
    return f"{_less(least)} to {_less(most)}"


def stated(choice: MapChoice) -> str:
    """Who does what, in words."""
    said = zip(FORCE_NAMES, choice.directives, choice.shares, strict=True)
    doers = [(f.name, d, share) for f, d, share in said if d != "as_ordered"]
    if len(doers) == len(FORCE_NAMES) and len({(d, share) for _, d, share in doers}) == 1:
        doers = [("every force", *doers[0][1:])]
    parts = [
        f"{who} {DOES[d]}{'' if share == 100 else f' with {share} percent of those tons'}" for who, d, share in doers
    ]
    if choice.repairers != "as_ordered":
        parts.append(f"repair crews go to {REPAIRERS[choice.repairers]}")
    return "; ".join(parts)


def command(choice: MapChoice) -> str:
    """The command that makes the same comparison."""
    words = "" if choice.intelligence == "photographs" else ":perfect"
    words += "" if choice.repairers == "as_ordered" else f":repairers={choice.repairers}"
    arms = f"my_directive.toml{words}"
    return f"oilplan compare {arms} --from {choice.from_month}-01 --draws {choice.draws} --seed {SEED}"
