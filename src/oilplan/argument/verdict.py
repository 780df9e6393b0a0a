"""From a claim to a verdict: run the test that was fixed for it, and say what the answer rests on."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from typing import NamedTuple

from oilplan.argument import TESTS, Attribution, Case, Curve, Draws, Finding, Ledger, Missing, Part
from oilplan.argument.attribution import attribution
from oilplan.argument.finding import FAILED, UNDETERMINED
from oilplan.argument.flip import flipping_row
from oilplan.argument.ledger import Tables
from oilplan.argument.registry import ClaimTest, printed_numbers, printed_rule
from oilplan.errors import OilplanError
from oilplan.record import is_weak
from oilplan.record.read import nearest

UNDECIDABLE = "no row that the tables of today could take would decide it"


class Verdict(NamedTuple):
    """The verdict on one claim.

    claim_id, quote, date, test_from: as the record has them; rule: the printed rule; who: speaker, reporter, drafter
    verdict: an outcome of `Finding`, or "failed" where the test itself broke, which is no verdict
    answer, quantity, unit, value, low, high, reason, parts, curve, draws, needs, would_change: see `Finding`
    record_rows: (table, row_id) of every row used; recalled_rows: those of them that are weak
    traceback: of a test that broke, else empty
    """

    claim_id: str
    quote: str
    date: str
    who: Attribution
    test_from: str
    verdict: str
    answer: str
    quantity: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    rule: str
    reason: str
    record_rows: tuple[tuple[str, str], ...]
    recalled_rows: tuple[tuple[str, str], ...]
    draws: Draws | None
    would_change: str
    needs: tuple[str, ...]
    parts: tuple[Part, ...]
    curve: Curve | None
    traceback: str = ""

    @property
    def rests_on_recalled(self) -> float:
        """Share of the rows used that are marked (`oilplan.record.WEAK_MEANING`), 0 to 1."""
        return len(self.recalled_rows) / len(self.record_rows) if self.record_rows else 0.0


def verdicts(
    record: Tables, claim_ids: Sequence[str] = (), progress: Callable[[int, int], None] = lambda *_: None
) -> list[Verdict]:
    """The verdicts on claims, in the record's order; all of them when none is named.

    record: a `Record`, or anything with its ``rows`` (and ``table`` and ``hash`` for claims on the model)
    progress: called with the claims done and all of them, before each test

    Raises OilplanError, naming the nearest, for a claim that the record does not have.
    """
    claims = {row["claim_id"]: row for row in record.rows("claims").values()}
    wanted = list(dict.fromkeys(c.upper() for c in claim_ids)) or list(claims)
    for claim_id in wanted:
        if claim_id not in claims:
            raise OilplanError(f"no claim '{claim_id}'; nearest: {', '.join(nearest(claim_id, sorted(claims)))}.")
    settled: dict[str, Verdict] = {}
    order = sorted(_with_followed(wanted, claims), key=lambda c: c in TESTS and bool(TESTS[c].follows))
    for done, claim_id in enumerate(order):
        progress(done, len(order))
        settled[claim_id] = weigh(claims[claim_id], record, settled)
    progress(len(order), len(order))
    return [settled[c] for c in claims if c in wanted]


def _with_followed(wanted: list[str], claims: dict[str, dict]) -> list[str]:
    more = [f for c in wanted if c in TESTS for f in TESTS[c].follows if f in claims]
    return list(dict.fromkeys([*wanted, *more]))


def weigh(claim: dict, record: Tables, settled: dict[str, Verdict]) -> Verdict:
    """The verdict on one claim.

    claim: a row of `claims`; settled: verdicts that a roll-up follows from

    A claim without a test, a rule that no longer says what the test was written for and data that are missing give
    "undetermined", with the reason. A test that breaks gives "failed", with the fault and its traceback.
    """
    test = TESTS.get(claim["claim_id"])
    if test is None:
        return _verdict(claim, record, _unwritten(claim), ())
    stray = {name: b for name, b in test.bounds.items() if b not in printed_numbers(claim)}
    if stray:
        return _verdict(claim, record, _rule_changed(claim, stray), ())
    if broken := [c for c in test.follows if c in settled and settled[c].verdict == FAILED]:
        return _verdict(
            claim, record, _failed(claim, f"it follows from {', '.join(broken)}, whose own test failed"), ()
        )
    try:
        finding, used = _run(test, record, settled, claim)
    except Exception as fault:  # a fault of one test must not take the verdicts on the other claims with it
        why = f"{type(fault).__name__}: {fault}"
        return _verdict(claim, record, _failed(claim, why), ())._replace(traceback=traceback.format_exc())
    if not finding.would_change:
        finding = finding._replace(would_change=_would_change(test, finding, used, record, settled, claim))
    return _verdict(claim, record, finding, used)


def _run(test: ClaimTest, record: Tables, settled: dict[str, Verdict], claim: dict) -> tuple[Finding, tuple]:
    ledger = Ledger(record)
    try:
        for table in test.needs:
            ledger.rows(table)
        finding = test.test(Case(ledger, test.bounds, settled))
        if test.undecidable:
            finding = finding._replace(reason=f"{finding.reason}; {UNDECIDABLE}")
        return finding, ledger.used
    except Missing as gap:
        return _lacking(claim, str(gap)), ledger.used
    except OilplanError as fault:
        return _lacking(claim, f"figures that the test can use ({fault})"), ledger.used


def _would_change(test, finding, used, record, settled, claim) -> str:
    if finding.needs:
        return "to see " + "; ".join(finding.needs)
    if not test.changed_by_row:
        return "no single row"
    return flipping_row(finding.outcome, used, record, lambda r: _run(test, r, settled, claim)[0].outcome)


def _verdict(claim: dict, record: Tables, f: Finding, used: tuple) -> Verdict:
    weak = tuple(k for k in used if is_weak(*(record.rows(k[0])[k[1]][c] for c in ("status", "confidence"))))
    return Verdict(
        claim["claim_id"],
        claim["quote"],
        claim["date_printed"],
        attribution(claim, record),
        claim["test_from"],
        f.outcome,
        f.answer,
        f.quantity,
        f.value,
        f.low,
        f.high,
        f.unit,
        printed_rule(claim),
        f.reason,
        used,
        weak,
        f.draws,
        f.would_change,
        f.needs,
        f.parts,
        f.curve,
    )


def _lacking(claim: dict, gap: str) -> Finding:
    return Finding(
        outcome=UNDETERMINED,
        answer=f"Nobody can say from this record: it lacks {gap}.",
        quantity=claim["test_quantity"],
        unit="",
        reason=f"missing: {gap}",
        needs=(gap,),
    )


def _failed(claim: dict, why: str) -> Finding:
    what = f"the test of this claim failed on this record ({why}); please report it"
    return Finding(
        outcome=FAILED,
        answer=f"No verdict: {what}.",
        quantity=claim["test_quantity"],
        unit="",
        reason=what,
        would_change="a test that works on this record",
    )


def _rule_changed(claim: dict, stray: dict[str, float]) -> Finding:
    what = ", ".join(f"{name} = {bound:g}" for name, bound in stray.items())
    return Finding(
        outcome=UNDETERMINED,
        answer="The rule was changed after its test was written, so the test is not run.",
        quantity=claim["test_quantity"],
        unit="",
        reason=f"the printed rule has no longer {what}",
        needs=("a test written for the rule as it now stands",),
    )


def _unwritten(claim: dict) -> Finding:
    return Finding(
        outcome=UNDETERMINED,
        answer="This claim has no test yet.",
        quantity=claim["test_quantity"],
        unit="",
        reason="no test is registered for the claim",
        needs=("a test of the claim",),
    )
