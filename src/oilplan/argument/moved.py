"""C43: had city tonnage been dropped on oil instead, on days when oil could be attacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from oilplan.argument.counterfactuals import SURE, delivered
from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import read
from oilplan.argument.laboratory import MODEL_TABLES, Laboratory, band, laboratory
from oilplan.argument.ledger import Ledger
from oilplan.argument.opportunity import attacks, days_of_attack, feasible_share, plants_shown_open
from oilplan.argument.registry import Case, decides
from oilplan.argument.schedules import in_turn, joined
from oilplan.argument.strongest import strongest
from oilplan.clock import day_of
from oilplan.units import t_from_long

if TYPE_CHECKING:
    import numpy as np

QUARTER = ("1944-10-01", "1944-12-31")
FORTNIGHT = slice(day_of("1945-01-01"), day_of("1945-01-15"))


LEAST, MOST = 1, 2
"""Places of the two readings among the scalings; history comes first."""
NIGHTS = "nights of October-December 1944 on which Bomber Command could have attacked each oil region"


@decides(
    "C43",
    needs=(*MODEL_TABLES, "forces", "claims_evidence", "forces"),
    changed_by_row=False,
    aviation=5,
    synthetic=10,
    little=20,
)
def as_wholehearted(case: Case) -> Finding:
    """City tonnage of the quarter dropped on synthetic plants instead, on days open to oil: the fewest and the most.

    Fewest: days of Bomber Command's own attacks on oil, and only the regions it attacked; most: as `feasible_share`.
    """
    days, cities_t = feasible_share(case.ledger, *QUARTER), city_tons_t(case)
    lab = laboratory(case.ledger)
    left = percent_left(lab, moved(lab, case.ledger, [part / 100 * cities_t for part in (days.low, days.high)]))
    cut = 100 * (1 - left["synthetic"] / left["synthetic"][:, :1])
    outcomes = {name: _outcome(left, cut, g, case.bounds) for name, g in (("fewest", LEAST), ("most", MOST))}
    agreed = len(set(outcomes.values())) == 1
    (least, low, _), (most, _, high) = band(cut[:, LEAST]), band(cut[:, MOST])
    return Finding(
        outcomes["fewest"] if agreed else UNDETERMINED,
        f"City bombs moved to oil would have cut January's synthetic output by {least:.0f} percent, if only the days "
        f"and regions that Bomber Command itself attacked were open, and by {most:.0f} if every day near any force's "
        "attack was. The model keeps its aim as good at any distance, which favours deep targets.",
        "Cut of synthetic output in the first fortnight of January 1945, city tonnage moved to oil on the fewest days",
        "percent",
        f"fewest open days: {outcomes['fewest']}, most: {outcomes['most']}; supported wants aviation under 5 and "
        "synthetic under 10 percent, contradicted a change under 20, in 90 percent of draws. How many nights were "
        "open, the record does not say (C41); the interval spans both",
        least,
        low,
        high,
        parts=(
            *_parts(left),
            Part(
                "moved tonnage",
                f"{days.low / 100 * cities_t:,.0f} or {days.high / 100 * cities_t:,.0f} t",
                "metric, in three months",
            ),
        ),
        draws=lab.draws,
        would_change=strongest(lab, cut[:, LEAST]) if agreed else "",
        needs=() if agreed else (NIGHTS,),
    )


def moved(lab: Laboratory, ledger: Ledger, moved_t: Sequence[float]) -> dict[str, np.ndarray]:
    """`delivered` as it was, and with the city tonnage of the fewest and of the most open days moved: [D, 3, T]."""
    import numpy as np

    ours = plants_shown_open(ledger, attacks(ledger, *QUARTER, ("bomber_command",)))
    anyone = days_of_attack(ledger, *QUARTER, ("bomber_command", "eighth_af"))
    system = lab.problem.system
    plants = [k for k in range(system.n_plants) if system.synthetic[k] and system.capacity_t_per_year[k] > 0]
    few = {day_of(d): [k for k in plants if system.plant_ids[k] in shown] for d, shown in ours.items()}
    campaigns = [in_turn(lab, days, "bomber_command") for days in (few, {day_of(d): plants for d in anyone})]
    flown = lab.problem.schedule
    sizes = [flown.n_raids, *(c.n_raids for c in campaigns)]
    tons = np.array([[1.0, 0.0, 0.0], [1.0, moved_t[0], 0.0], [1.0, 0.0, moved_t[1]]])
    return delivered(lab, joined(flown, *campaigns), np.repeat(tons, sizes, axis=1))


def _outcome(left: dict[str, np.ndarray], cut: np.ndarray, g: int, bounds: Mapping[str, float]) -> str:
    """The rule on one reading: nine draws of ten must agree."""
    down = (left["aviation"][:, g] < bounds["aviation"]) & (left["synthetic"][:, g] < bounds["synthetic"])
    if down.mean() >= SURE:
        return SUPPORTED
    return CONTRADICTED if (cut[:, g] < bounds["little"]).mean() >= SURE else UNDETERMINED


def _parts(left: dict[str, np.ndarray]) -> tuple[Part, ...]:
    """What is left of each output as it was and in both readings."""
    return tuple(
        Part(f"{kind}, {name}", "{:.1f} percent of capacity ({:.1f} to {:.1f})".format(*band(values[:, g])))
        for kind, values in left.items()
        for g, name in enumerate(("as it was", "moved, fewest open days", "moved, most"))
    )


def percent_left(lab: Laboratory, made: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """[D, G] aviation gasoline of all sources and synthetic output, early January 1945, percent of capacity.

    Benzol and other small plants, which deliver aviation gasoline too, count in the whole as they do in the part.
    """
    system = lab.problem.system
    full = {
        "aviation": float(system.output_t_per_day[:, 0].sum()) + system.other_aviation_t_per_day,
        "synthetic": float(system.all_products_t_per_day[system.synthetic].sum()),
    }
    return {k: 100 * v[:, :, FORTNIGHT].mean(axis=2) / full[k] for k, v in made.items()}


def city_tons_t(case: Case) -> float:
    """Bomber Command's tons on cities in October to December 1944, metric."""
    share = read(case.ledger, "forces", "1944-10..1944-12_bomber_command_share_cities").value / 100
    months = [
        read(case.ledger, "claims_evidence", f"1944-{m}_bomber_command_total_bomb_tonnage").value for m in (10, 11)
    ]
    december = read(case.ledger, "forces", "bc_month_1944_12").value
    return share * float(t_from_long(sum(months) + december))
