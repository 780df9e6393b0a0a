"""C49: was November too little, and would more have tipped the scale before the Ardennes?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oilplan.argument.counterfactuals import SURE, delivered, drawn_between, per_day, stock_path, year_end_stock
from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import read
from oilplan.argument.laboratory import MODEL_TABLES, Laboratory, band, laboratory
from oilplan.argument.registry import Case, decides
from oilplan.argument.strongest import strongest
from oilplan.clock import day_of

if TYPE_CHECKING:
    import numpy as np

FACTORS = (1.0, 2.0, 4.0, 8.0)
OFFENSIVE = (day_of("1944-11-01"), day_of("1944-12-16"))
DECEMBER_D = day_of("1944-12-01") - OFFENSIVE[0]


@decides("C49", needs=(*MODEL_TABLES, "stocks_and_use", "claims_evidence"), changed_by_row=False)
def over_on_the_right_side(case: Case) -> Finding:
    """Stock on 16 December 1944 if all oil raids from 1 November had been two, four or eight times as heavy."""
    need = [
        read(case.ledger, "stocks_and_use", f"1944-{m}_aviation_gasoline_consumption").value
        for m in (11, 12)
    ]
    words = case.ledger.one("claims_evidence", "1944-11-05_portal_words_dated")
    held = year_end_stock(case.ledger, "1944-10")
    lab = laboratory(case.ledger)
    stock = drawn_between(held, lab.draws.n, lab.draws.key)
    ends = stocks_at_the_end(lab, stock, *need)
    crossed = (ends < need[1]).mean(axis=0)
    outcome = UNDETERMINED
    if crossed[0] <= 1 - SURE and crossed[1:].max() >= SURE:
        outcome = SUPPORTED
    elif crossed[0] >= SURE:
        outcome = CONTRADICTED
    return Finding(
        outcome,
        _answer(outcome, crossed),
        "Aviation fuel in stock on 16 December 1944, oil raids as flown",
        "t",
        "under a month's need (December's consumption) in "
        + ", ".join(f"{c:.0%} at {f:.0f} times the tonnage" for f, c in zip(FACTORS, crossed, strict=True))
        + f"; the words are of {words['period']}",
        *band(ends[:, 0]),
        parts=tuple(
            Part(
                f"{f:.0f} times the tonnage",
                "{:,.0f} t ({:,.0f} to {:,.0f})".format(*band(ends[:, g])),
                f"crosses in {crossed[g]:.0%}",
            )
            for g, f in enumerate(FACTORS)
        ),
        draws=lab.draws,
        would_change=strongest(lab, ends[:, 0], {"stock at the end of October 1944": stock}),
    )


def stocks_at_the_end(lab: Laboratory, stock: np.ndarray, november_t: float, december_t: float) -> np.ndarray:
    """[D, G] aviation stock on 16 December by factor on all oil raids from 1 November; stock: [D] at the start."""
    import numpy as np

    flown = lab.problem.schedule
    late = (flown.day >= OFFENSIVE[0]) & (flown.day < OFFENSIVE[1])
    scales = np.array([np.where(late, f, 1.0) for f in FACTORS])
    made = delivered(lab, flown, scales)["aviation"][:, :, OFFENSIVE[0] : OFFENSIVE[1]]
    burnt = per_day("1944-11", november_t), per_day("1944-12", december_t)
    need = np.where(np.arange(made.shape[2]) < DECEMBER_D, *burnt)
    return np.stack([stock_path(stock, made[:, g], need)[:, -1] for g in range(len(FACTORS))], axis=1)


def _answer(outcome: str, crossed: np.ndarray) -> str:
    if outcome == CONTRADICTED:
        return f"November as flown already left less than a month's need on 16 December in {crossed[0]:.0%} of draws."
    start = f"November was not enough: on 16 December a month's need was still there in {1 - crossed[0]:.0%} of draws."
    if outcome == SUPPORTED:
        least = next(f for f, c in zip(FACTORS, crossed, strict=True) if c >= SURE)
        return f"{start} {least:.0f} times the bombs would have crossed the line."
    most = f"{FACTORS[-1]:.0f} times the bombs would have crossed the line in {crossed[-1]:.0%}"
    return f"{start} {most}: the stock outlasts the date."
