"""The cities: what the record can say of Harris's own figures (C37-C39), and what it cannot model (C11, C40)."""

from __future__ import annotations

from oilplan.argument.finding import UNDETERMINED, Finding, Part
from oilplan.argument.interval import Interval, figure, judge, read, shown, spanning, total
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import Case, decides

ACREAGE = "acreage destroyed by city and month (Bomber Command's own returns)"
EVIDENCE = "claims_evidence"
COUNTED_MONTHS = ("1944-09", "1944-10")
CAMPAIGN_MONTHS = 18
"""The 18 months over which Harris counted [record: claims_evidence, harris_cities_virtually_destroyed_of_60]."""


@decides("C11", needs=("claims_evidence", "target_systems"), undecidable=True)
def most_vital(case: Case) -> Finding:
    """Oil denied per ton of bombs is recorded; what other systems lost per ton is not."""
    denied = read(case.ledger, "claims_evidence", "1944_spaatz_oil_denied_per_ton_of_bombs")
    gap = case.ledger.one("target_systems", "city_area_offensive_bbsu_loss_by_area_attack_1943-1945")
    return Finding(
        UNDETERMINED,
        f"Only the oil side can be weighed: {denied.value:.0f} tons of oil denied for every ton of bombs, as Spaatz "
        "reckoned. What the same ton did to cities, rail or aircraft works is not in the record in like measure.",
        "Oil denied per ton of bombs, as reckoned in 1944",
        "tons per ton",
        f"the loss by area attack is {gap['status']} in the record; cities, rail and aircraft are not modelled",
        *denied,
        needs=("loss of output by target system per ton of bombs (British Bombing Survey Unit, half-yearly)",),
    )


@decides("C37", needs=("claims_evidence", "target_systems"), undecidable=True)
def sixty_cities(case: Case) -> Finding:
    """The number is documented; the list is not in the record."""
    done = read(case.ledger, "claims_evidence", "1944-11-01_harris_cities_virtually_destroyed_of_60")
    plan = read(case.ledger, "target_systems", "city_area_offensive_harris_plan_cities_1944-11-01")
    return Finding(
        UNDETERMINED,
        f"The figures are Harris's own: {done.value:.0f} of {plan.value:.0f} cities. The list itself was not found, "
        "so only the summary stands.",
        "Cities of the list that Harris counted as virtually destroyed",
        "cities",
        "only summary figures: the rule then leaves it open",
        *done,
        needs=("the list of 60 cities",),
    )


@decides("C38", needs=("claims_evidence",), undecidable=True)
def average_of_cities(case: Case) -> Finding:
    """Harris's 45 cities in 18 months give his own average; no independent count by a threshold is in the record."""
    done = read(case.ledger, "claims_evidence", "1944-11-01_harris_cities_virtually_destroyed_of_60")
    stated = read(case.ledger, "claims_evidence", "1944-11-01_harris_city_rate")
    rate = done.times(1 / CAMPAIGN_MONTHS)
    agrees = round(rate.value, 1) == stated.value
    return Finding(
        UNDETERMINED,
        f"His arithmetic {'is sound' if agrees else 'does not close'}: 45 cities in 18 months are {rate.value:.1f} a "
        "month (a scan that reads 21 is misread). That they were 'devastated' is his word; no acreage is in the "
        "record to test it.",
        "Cities a month, by Harris's own count",
        "cities a month",
        f"{rate.value:.2f} from his totals, {stated.value:.1f} as he states it; the threshold decides and none is "
        "recorded",
        *Interval(rate.value, min(rate.value, stated.value), max(rate.value, stated.value)),
        needs=(ACREAGE,),
    )


@decides("C39", needs=("claims_evidence",), exceeded=5, fell=2)
def keep_up_the_average(case: Case) -> Finding:
    """Cities counted for September and October 1944 against twice the average that Harris gave."""
    ledger = case.ledger
    rate = read(ledger, "claims_evidence", "1944-11-01_harris_city_rate")
    counted = cities_counted(ledger)
    if counted is None:
        return Finding(
            UNDETERMINED,
            f"Unknown: to keep his average Harris needed {2 * rate.value:.0f} cities in September and October "
            "together, and no count of those months is in the record.",
            "Cities needed in two months to keep the average",
            "cities",
            "the rule counts September and October; there is no row for them",
            *rate.times(2),
            needs=(ACREAGE,),
        )
    outcome = judge(counted, lambda n: n >= case.bounds["exceeded"], lambda n: n <= case.bounds["fell"])
    return Finding(
        outcome,
        f"{shown(counted)} cities are counted for September and October 1944; to keep his average Harris needed "
        f"{2 * rate.value:.0f}.",
        "Cities devastated in September and October 1944",
        "cities",
        f"{shown(counted)} against 5 or more for supported and 2 or fewer for contradicted",
        *counted,
        needs=(ACREAGE,) if outcome == UNDETERMINED else (),
    )


def cities_counted(ledger: Ledger) -> Interval | None:
    """Cities of September and October 1944: rows on C39 that count cities in each month; None unless both are there."""
    rows = (r for r in ledger.rows(EVIDENCE) if "C39" in (r["claim_ids"] or "").split(";"))
    counts = [r for r in rows if r["unit"] == "cities" and r["period"] in COUNTED_MONTHS]
    by_month = [[figure(EVIDENCE, r) for r in counts if r["period"] == month] for month in COUNTED_MONTHS]
    if not all(by_month):
        return None
    ledger.use(EVIDENCE, counts)
    return total(spanning(told) for told in by_month)


@decides("C40", needs=("target_systems", "forces"), undecidable=True)
def cities_most_effective(case: Case) -> Finding:
    """The tonnage is known, its effect is not: the record lacks what area attack cost."""
    ledger = case.ledger
    share = read(ledger, "forces", "1944-10..1944-12_bomber_command_share_cities")
    morale = ledger.one("target_systems", "city_area_offensive_bbsu_effect_on_morale_1943-1945")
    gap = ledger.one("target_systems", "city_area_offensive_bbsu_loss_by_area_attack_1943-1945")
    return Finding(
        UNDETERMINED,
        f"Not answerable here: cities took {share.value:.0f} percent of the bombs of that autumn, and what that cost "
        "Germany is the figure that is missing. The British survey denied an effect on morale.",
        "Cities' share of Bomber Command's tons, October-December 1944",
        "percent",
        f"city effects are not modelled: {gap['row_id']} is {gap['status']}",
        *share,
        parts=(Part("British survey on morale", morale["note"] or ""),),
        needs=("loss of war production by area attack, half-yearly (British Bombing Survey Unit)",),
    )
