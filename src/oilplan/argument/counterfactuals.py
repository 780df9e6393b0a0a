"""What else might have been: C16 (the eleven out), C43 (city tonnage moved to oil), C49 (a larger November)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import Interval, accounts, read
from oilplan.argument.laboratory import MODEL_TABLES, Laboratory, band, laboratory, run_draws
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import Case, decides
from oilplan.argument.strongest import strongest
from oilplan.clock import date_of, day_of, days_in_month, month_index

if TYPE_CHECKING:
    import numpy as np

SURE = 0.9
NEED_ROW = "1944-12_aviation_gasoline_consumption"


def delivered(
    lab: Laboratory, schedule, scales, *, without: tuple[str, ...] = (), from_d: int = 0
) -> dict[str, np.ndarray]:
    """Tons a day under scaled raids: ``aviation`` (all sources) and ``synthetic``, [D, G, T] each.

    without, from_d: plants that stand still from a day on
    """
    import jax.numpy as jnp
    import numpy as np

    from oilplan.model.delivery import deliver

    system = lab.problem.system
    still = np.isin(system.plant_ids, without)[None, :] & (np.arange(lab.problem.n_days)[:, None] >= from_d)

    def measure(share, p):
        made = deliver(jnp.where(jnp.asarray(still), 0.0, share), system, p)
        return jnp.stack([made.products[:, 0], made.synthetic])

    out = run_draws(lab, schedule, np.asarray(scales, float), measure)
    return {"aviation": out[:, :, 0], "synthetic": out[:, :, 1]}


def year_end_stock(ledger: Ledger, month: str) -> Interval:
    """Aviation stock at the end of a month of 1944, tons: the reported figure where there is one, and the flow."""
    flow = read(ledger, "stocks_and_use", f"{month}_aviation_gasoline_stock_end_flow")
    if month != "1944-12":
        return flow
    reported = ("stocks_and_use", "1944-12_aviation_gasoline_stock_end")
    return accounts(ledger, reported, ("stocks_and_use", f"{reported[1]}_flow"))


def drawn_between(interval: Interval, n: int, key: int) -> np.ndarray:
    """[n] values drawn evenly between the bounds of a figure."""
    import numpy as np

    return np.random.default_rng(key).uniform(interval.low, interval.high, n)


def stock_path(start_t: np.ndarray, made: np.ndarray, need_t_per_day: np.ndarray) -> np.ndarray:
    """[D, T] stock by day from [D] at the start, [D, T] made and [T] need a day; it cannot fall below nothing."""
    import numpy as np

    out, stock = np.empty_like(made), start_t.copy()
    for day in range(made.shape[1]):
        stock = np.maximum(0.0, stock + made[:, day] - need_t_per_day[day])
        out[:, day] = stock
    return out


def per_day(month: str, tons: float) -> float:
    """Tons a day of a month's tons, by the days of that month (YYYY-MM)."""
    return tons / days_in_month()[month_index(month)]


def first_below(path: np.ndarray, floor_t: float) -> np.ndarray:
    """[D] first day of a path under the floor; its length where it never is."""
    import numpy as np

    under = path < floor_t
    return np.where(under.any(axis=1), under.argmax(axis=1), path.shape[1])


@decides("C16", needs=(*MODEL_TABLES, "stocks_and_use"), changed_by_row=False, sooner=28, hardly=7, sure=90)
def speed_the_end(case: Case) -> Finding:
    """Days by which aviation fuel falls under a month's need sooner if the eleven stand still from 1 January 1945."""
    import numpy as np

    need = read(case.ledger, "stocks_and_use", NEED_ROW).value
    held = year_end_stock(case.ledger, "1944-12")
    lab, start = laboratory(case.ledger), day_of("1945-01-01")
    eleven = tuple(r["plant_id"] for r in case.ledger.find("plants", "the eleven plants of set A", eleven_set_A=1))
    stock, burnt = drawn_between(held, lab.draws.n, lab.draws.key), per_day("1944-12", need)
    as_flown = np.ones((1, lab.problem.schedule.n_raids))
    days = {}
    for name, without in (("as it was", ()), ("eleven out", eleven)):
        made = delivered(lab, lab.problem.schedule, as_flown, without=without, from_d=start)["aviation"][:, 0, start:]
        days[name] = first_below(stock_path(stock, made, np.full(made.shape[1], burnt)), need)
    sooner = (days["as it was"] - days["eleven out"]).astype(float)
    much, little = float((sooner >= case.bounds["sooner"]).mean()), float((sooner < case.bounds["hardly"]).mean())
    sure = case.bounds["sure"] / 100
    outcome = SUPPORTED if much >= sure else CONTRADICTED if little >= sure else UNDETERMINED
    middle, low, high = band(sooner)
    dates = {name: str(date_of(start + int(np.median(d)))) for name, d in days.items()}
    return Finding(
        outcome,
        f"With the eleven dead from New Year 1945, aviation fuel falls under a month's need {middle:.0f} days sooner "
        f"({dates['eleven out']} for {dates['as it was']}): {what_was_left(outcome, low, high, case.bounds)}. "
        "When the war would have ended stays judgement.",
        "Days by which aviation fuel falls under a month's need sooner, eleven out from 1 January 1945",
        "days",
        f"28 days or more in {much:.0%} of draws, under 7 in {little:.0%}; the floor is one month of December's "
        "consumption",
        middle,
        low,
        high,
        parts=tuple(Part(name, dates[name], "median day under the floor") for name in dates),
        draws=lab.draws,
        would_change=strongest(lab, sooner, {"stock at the end of 1944": stock}),
    )


def what_was_left(outcome: str, low: float, high: float, bounds: Mapping[str, float]) -> str:
    """What the days gained say, in words. low, high: 5th and 95th percentile of the days; bounds: of the rule."""
    if outcome == SUPPORTED:
        return "their destruction would have told"
    if outcome == CONTRADICTED:
        return "by then there was little left to take"
    hardly, sooner = (f"{bounds[name]:.0f}" for name in ("hardly", "sooner"))
    if high >= bounds["sooner"]:
        return "too wide a spread to call"
    if low < bounds["hardly"]:
        return f"at the edge of the {hardly} days under which the rule sees no haste, and short of its {sooner}"
    return f"between the rule's {hardly} and {sooner} days"
