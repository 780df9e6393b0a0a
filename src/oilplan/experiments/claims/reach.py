"""Distant plants and who could reach them: C24, C28, C29."""

from __future__ import annotations

from datetime import date

from oilplan.experiments.claims.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.experiments.claims.ledger import Ledger
from oilplan.experiments.claims.losses import PLANTS, first_attack, raids_with_losses
from oilplan.experiments.claims.registry import Case, decides
from oilplan.experiments.claims.shares import eleven_targets

DIRECTIVE = date(1944, 9, 25)
NEAR_REGIONS = ("ruhr", "rhineland", "saar")
LETTER = "1944-12-22"
PERIOD = ("1944-12-13", "1944-12-31")
EFFECTIVE_SHORT_TONS, EFFECTIVE_VISUAL_PERCENT = 300.0, 50.0
"""An attack counts as effective from 300 short tons, half of them aimed by eye; judgement: 12 May 1944 stopped Leuna
with about 430 tons, all visual [record: raids]."""


@decides("C24", needs=("raids", "raid_sighting", "plants", "claims_evidence"))
def could_not_reach(case: Case) -> Finding:
    """Eighth Air Force raids on the eleven from 13 to 31 December, and whether any was aimed by eye in strength."""
    ledger, eleven = case.ledger, eleven_targets(case.ledger)
    rows = _eighth_on(ledger, eleven)
    visual = _visual_percent(ledger, {r["raid_id"] for r in rows})
    effective = [
        r
        for r in rows
        if r["total_tons_short"] >= EFFECTIVE_SHORT_TONS and visual.get(r["raid_id"], 0.0) >= EFFECTIVE_VISUAL_PERCENT
    ]
    dropped = sum(r["total_tons_short"] for r in rows)
    sure = sum(r["total_tons_short"] for r in rows if r["quality"] == "ok")
    reach = ledger.one("claims_evidence", "1944-11-11_ardennes_poelitz_out_of_reach")
    outcome = SUPPORTED if not rows else CONTRADICTED if effective else UNDETERMINED
    places = ", ".join(sorted({r["plant_id"].replace("_", " ").title() for r in rows}))
    return Finding(
        outcome,
        f"{'Not so' if effective else 'Nearly so'}: from 13 December the tabulation gives the Eighth {dropped:,.0f} "
        f"short tons on the eleven, all on {places}; {len(effective) or 'none'} of its {len(rows)} raids was in "
        "strength and aimed by eye."
        if rows
        else "The Eighth flew no attack on the eleven from 13 to 31 December.",
        "Eighth Air Force bombs on the eleven plants, 13-31 December 1944",
        "short tons",
        f"{len(rows)} rows, {len(effective)} effective; {sure:,.0f} tons on rows free of doubt; Bruex lay in the "
        f"Fifteenth's reach too. The history says: “{reach['quote']}”",
        dropped,
        sure,
        dropped,
        parts=tuple(_raid_part(r, visual.get(r["raid_id"], 0.0)) for r in rows),
        needs=("the Eighth's mission reports of 13-31 December 1944",) if outcome == UNDETERMINED else (),
    )


def _eighth_on(ledger: Ledger, plants: frozenset[str]) -> list[dict]:
    """Eighth Air Force raids of the period on some plants."""
    theirs = (r for r in ledger.rows("raids") if r["force"] == "eighth_af" and r["plant_id"] in plants and r["date"])
    return ledger.use("raids", (r for r in theirs if PERIOD[0] <= r["date"] <= PERIOD[1]))


def _raid_part(raid: dict, visual_percent: float) -> Part:
    tons = f"{raid['total_tons_short']:,.0f} short tons"
    doubt = f"{raid['quality']}; visual {visual_percent:.0f} percent"
    return Part(f"{raid['plant_id']} {raid['date']}", tons, doubt, raid["confidence"] == "low")


def _visual_percent(ledger: Ledger, raids: set[str]) -> dict[str, float]:
    rows = ledger.use("raid_sighting", (r for r in ledger.rows("raid_sighting") if r["raid_id"] in raids))
    return {r["raid_id"]: r["visual_percent"] for r in rows if r["visual_percent"] is not None}


@decides("C28", needs=("raid_losses", "force_monthly"), days=60)
def reluctantly(case: Case) -> Finding:
    """Days from the directive of 25 September to the first British attack on Leuna and on Pölitz."""
    ledger = case.ledger
    first = {p: first_attack(ledger, p)["period"] for p in PLANTS}
    days = {p: (date.fromisoformat(d) - DIRECTIVE).days for p, d in first.items()}
    weather = ledger.find(
        "force_monthly",
        "days of visual bombing weather, October-December 1944",
        quantity="days_of_visual_bombing_weather_under_half_cloud",
    )
    clear = sorted(r["value"] for r in weather)
    soon = max(days.values()) <= case.bounds["days"]
    return Finding(
        CONTRADICTED if soon else UNDETERMINED,
        f"Late they were: Leuna after {days['leuna']} days, Pölitz after {days['poelitz']}. Whether reluctance or "
        "weather kept the force away is open: no record of usable nights was found.",
        "Days from 25 September 1944 to the first British attack on Pölitz",
        "days",
        f"both over 60 days; in the quarter {clear[0]:.0f} to {clear[-1]:.0f} days by region had visual bombing "
        "weather, but nights were not counted",
        float(days["poelitz"]),
        float(min(days.values())),
        float(max(days.values())),
        parts=tuple(Part(PLANTS[p], f"{n} days", first[p]) for p, n in days.items()),
        needs=("weather over central Germany and Stettin by night, 25 September-21 December 1944",),
    )


@decides("C29", needs=("raid_losses", "plants", "claims_evidence"))
def unwilling(case: Case) -> Finding:
    """British attacks before 22 December on oil outside the Ruhr and Rhineland, other than Leuna and Pölitz."""
    ledger = case.ledger
    region = {r["plant_id"]: r["region"] for r in ledger.rows("plants")}
    raids = [r for r in raids_with_losses(ledger) if r["period"] < LETTER and r["plant_id"] in region]
    distant = [r for r in raids if region[r["plant_id"]] not in NEAR_REGIONS and r["plant_id"] not in PLANTS]
    ledger.use("plants", (r for r in ledger.rows("plants") if r["plant_id"] in {d["plant_id"] for d in distant}))
    said = ledger.one("claims_evidence", "1944-10..1944-11_bomber_command_attacks_outside_ruhr-rhineland")
    several = 3
    outcome = CONTRADICTED if len(distant) >= several else UNDETERMINED
    return Finding(
        outcome,
        f"{len(distant)} such attack is listed before 22 December "
        f"({', '.join(r['place'] for r in distant) or 'none'}), though the same history says there was none. "
        f"{'' if distant else 'Usable nights are not recorded.'}".rstrip(),
        "British attacks on distant oil other than Leuna and Pölitz, 1 October-21 December 1944",
        "attacks",
        f"{len(distant)} of {len(raids)} listed attacks; the text says {said['value']:.0f} outside the Ruhr and "
        "Rhineland in October and November",
        float(len(distant)),
        min(float(said["value"]), float(len(distant))),
        float(len(distant)),
        parts=tuple(
            Part(r["place"], f"{r['sent']:.0f} sent, {r['missing']:.0f} missing", r["period"]) for r in distant
        ),
        needs=("nights on which a distant oil target could be attacked, October-December 1944",),
    )
