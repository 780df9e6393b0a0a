"""The answer: was oil a panacea, and who was right. Each line follows from claims, the last from the war flown anew.

Nothing is typed: grade, probability, number and interval come from the verdicts, and from arms that fly with one luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from oilplan.argument import grade as g
from oilplan.argument.fair_war import outcomes_of
from oilplan.argument.ledger import Tables
from oilplan.argument.verdict import Verdict

WAR_DRAWS = 100
BASES = ("as_ordered", "as_flown")
"""Arms that stand for history, the first that there is: its own orders flown by the machine of every arm, or its raids."""
RIVALS = {"Portal's": "portal", "Harris's": "harris", "Tedder's": "tedder"}
DENIED, MISSING_AIRCRAFT, DAYS = "aviation_gasoline_denied", "aircraft_missing_on_oil", "days_gained"


class TopAnswer(NamedTuple):
    """One line of the answer.

    question, sentence: in plain words; grade, p: of what the question asks; value, low, high, unit: its number, None where
    there is none; claims: ids of the claims that it follows from
    """

    question: str
    grade: str
    p: float | None
    sentence: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    claims: tuple[str, ...]


class Question(NamedTuple):
    """A question and how it follows from claims: their chances to one chance, and the claim whose number it shows."""

    text: str
    claims: tuple[str, ...]
    shown: str
    chance: Callable[[Mapping[str, float]], float]
    compound: bool = False


def mean_of(*claims: str) -> Callable[[Mapping[str, float]], float]:
    """The chance of a question that asks of several claims alike."""
    return lambda p: sum(p[c] for c in claims) / len(claims)


QUESTIONS = (
    Question(
        "Was oil a panacea, a system whose loss would be made good elsewhere?",
        ("C06", "C05", "C01", "C20"),
        "C06",
        lambda p: 1.0 - p["C06"] * (1.0 - p["C05"]),
    ),
    Question("Was Harris right on benzol?", ("C01", "C02", "C03"), "C01", mean_of("C01", "C02", "C03"), True),
    Question(
        "Was Harris right that substitutes would keep German transport going?",
        ("C04", "C05"),
        "C05",
        mean_of("C04", "C05"),
    ),
    Question("Was Harris right that aviation fuel could be denied?", ("C06", "C07"), "C06", lambda p: p["C06"]),
    Question(
        "Was Harris right that losses on the distant plants would be prohibitive?",
        ("C45",),
        "C45",
        lambda p: 1.0 - p["C45"],
    ),
    Question("Was Harris right that his cities would do more?", ("C40", "C39", "C38"), "C40", lambda p: p["C40"]),
    Question(
        "Was Portal right that effort must be concentrated to outpace repair?",
        ("C19", "C32"),
        "C19",
        mean_of("C19", "C32"),
        True,
    ),
    Question(
        "Was Portal right on the eleven plants and their 70 percent?",
        ("C14", "C15", "C13"),
        "C14",
        mean_of("C14", "C15"),
    ),
    Question("Was Portal right that half measures would fail?", ("C33",), "C33", lambda p: p["C33"]),
    Question("Was Portal right on the magnetism of the cities?", ("C41", "C27"), "C41", mean_of("C41", "C27"), True),
)
ORDERS = "What would other orders than history's have brought?"


def answer(record: Any, verdicts: Sequence[Verdict] | None = None) -> list[TopAnswer]:
    """The answer on a record, as shipped where nothing has changed.

    verdicts: those already at hand on this record; computed, or taken as shipped, when None
    """
    from oilplan.argument.shipped import shipped, verdicts_of

    kept = shipped(record) if verdicts is None else None
    if kept is not None:
        return [TopAnswer(**{**d, "claims": tuple(d["claims"])}) for d in kept["answer"]]
    found = {v.claim_id: v for v in (verdicts if verdicts is not None else verdicts_of(record))}
    return [from_claims(q, found) for q in QUESTIONS] + [of_orders(record)]


def from_claims(q: Question, found: Mapping[str, Verdict]) -> TopAnswer:
    """One line that follows from claims; no data where the claim that it shows has none."""
    shown = found[q.shown]
    claims = tuple(c for c in q.claims if c in found)
    known = {c: found[c].p for c in claims}
    if shown.p is None or any(p is None for p in known.values()):
        lacking = next(c for c in (q.shown, *claims) if known[c] is None)
        grade = found[lacking].grade
        return TopAnswer(
            q.text, grade, None, f"{g.LEADS[grade]}: {found[lacking].sentence}", None, None, None, "", claims
        )
    p = q.chance({c: float(x) for c, x in known.items() if x is not None})
    mixed = g.between_arms(g.grade_of(x) for x in known.values() if x is not None) if q.compound else ""
    grade = mixed or g.grade_of(p)
    fact = shown.sentence.partition(": ")[2]
    beside = [f"{c} {g.WORDS[found[c].grade]}" for c in claims if c != q.shown]
    sentence = f"{g.LEADS[grade]}: {fact.rstrip('.')}" + (f" ({'; '.join(beside)})" if beside else "") + "."
    return TopAnswer(q.text, grade, round(p, 4), sentence, shown.value, shown.low, shown.high, shown.unit, claims)


def of_orders(record: Tables) -> TopAnswer:
    """What each rival's orders would have brought beside history's: aviation fuel denied, days, aircraft; Portal's number.

    Graded by whether Portal's orders deny more aviation fuel than history's, draw by draw.
    """
    from oilplan.directives.built_in import BUILT_IN

    base = next(name for name in BASES if name in BUILT_IN)
    rivals = {who: name for who, name in RIVALS.items() if name in BUILT_IN}
    values = outcomes_of(record, (base, *rivals.values()), base=base, draws=WAR_DRAWS)
    gained = {who: values[name][DENIED] - values[base][DENIED] for who, name in rivals.items()}
    p = g.probability(g.arms(gained["Portal's"] > 0, gained["Portal's"] <= 0), WAR_DRAWS)
    middle, low, high = g.interval(gained["Portal's"])
    told = [f"{who} {_beside(values[name], values[base])}" for who, name in rivals.items()]
    return TopAnswer(
        ORDERS,
        g.grade_of(p),
        round(p, 4),
        f"{g.LEADS[g.grade_of(p)]}, Portal's would have denied more: {'; '.join(told)}.",
        middle,
        low,
        high,
        "t of aviation fuel denied beyond history, October 1944-April 1945",
        ("C16", "C43", "C49"),
    )


def _beside(arm: Mapping[str, np.ndarray], base: Mapping[str, np.ndarray]) -> str:
    """An arm beside history in words."""
    fuel, lost = arm[DENIED] - base[DENIED], arm[MISSING_AIRCRAFT] - base[MISSING_AIRCRAFT]
    days = (arm[DAYS] - base[DAYS])[np.isfinite(arm[DAYS]) & np.isfinite(base[DAYS])]
    when = f", the stock under a month's need {g.shown(days, '{:+,.0f}')} days sooner" if len(days) else ""
    return f"{g.shown(fuel, '{:+,.0f}')} t of aviation fuel denied{when}, {g.shown(lost, '{:+,.0f}')} aircraft missing on oil"


def answer_json(lines: Sequence[TopAnswer]) -> list[dict[str, Any]]:
    """The answer as plain objects."""
    return [line._asdict() | {"claims": list(line.claims)} for line in lines]
