"""The text layer of a PDF."""

from __future__ import annotations

import io
import logging

from oilplan.errors import OilplanError

MOST_PAGES = 3000
MOST_CHARACTERS = 20_000_000
"""A page that unpacks to more is a decompression bomb, not a book."""


def pdf_text(name: str, data: bytes) -> str:
    """Text of all pages of a PDF, a form feed between pages.

    Raises OilplanError in one sentence for a PDF that is broken, encrypted, too long or without a text layer.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise OilplanError(f"{name} is an encrypted PDF; save a copy without a password and read that.")
        if len(reader.pages) > MOST_PAGES:
            raise OilplanError(f"{name} has {len(reader.pages)} pages; at most {MOST_PAGES} are read: split it.")
        text = _pages(name, reader)
    except OilplanError:
        raise
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
        RecursionError,
        ImportError,
    ) as error:
        raise OilplanError(f"{name} is a broken PDF ({type(error).__name__}); repair it or give its text.") from None
    if not text.strip():
        raise OilplanError(
            f"{name} is a PDF without a text layer; run OCR on it first and read its hOCR, ALTO or text."
        )
    return text


def _pages(name: str, reader) -> str:  # type: ignore[no-untyped-def]
    pages, length = [], 0
    for page in reader.pages:
        pages.append(page.extract_text())
        length += len(pages[-1])
        if length > MOST_CHARACTERS:
            raise OilplanError(f"{name} unpacks to over {MOST_CHARACTERS / 1e6:.0f} million characters; split it.")
    return "\f".join(pages)
