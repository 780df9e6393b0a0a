"""Rows of the record that a page touches: plants it names, letters it may cite, claims whose words it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from oilplan.evidence.findings import Document, Reading

FEWEST_WORDS = 4


class Linked(NamedTuple):
    """A row of the record: its id, table, what it says, and how far to believe it."""

    id: str
    table: str
    text: str
    marks: str


def linked_rows(reading: Reading) -> list[Linked]:
    """Rows of `plants`, `letters` and `claims` that the documents name, may cite or quote, in that order."""
    ids = {c for d in reading.documents for n in d.names for c in n.candidates}
    cited = {c for p in reading.proposals for c in p.candidates}
    quoted = {c for d in reading.documents for c in quoted_claims(d)}
    return [
        *_rows("plants", ids, ("name", "process", "region")),
        *_rows("letters", cited, ("date", "from", "to", "gist")),
        *_rows("claims", quoted, ("speaker", "quote")),
    ]


def _rows(table: str, ids: set[str], columns: Sequence[str]) -> list[Linked]:
    from oilplan.record import load_record

    rows = load_record().rows(table)
    return [
        Linked(
            key,
            table,
            " · ".join(str(row[c]) for c in columns if row[c]),
            f"{row['status'].replace('_', ' ')}, confidence {row['confidence']}",
        )
        for key, row in rows.items()
        if key in ids
    ]


def quoted_claims(document: Document) -> list[str]:
    """Ids of the record's claims whose words stand in the document (letters and digits compared, case aside)."""
    text = _letters_only(document.reading)
    return [key for key, parts in _claim_words() if parts and all(part in text for part in parts)]


def claims_holding(words: str) -> tuple[str, ...]:
    """Ids of the record's claims that hold ``words``, or whose own words stand in them."""
    text = _letters_only(words)
    if len(text.split()) < FEWEST_WORDS:
        return ()
    return tuple(k for k, parts in _claim_words() if any(part in text or text in part for part in parts))


@cache
def _claim_words() -> tuple[tuple[str, tuple[str, ...]], ...]:
    from oilplan.record import load_record

    found = []
    for key, row in load_record().rows("claims").items():
        parts = [_letters_only(part) for part in re.split(r"\.\.\.|\[[^\]]*\]", row["quote"])]
        found.append((key, tuple(p for p in parts if len(p.split()) >= FEWEST_WORDS)))
    return tuple(found)


def _letters_only(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("’s", "s").replace("'s", "s")))


class KnownLetter(NamedTuple):
    """A letter of the record: its id, writer, addressee and date."""

    id: str
    sender: str
    to: str
    date: str


def known_letters(sender: str, to: str, date: str) -> tuple[str, ...]:
    """Ids of letters in the record that a letter so described may be.

    Writer and addressee are compared by surname, the date by what of it is known (XXXX-12-22 fits any year). A
    letter of which the page gives fewer than two of the three is too vague to match.
    """
    if sum(map(bool, (sender, to, date))) < 2:
        return ()
    return tuple(
        k.id
        for k in _known_letters()
        if _surname_in(sender, k.sender) and _surname_in(to, k.to) and (not date or _fits(date, k.date))
    )


@cache
def _known_letters() -> tuple[KnownLetter, ...]:
    from oilplan.record import load_record

    rows = load_record().rows("letters").values()
    return tuple(KnownLetter(r["letter_id"], r["from"], r["to"], str(r["date"])) for r in rows)


def _surname_in(name: str, text: str) -> bool:
    return not name or name.split()[-1] in text


def _fits(date: str, known: str) -> bool:
    return date == known or (date.startswith("XXXX-") and known[5:] == date[5:])
