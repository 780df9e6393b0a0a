"""The argument: claims put to their rules, graded, and the answer that follows from them."""

from oilplan.argument.finding import AnswerCurve, AnswerPart, ClaimReading, Finding, MissingFact, ModelDraws
from oilplan.argument.grade import GRADES
from oilplan.argument.ledger import Ledger, Missing
from oilplan.argument.registry import TESTS, Case, ClaimTest, claim_tests
from oilplan.argument.verdict import Verdict, verdicts

__all__ = [
    "GRADES",
    "TESTS",
    "AnswerCurve",
    "AnswerPart",
    "Case",
    "ClaimReading",
    "ClaimTest",
    "Finding",
    "Ledger",
    "Missing",
    "MissingFact",
    "ModelDraws",
    "Verdict",
    "claim_tests",
    "verdicts",
]
