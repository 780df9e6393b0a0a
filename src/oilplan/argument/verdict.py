"""From a claim to a verdict: run the test that was fixed for it, grade it, and say what the answer rests on."""

from __future__ import annotations

import functools
import traceback as traces
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..errors import OilplanError
from ..record import weak_row
from ..record.read import nearest
from ..record.tables import TABLES
from . import grade as g
from .finding import (
    AnswerCurve,
    AnswerPart,
    Attribution,
    Case,
    ClaimReading,
    ClaimTest,
    Finding,
    MissingFact,
    ModelDraws,
    attribution,
    claim_tests,
    printed_numbers,
    printed_rule,
)
from .ledger import N_DRAWS, Ledger, Missing, Tables, sides_of, words_of

Row = tuple[str, str]
MEANT = "which reading of the words is meant"
CLEAR = 2.5
"""Standard errors by which an unknown of the war must move a result to be named."""
NTH = ("first", "second", "third", "fourth", "fifth")
FEW_VALUES = len(NTH)
MOST_UNKNOWNS = 60
"""Unknowns tried together for what a verdict hangs on: those that run most along with it."""


class Evidence(NamedTuple):
    """One row that speaks for or against a claim: where it stands, what it says, and its source."""

    table: str
    row_id: str
    says: str
    source: str


class Verdict(NamedTuple):
    """The verdict on one claim.

    claim_id, quote, date, test_from: as the record has them; rule: the printed rule; who: speaker, reporter, drafter
    grade: one of `oilplan.argument.grade.GRADES`; p: probability that the claim holds, None where none is given
    verdict: the grade in the three words of the first version, or "failed" where the test itself broke
    sentence: the answer in one sentence; answer: with what else there is to say
    value, low, high: median, 5th and 95th percentile of ``quantity`` in ``unit``
    hangs_on: the unknown that moves the probability most; worth: how far learning each unknown is expected to move
        the probability, by its words
    record_rows: (table, row_id) of every row used; recalled_rows: those of them that are weak
    reason, readings, parts, curve, draws, needs: see `Finding`; evidence_for, evidence_against: rows on either side
    traceback: of a test that broke, else empty
    """

    claim_id: str
    quote: str
    date: str
    who: Attribution
    test_from: str
    grade: str
    p: float | None
    sentence: str
    answer: str
    quantity: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    rule: str
    reason: str
    record_rows: tuple[Row, ...]
    recalled_rows: tuple[Row, ...]
    draws: ModelDraws | None
    hangs_on: str
    worth: dict[str, float]
    needs: tuple[MissingFact, ...]
    readings: tuple[ClaimReading, ...]
    evidence_for: tuple[Evidence, ...]
    evidence_against: tuple[Evidence, ...]
    parts: tuple[AnswerPart, ...]
    curve: AnswerCurve | None
    traceback: str = ""

    @property
    def verdict(self) -> str:
        """The grade in the words of the first version: supported, contradicted, undetermined, failed."""
        return g.OLD_WORDS.get(self.grade, "undetermined")

    @property
    def would_change(self) -> str:
        """What would change the grade: the facts it waits for, else what it hangs on."""
        if self.needs:
            return "to see " + "; ".join(n.fact for n in self.needs)
        return self.hangs_on

    @property
    def rests_on_recalled(self) -> float:
        """Share of the rows used that are marked (`oilplan.record.WEAK_MEANING`), 0 to 1."""
        return len(self.recalled_rows) / len(self.record_rows) if self.record_rows else 0.0


def verdicts(
    record: Tables, claim_ids: Sequence[str] = (), progress: Callable[[int, int], None] = lambda *_: None
) -> list[Verdict]:
    """The verdicts on claims, in the record's order; all of them when none is named.

    record: a `Record`, or anything with its ``rows`` (and ``hash`` and ``sources`` for claims on a model)
    progress: called with the claims done and all of them, before each test

    Raises OilplanError, naming the nearest, for a claim that the record does not have.
    """
    claims = {row["claim_id"]: row for row in record.rows("claims").values()}
    wanted = named(claim_ids, list(claims))
    tests = claim_tests()
    followed = [f for c in wanted if c in tests for f in tests[c].follows if f in claims]
    order = sorted(dict.fromkeys([*wanted, *followed]), key=lambda c: c in tests and bool(tests[c].follows))
    found: dict[str, Verdict] = {}
    for done, claim_id in enumerate(order):
        progress(done, len(order))
        found[claim_id] = weigh(claims[claim_id], record, found)
    progress(len(order), len(order))
    return [found[c] for c in claims if c in wanted]


def named(claim_ids: Sequence[str], known: Sequence[str]) -> list[str]:
    """Claims asked for, all known ones when none is. Raises OilplanError, naming the nearest, for one not known."""
    wanted = list(dict.fromkeys(c.upper() for c in claim_ids)) or list(known)
    for claim_id in wanted:
        if claim_id not in known:
            raise OilplanError(f"no claim '{claim_id}'; nearest: {', '.join(nearest(claim_id, sorted(known)))}.")
    return wanted


def weigh(claim: dict, record: Tables, settled: dict[str, Verdict]) -> Verdict:
    """The verdict on one claim.

    claim: a row of `claims`; settled: verdicts that a roll-up follows from

    A claim without a test, a rule that no longer says what the test was written for and data that are missing give "no
    data", with the reason. A test that breaks gives "failed", with the fault and its traceback.
    """
    ledger = Ledger(record)
    test = claim_tests().get(claim["claim_id"])
    if test is None:
        return _verdict(
            claim, ledger, _lacking(claim, "a test of this claim", "", "no test is registered for the claim")
        )
    stray = {name: b for name, b in test.bounds.items() if b not in printed_numbers(claim)}
    if stray:
        return _verdict(claim, ledger, _rule_changed(claim, stray))
    if broken := [c for c in test.follows if c in settled and settled[c].grade == g.FAILED]:
        return _verdict(claim, ledger, _failed(claim, f"it follows from {', '.join(broken)}, whose own test failed"))
    try:
        return _verdict(claim, ledger, _run(test, ledger, settled, claim))
    except Exception as fault:  # a fault of one test must not take the verdicts on the other claims with it
        why = f"{type(fault).__name__}: {fault}"
        return _verdict(claim, Ledger(record), _failed(claim, why))._replace(traceback=traces.format_exc())


def _run(test: ClaimTest, ledger: Ledger, settled: dict[str, Verdict], claim: dict) -> Finding:
    try:
        for table in test.needs:
            ledger.rows(table)
        return test.test(Case(ledger, test.bounds, settled, test.claim_id))
    except Missing as gap:
        return _lacking(claim, str(gap), test.work)
    except OilplanError as fault:
        return _lacking(claim, f"figures that the test can use ({fault})", test.work)


def _verdict(claim: dict, ledger: Ledger, f: Finding) -> Verdict:
    p = None if f.rule is None else g.probability(f.rule, f.draws.n if f.draws else None)
    grade = f.grade or (g.NO_DATA if p is None else g.grade_of(p))
    value, low, high = (None,) * 3 if f.measure is None else g.interval(f.measure)
    hangs_on, worth = _hangs_on(ledger, f, grade)
    for_it, against = _evidence(claim, ledger, f)
    sentence = f"{g.LEADS[grade]}: {f.fact}."
    weak = tuple(k for k in ledger.used if weak_row(ledger.record.rows(k[0])[k[1]]))
    edge = "" if f.grade else edge_words(p)
    as_found = ("quantity", "unit", "reason", "draws", "needs", "readings", "parts", "curve")
    return Verdict(
        **{name: claim[name] for name in ("claim_id", "quote", "test_from")},
        date=claim["date_printed"],
        who=attribution(claim, ledger.record),
        rule=printed_rule(claim),
        grade=grade,
        p=p if grade not in (g.JUDGEMENT, g.NO_DATA, g.FAILED) else None,
        sentence=sentence,
        answer=" ".join(filter(None, (sentence, f.detail, edge))),
        value=value,
        low=low,
        high=high,
        record_rows=ledger.used,
        recalled_rows=weak,
        hangs_on=hangs_on,
        worth=worth,
        evidence_for=for_it,
        evidence_against=against,
        **{name: getattr(f, name) for name in as_found},
    )


def edge_words(p: float | None) -> str:
    """A sentence where a probability is near the bound of its grade; else empty."""
    other = g.near_edge(p)
    return f"This is near the edge of “{g.WORDS[other]}”." if other else ""


def _hangs_on(ledger: Ledger, f: Finding, grade: str) -> tuple[str, dict[str, float]]:
    """The unknown that moves the credit (or, where that never moves, the measure) most, in words; and the worth of each."""
    if grade in (g.NO_DATA, g.FAILED, g.JUDGEMENT):
        return "; ".join(n.fact for n in f.needs) or "a reading of the documents", {}
    words = {name: u.words for name, u in ledger.unknowns.items()} | {n: n for n in f.unknowns or {}}
    drawn = {name: u.values for name, u in ledger.unknowns.items()} | dict(f.unknowns or {})
    if f.rule is not None and f.readings and len(f.rule.supports) > N_DRAWS:
        of_readings = len(f.rule.supports) // N_DRAWS
        words[MEANT], drawn[MEANT] = MEANT, np.repeat(np.arange(of_readings), N_DRAWS) + 1.0
    credit = None if f.rule is None else f.rule.credit
    result = f.measure if credit is None or np.ptp(credit) == 0 else credit
    if result is None or not drawn:
        return "no figure that is in doubt", {}
    top = _foremost(drawn, np.asarray(result, float), f.draws)
    moves = g.leaning(top, result)
    asked = {n.unknown for n in f.needs}
    named = {n: v for n, v in drawn.items() if n not in (f.unknowns or {}) and (n in top or words[n] in asked)}
    worth = {words[n]: round(g.worth(f.rule, v), 4) for n, v in named.items()} if f.rule else {}
    if not moves:
        return "nothing that is in doubt: whatever it is, the side is the same", worth
    if f.draws:
        chance = CLEAR / np.sqrt(f.draws.n)
        moves = {n: m for n, m in moves.items() if n not in (f.unknowns or {}) or abs(m) >= chance}
    if not moves:
        return "no one thing: the weather and the luck of the war as a whole", worth
    name = max(moves, key=lambda n: abs(moves[n]))
    if f.rule is None or np.ptp(f.rule.credit) == 0:
        return f"{words[name]}; whatever it is, the side is the same", worth
    return f"{words[name]}: {_moves(f.rule, top[name])}", worth


def _moves(rule: g.Arms, unknown: np.ndarray) -> str:
    """How the probability of a claim moves with an unknown: by its ends, or by its few values."""
    unknown = np.resize(unknown, len(rule.supports))
    values = np.unique(unknown)
    if len(values) > FEW_VALUES:
        first, last = g.ends(rule, unknown)
        return f"P {first:.2f} at its low end, {last:.2f} at its high end"
    each = [float(rule.credit[unknown == v].mean()) for v in values]
    if set(values) <= {0.0, 1.0}:
        return f"P {each[1]:.2f} if so, {each[0]:.2f} if not"
    return "P " + ", ".join(f"{p:.2f} by the {nth}" for p, nth in zip(each, NTH, strict=False))


def _foremost(drawn: dict[str, np.ndarray], result: np.ndarray, draws: ModelDraws | None) -> dict[str, np.ndarray]:
    """The unknowns that run most along with a result: at most `MOST_UNKNOWNS`, and one for ten worlds of the war."""
    alone = {n: abs(next(iter(g.leaning({n: v}, result).values()), 0.0)) for n, v in drawn.items()}
    most = MOST_UNKNOWNS if draws is None else min(MOST_UNKNOWNS, draws.n // 10)
    return {n: drawn[n] for n in sorted(alone, key=lambda n: -alone[n])[:most]}


def _evidence(claim: dict, ledger: Ledger, f: Finding) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
    """Rows that the test names, and rows of the record whose ``bears`` says on which side of this claim they stand."""
    sides: dict[str, dict[Row, None]] = {
        "for": dict.fromkeys(f.evidence_for),
        "against": dict.fromkeys(f.evidence_against),
    }
    for table in gathered_in(ledger.record):
        for row in ledger.record.rows(table).values():
            side = sides_of(row, claim["claim_id"])
            if side in sides:
                sides[side].setdefault((table, row["row_id"]))
    return _said(ledger.record, sides["for"]), _said(ledger.record, sides["against"])


@functools.lru_cache(maxsize=4)
def gathered_in(record: Tables) -> tuple[str, ...]:
    """Tables with rows that say on which side of a claim they stand."""
    return tuple(t for t in TABLES if any(row.get("bears") for row in record.rows(t).values()))


def _said(record: Tables, keys: dict[Row, None]) -> tuple[Evidence, ...]:
    out = []
    for table, row_id in keys:
        row: dict[str, Any] = record.rows(table)[row_id]
        says = words_of(row) or row.get("note") or row_id
        out.append(Evidence(table, row_id, says, row.get("source") or row.get("estimate_source") or ""))
    return tuple(out)


def _lacking(claim: dict, gap: str, work: str, reason: str = "") -> Finding:
    return Finding(
        fact=f"the record lacks {gap}",
        quantity=claim["test_quantity"],
        unit="",
        reason=reason or f"missing: {gap}",
        grade=g.NO_DATA,
        needs=(MissingFact(gap, work or "no work is known"),),
    )


def _failed(claim: dict, why: str) -> Finding:
    what = f"the test of this claim failed on this record ({why}); please report it"
    return Finding(what, claim["test_quantity"], "", what, grade=g.FAILED)


def _rule_changed(claim: dict, stray: dict[str, float]) -> Finding:
    what = ", ".join(f"{name} = {bound:g}" for name, bound in stray.items())
    return _lacking(claim, "a test written for the rule as it now stands", "", f"the printed rule has no longer {what}")
