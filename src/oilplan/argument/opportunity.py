"""Could oil have been attacked on that night? C27, C41, C42, C46: nights used, nights missed, and their tons."""

from __future__ import annotations

import numpy as np

from .finding import AnswerPart, Case, Finding, MissingFact, decides, reading_of, readings_of
from .grade import arms, pooled, shown
from .ledger import Ledger, Missing, uniform
from .losses import cited, single_raids

REAL_SHORT_TONS = 100.0
"""A raid under this shows no weather: Mosquitoes bombed on Oboe through anything; judgement."""
NIGHT_REPORTS = (
    "Bomber Command's Night Raid Reports, AIR 14, and the final report of the Technical Sub-Committee on Axis Oil"
)
TONS_BY_NIGHT = "tons by target and night with the weather, October-December 1944"
REICH = (
    *("ruhr", "rhineland", "saar", "central", "baltic", "silesia"),
    *("sudetenland", "northwest", "upper_rhine", "bavaria"),
)
MISSED = "how many of the nights that oil 'might possibly' have been attacked were truly open"
MISSED_DAYS = "how many of the days that oil 'might possibly' have been attacked were truly open"
NIGHTS_ROW, DAYS_ROW = (
    f"1944-10..1944-12_bomber_command_{what}_oil_possible_not_attacked_biddle2002" for what in ("nights", "days")
)
OPEN_NIGHT_ROWS = (
    "1944-11-04_bomber_command_ruhr_weather_of_night_hansen2008",
    "1944-10-14_bomber_command_duisburg_city_tons_night_hansen2008",
)
"""Nights on which a city of the Ruhr was attacked in clear sky, or on ground markers by Oboe: oil beside it was open."""


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


def nights_missed(ledger: Ledger) -> np.ndarray | None:
    """[D] nights of October-December 1944 on which oil was open and was not attacked; None where the record has no count.

    A committee after the war counted the nights on which it "might possibly" have been: each number from those shown to
    have been open up to its count is as likely.
    """
    shown_open = sum(ledger.fact(key) is not None for key in OPEN_NIGHT_ROWS if ledger.place(key))
    return _drawn_count(ledger, NIGHTS_ROW, MISSED, shown_open)


def days_missed(ledger: Ledger) -> np.ndarray | None:
    """[D] the same for days."""
    return _drawn_count(ledger, DAYS_ROW, MISSED_DAYS, 0)


def _drawn_count(ledger: Ledger, row: str, words: str, least: int) -> np.ndarray | None:
    if not ledger.has(row):
        return None
    most = ledger.fact(row)["value"]
    count = np.minimum(np.floor(least + uniform(words) * (most - least + 1)), most)
    ledger.note(words, words, count)
    return count


def _required(count: np.ndarray | None) -> np.ndarray:
    if count is None:
        raise Missing("claims_evidence", f"the row {NIGHTS_ROW}")
    return count


QUARTER = ("1944-10-01", "1944-12-31")
SENT_ELSEWHERE = "aircraft sent elsewhere on a night that oil was open and was not attacked"
CITY_NIGHTS = (
    "1944-10-19_bomber_command_stuttgart_city_sorties_night_webster1961iii",
    "1944-11-04_bomber_command_bochum_city_sorties_night_hansen2008",
)
"""Aircraft on a night of city attack, the least and more of those recorded one by one."""


@decides("C27", needs=("forces", "raid_losses", "claims_evidence"), work=NIGHT_REPORTS, half=50, most=80)
def unable_to_put_heart(case: Case) -> Finding:
    """Share of Bomber Command's sorties that went to oil on the nights of the quarter on which oil was open."""
    ledger, bounds = case.ledger, case.bounds
    raids = cited(ledger, (r for r in single_raids(ledger) if r.rows[0]["night"] and QUARTER[0] <= r.day <= QUARTER[1]))
    if not raids:
        raise Missing("raid_losses", "Bomber Command's night raids on oil, October-December 1944")
    on_oil = sum(float(r.rows[0]["sent"]) for r in raids)
    nights = len({r.day for r in raids})
    missed = _required(nights_missed(ledger))
    least, more = (ledger.stated(row) for row in CITY_NIGHTS)
    share = 100 * on_oil / (on_oil + missed * ledger.between(SENT_ELSEWHERE, least, more))
    by_night = 100 * nights / (nights + missed)
    rule = arms(share < bounds["half"], share >= bounds["most"])
    count = arms(by_night < bounds["half"], by_night >= bounds["most"])
    return Finding(
        f"Bomber Command sent {shown(share)} percent of its sorties to oil on the nights of October to December 1944 on which "
        f"oil could be attacked: it attacked on {nights} of them and let {shown(missed)} pass",
        "Sorties to oil on nights open to oil, October-December 1944",
        "percent of sorties",
        f"{len(raids)} night attacks with {on_oil:,.0f} sorties; the nights missed are those on which a committee after the "
        "war thought that oil 'might possibly' have been attacked, each with the force of a night's city raid",
        share,
        rule,
        readings=(
            reading_of("by sorties, as the rule asks", f"{shown(share)} percent", rule),
            reading_of("by nights", f"{shown(by_night)} percent of open nights used", count),
        ),
        parts=tuple(_later(ledger, when) for when in ("nights", "days")),
        needs=(MissingFact(TONS_BY_NIGHT, NIGHT_REPORTS, MISSED),),
    )


def _later(ledger: Ledger, when: str) -> AnswerPart:
    flown, oil = (
        ledger.read("forces", f"1945-01..1945-04_bomber_command_operational_{when}{w}") for w in ("", "_with_oil")
    )
    return AnswerPart(f"operational {when} of January-April 1945 with oil", f"{shown(100 * oil / flown)} percent")


TOTAL_ROW = "1944-10..1944-12_bomber_command_tons_all_targets_webster1961iii"
A_NIGHTS_LIFT = "tons dropped on cities on a night that oil was open"
LIFT_ROWS = (
    "1944-10-19_bomber_command_stuttgart_city_tons_night_webster1961iii",
    "1944-10-14_bomber_command_duisburg_city_tons_night_hansen2008",
)
"""Tons on a city in one night, the least and most of those recorded by night in the quarter."""


def city_tons(ledger: Ledger) -> np.ndarray:
    """[D] Bomber Command's tons on cities in the quarter, in the tons of its total."""
    share = ledger.read("forces", "1944-10..1944-12_bomber_command_share_cities") / 100
    return share * ledger.stated(TOTAL_ROW)


def city_tons_on_open_nights(ledger: Ledger) -> np.ndarray:
    """[D] tons on cities on nights that oil was open and was not attacked."""
    least, most = (ledger.stated(row) for row in LIFT_ROWS)
    return _required(nights_missed(ledger)) * ledger.between(A_NIGHTS_LIFT, least, most)


@decides("C41", needs=("forces", "claims_evidence"), work=NIGHT_REPORTS, half=50, little=15)
def magnetism_of_cities(case: Case) -> Finding:
    """City tonnage on nights that oil was open, of all city tonnage of the quarter."""
    ledger = case.ledger
    tons, all_of_it = city_tons_on_open_nights(ledger), city_tons(ledger)
    share = 100 * tons / all_of_it
    return Finding(
        f"{shown(tons)} long tons fell on cities on nights on which oil could have been attacked, {shown(share)} percent of the {shown(all_of_it)} "
        "that fell on cities from October to December 1944",
        "City tonnage on nights open to oil, October-December 1944",
        "percent of city tonnage",
        f"{shown(_required(nights_missed(ledger)))} nights open and not used, each with the tons of a night's city raid; two of "
        "them are recorded one by one (Duisburg, 14 October; Bochum, 4 November)",
        share,
        arms(share >= case.bounds["half"], share <= case.bounds["little"]),
        needs=(MissingFact(TONS_BY_NIGHT, NIGHT_REPORTS, MISSED),),
    )


REST_ON_OPEN = "how much of the bombs on rail, army and other targets fell while oil was open"


@decides("C42", needs=("forces", "claims_evidence", "sighting_monthly"), work=NIGHT_REPORTS, most=60, few=20)
def weather_difficulties(case: Case) -> Finding:
    """Share of the quarter's bombs that fell while no oil target was open: what was not on oil, nor on cities while it was."""
    ledger, bounds = case.ledger, case.bounds
    total = ledger.stated(TOTAL_ROW)
    oil = ledger.read("forces", "1944-10..1944-12_bomber_command_share_oil") / 100 * total
    rest = total - oil - city_tons(ledger)
    open_tons = oil + city_tons_on_open_nights(ledger) + rest * ledger.between(REST_ON_OPEN, 0.0, 1.0)
    closed = 100 * (1 - open_tons / total)
    said = ledger.one("claims_evidence", "1944-11-06_harris_conditions_for_oil")
    seen = ledger.read("sighting_monthly", "1944-10_eighth_af_oil")
    visual = ledger.stated(VISUAL_ROW) if ledger.has(VISUAL_ROW) else None
    return Finding(
        f"{shown(closed)} percent of Bomber Command's bombs of October to December 1944 fell while no oil target could be attacked",
        "Bombs dropped while no oil target was open, October-December 1944",
        "percent of tons",
        f"Harris's own condition: “{said['quote']}”; the Americans aimed {shown(seen)} percent of October's oil bombs by eye"
        + ("" if visual is None else f" and had {shown(visual)} days of visual bombing in the quarter"),
        closed,
        arms(closed >= bounds["most"], closed <= bounds["few"]),
        detail="By radar (G-H) the Ruhr could be hit through cloud, so this is the most that weather can have closed.",
        needs=(MissingFact(TONS_BY_NIGHT, NIGHT_REPORTS, REST_ON_OPEN),),
    )


VISUAL_ROW = "1944-10..1944-12_eighth_af_germany_visual_days_mcfarland1995"
FELL_IN_OCTOBER = "how many of the missed days and nights lay in October and how many in November 1944"


@decides("C46", needs=("claims_evidence", "forces"), work=NIGHT_REPORTS)
def some_effect(case: Case) -> Finding:
    """The rise of oil's share from October to November against the rise of days and nights open to oil.

    A day or night is open where Bomber Command attacked oil, or is one of those that it missed; where in the quarter these
    lay is not known.
    """
    ledger = case.ledger
    share = [ledger.read("claims_evidence", f"{m}_bomber_command_oil_share") for m in ("1944-10", "1944-11")]
    used = [
        sum(ledger.read("forces", f"{m}_bomber_command_oil_attacks_{when}") for when in ("day", "night"))
        for m in ("1944-10", "1944-11")
    ]
    missed = _required(nights_missed(ledger)) + _required(days_missed(ledger))
    place = ledger.between(FELL_IN_OCTOBER, 0.0, 1.0)
    after = 1 - place
    open_to = used[0] + missed * place, used[1] + missed * after * uniform("missed in November, not December")
    rise, opened = share[1] / share[0], open_to[1] / open_to[0]
    more = rise > opened
    even = np.zeros(len(more), bool)
    rules = {
        "that the share rose by more than opportunity, as the rule asks": arms(more, ~more),
        "that the letters did it, and not the directive of 1 November: no source parts the two": arms(even, even),
    }
    return Finding(
        f"oil's share of Bomber Command's bombs rose {shown(rise, '{:.1f}')} times from October to November 1944, "
        f"{shown(rise / opened, '{:.1f}')} times as much as the days and nights on which oil could be attacked, which rose {shown(opened, '{:.1f}')} times",
        "Rise of oil's share over the rise of days and nights open to oil, October to November 1944",
        "times",
        "Portal's letters, the directive of 1 November and the end of the Ruhr battle all lie between: how much of the rise "
        "the letters brought no record can part",
        rise / opened,
        pooled(*rules.values()),
        readings=readings_of(
            rules, {name: f"{shown(rise / opened, '{:.1f}')} times the rise of opportunity" for name in rules}
        ),
        parts=(AnswerPart("rise of the share", f"{shown(share[1] - share[0], '{:.1f}')} points of a hundred"),),
        needs=(MissingFact("target feasibility by night, October-November 1944", NIGHT_REPORTS, FELL_IN_OCTOBER),),
    )
