"""The letters in order, the directives in force and oil's share of each force's bombs; who said the words; and C53, how many
official letters there were beside the directives."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from ..clock import MONTHS
from ..record import weak_row
from ..units import T_PER_LONG_TON, T_PER_SHORT_TON
from .finding import AnswerPart, Case, Finding, MissingFact, decides
from .grade import arms, shown
from .ledger import N_DRAWS, Ledger, Tables, in_english, period_of, sides_of, words_of
from .shares import FORCES

WAR_END = "1945-05-08"
PRINTED = {"long tons": T_PER_LONG_TON, "short tons": T_PER_SHORT_TON, "tons (long)": T_PER_LONG_TON}


class Letter(NamedTuple):
    """One letter: sender, addressee and drafter apart; ``in_force`` are the directives that bound Bomber Command."""

    letter_id: str
    date: str
    sender: str
    to: str
    drafter: str | None
    gist: str
    weak: bool
    status: str
    in_force: tuple[str, ...]


class Directive(NamedTuple):
    """One directive with the days it bound: ``until`` is the day a later one took its place, or the end of the war."""

    directive_id: str
    start: str
    until: str
    title: str
    bound: str
    priorities: str
    weak: bool


class Share(NamedTuple):
    """Oil's share of a force's bombs in a month, percent; ``weak`` where a recalled or digitised figure is in it."""

    month: str
    force: str
    percent: float
    source: str
    weak: bool


class Timeline(NamedTuple):
    """Letters and directives by date, shares by month and force."""

    letters: tuple[Letter, ...]
    directives: tuple[Directive, ...]
    shares: tuple[Share, ...]


def timeline(record: Tables) -> Timeline:
    """The exchange of letters against what was ordered and what was flown, April 1944 to April 1945."""
    directives = tuple(_directive(r, record) for r in _by_date(record, "directives"))
    letters = tuple(_letter(r, directives) for r in _by_date(record, "letters"))
    every = (oil_share(record, m, f) for m in MONTHS for f in FORCES)
    return Timeline(letters, directives, tuple(s for s in every if s is not None))


def _by_date(record: Tables, table: str) -> list[dict]:
    return sorted(record.rows(table).values(), key=lambda r: r["date"])


def _directive(row: dict, record: Tables) -> Directive:
    until = (row["in_force_until_printed"] or "").strip()
    day = until if until[:2] == "19" else _next_of_rank(row, record)
    return Directive(
        row["directive_id"], row["date"], day, row["title"], row["bound"], row["priorities_in_order"], weak_row(row)
    )


def _next_of_rank(row: dict, record: Tables) -> str:
    """The day of the next numbered directive, for a row that does not say when it ended."""
    later = [
        r["date"]
        for r in record.rows("directives").values()
        if r["date"] > row["date"] and ("Directive No." in r["title"] or "Directive for" in r["title"])
    ]
    return WAR_END if "war's end" in (row["in_force_until_printed"] or "") else min(later, default=WAR_END)


def _letter(row: dict, directives: tuple[Directive, ...]) -> Letter:
    day = row["date"][:10]
    bound = tuple(
        d.directive_id
        for d in directives
        if d.start <= day < d.until and ("Bomber Command" in d.bound or "RAF" in d.bound)
    )
    return Letter(
        row["letter_id"],
        row["date"],
        row["from"],
        row["to"],
        row["drafted_by"],
        row["gist"],
        weak_row(row),
        row["status"],
        bound,
    )


def oil_share(record: Tables, month: str, force: str) -> Share | None:
    """Oil's share of a force's bombs in a month; None where the record lacks the oil or the whole.

    Printed shares and tons are taken first. Else the digitised tons on oil stand over the printed total: the
    tabulation's own totals miss many city raids [record: effort_monthly].
    """
    found = record.rows("claims_evidence").get(f"{month}_{force}_oil_share")
    found = found or record.rows("forces").get(f"{month}_{force}_oil_share")
    if found:
        return Share(month, force, found["value"], found["source"], weak_row(found))
    oil = record.rows("effort_monthly").get(f"{month}_{force}_oil")
    whole = _total_t(record, month, force)
    if oil is None or whole is None or not oil["tons_short_cleaned"]:
        return None
    tons, row = whole
    percent = 100 * oil["tons_short_cleaned"] * T_PER_SHORT_TON / tons
    return Share(month, force, percent, f"digitised tons on oil over {row['source']}", True)


def _total_t(record: Tables, month: str, force: str) -> tuple[float, dict] | None:
    year, number = month.split("-")
    places = (
        ("forces", f"{month}_{force}_total_bombs"),
        ("forces", f"{month}_{force}_total_tonnage"),
        ("forces", f"bc_month_{year}_{number}" if force == "bomber_command" else ""),
    )
    for table, row_id in places:
        row = record.rows(table).get(row_id)
        if row is not None and row["value"] and row["unit"] in PRINTED:
            return row["value"] * PRINTED[row["unit"]], row
    return None


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


# C53: the official letters on oil beside the directives.

AIR_MINISTRY = "Air Ministry files on Bomber Command's targets, AIR 14 and AIR 20"


@decides("C53", needs=("letters", "directives", "claims_evidence"), work=AIR_MINISTRY, enough=2)
def official_communications(case: Case) -> Finding:
    """Official letters to Harris on oil between the directives, 25 September to 30 November 1944."""
    ledger = case.ledger
    orders = {r["date"] for r in ledger.rows("directives")}
    letters = [
        r
        for r in ledger.rows("letters")
        if "1944-09-25" <= r["date"] <= "1944-11-30"
        and r["to"] == "Sir Arthur Harris"
        and "Bottomley" in r["from"]
        and r["date"] not in orders
    ]
    count = np.sum([ledger.stands("letters", r) for r in letters], axis=0) if letters else np.zeros(N_DRAWS)
    more = further_communications(ledger)
    count = count + np.sum([drawn for _, drawn in more], axis=0)
    return Finding(
        f"{shown(count)} official communications to Harris on oil beside the directives are known from 25 September to 30 "
        f"November 1944 ({', '.join(in_english(d) for d in sorted([*(r['date'] for r in letters), *(period_of(r) for r, _ in more)])) or 'none'})",
        "Official letters to Harris on oil beyond the directives",
        "letters",
        "two or more would support it; one speaks for neither side, and the files were not seen. A text that may be part of a "
        "letter already counted, or no letter, counts at even odds",
        count.astype(float),
        arms(count >= case.bounds["enough"], count < 1),
        parts=(
            *(AnswerPart(in_english(r["date"]), r["gist"], r["reference"] or "") for r in letters),
            *(AnswerPart(in_english(period_of(r)), r["says"] or words_of(r), r["source"]) for r, _ in more),
        ),
        needs=()
        if len(letters) >= case.bounds["enough"]
        else (MissingFact("the Air Staff's letters to Bomber Command, September-November 1944", AIR_MINISTRY),),
    )


def further_communications(ledger: Ledger) -> list[tuple[dict, np.ndarray]]:
    """Rows gathered for the claim that tell of a communication of those weeks beside the letters known, with [D] draws of
    whether it counts: rightly read, and at even odds a letter of its own.

    A row of the very day of a letter is that letter.
    """
    days = {r["date"] for r in ledger.rows("letters")}
    rows = [r for r in ledger.rows("claims_evidence") if sides_of(r, "C53") == "for"]
    stated = [r for r in rows if "1944-09-25" <= period_of(r) <= "1944-11-30" and period_of(r) not in days]
    return [
        (
            r,
            ledger.stands("claims_evidence", r)
            & ledger.happens(
                f"whether {r['row_id']} is an official letter of its own",
                0.5,
                f"whether the text of {in_english(period_of(r))} is an official letter of its own",
            ),
        )
        for r in stated
    ]
