"""Claims about what the letters say: C12, C21, C26, C30, C31, C51, C52, C53.

A text decides only if its words are in the record. Each rule here is a pair of patterns, one for words that would
support the claim and one for words that would contradict it, tried on every quotation that the record holds for it:
rows gathered for the claim, of the days that its rule admits, and what the claims quote from the same letter. A summary
of a letter is shown, not tried.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import READ
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import Case, decides


class Reading(NamedTuple):
    """How a text is read for one claim.

    asks: what the words must say; supports, contradicts: patterns of words (None where no words could)
    needs: the document that would settle it; author: whose words count
    letter_id: the letter whose excerpts are tried; called: that letter in words
    days: first and last day whose words the rule admits; None for those of the letter alone
    claimed_on: day of the claim, where the rule admits later words: these show a view, not what was answered that day
    """

    asks: str
    supports: str | None
    contradicts: str | None
    needs: str
    author: str
    letter_id: str = "L12"
    called: str = "the letter of 12 December"
    days: tuple[str, str] | None = None
    claimed_on: str = ""


LETTERS_OF_THE_WAR = ("1939-09-01", "1945-05-08")
PORTALS_LETTER = "1944-12-22"
PERIOD_SIGN = re.compile(r"\.\.|/|(?<=\d{4})-(?=\d{4})")
"""What stands between the ends of a period in the record."""

READINGS = {
    "C12": Reading(
        "the letter of 12 December argues against the priority of oil",
        r"oil (plan|policy|offensive)[^.]*unsound",
        r"(accept|agree)[^.]*oil[^.]*(priority|first)",
        "Harris to Portal, 12 December 1944, whole",
        "harris",
    ),
    "C26": Reading(
        "Harris calls oil a panacea",
        r"\boil\b((?!\b(no|not|never)\b)[^.])*panacea|(?<!no )(?<!not a )panacea((?!\b(no|not|never)\b)[^.])*\boil\b",
        r"\boil\b[^.]*\b(no|not|never)\b[^.]*panacea|\b(no|not|never)\b[^.]*panacea[^.]*\boil\b",
        "Harris's letters to Portal, November 1944-January 1945",
        "harris",
        days=LETTERS_OF_THE_WAR,
        claimed_on=PORTALS_LETTER,
    ),
    "C30": Reading(
        "Harris states his dislike of the Ministry",
        r"no faith in [^.]*M\.? ?E\.? ?W",
        r"(every|full|great) (faith|confidence) in [^.]*M\.? ?E\.? ?W",
        "Harris to Portal, 12 December 1944, whole",
        "harris",
        days=LETTERS_OF_THE_WAR,
        claimed_on=PORTALS_LETTER,
    ),
    "C31": Reading(
        "Harris rejects every system put to him",
        r"(no|any) (target )?system[^.]*(never|no faith|reject)",
        r"I (endorse|favour|support) [^.]*(system|transport|oil)",
        "Harris's letters 1943-45 on bearings, oil and transport",
        "harris",
        days=("1943", "1946"),
        claimed_on=PORTALS_LETTER,
    ),
    "C51": Reading(
        "papers that pointed to oil reached High Wycombe and the letter does not answer them",
        None,  # that papers came is half of the rule; that the letter does not answer them, only the whole letter shows
        r"letter answers",
        "distribution lists of oil intelligence, and the letter of 12 December 1944",
        "harris",
        days=("1939-09-01", "1944-12-12"),
    ),
    "C52": Reading(
        "Bufton's minute names the final paragraph",
        r"(final|last) paragraph",
        r"(first|second) paragraph",
        "Bufton's minute to Portal between 12 and 22 December 1944",
        "bufton",
        "L13",
        "Bufton's minute",
    ),
}


def quotations(ledger: Ledger, claim_id: str, author: str, days: tuple[str, str]) -> list[dict]:
    """Rows of `claims_evidence` on a claim, of one author and within some days, whose words were read."""
    on_it = (r for r in ledger.rows("claims_evidence") if claim_id in (r["claim_ids"] or "").split(";") and r["quote"])
    rows = (r for r in on_it if r["status"] in READ and r["about"] == author and within(r["period"], days))
    return ledger.use("claims_evidence", rows)


def within(period: str, days: tuple[str, str]) -> bool:
    """Whether all of a period lies from the first to the last day; a month or a year lasts to its end."""
    ends = PERIOD_SIGN.split(period)
    return days[0] <= ends[0] and ends[-1].ljust(len("YYYY-MM-DD"), "9") <= days[1]


def excerpts(ledger: Ledger, letter: dict) -> list[dict]:
    """Rows of `claims` that quote a letter: its sender speaks, on its day or its span of days."""
    days = letter["date"].split("/")
    rows = (r for r in ledger.rows("claims") if r["speaker"] == letter["from"] and all(d in r["date_printed"] for d in days))
    return ledger.use("claims", rows)


def read_texts(ledger: Ledger, claim_id: str) -> Finding:
    """The finding on one textual claim: by its patterns, on the quotations that the record holds."""
    reading = READINGS[claim_id]
    letter = ledger.one("letters", reading.letter_id)
    first, last = (letter["date"].split("/") * 2)[:2]
    days = reading.days or (first, last)
    parts = [_quoted(r, reading.claimed_on) for r in quotations(ledger, claim_id, reading.author, days)]
    gathered = len(parts)
    parts += [
        Part(f"{reading.called}, in {r['claim_id']}", f"“{r['quote']}”", r["marks_note"] or "")
        for r in excerpts(ledger, letter)
    ]
    summary = Part(f"{reading.called}, as summed up", letter["gist"], letter["verified_part"])
    for_it = [p for p in parts if reading.supports and re.search(reading.supports, p.text, re.IGNORECASE)]
    against = [p for p in parts if reading.contradicts and re.search(reading.contradicts, p.text, re.IGNORECASE)]
    outcome = SUPPORTED if for_it and not against else CONTRADICTED if against and not for_it else UNDETERMINED
    return Finding(
        outcome,
        _answer(reading, for_it, against, parts),
        f"Passages that show that {reading.asks}",
        "passages",
        f"{gathered} passages of the author's words gathered for it and {len(parts) - gathered} excerpts of "
        f"{reading.called}: {len(for_it)} for, {len(against)} against",
        float(len(for_it)),
        float(len(for_it)),
        float(len(for_it)),
        parts=(*parts, summary),
        needs=(reading.needs,) if outcome == UNDETERMINED else (),
        would_change=f"the whole text: {reading.needs}",
    )


def _quoted(row: dict, claimed_on: str) -> Part:
    later = claimed_on and row["period"] > claimed_on
    note = f"; written after {claimed_on}, so it tells his view, not what was answered that day" if later else ""
    return Part(row["period"], f"“{row['quote']}”", row["source"] + note)


def _answer(reading: Reading, for_it: list[Part], against: list[Part], parts: list[Part]) -> str:
    if for_it and against:
        return "The words cut both ways, so it stays open."
    if for_it or against:
        part = (for_it or against)[0]
        return f"{'Yes' if for_it else 'No'}: {part.text} ({part.label}{f', {part.note}' if part.note else ''})."
    if parts:
        return (
            f"Open: the record has only excerpts of {reading.called}, and no passage in it shows that {reading.asks}."
        )
    return f"Open: whether {reading.asks} can only be read in {reading.called}, and the record has no word of it."


@decides("C12", needs=("letters", "claims", "claims_evidence"))
def throws_doubt(case: Case) -> Finding:
    """Whether the letter of 12 December argues against the priority of oil."""
    return read_texts(case.ledger, "C12")


@decides("C26", needs=("letters", "claims", "claims_evidence"))
def another_panacea(case: Case) -> Finding:
    """Whether Harris uses 'panacea' of oil in a letter whose words are here."""
    return read_texts(case.ledger, "C26")


@decides("C30", needs=("letters", "claims", "claims_evidence"))
def dislike_of_mew(case: Case) -> Finding:
    """Whether Harris states a dislike of the Ministry."""
    return read_texts(case.ledger, "C30")


@decides("C31", needs=("letters", "claims", "claims_evidence"))
def no_faith_in_any(case: Case) -> Finding:
    """Whether any system put to Harris passed."""
    return read_texts(case.ledger, "C31")


@decides("C51", needs=("letters", "claims", "claims_evidence"))
def overlooked_intelligence(case: Case) -> Finding:
    """Whether papers reached High Wycombe that the letter does not answer."""
    return read_texts(case.ledger, "C51")


@decides("C52", needs=("letters", "claims", "claims_evidence"))
def final_paragraph(case: Case) -> Finding:
    """Whether Bufton's minute names the final paragraph."""
    return read_texts(case.ledger, "C52")


@decides("C21", needs=("letters", "claims_evidence"), undecidable=True)
def copy_of_the_draft(case: Case) -> Finding:
    """Wording shared by draft and letter: neither text is in the record."""
    ledger = case.ledger
    letter = ledger.find("letters", "Portal's letter of 22 December 1944", letter_id="L14")[0]
    like = ledger.one("claims_evidence", "1945-01_portal_letter_drafted")
    return Finding(
        UNDETERMINED,
        f"Likely, not shown: the record names {letter['drafted_by']} as drafter, and the next letter too was "
        f"“{like['quote']}”. But neither text can be laid beside the other here.",
        "Texts of draft and letter in the record",
        "documents",
        "the rule compares wording; neither document is in the record",
        0.0,
        0.0,
        0.0,
        needs=(f"the draft in the Bufton papers and the letter ({letter['reference']})",),
    )


@decides("C53", needs=("letters", "directives"), enough=2)
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
    ledger.use("letters", letters)
    seen = [r for r in letters if r["status"] in READ]
    outcome = SUPPORTED if len(seen) >= case.bounds["enough"] else UNDETERMINED
    return Finding(
        outcome,
        f"{len(letters)} known beside the directives ({', '.join(r['date'] for r in letters) or 'none'}), {len(seen)} "
        "of them documented; the claim speaks of several"
        + (", and the files were not seen." if outcome == UNDETERMINED else "."),
        "Official letters to Harris on oil beyond the directives",
        "letters",
        f"{len(seen)} documented; the rule wants two, and none would contradict it only if the files had been seen",
        float(len(seen)),
        float(len(seen)),
        float(len(letters)),
        parts=tuple(Part(r["date"], r["gist"], r["reference"] or "") for r in letters),
        needs=("the Air Staff's letters to Bomber Command, September-November 1944",)
        if outcome == UNDETERMINED
        else (),
    )
