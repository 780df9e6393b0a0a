"""C34: had the ball-bearing attacks been pressed, would the forecast effects have come? A small model of its own."""

from __future__ import annotations

import random
from itertools import accumulate
from statistics import correlation

from oilplan.argument.finding import CONTRADICTED, UNDETERMINED, Curve, Draws, Finding, Part
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import Case, decides

N_DRAWS, KEY = 4000, 1943
MONTHS = 12
"""From the raid of 14 October 1943 to September 1944, when output was back to its level before the raids."""
SYSTEM = "ball_bearings"
DISPERSAL_SPREAD = 0.5
"""Dispersal takes the recorded eleven months, give or take half, if it is attacked too; judgement."""
MOST_LOST = 0.8
"""Share of German output in the seven largest plants [record: target_systems, plants_for_80pct_of_output]: a pressed
attack that reached all of them, and no other, could take no more."""


@decides("C34", needs=("target_systems", "forecasts"), changed_by_row=False, sure=80)
def pressed_on_bearings(case: Case) -> Finding:
    """Months of need that stocks, imports and dispersal leave unmet if bearings are kept down from October 1943.

    Each month need is 1. Output lost starts between the least that a raid on Schweinfurt took and the share of the seven
    largest plants, and falls in a straight line as dispersal replaces it; imports keep their share; the stock in the
    pipeline fills the gap. The margin is the stock left at its lowest. Two accounts of the stock are held apart: the
    months of supply in the pipeline, and Speer's, that concentrated attack would be felt after some months.
    """
    facts, felt_after = bearing_facts(case.ledger), months_until_felt(case.ledger)
    draws = _drawn(facts)
    margins = {
        "six to twelve months' supply in the pipeline": sorted(margin(d) for d in draws),
        f"need unmet after {felt_after:g} months of concentrated attack (Speer)": sorted(
            margin(d | {"stock in the pipeline": used_in(d, felt_after)}) for d in draws
        ),
    }
    never = {account: sum(round(m, 9) >= 0 for m in of) / len(of) for account, of in margins.items()}
    by_stock, by_speer = never.values()
    forecast = [
        r for r in case.ledger.rows("forecasts") if "Schweinfurt" in r["quantity"] or "bearing" in r["quantity"]
    ]
    case.ledger.use("forecasts", forecast)
    stocks = next(iter(margins.values()))
    middle, low, high = (stocks[int(len(stocks) * q)] for q in (0.5, 0.05, 0.95))
    outcome = CONTRADICTED if min(never.values()) >= case.bounds["sure"] / 100 else UNDETERMINED
    return Finding(
        outcome,
        f"By stocks, Swedish imports and dispersal alone supply never falls below need in {by_stock:.0%} of draws, even "
        "with the attack pressed."
        if outcome == CONTRADICTED
        else f"Open: by six to twelve months' bearings in the pipeline supply never falls below need in {by_stock:.0%} of "
        f"draws, by Speer's word after the war in {by_speer:.0%}, and the forecast amount is not in the record.",
        "Stock left at its lowest, attacks on bearings pressed from October 1943",
        "months of need",
        f"never below need in {by_stock:.0%} of draws by the pipeline and in {by_speer:.0%} by Speer, against 80 percent; "
        "how much the Ministry forecast is not in the record (C35)",
        middle,
        min(low, *(of[int(len(of) * 0.05)] for of in margins.values())),
        high,
        curve=_curve(facts),
        draws=Draws(N_DRAWS, "the record's ranges on bearings, drawn evenly", KEY, None),
        would_change=_strongest(facts),
        parts=tuple(
            Part(account, f"never below need in {share:.0%} of draws", "", "Speer" in account)
            for account, share in never.items()
        ),
        needs=(
            "the Ministry's dated forecast on bearings, with a number",
            "monthly stocks and consumption of bearings by use, and how far designs were changed",
        )
        if outcome == UNDETERMINED
        else (),
    )


def bearing_facts(ledger: Ledger) -> dict[str, tuple[float, float]]:
    """Ranges of the record on bearings: lost share, pipeline stock and dispersal in months, imported share.

    A fall after a raid is read as of Schweinfurt's output, as in `oilplan.studies.bearings`, and taken times
    Schweinfurt's share of German output.
    """
    falls = _values(ledger, "output_fall_after_raid", "falls of bearing output after the raids")
    schweinfurt = _values(ledger, "schweinfurt_share_of_german_output", "Schweinfurt's share of German output")
    _values(ledger, "plants_for_80pct_of_output", "plants that made 80 percent of bearings")
    stock = _values(ledger, "stocks_in_pipeline", "bearings in the pipeline")[0]
    imports = _values(ledger, "swedish_direct_exports_share_of_german_supply", "Swedish exports' share of supply")[0]
    back = ledger.find(
        "target_systems", "the month in which output was back", system=SYSTEM, quantity="output_back_to_pre_raid"
    )[0]["period"]
    replaced = (int(back[:4]) - 1943) * 12 + int(back[5:7]) - 10
    return {
        "share of output lost": (min(falls) / 100 * min(schweinfurt) / 100, MOST_LOST),
        "stock in the pipeline": (stock * 2 / 3, stock * 4 / 3),
        "dispersal": (replaced * (1 - DISPERSAL_SPREAD), replaced * (1 + DISPERSAL_SPREAD)),
        "imports that went on": (0.0, imports / 100),
    }


def months_until_felt(ledger: Ledger) -> float:
    """Months of concentrated attack after which, by Speer's word after the war, armaments would have been weakened."""
    return _values(ledger, "speer_counterfactual_cripple", "Speer on a concentrated attack")[0]


def _values(ledger: Ledger, metric: str, what: str) -> list[float]:
    rows = ledger.find(
        "target_systems", what, lambda r: r["quantity"] == metric and r["value"] is not None, system=SYSTEM
    )
    return [r["value"] for r in rows]


def _drawn(facts: dict[str, tuple[float, float]]) -> list[dict[str, float]]:
    dice = random.Random(KEY)
    return [{name: dice.uniform(*span) for name, span in facts.items()} for _ in range(N_DRAWS)]


def shortfall(draw: dict[str, float]) -> list[float]:
    """Months of need that each month's output and imports leave to the stock; imports are a share of supply."""
    german = 1.0 - draw["imports that went on"]
    return [draw["share of output lost"] * max(0.0, 1 - month / draw["dispersal"]) * german for month in range(MONTHS)]


def used_in(draw: dict[str, float], months: float) -> float:
    """Stock used in the first whole months of the attack."""
    return sum(shortfall(draw)[: round(months)])


def stock_by_month(draw: dict[str, float]) -> list[float]:
    """Stock at the end of each month, in months of need."""
    return [draw["stock in the pipeline"] - used for used in accumulate(shortfall(draw))]


def margin(draw: dict[str, float]) -> float:
    """Lowest stock of the twelve months; below zero the need goes unmet."""
    return min(stock_by_month(draw))


def _curve(facts: dict[str, tuple[float, float]]) -> Curve:
    paths = [stock_by_month(draw) for draw in _drawn(facts)]
    bands = [sorted(step) for step in zip(*paths, strict=True)]
    at = {q: tuple(b[int(len(b) * q)] for b in bands) for q in (0.05, 0.5, 0.95)}
    months = tuple(float(m) for m in range(1, MONTHS + 1))
    return Curve(
        "Bearings in stock, the attack pressed; by the pipeline's account",
        "months from October 1943",
        "months of need",
        months,
        at[0.5],
        at[0.05],
        at[0.95],
    )


def _strongest(facts: dict[str, tuple[float, float]]) -> str:
    draws = _drawn(facts)
    margins = [margin(d) for d in draws]
    squares = {name: correlation([d[name] for d in draws], margins) ** 2 for name in facts}
    top = max(squares, key=lambda name: squares[name])
    share = squares[top] / sum(squares.values())
    return f"which account of the stock is right; by the pipeline's, {top}: {share:.0%} of the spread"
