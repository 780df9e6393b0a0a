"""Distant plants and who could reach them: C24, C28, C29."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.ledger import Ledger
from oilplan.argument.opportunity import attacks
from oilplan.argument.raid_losses import PLANTS, cited, first_attack, single_raids
from oilplan.argument.registry import Case, decides
from oilplan.argument.shares import FORCES, eleven_targets
from oilplan.record import is_weak

DIRECTIVE = date(1944, 9, 25)
NEAR_REGIONS = ("ruhr", "rhineland", "saar")
LETTER = "1944-12-22"
PERIOD = ("1944-12-13", "1944-12-31")
EFFECTIVE_SHORT_TONS, EFFECTIVE_VISUAL_PERCENT = 300.0, 50.0
"""An attack counts as effective from 300 short tons, half of them aimed by eye; judgement: 12 May 1944 stopped Leuna
with about 430 tons, all visual [record: raids]."""
EIGHTH = "eighth_af"
HISTORY_ROW = "1944-12_bruex_production_stopped_by_fifteenth_af"
SAME_RAID_D = 2
"""Days within which a row of the tabulation and a raid of the calendar may be one raid: the digitisation invented days
in runs beside a raid [record: README, The raids]; judgement."""


@decides("C24", needs=("raids", "raid_sighting", "raid_calendar", "plants", "claims_evidence", "plant_output"))
def could_not_reach(case: Case) -> Finding:
    """Raids on the eleven from 13 to 31 December under the Eighth's number, and whose they were by other sources.

    "No effective attack" holds whoever flew raids that were blind; "attacks flown but blind" holds only of raids that
    were the Eighth's. So raids that history and calendar give to another force leave the claim open only if effective.
    """
    ledger = case.ledger
    rows = _under_the_eighth(ledger, eleven_targets(ledger))
    visual = _visual_percent(ledger, {r["raid_id"] for r in rows})
    others = _of_another_force(ledger, rows)
    effective = [r["raid_id"] for r in rows if _effective(r, visual.get(r["raid_id"], 0.0))]
    sure = [raid for raid in effective if raid not in others]
    reach = ledger.one("claims_evidence", "1944-11-11_ardennes_poelitz_out_of_reach")
    outcome = CONTRADICTED if sure else UNDETERMINED if effective or len(others) < len(rows) else SUPPORTED
    dropped = sum(r["total_tons_short"] for r in rows)
    whose = f"; a history and a calendar from memory point to another force for {len(others)} of them" if others else ""
    return Finding(
        outcome,
        f"{'Not so' if sure else 'It may be so' if outcome == UNDETERMINED else 'So it seems'}: {len(rows)} raids on "
        f"{_places(rows)} ({dropped:,.0f} short tons) bear the Eighth's number in the tabulation, "
        f"{len(effective) or 'none'} in strength and aimed by eye{whose}."
        if rows
        else "The Eighth flew no attack on the eleven from 13 to 31 December.",
        "Effective Eighth Air Force attacks on the eleven plants, 13-31 December 1944",
        "attacks",
        f"{len(sure)} effective, or {len(effective)} if every raid is the Eighth's as the tabulation prints; "
        f"{len(rows) - len(others)} raids that only the Eighth is said to have flown. The history says: "
        f"“{reach['quote']}”",
        float(len(sure)),
        float(len(sure)),
        float(len(effective)),
        would_change="the tabulation's number for the force, if right: the Eighth's raids were then flown, but blind, "
        "which the rule leaves open"
        if outcome == SUPPORTED and others
        else "",
        parts=tuple(_raid_part(r, visual.get(r["raid_id"], 0.0), others.get(r["raid_id"], "")) for r in rows),
        needs=("the mission reports of the Eighth and the Fifteenth, 13-31 December 1944",)
        if outcome == UNDETERMINED
        else (),
    )


def _under_the_eighth(ledger: Ledger, plants: frozenset[str]) -> list[dict]:
    """Raids of the period on some plants that bear the Eighth's number in the tabulation, with their day."""
    dated = (r for r in ledger.rows("raids") if len(r["date"] or "") == len(PERIOD[0]))
    theirs = (r for r in dated if r["force"] == EIGHTH and r["plant_id"] in plants)
    return ledger.use("raids", (r for r in theirs if PERIOD[0] <= r["date"] <= PERIOD[1]))


def _of_another_force(ledger: Ledger, raids: Iterable[dict]) -> dict[str, str]:
    """Raids that the history and the calendar give to another force: raid id -> that force and its day.

    Both must: the history by plant, month and force, the calendar by that force alone on a day near by.
    """
    history = ledger.one("plant_output", HISTORY_ROW)
    named = [r for r in raids if r["plant_id"] == history["plant_id"] and r["date"].startswith(history["period"])]
    others = {}
    for raid in named:
        near = [r for r in ledger.rows("raid_calendar") if r["plant_id"] == raid["plant_id"] and _near(r, raid)]
        near = ledger.use("raid_calendar", near)
        if near and all(history["quantity"].endswith(r["force"]) for r in near):
            others[raid["raid_id"]] = f"{FORCES[near[0]['force']]} on {near[0]['date']}"
    return others


def _near(calendar: dict, raid: dict) -> bool:
    apart = date.fromisoformat(calendar["date"]) - date.fromisoformat(raid["date"])
    return abs(apart.days) <= SAME_RAID_D


def _effective(raid: dict, visual_percent: float) -> bool:
    return raid["total_tons_short"] >= EFFECTIVE_SHORT_TONS and visual_percent >= EFFECTIVE_VISUAL_PERCENT


def _places(raids: Iterable[dict]) -> str:
    return ", ".join(sorted({r["plant_id"].replace("_", " ").title() for r in raids}))


def _raid_part(raid: dict, visual_percent: float, other: str) -> Part:
    whose = f"; calendar: {other}" if other else ""
    note = f"{raid['quality']}; visual {visual_percent:.0f} percent{whose}"
    weak = is_weak(raid["status"], raid["confidence"])
    return Part(f"{raid['plant_id']} {raid['date']}", f"{raid['total_tons_short']:,.0f} short tons", note, weak)


def _visual_percent(ledger: Ledger, raids: set[str]) -> dict[str, float]:
    rows = ledger.use("raid_sighting", (r for r in ledger.rows("raid_sighting") if r["raid_id"] in raids))
    return {r["raid_id"]: r["visual_percent"] for r in rows if r["visual_percent"] is not None}


@decides("C28", needs=("raid_losses", "forces", "raids", "plants"), days=60)
def reluctantly(case: Case) -> Finding:
    """Days from the directive of 25 September to the first British attack on either plant, and nights between."""
    ledger = case.ledger
    first = {p: first_attack(ledger, p).day for p in PLANTS}
    days = {p: (date.fromisoformat(d) - DIRECTIVE).days for p, d in first.items()}
    passed = {p: nights_passed_over(ledger, p, d) for p, d in first.items()}
    weather = ledger.find(
        "forces",
        "days of visual bombing weather, October-December 1944",
        quantity="days_of_visual_bombing_weather_under_half_cloud",
    )
    clear = sorted(r["value"] for r in weather)
    late = all(n > case.bounds["days"] for n in days.values())
    outcome = SUPPORTED if late and all(passed.values()) else UNDETERMINED
    over = [PLANTS[p] for p, n in days.items() if n > case.bounds["days"]]
    return Finding(
        outcome,
        f"{'Late they were' if late else 'The wait was this long'}: Leuna after {days['leuna']} days, Pölitz after "
        f"{days['poelitz']}. {_PASSED[outcome]}",
        "Days from 25 September 1944 to the first British attack on Pölitz",
        "days",
        f"over {case.bounds['days']:.0f} days: {' and '.join(over) or 'neither'}; nights when Bomber Command bombed "
        "other oil of the same region before: "
        + ", ".join(f"{PLANTS[p]} {len(n) or 'none'}" for p, n in passed.items())
        + f"; in the quarter {clear[0]:.0f} to {clear[-1]:.0f} days by region had visual bombing weather, but nights "
        "were not counted",
        float(days["poelitz"]),
        float(min(days.values())),
        float(max(days.values())),
        parts=tuple(Part(PLANTS[p], f"{n} days", first[p]) for p, n in days.items()),
        needs=("weather over central Germany and Stettin by night, 25 September-21 December 1944",)
        if outcome == UNDETERMINED
        else (),
    )


_PASSED = {
    SUPPORTED: "Other oil of the same regions was bombed by night before, so usable nights were passed over.",
    UNDETERMINED: "Whether reluctance or weather kept the force away is open: no record of usable nights was found.",
}


def nights_passed_over(ledger: Ledger, plant: str, before: str) -> list[str]:
    """Nights since the directive that show a plant's region open: Bomber Command bombed other oil there in strength."""
    region = tuple(r["region"] for r in ledger.find("plants", f"the region of {plant}", plant_id=plant))
    end = (date.fromisoformat(before) - timedelta(days=1)).isoformat()
    raids = attacks(ledger, DIRECTIVE.isoformat(), end, ("bomber_command",), region)
    return sorted({r["date"] for r in raids if r["night"]})


@decides("C29", needs=("raid_losses", "plants", "claims_evidence"))
def unwilling(case: Case) -> Finding:
    """British attacks before 22 December on oil outside the Ruhr and Rhineland, other than Leuna and Pölitz."""
    ledger = case.ledger
    region = {r["plant_id"]: r["region"] for r in ledger.rows("plants")}
    raids = [r for r in single_raids(ledger) if r.day < LETTER and r.plant_id in region]
    far = cited(ledger, (r for r in raids if region[r.plant_id] not in NEAR_REGIONS and r.plant_id not in PLANTS))
    distant = [raid.rows[0] for raid in far]
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
