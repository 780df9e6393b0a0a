"""C34: had the ball-bearing attacks been pressed, would the forecast effects have come? A small model of its own."""

from __future__ import annotations

import random

from oilplan.experiments.claims.finding import CONTRADICTED, UNDETERMINED, Curve, Draws, Finding
from oilplan.experiments.claims.ledger import Ledger
from oilplan.experiments.claims.registry import Case, decides

N_DRAWS, KEY = 4000, 1943
MONTHS = 12
"""From the raid of 14 October 1943 to September 1944, when output was back to its level before the raids."""
SYSTEM = "ball_bearings"
DISPERSAL_SPREAD = 0.5
"""Dispersal takes the recorded eleven months, give or take half, if it is attacked too; judgement."""


@decides("C34", needs=("target_systems", "forecasts"), changed_by_row=False, sure=80)
def pressed_on_bearings(case: Case) -> Finding:
    """Months of need that stocks, imports and dispersal leave unmet if Schweinfurt is kept down from October 1943.

    Each month need is 1. Output lost starts at the share the raids took and falls in a straight line as dispersal
    replaces it; imports go on; the stock in the pipeline fills the gap. The margin is the stock left at its lowest.
    """
    ledger = case.ledger
    facts = bearing_facts(ledger)
    margins = sorted(margin(draw) for draw in _drawn(facts))
    never = sum(m > 0 for m in margins) / len(margins)
    forecast = [r for r in ledger.rows("forecasts") if "Schweinfurt" in r["quantity"] or "bearing" in r["quantity"]]
    ledger.use("forecasts", forecast)
    middle, low, high = (margins[int(len(margins) * q)] for q in (0.5, 0.05, 0.95))
    outcome = CONTRADICTED if never >= case.bounds["sure"] / 100 else UNDETERMINED
    return Finding(
        outcome,
        "Not by this arithmetic: with six to twelve months' bearings in the pipeline, Swedish imports and "
        f"dispersal, supply never falls below need in {never:.0%} of draws, even with Schweinfurt kept down. Speer, "
        "after the war, thought otherwise."
        if outcome == CONTRADICTED
        else f"Open: supply stays above need in {never:.0%} of draws, fewer than 80 percent, and the forecast amount "
        "is not in the record.",
        "Stock left at its lowest, attacks on bearings pressed from October 1943",
        "months of need",
        f"above need in {never:.0%} of draws against 80 percent; how much the Ministry forecast is not in the record "
        "(C35)",
        middle,
        low,
        high,
        curve=_curve(facts),
        draws=Draws(N_DRAWS, "the record's ranges on bearings, drawn evenly", KEY, None),
        would_change=_strongest(facts),
        needs=("the Ministry's dated forecast on bearings, with a number",) if outcome == UNDETERMINED else (),
    )


def bearing_facts(ledger: Ledger) -> dict[str, tuple[float, float]]:
    """Ranges of the record on bearings: lost share, pipeline stock and dispersal in months, imported share."""

    def span(metric: str, what: str) -> list[float]:
        rows = ledger.find(
            "target_systems", what, lambda r: r["metric"] == metric and r["value"] is not None, system=SYSTEM
        )
        return [r["value"] for r in rows]

    lost = span("output_fall_after_raid", "falls of bearing output after the raids")
    stock = span("stocks_in_pipeline", "bearings in the pipeline")[0]
    imports = span("swedish_direct_exports_share_of_german_supply", "Swedish exports' share of supply")[0]
    back = ledger.find(
        "target_systems", "the month in which output was back", system=SYSTEM, metric="output_back_to_pre_raid"
    )[0]["period"]
    replaced = (int(back[:4]) - 1943) * 12 + int(back[5:7]) - 10
    return {
        "share of output lost": (min(lost) / 100, max(lost) / 100),
        "stock in the pipeline": (stock * 2 / 3, stock * 4 / 3),
        "dispersal": (replaced * (1 - DISPERSAL_SPREAD), replaced * (1 + DISPERSAL_SPREAD)),
        "imports that went on": (0.0, imports / 100),
    }


def _drawn(facts: dict[str, tuple[float, float]]) -> list[dict[str, float]]:
    dice = random.Random(KEY)
    return [{name: dice.uniform(*span) for name, span in facts.items()} for _ in range(N_DRAWS)]


def stock_by_month(draw: dict[str, float]) -> list[float]:
    """Stock at the end of each month, in months of need; imports replace part of what was lost."""
    stock, out = draw["stock in the pipeline"], []
    for month in range(MONTHS):
        lost = draw["share of output lost"] * max(0.0, 1 - month / draw["dispersal"])
        stock -= max(0.0, lost - draw["imports that went on"])
        out.append(stock)
    return out


def margin(draw: dict[str, float]) -> float:
    """Lowest stock of the twelve months; below zero the need goes unmet."""
    return min(stock_by_month(draw))


def _curve(facts: dict[str, tuple[float, float]]) -> Curve:
    paths = [stock_by_month(draw) for draw in _drawn(facts)]
    bands = [sorted(step) for step in zip(*paths, strict=True)]
    at = {q: tuple(b[int(len(b) * q)] for b in bands) for q in (0.05, 0.5, 0.95)}
    months = tuple(float(m) for m in range(1, MONTHS + 1))
    return Curve(
        "Bearings in stock, Schweinfurt kept down",
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
    from statistics import correlation

    squares = {name: correlation([d[name] for d in draws], margins) ** 2 for name in facts}
    top = max(squares, key=lambda name: squares[name])
    return f"{top}: {squares[top] / sum(squares.values()):.0%} of the spread; and dispersal that failed under attack"
