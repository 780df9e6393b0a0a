"""Who said the words, who reports them and who drafted them: three persons, never one."""

from __future__ import annotations

import re
from typing import NamedTuple

from oilplan.argument.ledger import Tables

_REPORTED = re.compile(
    r"^(?P<speaker>[^(]+?)\s*\((?:as |view )?(?:quoted|reported|attributed) by (?P<reporter>[^)]+)\)$"
)
_QUOTING = re.compile(r"^(?P<reporter>.+?) quoting (?P<speaker>.+)$")
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
    speaker = parted["speaker"].strip() if parted else printed
    reporter = parted["reporter"].strip() if parted else _narrator(claim)
    return Attribution(speaker, reporter, _drafter(claim, speaker, record), printed)


def _narrator(claim: dict) -> str:
    if claim["speaker"].startswith("narrator"):
        return claim["speaker"]
    return f"the narrator of passages {claim['seed']} ({claim['source_keys']})"


def _drafter(claim: dict, speaker: str, record: Tables) -> str | None:
    days = _DAY.findall(claim["date_printed"])
    for letter in record.rows("letters").values():
        if letter["from"] == speaker and letter["to"] == claim["addressee"] and letter["date"] in days:
            return letter["drafted_by"]
    return None
