"""How few plants gave most of the oil: C13."""

from __future__ import annotations

from oilplan.argument.finding import Finding, Part
from oilplan.argument.interval import Interval, judge, read
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import Case, decides
from oilplan.units import MONTHS_PER_YEAR

SYNTHETIC = ("bergius", "fischer_tropsch")
PILOT_PLANT = "ludwigshafen_oppau"
"""A pilot plant beside a chemical works, its capacity recalled and weak: left out, and shown apart."""
SHARES = (0.5, 0.7, 0.9)


def synthetic_plants(ledger: Ledger) -> list[dict]:
    """Hydrogenation and Fischer-Tropsch plants of the record with a capacity."""
    return ledger.find(
        "plants",
        "synthetic plants with their capacity",
        lambda r: r["row_type"] == "plant" and r["process"].startswith(SYNTHETIC) and r["capacity_t_per_year"],
    )


def needed_for(share: float, amounts: list[float]) -> int:
    """Smallest number of plants that give a share of the sum of ``amounts``."""
    left = share * sum(amounts)
    for n, amount in enumerate(sorted(amounts, reverse=True), start=1):
        left -= amount
        if left <= 1e-9:
            return n
    return len(amounts)


def herfindahl(amounts: list[float]) -> float:
    """Sum of squared shares: 1 for one plant, 1 / N for N alike."""
    whole = sum(amounts)
    return sum((a / whole) ** 2 for a in amounts)


SPREADS = (1, 20, 1000)
"""Works among which tar and benzol are each shared, for the record has only their sums: one; twenty, the number of major
benzol plants [record: estimates, germany_major_benzol_plants]; and so many that no single one counts."""


@decides("C13", needs=("plants", "output"), few=15, many=30)
def limited_number(case: Case) -> Finding:
    """Plants that give 70 percent of synthetic capacity, and of all domestic output of April 1944."""
    synthetic = [r["capacity_t_per_year"] / MONTHS_PER_YEAR for r in synthetic_plants(case.ledger)]
    everything = {works: synthetic + _small_sources(case.ledger, works) for works in SPREADS}
    n = needed_for(SHARES[1], synthetic)
    of_all = [needed_for(SHARES[1], amounts) for amounts in everything.values()]
    measure = Interval(n, min(n, *of_all), max(n, *of_all))
    outcome = judge(measure, lambda x: x <= case.bounds["few"], lambda x: x > case.bounds["many"])
    return Finding(
        outcome,
        f"{n} plants held 70 percent of synthetic capacity. Of all domestic oil of April 1944, 70 percent came from "
        f"{min(of_all)} to {max(of_all)} works, by how tar and benzol were spread, of which the record has the sums alone.",
        "Smallest number of plants that give 70 percent",
        "plants",
        f"synthetic capacity {n}, all domestic output {min(of_all)} to {max(of_all)}; the rule asks for 15 at most",
        *measure,
        parts=(
            _concentration(
                "synthetic capacity", synthetic, "without the pilot plant at Ludwigshafen, whose capacity is recalled"
            ),
            *(
                _concentration(
                    "all domestic output, April 1944",
                    amounts,
                    f"synthetic plants at capacity, refineries by nameplate share; tar and benzol taken as {works} each",
                )
                for works, amounts in everything.items()
            ),
        ),
    )


def _concentration(label: str, amounts: list[float], note: str) -> Part:
    plants = "/".join(str(needed_for(share, amounts)) for share in SHARES)
    return Part(label, f"50/70/90 percent: {plants} plants; Herfindahl {herfindahl(amounts):.3f}", note)


def _small_sources(ledger: Ledger, works: int) -> list[float]:
    """Tons a month of refineries (crude refined, by nameplate), and of tar and benzol in ``works`` equal works each."""
    crude = read(ledger, "output", "1944-04_crude_refining").value
    plates = [
        r["capacity_t_per_year"]
        for r in ledger.find(
            "plants",
            "crude refineries of the Reich and Austria",
            lambda r: (
                r["row_type"] == "plant"
                and r["process"] == "crude_refining"
                and r["capacity_t_per_year"]
                and r["region"] != "romania"
            ),
        )
    ]
    out = [crude * plate / sum(plates) for plate in plates]
    for series in ("tar_distillation", "benzol"):
        out += [read(ledger, "output", f"1944-04_{series}").value / works] * works
    return out
