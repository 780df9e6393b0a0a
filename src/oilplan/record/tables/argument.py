"""The argument: what was claimed, ordered, forecast, believed and written, and what bears on it."""

from __future__ import annotations

from typing import Literal

from oilplan.record.columns import (
    BEARS,
    CLAIMS,
    KEY,
    Day,
    Edtf,
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


class ClaimRow(Marks, Row):
    """Claims of both sides with the test fixed before the answer was seen."""

    claim_id: str = column("Name of the claim", required=True, pattern=KEY)
    quote: str = column("The words, short", required=True)
    seed: str = column("Passage or passages it stands in, joined by ';'", required=True)
    raw_anchor_start: str = column("Passage:character offset of its first word, joined by ';'", required=True)
    speaker: str = column("Who claims it", required=True)
    addressee: str | None = column("To whom")
    date: Edtf | None = date_column("When it was said; empty where a book says it")
    date_printed: str = column("The same with its own doubt in words", required=True)
    kind: Literal["figure", "causal", "judgement", "forecast", "counterfactual"] = column(
        "Kind of claim", required=True
    )
    test_quantity: str = column("The quantity that decides it", required=True)
    test_from: Literal["record", "model", "both"] = column("Where the quantity comes from", required=True)
    supported_if: str = column("Rule fixed beforehand", required=True)
    contradicted_if: str = column("Rule fixed beforehand", required=True)
    undetermined_if: str = column("Rule fixed beforehand", required=True)
    note: str | None = note_column()


class ClaimEvidenceRow(SaidColumns, Marks, Row):
    """Figures and statements that bear on claims; a row decides nothing by itself."""

    claim_ids: str | None = column("Claims it bears on, joined by ';', where known", pattern=CLAIMS)
    bears: str | None = column(
        "On which side of a claim it stands: for, against or on (context only), joined by ';'", pattern=BEARS
    )
    period: Edtf = period_column()
    about: str = column("Force or person it speaks of", required=True)
    quantity: str = quantity_column()


class DirectiveRow(Marks, Row):
    """Directives in force, in order of date."""

    directive_id: str = column("Name of the directive", required=True, pattern=KEY)
    date: Day = date_column("Date of issue", required=True)
    title: str = column("Title", required=True)
    issued_by: str = column("Who issued it", required=True)
    bound: str = column("Whom it bound", required=True)
    priorities_in_order: str = column("Priorities in its own order", required=True)
    area_clause: str | None = column("What it says of area attack")
    gist: str = column("What it did", required=True)
    in_force_until: Edtf | None = date_column("When it lapsed, where a date is given")
    in_force_until_printed: str | None = column("When and by what it lapsed, in words")
    source: str = source_column()
    status_printed: str = column("Status as printed while the table was made", required=True)


class ForecastRow(Marks, Row):
    """Estimates made then, with the later actual where one is known."""

    forecast_id: str = column("Name of the forecast", required=True, pattern=KEY)
    estimate_date: Edtf = date_column("When it was made", required=True)
    estimate_date_printed: str = column("The same with its own doubt in words", required=True)
    made_by: str = column("Who made it", required=True)
    quantity: str = column("What was estimated", required=True)
    period_forecast: Edtf | None = date_column("What time it speaks of")
    period_forecast_printed: str | None = column("The same in words")
    estimate: str = column("The estimate, as printed", required=True)
    unit: str = column("Unit of the estimate", required=True)
    later_actual: str | None = column("What came, as far as known")
    actual_source: str | None = column("Source of the actual, as printed")
    error_reading: str = column("How far out it was", required=True)
    estimate_source: str = column("Source of the estimate, as printed", required=True)
    confidence_printed: str = column("Confidence as printed while the table was made", required=True)
    status_printed: str = column("Status as printed while the table was made", required=True)
    note: str | None = note_column()


class EstimateRow(SaidColumns, Marks, Row):
    """What the Allies believed of German oil, in figures; never what was."""

    period: Edtf = period_column()
    about: str = column("Works, district or country it speaks of", required=True)
    plant_id: str | None = column("Works, where the row speaks of one", pattern=KEY)
    quantity: str = quantity_column("What was estimated")


class LetterRow(Marks, Row):
    """Letters of the exchange: gist only, with what of each is verified."""

    letter_id: str = column("Name of the letter", required=True, pattern=KEY)
    date: Edtf = date_column("Date or interval", required=True)
    date_precision: Literal["day", "interval"] = column("Day or interval", required=True)
    from_: str = column("Writer", required=True, alias="from")
    to: str = column("Addressee", required=True)
    drafted_by: str | None = column("Who drafted it, with its own doubt in words")
    reference: str | None = column("Where the letter is kept or printed")
    gist: str = column("What it says, in our words", required=True)
    source: str = source_column()
    status_printed: str = column("Status as printed while the table was made", required=True)
    verified_part: str = column("What of the row was verified", required=True)


class TargetSystemRow(Marks, Row):
    """Facts on oil, bearings, cities and transport as target systems; conflicts stand as two rows."""

    system: str = column("Target system", required=True, pattern=KEY)
    quantity: str = quantity_column("What is measured")
    period: Edtf = period_column()
    value: float | None = column("The figure in the row's unit", ge=0)
    unit: str = column("Unit of the figure", required=True)
    source: str = source_column()
    verified: str | None = verified_column()
    note: str | None = note_column()
