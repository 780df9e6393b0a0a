"""Earlier campaigns and their forecasts: C17, C18, C35."""

from __future__ import annotations

import re

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import READ
from oilplan.argument.registry import Case, decides
from oilplan.record import is_weak

NIL = re.compile(r"\bnear nil\b", re.IGNORECASE)
LOSS = re.compile(r"^(?:Cut in|German synthetic oil output reduction)", re.IGNORECASE)
FIRST_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def achieved_share(row: dict) -> float | None:
    """Loss achieved over loss forecast, percent, where the forecast is of a loss in percent; else None."""
    forecast, actual = FIRST_NUMBER.search(row["estimate"] or ""), row["later_actual"] or ""
    if not LOSS.match(row["quantity"]) or row["unit"] != "percent" or not forecast:
        return None
    got = 0.0 if NIL.search(actual) else float(found[0]) if (found := FIRST_NUMBER.search(actual)) else None
    return None if got is None else 100 * got / float(forecast[0])


@decides("C17", needs=("forecasts",), changed_by_row=False, short=50)
def not_always_successful(case: Case) -> Finding:
    """Loss achieved over loss forecast, for every campaign whose forecast and outcome have numbers."""
    rows = {r["forecast_id"]: r for r in case.ledger.rows("forecasts")}
    shares = {key: share for key, r in rows.items() if (share := achieved_share(r)) is not None}
    case.ledger.use("forecasts", (rows[key] for key in shares))
    if not shares:
        return _unquantified()
    worst = min(shares, key=lambda key: shares[key])
    low, top = shares[worst], max(shares.values())
    outcome = SUPPORTED if low < case.bounds["short"] else CONTRADICTED if low >= 100 else UNDETERMINED
    return Finding(
        outcome,
        f"True, and both sides granted it. “{rows[worst]['quantity']}” was put at {rows[worst]['estimate']} in "
        f"{rows[worst]['estimate_date']}, and came to {rows[worst]['later_actual'].lower()}."
        if outcome == SUPPORTED
        else "The forecasts that can be checked were met.",
        "Least share of a forecast loss that was achieved",
        "percent of forecast",
        f"{len(shares)} forecasts of a loss have both numbers; the least came to {low:.0f} percent of its forecast",
        low,
        low,
        top,
        parts=tuple(
            Part(
                f"{rows[k]['made_by']}, {rows[k]['estimate_date']}",
                f"{s:.0f} percent of forecast",
                rows[k]["estimate"],
                is_weak(rows[k]["status"], rows[k]["confidence"]),
            )
            for k, s in shares.items()
        ),
        would_change=f"a document that shows {worst} to be misremembered" if rows[worst]["status"] not in READ else "",
    )


def _unquantified() -> Finding:
    return Finding(
        UNDETERMINED,
        "No forecast of a loss has both its number and its outcome.",
        "Achieved over forecast loss",
        "percent of forecast",
        "forecasts not dated or quantified",
        needs=("a dated forecast with a number",),
    )


@decides("C18", needs=("forecasts", "estimates"), undecidable=True)
def not_intelligence(case: Case) -> Finding:
    """The errors of intelligence that are documented; the shortfall they caused cannot be parted from delivery."""
    ledger = case.ledger
    row = ledger.one("estimates", "1943..1944_fischer_tropsch_mew_overestimate")
    true_t = float(re.findall(r"[\d,]+", row["unit"])[0].replace(",", ""))
    over = 100 * (row["value"] / true_t - 1)
    first = ledger.find("forecasts", "the estimate of the first oil attacks", forecast_id="F01")[0]
    return Finding(
        UNDETERMINED,
        f"Hardly 'nothing': the Ministry put one class of plants {over:.0f} percent too high, and the attacks of "
        "1940 at an effect they did not have. But how much of the failure that explains nobody can part from poor "
        "bombing.",
        "Documented over-estimate of Fischer-Tropsch output by the Ministry",
        "percent",
        f"errors are documented (“{first['quantity']}”: {first['estimate']}, in truth "
        f"{first['later_actual'].lower()}); the shortfall of those campaigns is not decomposed in any source of the "
        "record",
        over,
        over,
        over,
        needs=("bombing accuracy of 1940-43 against the plants, and damage assessments of the time",),
    )


@decides("C35", needs=("forecasts",))
def full_effects_forecast(case: Case) -> Finding:
    """Whether a forecast of the Ministry on bearings was read, with a date and a number."""
    ledger = case.ledger
    rows = [
        r for r in ledger.rows("forecasts") if "MEW" in r["made_by"] and re.search("bearing|Schweinfurt", r["quantity"])
    ]
    ledger.use("forecasts", rows)
    seen = [r for r in rows if r["status"] in READ]
    numbered = [r for r in seen if FIRST_NUMBER.search(r["estimate"])]
    outcome = SUPPORTED if numbered else CONTRADICTED if seen else UNDETERMINED
    return Finding(
        outcome,
        "Nobody here has seen the forecast: the record has it from memory only, as 'very large and early'."
        if not seen
        else f"The forecast was found: {seen[0]['estimate']}.",
        "Forecasts of the Ministry on bearings that were read, with a number",
        "documents",
        f"{len(rows)} row on such a forecast, {len(seen)} of them read in a document",
        float(len(numbered)),
        float(len(numbered)),
        float(len(rows)),
        needs=("a dated paper of the Ministry on ball-bearings",) if outcome == UNDETERMINED else (),
    )
