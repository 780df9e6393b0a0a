"""Supply: what was made, held and used, what stood in for it, how repairs went, and what the railways moved."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from oilplan.record.columns import (
    DAY,
    KEY,
    MONTH,
    YEAR,
    Edtf,
    FigureColumns,
    Marks,
    Row,
    SaidColumns,
    column,
    note_column,
    period_column,
    quantity_column,
    source_column,
    verified_column,
)

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
