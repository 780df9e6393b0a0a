"""Aviation fuel by month: made, burnt and in stock; how far it and synthetic output were held down (C06, C20); half a system out (C33).

The accounts of the stock disagree after the summer of 1944: the recalled flow from the 574,000 tons of the end of April, a
recalled figure for the year's end, a history's 30,000 tons of the high command for November, with its reserve used up, and its
word that hardly any was left in January. One treatment for every claim: a draw
follows one account throughout, at even odds, and moves along it by what was made and burnt; so a reserve that is spent in
one claim is not in the tanks in another. Axes: D draws.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from ..clock import date_of, days_in_month, month_index
from ..units import DAYS_PER_MONTH
from .finding import AnswerPart, Case, Finding, MissingFact, curve_of, decides, reading_of, readings_of, unless
from .grade import SURE, Arms, arms, interval, pooled, probability, shown
from .ledger import N_DRAWS, Ledger, Missing, in_english, period_of, quantity_of, value_of

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
    figures = [ledger.figure(*row) for row in ledger.use_each(rows)]
    return ledger.either(f"which account of aviation gasoline made in {month} is right", figures)


def in_stock(ledger: Ledger, month: str) -> np.ndarray:
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


# The claims.

LAST_MONTHS = {
    "1945-01": ("output", "1945-01_aviation_gasoline_webster1961iii"),
    "1945-02": ("output", "1945-02_aviation_gasoline_levine1992"),
    "1945-03": ("output", "1945-03_aviation_gasoline"),
}
"""Months of 1945 whose output alone is in the record, and the row that has it."""
SPLIT = ("share of the year-end stock left unburnt in January 1945", "share of the rest left unburnt in February 1945")


@decides("C06", needs=(STOCKS, *OUTPUT_TABLES), work=SURVEY, denied=50, months=6, recovered=80)
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
        curve=curve_of(
            "Aviation fuel burnt", "months from 1944-05", "percent of April 1944", range(len(supply)), supply.values()
        ),
        needs=unless(
            probability(rule) >= SURE,
            MissingFact("aviation fuel burnt and in stock, January to March 1945", SURVEY, WHICH),
        ),
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
    april, left = burnt_in_april(ledger), in_stock(ledger, "1944-12")
    used = {m: burnt(ledger, m) for m in MONTHS_1944}
    kept = [ledger.between(words, 0.0, 1.0) for words in SPLIT] + [np.zeros_like(left)]
    for month, keep in zip(LAST_MONTHS, kept, strict=True):
        output = ledger.read(*LAST_MONTHS[month])
        if ledger.has(f"{month}_aviation_gasoline_consumption"):
            spent = burnt(ledger, month)
        elif month == "1945-01" and ledger.has(JANUARY_SUPPLY):
            spent = ledger.stated(JANUARY_SUPPLY)
        else:
            spent = output + left * (1 - keep)
        left = np.maximum(0.0, left + output - spent)
        if month == "1945-01" and ledger.place(JANUARY_EMPTY):
            empty = ledger.fact_stands(JANUARY_EMPTY)
            left = np.where(empty, 0.0, left)
        used[month] = spent
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


@decides("C20", needs=OUTPUT_TABLES, work=SURVEY, held=25, recovered=50)
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
        curve=curve_of(
            "Synthetic output, September-December 1944",
            "months from 1944-09",
            "percent of April 1944",
            range(len(share)),
            (100 * s for s in share.values()),
        ),
        needs=(MissingFact("all synthetic output of October and November 1944", SURVEY, STOOD_ABOVE),),
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
        choices.append(np.maximum(0.0, made(ledger, month) - small))
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
        (STOCKS, "1944-05_aviation_gasoline_consumption"),
    )
    training = ledger.read(STOCKS, "1944-02_aviation_gasoline_pilot_training_allotment")
    need = full - training * ledger.between(TRAINING, 0.0, 1.0)
    rationed = np.minimum(burnt(ledger, "1944-12"), need)
    return {"April 1944": need, "December 1944": ledger.between(DECEMBER_NEED, rationed, need)}


def met_share(half: np.ndarray, need: np.ndarray, stock: np.ndarray, months: Sequence[float]) -> list[np.ndarray]:
    """[D] share of the need that output and stock meet over each number of months, by the one account of

    half, need: [D] tons a month
    """
    days = [round(m * DAYS_PER_MONTH) for m in months]
    _, used = walked(stock, *_flat(half, need, max(days)))
    return [np.minimum(1.0, used[:, :n].sum(axis=1, dtype=float) / (need * n / DAYS_PER_MONTH)) for n in days]


def months_until_low(output: np.ndarray, need: np.ndarray, stock: np.ndarray) -> np.ndarray:
    """[D] months until the stock is under a month's need, at full need; `HORIZON_MONTHS` where it never is."""
    days = round(HORIZON_MONTHS * DAYS_PER_MONTH)
    left, _ = walked(stock, *_flat(output, need, days))
    return days_until_under(left, need) / DAYS_PER_MONTH


def _flat(output: np.ndarray, need: np.ndarray, days: int) -> tuple[np.ndarray, np.ndarray]:
    """[D, days] tons a day of output and need, the same every day."""
    return tuple(np.repeat(x[:, None] / DAYS_PER_MONTH, days, axis=1) for x in (output, need))  # type: ignore[return-value]


@decides("C33", needs=(*OUTPUT_TABLES, STOCKS), work=SURVEY, out=50, met=90, months=6, unmet=60, soon=3)
def half_is_failure(case: Case) -> Finding:
    """Half of aviation output held out, from the stocks of April and of December 1944: two readings at even odds."""
    ledger, bounds = case.ledger, case.bounds
    output = ledger.read("output", "1944-04_aviation_gasoline")
    half = output * (1 - bounds["out"] / 100)
    need = needs_of_fuel(ledger)
    held = {month: in_stock(ledger, key) for month, key in (("April 1944", "1944-04"), ("December 1944", "1944-12"))}
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
        curve=curve_of(
            "Months until the stock is under a month's need (stock of April 1944)",
            "percent of output held out",
            f"months ({HORIZON_MONTHS}: as long or longer)",
            (100 * out for out in FRACTIONS),
            (months_until_low(output * (1 - out), need["April 1944"], held["April 1944"]) for out in FRACTIONS),
        ),
        needs=(MissingFact("aviation fuel in stock month by month, autumn 1944", SURVEY, WHICH),),
    )
