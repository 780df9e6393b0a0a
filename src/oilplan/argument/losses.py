"""The raids on Leuna and Pölitz: what they cost (C45), what they did (C44), and the attack before the letter (C36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import takewhile
from typing import NamedTuple

import numpy as np

from ..record import weak_row
from ..record.names import short_name
from .finding import AnswerPart, Case, Finding, MissingFact, decides, graded_part
from .grade import Arms, arms, shown
from .ledger import N_DRAWS, Ledger, Missing, in_english, period_of, quantity_of, uniform, value_of

PLANTS = ("leuna", "poelitz")
SINCE = "1944-10"
FULL_DATE = "YYYY-MM-DD"
DIARIES = "Middlebrook and Everitt, The Bomber Command War Diaries; AIR 14, Night Raid Reports"
PLANT_LOGS = "United States Strategic Bombing Survey, plant reports on Leuna (115) and Pölitz, daily output"


class BomberRaid(NamedTuple):
    """One raid: the plant (None where the record has no id), the day (of the first evening) and its rows."""

    plant_id: str | None
    day: str
    rows: tuple[dict, ...]


def single_raids(ledger: Ledger) -> list[BomberRaid]:
    """Bomber Command's raids on oil from October 1944 whose aircraft sent and missing are both known; accounts of one
    raid stand together, and are not yet written down as used."""
    stated: dict[tuple, list[dict]] = {}
    for r in ledger.rows("raid_losses"):
        ours = r["force"] == "bomber_command" and r["scope"] == "one raid" and period_of(r) >= SINCE
        if ours and r["sent"] and r["missing"] is not None:
            stated.setdefault((r["plant_id"] or r["place"], period_of(r), r["night"]), []).append(r)
    return [BomberRaid(rows[0]["plant_id"], period_of(rows[0]), tuple(rows)) for rows in stated.values()]


def cited(ledger: Ledger, raids: Iterable[BomberRaid]) -> list[BomberRaid]:
    """Write every account of some raids down as used and hand the raids on."""
    kept = list(raids)
    ledger.use("raid_losses", (row for raid in kept for row in raid.rows))
    return kept


def first_attack(ledger: Ledger, plant: str) -> BomberRaid:
    """The first British attack on a plant from October 1944. Raises Missing where there is none, or none with a day."""
    raids = [r for r in single_raids(ledger) if r.plant_id == plant]
    if not raids:
        raise Missing("raid_losses", f"a Bomber Command attack on {short_name(plant)}")
    first = cited(ledger, [min(raids, key=lambda r: r.day)])[0]
    if len(first.day) != len(FULL_DATE):
        raise Missing("raid_losses", f"the day of the first Bomber Command attack on {short_name(plant)}")
    return first


TEST_ATTACKS = (
    ("leuna", "1944-12-06"),
    ("leuna", "1945-01-14"),
    ("poelitz", "1944-12-21"),
    ("poelitz", "1945-01-13"),
    ("poelitz", "1945-02-08"),
)
"""The attacks that the claim's row names."""
LETTER = "1944-12-22"


def sampled_rate(ledger: Ledger, raid: BomberRaid) -> np.ndarray:
    """[D] missing rate, percent of aircraft sent, that a raid with its losses speaks for: a binomial sample.

    By the beta distribution that half a loss and half a safe return before the raid leave after it; a draw follows one of
    the raid's accounts.
    """
    each = [_beta(r["missing"] + 0.5, r["sent"] - r["missing"] + 0.5, f"rate of {r['row_id']}") for r in raid.rows]
    name = f"which account of the losses on {raid.plant_id}, {raid.day}, is right"
    words = f"which account of the losses on {short_name(raid.plant_id or '')}, {in_english(raid.day)}, is right"
    return 100 * ledger.either(name, each, words)


def _beta(a: float, b: float, name: str) -> np.ndarray:
    """[D] draws of a beta distribution, in an order that belongs to a name."""
    rng = np.random.default_rng(int(1e9 * uniform(name)[0]))
    return rng.beta(a, b, N_DRAWS)


def rate_of_a_like_raid(ledger: Ledger, raids: Sequence[BomberRaid], name: str) -> np.ndarray:
    """[D] missing rate of a raid whose losses are not known: that of one of the night raids on oil with losses."""
    each = np.stack([sampled_rate(ledger, r) for r in raids])
    which = (uniform(f"which raid {name} was like") * len(raids)).astype(int)
    ledger.note(f"losses of {name}", f"the aircraft missing on {name}", which.astype(float))
    return each[which, np.arange(N_DRAWS)]


@decides("C45", needs=("raid_losses",), work=DIARIES, ceiling=5, mean=3, over=2)
def not_prohibitive(case: Case) -> Finding:
    """Missing rates of the five attacks named, each a binomial sample; two without losses are drawn like other raids."""
    ledger, bounds = case.ledger, case.bounds
    every = single_raids(ledger)
    named = {(r.plant_id, r.day): r for r in cited(ledger, (r for r in every if (r.plant_id, r.day) in TEST_ATTACKS))}
    unknown = [key for key in TEST_ATTACKS if key not in named]
    like = cited(ledger, (r for r in every if r.rows[0]["night"])) if unknown else []
    if not named or (unknown and not like):
        raise Missing("raid_losses", "aircraft sent and missing on Leuna and Pölitz, December 1944 to February 1945")
    rates = {key: sampled_rate(ledger, raid) for key, raid in named.items()}
    rates |= {key: rate_of_a_like_raid(ledger, like, _named(key)) for key in unknown}
    all_rates = np.stack(list(rates.values()))
    over, mean = (all_rates >= bounds["ceiling"]).sum(axis=0), all_rates.mean(axis=0)
    sent, lost = (sum(r.rows[0][c] for r in named.values()) for c in ("sent", "missing"))
    return Finding(
        f"{lost:,.0f} of {sent:,.0f} aircraft were missing on the {len(named)} of the five attacks on Leuna and Pölitz that "
        f"have figures, so the rate was {shown(mean, '{:.1f}')} percent over all five",
        "Mean missing rate on the five attacks on Leuna and Pölitz, December 1944-February 1945",
        "percent of aircraft sent",
        "a raid shows its risk as a sample does (binomial); an attack whose losses are not known is taken like one of Bomber "
        "Command's night raids on oil of the same winter",
        mean,
        arms((over == 0) & (mean < bounds["mean"]), over >= bounds["over"]),
        parts=tuple(
            AnswerPart(
                _named(key),
                f"{shown(rates[key], '{:.1f}')} percent",
                "; ".join(r["source"] for r in named[key].rows) if key in named else "losses not in the record",
            )
            for key in TEST_ATTACKS
        ),
        needs=tuple(
            MissingFact(f"aircraft missing on {_named(k)}", DIARIES, f"the aircraft missing on {_named(k)}")
            for k in unknown
        ),
    )


def _named(attack: tuple[str, str]) -> str:
    return f"{short_name(attack[0])} on {in_english(attack[1])}"


@decides("C36", needs=("raid_losses", "claims_evidence"), work=DIARIES)
def pleased(case: Case) -> Finding:
    """A notable Bomber Command attack shortly before the letter, and the end of the cut-off sentence."""
    ledger = case.ledger
    end = ledger.fact("1944-12_ehlers_sentence_completed")
    since = (date.fromisoformat(LETTER) - timedelta(days=30)).isoformat()
    before = cited(ledger, (r for r in single_raids(ledger) if since <= r.day < LETTER and r.plant_id in PLANTS))
    sent = sum(
        (
            ledger.either(f"aircraft sent to {r.plant_id} on {r.day}", [np.full(N_DRAWS, x["sent"]) for x in r.rows])
            for r in before
        ),
        start=np.zeros(N_DRAWS),
    )
    flown = np.zeros(N_DRAWS, bool)
    for raid in before:
        flown |= ledger.stands("raid_losses", raid.rows[0])
    return Finding(
        f"Bomber Command had sent {shown(sent)} aircraft to Leuna and Pölitz in the thirty days before the letter, and the "
        f"book's sentence ends “{end['quote']}”",
        "Bomber Command aircraft sent to Leuna and Pölitz in the 30 days before 22 December 1944",
        "aircraft",
        f"attacks on {' and '.join(in_english(r.day) for r in before) or 'no day'}",
        sent,
        arms(flown, ~flown & (len(before) == 0)),
    )


WINDOW_D = 30
"""Days after a raid that the claim's row asks for; a figure before it counts from as many days back."""
OUTPUT = "percent_of_capacity"
STATE_ROW = "1944-12-24_bruex_leuna_poelitz_blechhammer_north_state"
STOPPED_ROWS = {"leuna": ("1944-12-06_leuna_night_attack", "1944-12_leuna_stopped"), "poelitz": ()}
"""Statements that a plant was stopped by the British raid, or by it with others."""
PHOTO = {"leuna": ("1944-12-24", 10.0), "poelitz": ("1944-12-24", 14.0)}
"""Day of the photographs and how long from it the interpreters thought the plant out: to early January, and for two weeks
[record: plant_output, the state of 24 December 1944]."""
DAILY_OUTPUT = "daily or weekly output of Leuna and Pölitz, December 1944-January 1945"
PHOTO_ERROR = 0.3
"""Relative error of the interpreters' days; judgement."""


class Stated(NamedTuple):
    """Output recorded of a plant around its first British attack: the day; rows of before and after it, by date."""

    day: str
    before: tuple[dict, ...]
    after: tuple[dict, ...]


@decides("C44", needs=("raids", "raid_losses", "plant_output"), work=PLANT_LOGS, cut=50, days=14)
def effective_damage(case: Case) -> Finding:
    """Whether the first British attack on either plant cut its output by half for a fortnight: two parts.

    By output recorded before and after, where there is any; else by the interpreters' days of standstill. At a plant that
    the Americans hit within a day, the British raid counts only where a history says that it was the one that stopped it.
    """
    ledger = case.ledger
    first = {p: first_attack(ledger, p).day for p in PLANTS}
    stated = {p: Stated(day, *(_stated(ledger, p, *days) for days in _windows(day))) for p, day in first.items()}
    state = ledger.fact(STATE_ROW)
    confounded = [p for p, day in first.items() if _others_within_a_day(ledger, p, day)]
    days = {p: standstill_days(ledger, p, first[p]) for p in PLANTS}
    rules = {p: _one_plant(ledger, p, stated[p], days[p], p in confounded, case.bounds) for p in PLANTS}
    both = arms(
        rules["leuna"].supports & rules["poelitz"].supports, rules["leuna"].contradicts & rules["poelitz"].contradicts
    )
    return Finding(
        f"after its first British attack Leuna stood still for {shown(days['leuna'])} days and Pölitz for "
        f"{shown(days['poelitz'])}, by photographs of 24 December 1944",
        "Days that Pölitz stood still after its first British attack",
        "days",
        f"by the photographs of 24 December Brüx, Leuna, Pölitz and Blechhammer North would be out, in this order: {state['says']}; the Americans hit "
        f"{' and '.join(short_name(p) for p in confounded) or 'neither plant'} within a day",
        days["poelitz"],
        both,
        parts=(
            *(
                graded_part(
                    short_name(p), f"first attack {in_english(first[p])}, still for {shown(days[p])} days", rule
                )
                for p, rule in rules.items()
            ),
            *(_output_part(r) for t in stated.values() for r in (*t.before, *t.after)),
        ),
        needs=(MissingFact(DAILY_OUTPUT, PLANT_LOGS, "days that Pölitz stood still"),),
    )


def standstill_days(ledger: Ledger, plant: str, attacked: str) -> np.ndarray:
    """[D] days from an attack to the end of the standstill that interpreters expected of photographs after it."""
    seen, more = PHOTO[plant]
    since = max(0, (date.fromisoformat(seen) - date.fromisoformat(attacked)).days)
    name = f"days that {short_name(plant)} stood still"
    return since + more * ledger.between(name, 1 - PHOTO_ERROR * 1.7, 1 + PHOTO_ERROR * 1.7)


def _one_plant(
    ledger: Ledger, plant: str, stated: Stated, days: np.ndarray, confounded: bool, bounds: Mapping[str, float]
) -> Arms:
    """The rule on one plant: output where it is recorded, else days of standstill, by a history where others struck too."""
    fell = fell_by_half(stated, bounds)
    none = np.zeros(N_DRAWS, bool)
    if fell is not None:
        return arms(none | (fell and not confounded), none | (not fell and not confounded))
    still = days >= bounds["days"]
    if not confounded:
        return arms(still, none)
    by_it = none.copy()
    for key in STOPPED_ROWS[plant]:
        if ledger.place(key):
            by_it |= ledger.fact_stands(key)
    return arms(still & by_it, none)


def fell_by_half(stated: Stated, bounds: Mapping[str, float]) -> bool | None:
    """Whether output was cut by the rule's share for its days; False where it did not fall; None where neither shows.

    It is measured against the last figure before the raid, and a cut needs a figure from within those days too.
    """
    if not stated.before or not stated.after:
        return None
    before = value_of(stated.before[-1]) or 0.0
    low = list(takewhile(lambda r: value_of(r) <= (1 - bounds["cut"] / 100) * before, stated.after))  # type: ignore[operator]
    since = [(date.fromisoformat(period_of(r)) - date.fromisoformat(stated.day)).days for r in low]
    if since and since[0] < bounds["days"] <= since[-1]:
        return True
    return False if all(value_of(r) >= before for r in stated.after) else None  # type: ignore[operator]


def _windows(day: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """First and last day of the time before a raid and of that after it; the day of the raid is in neither."""
    start, end = ((date.fromisoformat(day) + timedelta(days=n)).isoformat() for n in (-WINDOW_D, WINDOW_D))
    eve, morrow = ((date.fromisoformat(day) + timedelta(days=n)).isoformat() for n in (-1, 1))
    return (start, eve), (morrow, end)


def _stated(ledger: Ledger, plant: str, start: str, end: str) -> tuple[dict, ...]:
    """Rows of a plant's output as a share of capacity, dated by the day, by date."""
    rows = (r for r in ledger.rows("plant_output") if r["plant_id"] == plant and quantity_of(r) == OUTPUT)
    within = (
        r for r in rows if value_of(r) is not None and len(period_of(r)) == len(start) and start <= period_of(r) <= end
    )
    return tuple(ledger.use("plant_output", sorted(within, key=period_of)))


def _output_part(row: dict) -> AnswerPart:
    weak = weak_row(row)
    text = f"{value_of(row):.0f} percent of capacity"
    return AnswerPart(f"{short_name(row['plant_id'])}, {in_english(period_of(row))}", text, row["source"], weak)


def _others_within_a_day(ledger: Ledger, plant: str, day: str) -> list[dict]:
    near = {(date.fromisoformat(day) + timedelta(days=n)).isoformat() for n in (-1, 0, 1)}
    rows = [
        r
        for r in ledger.rows("raids")
        if r["plant_id"] == plant and r["date"] in near and r["force"] != "bomber_command"
    ]
    return ledger.use("raids", rows)
