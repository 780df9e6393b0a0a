"""Letters that the record already has, to be shown beside a proposed one."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Known(NamedTuple):
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
        for k in _known()
        if _surname_in(sender, k.sender) and _surname_in(to, k.to) and (not date or _fits(date, k.date))
    )


@cache
def _known() -> tuple[Known, ...]:
    from oilplan.record import load_record

    rows = load_record().rows("letters").values()
    return tuple(Known(r["letter_id"], r["from"], r["to"], str(r["date"])) for r in rows)


def _surname_in(name: str, text: str) -> bool:
    return not name or name.split()[-1] in text


def _fits(date: str, known: str) -> bool:
    return date == known or (date.startswith("XXXX-") and known[5:] == date[5:])
