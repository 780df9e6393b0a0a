"""Passages of a folder of texts that bear on a claim, where the server's owner names one; accepted into a record of his."""

from __future__ import annotations

import datetime
import secrets
import threading
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse

from ..errors import OilplanError
from ..evidence.accepting import accept_found
from ..evidence.find import Search, brought, search_json, sought
from ..evidence.find_index import Updated, index_place, update_index
from .door import heavy
from .pages import page

router = APIRouter()
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
