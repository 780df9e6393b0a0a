"""Plants and supply: what could be made where, what was made, held and used, how repairs went, what the railways moved."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ..columns import (
    DAY,
    KEY,
    MONTH,
    PATTERN_WORDS,
    YEAR,
    CitedColumns,
    Day,
    Edtf,
    FigureColumns,
    Marks,
    Row,
    SaidColumns,
    column,
    date_column,
    note_column,
    period_column,
    quantity_column,
    source_column,
    verified_column,
)

PROCESS = (
    r"^(bergius|hydrogenation|iso-octane|methanol|fischer_tropsch|hydroforming|crude_refining|benzol|"
    r"(lignite|coal)\w*_tar)([\W_].*)?$"
)
"""Ways to make oil that the model knows; words after the first say more."""
PATTERN_WORDS[PROCESS] = (
    "one that opens with bergius, hydrogenation, iso-octane, methanol, fischer_tropsch, hydroforming, crude_refining, "
    "benzol, lignite_carbonisation_tar or coal_and_lignite_tar"
)


class PlantRow(Marks, Row):
    """Oil plants of the Axis, one row a plant; rows of type ``group`` must not be added to their members."""

    plant_id: str = column("Name of the plant in every table", required=True, pattern=KEY)
    row_type: Literal["plant", "group"] = column("A single plant, or a group that repeats its members", required=True)
    site_id: str = column("Site; plants on one site share it", required=True, pattern=KEY)
    name: str = column("Name of the works", required=True)
    aliases: str | None = column("Other names in the sources, joined by ';'")
    operator: str | None = column("Firm that ran it")
    process: str = column("How it made or refined oil", required=True, pattern=PROCESS)
    region: str = column("Region as planners spoke of it", required=True)
    state_control_1944: str = column("State that controlled the place in 1944", required=True)
    latitude: float | None = column("Latitude", unit="deg N", ge=35, le=60)
    longitude: float | None = column("Longitude", unit="deg E", ge=-5, le=35)
    coord_basis: str | None = column("Where the position comes from")
    capacity_t_per_year: float | None = column(
        "Capacity; for crude refineries distillation nameplate, several times the crude at hand", unit="t/yr", ge=0
    )
    capacity_low: float | None = column("Lowest capacity among the sources", unit="t/yr", ge=0)
    capacity_high: float | None = column("Highest capacity among the sources", unit="t/yr", ge=0)
    avgas_t_per_year: float | None = column("Aviation gasoline of the capacity", unit="t/yr", ge=0)
    motor_gasoline_t_per_year: float | None = column(
        "Motor gasoline; Fischer-Tropsch rows are 12 times the printed monthly average", unit="t/yr", ge=0
    )
    diesel_t_per_year: float | None = column(
        "Diesel; Fischer-Tropsch rows are 12 times the printed monthly average", unit="t/yr", ge=0
    )
    other: str | None = column("Other products and figures, as printed")
    first_full_year: int | None = column("First full year, often the start-up year", unit="year", ge=1900, le=1945)
    dist_eastern_england_km: float | None = column("Mean of the two English distances, great circle", unit="km", ge=0)
    dist_8af_norfolk_km: float | None = column("Great circle from 52.50N 1.00E (Eighth Air Force)", unit="km", ge=0)
    dist_bc_lincoln_km: float | None = column("Great circle from 53.23N 0.54W (Bomber Command)", unit="km", ge=0)
    dist_foggia_km: float | None = column("Great circle from 41.46N 15.54E (Fifteenth Air Force)", unit="km", ge=0)
    plant_area_ha: float | None = column("Area of the works", unit="ha", gt=0)
    eleven_set_A: int | None = column(
        "1 if among the eleven synthetic plants as most plausibly read; an inference, no source names them", ge=1, le=1
    )
    eleven_set_B: int | None = column("1 if among the eight of them without Silesia", ge=1, le=1)
    source: str = source_column()
    verified: str | None = verified_column()
    note: str | None = note_column()


class TargetRow(Marks, Row):
    """Every place the raid tables name; ``plant_key`` is filled only where `plants` has the place."""

    target_id: str = column("Name of the target in `raids` and `raid_targets`", required=True, pattern=KEY)
    plant_key: str | None = column("The plant in `plants`, if it has one", pattern=KEY)
    target_classes: str | None = column("Classes that the raid tables give it, joined by ';'")
    raw_names: str | None = column("Place and name as the survey's pages print them, joined by ';'")
    note: str | None = note_column()


class OverrunRow(CitedColumns, Marks, Row):
    """When ground forces took each works, or repair was given up, as an interval of days; most are recalled."""

    place: str = column("Place or district the source speaks of", required=True)
    plant_id: str = column("Works it is laid upon", required=True, pattern=KEY)
    what: Literal["overrun", "derelict"] = column("Taken or reached, or given up before that", required=True)
    earliest: Day = date_column("First day it may have been", required=True)
    latest: Day = date_column("Last day it may have been", required=True)


FORMS = {
    "month": MONTH,
    "month_end": MONTH,
    "day": DAY,
    "date": rf"{DAY}|{MONTH}",
    "year": YEAR,
    "year_end": MONTH,
    "quarter": YEAR,
}
"""How the time of a row is written for each period_type; quarters by their year, with the quarter in the quantity."""


def bears_on_column() -> Any:
    """The row that stands first in its series."""
    return column("Row gathered first that speaks of the same thing, or the nearest", pattern=KEY)


def period_form(row: Any) -> Any:
    """Refuse a period that is not written as its ``period_type`` asks; a gap of several months may be one row."""
    form = FORMS.get(row.period_type)
    gap = row.status == "missing" and "/" in row.period
    if form and not gap and not re.search(form, row.period):
        asks = {MONTH: "YYYY-MM", DAY: "YYYY-MM-DD", YEAR: "YYYY"}.get(form, "YYYY-MM or YYYY-MM-DD")
        raise PydanticCustomError("period_form", "{asks} for a {kind}", {"asks": asks, "kind": row.period_type})
    return row


class OutputRow(SaidColumns, Marks, Row):
    """What Germany made and imported; take period_type month, and never add alternatives, shares or totals.

    Where works differ each has its row: the first of a quantity and period is the series' own, the rest stand beside it.
    """

    period: Edtf = period_column()
    period_type: Literal["month", "month_average", "day", "quarter", "year", "period"] = column(
        "How long a time the figure covers", required=True
    )
    quantity: str = quantity_column("What was made or imported")
    unit: Literal["t", "t/day", "t/month", "m3", "percent", "days", "fraction of first quarter 1944", "text"] = column(
        "Unit of the figure; t is metric tons over the period; text where there is none", required=True
    )
    verified: str | None = verified_column()
    bears_on: str | None = bears_on_column()

    _form = model_validator(mode="after")(period_form)


class StockRow(FigureColumns, Marks, Row):
    """Stocks and use by product; stock_end_flow rows are reconstructions, not reports.

    Where works differ each has its row: the first of a product, quantity and period is the series' own.
    """

    period: Edtf = period_column()
    period_type: Literal["month", "month_end", "year", "year_end", "period"] = column(
        "A flow over the period or a stock at its end", required=True
    )
    product: str = column("Product", required=True, pattern=KEY)
    quantity: str = quantity_column("Consumption, need, stock or allotment")
    unit: Literal["t"] = column("Unit of the figure: metric tons", required=True)
    basis: str = column("Reported, derived, qualitative or missing", required=True)
    verified: str | None = verified_column()
    bears_on: str | None = bears_on_column()

    _form = model_validator(mode="after")(period_form)


class PlantOutputRow(SaidColumns, Marks, Row):
    """What single plants made, and what stopped them; rows without a plant speak of several."""

    plant_id: str | None = column("Plant; empty where the row speaks of several", pattern=KEY)
    place: str | None = column("Works as printed, where the row speaks of several or prints another name")
    period: Edtf = period_column()
    period_type: Literal["date", "month", "period", "year"] = column("How long a time it covers", required=True)
    quantity: str = quantity_column("What is measured or said")
    unit: str = column("Unit of the figure; text where there is none", required=True)
    verified: str | None = verified_column()

    _form = model_validator(mode="after")(period_form)


class SubstituteRow(Marks, Row):
    """What ran engines instead of petrol and diesel; none of it serves aircraft."""

    substitute: str = column("Substitute", required=True, pattern=KEY)
    quantity: str = quantity_column("What is measured")
    period: Edtf = period_column()
    value: float | None = column("The figure in the row's unit", ge=0)
    unit: str = column("Unit of the figure", required=True)
    fuel_equivalent_t_per_year: float | None = column("Liquid fuel it stands for", unit="t/yr", ge=0)
    source: str = source_column()
    verified: str | None = verified_column()
    note: str | None = note_column()


class RepairEffortRow(SaidColumns, Marks, Row):
    """Men and orders of the repair commission, how long repairs took, and what the Allies thought they took."""

    period: Edtf = period_column()
    who: str = column("Whose effort or whose works", required=True)
    plant_id: str | None = column("Works, where the row speaks of one", pattern=KEY)
    quantity: str = quantity_column()


class RailwayRow(SaidColumns, Marks, Row):
    """Car loadings, coal stocks and coal output of the Reichsbahn and the Ruhr, and when canals closed."""

    period: Edtf = period_column()
    area: str = column("Railway, canal or district", required=True)
    quantity: str = quantity_column("What is counted")
