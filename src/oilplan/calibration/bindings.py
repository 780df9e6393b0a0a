"""What binds the unknowns, and how tightly; what error a provenance carries is said by `oilplan.record.provenance`.

Derived and missing rows and reconstructed flows do not bind.
Rows that conflict are an interval: the centre binds with half the width over 1.645 added to the error. Every figure
also has a floor: 800 t a month, for small outputs were not counted to the ton; 8 points of percent for one plant on
one day; 150 t for all of them on one day, which is 8 points of ten plants that err apart.
"""

from __future__ import annotations

from typing import NamedTuple

from ..clock import MONTHS, N_DAYS, day_of, month_end_day, month_index
from ..model.oil import ANCHOR_MONTH
from ..model.rail import recorded_cars
from ..record import Record
from ..record.provenance import Z90, relative_error

MONTHLY_AVIATION, MONTHLY_HYDROGENATION_AVIATION = "aviation", "aviation_hydrogenation"
MONTHLY_SYNTHETIC, MONTHLY_HYDROGENATION = "synthetic", "hydrogenation"
DAILY_AVIATION, NIL_AVIATION, PLANT_SHARE = "aviation_daily", "aviation_nil", "plant_share"
CARS_LOADED = "cars_loaded"
FLOOR = {
    MONTHLY_AVIATION: 800.0,
    MONTHLY_HYDROGENATION_AVIATION: 800.0,
    MONTHLY_SYNTHETIC: 3000.0,
    MONTHLY_HYDROGENATION: 3000.0,
    DAILY_AVIATION: 150.0,
    NIL_AVIATION: 60.0,
    PLANT_SHARE: 0.08,
    CARS_LOADED: 0.05,
}
STANDING_STILL = "standing_still"
PLANT_MEASURES = ("percent_of_capacity", STANDING_STILL)
STANDING_STILL_ERROR = 0.15
"""Of the share 0 of a plant that a work calls out of action or about to resume: judgement, under a quarter for nine in ten."""
OUT_OF_ACTION = "plant_out_of_action"
DAYS_OF_UNIT = {"months": 365.25 / 12, "weeks": 7.0, "weeks (nearly)": 7.0}
"""Units of a stretch out of action. "Nearly" is taken as the whole: a day or two in eleven weeks."""
SERIES = {
    "aviation_gasoline": MONTHLY_AVIATION,
    "aviation_gasoline_alt": MONTHLY_AVIATION,
    "aviation_gasoline_synthetic_plants_only": MONTHLY_HYDROGENATION_AVIATION,
    "synthetic_plants": MONTHLY_SYNTHETIC,
    "hydrogenation": MONTHLY_HYDROGENATION,
}
SYNTHETIC_FUEL = "synthetic_fuel"
"""All synthetic fuel as a memoir prints it, with its level before the attacks: which plants it counts is not said."""

RAIL_ERROR = 0.07
"""Of a figure of cars loaded whose row does not say how well it is known."""


class Binding(NamedTuple):
    """One figure of the record as the likelihood sees it.

    kind: which modelled quantity it measures; at: month index, or day number for daily kinds; until: last day of a
    period (NIL_AVIATION), else -1; value, low, high: tons (or share 0 to 1); error: standard deviation; row_ids:
    the rows it rests on; status: the weakest status among them; plant_id: of a share of one plant, else empty.
    """

    kind: str
    at: int
    until: int
    value: float
    low: float
    high: float
    error: float
    row_ids: tuple[str, ...]
    status: str
    plant_id: str = ""

    @property
    def last_day(self) -> int:
        """Day number on which the figure is complete: what a planner of that day could have known."""
        monthly = self.kind in SERIES.values()
        return month_end_day(MONTHS[self.at]) if monthly else max(self.at, self.until)


def bindings(record: Record) -> list[Binding]:
    """Every figure of the record that binds the model of aviation gasoline and synthetic oil.

    Raises OilplanError (through the record) for malformed rows; a month without any figure simply does not bind.
    """
    rows = list(record.rows("output").values())
    return _monthly(rows) + _daily(rows) + _nil(rows) + _plants(record) + _out_of_action(record) + _cars(record)


def _monthly(rows: list[dict]) -> list[Binding]:
    groups: dict[tuple[str, str], list[dict]] = {}
    for r in [*rows, *_of_the_level_before(rows)]:
        if (
            r["period_type"] == "month"
            and r["quantity"] in SERIES
            and r["period"] in MONTHS
            and r["value"] is not None
            and relative_error(r["status"], r["confidence"]) is not None
        ):
            groups.setdefault((SERIES[r["quantity"]], r["period"]), []).append(r)
    narrower = {
        month: [r["value"] for r in group]
        for (kind, month), group in groups.items()
        if kind == MONTHLY_HYDROGENATION_AVIATION
    }
    return [
        _interval(kind, month, group, narrower.get(month, []) if kind == MONTHLY_AVIATION else [])
        for (kind, month), group in sorted(groups.items())
    ]


def _of_the_level_before(rows: list[dict]) -> list[dict]:
    """Months of `SYNTHETIC_FUEL` as rows of the synthetic plants: the share of its own level before the attacks, of their April.

    The interval goes from there to the tons as printed, which hold if it counts the same plants.
    """
    april = [r["value"] for r in rows if (r["quantity"], r["period"]) == ("synthetic_plants", ANCHOR_MONTH)]
    before = [r["value"] for r in rows if r["quantity"] == SYNTHETIC_FUEL and r["period_type"] == "month_average"]
    if not april or not before or not april[0] or not before[0]:
        return []
    scale = april[0] / before[0]
    return [
        {
            **r,
            "quantity": "synthetic_plants",
            "value": scale * r["value"],
            "low": scale * r["value"],
            "high": r["value"],
        }
        for r in rows
        if r["quantity"] == SYNTHETIC_FUEL and r["period_type"] == "month" and r["value"] is not None
    ]


def _interval(kind: str, month: str, group: list[dict], narrower_t: list[float]) -> Binding:
    """The series' own row is the centre; what supports it tightens it, what conflicts with it widens the interval.

    narrower_t: figures of a narrower definition (hydrogenation plants only) that a row may carry as its low end:
    they are no bound of the wider one.
    """
    low = min(r["value"] if r["low"] is None or r["low"] in narrower_t else r["low"] for r in group)
    high = max(r["high"] if r["high"] is not None else r["value"] for r in group)
    centre = group[0]["value"]
    near = [r for r in group if abs(r["value"] - centre) <= 0.01 * centre]
    rel = min(e for r in near if (e := relative_error(r["status"], r["confidence"])) is not None)
    error = ((rel * centre) ** 2 + ((high - low) / 2 / Z90) ** 2 + FLOOR[kind] ** 2) ** 0.5
    return Binding(
        kind, month_index(month), -1, centre, low, high, error, tuple(r["row_id"] for r in group), group[0]["status"]
    )


MORNING_OF_A_RAID = ("1944-05-28",)
"""5,526 t on 28 May against 2,775 t on the 29th: the first is the output before that day's raids."""


def _daily(rows: list[dict]) -> list[Binding]:
    """Speer's daily figures; one binding for a figure that two works print a day apart.

    A figure of the morning of a raid binds the day before: the model works a day's share after its raids.
    """
    out: dict[float, Binding] = {}
    for r in rows:
        rel = relative_error(r["status"], r["confidence"])
        if r["quantity"] != "aviation_gasoline_daily" or rel is None or r["period_type"] != "day":
            continue
        day = day_of(r["period"]) - (1 if r["period"] in MORNING_OF_A_RAID else 0)
        value = r["value"]
        error = ((2 * rel * value) ** 2 + FLOOR[DAILY_AVIATION] ** 2) ** 0.5
        out.setdefault(value, _of_row(r, DAILY_AVIATION, day, value, error))
    return list(out.values())


def _nil(rows: list[dict]) -> list[Binding]:
    """Stretches of days in which the hydrogenation plants made no aviation gasoline."""
    out = []
    for r in rows:
        if r["quantity"] != "aviation_gasoline_synthetic_plants_only" or r["period_type"] != "period" or r["value"]:
            continue
        first, last = (day_of(d) for d in r["period"].split("/"))
        out.append(_of_row(r, NIL_AVIATION, first, 0.0, FLOOR[NIL_AVIATION], last))
    return out


def _plants(record: Record) -> list[Binding]:
    """Dated percentages of capacity of single plants (Leuna's curve), and plants said to stand still on a day."""
    out = []
    for r in record.rows("plant_output").values():
        if r["quantity"] not in PLANT_MEASURES or r["period_type"] != "date":
            continue
        day = day_of(r["period"])
        if r["value"] is None or not 0 <= day < N_DAYS:
            continue
        in_words = r["quantity"] == STANDING_STILL
        value, error = (0.0, STANDING_STILL_ERROR) if in_words else (r["value"] / 100.0, FLOOR[PLANT_SHARE])
        out.append(_of_row(r, PLANT_SHARE, day, value, error, plant_id=r["plant_id"]))
    return out


def _out_of_action(record: Record) -> list[Binding]:
    """Stretches for which a work says that a plant stood still, as a share of 0 on the last day of each of their months.

    So a cut-off within a stretch sees as much of it as was over. One figure for a day that two works cover.
    """
    out: dict[tuple[str, int], Binding] = {}
    for r in record.rows("plant_output").values():
        if r["quantity"] != OUT_OF_ACTION or r["value"] is None or r["unit"] not in DAYS_OF_UNIT:
            continue
        first = day_of(r["period"].split("/")[0])
        last = min(first + round(r["value"] * DAYS_OF_UNIT[r["unit"]]) - 1, N_DAYS - 1)
        for day in sorted({last} | {d for m in MONTHS if first <= (d := month_end_day(m)) <= last}):
            still = _of_row(r, PLANT_SHARE, day, 0.0, STANDING_STILL_ERROR, plant_id=r["plant_id"])
            out.setdefault((r["plant_id"], day), still)
    return list(out.values())


def _cars(record: Record) -> list[Binding]:
    """Cars placed in a month, by rail region, relative to April 1944; ``until`` names the region."""
    out = []
    for figure in recorded_cars(record):
        row, value = figure["row"], figure["value"]
        rel = relative_error(row["status"], row["confidence"]) or RAIL_ERROR
        error = ((rel * value) ** 2 + FLOOR[CARS_LOADED] ** 2) ** 0.5
        out.append(_of_row(row, CARS_LOADED, figure["day"], value, error, figure["region"]))
    return out


def _of_row(row: dict, kind: str, at: int, value: float, error: float, until: int = -1, plant_id: str = "") -> Binding:
    """The figure of one row, which no other contradicts."""
    return Binding(kind, at, until, value, value, value, error, (row["row_id"],), row["status"], plant_id)


def until_day(items: list[Binding], last_day: int) -> list[Binding]:
    """The figures complete by ``last_day``: a fit to a cut-off sees no others."""
    return [b for b in items if b.last_day <= last_day]


def of_kind(items, kind: str) -> list[Binding]:
    """The figures of one kind, in their order."""
    return [b for b in items if b.kind == kind]
