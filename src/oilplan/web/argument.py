"""The argument: letters and directives by date, every claim with its verdict and what it rests on, and passages that bear on it."""

from __future__ import annotations

import datetime
import secrets
import threading
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse

from ..argument.answer import TopAnswer, answer
from ..argument.finding import AnswerCurve, attribution, printed_rule
from ..argument.grade import FAILED, GRADES, WORDS
from ..argument.shipped import shipped, verdicts_of
from ..argument.verdict import Verdict, verdicts
from ..errors import OilplanError
from ..evidence.accepting import accept_found
from ..evidence.find import Search, brought, search_json, sought
from ..evidence.find_index import Updated, index_place, update_index
from ..record import WEAK_MEANING, Record, weak_row
from ..report.verdict_pages import curve_figure
from ..report.verdict_text import chance, measured, side, works
from .door import heavy
from .pages import on_page, page

router = APIRouter()
SIDES = ("Harris", "Bufton", "Portal", "narrator")
"""Whose claims stand together; the rest follow under "others"."""
SIGNS = {"well_supported": "✓", "leans_supported": "✓", "leans_against": "✗", "contradicted": "✗", "failed": "!"}
"""A sign beside a grade; "?" for the others."""
PENDING = "being weighed"
MOST_SOURCES = 12
"""Rows linked one by one under a claim; a claim on the whole model rests on hundreds."""
CURVE_PX = 330
"""Drawn for a phone; on a wide page it only grows."""
Wanted = Annotated[Literal["", *GRADES], Query()]  # type: ignore[valid-type]
Who = Annotated[Literal["", *SIDES, "others"], Query()]  # type: ignore[valid-type]


@router.get("/argument")
@heavy
def argument(request: Request, verdict: Wanted = "", who: Who = "") -> HTMLResponse:
    """The page; ``verdict`` and ``who`` pick claims and stand in the address."""
    record, judging = _ready(request)
    every = [_claim(record, judging, c) for c in judging.claim_ids]
    chosen = picked_claims(every, verdict, who)
    counts = Counter(c["outcome"] for c in every)
    outcomes = [grade for grade in GRADES if grade != FAILED or counts[FAILED]]
    sides = {side: [c for c in chosen if c["side"] == side] for side in (*SIDES, "others")}
    return page(
        "argument.html.j2",
        "/argument",
        dated=dated(record),
        sides=sides,
        counts=counts,
        outcomes=outcomes,
        signs=SIGNS,
        grade_words=WORDS,
        answers=judging.answer,
        chance=chance,
        side_of=side,
        pending=PENDING,
        number=len(every),
        found=len(chosen),
        verdict=verdict,
        who=who,
        weak_means=WEAK_MEANING,
        side_names=(*SIDES, "others"),
    )


@router.get("/argument/claim/{claim_id}")
def one_claim(request: Request, claim_id: str) -> HTMLResponse:
    """One claim as a piece of the page, for filling in a verdict that has come."""
    return page("claim.html.j2", "/argument", **_shown(*_known(request, claim_id), claim_id))


@router.get("/claim/{claim_id}")
def claim_page(request: Request, claim_id: str) -> HTMLResponse:
    """One claim as a page of its own, to link to and to print."""
    record, judging = _known(request, claim_id)
    at = judging.claim_ids.index(claim_id)
    before, after = judging.claim_ids[at - 1] if at else "", "".join(judging.claim_ids[at + 1 : at + 2])
    return page(
        "one_claim.html.j2",
        "/argument",
        **_shown(record, judging, claim_id),
        before=before,
        after=after,
        hash=record.hash,
        texts=request.app.state.texts,
    )


@router.get("/api/verdicts")
def verdicts_so_far(request: Request) -> dict[str, Any]:
    """Claim id to verdict for every claim that has been weighed, and whether all have."""
    _, judging = _ready(request)
    settled = {c: v.grade for c, v in judging.settled.items()} | dict.fromkeys(judging.failed, "failed")
    return {"done": judging.done, "verdicts": settled}


def picked_claims(claims: list[dict[str, Any]], verdict: str, who: str) -> list[dict[str, Any]]:
    """Those with a verdict and of a side; empty words pick all."""
    return [c for c in claims if (not verdict or c["outcome"] == verdict) and (not who or c["side"] == who)]


def chosen_claims(request: Request, verdict: str, who: str) -> list[dict[str, Any]]:
    """The claims that an address picks, as far as they have been weighed."""
    record, judging = _ready(request)
    return picked_claims([_claim(record, judging, c) for c in judging.claim_ids], verdict, who)


def dated(record: Record) -> list[dict[str, Any]]:
    """Letters and directives in order of date, each with how it is known."""
    letters = [
        _entry("letter", key, r, f"{r['from']} to {r['to']}", r["drafted_by"])
        for key, r in record.rows("letters").items()
    ]
    orders = [_entry("directive", key, r, r["title"], None) for key, r in record.rows("directives").items()]
    return sorted([*letters, *orders], key=lambda e: (e["date"], e["kind"]))


def _entry(kind: str, key: str, row: dict, title: str, drafter: str | None) -> dict[str, Any]:
    about = {"id": key, "kind": kind, "table": f"{kind}s", "title": title, "drafter": drafter, "sources": row["source"]}
    weak = weak_row(row)
    return about | {name: row[name] for name in ("date", "gist", "status")} | {"weak": weak, "row": row}


def judging_of(request: Request) -> Judging:
    """The verdicts of this server's record; those not shipped begin to be weighed."""
    judging: Judging = request.app.state.judging
    judging.start()
    return judging


def _ready(request: Request) -> tuple[Record, Judging]:
    return request.app.state.record, judging_of(request)


def _known(request: Request, claim_id: str) -> tuple[Record, Judging]:
    record, judging = _ready(request)
    if claim_id not in judging.claim_ids:
        raise OilplanError(
            f"There is no claim of this name; they run from {judging.claim_ids[0]} to {judging.claim_ids[-1]}."
        )
    return record, judging


def _shown(record: Record, judging: Judging, claim_id: str) -> dict[str, Any]:
    claim = _claim(record, judging, claim_id)
    return {"c": claim, "signs": SIGNS, "grade_words": WORDS, "chance": chance, "side_of": side}


def _claim(record: Record, judging: Judging, claim_id: str) -> dict[str, Any]:
    row = record.rows("claims")[claim_id]
    found = judging.settled.get(claim_id)
    failed = judging.failed.get(claim_id, "")
    return {
        "id": claim_id,
        "row": row,
        "who": found.who if found else attribution(row, record),
        "side": next((side for side in SIDES if side in row["speaker"].split("(")[0]), "others"),
        "rule": printed_rule(row),
        "outcome": found.grade if found else "failed" if failed else PENDING,
        "verdict": found,
        "failed": failed,
        "weak": weak_row(row),
        "measure": measured(found) if found and found.value is not None else "",
        "figure": on_page(curve_figure(found.curve, CURVE_PX), f"curve-{claim_id}") if found and found.curve else "",
        "curve_rows": _curve_rows(found.curve) if found and found.curve else [],
        "works": [citation for _, citation, _ in works(found, record)] if found and found.curve else [],
        "rows": found.record_rows[:MOST_SOURCES] if found else (),
        "recalled": set(found.recalled_rows) if found else set(),
        "more": max(0, len(found.record_rows) - MOST_SOURCES) if found else 0,
    }


def _curve_rows(curve: AnswerCurve) -> list[dict[str, float]]:
    """The numbers of a curve, a row a point."""
    columns = {curve.x_label: curve.x, "median": curve.middle, "p05": curve.low, "p95": curve.high}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


# Verdicts, weighed once in the background and shown as they come.


class Judging:
    """The verdicts on the claims of a record; `settled` grows while `start` works.

    only: claims to weigh; all of the record's when None
    """

    def __init__(self, record: Record, only: tuple[str, ...] | None = None) -> None:
        self.record = record
        self.claim_ids = only or tuple(record.rows("claims"))
        self.settled: dict[str, Verdict] = {}
        self.failed: dict[str, str] = {}
        self.answer: list[TopAnswer] = []
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        if shipped(record) is not None:
            self.settled = {v.claim_id: v for v in verdicts_of(record) if v.claim_id in self.claim_ids}
            self.answer = answer(record)

    def start(self) -> None:
        """Begin to weigh, unless that was begun before. Claims on the record alone are quick and come first."""
        with self._lock:
            if self._thread is None and not self.done:
                self._thread = threading.Thread(target=self._weigh_all, name="verdicts", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Return once every claim is weighed, if that was begun."""
        if self._thread is not None:
            self._thread.join()

    @property
    def done(self) -> bool:
        """Whether every claim has its verdict (or the sentence why not)."""
        return len(self.settled) + len(self.failed) == len(self.claim_ids)

    def _weigh_all(self) -> None:
        rows = self.record.rows("claims")
        for claim_id in sorted(self.claim_ids, key=lambda c: rows[c]["test_from"] != "record"):
            try:
                self.settled[claim_id] = verdicts(self.record, [claim_id])[0]
            except OilplanError as error:
                self.failed[claim_id] = str(error)
            except Exception as error:
                self.failed[claim_id] = f"a fault of ours in its test ({type(error).__name__}); please report it"
        if len(self.settled) == len(self.record.rows("claims")):
            self.answer = answer(self.record, list(self.settled.values()))


# Passages of a folder of texts that bear on a claim, where the server's owner names one; accepted into a record of theirs.

MOST_BROUGHT = 8
LONGEST_FIELD = 200


class Texts:
    """A folder of texts, indexed in a thread once the server starts.

    own_record: the owner's record folder, which accepted passages are appended to; None accepts none
    """

    def __init__(self, folder: Path, own_record: Path | None = None) -> None:
        self.folder, self.own_record = folder, own_record
        self.place = index_place(folder)
        self.token = secrets.token_urlsafe(16)
        self.updated: Updated | None = None
        self.failed = ""
        threading.Thread(target=self._index, daemon=True).start()

    def _index(self) -> None:
        try:
            self.updated = update_index(self.folder, self.place)
        except OilplanError as error:
            self.failed = str(error)

    def search(self, claim: str) -> Search | None:
        """What bears on a claim; None while the folder is being indexed. Raises OilplanError where it cannot be."""
        if self.failed:
            raise OilplanError(self.failed)
        if self.updated is None:
            return None
        looked_for = sought(claim)
        return Search(looked_for, brought(looked_for, self.place, MOST_BROUGHT), self.updated, self.place)


@router.get("/claim/{claim_id}/passages")
@heavy
def passages(request: Request, claim_id: str, part: bool = False) -> HTMLResponse:
    """The passages that bear on a claim: a page, or with ``part`` what the claim's page shows of it."""
    texts = _texts(request)
    return _page(request, claim_id, texts.search(claim_id), part=part)


@router.post("/claim/{claim_id}/passages")
@heavy
def accept(
    request: Request,
    claim_id: str,
    token: Annotated[str, Form()],
    file: Annotated[str, Form()],
    start: Annotated[int, Form()],
    figure: Annotated[str, Form()] = "",
    period: Annotated[str, Form()] = "",
    source: Annotated[str, Form()] = "",
    bears: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Append a passage, or one of its figures, to `claims_evidence` of the owner's own record folder."""
    texts = _texts(request)
    if texts.own_record is None:
        raise OilplanError("This server accepts no passages; start it with --own-record DIR, or use `oilplan find`.")
    if not secrets.compare_digest(token.encode(), texts.token.encode()):
        raise OilplanError("This form is of an earlier start of the server; open the claim's page afresh.")
    done = texts.search(claim_id)
    numbers = [
        i for i, b in enumerate(done.found if done else (), 1) if (b.passage.file, b.passage.start) == (file, start)
    ]
    if done is None or not numbers:
        raise OilplanError("This passage is no longer among those found; open the claim's page afresh.")
    chosen = f"{numbers[0]}.{figure}" if figure else str(numbers[0])
    today = datetime.datetime.now(tz=datetime.UTC).date()
    fields = [field.strip()[:LONGEST_FIELD] for field in (period, source, bears)]
    added = accept_found(done, chosen, texts.own_record, today, claim_id, *fields)
    rows = [key for keys in added.added.values() for key in keys]
    what = f"Row {rows[0]} was added" if rows else f"Row {', '.join(added.present)} stood there already"
    return _page(request, claim_id, done, f"{what}: {texts.own_record.name}/claims_evidence.csv.")


def _texts(request: Request) -> Texts:
    texts = request.app.state.texts
    if texts is None:
        raise OilplanError("This server has no folder of texts; start it with --texts DIR, or use `oilplan find`.")
    return texts


def _page(request: Request, claim_id: str, done: Search | None, said: str = "", part: bool = False) -> HTMLResponse:
    texts, claims = _texts(request), request.app.state.record.rows("claims").values()
    values: dict[str, Any] = {
        "claim_id": claim_id,
        "quote": next((r["quote"] for r in claims if r["claim_id"] == claim_id), ""),
        "found": search_json(done) if done else [],
        "ready": done is not None,
        "folder": texts.folder.name,
        "accepts": texts.own_record is not None,
        "token": texts.token,
        "said": said,
    }
    return page("passages_part.html.j2" if part else "passages.html.j2", "/argument", **values)
