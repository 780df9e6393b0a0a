"""Files as they come, to raw decoded text; a file that cannot be read is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

from oilplan.errors import OilplanError

MOST_BYTES = 50_000_000
"""Ten times a whole book of text; a scanned book as PDF with its text layer fits."""
MOST_TEXT_BYTES = 20_000_000
READS = "plain text (UTF-8 or cp1252), PDF with a text layer, hOCR or ALTO"
LEAST_PRINTABLE = 0.95
"""Share of printable characters below which decoded bytes are no text."""


def load_text(path: Path) -> str:
    """The raw text of a file: plain text (UTF-8 or cp1252), PDF with a text layer, hOCR or ALTO.

    Pages of one file are set apart by a form feed. Line ends are kept as they stand in plain text.

    Raises OilplanError in one sentence for a file that is missing, empty, over 50 MB, binary, compressed, encrypted,
    without text or broken.
    """
    data = _bytes(path)
    if data.startswith(b"%PDF"):
        from oilplan.evidence.pdf_text import pdf_text

        return pdf_text(path.name, data)
    if data.startswith((b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"Rar!", b"7z\xbc\xaf")):
        raise OilplanError(f"{path} is a compressed archive; unpack it first and read the files in it.")
    head = data[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<?xml", b"<alto", b"<!doctype", b"<html")):
        from oilplan.evidence.page_xml import xml_text

        return xml_text(path.name, data)
    return _decoded(path, data)


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise OilplanError(f"{path} is a folder; name the files in it.")
        if not path.is_file():
            raise OilplanError(f"{path} is not a file; `oilplan read` takes {READS}.")
        if size > MOST_BYTES:
            raise OilplanError(
                f"{path} has {size / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read: split it into volumes."
            )
        data = path.read_bytes()
    except OSError as error:
        raise OilplanError(f"{path} cannot be read: {error.strerror or error}.") from None
    if not data.strip():
        raise OilplanError(f"{path} is empty; `oilplan read` takes {READS}.")
    return data


def _decoded(path: Path, data: bytes) -> str:
    if len(data) > MOST_TEXT_BYTES:
        raise OilplanError(
            f"{path} has {len(data) / 1e6:,.0f} MB of text; at most {MOST_TEXT_BYTES / 1e6:.0f} MB are read: split it."
        )
    if b"\x00" in data:
        raise OilplanError(f"{path} is binary; `oilplan read` takes {READS}.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    sample = text[:200_000]
    printable = sum(c.isprintable() or c in "\r\n\t\f" for c in sample)
    if printable < LEAST_PRINTABLE * len(sample):
        raise OilplanError(f"{path} is binary or in an unknown encoding; `oilplan read` takes {READS}.")
    return text
