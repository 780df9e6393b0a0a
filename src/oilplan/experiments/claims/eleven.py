"""The eleven plants and the concentration of output: C13, C14, C15."""

from __future__ import annotations

from oilplan.experiments.claims.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.experiments.claims.interval import Interval, figure, judge, read, total
from oilplan.experiments.claims.ledger import Ledger
from oilplan.experiments.claims.registry import Case, decides
from oilplan.units import MONTHS_PER_YEAR

SYNTHETIC = ("bergius", "fischer_tropsch", "hydrogenation", "iso-octane")
RUHR = ("ruhr", "rhineland", "upper_rhine")
SHARES = (0.5, 0.7, 0.9)
ELEVEN_BUT_FOR_COKE = ("hydrogenation", "fischer_tropsch", "crude_refining", "tar_distillation", "benzol")


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


@decides("C13", needs=("plants", "output_monthly"), few=15, many=30)
def limited_number(case: Case) -> Finding:
    """Plants that give 70 percent of synthetic capacity, and of all domestic output of April 1944."""
    synthetic = [r["capacity_t_per_year"] / MONTHS_PER_YEAR for r in synthetic_plants(case.ledger)]
    everything = synthetic + _small_sources(case.ledger)
    n = {name: [needed_for(s, a) for s in SHARES] for name, a in (("synthetic", synthetic), ("all", everything))}
    measure = Interval(n["synthetic"][1], min(n["synthetic"][1], n["all"][1]), max(n["synthetic"][1], n["all"][1]))
    outcome = judge(measure, lambda x: x <= case.bounds["few"], lambda x: x > case.bounds["many"])
    return Finding(
        outcome,
        f"{n['synthetic'][1]} plants held 70 percent of synthetic capacity and {n['all'][1]} works gave 70 percent "
        "of all domestic oil of April 1944.",
        "Smallest number of plants that give 70 percent",
        "plants",
        f"synthetic capacity {n['synthetic'][1]}, all domestic output {n['all'][1]}; the rule asks for 15 at most",
        *measure,
        parts=tuple(
            Part(label, f"50/70/90 percent: {'/'.join(map(str, n[key]))} plants; Herfindahl {herfindahl(a):.3f}", note)
            for key, label, a, note in (
                ("synthetic", "synthetic capacity", synthetic, ""),
                (
                    "all",
                    "all domestic output, April 1944",
                    everything,
                    "refineries by nameplate share; tar and benzol taken as 20 works each",
                ),
            )
        ),
    )


UNNAMED_WORKS = 20
"""Works among which tar and benzol are shared where the record has only their sum: twenty major benzol plants
[record: facts_found, germany_major_benzol_plants]; the same number for tar is judgement."""


def _small_sources(ledger: Ledger) -> list[float]:
    """Tons a month of refineries (crude refined, by nameplate), tar and benzol works."""
    crude = read(ledger, "output_monthly", "1944-04_crude_refining").value
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
        out += [read(ledger, "output_monthly", f"1944-04_{series}").value / UNNAMED_WORKS] * UNNAMED_WORKS
    return out


def eleven_and_rest(ledger: Ledger) -> tuple[dict[str, list[dict]], list[dict]]:
    """The two readings of the eleven (set A with Silesia, set B the eight without), and all synthetic plants."""
    plants = synthetic_plants(ledger)
    with_silesia = ledger.find("plants", "the eleven plants of set A", eleven_set_A=1)
    without = ledger.find("plants", "the eight plants of set B", eleven_set_B=1)
    return {"A": with_silesia, "B": without}, plants


def capacity(rows: list[dict]) -> Interval:
    """Summed capacity, tons a year, with the record's bounds; a plant without a figure counts as nothing."""
    return total(figure("plants", r) for r in rows if r["capacity_t_per_year"])


@decides("C14", needs=("plants", "output_monthly", "output_found"), low=65, high=75, too_low=60, too_high=80)
def seventy_percent_of_fuel(case: Case) -> Finding:
    """The eleven plants' share under every denominator that the record allows, for both readings of the eleven."""
    ledger, bounds = case.ledger, case.bounds
    sets, plants = eleven_and_rest(ledger)
    shares = {s: _denominators(ledger, rows, plants) for s, rows in sets.items()}
    fits = {(s, k) for s, d in shares.items() for k, v in d.items() if bounds["low"] <= v.value <= bounds["high"]}
    natural = {(s, k) for s, k in fits if k[0] in "cd"}
    outcome = SUPPORTED if natural else UNDETERMINED
    if all(v.high < bounds["too_low"] or v.low > bounds["too_high"] for d in shares.values() for v in d.values()):
        outcome = CONTRADICTED
    a, c = (shares["A"][k] for k in shares["A"] if k[0] in "ac")
    names = {s: ", ".join(r["name"] for r in rows) for s, rows in sets.items()}
    return Finding(
        outcome,
        f"Seventy percent fits what the eleven could make, not what Germany got: they held {a.value:.0f} percent of "
        f"synthetic capacity, but made at most {c.value:.0f} percent of all the fuel of December 1944."
        if outcome == UNDETERMINED
        else f"Under a natural denominator ({', '.join(k for _, k in sorted(natural or fits))}) the share is near 70.",
        "Share of the eleven plants in synthetic capacity (set A)",
        "percent",
        f"{len(fits)} of {sum(map(len, shares.values()))} denominators give 65 to 75 percent: "
        + (", ".join(f"{k[0]} (set {s})" for s, k in sorted(fits)) or "none"),
        *a,
        parts=tuple(
            Part(f"set {s}: {k}", f"{v.value:.0f} percent ({v.low:.0f} to {v.high:.0f})")
            for s, d in shares.items()
            for k, v in d.items()
        )
        + tuple(Part(f"plants of set {s}", n, "no source names the eleven") for s, n in names.items()),
        needs=("the list of the eleven in the Air Staff's papers and the output of each in December 1944",)
        if outcome == UNDETERMINED
        else (),
    )


def _denominators(ledger: Ledger, eleven: list[dict], plants: list[dict]) -> dict[str, Interval]:
    """The eleven's share, percent, under denominators a to d of the claim's row; c is a ceiling."""
    held, whole = capacity(eleven), capacity(plants)
    ruhr = capacity([r for r in plants if r["region"] in RUHR])
    others = total(read(ledger, "output_monthly", f"1944-04_{s}") for s in ELEVEN_BUT_FOR_COKE[2:])
    december = ceiling_of_december(ledger, eleven)
    supply = read(ledger, "output_monthly", "1944-12_total_supply_incl_imports")
    without_ruhr = (whole - ruhr).times(1 / MONTHS_PER_YEAR) + others
    three = read(
        ledger, "output_found", "1944-11_poelitz_leuna_bruex_share_of_aviation_gasoline_percent_webster1961iii"
    )
    return {
        "a synthetic capacity": held.share_of_sum_with(_rest(whole, held)).times(100),
        "b aviation gasoline, November 1944 (at least: Poelitz, Leuna and Bruex alone)": _at_least(three),
        "c all liquid fuel, December 1944 (at most)": Interval(
            100 * december.value / supply.value, 0.0, 100 * december.high / supply.low
        ),
        "d all liquid fuel if the Ruhr stays out, at full working": _bounded(
            held.times(100 / MONTHS_PER_YEAR).over(without_ruhr)
        ),
    }


def _rest(whole: Interval, part: Interval) -> Interval:
    return Interval(whole.value - part.value, whole.low - part.low, whole.high - part.high)


def _at_least(percent: Interval) -> Interval:
    return Interval(percent.value, percent.low, 100.0)


def _bounded(percent: Interval) -> Interval:
    return Interval(percent.value, max(0.0, percent.low), min(100.0, percent.high))


def ceiling_of_december(ledger: Ledger, eleven: list[dict]) -> Interval:
    """Most that the eleven can have made in December 1944, tons: all hydrogenation, their Fischer-Tropsch in full."""
    hydrogenation = read(ledger, "output_found", "1944-12_hydrogenation_levine1992")
    fischer = capacity([r for r in eleven if r["process"].startswith("fischer_tropsch")]).times(1 / MONTHS_PER_YEAR)
    return hydrogenation + fischer


_OF_NEED = {
    SUPPORTED: "Yes, of one requirement",
    CONTRADICTED: "Not of requirements",
    UNDETERMINED: "Near it, no more",
}


@decides("C15", needs=("plants", "output_found", "claims_evidence"), low=65, high=75, outside_low=55, outside_high=85)
def seventy_percent_of_requirements(case: Case) -> Finding:
    """Most that the eleven can have made in December 1944 against each documented requirement."""
    ledger, bounds = case.ledger, case.bounds
    sets, _ = eleven_and_rest(ledger)
    made = ceiling_of_december(ledger, sets["A"])
    aviation = read(ledger, "output_found", "1944-12_aviation_gasoline_synthetic_plants_only_davis1993")
    need = read(ledger, "claims_evidence", "1944-07_germany_monthly_requirement_unrestricted_operations")
    flying = read(ledger, "output_found", "1944-05_aviation_gasoline_planned_need_davis1993")
    share = {
        "all products, July 1944 (Allied estimate)": made.over(need).times(100),
        "aviation gasoline, May 1944 (planned)": aviation.over(flying).times(100),
    }
    outcome = UNDETERMINED
    if any(bounds["low"] <= s.value <= bounds["high"] for s in share.values()):
        outcome = SUPPORTED
    elif all(s.high < bounds["outside_low"] or s.low > bounds["outside_high"] for s in share.values()):
        outcome = CONTRADICTED
    portal = ledger.one("claims_evidence", "1944-12-22_portal_share_of_eleven_plants")
    measure = Interval(max(s.value for s in share.values()), 0.0, max(s.high for s in share.values()))
    return Finding(
        outcome,
        f"{_OF_NEED[outcome]}: in December 1944 the eleven made at most {measure.value:.0f} percent of what a "
        "document of the record says Germany needed. The printed history has Portal write of "
        f"{portal['unit'].removeprefix('percent of ')}, which is another thing (see C14).",
        "Most that the eleven can have met of a documented requirement, December 1944",
        "percent",
        f"ceilings of {', '.join(f'{s.value:.0f}' for s in share.values())} percent against a band of 55 to 85",
        *measure,
        parts=tuple(Part(k, f"at most {s.value:.0f} percent") for k, s in share.items()),
    )
