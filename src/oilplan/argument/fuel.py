"""How far aviation fuel and synthetic output were held down (C06, C20), and what half a system out would do (C33)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..units import DAYS_PER_MONTH
from . import stock as stocks
from .finding import AnswerCurve, AnswerPart, Case, Finding, MissingFact, decides, reading_of, readings_of
from .grade import Arms, arms, interval, pooled, probability, shown
from .ledger import Ledger, in_english

LAST_MONTHS = {
    "1945-01": ("output", "1945-01_aviation_gasoline_webster1961iii"),
    "1945-02": ("output", "1945-02_aviation_gasoline_levine1992"),
    "1945-03": ("output", "1945-03_aviation_gasoline"),
}
"""Months of 1945 whose output alone is in the record, and the row that has it."""
SPLIT = ("share of the year-end stock left unburnt in January 1945", "share of the rest left unburnt in February 1945")


@decides("C06", needs=(stocks.STOCKS, *stocks.OUTPUT_TABLES), work=stocks.SURVEY, denied=50, months=6, recovered=80)
def aviation_denied(case: Case) -> Finding:
    """Months on end with aviation fuel burnt under half of April's; one stock at the year's end, burnt once."""
    ledger, bounds = case.ledger, case.bounds
    supply = monthly_supply(ledger)
    share = np.stack(list(supply.values()))
    run = longest_run(share < bounds["denied"])
    rule = arms((run >= bounds["months"]) & ~came_back(share, bounds), came_back(share, bounds))
    last = interval(supply["1945-01"])[0]
    since = next((f"from {in_english(m)} " for m, s in supply.items() if np.median(s) < bounds["denied"]), "")
    return Finding(
        f"{since}German aviation fuel stayed under {bounds['denied']:.0f} percent of what was burnt in April for "
        f"{shown(run)} months on end",
        f"Months on end with aviation fuel supply under {bounds['denied']:.0f} percent of April 1944 consumption",
        "months",
        f"in January 1945 it was some {last:.0f} percent of April's. What 1945 burnt of its one year-end "
        "stock is not known, and never adds up to more than that stock",
        run,
        rule,
        parts=tuple(
            AnswerPart(in_english(m), f"{shown(s)} percent of April's", weak=m < "1945") for m, s in supply.items()
        ),
        curve=AnswerCurve(
            "Aviation fuel burnt",
            "months from 1944-05",
            "percent of April 1944",
            tuple(range(len(supply))),
            *(tuple(interval(s)[k] for s in supply.values()) for k in range(3)),
        ),
        needs=()
        if probability(rule) >= 0.95
        else (MissingFact("aviation fuel burnt and in stock, January to March 1945", stocks.SURVEY, stocks.WHICH),),
    )


def came_back(share: np.ndarray, bounds) -> np.ndarray:
    """[D] True where, after the first month denied, two months running reach the share that counts as recovered."""
    out = np.zeros(share.shape[1], bool)
    fallen = np.logical_or.accumulate(share < bounds["denied"], axis=0)
    for before, (a, b) in zip(fallen, pairwise(range(1, len(share))), strict=False):
        out |= before & (share[a] >= bounds["recovered"]) & (share[b] >= bounds["recovered"])
    return out


def longest_run(held: np.ndarray) -> np.ndarray:
    """[D] length of the longest run of True along the months: [M, D]."""
    best = now = np.zeros(held.shape[1])
    for month in held:
        now = np.where(month, now + 1, 0.0)
        best = np.maximum(best, now)
    return best


def monthly_supply(ledger: Ledger) -> dict[str, np.ndarray]:
    """[D] aviation fuel that Germany burnt, percent of April 1944, May 1944 to March 1945.

    A month without a figure of consumption burns its output and a drawn part of what the year left in stock.
    """
    april, left = stocks.burnt_in_april(ledger), stocks.stock(ledger, "1944-12")
    used = {m: stocks.burnt(ledger, m) for m in stocks.MONTHS_1944}
    kept = [ledger.between(words, 0.0, 1.0) for words in SPLIT] + [np.zeros_like(left)]
    for month, keep in zip(LAST_MONTHS, kept, strict=True):
        output = ledger.read(*LAST_MONTHS[month])
        if ledger.has(f"{month}_aviation_gasoline_consumption"):
            burnt = stocks.burnt(ledger, month)
        elif month == "1945-01" and ledger.has(stocks.JANUARY_SUPPLY):
            burnt = ledger.stated(stocks.JANUARY_SUPPLY)
        else:
            burnt = output + left * (1 - keep)
        left = np.maximum(0.0, left + output - burnt)
        if month == "1945-01" and ledger.place(stocks.JANUARY_EMPTY):
            empty = ledger.stands(ledger.place(stocks.JANUARY_EMPTY) or "", ledger.fact(stocks.JANUARY_EMPTY))
            left = np.where(empty, 0.0, left)
        used[month] = burnt
    return {month: 100 * tons / april for month, tons in used.items()}


HELD_MONTHS = ("1944-09", "1944-10", "1944-11", "1944-12")
DIRECT = {
    "1944-12": ("output", "1944-12_hydrogenation_levine1992", "1944-04_hydrogenation"),
    "1944-09": ("output", "1944-09_synthetic_plants", "1944-04_synthetic_plants"),
}
"""Months with a figure of synthetic output: its table, its row, and the row of April 1944 in the same definition."""
SMALL_T = "1944-09_aviation_gasoline_benzol_and_small_plants_webster1961iii"
STOOD_ABOVE = "how far synthetic oil stood above aviation spirit in October and November 1944"
PLANTS_ONLY = "aviation_gasoline_synthetic_plants_only"


@decides("C20", needs=stocks.OUTPUT_TABLES, work=stocks.SURVEY, held=25, recovered=50)
def outpaced_repair(case: Case) -> Finding:
    """Synthetic output of each month, September to December 1944, of April's; the highest month decides.

    Where all synthetic oil of a month is not in the record, aviation gasoline of the synthetic plants stands for it,
    raised as synthetic oil stood above aviation gasoline in one of the months that have both: an assumption.
    """
    ledger, bounds = case.ledger, case.bounds
    aviation = {m: aviation_share(ledger, m) for m in HELD_MONTHS}
    direct = {m: direct_share(ledger, m) for m in DIRECT}
    above = ledger.either(STOOD_ABOVE, [direct[m] / aviation[m] for m in DIRECT])
    share = {m: direct[m] if m in DIRECT else aviation[m] * above for m in HELD_MONTHS}
    top, spirit = (100 * np.stack(list(s.values())).max(axis=0) for s in (share, aviation))
    rules = [arms(x < bounds["held"], x >= bounds["recovered"]) for x in (top, spirit)]
    worst = max(share, key=lambda m: float(np.median(share[m])))
    return Finding(
        f"synthetic output came back to {shown(top)} percent of April's in its best month, {in_english(worst)}, after "
        f"{shown(100 * share['1944-09'])} percent in September",
        "Highest monthly synthetic output, September-December 1944, of April 1944",
        "percent",
        "for October and November the record has aviation gasoline only, raised by what September and December show",
        top,
        rules[0],
        readings=(
            reading_of("all synthetic oil, as the rule asks", f"{shown(top)} percent", rules[0]),
            reading_of("aviation spirit alone, which the offensive was to deny", f"{shown(spirit)} percent", rules[1]),
        ),
        parts=tuple(
            AnswerPart(in_english(m), f"{shown(100 * s)} percent", "" if m in DIRECT else "from aviation gasoline")
            for m, s in share.items()
        ),
        curve=AnswerCurve(
            "Synthetic output, September-December 1944",
            "months from 1944-09",
            "percent of April 1944",
            tuple(range(len(share))),
            *(tuple(100 * interval(s)[k] for s in share.values()) for k in range(3)),
        ),
        needs=(MissingFact("all synthetic output of October and November 1944", stocks.SURVEY, STOOD_ABOVE),),
    )


def direct_share(ledger: Ledger, month: str) -> np.ndarray:
    """[D] synthetic output of a month of `DIRECT` as a share of April's."""
    table, row_id, april = DIRECT[month]
    return ledger.read(table, row_id) / ledger.read("output", april)


def aviation_share(ledger: Ledger, month: str) -> np.ndarray:
    """[D] aviation gasoline of the synthetic plants in a month of 1944 as a share of April's.

    A draw follows the history that gives the plants alone, or one that gives all sources, less what benzol and small
    plants made in September.
    """
    plants = ledger.read("output", f"{month}_{PLANTS_ONLY}_davis1993")
    choices = [plants]
    if month not in DIRECT:
        small = ledger.read("output", SMALL_T)
        choices.append(np.maximum(0.0, stocks.made(ledger, month) - small))
    tons = ledger.either(f"whether {month} is counted at the plants or from all sources", choices)
    return tons / ledger.read("output", f"1944-04_{PLANTS_ONLY}")


FRACTIONS = tuple(f / 10 for f in range(11))
HORIZON_MONTHS = 12
"""A stock that lasts longer than this counts as lasting this long."""
TRAINING = "how much of the training ration could be squeezed out of the need"
DECEMBER_NEED = "the need of December 1944, between what was burnt under ration and April's"


def needs_of_fuel(ledger: Ledger) -> dict[str, np.ndarray]:
    """[D] aviation fuel needed a month, tons, in April and in December 1944.

    April's need is with the training ration squeezed or not. December's is not recorded: it lies between what was burnt
    that month, which was rationed, and April's.
    """
    full = ledger.accounts(
        "the need of aviation fuel a month in spring 1944",
        ("output", "1944-04_aviation_gasoline_consumption_davis1993"),
        ("output", "1944-05_aviation_gasoline_planned_need_davis1993"),
        (stocks.STOCKS, "1944-05_aviation_gasoline_consumption"),
    )
    training = ledger.read(stocks.STOCKS, "1944-02_aviation_gasoline_pilot_training_allotment")
    need = full - training * ledger.between(TRAINING, 0.0, 1.0)
    rationed = np.minimum(stocks.burnt(ledger, "1944-12"), need)
    return {"April 1944": need, "December 1944": ledger.between(DECEMBER_NEED, rationed, need)}


def met_share(half: np.ndarray, need: np.ndarray, stock: np.ndarray, months: Sequence[float]) -> list[np.ndarray]:
    """[D] share of the need that output and stock meet over each number of months, by the one account of stocks.

    half, need: [D] tons a month
    """
    days = [round(m * DAYS_PER_MONTH) for m in months]
    _, used = stocks.walked(stock, *_flat(half, need, max(days)))
    return [np.minimum(1.0, used[:, :n].sum(axis=1, dtype=float) / (need * n / DAYS_PER_MONTH)) for n in days]


def months_until_low(output: np.ndarray, need: np.ndarray, stock: np.ndarray) -> np.ndarray:
    """[D] months until the stock is under a month's need, at full need; `HORIZON_MONTHS` where it never is."""
    days = round(HORIZON_MONTHS * DAYS_PER_MONTH)
    left, _ = stocks.walked(stock, *_flat(output, need, days))
    return stocks.days_until_under(left, need) / DAYS_PER_MONTH


def _flat(output: np.ndarray, need: np.ndarray, days: int) -> tuple[np.ndarray, np.ndarray]:
    """[D, days] tons a day of output and need, the same every day."""
    return tuple(np.repeat(x[:, None] / DAYS_PER_MONTH, days, axis=1) for x in (output, need))  # type: ignore[return-value]


@decides(
    "C33", needs=(*stocks.OUTPUT_TABLES, stocks.STOCKS), work=stocks.SURVEY, out=50, met=90, months=6, unmet=60, soon=3
)
def half_is_failure(case: Case) -> Finding:
    """Half of aviation output held out, from the stocks of April and of December 1944: two readings at even odds."""
    ledger, bounds = case.ledger, case.bounds
    output = ledger.read("output", "1944-04_aviation_gasoline")
    half = output * (1 - bounds["out"] / 100)
    need = needs_of_fuel(ledger)
    held = {
        month: stocks.stock(ledger, key) for month, key in (("April 1944", "1944-04"), ("December 1944", "1944-12"))
    }
    of_need = {m: met_share(half, need[m], held[m], (bounds["months"], bounds["soon"])) for m in held}
    met, soon = ({m: 100 * x[k] for m, x in of_need.items()} for k in (0, 1))
    rules: dict[str, Arms] = {
        f"from the stock of {m}": arms(met[m] >= bounds["met"], soon[m] < bounds["unmet"]) for m in held
    }
    lasting = {m: months_until_low(half, need[m], held[m]) for m in held}
    spring, winter = (shown(met[m]) for m in held)
    either = np.concatenate(list(met.values()))
    return Finding(
        f"with {bounds['out']:.0f} percent of output out Germany could still meet {shown(either)} percent of its need for aviation fuel for six "
        f"months: {spring} percent from the stock of April 1944 and {winter} percent from that of December",
        f"Need for aviation fuel met for six months with {bounds['out']:.0f} percent of output held out, from either stock",
        "percent of need",
        "the stock of April 1944 and that of December 1944 at even odds; output of whole plants, the stock drawn on freely",
        either,
        pooled(*rules.values()),
        readings=readings_of(
            rules, {f"from the stock of {m}": f"{shown(x)} percent of the need met" for m, x in met.items()}
        ),
        parts=tuple(
            AnswerPart(f"months until under a month's need, {m}", shown(x, "{:.1f}"), "nothing rationed")
            for m, x in lasting.items()
        ),
        curve=_half_curve(output, need["April 1944"], held["April 1944"]),
        needs=(MissingFact("aviation fuel in stock month by month, autumn 1944", stocks.SURVEY, stocks.WHICH),),
    )


def _half_curve(output: np.ndarray, need: np.ndarray, stock: np.ndarray) -> AnswerCurve:
    bands = [interval(months_until_low(output * (1 - out), need, stock)) for out in FRACTIONS]
    return AnswerCurve(
        "Months until the stock is under a month's need (stock of April 1944)",
        "percent of output held out",
        f"months ({HORIZON_MONTHS}: as long or longer)",
        tuple(100 * f for f in FRACTIONS),
        *(tuple(b[k] for b in bands) for k in range(3)),
    )
