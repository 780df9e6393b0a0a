"""A page to read: pasted or uploaded text with its reading, variants and proposed rows. Nothing is kept."""

from __future__ import annotations

import json
import re
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import anyio
import anyio.to_thread
from fastapi import APIRouter, Form, Request, UploadFile
from starlette.responses import HTMLResponse, Response

from ..errors import OilplanError
from ..evidence import Reading, reading_html, reading_json, review_html
from ..evidence.layout import Scanned
from ..evidence.limits import Check, go_on, stop_after
from ..evidence.pages import shown
from ..evidence.reading import read_scans
from ..evidence.sources import load_scanned
from .limits import (
    MOST_CHARACTERS,
    MOST_FILES,
    MOST_READINGS,
    MOST_READINGS_WAITING,
    MOST_UPLOAD_BYTES,
    READING_S,
    too_long,
    too_many_readings,
)
from .pages import attachment, page

router = APIRouter()
PASTED = "pasted text"
TURNS = anyio.CapacityLimiter(MOST_READINGS)
"""Readings have turns of their own, so that they never keep another page waiting for a thread."""
LOOK_S = 0.2
"""How often to look whether whoever asked is still there."""
Save = Literal["", "json", "html", "review"]


@router.get("/read")
def empty(request: Request) -> HTMLResponse:
    """The form, with nothing read yet."""
    return _form("")


@router.post("/read")
async def read(
    request: Request,
    text: Annotated[str, Form()] = "",
    save: Annotated[Save, Form()] = "",
    files: list[UploadFile] = [],  # noqa: B006
) -> Response:
    """Read what was sent. save: json, html or review give the file instead of the page.

    Several texts are read together, so that overlapping scans are collated. A form feed line ``---`` in pasted text
    parts two scans.
    """
    uploads = [(f.filename or "file", await f.read()) for f in files if f.filename]
    if TURNS.statistics().tasks_waiting >= MOST_READINGS_WAITING:
        return _form(text[:MOST_CHARACTERS], too_many_readings(), 503)

    def made(check: Check) -> Response:
        scans = taken_in(text, uploads, check)
        found = read_scans(scans, check=check)
        if save:
            return _saved(found, save)
        text_read, rows = "\n---\n".join(scan.text for _, scan in scans), found.proposals
        values = {"text": text_read, "wrong": "", "limits": _limits(), "proposals": rows, **shown(found)}
        return page("reading.html.j2", "/read", **values)

    try:
        return await _while_there(request, made)
    except OilplanError as error:
        return _form(text[:MOST_CHARACTERS], str(error), 400)


async def _while_there(request: Request, made: Callable[[Check], Response]) -> Response:
    """Do the work in its turn, within the time allowed, and only while whoever asked is still there."""
    gone = threading.Event()

    async def watch() -> None:
        while not await request.is_disconnected():
            await anyio.sleep(LOOK_S)
        gone.set()

    def work() -> Response | OilplanError:
        try:
            return made(stop_after(READING_S, gone.is_set))
        except OilplanError as error:
            return error

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
        done = await anyio.to_thread.run_sync(work, limiter=TURNS)
        tasks.cancel_scope.cancel()
    if isinstance(done, OilplanError):
        raise done
    return done


def taken_in(pasted: str, uploads: list[tuple[str, bytes]], check: Check = go_on) -> list[tuple[str, Scanned]]:
    """(name, text) of everything sent. A file is written under a name of ours and removed; its own name only labels it.

    Raises OilplanError for nothing at all, too many files, too much text, or a file that cannot be read.
    """
    if len(uploads) > MOST_FILES:
        raise OilplanError(f"{len(uploads)} files came; at most {MOST_FILES} are read together here.")
    pages = [p for p in re.split(r"^-{3,}[ \t]*\r?$", pasted, flags=re.MULTILINE) if p.strip()]
    texts = [(PASTED if len(pages) == 1 else f"{PASTED}, part {k}", Scanned(p, "")) for k, p in enumerate(pages, 1)]
    texts += [(label(name, k), _text_of(label(name, k), data, check)) for k, (name, data) in enumerate(uploads, 1)]
    if not texts:
        raise OilplanError("Nothing came to be read. Paste a passage or choose a file, then press Read.")
    length = sum(len(scan.text) for _, scan in texts)
    if length > MOST_CHARACTERS:
        raise OilplanError(too_long(length))
    return texts


def label(name: str, number: int) -> str:
    """What an uploaded file is called on the page: its last part, plain characters only, with its number."""
    plain = re.sub(r"[^\w. -]", "_", re.split(r"[/\\]", name)[-1])[:60].strip() or "file"
    return f"{number}: {plain}"


def _text_of(shown: str, data: bytes, check: Check) -> Scanned:
    with tempfile.TemporaryDirectory(prefix="oilplan-read-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data)
        try:
            return load_scanned(path, check)
        except OilplanError as error:
            raise OilplanError(str(error).replace(str(path), shown).replace("upload", shown, 1)) from None


def _form(text: str, wrong: str = "", status: int = 200) -> HTMLResponse:
    nothing: dict[str, Any] = {"documents": [], "variants": [], "proposals": [], "linked": []}
    return page("reading.html.j2", "/read", status=status, text=text, wrong=wrong, limits=_limits(), **nothing)


def _limits() -> str:
    return f"{MOST_CHARACTERS:,} characters, {MOST_FILES} files, {MOST_UPLOAD_BYTES / 1e6:.0f} MB"


def _saved(found: Reading, save: str) -> Response:
    if save == "json":
        text = json.dumps(reading_json(found), ensure_ascii=False, indent=1)
        return attachment(text, "reading.json", "application/json")
    make, name = (reading_html, "reading.html") if save == "html" else (review_html, "review.html")
    return attachment(make(found), name, "text/html; charset=utf-8")
