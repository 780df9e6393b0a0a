"""The edition: the pages as files that open from a folder, with counterfactuals flown beforehand. No server, no network."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from starlette.types import ASGIApp

from ..record import WEAK_MEANING, Record, weak_row
from ..results_folder import MARK, write_whole
from ..studies import manifest
from .app import create_app
from .choices import DIRECTIVES, map_choice, run_choice
from .engine import SEED, Engine, MapWorld, laboratory
from .limits import PREVIEW_DRAWS
from .map_data import chosen_data, flown_data
from .pages import SHOWN_OF, ShownOf, page
from .record_tables import filled_columns, usual_columns
from .story import SIDES, side_query

BEGINNINGS = ("/", "/story", "/argument", "/counterfactuals", "/attribute", "/record", "/help", "/about")
INCLUDED = ("/claim/", "/plant/", "/plants", "/source/", "/sources")
"""Pages that are taken along, beside `BEGINNINGS`, where a page of the edition links to them."""
SCRIPTS = ("figures.js", "oil_map.js", "story.js", "argument.js", "edition.js", "kept.js")
STATIC = ("page.css", "tables.css", *SCRIPTS, "mark.svg")
FROM_MONTHS, SIZES = ("1944-06", "1944-09", "1944-12"), (100, 50)
LINK = re.compile(r'(?P<name>\b(?:href|src|action))="(?P<to>/[^"]*)"')
ANCHOR = re.compile(r'<a\b[^>]*\bhref="(?P<to>/[^"]*)"[^>]*>(?P<words>.*?)</a>', re.DOTALL)
Progress = Callable[[int, int], None]


class GridArm(NamedTuple):
    """One counterfactual of the grid. orders: key of `DIRECTIVES`; query: as the map room has it; name: of its file."""

    orders: str
    from_month: str
    share: int
    query: str
    name: str


def write_edition(
    record: Record,
    out: Path,
    *,
    draws: int = PREVIEW_DRAWS,
    force: bool = False,
    command: list[str],
    progress: Progress,
) -> None:
    """Write the edition to ``out``, whole or not at all.

    draws: of every counterfactual, one of the two sizes that the pages have; progress: called with (done, of)
    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """
    stated = manifest(record, command=command, seed=SEED, draws=draws, from_months=FROM_MONTHS, sizes_percent=SIZES)

    def fill(folder: Path) -> None:
        (folder / MARK).write_text(json.dumps(stated, indent=1) + "\n", encoding="utf-8")
        for name, content in contents(record, draws, progress):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    write_whole(out, fill, force=force)


def contents(record: Record, draws: int, progress: Progress) -> Iterator[tuple[str, bytes]]:
    """Every file of the edition: its path and its bytes."""
    arms, tables = grid(draws), list(record.tables)
    of = len(arms) + len(SIDES) + len(tables) + 2
    progress(0, of)
    lab = laboratory(record)
    yield "data/flown.js", _kept("flown", flown_data(lab))
    flown: dict[str, dict[str, Any]] = {}
    queries = [(a.name, a.query) for a in arms] + [(f"side-{s}", side_query(s)) for s in SIDES]
    for k, (name, query) in enumerate(queries):
        choice = map_choice(dict(parse_qsl(query)))
        flown[name] = chosen_data(lab, choice, run_choice(lab, choice))
        yield f"data/{name}.js", _kept(name, flown[name])
        progress(k + 1, of)
    index = {"/api/flown": "flown"} | {f"/api/arm?{query}": name for name, query in queries}
    yield "data/index.js", f"window.keptIndex = {json.dumps(index)};\n".encode()
    token = SHOWN_OF.set(ShownOf(record.hash[:12], edition=True))
    try:
        made = {"/counterfactuals": _grid_page(arms, flown, draws)}
        for k, table in enumerate(tables):
            made[f"/record/{table}"] = _table_page(record, table)
            progress(len(queries) + k + 1, of)
    finally:
        SHOWN_OF.reset(token)
    own = [f"/plant/{plant}" for plant in record.rows("plants")] + [f"/source/{key}" for key in record.sources]
    pages = asyncio.run(_crawled(_app(record, lab), made, own))
    for address, text in pages.items():
        yield file_of(address), linked(text, address, set(pages)).encode()
    for name in STATIC:
        yield f"static/{name}", (files("oilplan.web") / "static" / name).read_bytes()
    progress(of, of)


def grid(draws: int) -> list[GridArm]:
    """Orders of all forces (Harris's are Bomber Command's), from some months, with all or half of their tons on oil."""
    out = []
    for orders in (d for d in DIRECTIVES if d != "as_ordered"):
        for month in FROM_MONTHS:
            for share in SIZES:
                others = "as_ordered" if orders == "harris" else orders
                said = {"from": month, "bc": orders, "e8": others, "f15": others}
                shares = {f"{f}_share": str(share) for f in ("bc", "e8", "f15")}
                query = f"{map_choice(said | shares).query}&draws={draws}"
                out.append(GridArm(orders, month, share, query, f"{orders}-{month}-{share}"))
    return out


def _kept(name: str, data: dict[str, Any]) -> bytes:
    """Data as a script, since a page opened from a folder may read no other file."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    text = re.sub(r'href=\\"/plant/([^"\\]+)\\"', r'href=\\"plant/\1.html\\"', text)
    return f"window.keptData[{json.dumps(name)}] = {text};\n".encode()


def _grid_page(arms: list[GridArm], flown: dict[str, dict[str, Any]], draws: int) -> str:
    rows = [(DIRECTIVES[a.orders], a, flown[a.name]["numbers"]) for a in arms]
    orders = {a.orders: DIRECTIVES[a.orders] for a in arms}
    made = page(
        "counterfactuals.html.j2",
        "/counterfactuals",
        rows=rows,
        orders=orders,
        months=FROM_MONTHS,
        sizes=SIZES,
        draws=draws,
    )
    return bytes(made.body).decode()


def _table_page(record: Record, table: str) -> str:
    rows = list(record.rows(table).values())
    columns = filled_columns(record, table, rows)
    made = page(
        "edition_table.html.j2",
        "/record",
        table=table,
        record=record,
        rows=rows,
        columns=columns,
        shown=usual_columns(table, columns, rows),
        weak=weak_row,
        weak_means=WEAK_MEANING,
    )
    return bytes(made.body).decode()


def _app(record: Record, lab: MapWorld) -> ASGIApp:
    """The application whose pages are taken, its engine ready and its claims weighed."""
    app = create_app(record, edition=True)
    app.state.engine = Engine(record, build=lambda _: lab)
    app.state.engine.start()
    app.state.engine.wait(60.0)
    app.state.judging.start()
    app.state.judging.wait()
    return app


async def _crawled(app: ASGIApp, made: dict[str, str], own: list[str]) -> dict[str, str]:
    """Address to page for all that is taken along. made: pages already there; own: those of every plant and work"""
    pages, waiting = dict(made), [b for b in (*BEGINNINGS, *own) if b not in made]
    while waiting:
        address = waiting.pop()
        status, text = await _asked(app, address)
        if status == 200:
            pages[address] = text
            found = {urlsplit(html.unescape(m["to"])).path for m in LINK.finditer(text)}
            more = {f for f in found if f.startswith(INCLUDED) and not f.endswith(("/bib", "/ris"))}
            waiting += sorted(more - pages.keys() - set(waiting))
    return pages


async def _asked(app: ASGIApp, address: str) -> tuple[int, str]:
    """Status and text of a page of the application, asked for without a network."""
    status, body = 0, b""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, body
        status = message.get("status", status)
        body += message.get("body", b"")

    path = unquote(address)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
    }
    await app(scope, receive, send)
    return status, body.decode(errors="replace")


def file_of(address: str) -> str:
    """Where the page of an address lies in the edition."""
    path = unquote(address).strip("/") or "index"
    return f"{'record/index' if path == 'record' else path}.html"


def linked(text: str, address: str, pages: set[str]) -> str:
    """A page whose links lead within the folder; a link to what is not taken along becomes plain words."""
    up = "../" * file_of(address).count("/")

    def known(found: re.Match[str]) -> str:
        return found[0] if _target(html.unescape(found["to"]), pages) else f"<span>{found['words']}</span>"

    def moved(found: re.Match[str]) -> str:
        to = _target(html.unescape(found["to"]), pages)
        return f'{found["name"]}="{html.escape(up + to)}"' if to else f'data-was{found["name"]}=""'

    return LINK.sub(moved, ANCHOR.sub(known, text))


def _target(to: str, pages: set[str]) -> str:
    """The file, with its place, that an address means in the edition; empty where it has none."""
    parts = urlsplit(to)
    path, place = parts.path, parts.fragment
    if path.startswith(("/static/", "/data/")):
        return path.lstrip("/")
    row = re.fullmatch(r"/row/([^/]+)/(.+)", path)
    if row:
        path, place = f"/record/{row[1]}", quote(unquote(row[2]))
    asked = re.fullmatch(r"where=row_id=(.+)", parts.query)
    if asked:
        place = quote(unquote(asked[1]))
    path = {"/map": "/counterfactuals"}.get(path, path)
    if path not in pages:
        return ""
    return quote(file_of(path)) + (f"#{place}" if place else "")
