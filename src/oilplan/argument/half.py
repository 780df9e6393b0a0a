"""C33: hold half of the capacity out, and how long does fuel meet need? With stocks and rationing."""

from __future__ import annotations

import random
from typing import NamedTuple

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Curve, Draws, Finding, Part
from oilplan.argument.interval import Interval, accounts, read, shown
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import Case, decides

N_DRAWS, KEY = 2000, 33
FRACTIONS = tuple(f / 20 for f in range(21))
HORIZON_MONTHS = 36
"""A stock that lasts longer than this counts as lasting this long."""
SURE = 0.9
MONTHS = ("April 1944", "December 1944")


class Fuel(NamedTuple):
    """One draw, tons: output and need a month, and the stock at the start."""

    output: float
    need: float
    stock: float


def fuel_ranges(ledger: Ledger) -> dict[str, Interval]:
    """Aviation fuel, tons: output of whole plants, and need and stock of April and of December 1944.

    April's need is with the training ration squeezed or not. December's is not recorded: it lies between what was
    burnt that month, which was rationed, and April's. Output stays April's, for half is meant of whole plants.
    """
    full_need = accounts(
        ledger,
        ("stocks_and_use", "1944-04_aviation_gasoline_consumption_davis1993"),
        ("stocks_and_use", "1944-05_aviation_gasoline_planned_need_davis1993"),
        ("stocks_and_use", "1944-05_aviation_gasoline_consumption"),
    )
    training = read(ledger, "stocks_and_use", "1944-02_aviation_gasoline_pilot_training_allotment")
    need = Interval(full_need.value, full_need.low - training.value, full_need.high)
    burnt = read(ledger, "stocks_and_use", "1944-12_aviation_gasoline_consumption")
    return {
        "output": read(ledger, "output", "1944-04_aviation_gasoline"),
        "need of April 1944": need,
        "need of December 1944": need._replace(low=min(need.low, burnt.value)),
        "stock of April 1944": _stock(ledger, "1944-04"),
        "stock of December 1944": _stock(ledger, "1944-12"),
    }


def _stock(ledger: Ledger, month: str) -> Interval:
    """Aviation stock at the end of a month: as reported, and as the flows of the record give it."""
    row = f"{month}_aviation_gasoline_stock_end"
    return accounts(ledger, ("stocks_and_use", row), ("stocks_and_use", f"{row}_flow"))


def draws(ranges: dict[str, Interval], month: str) -> list[Fuel]:
    """Draws of output, and of the need and stock of one month, each even over its range."""
    dice = random.Random(KEY)
    spans = [ranges[name][1:] for name in ("output", f"need of {month}", f"stock of {month}")]
    return [Fuel(*(dice.uniform(*span) for span in spans)) for _ in range(N_DRAWS)]


def met_share(fuel: Fuel, out: float, months: float) -> float:
    """Share of the need of ``months`` that output and stock can meet, shared evenly by rationing; at most 1."""
    return min(1.0, ((1 - out) * fuel.output * months + fuel.stock) / (fuel.need * months))


def months_until_low(fuel: Fuel, out: float) -> float:
    """Months until the stock is under a month's need, at full need; `HORIZON_MONTHS` where it never is."""
    drain = fuel.need - (1 - out) * fuel.output
    spare = fuel.stock - fuel.need
    return HORIZON_MONTHS if drain <= 0 else min(float(HORIZON_MONTHS), max(0.0, spare / drain))


def quantiles(values: list[float]) -> Interval:
    """Median with 5th and 95th percentile."""
    ordered = sorted(values)
    return Interval(*(ordered[int(q * (len(ordered) - 1))] for q in (0.5, 0.05, 0.95)))


def outcome_with(sample: list[Fuel], bounds) -> str:
    """The rule on one stock: nine draws of ten must agree."""
    half = bounds["out"] / 100
    met = sum(met_share(f, half, bounds["months"]) >= bounds["met"] / 100 for f in sample) / len(sample)
    unmet = sum(met_share(f, half, bounds["soon"]) < bounds["unmet"] / 100 for f in sample) / len(sample)
    return SUPPORTED if met >= SURE else CONTRADICTED if unmet >= SURE else UNDETERMINED


@decides(
    "C33",
    needs=("output", "stocks_and_use"),
    out=50,
    met=90,
    months=6,
    unmet=60,
    soon=3,
)
def half_is_failure(case: Case) -> Finding:
    """Half of aviation output held out, from the stocks of April and of December 1944."""
    ranges = fuel_ranges(case.ledger)
    need = ranges["need of April 1944"]
    samples = {f"stock of {month}": draws(ranges, month) for month in MONTHS}
    outcomes = {stock: outcome_with(sample, case.bounds) for stock, sample in samples.items()}
    half, months = case.bounds["out"] / 100, case.bounds["months"]
    met = {stock: quantiles([100 * met_share(f, half, months) for f in sample]) for stock, sample in samples.items()}
    agreed = set(outcomes.values())
    outcome = agreed.pop() if len(agreed) == 1 else UNDETERMINED
    spring, winter = met.values()
    lasting = {s: quantiles([months_until_low(f, half) for f in sample]) for s, sample in samples.items()}
    return Finding(
        outcome,
        f"With half out, the stock of April 1944 let Germany meet {spring.value:.0f} percent of its flying need for six "
        f"months ({shown(spring)}): {_SAYS[outcomes['stock of April 1944']]}. From that December's, {winter.value:.0f} "
        f"percent ({shown(winter)}): {_SAYS[outcomes['stock of December 1944']]}.",
        "Need for aviation fuel met for six months with half of output held out, stock of April 1944",
        "percent of need",
        f"stock of April: {outcomes['stock of April 1944']}; stock of December: {outcomes['stock of December 1944']}, "
        "its need put between what was burnt that month under ration and April's"
        + ("; the answer depends on stocks, which the rule leaves open" if outcome == UNDETERMINED else ""),
        *spring,
        parts=_parts(lasting, met),
        curve=_curve(samples["stock of April 1944"]),
        draws=Draws(N_DRAWS, "the record's ranges of output, need and stock, drawn evenly", KEY, None),
        would_change=f"which stock is meant; from April's, the need: {need.low:,.0f} to "
        f"{need.high:,.0f} t a month, as training is squeezed or not",
    )


_SAYS = {SUPPORTED: "half would have failed", CONTRADICTED: "half would have told", UNDETERMINED: "open"}


def _parts(lasting: dict[str, Interval], met: dict[str, Interval]) -> tuple[Part, ...]:
    """A line for each stock: how long it lasts at full need, and how much of six months it meets."""
    months = [
        Part(
            f"months until under a month's need, {s}",
            f"{q.value:.1f} ({q.low:.1f} to {q.high:.1f})",
            "nothing rationed",
        )
        for s, q in lasting.items()
    ]
    shares = [
        Part(f"need met for six months, {s}", f"{q.value:.0f} percent ({q.low:.0f} to {q.high:.0f})", "shared evenly")
        for s, q in met.items()
    ]
    return (*months, *shares)


def _curve(sample: list[Fuel]) -> Curve:
    bands = [quantiles([months_until_low(f, out) for f in sample]) for out in FRACTIONS]
    return Curve(
        "Months until the stock is under a month's need (stock of April 1944)",
        "percent of output held out",
        f"months ({HORIZON_MONTHS}: as long or longer)",
        tuple(100 * f for f in FRACTIONS),
        *(tuple(getattr(b, e) for b in bands) for e in Interval._fields),
    )
