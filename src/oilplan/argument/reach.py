"""Distant plants and who could reach them: C24, C28, C29."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from ..record import weak_row
from ..record.names import doubts, short_name
from .finding import AnswerPart, Case, Finding, MissingFact, decides, reading_of, unless
from .grade import SURE, arms, probability, shown
from .ledger import N_DRAWS, Ledger, in_english, reliability
from .losses import PLANTS, cited, first_attack, single_raids
from .opportunity import NIGHT_REPORTS, attacks, nights_missed
from .shares import FORCES, eleven_targets

DIRECTIVE = date(1944, 9, 25)
NEAR_REGIONS = ("ruhr", "rhineland", "saar")
LETTER = "1944-12-22"
PERIOD = ("1944-12-13", "1944-12-31")
EFFECTIVE_SHORT_TONS, EFFECTIVE_VISUAL_PERCENT = 300.0, 50.0
"""An attack counts as effective from 300 short tons, half of them aimed by eye; judgement: 12 May 1944 stopped Leuna
with about 430 tons, all visual [record: raids]."""
EIGHTH = "eighth_af"
HISTORY_ROW = "1944-12_bruex_production_stopped_by_fifteenth_af"
ONE_MISSION_ROW = "1944-12-16..1945-01-08_eighth_af_eighth_strategic_missions_davis1993"
ONE_MISSION = ("1944-12-16", "1944-12-30")
"""Days on which, by a history, the Eighth flew no strategic mission: its one mission of the weeks was on 31 December."""
SAME_RAID_D = 2
"""Days within which a row of the tabulation and a raid of the calendar may be one raid: the digitisation invented days
in runs beside a raid [record: README, The raids]; judgement."""
MISSION_REPORTS = "mission reports of the Eighth and Fifteenth Air Forces, Air Force Historical Research Agency"


@decides(
    "C24",
    needs=("raids", "raid_sighting", "raid_calendar", "plants", "claims_evidence", "plant_output"),
    work=MISSION_REPORTS,
)
def could_not_reach(case: Case) -> Finding:
    """Raids on the eleven from 13 to 31 December under the Eighth's number: whose they were, and whether effective.

    A raid that a history or the calendar gives to another force is the Eighth's only where that source is wrong.
    """
    ledger = case.ledger
    rows = _under_the_eighth(ledger, eleven_targets(ledger))
    visual = _visual_percent(ledger, {r["raid_id"] for r in rows})
    others = _of_another_force(ledger, rows)
    flown, effective = np.zeros(N_DRAWS), np.zeros(N_DRAWS)
    for r in rows:
        doubt = 1 - others[r["raid_id"]][1] if r["raid_id"] in others else 1.0
        words = f"whether the raid on {short_name(r['plant_id'])} of {in_english(r['date'])} was flown by the Eighth"
        theirs = ledger.happens(f"whether {r['raid_id']} was flown by the Eighth", doubt, words)
        flown += theirs
        in_sight = visual.get(r["raid_id"], 0.0) >= EFFECTIVE_VISUAL_PERCENT
        effective += theirs & (r["total_tons_short"] >= EFFECTIVE_SHORT_TONS and in_sight)
    reach = ledger.one("claims_evidence", "1944-11-11_ardennes_poelitz_out_of_reach")
    return Finding(
        f"the Eighth flew {_none(shown(effective))} effective attacks on the eleven from 13 to 31 December 1944; of the {len(rows)} "
        f"raids that bear its number other sources give {'all' if len(others) == len(rows) else _none(str(len(others)))} to another "
        "force or rule them out",
        "Effective Eighth Air Force attacks on the eleven plants, 13-31 December 1944",
        "attacks",
        f"a raid counts from {EFFECTIVE_SHORT_TONS:.0f} short tons, half of them aimed by eye; raids flown blind speak for "
        f"neither side. A history says: “{reach['quote']}”",
        effective,
        arms(flown == 0, effective > 0),
        parts=tuple(_raid_part(r, visual.get(r["raid_id"], 0.0), others.get(r["raid_id"], ("", 0.0))[0]) for r in rows),
        needs=unless(others or not rows, MissingFact("the missions of 13-31 December 1944", MISSION_REPORTS)),
    )


def _none(number: str) -> str:
    return "no" if number == "0" else number


def _under_the_eighth(ledger: Ledger, plants: frozenset[str]) -> list[dict]:
    """Raids of the period on some plants that bear the Eighth's number in the tabulation, with their day."""
    dated = (r for r in ledger.rows("raids") if len(r["date"] or "") == len(PERIOD[0]))
    theirs = (r for r in dated if r["force"] == EIGHTH and r["plant_id"] in plants)
    return ledger.use("raids", (r for r in theirs if PERIOD[0] <= r["date"] <= PERIOD[1]))


def _of_another_force(ledger: Ledger, raids: Iterable[dict]) -> dict[str, tuple[str, float]]:
    """Raids that sources take from the Eighth: raid id -> what they say, and how surely.

    A history that counts one mission in three weeks rules out its other days. History and calendar give a raid to
    another force where both do: the one by plant, month and force, the other by that force alone on a day near by.
    """
    history, others = ledger.fact(HISTORY_ROW), {}
    mission = ledger.fact(ONE_MISSION_ROW) if ledger.place(ONE_MISSION_ROW) else None
    for raid in raids:
        sure, said = 0.0, []
        near = [r for r in ledger.rows("raid_calendar") if r["plant_id"] == raid["plant_id"] and _near(r, raid)]
        named = raid["plant_id"] == history["plant_id"] and raid["date"].startswith(history["period"])
        if named and near and all(history["quantity"].endswith(r["force"]) for r in ledger.use("raid_calendar", near)):
            sure, said = reliability(history), [f"{FORCES[near[0]['force']]} on {in_english(near[0]['date'])}"]
        if mission is not None and ONE_MISSION[0] <= raid["date"] <= ONE_MISSION[1]:
            sure = 1 - (1 - sure) * (1 - reliability(mission))
            said.append("no mission of the Eighth that day")
        if said:
            others[raid["raid_id"]] = ("; ".join(said), sure)
    return others


def _near(calendar: dict, raid: dict) -> bool:
    apart = date.fromisoformat(calendar["date"]) - date.fromisoformat(raid["date"])
    return abs(apart.days) <= SAME_RAID_D


def _raid_part(raid: dict, visual_percent: float, other: str) -> AnswerPart:
    note = f"{doubts(raid['quality'])}; visual {visual_percent:.0f} percent" + (f"; {other}" if other else "")
    weak = weak_row(raid)
    return AnswerPart(
        f"{short_name(raid['plant_id'])}, {in_english(raid['date'])}",
        f"{raid['total_tons_short']:,.0f} short tons",
        note,
        weak,
    )


def _visual_percent(ledger: Ledger, raids: set[str]) -> dict[str, float]:
    rows = ledger.use("raid_sighting", (r for r in ledger.rows("raid_sighting") if r["raid_id"] in raids))
    return {r["raid_id"]: r["visual_percent"] for r in rows if r["visual_percent"] is not None}


WEATHER_BY_NIGHT = "weather by night over central Germany and Stettin, 25 September-21 December 1944"
DEEP_RAID = "1944-10-14_bomber_command_duisburg_brunswick_raids_on_night_14_october_webster1961iii"
"""A night on which the force went as far as Brunswick, in the region of Leuna, while it attacked cities."""


def night_passed_over(ledger: Ledger, before: dict[str, str]) -> np.ndarray:
    """[D] True where a usable night was passed over before the first British attack on either plant.

    before: day of the first attack by plant. Shown by other oil of the plant's region bombed at night; by the nights that
    a committee after the war counted as possible and not used, each open to these plants at a drawn chance; and by a deep
    raid on a city of the region.
    """
    shown_open = all(nights_passed_over(ledger, plant, day) for plant, day in before.items())
    some = np.full(N_DRAWS, shown_open)
    missed = nights_missed(ledger)
    if missed is not None:
        chance = ledger.between(
            "the chance that a night possible for some oil target was so for Leuna or Pölitz", 0.0, 1.0
        )
        some |= ledger.happens(
            "whether one of the nights missed was open to Leuna or Pölitz", 1 - (1 - chance) ** missed
        )
    if ledger.place(DEEP_RAID):
        some |= ledger.fact_stands(DEEP_RAID)
    return some


@decides("C28", needs=("raid_losses", "forces", "raids", "plants", "claims_evidence"), work=NIGHT_REPORTS, days=60)
def reluctantly(case: Case) -> Finding:
    """Days from the directive of 25 September to the first British attack on either plant, and nights between."""
    ledger = case.ledger
    first = {p: first_attack(ledger, p).day for p in PLANTS}
    days = {p: (date.fromisoformat(d) - DIRECTIVE).days for p, d in first.items()}
    passed = night_passed_over(ledger, first)
    missed = nights_missed(ledger)
    late = all(n > case.bounds["days"] for n in days.values())
    nights = "" if missed is None else f", and {shown(missed)} nights that oil could have been attacked were not used"
    return Finding(
        f"Leuna was first attacked by Bomber Command {days['leuna']} days after the directive of 25 September 1944 and Pölitz "
        f"after {days['poelitz']}{nights}",
        "Days from 25 September 1944 to the first British attack on Pölitz",
        "days",
        "usable nights: other oil of the region bombed by night, the nights that a committee after the war counted as "
        "possible, and the deep raid on Brunswick of 14 October; that it was reluctance is Portal's own word for it",
        np.full(N_DRAWS, float(days["poelitz"])),
        arms(passed & late, ~passed),
        parts=tuple(AnswerPart(short_name(p), f"{n} days", first[p]) for p, n in days.items()),
        needs=unless(probability(arms(passed & late, ~passed)) > SURE, MissingFact(WEATHER_BY_NIGHT, NIGHT_REPORTS)),
    )


def nights_passed_over(ledger: Ledger, plant: str, before: str) -> list[str]:
    """Nights since the directive that show a plant's region open: Bomber Command bombed other oil there in strength."""
    region = tuple(r["region"] for r in ledger.find("plants", f"the region of {plant}", plant_id=plant))
    end = (date.fromisoformat(before) - timedelta(days=1)).isoformat()
    raids = attacks(ledger, DIRECTIVE.isoformat(), end, ("bomber_command",), region)
    return sorted({r["date"] for r in raids if r["night"]})


SEVERAL = 3
NO_OTHERS = "1944-10..1944-11_bomber_command_attacks_outside_ruhr-rhineland"


@decides("C29", needs=("raid_losses", "plants", "claims_evidence", "raids"), work=NIGHT_REPORTS)
def unwilling(case: Case) -> Finding:
    """British attacks before 22 December on oil outside the Ruhr and Rhineland, other than Leuna and Pölitz.

    The history's list has one and its text says that there was none: a draw follows one of them.
    """
    ledger = case.ledger
    region = {r["plant_id"]: r["region"] for r in ledger.rows("plants")}
    raids = [r for r in single_raids(ledger) if r.day < LETTER and r.plant_id in region]
    far = cited(ledger, (r for r in raids if region[r.plant_id] not in NEAR_REGIONS and r.plant_id not in PLANTS))
    ledger.use("plants", (r for r in ledger.rows("plants") if r["plant_id"] in {raid.plant_id for raid in far}))
    said = ledger.one("claims_evidence", NO_OTHERS)["value"]
    listed, central = len(far), sum(region[r.plant_id] == "central" for r in far)
    count = ledger.either(
        "whether the history's list or its text counts distant attacks rightly",
        [np.full(N_DRAWS, float(listed)), np.full(N_DRAWS, float(min(said, listed)))],
    )
    passed = night_passed_over(ledger, {p: first_attack(ledger, p).day for p in PLANTS})
    rule = arms((count == 0) & passed, count >= SEVERAL)
    deep = arms(np.full(N_DRAWS, central == 0) & passed, np.full(N_DRAWS, central >= SEVERAL))
    names = ", ".join(raid.rows[0]["place"] for raid in far) or "none"
    return Finding(
        f"before 22 December 1944 Bomber Command attacked {listed} distant oil target{'s' * (listed != 1)} other than Leuna and Pölitz "
        f"by a history's list ({names}) and {f'{min(said, listed):.0f}' if min(said, listed) else 'none'} by its text, {central or 'none'} of them in central Germany",
        "British attacks on distant oil other than Leuna and Pölitz, 1 October-21 December 1944",
        "attacks",
        f"{listed} of {len(raids)} listed attacks; the same history's text says {said:.0f} outside the Ruhr and Rhineland",
        count,
        rule,
        readings=(
            reading_of("any target outside the Ruhr and Rhineland", f"{shown(count)} attacked", rule),
            reading_of("the plants of central Germany", f"{central or 'none'} attacked", deep),
        ),
        parts=tuple(
            AnswerPart(r.rows[0]["place"], f"{r.rows[0]['sent']:.0f} sent, {r.rows[0]['missing']:.0f} missing", r.day)
            for r in far
        ),
        needs=(
            MissingFact("nights on which a distant oil target could be attacked, October-December 1944", NIGHT_REPORTS),
        ),
    )
