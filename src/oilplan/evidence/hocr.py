"""The text of hOCR pages: words where the scanner marked them, else the lines as they stand."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from oilplan.errors import OilplanError
from oilplan.evidence.layout import Block, Line, Scanned, Word, laid_out

LINES = frozenset({"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat", "ocrx_line"})
EMPTY = frozenset({"br", "img", "meta", "link", "hr", "input"})
TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[A-Za-z][\w:-]*)(?P<attributes>[^<>]*)>|(?P<text>[^<]+)|(?P<other><)")
CLASS = re.compile(r"\bclass\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
TITLE = re.compile(r"\btitle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
BOX = re.compile(r"\bbbox\s+(-?\d{1,6})\s+-?\d{1,6}\s+(-?\d{1,6})\s")
CONFIDENCE = re.compile(r"\bx_wconf\s+(\d{1,3})")
LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
REACH = 50
"""Elements back in which an end tag looks for its start; pages with tags left open need three."""


def hocr_text(name: str, text: str) -> Scanned:
    """Text of hOCR: a line end per line, a blank line per paragraph, a form feed per page.

    Raises OilplanError for a page without hOCR, or without words.
    """
    pages = _pages(text)
    if not any(line for page in pages for block in page for line in block):
        if "ocr_" not in text and "ocrx_" not in text:
            raise OilplanError(
                f"{name} is HTML without hOCR words (class ocrx_word); give hOCR, or its text as plain text."
            )
        raise OilplanError(f"{name} holds no words; run OCR again and read its output.")
    return laid_out(pages, "hOCR")


class _Reader:
    """Where the reading stands: the elements open, and the pages so far."""

    def __init__(self) -> None:
        self.pages: list[list[Block]] = []
        self.open: list[tuple[str, str]] = []
        self.in_word = self.in_line = 0
        self.word: list[str] = []
        self.loose: list[str] = []
        self.title = ""

    def start(self, tag: str, kind: str, title: str) -> None:
        self.open.append((tag, kind))
        if kind == "ocr_page" or (kind and not self.pages):
            self.pages.append([])
        if kind == "ocr_par" or (kind in LINES and not self.pages[-1]):
            self.pages[-1].append([])
        if kind in LINES:
            self._close_line()
            self.pages[-1][-1].append([])
            self.in_line += 1
        if kind == "ocrx_word":
            self.in_word += 1
            self.word, self.title = [], title

    def end(self, tag: str) -> None:
        for back in range(1, min(REACH, len(self.open)) + 1):
            if self.open[-back][0] == tag:
                for _ in range(back):
                    self._leave(self.open.pop()[1])
                return

    def data(self, text: str) -> None:
        if self.in_word:
            self.word.append(text)
        elif self.in_line:
            self.loose.append(text)

    def _leave(self, kind: str) -> None:
        if kind == "ocrx_word":
            self.in_word -= 1
            line = self._line()
            if line is not None:
                line += [_word(t, self.title) for t in ["".join(self.word).strip()] if t]
            self.word = []
        if kind in LINES:
            self._close_line()
            self.in_line -= 1

    def _close_line(self) -> None:
        """The text of a line without words of its own."""
        line = self._line()
        if line is not None and not line:
            line += [Word(t) for t in "".join(self.loose).split()]
        self.loose = []

    def _line(self) -> Line | None:
        return self.pages[-1][-1][-1] if self.pages and self.pages[-1] and self.pages[-1][-1] else None


def _pages(text: str) -> list[list[Block]]:
    reader = _Reader()
    for match in _tokens(text):
        tag = match["tag"]
        if match["text"]:
            reader.data(_unescaped(match["text"]))
        elif tag and match["close"]:
            reader.end(tag.lower())
        elif tag and tag.lower() not in EMPTY and not match["attributes"].endswith("/"):
            kinds = (_first(CLASS.search(match["attributes"]))).split()
            kind = next((k for k in kinds if k.startswith("ocr")), "")
            reader.start(tag.lower(), kind, _unescaped(_first(TITLE.search(match["attributes"]))))
    while reader.open:
        reader._leave(reader.open.pop()[1])
    return reader.pages


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """Tags and text in turn; comments, declarations and scripts passed over. Every character is looked at once."""
    at = 0
    while at < len(text):
        skipped = _skipped(text, at)
        if skipped > at:
            at = skipped
            continue
        match = TOKEN.match(text, at)
        if match is None:
            return
        yield match
        at = match.end()
        if match["tag"] and match["tag"].lower() in ("script", "style") and not match["close"]:
            at = _after(text, "</", at)


def _skipped(text: str, at: int) -> int:
    if text.startswith("<!--", at):
        return _after(text, "-->", at + 4) + 3
    if text.startswith(("<!", "<?"), at):
        return _after(text, ">", at) + 1
    return at


def _after(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    return html.unescape(LONG_REFERENCE.sub("\ufffd", text))


def _first(match: re.Match[str] | None) -> str:
    return next((g for g in match.groups() if g is not None), "") if match else ""


def _word(text: str, title: str) -> Word:
    box, sure = BOX.search(title + " "), CONFIDENCE.search(title)
    left, right = (float(box[1]), float(box[2])) if box else (None, None)
    return Word(" ".join(text.split()), left, right, int(sure[1]) / 100 if sure else None)
