"""Supply: what was made, held and burnt, what stood in for it, and what is known of other target systems."""

from __future__ import annotations

from typing import Literal

from oilplan.record.columns import KEY, PERIOD, Marks, Row, column


class OutputMonth(Marks, Row):
    """Output and imports by series; take period_type month; never add alternatives, shares or totals."""

    month: str = column("Month, day or year the row speaks of", required=True, pattern=PERIOD)
    period_type: Literal["month", "month_average", "day", "quarter", "year"] = column(
        "How long a time the figure covers", required=True
    )
    series: str = column("What was made or imported", required=True, pattern=KEY)
    tons_metric: float = column("The figure, metric tons unless `unit` says otherwise", required=True, ge=0)
    tons_low: float | None = column("Lowest figure among the sources, same unit", ge=0)
    tons_high: float | None = column("Highest figure among the sources, same unit", ge=0)
    unit: Literal["t", "t/day", "t/month", "m3", "percent"] = column(
        "Unit of the figure; t is metric tons over the period", required=True
    )
    source: str = column("Source as printed while the table was made", required=True)
    verified: str | None = column("How the row was verified, as printed")
    note: str | None = column("What else must be known to use the row")


class PlantOutput(Marks, Row):
    """What single plants made, and what stopped them."""

    plant_id: str = column("Plant", required=True, pattern=KEY)
    date: str = column("Day, month, year or period", required=True, pattern=PERIOD)
    period_type: Literal["date", "month", "period", "year"] = column(
        "How long a time it covers", required=True
    )
    measure: str = column("What is measured", required=True, pattern=KEY)
    value: float | None = column("The figure in the row's unit; empty where the source gives none", ge=0)
    unit: str = column("Unit of the figure", required=True)
    source: str = column("Source as printed while the table was made", required=True)
    verified: str | None = column("How the row was verified, as printed")
    note: str | None = column("What else must be known to use the row")


class StockConsumption(Marks, Row):
    """Stocks and consumption by product; flow rows are reconstructions, not reports."""

    month: str = column("Month, year or period", required=True, pattern=PERIOD)
    period_type: Literal["month", "month_end", "year", "year_end", "period"] = column(
        "A flow over the period or a stock at its end", required=True
    )
    product: str = column("Product", required=True, pattern=KEY)
    measure: str = column("Consumption, stock or allotment", required=True, pattern=KEY)
    tons_metric: float | None = column(
        "The figure; empty where it was looked for and not found", unit="t", ge=0
    )
    basis: str = column("Reported, derived, qualitative or missing", required=True)
    source: str = column("Source as printed while the table was made", required=True)
    verified: str | None = column("How the row was verified, as printed")
    note: str | None = column("What else must be known to use the row")


class Substitute(Marks, Row):
    """What ran engines instead of petrol and diesel; none of it serves aircraft."""

    substitute: str = column("Substitute", required=True, pattern=KEY)
    metric: str = column("What is measured", required=True, pattern=KEY)
    period: str = column("Period", required=True, pattern=PERIOD)
    value: float | None = column("The figure in the row's unit", ge=0)
    unit: str = column("Unit of the figure", required=True)
    fuel_equivalent_t_per_year: float | None = column("Liquid fuel it stands for", unit="t/yr", ge=0)
    source: str = column("Source as printed while the table was made", required=True)
    verified: str | None = column("How the row was verified, as printed")
    note: str | None = column("What else must be known to use the row")


class TargetSystem(Marks, Row):
    """Facts on oil, bearings, cities and transport as target systems; conflicts stand as two rows."""

    system: str = column("Target system", required=True, pattern=KEY)
    metric: str = column("What is measured", required=True, pattern=KEY)
    period: str = column("Period", required=True, pattern=PERIOD)
    value: float | None = column("The figure in the row's unit", ge=0)
    unit: str = column("Unit of the figure", required=True)
    source: str = column("Source as printed while the table was made", required=True)
    verified: str | None = column("How the row was verified, as printed")
    note: str | None = column("What else must be known to use the row")
