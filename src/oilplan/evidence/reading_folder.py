"""The folder of a reading. Its files are replaced as long as they are as they were written, and nothing else is.

`reading.html` ends in a comment that lists every file that a reading wrote there, with its SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from oilplan.errors import OilplanError
from oilplan.evidence.exports import json_text, tei_text
from oilplan.evidence.findings import Reading
from oilplan.evidence.pages import reading_pieces, review_pieces
from oilplan.exchange import plain_bytes

LIST = "reading.html"
NAMES = (LIST, "reading.json", "review.html", "reading.tei.xml")
BEGIN, END = b"<!-- written by oilplan read, with SHA-256: ", b" -->\n</html>\n"
LAST = b"</html>"
MOST_BYTES = 2_000_000_000


def check_reading_folder(out: Path, names: Iterable[str] = NAMES) -> dict[str, str]:
    """The SHA-256 of the files of an earlier reading that stand under ``names`` in a folder.

    Raises OilplanError for a folder that is a link or a file, and for a file there that no reading wrote, that was
    changed since, or that is a link.
    """
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        what = "a link, which is not written through" if out.is_symlink() else "a file"
        raise OilplanError(f"{out} is {what}; name a folder with --out.")
    listed, found = _listed(out / LIST), {}
    there = [out / name for name in names if os.path.lexists(out / name)]
    for path in sorted(there, key=lambda p: p.name != LIST):
        digest = "" if path.is_symlink() else _digest(path)
        if digest not in listed.get(path.name, ()):
            raise OilplanError(
                f"{path} was not written by `oilplan read`, or was changed since; move it away, or choose another --out."
            )
        found[path.name] = digest
    return found


def write_pages(reading: Reading, out: Path) -> list[Path]:
    """Write `reading.json`, `reading.html`, `review.html` and `reading.tei.xml` into ``out``, each whole or not at all.

    The hOCR made from a page image is kept beside them, under the image's name. Returns the paths. Raises
    OilplanError when the folder cannot be written, and as `check_reading_folder`. What else stands there is left alone.
    """
    pages: dict[str, Iterable[str]] = {
        "reading.json": json_text(reading),
        LIST: reading_pieces(reading),
        "review.html": review_pieces(reading),
        "reading.tei.xml": tei_text(reading),
    }
    pages |= {f"{Path(file).name}.hocr": [hocr.decode("utf-8", errors="replace")] for file, hocr in reading.hocr}
    check_reading_folder(out, pages)
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write(out, pages)
    except OSError as error:
        raise OilplanError(f"{out} cannot be written: {error.strerror or error}.") from None
    return [out / name for name in pages]


def _write(out: Path, pages: Mapping[str, Iterable[str]]) -> None:
    """All beside their places first, then each into its own; the list, which comes first, names the old and the new, so
    that a kill between two leaves nothing that the next reading would take for the user's."""
    parts = {name: out / f".{name}.{os.getpid()}.oilplan-part" for name in pages}
    try:
        for name, pieces in pages.items():
            with parts[name].open("w", encoding="utf-8") as file:
                file.writelines(pieces)
        _end_without(parts[LIST], LAST)
        new = {name: _digest(part) for name, part in parts.items()}
        old = check_reading_folder(out, pages)
        now = {name: sorted({new[name], old.get(name, new[name])}) for name in pages}
        listed = {**_listed(out / LIST), **now}
        with parts[LIST].open("ab") as file:
            file.write(BEGIN + json.dumps(listed).replace("--", "\\u002d-").encode() + END)
        for name in sorted(pages, key=lambda n: n != LIST):
            os.replace(parts[name], out / name)
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _end_without(path: Path, last: bytes) -> None:
    text = path.read_bytes().rstrip()
    path.write_bytes(text.removesuffix(last))


def _listed(path: Path) -> dict[str, list[str]]:
    """SHA-256 by name of what readings wrote beside a `LIST`; nothing where it is none."""
    with suppress(OSError, ValueError):
        _, begin, rest = plain_bytes(path, MOST_BYTES).rpartition(BEGIN)
        listed = json.loads(rest.removesuffix(END)) if begin and not path.is_symlink() else None
        if isinstance(listed, dict) and all(isinstance(v, list) for v in listed.values()):
            return listed
    return {}


def _digest(path: Path) -> str:
    """SHA-256 of a plain file, of a `LIST` without its comment; empty for what is no plain file."""
    try:
        data = plain_bytes(path, MOST_BYTES)
    except OSError:
        return ""
    return hashlib.sha256(data.rpartition(BEGIN)[0] or data).hexdigest()
