"""The first screen: the question, the answer in four numbers with their doubt, and a door for each user; help and about."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from ..argument.answer import ORDERS, QUESTIONS, TopAnswer
from ..argument.grade import GRADES, LEADS, WORDS
from ..record import WEAK_MEANING
from ..record.provenance import STATUS_MEANING
from ..report.verdict_text import as_said, chance, side
from .argument import Judging, judging_of
from .choices import MAP_WORDS
from .limits import takes
from .pages import GLOSSARY, page

router = APIRouter()
SHOWN = tuple(QUESTIONS[k].claims for k in (0, 4, 5))
"""The questions whose answers stand first: the panacea, the losses, the cities. What other orders would have brought is the
fourth."""


class HomeNumber(NamedTuple):
    """One line of the answer as it stands on the first screen: its lead word, number with unit and interval, and what the
    number is of."""

    line: TopAnswer
    lead: str
    value: str
    unit: str
    interval: str
    of: str


@router.get("/", response_model=None)
@takes(**MAP_WORDS)
def home(request: Request) -> HTMLResponse | RedirectResponse:
    """The first screen. An address of the first version, with choices of the map room in it, opens the map room."""
    if request.url.query:
        return RedirectResponse(f"/map?{request.url.query}", 307)
    judging = judging_of(request)
    lines = judging.answer
    return page(
        "home.html.j2",
        "/",
        numbers=[_number(line, judging) for line in lines if _leads(line)],
        lines=lines,
        grade_words=WORDS,
        chance=chance,
        side_of=side,
        leads=LEADS,
        claims=len(judging.claim_ids),
        rows=sum(len(judging.record.rows(t)) for t in judging.record.tables),
        works=len(judging.record.sources),
    )


@router.get("/help")
def help_page() -> HTMLResponse:
    """What the words on the pages mean, and how each page is used."""
    grades = [(WORDS[grade], LEADS[grade]) for grade in GRADES]
    return page(
        "help.html.j2", "/help", glossary=GLOSSARY, statuses=STATUS_MEANING, weak_means=WEAK_MEANING, grades=grades
    )


@router.get("/about")
def about(request: Request) -> HTMLResponse:
    """What this is, what it is not, and what it was made from."""
    record = request.app.state.record
    return page("about.html.j2", "/help", hash=record.hash, tables=len(record.tables), works=len(record.sources))


def _leads(line: TopAnswer) -> bool:
    """Whether a line stands among the four: one of `SHOWN` with a number, or the orders."""
    return line.value is not None and (line.question == ORDERS or line.claims in SHOWN)


def _number(line: TopAnswer, judging: Judging) -> HomeNumber:
    value, interval = as_said(line.sentence, line.value or 0.0, line.low, line.high)
    unit, _, rest = line.unit.partition(" ")
    found = judging.settled.get(line.claims[0])
    if line.question == ORDERS or found is None:
        return HomeNumber(line, line.sentence.partition(":")[0], value, unit, interval, rest)
    return HomeNumber(line, LEADS[line.grade], value, unit, interval, found.quantity)
