"""An index of a folder of texts: passages with their places, searched by words; only changed files are read again."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from oilplan.cache import open_cache
from oilplan.errors import OilplanError
from oilplan.evidence.limits import Check, go_on
from oilplan.evidence.printed_pages import page_at, printed_pages
from oilplan.evidence.sources import listed, load_scanned

FORMAT = 1
"""Raised when the tables below or the cutting of passages change: an older index is made anew."""
INDEX_TIMES = 2
"""Bytes of an index for one of text."""
PASSAGE = 900
"""Characters of a passage: two or three sentences on either side of a figure."""
END = re.compile(r"[.!?][\"'”’)\]]*\d{0,3}\s+(?=[A-ZÀ-Þ“‘\"'(])|\n\s*\n|\f")
BROKEN = re.compile(r"(?<=[^\W\d_])[-¬\u00ad]\s*\n\s*(?=[a-zà-ÿ])")
TABLES = (
    "CREATE TABLE files (id INTEGER PRIMARY KEY, path TEXT UNIQUE, size INTEGER, changed INTEGER, why TEXT)",
    "CREATE TABLE passages (id INTEGER PRIMARY KEY, file INTEGER, page TEXT, start INTEGER, stop INTEGER, text TEXT)",
    "CREATE INDEX passages_of ON passages (file)",
    "CREATE VIRTUAL TABLE words USING fts5(text, content='passages', content_rowid='id',"
    " tokenize='porter unicode61 remove_diacritics 2')",
    "CREATE TRIGGER passage_in AFTER INSERT ON passages BEGIN"
    " INSERT INTO words(rowid, text) VALUES (new.id, new.text); END",
    "CREATE TRIGGER passage_out AFTER DELETE ON passages BEGIN"
    " INSERT INTO words(words, rowid, text) VALUES ('delete', old.id, old.text); END",
)


class Passage(NamedTuple):
    """A stretch of a file: raw offsets, the page to cite it by, its text, and how well it fits (more is better)."""

    file: str
    page: str
    start: int
    end: int
    text: str
    score: float


KINDS = (str, str, int, int, str, float)
"""Of the parts of a `Passage`, as a sound index gives them."""


class Updated(NamedTuple):
    """What bringing an index up to date did: files read, files unchanged, files gone, files that cannot be read."""

    read: int
    unchanged: int
    gone: int
    unread: tuple[tuple[str, str], ...]


def index_place(folder: Path) -> Path:
    """Where the index of ``folder`` is kept when the user names no place: in the cache, by the folder's full path.

    Indexes longest unused make room for it. Raises OilplanError where there is no cache, or none so large.
    """
    cache = open_cache()
    if cache is None:
        raise OilplanError("There is no cache to keep the index in; name a file for it with --index.")
    digest = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    try:
        place = cache.folder("find") / f"{digest}.sqlite"
        if not place.is_file():
            _make_room(place.parent, sum(size for size, _ in listed(folder).values()), cache.most_bytes)
    except OSError as error:
        raise OilplanError(f"The cache cannot keep the index ({error.strerror}); name a file with --index.") from None
    return place


def _make_room(indexes: Path, text_bytes: int, most: int) -> None:
    """Delete the indexes longest unused until one of so much text fits. Raises OilplanError where none would."""
    needed = INDEX_TIMES * text_bytes
    if needed > most:
        raise OilplanError(
            f"The index takes some {needed / 1e6:,.0f} MB and the cache has {most / 1e6:,.0f}; name a file with --index."
        )
    kept = sorted((p.stat().st_mtime, p.stat().st_size, p) for p in indexes.glob("*.sqlite"))
    total = sum(size for _, size, _ in kept)
    for _, size, path in kept:
        if total + needed <= most:
            return
        path.unlink()
        total -= size


def update_index(folder: Path, place: Path, check: Check = go_on) -> Updated:
    """Bring the index at ``place`` up to date with the files of ``folder``, whole or not at all.

    A file is read again when its size or time of change differs. Raises OilplanError for a folder without files to
    read, an index that cannot be written, or a file at ``place`` that is no index of ours.
    """
    present = {_shown(name): (name, stamp) for name, stamp in listed(folder).items()}
    with _opened(place) as index:
        rows = index.execute("SELECT id, CAST(path AS TEXT), size, changed FROM files")
        known = {path: (key, (size, changed)) for key, path, size, changed in rows}
        gone = [key for path, (key, _) in known.items() if path not in present]
        stale = [path for path, (_, stamp) in present.items() if path not in known or known[path][1] != stamp]
        for key in [*gone, *(known[path][0] for path in stale if path in known)]:
            index.execute("DELETE FROM passages WHERE file = ?", (key,))
            index.execute("DELETE FROM files WHERE id = ?", (key,))
        for path in stale:
            check()
            _add(index, path, folder / present[path][0], present[path][1])
        unread = index.execute(
            "SELECT CAST(path AS TEXT), CAST(why AS TEXT) FROM files WHERE why != '' ORDER BY path"
        ).fetchall()
    return Updated(len(stale), len(present) - len(stale), len(gone), tuple(unread))


def _shown(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def search(place: Path, query: str, most: int) -> list[Passage]:
    """The passages that fit an FTS5 query best (bm25), at most ``most``."""
    with _opened(place) as index:
        found = index.execute(
            "SELECT f.path, p.page, p.start, p.stop, p.text, r.score FROM"
            " (SELECT rowid, -bm25(words) AS score FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?) AS r"
            " JOIN passages AS p ON p.id = r.rowid JOIN files AS f ON f.id = p.file ORDER BY r.score DESC, p.id",
            (query, most),
        ).fetchall()
        if not all(tuple(map(type, row)) == KINDS for row in found):
            raise sqlite3.DatabaseError("a passage in it is damaged")
    return [Passage(*row) for row in found]


NOT_MANY = 40
"""Passages that may hold a word whatever their share: in a small folder every word sought is in most."""


def rare_enough(place: Path, words: Iterable[str], share: float) -> dict[str, float]:
    """The words (or phrases) that at most ``share`` of all passages hold, or 40 of a few, with their rarity log(N / n)."""
    from math import log

    kept = {}
    with _opened(place) as index:
        total = index.execute("SELECT count(*) FROM passages").fetchone()[0]
        for word in words:
            count = index.execute("SELECT count(*) FROM words WHERE words MATCH ?", (quoted(word),)).fetchone()[0]
            if 0 < count <= max(NOT_MANY, share * total):
                kept[word] = log((total + 1) / count)
    return kept


def quoted(words: str) -> str:
    """Words as one phrase of an FTS5 query, whatever signs they hold."""
    return '"' + words.replace('"', " ").replace("\0", " ") + '"'


def passages(raw: str) -> Iterator[tuple[int, int]]:
    """Spans of ``raw`` (one page) of at most 900 characters that end with a sentence or paragraph where one ends in time."""
    start = 0
    ends = [m.end() for m in END.finditer(raw)]
    place = 0
    while start < len(raw):
        limit = min(len(raw), start + PASSAGE)
        best = -1
        while place < len(ends) and ends[place] <= limit:
            best, place = ends[place], place + 1
        at_a_space = raw.rfind(" ", start + 1, limit) + 1 or limit
        stop = limit if limit == len(raw) else best if best > start else at_a_space
        if raw[start:stop].strip():
            yield start, stop
        start = stop


def _add(index: sqlite3.Connection, name: str, path: Path, stamp: tuple[int, int]) -> None:
    try:
        raw, why = load_scanned(path).text, ""
    except OilplanError as error:
        raw, why = "", str(error)
    file = "INSERT INTO files (path, size, changed, why) VALUES (?, ?, ?, ?)"
    key = index.execute(file, (name, *stamp, why)).lastrowid
    pages = printed_pages(raw)
    spans = ((p.start + a, p.start + b) for p in pages for a, b in passages(raw[p.start : p.end]))
    index.executemany(
        "INSERT INTO passages (file, page, start, stop, text) VALUES (?, ?, ?, ?, ?)",
        ((key, page_at(pages, a), a, b, BROKEN.sub("", raw[a:b])) for a, b in spans),
    )


@contextmanager
def _opened(place: Path) -> Iterator[sqlite3.Connection]:
    """The index at ``place``, made when it is not there; one writer at a time, all of its work or none."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        index = sqlite3.connect(place, timeout=60.0)
    except (OSError, sqlite3.Error) as error:
        raise OilplanError(f"{place} cannot be opened as an index: {error}.") from None
    try:
        _prepare(index)
        with index:
            yield index
    except (sqlite3.Error, UnicodeError, OverflowError) as error:
        raise OilplanError(
            f"{place} cannot be used as an index ({error}); delete it, or name another file with --index."
        ) from None
    finally:
        index.close()


def _prepare(index: sqlite3.Connection) -> None:
    version = index.execute("PRAGMA user_version").fetchone()[0]
    if version == FORMAT:
        return
    with index:
        index.execute("BEGIN IMMEDIATE")
        if index.execute("PRAGMA user_version").fetchone()[0] == FORMAT:
            return
        names = {row[0] for row in index.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if names and not {"files", "passages", "words"} <= names:
            raise sqlite3.DatabaseError("it holds other tables")
        for name in ("words", "passages", "files"):
            index.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in TABLES:
            index.execute(statement)
        index.execute(f"PRAGMA user_version = {FORMAT}")
