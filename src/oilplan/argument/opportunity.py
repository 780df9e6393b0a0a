"""Could oil have been attacked on that night? C27, C41, C42: what days of attack reveal, and what they do not."""

from __future__ import annotations

from datetime import date, timedelta

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import Interval, judge, read, shown
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import Case, decides

REAL_SHORT_TONS = 100.0
"""A raid under this shows no weather: Mosquitoes bombed on Oboe through anything; judgement."""
WEATHER = "weather and target feasibility by night, and tonnage by target and night, October-November 1944"
REICH = (
    "ruhr",
    "rhineland",
    "saar",
    "central",
    "baltic",
    "silesia",
    "sudetenland",
    "northwest",
    "upper_rhine",
    "bavaria",
)


def attacks(
    ledger: Ledger, start: str, end: str, forces: tuple[str, ...], regions: tuple[str, ...] = REICH
) -> list[dict]:
    """Raids in strength of some forces on oil targets in some regions: each shows that its target could be attacked.

    start, end: YYYY-MM-DD; a raid dated by its month alone shows no day and is left out
    """
    inside = {r["plant_id"] for r in ledger.rows("plants") if r["region"] in regions}
    rows = [
        r
        for r in ledger.rows("raids")
        if len(r["date"] or "") == len(start)
        and start <= r["date"] <= end
        and r["force"] in forces
        and r["plant_id"] in inside
        and r["total_tons_short"] >= REAL_SHORT_TONS
    ]
    return ledger.use("raids", rows)


def days_of_attack(ledger: Ledger, start: str, end: str, forces: tuple[str, ...]) -> set[str]:
    """Days on which some force attacked an oil target in Germany in strength: days that show it could be done."""
    return {r["date"] for r in attacks(ledger, start, end, forces)}


def plants_shown_open(ledger: Ledger, raids: list[dict]) -> dict[str, set[str]]:
    """Plants by the date of a raid: every plant in the regions raided that day, and no other."""
    region = {r["plant_id"]: r["region"] for r in ledger.rows("plants")}
    seen = {r["date"]: {region[other["plant_id"]] for other in raids if other["date"] == r["date"]} for r in raids}
    return {day: {plant for plant, place in region.items() if place in regions} for day, regions in seen.items()}


def feasible_share(ledger: Ledger, start: str, end: str) -> Interval:
    """Share of days on which an oil target could be attacked, percent.

    low: days on which Bomber Command did; high: days within one of an attack by any force, which shows weather by day
    over some oil target at least, not by night over a given one. The value is midway, for want of better.
    """
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    n_days = (last - first).days + 1
    ours = days_of_attack(ledger, start, end, ("bomber_command",))
    anyone = days_of_attack(ledger, start, end, ("bomber_command", "eighth_af", "fifteenth_af"))
    near = {(date.fromisoformat(d) + timedelta(days=n)).isoformat() for d in anyone for n in (-1, 0, 1)}
    low, high = 100 * len(ours) / n_days, 100 * len({d for d in near if start <= d <= end}) / n_days
    return Interval((low + high) / 2, low, high)


@decides("C27", needs=("forces",), undecidable=True)
def unable_to_put_heart(case: Case) -> Finding:
    """Operational nights of 1945 on which oil was attacked; feasible nights are not in the record."""
    ledger = case.ledger
    prefix = "1945-01..1945-04_bomber_command_operational_nights"
    share = read(ledger, "forces", f"{prefix}_with_oil").over(read(ledger, "forces", prefix)).times(100)
    days = "1945-01..1945-04_bomber_command_operational_days"
    by_day = read(ledger, "forces", f"{days}_with_oil").over(read(ledger, "forces", days)).times(100)
    return Finding(
        UNDETERMINED,
        f"Not shown either way: in 1945 Bomber Command went to oil on {share.value:.0f} percent of the nights it "
        "flew. On how many of the others oil could have been attacked was not recorded.",
        "Operational nights with an attack on oil, January-April 1945",
        "percent of operational nights",
        "the rule is about nights on which oil could be attacked; that cannot be reconstructed from the record",
        *share,
        parts=(
            Part("by night", f"{share.value:.0f} percent"),
            Part("by day", f"{by_day.value:.0f} percent of operational days"),
        ),
        needs=("Bomber Command's effort by night and target, with the weather, November 1944-February 1945",),
    )


@decides("C41", needs=("raids", "plants", "forces"), changed_by_row=False, half=50, little=15)
def magnetism_of_cities(case: Case) -> Finding:
    """City tonnage on days when oil could be attacked, if cities were bombed without regard to it: a range only."""
    share = feasible_share(case.ledger, "1944-10-01", "1944-11-30")
    cities = read(case.ledger, "forces", "1944-10..1944-12_bomber_command_share_cities")
    outcome = judge(share, lambda x: x >= case.bounds["half"], lambda x: x <= case.bounds["little"])
    return Finding(
        outcome,
        f"{_DEFLECTED[outcome]}: {shown(share)} percent of the days of October and November let oil be attacked, and "
        f"cities took {cities.value:.0f} percent of the quarter's bombs.",
        "Days on which oil could be attacked, October-November 1944",
        "percent of days",
        "supposes that city raids fell on such days no oftener than on others; the record has no weather by night, "
        "which the rule leaves open",
        *share,
        needs=(WEATHER,) if outcome == UNDETERMINED else (),
    )


_DEFLECTED = {
    SUPPORTED: "If cities were bombed on days like any others, half of their bombs or more fell when oil was open",
    CONTRADICTED: "If cities were bombed on days like any others, few of their bombs fell when oil was open",
    UNDETERMINED: "Portal's question stays a question, for the range is too wide",
}


@decides("C42", needs=("raids", "plants", "claims_evidence", "sighting_monthly"), changed_by_row=False, most=60, few=20)
def weather_difficulties(case: Case) -> Finding:
    """Days of October 1944 that show no oil target open to attack."""
    ledger = case.ledger
    feasible = feasible_share(ledger, "1944-10-01", "1944-10-31")
    closed = Interval(100 - feasible.value, 100 - feasible.high, 100 - feasible.low)
    said = ledger.one("claims_evidence", "1944-11-06_harris_conditions_for_oil")
    seen = read(ledger, "sighting_monthly", "1944-10_eighth_af_oil")
    outcome = judge(closed, lambda x: x >= case.bounds["most"], lambda x: x <= case.bounds["few"])
    return Finding(
        outcome,
        f"{_PLEADED[outcome]}: {shown(closed)} percent of October's days show no oil target open, and the Americans "
        f"aimed {seen.value:.0f} percent of that month's oil bombs by eye.",
        "Days of October 1944 without a sign that oil could be attacked",
        "percent of days",
        f"{closed.low:.0f} to {closed.high:.0f} percent of days; Harris's own condition: “{said['quote']}”",
        *closed,
        needs=(WEATHER,) if outcome == UNDETERMINED else (),
    )


_PLEADED = {
    SUPPORTED: "He had weather to plead, and it bears him out",
    CONTRADICTED: "Weather does not bear him out",
    UNDETERMINED: "He had weather to plead, but how much is too wide to say",
}
