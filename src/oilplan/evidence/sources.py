"""Files as they come, page images too, to raw decoded text; what cannot be read is refused in one sentence."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from oilplan.cache import Cache
from oilplan.errors import OilplanError
from oilplan.evidence.layout import Scanned
from oilplan.evidence.limits import IMAGE_MEMORY_KB, IMAGE_SECONDS, MOST_BYTES, MOST_FILES, Check, go_on
from oilplan.evidence.page_markup import hocr_text

PROGRAM = "tesseract"


def image_text(path: Path, data: bytes, kept: Cache | None = None, check: Check = go_on) -> Scanned:
    """Text of a page image (png, jpg, tif) as tesseract reads it; its hOCR is kept beside the text.

    kept: the cache that keeps the hOCR under the image's digest, so that an image is read by tesseract once

    Raises OilplanError in one sentence when tesseract is not installed, cannot read the image, takes too long, or
    finds no words.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise OilplanError(
            f"{path} is a page image, which is read by tesseract, and that is not installed; install it "
            "(Debian: apt install tesseract-ocr), or give hOCR, ALTO or text."
        )
    return _by_ocr(program, path, "image", data, kept, lambda: _hocr_of(program, path, path, 1, check))


def _by_ocr(program: str, path: Path, what: str, data: bytes, kept: Cache | None, make: Callable[[], bytes]) -> Scanned:
    """A scan by its hOCR, which is kept under the digest of the scan and made once."""
    name = hashlib.sha256(data).hexdigest()
    hocr = kept.get("documents", name) if kept else None
    if hocr is None:
        hocr = make()
        if kept:
            kept.put("documents", name, hocr)
    scanned = hocr_text(path.name, hocr.decode("utf-8", errors="replace"))
    return scanned._replace(read_as=f"{what}, read by {_version(program)}", hocr=hocr)


def pdf_scanned(path: Path, data: bytes, kept: Cache | None = None, check: Check = go_on) -> Scanned:
    """A PDF by its text layer; one without it by the scans of its pages, as `image_text` reads images."""
    from oilplan.evidence.pdf_text import RUN_OCR, page_images, pdf_text

    text = pdf_text(path.name, data, check)
    if text.strip():
        return Scanned(text, "PDF with a text layer")
    program = shutil.which(PROGRAM)
    if program is None:
        raise OilplanError(
            f"{path.name} is a PDF without a text layer: install tesseract, which then reads its pages "
            f"(Debian: apt install tesseract-ocr), or {RUN_OCR}."
        )

    def hocr() -> bytes:
        with tempfile.TemporaryDirectory(prefix="oilplan-") as folder:
            scans: list[Path] = []
            for ending, image in page_images(path.name, data, check):
                scans.append(Path(folder, f"{len(scans) + 1:05d}{ending}"))
                scans[-1].write_bytes(image)
            listed = Path(folder, "pages.txt")
            listed.write_text("".join(f"{scan}\n" for scan in scans), encoding="utf-8")
            return _hocr_of(program, path, listed, len(scans), check)

    return _by_ocr(program, path, "scanned PDF", data, kept, hocr)


def _hocr_of(program: str, path: Path, pages: Path, count: int, check: Check) -> bytes:
    """What tesseract prints of an image, or of ``count`` images that a file lists, run with bounded memory and time; it
    is stopped when ``check`` raises."""
    bounded = f'ulimit -v {IMAGE_MEMORY_KB}; exec "$0" "$@"'
    try:
        run = subprocess.Popen(
            ["/bin/sh", "-c", bounded, program, str(pages.resolve()), "-", "hocr"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise OilplanError(f"{path}: tesseract cannot be started: {error.strerror or error}.") from None
    try:
        out, said = _waited(run, path, IMAGE_SECONDS * count, check)
    finally:
        run.kill()
        run.wait()
    if run.returncode or not out.strip():
        lines = said.decode("utf-8", errors="replace").strip().splitlines()
        raise OilplanError(
            f"{path}: tesseract cannot read the image ({lines[-1][:120] if lines else 'no reason given'})."
        )
    return out


def _waited(run: subprocess.Popen[bytes], path: Path, seconds: float, check: Check) -> tuple[bytes, bytes]:
    end = time.monotonic() + seconds
    while True:
        try:
            return run.communicate(timeout=0.2)
        except subprocess.TimeoutExpired:
            check()
            if time.monotonic() > end:
                raise OilplanError(f"{path}: tesseract took over {seconds:.0f} seconds; scan it smaller.") from None


def _version(program: str) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, timeout=10, check=False)
    lines = (done.stdout or done.stderr).decode("utf-8", errors="replace").splitlines()
    return lines[0].strip() if lines else PROGRAM


READS = "text, PDF, hOCR, ALTO, PAGE XML, or page images (png, jpg, tif)"
LEAST_PRINTABLE = 0.95
"""Share of printable characters below which decoded bytes are no text."""
MOST_ZEROS = 0.1
"""Share of zero bytes a text may hold: a PDF's lost ligatures leave some, a program is full of them."""
MARKS = {b"\xff\xfe\x00\x00": "utf-32", b"\x00\x00\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""Byte order marks, the longer first."""
ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"Rar!", b"7z\xbc\xaf")
IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
MARKUP = ("<?xml", "<alto", "<!doctype", "<html", "<pcgts")
SAMPLE = 200_000
DECLARED = re.compile(r"\A\s*<\?xml[^>]*\?>")
BEYOND_ASCII = re.compile("[^\x00-\x7f]")
FEW_BYTES = 2
"""So many bytes beyond ASCII do not make an encoding, unless their letters stand as letters do."""
USUAL = frozenset("\xa0äöüßÄÖÜéèêëàâçôîïûùÉáíóúñåøæœ“”‘’–—…£§°½¼¾·«»•")
"""Signs beyond ASCII that texts in English, German and French print."""
SET_APART = frozenset("“”‘’–—…")
"""Signs that stand where a letter cannot by chance: they count twice."""
SKIPPED = frozenset({"reading.json", "reading.html", "review.html", "reading.tei.xml", "judgements.json"})
READABLE = frozenset({".txt", ".text", ".md", ".csv", ".tsv", ".pdf", ".xml", ".hocr", ".html", ".htm", ".xhtml"})
READABLE |= {".png", ".jpg", ".jpeg", ".tif", ".tiff"}


def load_text(path: Path) -> str:
    """The raw text of a file, as `load_scanned` reads it."""
    return load_scanned(path).text


def load_scanned(path: Path, check: Check = go_on, kept: Cache | None = None) -> Scanned:
    """The raw text of a file: plain text, PDF, hOCR, ALTO, PAGE XML, or a page image.

    check: called between pages; raises OilplanError when the reading is to stop
    kept: the cache that keeps the hOCR of page images

    Pages of one file are set apart by a form feed. Line ends are kept as they stand in plain text. ``read_as`` says
    in what format and encoding the file was read.

    Raises OilplanError in one sentence for a file that is missing, empty, over 50 MB, binary, compressed, encrypted,
    without text or broken.
    """
    data = _bytes(path)
    if data.startswith(b"%PDF"):
        return pdf_scanned(path, data, kept, check)
    if data.startswith(IMAGES):
        return image_text(path, data, kept, check)
    if data.startswith(ARCHIVES):
        raise OilplanError(f"{path} is a compressed archive; unpack it first and read the files in it.")
    text, read_as = decoded(path, data)
    head = text[:2000].lstrip().lower()
    return _marked_up(path, data, text) if head.startswith(MARKUP) else Scanned(text, read_as)


def files_in(paths: Sequence[str | Path] | str | Path) -> list[Path]:
    """The files that ``paths`` (or one path) name, those of folders (and the folders in them) in order of name.

    A folder gives its files with a known ending; hidden files and what `oilplan read --out` wrote are left out.

    Raises OilplanError for no path at all, a folder without such a file, or with too many.
    """
    if not paths:
        raise OilplanError("no file to read; name a file or a folder.")
    found: dict[Path, None] = {}
    for path in map(Path, [paths] if isinstance(paths, str | Path) else paths):
        mine = [path / name for name in listed(path) if Path(name).name not in SKIPPED] if path.is_dir() else [path]
        found.update(dict.fromkeys(mine))
    return list(found)


def listed(folder: Path) -> dict[str, tuple[int, int]]:
    """The files of a folder and the folders in it that can be read, by path in it: (size, time of change in ns)."""
    found: dict[str, tuple[int, int]] = {}
    waiting = [""]
    try:
        while waiting:
            under = waiting.pop()
            for entry in os.scandir(os.path.join(folder, under)):
                name = f"{under}/{entry.name}" if under else entry.name
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(name)
                elif os.path.splitext(entry.name)[1].lower() in READABLE and entry.is_file():
                    stat = entry.stat()
                    found[name] = stat.st_size, stat.st_mtime_ns
    except OSError as error:
        raise OilplanError(f"{folder} cannot be read: {error.strerror or error}.") from None
    if not found:
        raise OilplanError(f"{folder} is a folder without a file to read; `oilplan read` takes {READS}.")
    if len(found) > MOST_FILES:
        raise OilplanError(f"{folder} holds {len(found):,} files; at most {MOST_FILES:,} are read: name its folders.")
    return dict(sorted(found.items()))


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
    except (OSError, ValueError) as error:
        raise OilplanError(f"{path} cannot be read: {getattr(error, 'strerror', '') or error}.") from None
    if not data.strip():
        raise OilplanError(f"{path} is empty; `oilplan read` takes {READS}.")
    return data


def decoded(path: Path, data: bytes) -> tuple[str, str]:
    """The text of ``data`` and the encoding in words: UTF-8, UTF-16, UTF-32, cp1252 or Mac Roman.

    UTF-8 with single bad bytes stays UTF-8, each bad byte a replacement character that the reading flags. Whether
    other bytes are cp1252 or Mac Roman is decided by which gives the letters and signs that books print.

    Raises OilplanError for bytes that are no text.
    """
    text, read_as = _decoded(data)
    sample = text[:SAMPLE]
    printable = sum(c.isprintable() or c in "\r\n\t\f\x00" for c in sample)
    if printable < LEAST_PRINTABLE * len(sample) or sample.count("\x00") > max(2, MOST_ZEROS * len(sample)):
        raise OilplanError(f"{path} is binary or in an unknown encoding; `oilplan read` takes {READS}.")
    return text, read_as


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
            return text, f"{encoding.upper()} (byte order mark)"
    even, odd = data[:SAMPLE:2].count(0), data[1:SAMPLE:2].count(0)
    half = min(len(data), SAMPLE) / 2
    if half >= 2 and max(even, odd) > 0.6 * half and min(even, odd) < 0.1 * half:
        end = "big" if even > odd else "little"
        text = data.decode(f"utf-16-{end[0]}e", errors="replace")
        return text, f"UTF-16, {end} end first (no byte order mark: seen from its zero bytes)"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return _one_byte(data)


def _one_byte(data: bytes) -> tuple[str, str]:
    """Bytes that are not UTF-8 throughout."""
    text = data.decode("utf-8-sig", errors="surrogateescape")
    bad = sum(1 for _ in re.finditer("[\udc80-\udcff]", text))
    good = sum(1 for _ in re.finditer("[\u0080-\ud7ff\ue000-\U0010ffff]", text))
    if good > bad:
        return re.sub("[\udc80-\udcff]", "\ufffd", text), f"UTF-8 with {_bad(bad)}"
    western, mac = data.decode("cp1252", errors="replace"), data.decode("mac_roman")
    likely, words = (mac, "Mac Roman") if _likely(mac) > _likely(western) else (western, "Windows-1252")
    if bad <= FEW_BYTES and _likely(likely) <= 0:
        return re.sub("[\udc80-\udcff]", "\ufffd", text), f"ASCII with {_bad(bad)}"
    unread = likely.count("\ufffd")
    return likely, f"{words} (by its letters)" + (f" with {_bad(unread)}" if unread else "")


def _bad(count: int) -> str:
    return ("one bad byte" if count == 1 else f"{count:,} bad bytes") + " (flagged)"


def _likely(text: str) -> int:
    """How many signs beyond ASCII are usual ones where such signs stand, less those that are not."""
    signs = ((m.group(), _stands(text, m.start())) for m in BEYOND_ASCII.finditer(text))
    return sum((2 if c in SET_APART else 1) if c in USUAL and stands else -1 for c, stands in signs)


def _stands(text: str, at: int) -> bool:
    """Whether the sign at ``at`` stands where its like does: a letter beside a letter, a quotation mark beside a word."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if text[at].isalpha():
        return before.isalpha() or after.isalpha()
    return bool(after.strip()) if text[at] in "“‘" else bool(before.strip()) if text[at] in "”’" else True


def _marked_up(path: Path, data: bytes, text: str) -> Scanned:
    lowered = text[:5000].lower()
    if "<alto" in lowered or "<pcgts" in lowered or ("<?xml" in lowered and "<html" not in lowered):
        from oilplan.evidence.page_markup import xml_text

        return xml_text(
            path.name, data if data.lstrip().startswith((b"<", b"\xef\xbb\xbf")) else DECLARED.sub("", text).encode()
        )
    if "<!entity" in text[:100_000].lower():
        raise OilplanError(f"{path.name} declares XML entities, which are not expanded; remove them and read it again.")
    from oilplan.evidence.page_markup import hocr_text

    return hocr_text(path.name, text)
