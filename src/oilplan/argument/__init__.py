"""The argument: claims put to their rules, graded, and the answer that follows from them."""

from .finding import (
    TESTS,
    AnswerCurve,
    AnswerPart,
    Case,
    ClaimReading,
    ClaimTest,
    Finding,
    MissingFact,
    ModelDraws,
    claim_tests,
)
from .grade import GRADES
from .ledger import Ledger, Missing
from .verdict import Verdict, verdicts
