"""Page images, read by tesseract where it is installed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from pathlib import Path

from oilplan.errors import OilplanError
from oilplan.evidence.hocr import hocr_text
from oilplan.evidence.kept_documents import keep
from oilplan.evidence.layout import Scanned
from oilplan.evidence.limits import IMAGE_MEMORY_KB, IMAGE_SECONDS, Check, go_on

PROGRAM = "tesseract"


def image_text(path: Path, data: bytes, kept: Path | None = None, check: Check = go_on) -> Scanned:
    """Text of a page image (png, jpg, tif) as tesseract reads it; its hOCR is kept beside the text.

    kept: folder that keeps the hOCR under the image's digest, so that an image is read by tesseract once

    Raises OilplanError in one sentence when tesseract is not installed, cannot read the image, takes too long, or
    finds no words.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise OilplanError(
            f"{path} is a page image, which is read by tesseract, and that is not installed; install it "
            "(Debian: apt install tesseract-ocr), or give hOCR, ALTO or text."
        )
    place = kept / f"{hashlib.sha256(data).hexdigest()}.hocr" if kept else None
    if place and place.is_file():
        hocr = place.read_bytes()
    else:
        hocr = _hocr_of(program, path, check)
        if place:
            keep(place, hocr.decode("utf-8", errors="replace"))
    scanned = hocr_text(path.name, hocr.decode("utf-8", errors="replace"))
    return scanned._replace(read_as=f"image, read by {_version(program)}", hocr=hocr)


def _hocr_of(program: str, path: Path, check: Check) -> bytes:
    """What tesseract prints, run with bounded memory and time; it is stopped when ``check`` raises."""
    bounded = f'ulimit -v {IMAGE_MEMORY_KB}; exec "$0" "$@"'
    try:
        run = subprocess.Popen(
            ["/bin/sh", "-c", bounded, program, str(path.resolve()), "-", "hocr"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise OilplanError(f"{path}: tesseract cannot be started: {error.strerror or error}.") from None
    try:
        out, said = _waited(run, path, check)
    finally:
        run.kill()
        run.wait()
    if run.returncode or not out.strip():
        lines = said.decode("utf-8", errors="replace").strip().splitlines()
        raise OilplanError(
            f"{path}: tesseract cannot read the image ({lines[-1][:120] if lines else 'no reason given'})."
        )
    return out


def _waited(run: subprocess.Popen[bytes], path: Path, check: Check) -> tuple[bytes, bytes]:
    end = time.monotonic() + IMAGE_SECONDS
    while True:
        try:
            return run.communicate(timeout=0.2)
        except subprocess.TimeoutExpired:
            check()
            if time.monotonic() > end:
                raise OilplanError(
                    f"{path}: tesseract took over {IMAGE_SECONDS:.0f} seconds; scan it smaller."
                ) from None


def _version(program: str) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, timeout=10, check=False)
    lines = (done.stdout or done.stderr).decode("utf-8", errors="replace").splitlines()
    return lines[0].strip() if lines else PROGRAM
