"""The bibliography: one work per key, and how the work was reached, read from BibTeX as people and Zotero write it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, NoReturn

from oilplan.errors import CONTROL, OilplanError
from oilplan.exchange import plain_bytes

REACHED = ("Seen", "Page copy", "Catalogue", "Quoted", "Recalled", "Derived", "None")
"""First words of a note: how the work was reached; all but ``Seen`` is weaker than having read it."""
UNSAID = "Catalogue"
"""How a work was reached whose entry does not say so: a reference manager holds catalogue entries."""
WHERE = ("journal", "journaltitle", "volume", "pages", "publisher", "institution", "howpublished", "school")
SKIPPED = ("comment", "preamble")
MOST_BYTES = 20_000_000
"""Of a file: some forty thousand works."""
MOST_CHARACTERS = 200_000
"""Of a value, names of strings put in: thirty strings that each double another would fill any memory."""

SURVEY, SURVEY_IN_FULL = "USSBS", "United States Strategic Bombing Survey"

_NAME = re.compile(r"[^\s{},=#%\"()]+")
_TEXT = {'"': re.compile(r'[^{}"]+'), "}": re.compile(r"[^{}]+")}
_SPACE = re.compile(r"(?:\s+|%[^\n]*)+")
_YEAR = re.compile(r"\d{4}(--\d{4})?", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-\d\d)?(?:-\d\d)?(?:/(\d{4})(?:-\d\d)?(?:-\d\d)?)?", re.ASCII)
_OUR_NOTE = re.compile(r"\w+(?: \w+)?\.(?:\s|$)")
"""A note that opens as ours do: a word or two and a full stop."""
_MONTHS = dict.fromkeys(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
_NO_FIELDS: Mapping[str, str] = MappingProxyType({})


class Source(NamedTuple):
    """One work. ``reached`` is one of ``REACHED``; ``note`` says the rest; absent fields are empty.

    year: four digits (or two years joined by -- ), empty for a work without a date: a bibliography has no word for it
    fields: every field of the entry as written, braces and all
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
    fields: Mapping[str, str] = _NO_FIELDS

    @property
    def citation(self) -> str:
        """The work on one line: author, title (year, or n.d. where it has none), where published."""
        where = f", {self.published}" if self.published else ""
        return f"{self.author}, {self.title} ({self.year or 'n.d.'}){where}"

    @property
    def short(self) -> str:
        """The work as it is named in passing: surnames and year (Ehlers 2009); of a body, its name if short, and the title."""
        if self.reached == "Recalled" and not self.year:
            return self.title[:1].lower() + self.title[1:]
        if self.fields.get("author", "").startswith("{"):
            body = SURVEY if self.author.startswith(SURVEY_IN_FULL) else self.author
            title = re.split(r" \(|: ", self.title)[0]
            return f"{body}, {title}" if len(body.split()) <= 2 else title
        surnames = [name.split(",")[0] for name in self.author.split(" and ") if name]
        named = surnames[0] + " and others" if len(surnames) > 2 else " and ".join(surnames)
        return f"{named or self.title} {self.year}".strip()


def read_sources(path: Path) -> dict[str, Source]:
    """Read a BibTeX or biblatex file: ours, or one that an editor exports from Zotero.

    Values may stand in braces or quotes, nest, be joined by ``#``, span lines and hold accents as LaTeX writes them;
    ``date``, ``journaltitle``, ``doi`` and the like are understood, other fields kept. An entry whose note does not say
    how the work was reached counts as ``UNSAID``.

    Returns the works by key. Raises OilplanError for a file that cannot be read or is not UTF-8, and, naming file and
    line, for text between entries, an entry or a value that is not closed, a key used twice, and a note that opens as
    ours do with a word that is not in ``REACHED``.
    """
    reader = _Reader(path.name, _text(path))
    sources: dict[str, Source] = {}
    while (entry := reader.entry()) is not None:
        kind, key, fields = entry
        if key in sources:
            reader.refuse(f"the key '{key[:60]}' stands twice; give each work its own.")
        sources[key] = _source(kind, key, fields, reader)
    return sources


class _Reader:
    """Entries off the text of a file, one after the other, each character looked at once."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text, self.at, self.begun, self.made = file, text, 0, 0, 0
        self.words: dict[str, str] = {}

    def refuse(self, what: str, at: int | None = None) -> NoReturn:
        line = self.text.count("\n", 0, self.begun if at is None else at) + 1
        raise OilplanError(f"{self.file}:{line} {what}")

    def expect(self, expected: str) -> NoReturn:
        if self.at >= len(self.text):
            self.refuse(f"the entry begun here is not closed; expected {expected}.")
        came = self.text[self.at :].split("\n", 1)[0].strip()[:60]
        self.refuse(f"came {came!r}; expected {expected}.", self.at)

    def skip(self) -> None:
        if space := _SPACE.match(self.text, self.at):
            self.at = space.end()

    def take(self, mark: str) -> bool:
        self.skip()
        found = self.text.startswith(mark, self.at)
        self.at += len(mark) if found else 0
        return found

    def name(self, expected: str) -> str:
        self.skip()
        found = _NAME.match(self.text, self.at)
        if found is None:
            self.expect(expected)
        self.at = found.end()
        return found[0]

    def entry(self) -> tuple[str, str, dict[str, str]] | None:
        """Kind, key and fields of the next work; None at the end of the file."""
        while True:
            self.skip()
            if self.at >= len(self.text):
                return None
            self.begun = self.at
            if not self.take("@"):
                self.expect("'@book{key,'")
            kind = self.name("a kind, such as book").lower()
            close = ")" if self.take("(") else "}"
            if close == "}" and not self.take("{"):
                self.expect("'{'")
            if kind in SKIPPED:
                self.quoted("}")
            elif kind == "string":
                self.words |= {name.lower(): value for name, value in self.fields(close).items()}
            else:
                key = self.name("a key")
                if not self.take(","):
                    self.expect("',' after the key")
                return kind, key, self.fields(close)

    def fields(self, close: str) -> dict[str, str]:
        found: dict[str, str] = {}
        while not self.take(close):
            name = self.name(f"'field = {{value}},' or '{close}'").lower()
            if not self.take("="):
                self.expect("'=' after the field's name")
            found.setdefault(name, " ".join(self.joined().split()))
            self.skip()
            if not self.take(",") and not self.text.startswith(close, self.at):
                self.expect(f"',' or '{close}' after a value")
        return found

    def joined(self) -> str:
        """Values joined by ``#``."""
        parts, length = [self.value()], 0
        while length <= MOST_CHARACTERS and self.take("#"):
            length += len(parts[-1])
            parts.append(self.value())
        length += len(parts[-1])
        self.made += length
        if length > MOST_CHARACTERS or self.made > MOST_BYTES:
            most = MOST_CHARACTERS if length > MOST_CHARACTERS else MOST_BYTES
            self.refuse(f"the values are over {most:,} characters with their @string put in; shorten them.")
        return "".join(parts)

    def value(self) -> str:
        self.skip()
        if self.take("{"):
            return self.quoted("}")
        if self.take('"'):
            return self.quoted('"')
        word = _NAME.match(self.text, self.at)
        known = word and (word[0].isdigit() or word[0].lower() in self.words or word[0].lower() in _MONTHS)
        if word is None or not known:
            self.expect("'field = {value},'")
        self.at = word.end()
        return self.words.get(word[0].lower(), word[0])

    def quoted(self, close: str) -> str:
        """Text up to the closing mark at the outermost level, what stands in inner braces included."""
        begun, depth = self.at, 0
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == close and depth == 0:
                self.at += 1
                return self.text[begun : self.at - 1]
            depth += (character == "{") - (character == "}")
            plain = _TEXT[close].match(self.text, self.at + 1)
            self.at = plain.end() if plain else self.at + 1
        self.refuse("the entry begun here is not closed; expected a line with '}'.")


def _text(path: Path) -> str:
    try:
        text = plain_bytes(path, MOST_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise OilplanError(f"{path} cannot be read ({error.strerror}); expected a BibTeX file.") from None
    except UnicodeDecodeError:
        raise OilplanError(f"{path} is not UTF-8 text; save it as UTF-8.") from None
    text = text.replace("\r\n", "\n")
    if odd := CONTROL.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        came = text[max(0, text.rfind("\n", 0, odd.start())) : odd.start() + 20].strip()[:60]
        raise OilplanError(f"{path.name}:{line} came {came!r}; expected text without control characters.")
    return text


def _source(kind: str, key: str, fields: dict[str, str], reader: _Reader) -> Source:
    if "title" not in fields:
        reader.refuse(f"the entry '{key[:60]}' has no title; expected 'title = {{...}},'.")
    note = plain(fields.get("note", ""))
    reached = next((word for word in REACHED if note.startswith(f"{word}.")), None)
    if reached is None and _OUR_NOTE.match(note):
        reader.refuse(
            f"the note of '{key[:60]}' must open with how the work was reached: {', '.join(REACHED)}, and a full stop."
        )
    doi = plain(fields.get("doi", "")).removeprefix("https://doi.org/")
    return Source(
        key=key,
        kind=kind,
        author=plain(fields.get("author") or fields.get("editor") or fields.get("organization", "")),
        title=plain(fields["title"]),
        year=_year(fields),
        published=", ".join(plain(fields[name]) for name in WHERE if fields.get(name)),
        url=plain(fields.get("url", "")) or (f"https://doi.org/{doi}" if doi else ""),
        reached=reached or UNSAID,
        note=note.removeprefix(f"{reached}.").strip(),
        fields=MappingProxyType(fields),
    )


def _year(fields: dict[str, str]) -> str:
    if _YEAR.fullmatch(year := plain(fields.get("year", ""))):
        return year
    found = _DATE.fullmatch(plain(fields.get("date", "")).rstrip("?~%"))
    if found is None:
        return ""
    return f"{found[1]}--{found[2]}" if found[2] and found[2] != found[1] else found[1]


# What LaTeX writes for a letter, as the letter.

_ACCENTS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307"}
_ACCENTS |= {"u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323"}
_ACCENTED = re.compile(r"\\([\"'`^~=.])\s?\{?\\?([A-Za-z])\}?|\\([uvHckrd])(?:\{| )\\?([A-Za-z])\}?")
_LETTERS = {"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å"}
_LETTERS |= {"AA": "Å", "i": "ı", "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘"}
_LETTER = re.compile(r"\\([A-Za-z]{1,20})(?:\{\}|\s|(?![A-Za-z]))")
_ESCAPED = re.compile(r"\\([&%#_$])")


def plain(value: str) -> str:
    """The text of a field: accents and signs as LaTeX writes them made letters, braces taken off."""
    if "\\" in value:
        value = _ACCENTED.sub(lambda m: (m[2] or m[4]) + _ACCENTS[m[1] or m[3]], value)
        value = _LETTER.sub(lambda m: _LETTERS.get(m[1], m[0]), value)
        value = unicodedata.normalize("NFC", _ESCAPED.sub(r"\1", value))
    return value.replace("{", "").replace("}", "").strip()
