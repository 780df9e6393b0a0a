"""Earlier campaigns and their forecasts: C17, C18, C35; and ball bearings pressed on, C34."""

from __future__ import annotations

import re

import numpy as np

from ..record import weak_row
from .finding import (
    AnswerPart,
    Case,
    ClaimReading,
    Finding,
    MissingFact,
    ModelDraws,
    decides,
    reading_of,
    readings_of,
    unless,
)
from .grade import arms, pooled, shown
from .ledger import N_DRAWS, Ledger, Missing, claims_of, in_english, period_of, sides_of, value_of
from .road_transport import source, stated

NIL = re.compile(r"\bnear nil\b", re.IGNORECASE)
LOSS = re.compile(r"^(?:Cut in|German synthetic oil output reduction)", re.IGNORECASE)
FIRST_NUMBER = re.compile(r"\d+(?:\.\d+)?")
PROMISED = ("1940-12_germany_tons_denied_promised_ehlers2009", "1940-12_germany_tons_denied_claimed_ehlers2009")
"""Tons of oil that the first attacks were to deny, and that they were claimed to have denied."""
LLOYD = "reports of the Lloyd and Hartley Committees, 1940-41, CAB 77"
BOTTLENECKS = "papers of the Ministry of Economic Warfare on ball-bearings, 1942-43, FO 837 and AIR 20"


def achieved_share(row: dict) -> float | None:
    """Loss achieved over loss forecast, percent, where the forecast is of a loss in percent; else None."""
    forecast, actual = FIRST_NUMBER.search(row["estimate"] or ""), row["later_actual"] or ""
    if not LOSS.match(row["quantity"]) or row["unit"] != "percent" or not forecast:
        return None
    got = 0.0 if NIL.search(actual) else float(found[0]) if (found := FIRST_NUMBER.search(actual)) else None
    return None if got is None else 100 * got / float(forecast[0])


@decides("C17", needs=("forecasts",), work=LLOYD, short=50, met=100)
def not_always_successful(case: Case) -> Finding:
    """Loss achieved over loss forecast, for every campaign whose forecast and outcome have numbers."""
    ledger, bounds = case.ledger, case.bounds
    rows = {r["forecast_id"]: r for r in ledger.rows("forecasts")}
    shares = {key: share for key, r in rows.items() if (share := achieved_share(r)) is not None}
    promised = [ledger.place(key) for key in PROMISED]
    if not shares:
        raise Missing("forecasts", "a dated forecast of a loss with its number and its outcome")
    held = [np.where(ledger.stands("forecasts", rows[k]), s, np.inf) for k, s in shares.items()]
    if all(promised):
        held.append(100 * ledger.stated(PROMISED[1]) / ledger.stated(PROMISED[0]))
    least = np.min(held, axis=0)
    least = np.where(np.isinf(least), max(shares.values()), least)
    worst = rows[min(shares, key=lambda key: shares[key])]
    return Finding(
        f"the {_lower(worst['quantity'])} was put, in a paper of {in_english(worst['estimate_date'])}, at {_put(worst)}, "
        f"and came to "
        f"{worst['later_actual'].lower()}: {shown(least)} percent of what was forecast, the least of {len(held)} forecasts that can "
        "be checked",
        "Least share of a forecast loss that was achieved",
        "percent of forecast",
        f"{len(held)} forecasts of a loss have both numbers; of the promise of 1940 no more than was claimed at the time counts",
        least,
        arms(least < bounds["short"], least >= bounds["met"]),
        detail="Both sides granted it.",
        parts=tuple(
            AnswerPart(
                f"{rows[k]['made_by']}, {in_english(rows[k]['estimate_date'])}",
                f"{s:.0f} percent of forecast",
                _put(rows[k]),
                weak_row(rows[k]),
            )
            for k, s in shares.items()
        ),
    )


def _put(row: dict) -> str:
    return f"{row['estimate']} percent" if row["estimate"].isdigit() else row["estimate"]


def _lower(text: str) -> str:
    return text if text.startswith("German") else text[:1].lower() + text[1:]


BOMBS_OF_1940 = "where the bombs of 1940-43 fell, plant by plant, and what was reported of them then"
PART_OF_FAILURE = "how much of the failure of the earlier campaigns errors of intelligence explain"


@decides("C18", needs=("forecasts", "estimates", "claims_evidence"), work=LLOYD, none=10, much=30)
def not_intelligence(case: Case) -> Finding:
    """The errors of intelligence that are documented, and the part of the failure that they can explain.

    As worded, one documented error refutes "nothing". How much of the shortfall it explains no source says.
    """
    ledger, bounds = case.ledger, case.bounds
    row = ledger.fact("1943..1944_fischer_tropsch_mew_overestimate")
    true_t = float(re.findall(r"[\d,]+", row["unit"])[0].replace(",", ""))
    over = 100 * (ledger.figure("estimates", row) / true_t - 1)
    first = ledger.find("forecasts", "the estimate of the first oil attacks", forecast_id="F01")[0]
    found = [("estimates", row), ("forecasts", first), *(("claims_evidence", r) for r in _on(case, "C18"))]
    part = ledger.between(PART_OF_FAILURE, 0.0, 100.0)
    share = arms(part < bounds["none"], part >= bounds["much"])
    documented = ledger.any_stands(found)
    worded = arms(~documented, documented)
    return Finding(
        f"{len(found)} errors of intelligence are documented from 1940 to the winter of 1944, one of them an estimate "
        f"{shown(over)} percent too high",
        "Documented over-estimate of Fischer-Tropsch output by the Ministry",
        "percent",
        f"“{first['quantity']}”: {first['estimate']}, in truth {first['later_actual'].lower()}; no source parts the "
        "shortfall between intelligence and bombing",
        over,
        worded,
        readings=(
            reading_of("as worded: nothing to do with poor intelligence", f"{len(found)} documented errors", worded),
            reading_of("by its share of the failure, as the rule asks", "no source says: none of it to all", share),
        ),
        parts=tuple(
            AnswerPart(in_english(period_of(r)), stated(r) or str(r.get("note")), source(r), weak_row(r))
            for _, r in found
        ),
        needs=(MissingFact(BOMBS_OF_1940, LLOYD, PART_OF_FAILURE),),
        evidence_against=tuple((table, r["row_id"]) for table, r in found),
    )


def _on(case: Case, claim_id: str) -> list[dict]:
    rows = (r for r in case.ledger.rows("claims_evidence") if claim_id in claims_of(r))
    return [r for r in rows if sides_of(r, claim_id) == "against"]


@decides("C35", needs=("forecasts", "claims_evidence"), work=BOTTLENECKS)
def full_effects_forecast(case: Case) -> Finding:
    """Whether a forecast of the Ministry on bearings is known from a work that was read, with a date and a number."""
    ledger = case.ledger
    made = [
        r for r in ledger.rows("forecasts") if "MEW" in r["made_by"] and re.search("bearing|Schweinfurt", r["quantity"])
    ]
    gathered = [r for r in ledger.rows("claims_evidence") if "C35" in claims_of(r) and "mew" in r["row_id"]]
    rows = ledger.use_each([*(("forecasts", r) for r in made), *(("claims_evidence", r) for r in gathered)])
    seen = [(t, r) for t, r in rows if r["status"] in ("documented", "looked_up")]
    numbered = [(t, r) for t, r in seen if value_of(r) is not None or FIRST_NUMBER.search(stated(r))]
    plain = [pair for pair in seen if pair not in numbered]
    yes, no = ledger.any_stands(numbered), ledger.any_stands(plain)
    first = numbered[0][1] if numbered else None
    what = f"“{stated(first)}” ({source(first)})" if first else "no number of it was read in any work"
    return Finding(
        f"{len(numbered) or 'no'} dated forecast{'s' * (len(numbered) != 1)} of the Ministry on bearings with a number "
        f"{'are' if len(numbered) != 1 else 'is'} known{', such as ' if len(numbered) > 1 else ': '}{what}",
        "Forecasts of the Ministry on bearings that were read, with a number",
        "documents",
        f"{len(rows)} forecasts are noted, {len(seen)} of them read in a work; what effect on German armaments was forecast, and "
        "by when, none says",
        np.full(N_DRAWS, float(len(numbered))),
        arms(yes, no & ~yes) if seen else None,
        readings=(ClaimReading("a forecast of the effect on German arms, with a number", "not found"),),
        needs=unless(
            numbered, MissingFact("a dated paper of the Ministry on ball-bearings, with a number", BOTTLENECKS)
        ),
    )


# C34: had the ball-bearing attacks been pressed, would the forecast effects have come? The model is the shipped
# system of that name.

N_MODEL_DRAWS, KEY = 400, 1943
FOLDER = "ball_bearings_1943_44"
SYSTEM = "ball_bearings"
BEARINGS_SURVEY = "United States Strategic Bombing Survey, Anti-Friction Bearings Industry report"
SPEER = "speer_counterfactual_cripple"
MADE_FROM = (
    "schweinfurt_share_of_german_output",
    "output_fall_after_raid",
    "recovery_time",
    "stocks_in_pipeline",
    "swedish_direct_exports_share_of_german_supply",
)


@decides("C34", needs=("target_systems", "forecasts"), work=BOTTLENECKS)
def pressed_on_bearings(case: Case) -> Finding:
    """Months of supply that stocks, imports and recovery leave unmet if Schweinfurt is raided every thirty days.

    Two accounts of the stock, at even odds: six to twelve months' supply in the pipeline, and Speer's, that concentrated
    attack would be felt after some months, so that the stock held no more than these lost. The amount that the Ministry
    forecast is not in the record: a need that goes unmet lies between the arms, one never unmet contradicts.
    """
    ledger = case.ledger
    felt = _values(ledger, SPEER)[0]
    for metric in MADE_FROM:
        _values(ledger, metric)
    ledger.use("forecasts", (r for r in ledger.rows("forecasts") if "Schweinfurt" in r["quantity"]))
    lost, stock = pressed(ledger)
    by_month = np.cumsum(lost, axis=1)
    accounts = {
        "six to twelve months' supply in the pipeline": stock,
        f"felt after {felt:g} months of concentrated attack (Speer)": by_month[:, round(felt) - 1],
    }
    left = {name: np.resize(held - by_month[:, -1], N_DRAWS) for name, held in accounts.items()}
    rules = {name: arms(np.zeros(len(x), bool), x >= -1e-9) for name, x in left.items()}
    pipeline, short = (shown(x, "{:.1f}") for x in (next(iter(left.values())), -list(left.values())[-1]))
    return Finding(
        f"had Schweinfurt been raided every thirty days from August 1943, {pipeline} months' supply of bearings would have "
        f"been left by the account of the pipeline, and by Speer's supply would have been {short} months short",
        "Bearings left in stock at their lowest by the account of the pipeline, attacks pressed from August 1943",
        "months of supply",
        "how much the Ministry forecast is not in the record (C35), so that nothing can speak for it",
        next(iter(left.values())),
        pooled(*rules.values()),
        readings=readings_of(rules, {name: _left(x) for name, x in left.items()}),
        draws=ModelDraws(N_MODEL_DRAWS, "the record's ranges on bearings (system ball_bearings_1943_44)", KEY, None),
        needs=(
            MissingFact("the Ministry's dated forecast of the effect on German arms, with a number", BOTTLENECKS),
            MissingFact("monthly stocks and consumption of bearings by use", BEARINGS_SURVEY),
        ),
    )


def _values(ledger: Ledger, metric: str) -> list[float]:
    rows = ledger.find(
        "target_systems", f"{metric} of ball-bearings", lambda r: r["value"] is not None, system=SYSTEM, quantity=metric
    )
    return [r["value"] for r in rows]


def _left(months: np.ndarray) -> str:
    short = float(np.median(months)) < 0
    return f"{shown(-months if short else months, '{:.1f}')} months {'short' if short else 'left'}"


def pressed(ledger: Ledger) -> tuple[np.ndarray, np.ndarray]:
    """[D, M] months of supply lost in each month after Swedish deliveries, attacks pressed; [D] stock at the start."""
    from ..systems.courses import course
    from ..systems.flight import Flyer, worlds
    from ..systems.folder import SystemFolder, open_folder
    from ..units import DAYS_PER_MONTH

    system = open_folder(FOLDER, ledger.record)  # type: ignore[arg-type]
    assert isinstance(system, SystemFolder)
    flyer = Flyer(system, worlds(system, draws=N_MODEL_DRAWS, seed=KEY))
    flown = flyer.fly(course(system, "pressed"))
    missing = flown.full[:, None, 0] - flown.products[:, :, 0]
    by_month = np.stack(
        [missing[:, system.window.month_of_day == m].sum(axis=1) for m in range(system.window.n_months)], 1
    )
    return by_month / DAYS_PER_MONTH, flyer.values["pipeline_months"]
