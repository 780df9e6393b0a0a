"""What a test of a claim hands back (a fact with its number, the rule on draws, what it rests on), and the tests that there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from .grade import Arms, grade_of, interval, probability
from .ledger import Ledger, Tables

if TYPE_CHECKING:
    import numpy as np


class ModelDraws(NamedTuple):
    """Draws of the model that a finding rests on: how many, from what, which key, which fit."""

    n: int
    source: str
    key: int
    fit: str | None


class AnswerCurve(NamedTuple):
    """One curve with its band: N points; ``low`` and ``high`` bound 90 percent of the draws."""

    title: str
    x_label: str
    y_label: str
    x: tuple[float, ...]
    middle: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def curve_of(title: str, x_label: str, y_label: str, x: Iterable[float], draws: Iterable[np.ndarray]) -> AnswerCurve:
    """A curve through draws [D] of each of its points."""
    bands = zip(*(interval(of_point) for of_point in draws), strict=True)
    return AnswerCurve(title, x_label, y_label, tuple(x), *bands)


class AnswerPart(NamedTuple):
    """One line of the table under an answer; ``weak`` marks a recalled figure; grade, p: of a part of a compound claim."""

    label: str
    text: str
    note: str = ""
    weak: bool = False
    grade: str = ""
    p: float | None = None


class ClaimReading(NamedTuple):
    """One way to read the words of a claim: what it takes them to mean, what was found, and how it is graded.

    grade, p: None where that reading cannot be put to the rule
    """

    label: str
    text: str
    grade: str | None = None
    p: float | None = None


class MissingFact(NamedTuple):
    """A fact that the record lacks: what it is, the work in which it would stand, and the unknown of the draws that it
    would settle (empty: all of the claim)."""

    fact: str
    work: str
    unknown: str = ""


def unless(settled: Any, *facts: MissingFact) -> tuple[MissingFact, ...]:
    """The facts that would settle a claim, none where it is settled."""
    return () if settled else facts


class Finding(NamedTuple):
    """The outcome of one test.

    fact: one clause in plain words with its number, unit and name; it says what was found, not which side it favours
    quantity, unit: what was measured, and in what
    measure: [D] draws of it, or None where nothing could be measured
    rule: the arms on the same draws; None for a claim that is not graded by draws
    reason: how the rule was applied
    detail: further sentences
    grade: a grade that no probability gives (mixed, judgement, no data), else empty
    readings, parts, curve: shown under the answer
    draws: draws of the model, if the model was used
    needs: what would settle it, where it is not settled
    evidence_for, evidence_against: (table, row_id) that speak for and against, beside the rows whose ``bears`` says so
    unknowns: further drawn quantities that it may hang on, by name
    """

    fact: str
    quantity: str
    unit: str
    reason: str
    measure: np.ndarray | None = None
    rule: Arms | None = None
    detail: str = ""
    grade: str = ""
    readings: tuple[ClaimReading, ...] = ()
    parts: tuple[AnswerPart, ...] = ()
    curve: AnswerCurve | None = None
    draws: ModelDraws | None = None
    needs: tuple[MissingFact, ...] = ()
    evidence_for: tuple[tuple[str, str], ...] = ()
    evidence_against: tuple[tuple[str, str], ...] = ()
    unknowns: Mapping[str, np.ndarray] | None = None


def reading_of(label: str, text: str, rule: Arms, known_draws: int | None = None) -> ClaimReading:
    """A reading with the grade that its own rule earns; known_draws: as in `oilplan.argument.grade.probability`."""
    p = probability(rule, known_draws)
    return ClaimReading(label, text, grade_of(p), p)


def readings_of(
    rules: Mapping[str, Arms], texts: Mapping[str, str], known_draws: int | None = None
) -> tuple[ClaimReading, ...]:
    """Readings by their labels, each graded by its own rule."""
    return tuple(reading_of(label, texts[label], rule, known_draws) for label, rule in rules.items())


def graded_part(label: str, text: str, rule: Arms, known_draws: int | None = None) -> AnswerPart:
    """A part of a compound claim with the grade that its own rule earns."""
    p = probability(rule, known_draws)
    return AnswerPart(label, text, grade=grade_of(p), p=p)


# The claims that can be tested: claim id to test, the tables it needs and the bounds of its rule.

if TYPE_CHECKING:
    from .verdict import Verdict

FAMILIES = (
    *("benzol", "road_transport", "fuel", "campaign", "concentration", "marginal", "eleven", "forecasts"),
    *("texts", "shares", "reach", "losses", "opportunity", "cities", "counterfactual"),
)
"""Modules of the package that hold tests; each imports from below the registry only."""
RULE_COLUMNS = ("supported_if", "contradicted_if", "undetermined_if")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_WORDS = {"one": 1.0, "two": 2.0, "three": 3.0}


class Case(NamedTuple):
    """What a test is given.

    ledger: the record, which writes down the rows used and draws their errors
    bounds: the numbers of the printed rule, by the names that the test gave them
    settled: verdicts on the claims that the test says it follows from; claim_id: of the claim
    """

    ledger: Ledger
    bounds: Mapping[str, float]
    settled: Mapping[str, Verdict]
    claim_id: str = ""


class ClaimTest(NamedTuple):
    """A test of one claim.

    needs: tables without which there is no verdict; work: where the missing figures would stand
    bounds: every number of the printed rule that the test uses; follows: claims whose verdicts it rolls up
    """

    claim_id: str
    test: Callable[[Case], Finding]
    needs: tuple[str, ...]
    work: str
    bounds: Mapping[str, float]
    follows: tuple[str, ...]


TESTS: dict[str, ClaimTest] = {}
"""Filled by `claim_tests`."""


def claim_tests() -> dict[str, ClaimTest]:
    """Every test by claim id; the modules that hold them are read at the first call."""
    for family in FAMILIES:
        import_module(f"oilplan.argument.{family}")
    return TESTS


def decides(
    claim_id: str, *, needs: tuple[str, ...], work: str, follows: tuple[str, ...] = (), **bounds: float
) -> Callable[[Callable[[Case], Finding]], Callable[[Case], Finding]]:
    """Register the decorated function as the test of a claim. Raises ValueError for a claim that has one."""

    def register(test: Callable[[Case], Finding]) -> Callable[[Case], Finding]:
        if claim_id in TESTS:
            raise ValueError(f"two tests of {claim_id}: {TESTS[claim_id].test.__name__} and {test.__name__}")
        TESTS[claim_id] = ClaimTest(claim_id, test, needs, work, bounds, follows)
        return test

    return register


def printed_rule(claim: dict) -> str:
    """The rule as the record prints it, on one line."""
    return f"supported if: {claim['supported_if']}; contradicted if: {claim['contradicted_if']}; " + (
        f"even odds if: {claim['undetermined_if']}"
    )


def printed_numbers(claim: dict) -> frozenset[float]:
    """Every number in the two arms of a claim's printed rule, those in words (one to three) included."""
    text = " ".join(claim[column] for column in RULE_COLUMNS[:2])
    digits = {float(found.replace(",", "")) for found in _NUMBER.findall(text)}
    return frozenset(digits | {n for word, n in _WORDS.items() if re.search(rf"\b{word}\b", text, re.IGNORECASE)})


# Who said the words, who reports them and who drafted them: three persons, never one.

_REPORTED = re.compile(
    r"^(?P<speaker>[^(]+?)\s*\((?:as |view )?(?:quoted|reported|attributed) by (?P<reporter>[^)]+)\)$"
)
_QUOTING = re.compile(r"^(?P<reporter>.+?) quoting (?P<speaker>.+)$")
_NARRATOR = re.compile(r"narrator(s?) of seeds? [\d/;]+ \(([^)]+)\)")
_DAY = re.compile(r"19\d\d-\d\d-\d\d")


class Attribution(NamedTuple):
    """speaker: whose words they are; reporter: who passes them on; drafter: who wrote them for the speaker, if known;
    printed: the record's own words on it."""

    speaker: str
    reporter: str
    drafter: str | None
    printed: str


def attribution(claim: dict, record: Tables) -> Attribution:
    """Part the three persons of a claim.

    claim: a row of `claims`; record: for the drafter, from the letter of that day, sender and addressee in `letters`.

    The reporter is the person named beside the speaker, else the narrator of the passage, who prints the words. No
    drafter is given for words that the record ascribes to a narrator, nor where no letter matches.
    """
    printed = claim["speaker"]
    parted = _REPORTED.match(printed) or _QUOTING.match(printed)
    speaker = _in_words(parted["speaker"] if parted else printed)
    reporter = _in_words(parted["reporter"]) if parted else _narrator(claim, record)
    return Attribution(speaker, reporter, _drafter(claim, speaker, record), printed)


def _in_words(person: str) -> str:
    """A person as the record has it; a narrator by the work rather than by the passages."""
    return _NARRATOR.sub(r"the narrator\1 (\2)", person.strip())


def _narrator(claim: dict, record: Tables) -> str:
    if claim["speaker"].startswith("narrator"):
        return _in_words(claim["speaker"])
    key = claim["source_keys"].split(";")[0]
    work = record.sources[key].short if key in record.sources else key
    passages = claim["seed"].split(";")
    return f"the narrator of {work}, passage{'s' if len(passages) > 1 else ''} {' and '.join(passages)}"


def _drafter(claim: dict, speaker: str, record: Tables) -> str | None:
    days = _DAY.findall(claim["date_printed"])
    for letter in record.rows("letters").values():
        if letter["from"] == speaker and letter["to"] == claim["addressee"] and letter["date"] in days:
            return letter["drafted_by"]
    return None
