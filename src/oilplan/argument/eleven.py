"""The eleven plants, their share of fuel and of requirements: C14, C15."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from oilplan.argument.concentration import PILOT_PLANT, synthetic_plants
from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import Interval, accounts, figure, read, total
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import Case, decides
from oilplan.record import is_weak
from oilplan.units import MONTHS_PER_YEAR

RUHR = ("ruhr", "rhineland")
OTHER_SOURCES = ("crude_refining", "tar_distillation", "benzol")


class Share(NamedTuple):
    """The eleven's share under one denominator, percent. bound: "at least", "at most", or "" for a figure."""

    percent: Interval
    bound: str = ""
    note: str = ""

    @property
    def shown(self) -> str:
        """The share in words."""
        v = self.percent
        return f"{self.bound} {v.value:.0f} percent ({v.low:.0f} to {v.high:.0f})".lstrip()


def the_eleven(ledger: Ledger) -> dict[str, list[dict]]:
    """The two readings of the eleven: set A with Silesia, set B the eight without."""
    return {
        "A": ledger.find("plants", "the eleven plants of set A", eleven_set_A=1),
        "B": ledger.find("plants", "the eight plants of set B", eleven_set_B=1),
    }


def at_their_sites(eleven: list[dict], plants: list[dict]) -> list[dict]:
    """Synthetic plants at the sites of the eleven: Luetzkendorf is one site with two."""
    sites = {r["site_id"] for r in eleven}
    return [r for r in plants if r["site_id"] in sites]


def capacity(rows: list[dict]) -> Interval:
    """Summed capacity, tons a year, with the record's bounds."""
    return total(figure("plants", r) for r in rows)


@decides("C14", needs=("plants", "output"), low=65, high=75, too_low=60, too_high=80)
def seventy_percent_of_fuel(case: Case) -> Finding:
    """The eleven plants' share under every denominator that the record allows, for both readings of the eleven.

    A share of which only a bound is known fits no band. Portal's own denominator is none of the rule's: it is shown.
    """
    ledger, bounds = case.ledger, case.bounds
    sets, plants = the_eleven(ledger), synthetic_plants(ledger)
    shares = {s: _denominators(ledger, at_their_sites(rows, plants), plants) for s, rows in sets.items()}
    fits = [(s, k) for s, d in shares.items() for k, v in d.items() if not v.bound and _inside(v.percent.value, bounds)]
    natural = [(s, k) for s, k in fits if k[0] in "cd" and all(_inside(x, bounds) for x in shares[s][k].percent)]
    outcome = SUPPORTED if natural else UNDETERMINED
    every = [v.percent for d in shares.values() for v in d.values()]
    if all(v.high < bounds["too_low"] or v.low > bounds["too_high"] for v in every):
        outcome = CONTRADICTED
    a, c = (shares["A"][k] for k in shares["A"] if k[0] in "ac")
    portal = of_aviation_and_motor_spirit(ledger)
    return Finding(
        outcome,
        f"Seventy percent fits what the eleven could make, not what Germany got: they held {a.percent.value:.0f} percent "
        f"of synthetic capacity, but made at most {c.percent.high:.0f} percent of all the fuel of December 1944. Of "
        f"aviation and motor spirit they made at least {portal.percent.low:.0f} percent in November; how much more is "
        "not in the record."
        if outcome == UNDETERMINED
        else f"Under a natural denominator ({', '.join(k for _, k in natural)}) the share is near 70."
        if outcome == SUPPORTED
        else "No denominator gives anything near 70.",
        "Share of the eleven plants in synthetic capacity (set A)",
        "percent",
        f"{len(fits)} of {len(every)} denominators give 65 to 75 percent: "
        + (", ".join(f"{k[0]} (set {s})" for s, k in fits) or "none"),
        *a.percent,
        parts=(
            *(Part(f"set {s}: {k}", v.shown, v.note) for s, d in shares.items() for k, v in d.items()),
            Part("either set: e aviation and motor spirit, November 1944", portal.shown, portal.note),
            *(
                Part(f"plants of set {s}", ", ".join(r["name"] for r in rows), "no source names the eleven")
                for s, rows in sets.items()
            ),
        ),
        needs=("the list of the eleven in the Air Staff's papers and the output of each in December 1944",)
        if outcome == UNDETERMINED
        else (),
    )


def _inside(percent: float, bounds: Mapping[str, float]) -> bool:
    return bounds["low"] <= percent <= bounds["high"]


THREE_PLANTS = "1944-11_poelitz_leuna_bruex_share_of_aviation_gasoline_percent_webster1961iii"


def _denominators(ledger: Ledger, eleven: list[dict], plants: list[dict]) -> dict[str, Share]:
    """The eleven's share under denominators a to d of the claim's row; c is a ceiling, b a floor."""
    held, whole = capacity(eleven), capacity(plants)
    ruhr = capacity([r for r in plants if r["region"] in RUHR])
    others = total(read(ledger, "output", f"1944-04_{s}") for s in OTHER_SOURCES)
    december = ceiling_of_december(ledger, eleven)
    supply = read(ledger, "output", "1944-12_total_supply_incl_imports")
    without_ruhr = (whole - ruhr).times(1 / MONTHS_PER_YEAR) + others
    pilot = read(ledger, "plants", PILOT_PLANT)
    with_pilot = 100 * held.value / (whole.value + pilot.value)
    return {
        "a synthetic capacity": Share(
            held.share_of_sum_with(_rest(whole, held)).times(100),
            note=f"{with_pilot:.0f} percent with the pilot plant at Ludwigshafen, whose capacity is recalled",
        ),
        "b aviation gasoline, November 1944": Share(
            _at_least(read(ledger, "output", THREE_PLANTS)), "at least", "Poelitz, Leuna and Bruex alone"
        ),
        "c all liquid fuel, December 1944": Share(
            Interval(100 * december.value / supply.value, 0.0, 100 * december.high / supply.low), "at most"
        ),
        "d all liquid fuel if the Ruhr stays out, at full working": Share(
            _bounded(held.times(100 / MONTHS_PER_YEAR).over(without_ruhr))
        ),
    }


def of_aviation_and_motor_spirit(ledger: Ledger) -> Share:
    """Least share of November's aviation and motor spirit: the aviation gasoline of three of the eleven alone."""
    aviation = accounts(
        ledger,
        ("output", "1944-11_aviation_gasoline_webster1961iii"),
        ("output", "1944-11_aviation_gasoline_levine1992"),
    )
    three = read(ledger, "output", THREE_PLANTS)
    motor = read(ledger, "output", "1944-11_motor_gasoline_levine1992")
    of_both = aviation.share_of_sum_with(motor)
    least = Interval(of_both.value * three.value, of_both.low * three.low, 100.0)
    return Share(least, "at least", "the words that the printed history has of Portal; not in the rule")


def _rest(whole: Interval, part: Interval) -> Interval:
    return Interval(whole.value - part.value, whole.low - part.low, whole.high - part.high)


def _at_least(percent: Interval) -> Interval:
    return Interval(percent.value, percent.low, 100.0)


def _bounded(percent: Interval) -> Interval:
    return Interval(percent.value, max(0.0, percent.low), min(100.0, percent.high))


def ceiling_of_december(ledger: Ledger, eleven: list[dict]) -> Interval:
    """Most that the eleven can have made in December 1944, tons: all hydrogenation, their Fischer-Tropsch in full."""
    hydrogenation = read(ledger, "output", "1944-12_hydrogenation_levine1992")
    fischer = capacity([r for r in eleven if r["process"].startswith("fischer_tropsch")]).times(1 / MONTHS_PER_YEAR)
    return hydrogenation + fischer


DECEMBER = "1944-12"
OUTPUT_OF_EACH = "the output of each of the eleven in December 1944"


@decides("C15", needs=("plants", "output", "claims_evidence", "stocks_and_use"), outside_low=55)
def seventy_percent_of_requirements(case: Case) -> Finding:
    """Most that the eleven can have made in December 1944 of what Germany then required.

    What is known of their output is a ceiling: it can fall short of the rule's band, and never be sure to lie in it.
    """
    ledger = case.ledger
    sets, plants = the_eleven(ledger), synthetic_plants(ledger)
    made = ceiling_of_december(ledger, at_their_sites(sets["A"], plants))
    aviation = read(ledger, "output", "1944-12_aviation_gasoline_synthetic_plants_only_davis1993")
    share = _of_december_requirements(ledger, made, aviation)
    short = bool(share) and all(s.high < case.bounds["outside_low"] for s in share.values())
    portal = ledger.one("claims_evidence", "1944-12-22_portal_share_of_eleven_plants")
    best = max(share.values(), key=lambda s: s.value, default=None)
    return Finding(
        CONTRADICTED if short else UNDETERMINED,
        (
            f"In December 1944 the eleven made at most {best.high:.0f} percent of what Germany then required. "
            if best
            else "Nobody can say: the record has no German requirement of December 1944, only an Allied estimate for July "
            "and a plan for aviation fuel in May. "
        )
        + f"The printed history has Portal write of {portal['unit'].removeprefix('percent of ')}, which is another thing "
        "(see C14, denominator e).",
        "Most that the eleven can have met of the requirement of December 1944",
        "percent",
        f"ceilings of {', '.join(f'{s.value:.0f}' for s in share.values())} percent against a band of 55 to 85"
        if share
        else "no requirement of December 1944 is in the record",
        best.value if best else None,
        0.0 if best else None,
        best.high if best else None,
        parts=(
            *(Part(k, _at_most(s)) for k, s in share.items()),
            *_of_other_amounts(ledger, made, aviation),
        ),
        needs=()
        if short
        else (OUTPUT_OF_EACH,)
        if share
        else ("a German requirement of December 1944", OUTPUT_OF_EACH),
    )


def _of_december_requirements(ledger: Ledger, made: Interval, aviation: Interval) -> dict[str, Interval]:
    """Percent of each requirement of December 1944 in the record, of all products or of aviation gasoline."""
    every = [
        r
        for r in ledger.rows("claims_evidence")
        if r["period"] == DECEMBER and r["about"] == "germany" and "requirement" in r["quantity"] and r["value"]
    ]
    flying = [
        r
        for r in ledger.rows("stocks_and_use")
        if r["period"] == DECEMBER
        and (r["product"], r["quantity"]) == ("aviation_gasoline", "planned_need")
        and r["value"]
    ]
    kinds = (("claims_evidence", "all products", every, made), ("stocks_and_use", "aviation gasoline", flying, aviation))
    return {
        f"{name}, December 1944 ({r['row_id']})": ceiling.over(figure(table, r)).times(100)
        for table, name, rows, ceiling in kinds
        for r in ledger.use(table, rows)
    }


def _of_other_amounts(ledger: Ledger, made: Interval, aviation: Interval) -> tuple[Part, ...]:
    """Percent of amounts that a reader may take for December's requirement and that are not."""
    estimate = "1944-07_germany_monthly_requirement_unrestricted_operations"
    planned = "1944-05_aviation_gasoline_planned_need_davis1993"
    burnt = "1944-12_aviation_gasoline_consumption"

    def part(label: str, ceiling: Interval, table: str, row_id: str, note: str) -> Part:
        row = ledger.one(table, row_id)
        share = ceiling.over(figure(table, row)).times(100)
        return Part(label, _at_most(share), note, is_weak(row["status"], row["confidence"]))

    return (
        part("all products, July 1944", made, "claims_evidence", estimate, "an Allied estimate of the requirement"),
        part("aviation gasoline, May 1944", aviation, "stocks_and_use", planned, "planned"),
        part("aviation gasoline, December 1944", aviation, "stocks_and_use", burnt, "burnt, not required"),
    )


def _at_most(percent: Interval) -> str:
    return f"at most {percent.value:.0f} percent ({percent.low:.0f} to {percent.high:.0f})"
