"""C34: had the ball-bearing attacks been pressed, would the forecast effects have come? The model is the shipped system of that name."""

from __future__ import annotations

import numpy as np

from oilplan.argument.finding import ClaimReading, Finding, MissingFact, ModelDraws
from oilplan.argument.forecasts import BOTTLENECKS
from oilplan.argument.grade import arms, grade_of, pooled, probability, shown
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import AGAINST, BETWEEN, Case, decides

N_MODEL_DRAWS, KEY = 400, 1943
FOLDER = "ball_bearings_1943_44"
SYSTEM = "ball_bearings"
SPEER = "speer_counterfactual_cripple"
MADE_FROM = (
    "schweinfurt_share_of_german_output",
    "output_fall_after_raid",
    "recovery_time",
    "stocks_in_pipeline",
    "swedish_direct_exports_share_of_german_supply",
)


@decides("C34", sides=(AGAINST, BETWEEN), needs=("target_systems", "forecasts"), work=BOTTLENECKS)
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
    left = {name: held - by_month[:, -1] for name, held in accounts.items()}
    rules = {name: arms(np.zeros(len(x), bool), x >= -1e-9) for name, x in left.items()}
    (pipeline, speer) = (shown(x, "{:.1f}") for x in left.values())
    return Finding(
        f"had Schweinfurt been raided every thirty days from August 1943, {pipeline} months' supply of bearings would have "
        f"been left by the account of the pipeline, and {speer} by Speer's",
        "Bearings left in stock at their lowest, attacks pressed from August 1943",
        "months of supply",
        "how much the Ministry forecast is not in the record (C35), so no draw reaches the arm for it",
        np.concatenate(list(left.values())),
        pooled(*rules.values()),
        readings=tuple(
            ClaimReading(name, f"{shown(left[name], '{:.1f}')} months left", grade_of(probability(r)), probability(r))
            for name, r in rules.items()
        ),
        draws=ModelDraws(N_MODEL_DRAWS, "the record's ranges on bearings (system ball_bearings_1943_44)", KEY, None),
        needs=(
            MissingFact("the Ministry's dated forecast of the effect on German arms, with a number", BOTTLENECKS),
            MissingFact(
                "monthly stocks and consumption of bearings by use",
                "United States Strategic Bombing Survey, Anti-Friction Bearings Industry report",
            ),
        ),
    )


def _values(ledger: Ledger, metric: str) -> list[float]:
    rows = ledger.find(
        "target_systems", f"{metric} of ball-bearings", lambda r: r["value"] is not None, system=SYSTEM, quantity=metric
    )
    return [r["value"] for r in rows]


def pressed(ledger: Ledger) -> tuple[np.ndarray, np.ndarray]:
    """[D, M] months of supply lost in each month after Swedish deliveries, attacks pressed; [D] stock at the start."""
    from oilplan.systems.flight import Flyer, course, worlds
    from oilplan.systems.folder import SystemFolder, open_folder
    from oilplan.units import DAYS_PER_MONTH

    system = open_folder(FOLDER, ledger.record)  # type: ignore[arg-type]
    assert isinstance(system, SystemFolder)
    flyer = Flyer(system, worlds(system, draws=N_MODEL_DRAWS, seed=KEY))
    flown = flyer.fly(course(system, "pressed"))
    missing = flown.full[:, None, 0] - flown.products[:, :, 0]
    by_month = np.stack(
        [missing[:, system.window.month_of_day == m].sum(axis=1) for m in range(system.window.n_months)], 1
    )
    return by_month / DAYS_PER_MONTH, flyer.values["pipeline_months"]
