"""The claims that can be tested: claim id to test, the tables it needs and the bounds of its rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from oilplan.argument.finding import Finding
from oilplan.argument.ledger import Ledger

if TYPE_CHECKING:
    from oilplan.argument.verdict import Verdict

FAMILIES = (
    "benzol",
    "road_transport",
    "fuel",
    "campaign",
    "concentration",
    "marginal",
    "eleven",
    "forecasts",
    "texts",
    "timeline",
    "shares",
    "reach",
    "losses",
    "opportunity",
    "cities",
    "counterfactual",
)
"""Modules of the package that hold tests; each imports from below the registry only."""
RULE_COLUMNS = ("supported_if", "contradicted_if", "undetermined_if")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_WORDS = {"one": 1.0, "two": 2.0, "three": 3.0}


class Case(NamedTuple):
    """What a test is given.

    ledger: the record, which writes down the rows used and draws their errors
    bounds: the numbers of the printed rule, by the names that the test gave them
    settled: verdicts on the claims that the test says it follows from
    """

    ledger: Ledger
    bounds: Mapping[str, float]
    settled: Mapping[str, Verdict]


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
