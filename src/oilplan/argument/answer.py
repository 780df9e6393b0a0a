"""The answer: was oil a panacea, and who was right. Each line follows from claims, the last from the war flown anew.

Nothing is typed: grade, probability, number and interval come from the verdicts, and from arms that fly with one luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from . import grade as g
from .fair_war import outcomes_of
from .ledger import Tables
from .verdict import Verdict, edge_words

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
    """A question and how it follows from claims: their chances to one chance, and the claim whose number it shows.

    beside: further claims in words, whose grades stand beside the number
    """

    text: str
    shown: str
    chance: Callable[[Mapping[str, float]], float]
    beside: Mapping[str, str] = {}
    compound: bool = False

    @property
    def claims(self) -> tuple[str, ...]:
        """Claims that it follows from, the one that it shows first."""
        return (self.shown, *self.beside)


def mean_of(*claims: str) -> Callable[[Mapping[str, float]], float]:
    """The chance of a question that asks of several claims alike."""
    return lambda p: sum(p[c] for c in claims) / len(claims)


QUESTIONS = (
    Question(
        "Was oil a panacea, a system whose loss would be made good elsewhere?",
        "C06",
        lambda p: 1.0 - p["C06"] * (1.0 - p["C05"]),
        {
            "C05": "that substitutes would keep transport going",
            "C01": "that a source had been missed",
            "C20": "that output was held down from September to December 1944",
        },
    ),
    Question(
        "Was Harris right on benzol?",
        "C01",
        mean_of("C01", "C02", "C03"),
        {"C02": "that it was an afterthought", "C03": "that dozens of plants were missed"},
        True,
    ),
    Question(
        "Was Harris right that substitutes would keep German transport going?",
        "C05",
        mean_of("C04", "C05"),
        {"C04": "that the Ministry would report it running"},
    ),
    Question(
        "Was Harris right that aviation fuel could be denied?",
        "C06",
        lambda p: p["C06"],
        {"C07": "that it would take enough doing"},
    ),
    Question(
        "Was Harris right that losses on the distant plants would be prohibitive?", "C45", lambda p: 1.0 - p["C45"]
    ),
    Question(
        "Was Harris right that his cities would do more?",
        "C40",
        lambda p: p["C40"],
        {"C39": "that he kept up his average", "C38": "that it was two and a half cities a month"},
    ),
    Question(
        "Was Portal right that effort must be concentrated to outpace repair?",
        "C19",
        mean_of("C19", "C32"),
        {"C32": "that bombs do more at once and on few plants"},
        True,
    ),
    Question(
        "Was Portal right on the eleven plants and their 70 percent?",
        "C14",
        mean_of("C14", "C15"),
        {"C15": "that they met 70 percent of requirements", "C13": "that few plants made most oil"},
    ),
    Question("Was Portal right that half measures would fail?", "C33", lambda p: p["C33"]),
    Question(
        "Was Portal right on the magnetism of the cities?",
        "C41",
        mean_of("C41", "C27"),
        {"C27": "that Bomber Command's heart was not in oil"},
        True,
    ),
)
ORDERS = "Would other orders than history's have denied more fuel?"


def answer(record: Any, verdicts: Sequence[Verdict] | None = None) -> list[TopAnswer]:
    """The answer on a record, as shipped where nothing has changed.

    verdicts: those already at hand on this record; computed, or taken as shipped, when None
    """
    from .shipped import verdicts_of

    kept = shipped_answer(getattr(record, "hash", "")) if verdicts is None else []
    if kept:
        return kept
    found = {v.claim_id: v for v in (verdicts if verdicts is not None else verdicts_of(record))}
    return [from_claims(q, found) for q in QUESTIONS] + [of_orders(record)]


def shipped_answer(record_hash: str) -> list[TopAnswer]:
    """The answer that the package ships for the record of a hash; none for another record or fit."""
    from .shipped import shipped_for

    kept = shipped_for(record_hash)
    return [TopAnswer(**{**d, "claims": tuple(d["claims"])}) for d in (kept["answer"] if kept else ())]


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
    beside = [f"{words}: {g.WORDS[found[c].grade]}" for c, words in q.beside.items() if c in found]
    sentence = f"{g.LEADS[grade]}: {fact.rstrip('.')}" + (f" ({'; '.join(beside)})" if beside else "") + "."
    sentence = " ".join(filter(None, (sentence, "" if mixed else edge_words(p))))
    return TopAnswer(q.text, grade, round(p, 4), sentence, shown.value, shown.low, shown.high, shown.unit, claims)


def of_orders(record: Tables) -> TopAnswer:
    """What each rival's orders would have brought beside history's: aviation fuel denied, days, aircraft; Portal's number.

    Graded by whether Portal's orders deny more aviation fuel than history's, draw by draw.
    """
    from ..directives.plan import BUILT_IN

    base = next(name for name in BASES if name in BUILT_IN)
    rivals = {who: name for who, name in RIVALS.items() if name in BUILT_IN}
    values = outcomes_of(record, (base, *rivals.values()), base=base, draws=WAR_DRAWS)
    gained = {who: values[name][DENIED] - values[base][DENIED] for who, name in rivals.items()}
    p = g.probability(g.arms(gained["Portal's"] > 0, gained["Portal's"] <= 0), WAR_DRAWS)
    middle, low, high = g.interval(gained["Portal's"])
    said = [f"{who} {_beside(values[name], values[base])}" for who, name in rivals.items()]
    own = values[base]
    said.append(
        f"history's own denied {g.shown(own[DENIED])} t, with {g.shown(own[MISSING_AIRCRAFT])} aircraft missing on oil"
    )
    more = "" if p > 0.5 else " not"
    return TopAnswer(
        ORDERS,
        g.grade_of(p),
        round(p, 4),
        f"{g.LEADS[g.grade_of(p)]}, Portal's would{more} have denied more: {'; '.join(said)}.",
        middle,
        low,
        high,
        "t of aviation fuel denied beyond history, October 1944-April 1945",
        ("C16", "C43", "C49"),
    )


def _beside(arm: Mapping[str, np.ndarray], base: Mapping[str, np.ndarray]) -> str:
    """An arm beside history's orders in words."""
    fuel, lost = arm[DENIED] - base[DENIED], arm[MISSING_AIRCRAFT] - base[MISSING_AIRCRAFT]
    days = (arm[DAYS] - base[DAYS])[np.isfinite(arm[DAYS]) & np.isfinite(base[DAYS])]
    when = f", the stock under a month's need {_more(days, 'days sooner', 'days later')}" if len(days) else ""
    lost_more = _more(lost, "more aircraft missing on oil", "fewer aircraft missing on oil")
    return f"{_more(fuel, 't more aviation fuel denied', 't less aviation fuel denied')}{when}, {lost_more}"


def _more(values: np.ndarray, up: str, down: str) -> str:
    """A difference in words: ``58,000 (32,000 to 91,000) t more``; an interval with both signs keeps its signs."""
    middle, low, high = g.interval(values)
    words, sizes = (up, values) if middle >= 0 else (down, -values)
    return f"{g.shown(sizes, '{:+,.0f}' if low < 0 < high else '{:,.0f}')} {words}"


def answer_json(lines: Sequence[TopAnswer]) -> list[dict[str, Any]]:
    """The answer as plain objects."""
    return [line._asdict() | {"claims": list(line.claims)} for line in lines]


# The worth of the missing page: which fact that is not in the record would settle most, over the draws.


class MissingPage(NamedTuple):
    """A fact that the record lacks, and what it is worth.

    fact, work: what it is and where it would stand; claims: those that wait for it
    certainty: how far it is expected to move the probabilities of these claims, summed
    """

    fact: str
    work: str
    claims: tuple[str, ...]
    certainty: float


def missing_pages(verdicts: Sequence[Verdict]) -> list[MissingPage]:
    """Facts that claims wait for, those of most worth first; a fact that several wait for counts with each.

    A fact is worth how far learning its unknown moves the probability over the draws; one that would settle all of a claim, as
    far as certainty would. A claim of which nothing is known stands at even odds.
    """
    pages: dict[tuple[str, str], tuple[str, dict[str, float]]] = {}
    for v in verdicts:
        for need in v.needs:
            _, claims = pages.setdefault((need.work, need.fact), (need.fact, {}))
            claims[v.claim_id] = max(claims.get(v.claim_id, 0.0), _gain(v, need.unknown))
    found = [
        MissingPage(fact, work, tuple(claims), round(sum(claims.values()), 3))
        for (work, _), (fact, claims) in pages.items()
    ]
    return sorted(found, key=lambda page: (-page.certainty, -len(page.claims), page.fact))


def _gain(v: Verdict, unknown: str) -> float:
    if v.grade in (g.JUDGEMENT, g.FAILED):
        return 0.0
    if v.grade == g.NO_DATA or v.p is None:
        return g.worth_of_all(0.5)
    if unknown:
        return next((gain for words, gain in v.worth.items() if words == unknown or words.startswith(unknown)), 0.0)
    return g.worth_of_all(v.p)
