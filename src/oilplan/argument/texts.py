"""Claims about what the letters say: C12, C21, C26, C30, C31, C51, C52, C53.

A text decides only if its words are in the record. Rows gathered for a claim stand on the side that their ``bears`` says;
for others each rule here is a pair of patterns, one for words that would support the claim and one for words that would
contradict it, tried on every quotation that the record holds for it: rows of the days that its rule admits, and what the
claims quote from the same letter. A summary of a letter is shown, not tried.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np

from ..directives.toml_file import shipped
from .finding import AnswerPart, Case, Finding, MissingFact, decides, unless
from .grade import JUDGEMENT, MIXED, NO_DATA, arms, grade_of, shown
from .ledger import N_DRAWS, Ledger, claims_of, in_english, period_of, quantity_of, reliability, sides_of, words_of

READ = ("documented", "looked_up")
LETTER_FILE = "Harris to Portal, National Archives, AIR 8/1020, and Portal papers, Christ Church, Oxford"
BUFTON_PAPERS = "Bufton papers, Churchill Archives Centre, BUFT 3"


class TextRule(NamedTuple):
    """How a text is read for one claim.

    asks: what the words must say; document, work: what would settle it and where it stands
    supports, contradicts: patterns of words, None where no words could; author: whose words count
    letter_id: the letter whose excerpts are tried; called: that letter in words
    days: first and last day whose words the rule admits; None for those of the letter alone
    claimed_on: day of the claim, where the rule admits later words: these show a view, not what was answered that day
    once: True where one passage settles it for the claim; False where the rule is about all that he said
    """

    asks: str
    document: str
    supports: str | None = None
    contradicts: str | None = None
    work: str = LETTER_FILE
    author: str = "harris"
    letter_id: str = "L12"
    called: str = "the letter of 12 December"
    days: tuple[str, str] | None = None
    claimed_on: str = ""
    once: bool = True


LETTERS_OF_THE_WAR = ("1939-09-01", "1945-05-08")
QUOTES = "“”‘’'\""
PERIOD_SIGN = re.compile(r"\.\.|/|(?<=\d{4})-(?=\d{4})")
"""What stands between the ends of a period in the record."""

RULES = {claim_id: TextRule(**row) for claim_id, row in shipped("argument", "text_rules.toml").items()}


def quotations(ledger: Ledger, claim_id: str, author: str, days: tuple[str, str]) -> list[dict]:
    """Rows of `claims_evidence` on a claim, of one author and within some days, whose words were read."""
    on_it = (r for r in ledger.rows("claims_evidence") if claim_id in claims_of(r))
    rows = (
        r for r in on_it if words_of(r) and r["status"] in READ and r["about"] == author and within(r["period"], days)
    )
    return ledger.use("claims_evidence", rows)


def within(period: str, days: tuple[str, str]) -> bool:
    """Whether all of a period lies from the first to the last day; a month or a year lasts to its end."""
    ends = PERIOD_SIGN.split(period)
    return days[0] <= ends[0] and ends[-1].ljust(len("YYYY-MM-DD"), "9") <= days[1]


def excerpts(ledger: Ledger, letter: dict) -> list[dict]:
    """Rows of `claims` that quote a letter: its sender speaks, on its day or its span of days."""
    days = letter["date"].split("/")
    rows = (
        r for r in ledger.rows("claims") if r["speaker"] == letter["from"] and all(d in r["date_printed"] for d in days)
    )
    return ledger.use("claims", rows)


def read_texts(ledger: Ledger, claim_id: str) -> Finding:
    """The finding on one textual claim: by what bears on it and by its patterns, on the words that the record holds.

    Words on one side settle it as surely as their rows are known; words on both sides make it mixed.
    """
    rule = RULES[claim_id]
    letter = ledger.one("letters", rule.letter_id)
    days = rule.days or ((letter["date"].split("/") * 2)[0], (letter["date"].split("/") * 2)[1])
    gathered = [("claims_evidence", r) for r in quotations(ledger, claim_id, rule.author, days)]
    every = [*gathered, *(("claims", r) for r in excerpts(ledger, letter))]
    sides = {side: [(t, r) for t, r in every if _side(t, r, claim_id, rule) == side] for side in ("for", "against")}
    for_it = sorted(sides["for"], key=lambda pair: (not _in_quote(rule, pair[1]), not _matches(rule.supports, pair[1])))
    against = sides["against"]
    yes, no = ledger.any_stands(for_it), ledger.any_stands(against)
    return Finding(
        _fact(ledger, rule, for_it, against),
        f"Passages that show that {rule.asks}",
        "passage" if len(for_it) == 1 else "passages",
        f"read: {_number(len(gathered), 'passage')} of the author's words and {_number(len(every) - len(gathered), 'excerpt')} of "
        f"{rule.called}",
        np.full(len(yes), float(len(for_it))),
        arms(yes if rule.once else yes & ~no, no & ~yes) if for_it or against else None,
        grade=MIXED if for_it and against and not rule.once else "",
        parts=(
            *(_part(t, r, claim_id, rule) for t, r in every),
            AnswerPart(f"{rule.called}, as summed up", letter["gist"], letter["verified_part"]),
        ),
        needs=unless(for_it and not against, MissingFact(rule.document, rule.work)),
        evidence_for=tuple((t, r["row_id"]) for t, r in for_it),
        evidence_against=tuple((t, r["row_id"]) for t, r in against),
    )


def _number(n: int, what: str) -> str:
    return f"{n or 'no'} {what}{'s' * (n != 1)}"


def _side(table: str, row: dict, claim_id: str, rule: TextRule) -> str:
    if stated := sides_of(row, claim_id):
        return "" if stated == "on" else stated
    for side, pattern in (("for", rule.supports), ("against", rule.contradicts)):
        if _matches(pattern, row):
            return side
    return ""


def _matches(pattern: str | None, row: dict) -> bool:
    return bool(pattern and re.search(pattern, f"{words_of(row)} {row.get('says') or ''}", re.IGNORECASE))


def _fact(ledger: Ledger, rule: TextRule, for_it: list, against: list) -> str:
    """How many passages stand on either side, each side with its first: what it quotes and where it stands."""
    if not for_it and not against:
        return f"whether {rule.asks} can only be read in {rule.called}, of which the record has excerpts without a word of it"
    n, m = len(for_it), len(against)
    first, other = (_first(ledger, rule, rows) for rows in (for_it, against))
    shows = f"{n or 'no'} passage{'s' * (n != 1)} show{'s' * (n == 1)} that {rule.asks}{first}"
    return f"{shows}{',' * (n > 0)} and {m or 'none'} speak{'s' * (m < 2)} against{other}"


def _first(ledger: Ledger, rule: TextRule, rows: list) -> str:
    if not rows:
        return ""
    row = rows[0][1]
    plain = "" if _in_quote(rule, row) or not row.get("says") else f"in our words: {row['says']}; "
    return f" (“{words_of(row).strip(QUOTES)}”, {plain}{_where(ledger, row, rule)})"


def _in_quote(rule: TextRule, row: dict) -> bool:
    """Whether the words that decide stand in what the row quotes."""
    return any(
        pattern and re.search(pattern, row.get("quote") or "", re.IGNORECASE)
        for pattern in (rule.supports, rule.contradicts)
    )


def _where(ledger: Ledger, row: dict, rule: TextRule) -> str:
    when = in_english(row.get("period") or "") or rule.called
    return f"{when}, {row.get('source') or ledger.work(row)}{_later(row, rule)}"


def _later(row: dict, rule: TextRule) -> str:
    later = rule.claimed_on and (row.get("period") or "") > rule.claimed_on
    return (
        f"; written after {in_english(rule.claimed_on)}, so it shows his view, not what was answered that day"
        if later
        else ""
    )


def _part(table: str, row: dict, claim_id: str, rule: TextRule) -> AnswerPart:
    label = in_english(row["period"]) if table == "claims_evidence" else f"{rule.called}, in {row['claim_id']}"
    side = _side(table, row, claim_id, rule)
    chance = reliability(row) if side == "for" else 1 - reliability(row)
    note = (row["source"] + _later(row, rule)) if table == "claims_evidence" else row["marks_note"] or ""
    text = f"“{words_of(row)}”"
    return AnswerPart(label, text, note, grade=grade_of(chance), p=chance) if side else AnswerPart(label, text, note)


TEXT_TABLES = ("letters", "claims", "claims_evidence")


@decides("C12", needs=TEXT_TABLES, work=LETTER_FILE)
@decides("C26", needs=TEXT_TABLES, work=LETTER_FILE)
@decides("C30", needs=TEXT_TABLES, work=LETTER_FILE)
@decides("C31", needs=TEXT_TABLES, work=LETTER_FILE)
@decides("C52", needs=TEXT_TABLES, work=BUFTON_PAPERS)
def by_words_alone(case: Case) -> Finding:
    """Whether the words of a letter say what the claim has them say."""
    return read_texts(case.ledger, case.claim_id)


@decides("C51", needs=TEXT_TABLES, work=LETTER_FILE)
def overlooked_intelligence(case: Case) -> Finding:
    """A question of intent: what reached Harris and what his letter answers is shown, and weighed by nobody."""
    found = read_texts(case.ledger, "C51")
    if found.rule is not None:
        return found
    received = quotations(case.ledger, "C51", RULES["C51"].author, RULES["C51"].days or LETTERS_OF_THE_WAR)
    n = len(received)
    return found._replace(
        fact=f"{n} passage{'s' * (n != 1)} of the record bear{'s' * (n == 1)} on what intelligence reached Harris; whether he "
        "overlooked it or dismissed it is a question of intent",
        quantity="Passages that bear on what intelligence reached Harris",
        unit="passage" if n == 1 else "passages",
        measure=np.full(N_DRAWS, float(n)),
        grade=JUDGEMENT,
    )


TEXT_OF_DRAFT, TEXT_OF_LETTER = "text_of_draft", "text_of_letter"
"""Quantities of rows on C21 that hold the words of Bufton's draft and of Portal's letter as sent."""


@decides("C21", needs=("letters", "claims_evidence"), work=BUFTON_PAPERS, copied=80, own=50)
def copy_of_the_draft(case: Case) -> Finding:
    """Shared wording of draft and letter, where rows hold both texts; the embedded record holds neither."""
    ledger, bounds = case.ledger, case.bounds
    letter = ledger.find("letters", "Portal's letter of 22 December", letter_id="L14")[0]
    like = ledger.one("claims_evidence", "1945-01_portal_letter_drafted")
    texts = {q: _text_on(ledger, q) for q in (TEXT_OF_DRAFT, TEXT_OF_LETTER)}
    needs = (
        MissingFact("Bufton's draft", BUFTON_PAPERS),
        MissingFact("Portal's letter as sent", letter["reference"] or LETTER_FILE),
    )
    if not all(texts.values()):
        return Finding(
            f"the record names {letter['drafted_by']} as drafter and says that the next letter too was “{like['quote']}”, but "
            "holds the words of neither draft nor letter, so that none of their wording can be compared",
            "Wording that draft and letter share",
            "percent",
            "the rule compares wording; neither document is in the record",
            grade=NO_DATA,
            needs=needs,
            evidence_for=(("claims_evidence", like["row_id"]), ("letters", letter["row_id"])),
        )
    share = np.full(N_DRAWS, shared_wording(*texts.values()))
    return Finding(
        f"draft and letter share {shown(share)} percent of their words in the same order",
        "Wording that draft and letter share",
        "percent",
        "words in the same order over all words of the letter",
        share,
        arms(share >= bounds["copied"], share < bounds["own"]),
    )


def _text_on(ledger: Ledger, quantity: str) -> str:
    rows = [r for r in ledger.rows("claims_evidence") if "C21" in claims_of(r) and quantity_of(r) == quantity]
    return " ".join(words_of(r) for r in ledger.use("claims_evidence", rows))


def shared_wording(draft: str, letter: str) -> float:
    """Percent of the letter's words that stand in the draft in the same order."""
    drafted, sent = (re.findall(r"\w+", text.lower()) for text in (draft, letter))
    alike = SequenceMatcher(None, drafted, sent, autojunk=False).get_matching_blocks()
    return 100 * sum(block.size for block in alike) / max(1, len(sent))


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
        needs=unless(
            len(letters) >= case.bounds["enough"],
            MissingFact("the Air Staff's letters to Bomber Command, September-November 1944", AIR_MINISTRY),
        ),
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
