"""The bibliography: one work per key, and how the work was reached, read from plain BibTeX."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from oilplan.errors import CONTROL, OilplanError

REACHED = ("Seen", "Page copy", "Catalogue", "Quoted", "Recalled", "Derived", "None")
"""First words of a note: how the work was reached; all but ``Seen`` is weaker than having read it."""

_ENTRY = re.compile(r"^@(\w+)\{([^,\s]+),\s*$")
_YEAR = re.compile(r"^\d{4}(--\d{4})?$", re.ASCII)
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{(.*)\},?\s*$")


class Source(NamedTuple):
    """One work. ``reached`` is one of ``REACHED``; ``note`` says the rest; absent fields are empty.

    year: four digits (or two years joined by -- ), empty for a work without a date: a bibliography has no word for it
    """

    key: str
    kind: str
    author: str
    title: str
    year: str
    published: str
    url: str
    reached: str
    note: str

    @property
    def citation(self) -> str:
        """The work on one line: author, title (year, or n.d. where it has none), where published."""
        where = f", {self.published}" if self.published else ""
        return f"{self.author}, {self.title} ({self.year or 'n.d.'}){where}"


def read_sources(path: Path) -> dict[str, Source]:
    """Read a BibTeX file with one field per line, as ``sources.bib`` is written.

    path: the file

    Returns the works by key. Raises OilplanError for a file that cannot be read or is not UTF-8, and, naming file and
    line, for a line that is neither an entry, a field nor a comment, for an entry that is not closed, for a key used
    twice and for a note that does not open with a word of ``REACHED``.
    """
    sources: dict[str, Source] = {}
    fields: dict[str, str] = {}
    where = path.name
    for number, line in enumerate(_lines(path), start=1):
        where = f"{path.name}:{number}"
        if CONTROL.search(line):
            raise OilplanError(f"{where} came {line.strip()[:60]!r}; expected text without control characters.")
        if (entry := _ENTRY.match(line)) and not fields:
            fields = {"kind": entry[1], "key": entry[2]}
            if entry[2] in sources:
                raise OilplanError(f"{where} the key '{entry[2]}' stands twice; give each work its own.")
        elif (field := _FIELD.match(line)) and fields:
            fields[field[1].lower()] = field[2].strip()
        elif line.strip() == "}" and fields:
            sources[fields["key"]] = _source(fields, where)
            fields = {}
        elif line.strip() and not line.startswith("%"):
            expected = "'field = {value},'" if fields else "'@book{key,'"
            raise OilplanError(f"{where} came {line.strip()[:60]!r}; expected {expected}.")
    if fields:
        raise OilplanError(f"{where} the entry '{fields['key']}' is not closed; expected a line with '}}'.")
    return sources


def _lines(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        raise OilplanError(f"{path} cannot be read ({error.strerror}); expected a BibTeX file.") from None
    except UnicodeDecodeError:
        raise OilplanError(f"{path} is not UTF-8 text; save it as UTF-8.") from None


def _source(fields: dict[str, str], where: str) -> Source:
    note = fields.get("note", "")
    reached = next((word for word in REACHED if note.startswith(f"{word}.")), None)
    if reached is None:
        raise OilplanError(
            f"{where} the note of '{fields['key']}' must open with how the work was reached: "
            f"{', '.join(REACHED)}, and a full stop."
        )
    published = ", ".join(
        fields[name].strip("{}")
        for name in ("journal", "volume", "pages", "publisher", "institution", "howpublished", "school")
        if name in fields
    )
    return Source(
        key=fields["key"],
        kind=fields["kind"],
        author=(fields.get("author") or fields.get("editor", "")).strip("{}"),
        title=fields.get("title", ""),
        year=year if _YEAR.match(year := fields.get("year", "")) else "",
        published=published,
        url=fields.get("url", ""),
        reached=reached,
        note=note.removeprefix(f"{reached}.").strip(),
    )
