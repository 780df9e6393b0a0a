"""The argument: what was claimed, ordered, forecast and written, and by whom."""

from __future__ import annotations

from typing import Literal

from oilplan.record.columns import DAY, KEY, PERIOD, Marks, Row, column


class Claim(Marks, Row):
    """Claims of both sides with the test fixed before the answer was seen."""

    claim_id: str = column("Name of the claim", required=True, pattern=KEY)
    quote: str = column("The words, short", required=True)
    seed: str = column("Passage or passages it stands in, joined by ';'", required=True)
    raw_anchor_start: str = column("Passage:character offset of its first word, joined by ';'", required=True)
    speaker: str = column("Who claims it", required=True)
    addressee: str | None = column("To whom")
    date: str = column("Date, with its own doubt in words", required=True)
    kind: Literal["figure", "causal", "judgement", "forecast", "counterfactual"] = column(
        "Kind of claim", required=True
    )
    test_quantity: str = column("The quantity that decides it", required=True)
    test_from: Literal["record", "model", "both"] = column("Where the quantity comes from", required=True)
    supported_if: str = column("Rule fixed beforehand", required=True)
    contradicted_if: str = column("Rule fixed beforehand", required=True)
    undetermined_if: str = column("Rule fixed beforehand", required=True)
    note: str | None = column("What else must be known to use the row")


class Directive(Marks, Row):
    """Directives in force, in order of date."""

    directive_id: str = column("Name of the directive", required=True, pattern=KEY)
    date: str = column("Date of issue", required=True, pattern=DAY)
    title: str = column("Title", required=True)
    issued_by: str = column("Who issued it", required=True)
    bound: str = column("Whom it bound", required=True)
    priorities_in_order: str = column("Priorities in its own order", required=True)
    area_clause: str | None = column("What it says of area attack")
    gist: str = column("What it did", required=True)
    in_force_until: str | None = column("When and by what it lapsed")
    source: str = column("Source as printed while the table was made", required=True)
    status_printed: str = column("Status as printed while the table was made", required=True)


class Forecast(Marks, Row):
    """Estimates made then, with the later actual where one is known."""

    forecast_id: str = column("Name of the forecast", required=True, pattern=KEY)
    estimate_date: str = column("When it was made, with its own doubt in words", required=True)
    made_by: str = column("Who made it", required=True)
    quantity: str = column("What was estimated", required=True)
    period_forecast: str | None = column("What time it speaks of")
    estimate: str = column("The estimate, as printed", required=True)
    unit: str = column("Unit of the estimate", required=True)
    later_actual: str | None = column("What came, as far as known")
    actual_source: str | None = column("Source of the actual, as printed")
    error_reading: str = column("How far out it was", required=True)
    estimate_source: str = column("Source of the estimate, as printed", required=True)
    confidence_printed: str = column("Confidence as printed while the table was made", required=True)
    status_printed: str = column("Status as printed while the table was made", required=True)
    note: str | None = column("What else must be known to use the row")


class Letter(Marks, Row):
    """Letters of the exchange: gist only, with what of each is verified."""

    letter_id: str = column("Name of the letter", required=True, pattern=KEY)
    date: str = column("Date or interval", required=True, pattern=PERIOD)
    date_precision: Literal["day", "interval"] = column("Day or interval", required=True)
    from_: str = column("Writer", required=True, alias="from")
    to: str = column("Addressee", required=True)
    drafted_by: str | None = column("Who drafted it, with its own doubt in words")
    reference: str | None = column("Where the letter is kept or printed")
    gist: str = column("What it says, in our words", required=True)
    source: str = column("Source as printed while the table was made", required=True)
    status_printed: str = column("Status as printed while the table was made", required=True)
    verified_part: str = column("What of the row was verified", required=True)
