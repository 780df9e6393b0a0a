"""Benzol: how much of the fuel it was (C01), when it was listed (C02), how much of it was unknown (C03, C09); and how many of
Harris's points stand (C08)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from ..record import weak_row
from ..record.names import doubts
from .finding import AnswerPart, Case, Finding, MissingFact, decides, reading_of
from .grade import NO_DATA, WORDS, arms, between_arms, shown
from .ledger import Ledger, Missing, in_english

SPRING_LIST_ROW = "oil_usstaf_plan_targets_1944-03-05"
LISTED_ROW = "1944-09_germany_major_benzol_plants_output"
LISTS = "target lists of the Joint Oil Targets Committee and its successor, National Archives, AIR 40 and FO 837"
GERMAN_LIST = "United States Strategic Bombing Survey, Oil Division Final Report, appendix on benzol plants"
AT_ONCE = "1944-09_benzol_attacked_at_once"
NOVEMBER = "benzol made in November 1944, between the third quarter's average and December's figure"
UNSEEN = "whether a list of June to August 1944, not seen, held benzol"


def autumn_benzol(ledger: Ledger) -> np.ndarray:
    """[D] all benzol made, tons a month: the history's figure for the third quarter, or that of April 1944."""
    places = ("output", "1944-Q3_benzol_webster1961iii"), ("output", "1944-04_benzol")
    return ledger.accounts("benzol made a month before it was bombed (50,000 or 31,667 t)", *places)


@decides("C01", needs=("output", "target_systems"), work=LISTS, grown=10, not_grown=3)
def list_grew(case: Case) -> Finding:
    """Benzol, absent from the spring plan, as a share of supply in November and December 1944."""
    ledger, bounds = case.ledger, case.bounds
    plan = ledger.one("target_systems", SPRING_LIST_ROW)
    december = ledger.read("output", "1944-12_benzol_levine1992")
    quarter = ledger.read("output", "1944-Q3_benzol_webster1961iii")
    made = december + ledger.between(NOVEMBER, december, quarter)
    supply = ledger.read("output", "1944-11_total_supply_incl_imports_levine1992")
    supply = supply + ledger.read("output", "1944-12_total_supply_incl_imports")
    share = 100 * made / supply
    rule = arms(share >= bounds["grown"], share <= bounds["not_grown"])
    return Finding(
        f"benzol, which the American oil plan of March 1944 {_listed_in(plan)}, gave {shown(share)} percent of German fuel in November "
        "and December 1944",
        "Benzol as a share of German supply, November-December 1944",
        "percent",
        f"the plan of 5 March named {plan['unit']}; other new sources are not counted, for the record has no "
        "dated list of them, so the share is a floor for what Harris meant",
        share,
        rule,
        parts=(
            AnswerPart("December 1944, recorded", f"{shown(100 * december / supply * 2)} percent of a month's fuel"),
        ),
        needs=(
            MissingFact("benzol made in November 1944", GERMAN_LIST, NOVEMBER),
            MissingFact("the oil target lists by date, spring to December 1944", LISTS),
        ),
    )


def _listed_in(plan: dict) -> str:
    return "listed" if "benzol" in plan["unit"] else "did not list"


@decides("C02", needs=("raids", "raid_losses", "target_systems", "estimates"), work=LISTS)
def afterthought(case: Case) -> Finding:
    """The first list known to hold benzol, and the first raid on it in strength, after 12 May 1944.

    A history says that benzol was taken up in September 1944, once it was seen to be blended with petrol. Where it is wrong,
    whether a list between the spring plan and September held benzol is drawn at even odds, for none was seen.
    """
    ledger = case.ledger
    first = first_benzol_raids(ledger)
    listed = ledger.fact(LISTED_ROW)
    plan = ledger.one("target_systems", SPRING_LIST_ROW)
    without = ledger.stands("target_systems", plan)
    late = ledger.happens(UNSEEN, 0.5)
    if ledger.place(AT_ONCE):
        late = ~ledger.fact_stands(AT_ONCE) & late
    listed_then = "benzol" in plan["unit"]
    rule = arms(without & ~late & (not listed_then), ~without | listed_then)
    days = np.resize(np.array(first.days), len(without)).astype(float)
    start, end = first.span
    return Finding(
        f"the American plan of March 1944 {_listed_in(plan)} benzol, the first Allied paper known to count it is of "
        f"{in_english(listed['period'])}, and the first raid on it in strength came {shown(days)} days after the first on oil",
        "Days from 12 May 1944 to the first raid on benzol in strength",
        "days",
        f"no list before September 1944 with benzol is known, but none between {in_english(plan['period'])} and September was "
        f"seen; the first raid fell between {in_english(start.isoformat())} and {in_english(end.isoformat())}",
        days,
        rule,
        parts=tuple(part for _, part in first),
        needs=(MissingFact("the oil target lists of June to August 1944", LISTS, UNSEEN),),
    )


ALL_PLANTS = "how many benzol plants there were beyond the 80 that a history names as the least"
LISTED_PLANTS = (
    "how many benzol plants were listed on 12 December beyond the 50 of October, of the 20 added by February"
)
ROW_ALL, ROW_LISTED, ROW_ADDED = (
    "1944_benzol_more_than_eighty",
    "1944-10_benzol_over_fifty_listed",
    "1945-02_benzol_twenty_more",
)
"""Rows of `claims_evidence` that count plants: all, listed for attack in October 1944, added in February 1945."""
MOST_OVER = 0.25
"""How far a "more than" may be passed; judgement."""


class PlantCount(NamedTuple):
    """[D] benzol plants in all and those listed on 12 December 1944."""

    every: np.ndarray
    listed: np.ndarray


def plants_counted(ledger: Ledger) -> PlantCount:
    """Both counts, each a "more than" of its work; what was added by February may have been listed by December."""
    every, listed, added = (ledger.stated(row) for row in (ROW_ALL, ROW_LISTED, ROW_ADDED))
    every = every * ledger.between(ALL_PLANTS, 1.0, 1.0 + MOST_OVER)
    listed = listed + added * ledger.between(LISTED_PLANTS, 0.0, 1.0)
    return PlantCount(every, np.minimum(listed, every))


@decides("C03", needs=("estimates", "claims_evidence", "output"), work=GERMAN_LIST, many=24, few=5, tiny=2)
def dozens_unlisted(case: Case) -> Finding:
    """Benzol plants beyond those listed in December 1944, and what they can have made."""
    ledger, bounds = case.ledger, case.bounds
    count = plants_counted(ledger)
    unlisted = count.every - count.listed
    unlisted_share = 100 - listed_share(ledger)
    many, few, small = unlisted >= bounds["many"], unlisted <= bounds["few"], unlisted_share < bounds["tiny"]
    rule = arms(many & ~small, few | small & ~many)
    counted, weighed = arms(many, few), arms(~small, small)
    return Finding(
        f"{shown(unlisted)} of some {shown(count.every)} benzol plants were on no Allied list on 12 December 1944, but they made "
        f"{shown(unlisted_share)} percent of benzol",
        "Benzol plants on no Allied list, 12 December 1944",
        "plants",
        f"more than 80 plants in all by one history, over fifty listed in October and twenty more by February by another; "
        f"the unlisted made {shown(unlisted_share)} percent of benzol, for the large plants were listed first",
        unlisted,
        rule,
        detail="They were small coke-oven works.",
        readings=(
            reading_of("by number: dozens not listed", f"{shown(unlisted)} plants", counted),
            reading_of("by what they made", f"{shown(unlisted_share)} percent of benzol", weighed),
        ),
        needs=(
            MissingFact("the Allied list of benzol plants of December 1944", LISTS, LISTED_PLANTS),
            MissingFact("a German list of all benzol plants with their capacity", GERMAN_LIST, ALL_PLANTS),
        ),
    )


SMALL_PLANTS = "how much of the benzol of lesser plants the listed ones among them made, by number of plants or more"


def listed_share(ledger: Ledger) -> np.ndarray:
    """[D] percent of benzol made by the plants listed on 12 December 1944.

    The twenty major plants were listed by September; the rest of the list are lesser plants, which made at least their
    share by number of what the major ones left, and at most all of it.
    """
    count, made = plants_counted(ledger), autumn_benzol(ledger)
    major = np.minimum(1.0, ledger.stated(LISTED_ROW) / made)
    n_major = ledger.fact("1944-09_germany_major_benzol_plants")["value"]
    by_number = np.clip((count.listed - n_major) / np.maximum(1.0, count.every - n_major), 0.0, 1.0)
    return 100 * (major + (1 - major) * ledger.between(SMALL_PLANTS, by_number, 1.0))


@decides("C09", needs=("estimates", "claims_evidence", "output"), work=GERMAN_LIST, all_but=95, short=80)
def located_virtually_every(case: Case) -> Finding:
    """Share of benzol capacity on the Allied list by December 1944."""
    ledger, bounds = case.ledger, case.bounds
    share, count = listed_share(ledger), plants_counted(ledger)
    by_number = 100 * count.listed / count.every
    rule = arms(share >= bounds["all_but"], share < bounds["short"])
    number = arms(by_number >= bounds["all_but"], by_number < bounds["short"])
    return Finding(
        f"the plants on the Allied list of December 1944 made {shown(share)} percent of German benzol, though they were "
        f"{shown(by_number)} percent of the plants",
        "Benzol of the plants on the Allied list over all benzol, December 1944",
        "percent of benzol",
        "twenty major plants were given 35,000 tons a month in September; all benzol was 50,000 by one work and 31,667 by "
        "another, and how much the lesser plants on the list made is not known",
        share,
        rule,
        readings=(
            reading_of("by capacity, as the rule asks", f"{shown(share)} percent", rule),
            reading_of("by number of plants, as the words have it", f"{shown(by_number)} percent", number),
        ),
        needs=(MissingFact("a German list of all benzol plants with their capacity", GERMAN_LIST, SMALL_PLANTS),),
    )


# When was benzol first bombed? The tabulation's first raid, its first free of doubt, and the first in the histories.

FIRST_OIL_RAID = date(1944, 5, 12)
DAY_LETTERS = len(FIRST_OIL_RAID.isoformat())
"""Letters of a whole date; a shorter one names a month, which shows no day."""
DELIBERATE_SHORT_TONS = 100.0
"""A raid on benzol under this is a stray or a nuisance raid; judgement."""


class FirstRaids(NamedTuple):
    """Three answers, by the doubt in them: (day, part of the table under the answer) each.

    tabulated: the first row of the tabulation in strength; sure: its first such row free of doubt; listed: the first in
    the history's list of Bomber Command's raids, so that benzol was a target by then at the latest
    """

    tabulated: tuple[date, AnswerPart]
    sure: tuple[date, AnswerPart]
    listed: tuple[date, AnswerPart]

    @property
    def days(self) -> tuple[int, ...]:
        """Days from 12 May 1944 to each."""
        return tuple((day - FIRST_OIL_RAID).days for day, _ in self)

    @property
    def span(self) -> tuple[date, date]:
        """The earliest and the latest of the three."""
        days = [day for day, _ in self]
        return min(days), max(days)


def first_benzol_raids(ledger: Ledger) -> FirstRaids:
    """The first raid on benzol after 12 May 1944. Raises Missing where tabulation or list has none."""
    raids = sorted((r for r in ledger.rows("raids") if _deliberate(r)), key=lambda r: r["date"])
    sure = [r for r in raids if r["quality"] == "ok"]
    if not sure:
        raise Missing("raids", "a raid on benzol in strength, free of doubt, after May 1944")
    listed = sorted((r for r in ledger.rows("raid_losses") if _listed(r)), key=lambda r: r["period"])
    if not listed:
        raise Missing("raid_losses", "a Bomber Command raid on a benzol plant after May 1944")
    first, first_sure = ledger.use("raids", (raids[0], sure[0]))
    named = ledger.use("raid_losses", listed[:1])[0]
    history = AnswerPart("first in the history", f"{named['place']}, {in_english(named['period'])}")
    return FirstRaids(
        (date.fromisoformat(first["date"]), _tabulated_part("first in the tabulation", first)),
        (date.fromisoformat(first_sure["date"]), _tabulated_part("first there free of doubt", first_sure)),
        (date.fromisoformat(named["period"]), history),
    )


def _deliberate(raid: dict) -> bool:
    strong = raid["total_tons_short"] >= DELIBERATE_SHORT_TONS
    return raid["target_class"] == "benzol" and strong and _dated_after(raid["date"] or "")


def _listed(raid: dict) -> bool:
    ours = raid["force"] == "bomber_command" and raid["scope"] == "one raid"
    return ours and _dated_after(raid["period"]) and (raid["plant_id"] or "").startswith("benzol_")


def _dated_after(day: str) -> bool:
    return len(day) == DAY_LETTERS and day >= FIRST_OIL_RAID.isoformat()


def _tabulated_part(label: str, raid: dict) -> AnswerPart:
    text = f"{raid['raw_location'].title()}, {in_english(raid['date'])}, {raid['total_tons_short']:.0f} short tons"
    return AnswerPart(label, text, doubts(raid["quality"]), weak_row(raid))


# C08: the narrator's verdict on Harris follows from those on Harris's own claims.

HARRIS = ("C01", "C02", "C03", "C04", "C05", "C06", "C07")


@decides("C08", needs=("claims",), work="none: it follows from C01 to C07", follows=HARRIS, refuted=5, upheld=4)
def little_truth(case: Case) -> Finding:
    """How many of C01 to C07 fall and how many hold: each drawn by its own probability."""
    lacking = [c for c in HARRIS if c not in case.settled]
    if lacking:
        raise Missing("claims", f"verdicts on {', '.join(lacking)}")
    settled = {c: case.settled[c] for c in HARRIS}
    for table, row_id in sorted({key for v in settled.values() for key in v.record_rows}):
        case.ledger.one(table, row_id)
    chance = {c: 0.5 if v.p is None else v.p for c, v in settled.items()}
    holds = np.stack([case.ledger.happens(f"whether {c} holds", p) for c, p in chance.items()])
    upheld, refuted = holds.sum(axis=0), (~holds).sum(axis=0)
    known = {c: v for c, v in settled.items() if v.grade != NO_DATA}
    supported = sum(p >= 0.75 for c, p in chance.items() if c in known)
    fallen = sum(p <= 0.25 for c, p in chance.items() if c in known)
    return Finding(
        f"of Harris's seven points {supported} hold or probably hold, {fallen} fall or probably fall and "
        f"{len(HARRIS) - supported - fallen} {'is' if len(HARRIS) - supported - fallen == 1 else 'are'} open; "
        f"counted by their chances, {shown(refuted)} of them fall",
        "Claims C01-C07 contradicted",
        "claims",
        "a narrator's verdict; five contradicted would support it, four supported would contradict it",
        refuted.astype(float),
        arms(refuted >= case.bounds["refuted"], upheld >= case.bounds["upheld"]),
        grade=between_arms(v.grade for v in known.values()),
        parts=tuple(AnswerPart(c, WORDS[v.grade], v.sentence, grade=v.grade, p=v.p) for c, v in settled.items()),
    )
