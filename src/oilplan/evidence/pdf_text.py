"""The text layer of a PDF, its work counted before it is done."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from oilplan.errors import OilplanError
from oilplan.evidence.limits import MOST_FORM_DEPTH, MOST_PDF_PAGES, PDF_BASE_BYTES, PDF_TIMES, Check, go_on

DRAWN = re.compile(rb"/([^\s/<>\[\](){}%]{1,127})\s+Do\b")
RANGE = re.compile(rb"<([0-9a-fA-F]{1,8})>\s*<([0-9a-fA-F]{1,8})>")
MAPPINGS_A_BYTE = 4
"""Entries of a font's character map made in the time that a byte of drawing takes."""
MOST_FONTS, BYTES_A_FONT = 1_000, 60
"""Fonts that a page or form may name, and the bytes of drawing that each takes as long as."""
SURROGATES = re.compile("[\ud800-\udfff]")


def pdf_text(name: str, data: bytes, check: Check = go_on) -> str:
    """Text of all pages of a PDF, a form feed between pages; blank for one without a text layer. A letter that the PDF
    lost is a replacement character.

    check: called before each page; raises OilplanError when the reading is to stop

    Raises OilplanError in one sentence for a PDF that is broken, encrypted, too long, or one whose drawing unpacks to
    far more than text does.
    """
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise OilplanError(f"{name} is an encrypted PDF; save a copy without a password and read that.")
        if len(reader.pages) > MOST_PDF_PAGES:
            raise OilplanError(f"{name} has {len(reader.pages)} pages; at most {MOST_PDF_PAGES} are read: split it.")
        text = _pages(name, reader, PDF_BASE_BYTES + PDF_TIMES * len(data), check)
    except (OilplanError, KeyboardInterrupt):
        raise
    except Exception as error:  # the PDF library asserts, recurses and raises plain errors on broken files
        raise OilplanError(f"{name} is a broken PDF ({type(error).__name__}); repair it or give its text.") from None
    return SURROGATES.sub("\ufffd", text)


def page_images(name: str, data: bytes, check: Check = go_on) -> Iterator[tuple[str, bytes]]:
    """The scan of each page of a PDF without a text layer: the ending of its file (.jpg, .png) and its bytes.

    Raises OilplanError for a page that is no one image, or one too large or in a form that cannot be unpacked.
    """
    from pypdf import PdfReader

    seen = False
    for number, page in enumerate(PdfReader(io.BytesIO(data)).pages, 1):
        check()
        sizes = _scan_sizes(page)
        if not sizes:
            yield ".pgm", BLANK
            continue
        if sum(size > max(sizes) / 5 for size in sizes) > 1 or max(sizes) > MOST_PIXELS:
            raise OilplanError(f"{name} is a PDF without a text layer; page {number} is no one scan: {RUN_OCR}.")
        try:
            image = max(page.images, key=lambda i: i.image.width * i.image.height if i.image else 0)
        except ImportError:
            raise OilplanError(
                f"{name} is a PDF without a text layer; to unpack its scans Pillow is needed: pip install 'oilplan[scans]', or"
                f" {RUN_OCR}."
            ) from None
        except Exception as error:  # as above, or a decoder is missing
            raise OilplanError(
                f"{name} is a PDF without a text layer; the scan of page {number} cannot be unpacked "
                f"({type(error).__name__}): {RUN_OCR}."
            ) from None
        seen = True
        yield PurePath(image.name).suffix, image.data
    if not seen:
        raise OilplanError(f"{name} is a PDF without a text layer and without scans; give its text.")


def _scan_sizes(page: Any) -> list[int]:
    """Pixels of the images that a page may draw; what has no size is none."""
    try:
        drawn = [_object(x) for x in _values(page.get("/Resources"), "/XObject")]
    except Exception:  # pypdf raises many kinds for broken objects
        return []
    sides = [
        (_object(x.get("/Width")), _object(x.get("/Height")))
        for x in drawn
        if isinstance(x, Mapping) and x.get("/Subtype") == "/Image"
    ]
    return [int(w) * int(h) for w, h in sides if isinstance(w, int) and isinstance(h, int) and min(w, h) > 0]


BLANK = b"P5 99 99 255\n" + b"\xff" * 99 * 99
"""A page without a scan, so that those behind it keep their places."""
RUN_OCR = "run OCR on it and read its hOCR, ALTO or text"
MOST_PIXELS = 80_000_000
"""Of a scan: two A4 pages at 600 dots an inch have 70 million."""


def _pages(name: str, reader: Any, most_bytes: int, check: Check) -> str:
    work = _Work(name, most_bytes)
    for page in reader.pages:
        work.add(page)
    pages = []
    for page in reader.pages:
        check()
        pages.append(page.extract_text())
    return "\f".join(pages)


class _Work:
    """Bytes of drawing that the pages take, every form counted each time it is drawn."""

    def __init__(self, name: str, most_bytes: int) -> None:
        self.name, self.most_bytes, self.bytes = name, most_bytes, 0
        self.forms: dict[int, int] = {}
        self.fonts: dict[int, int] = {}

    def add(self, page: Any) -> None:
        """Count a page. Raises OilplanError when the file takes too much."""
        contents = page.get("/Contents")
        contents = contents.get_object() if contents is not None else None
        streams = contents if isinstance(contents, list) else [contents]
        parts, length = [], 0
        for stream in streams:
            if stream is not None:
                parts.append(_data(stream.get_object()))
                length += len(parts[-1]) + 1
                self._check(length)
        self.bytes += self._drawing(b"\n".join(parts), page.get("/Resources"), 0)
        self._check(self.bytes)

    def _check(self, count: int) -> None:
        if count > self.most_bytes:
            raise OilplanError(
                f"{self.name} unpacks to over {self.most_bytes / 1e6:.1f} MB of drawing, which text never does; "
                "split it, or give its text."
            )

    def _drawing(self, data: bytes, resources: Any, depth: int) -> int:
        self._check(len(data))
        resources = _object(resources)
        fonts = _values(resources, "/Font")
        if len(fonts) > MOST_FONTS:
            raise OilplanError(
                f"{self.name} names {len(fonts):,} fonts on a page, which text never does; give its text."
            )
        total = len(data) + sum(map(self._font, fonts)) + BYTES_A_FONT * len(fonts)
        forms = _object(resources.get("/XObject")) if isinstance(resources, Mapping) else None
        if not isinstance(forms, Mapping):
            return total
        for drawn in DRAWN.finditer(data):
            total += self._form(forms.get("/" + drawn[1].decode("latin-1")), depth + 1)
            self._check(total)
        return total

    def _form(self, reference: Any, depth: int) -> int:
        form = _object(reference)
        if not isinstance(form, Mapping) or form.get("/Subtype") != "/Form":
            return 0
        if depth > MOST_FORM_DEPTH:
            raise OilplanError(f"{self.name} draws forms in forms over {MOST_FORM_DEPTH} deep; give its text.")
        if id(form) not in self.forms:
            self.forms[id(form)] = self._drawing(_data(form), form.get("/Resources"), depth)
        return self.forms[id(form)]

    def _font(self, reference: Any) -> int:
        font = _object(reference)
        if not isinstance(font, Mapping):
            return 0
        if id(font) not in self.fonts:
            data = _data(_object(font.get("/ToUnicode")))
            entries = sum(min(abs(int(b, 16) - int(a, 16)), 65_536) for a, b in RANGE.findall(data))
            self.fonts[id(font)] = entries // MAPPINGS_A_BYTE
        return self.fonts[id(font)]


def _object(reference: Any) -> Any:
    return reference.get_object() if hasattr(reference, "get_object") else reference


def _values(resources: Any, key: str) -> list[Any]:
    found = _object(resources.get(key)) if isinstance(resources, Mapping) else None
    return list(found.values()) if isinstance(found, Mapping) else []


def _data(stream: Any) -> bytes:
    return bytes(stream.get_data()) if hasattr(stream, "get_data") else b""
