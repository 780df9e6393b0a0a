"""Rules on output, stocks and other figures over time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from oilplan.record.columns import DAY, MONTH
from oilplan.record.plausibility.finding import Finding
from oilplan.record.record import Record

_YEAR = r"^19\d\d$"
_RANGE = r"\.\."
FORMS = {
    "month": MONTH,
    "month_end": MONTH,
    "day": DAY,
    "date": rf"{DAY}|{MONTH}",
    "year": _YEAR,
    "year_end": MONTH,
    "quarter": r"^19\d\d(-Q[1-4])?$",
}
"""How the time of a row is written for each period_type."""
NEVER_ADDED = ("_alt", "_claim", "_requirement", "share_")
"""Marks of a series that must not be added to the components."""


def period_is_well_formed(record: Record) -> Iterator[Finding]:
    """A row's time is written as its period_type asks: YYYY-MM-DD, YYYY-MM or YYYY."""
    columns = {
        "output_monthly": "month",
        "plant_output_monthly": "date",
        "stocks_consumption_monthly": "month",
    }
    for table, column in columns.items():
        for row_id, row in record.rows(table).items():
            form = FORMS.get(row["period_type"])
            gap = row["status"] == "missing" and re.search(_RANGE, row[column])
            if form and not gap and not re.search(form, row[column]):
                yield Finding(table, row_id, column, f"'{row[column]}' for a {row['period_type']}")


def percent_is_at_most_a_hundred(record: Record) -> Iterator[Finding]:
    """A figure in percent lies from 0 to 100."""
    for table, column in (
        ("output_monthly", "tons_metric"),
        ("plant_output_monthly", "value"),
        ("substitutes", "value"),
        ("target_systems", "value"),
        ("totals_known", "value"),
    ):
        for row_id, row in record.rows(table).items():
            if row["unit"].startswith("percent") and row[column] is not None and row[column] > 100:
                yield Finding(table, row_id, column, f"{row[column]:g} percent")


def series_has_its_unit(record: Record) -> Iterator[Finding]:
    """A series named percent is in percent, a day in t/day, the rest in tons (or m3, with a note)."""
    for row_id, row in record.rows("output_monthly").items():
        expected = {"percent"} if "percent" in row["series"] else {"t", "t/month", "t/day", "m3"}
        if row["period_type"] == "day":
            expected = {"t/day"}
        if row["unit"] not in expected or (row["unit"] == "m3" and not row["marks_note"]):
            yield Finding("output_monthly", row_id, "unit", f"'{row['unit']}' for {row['series']}")


def figure_is_present_or_qualitative(record: Record) -> Iterator[Finding]:
    """A row without a figure is qualitative, missing, or has a note that says what the source does say."""
    columns = {
        "plant_output_monthly": "value",
        "stocks_consumption_monthly": "tons_metric",
        "substitutes": "value",
        "target_systems": "value",
    }
    for table, column in columns.items():
        for row_id, row in record.rows(table).items():
            if row[column] is None and row["status"] != "missing" and not row["note"]:
                yield Finding(table, row_id, column, "is empty and no note says why")


def flow_is_not_a_stock_report(record: Record) -> Iterator[Finding]:
    """A stock reconstructed from flows has status derived, and only such a stock is called stock_end_flow."""
    for row_id, row in record.rows("stocks_consumption_monthly").items():
        if (row["measure"] == "stock_end_flow") != (row["status"] == "derived"):
            yield Finding(
                "stocks_consumption_monthly",
                row_id,
                "measure",
                f"'{row['measure']}' with status '{row['status']}'",
            )


def parts_are_below_the_supply(record: Record) -> Iterator[Finding]:
    """In one month no product exceeds the total supply of that month."""
    rows = [row for row in record.rows("output_monthly").values() if row["period_type"] == "month"]
    supply = {
        row["month"]: row["tons_metric"] for row in rows if row["series"] == "total_supply_incl_imports"
    }
    for row in rows:
        whole = supply.get(row["month"])
        plain = row["unit"] == "t" and not any(mark in row["series"] for mark in NEVER_ADDED)
        if plain and whole is not None and row["tons_metric"] > whole:
            yield Finding(
                "output_monthly",
                row["row_id"],
                "tons_metric",
                f"{row['tons_metric']:g} t of a supply of {whole:g} t",
            )
