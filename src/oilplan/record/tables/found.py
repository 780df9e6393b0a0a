"""What was found after the first tables were gathered: output, railway, repair, overrun works, evidence on claims.

Rows of these tables never overrule a row gathered earlier: where both speak, they stand side by side.
"""

from __future__ import annotations

from typing import Any, Literal

from oilplan.record.columns import DAY, KEY, PERIOD, Marks, Row, column

FACTS = r"^F\d{3}(;F\d{3})*$"
CLAIMS = r"^C\d{2}(;C\d{2})*$"
BEARS = r"^(for|against|on):C\d{2}(;(for|against|on):C\d{2})*$"


def source_column() -> Any:
    """The work and where in it the figure stands, for people; keys are in ``source_keys``."""
    return column("Work and page or table the figure was read at", required=True)


def note_column() -> Any:
    """What else must be known to use a row."""
    return column("What else must be known to use the row")


def quote_column() -> Any:
    """The words of the source, short enough to cite."""
    return column("The words it rests on, at most fifteen")


def facts_column() -> Any:
    """Numbers of gathered facts; ``found_manifest.json`` counts them."""
    return column("Numbers of the gathered facts the row carries, joined by ';'", pattern=FACTS)


def value_column() -> Any:
    """A figure whose unit stands in the row."""
    return column("The figure in the row's unit; empty where the source gives words")


def low_column() -> Any:
    """Lower end of a printed range."""
    return column("Lower end of the printed range, in the row's unit", unit="as in the row")


def high_column() -> Any:
    """Upper end of a printed range."""
    return column("Upper end of the printed range, in the row's unit", unit="as in the row")


def unit_column() -> Any:
    """Unit as the source prints it."""
    return column(
        "Unit as printed, with what is presumed in brackets; text or date where there is no figure", required=True
    )


def says_column() -> Any:
    """What a source says in words."""
    return column("What the source says where it gives no figure, in our words")


class OutputFound(Marks, Row):
    """Output, stocks and use found since `output_monthly`; add none to it, and compare by series and month."""

    month: str = column("Month, day, year or period the row speaks of", required=True, pattern=PERIOD)
    period_type: Literal["month", "month_average", "month_end", "day", "quarter", "year", "period"] = column(
        "How long a time the figure covers, or the end of the month for a stock", required=True
    )
    series: str = column(
        "What was made, imported, held or used; names as in `output_monthly`", required=True, pattern=KEY
    )
    tons_metric: float = column("The figure, metric tons unless `unit` says otherwise", required=True, ge=0)
    tons_low: float | None = column("Lower end of the printed range, same unit", ge=0)
    tons_high: float | None = column("Upper end of the printed range, same unit", ge=0)
    unit: Literal["t", "t/day", "t/month", "percent"] = column(
        "Unit of the figure; t is metric tons over the period", required=True
    )
    source: str = source_column()
    verified: str | None = column("How the row was verified")
    note: str | None = note_column()
    bears_on: str | None = column(
        "Row of `output_monthly` or `stocks_consumption_monthly` that speaks of the same thing, or the nearest",
        pattern=KEY,
    )
    quote: str | None = quote_column()
    facts: str | None = facts_column()


class Railway(Marks, Row):
    """Car loadings, coal stocks and coal output of the Reichsbahn and the Ruhr, and when canals closed."""

    period: str = column("Day, month or period", required=True, pattern=PERIOD)
    area: str = column("Railway, canal or district", required=True)
    quantity: str = column("What is counted", required=True, pattern=KEY)
    value: float | None = value_column()
    low: float | None = low_column()
    high: float | None = high_column()
    unit: str = unit_column()
    says: str | None = says_column()
    source: str = source_column()
    note: str | None = note_column()
    quote: str | None = quote_column()
    facts: str | None = facts_column()


class Overrun(Marks, Row):
    """When ground forces took each works, or repair was given up, as an interval of days; most are recalled."""

    place: str = column("Place or district the source speaks of", required=True)
    plant_id: str = column("Works it is laid upon", required=True, pattern=KEY)
    what: Literal["overrun", "derelict"] = column("Taken or reached, or given up before that", required=True)
    earliest: str = column("First day it may have been", required=True, pattern=DAY)
    latest: str = column("Last day it may have been", required=True, pattern=DAY)
    source: str = source_column()
    note: str | None = note_column()
    quote: str | None = quote_column()
    facts: str | None = facts_column()


class RepairEffort(Marks, Row):
    """Men and orders of the repair commission, how long repairs took, and what the Allies thought they took."""

    period: str = column("Day, month or period", required=True, pattern=PERIOD)
    who: str = column("Whose effort or whose works", required=True)
    plant_id: str | None = column("Works, where the row speaks of one", pattern=KEY)
    quantity: str = column("What is counted or said", required=True, pattern=KEY)
    value: float | None = value_column()
    low: float | None = low_column()
    high: float | None = high_column()
    unit: str = unit_column()
    says: str | None = says_column()
    source: str = source_column()
    note: str | None = note_column()
    quote: str | None = quote_column()
    facts: str | None = facts_column()


class ClaimEvidence(Marks, Row):
    """Figures and statements that bear on claims; a row decides nothing by itself."""

    claim_ids: str | None = column("Claims it bears on, joined by ';', where known", pattern=CLAIMS)
    bears: str | None = column("On which side of a claim it stands (for, against, on), joined by ';'", pattern=BEARS)
    period: str = column("Day, month or period", required=True, pattern=PERIOD)
    about: str = column("Force or person it speaks of", required=True)
    quantity: str = column("What is counted or said", required=True, pattern=KEY)
    value: float | None = value_column()
    low: float | None = low_column()
    high: float | None = high_column()
    unit: str = unit_column()
    says: str | None = says_column()
    source: str = source_column()
    note: str | None = note_column()
    quote: str | None = quote_column()
    facts: str | None = facts_column()


class FactFound(Marks, Row):
    """Facts that fit no other table; rows of topic estimate are what the Allies believed, not what was."""

    topic: Literal["sighting", "output", "estimate", "forces"] = column("What it is about", required=True)
    period: str = column("Day, month or period", required=True, pattern=PERIOD)
    force_or_plant: str = column("Force, works or country, as printed", required=True)
    plant_id: str | None = column("Works, where the row speaks of one", pattern=KEY)
    quantity: str = column("What is counted or said", required=True, pattern=KEY)
    value: float | None = value_column()
    low: float | None = low_column()
    high: float | None = high_column()
    unit: str = unit_column()
    says: str | None = says_column()
    source: str = source_column()
    note: str | None = note_column()
    quote: str | None = quote_column()
    facts: str | None = facts_column()
