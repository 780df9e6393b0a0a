"""Aviation fuel by month: made, burnt and in stock, as the record's accounts have it. Axes: D draws.

The accounts of the stock disagree after the summer of 1944: the recalled flow from the 574,000 tons of the end of April, a
recalled figure for the year's end, a history's 30,000 tons of the high command for November, with its reserve used up, and its
word that hardly any was left in January. One treatment for every claim: a draw
follows one account throughout, at even odds, and moves along it by what was made and burnt; so a reserve that is spent in
one claim is not in the tanks in another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from ..clock import date_of, days_in_month, month_index
from .ledger import N_DRAWS, Ledger, Missing, period_of, quantity_of, value_of

STOCKS = "stocks_and_use"
OUTPUT_TABLES = ("output",)
SERIES = ("aviation_gasoline", "aviation_gasoline_alt")
WHICH = (
    "which account of the stock of aviation fuel is right (the flow from April 1944, the figure of the year's end, the high "
    "command's of November with the reserve spent, hardly any left in January)"
)
SURVEY = "United States Strategic Bombing Survey, Oil Division Final Report, tables of stocks and consumption"
MONTHS_1944 = tuple(f"1944-{m:02d}" for m in range(5, 13))
"""Months after April 1944 whose consumption the record has."""
JANUARY_SUPPLY = "1945-01_luftwaffe_aviation_gasoline_supplies_ehlers2009"
"""What the Luftwaffe was supplied with in January 1945, where the record has it."""
JANUARY_EMPTY = "1945-01_germany_aviation_gasoline_stock_ehlers2009"
"""The statement that hardly any aviation fuel was in the stocks of January 1945: an account of nothing left at its end."""
ANCHORS = (
    ("1944-04", "1944-04_aviation_gasoline_stock_end"),
    ("1944-12", "1944-12_aviation_gasoline_stock_end"),
    ("1944-11", "1944-11_okw_stocks_aviation_gasoline_stock_okw_ehlers2009"),
)
"""The month's end that each account gives, and its row."""


def burnt(ledger: Ledger, month: str) -> np.ndarray:
    """[D] aviation fuel burnt in a month of 1944, tons; in January 1945 what was supplied."""
    if month == "1945-01":
        return ledger.stated(JANUARY_SUPPLY)
    return ledger.read(STOCKS, f"{month}_aviation_gasoline_consumption")


def burnt_in_april(ledger: Ledger) -> np.ndarray:
    """[D] aviation fuel burnt in April 1944, tons: by a history or by the recalled table."""
    return ledger.accounts(
        "aviation fuel burnt in April 1944",
        ("output", "1944-04_aviation_gasoline_consumption_davis1993"),
        (STOCKS, "1944-04_aviation_gasoline_consumption"),
    )


def made(ledger: Ledger, month: str) -> np.ndarray:
    """[D] aviation gasoline made of all sources in a month, tons: a draw follows one of the works that give it."""
    rows = [
        (table, r)
        for table in OUTPUT_TABLES
        for r in ledger.rows(table)
        if period_of(r) == month and quantity_of(r) in SERIES and value_of(r) is not None
    ]
    if not rows:
        raise Missing(OUTPUT_TABLES[0], f"aviation gasoline made in {month}")
    for table, row in rows:
        ledger.use(table, [row])
    return ledger.either(
        f"which account of aviation gasoline made in {month} is right", [ledger.figure(*r) for r in rows]
    )


def stock(ledger: Ledger, month: str) -> np.ndarray:
    """[D] aviation fuel in stock at the end of a month from April to December 1944, tons, never below nothing."""
    paths = [
        _moved(ledger, ledger.stated(row), anchor, month)
        for anchor, row in ANCHORS
        if ledger.has(row) or anchor == "1944-04"
    ]
    if ledger.place(JANUARY_EMPTY) and ledger.has(JANUARY_SUPPLY) and month != "1944-04":
        ledger.fact(JANUARY_EMPTY)
        paths.append(_moved(ledger, np.zeros(N_DRAWS), "1945-01", month))
    return np.maximum(0.0, ledger.either(WHICH, paths) if month != "1944-04" else paths[0])


def _moved(ledger: Ledger, tons: np.ndarray, start: str, end: str) -> np.ndarray:
    """A stock taken along from the end of one month to the end of another by what was made and burnt between."""
    for month in (*MONTHS_1944, "1945-01"):
        if start < month <= end:
            tons = tons + made(ledger, month) - burnt(ledger, month)
        elif end < month <= start:
            tons = tons - made(ledger, month) + burnt(ledger, month)
    return tons


def need_by_day(ledger: Ledger, start_d: int, n_days: int) -> np.ndarray:
    """[D, n_days] aviation fuel burnt a day as recorded, from a day number on; after 1944 as in December."""
    months = [min(date_of(day).isoformat()[:7], "1944-12") for day in range(start_d, start_d + n_days)]
    a_day = {m: burnt(ledger, m) / days_in_month()[month_index(m)] for m in dict.fromkeys(months)}
    return np.stack([a_day[m] for m in months], axis=1)


def walked(start_t: np.ndarray, made_t: np.ndarray, need_t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[D, T] stock at the end of each day and fuel used on it, by the one account of stocks, drawn on freely.

    start_t: [D] tons on the eve; made_t, need_t: [D, T] tons a day
    """
    supply = _walker()(made_t, need_t, start_t)
    return np.asarray(supply.stock_t), np.asarray(supply.used_t)


@cache
def _walker() -> Callable:
    import jax

    from ..model.accounts import ration

    return jax.jit(jax.vmap(lambda made, need, start: ration(made, need, start, np.inf)))


def days_until_under(stock_t: np.ndarray, floor_t: np.ndarray) -> np.ndarray:
    """[D] days until a stock [D, T] is under a floor [D]; all days where it never is."""
    from ..model.accounts import first_day_below

    return np.asarray(first_day_below(stock_t, floor_t[:, None], 0), float)
