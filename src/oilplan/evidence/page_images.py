"""Page images, read by tesseract where it is installed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from oilplan.cache import keep
from oilplan.errors import OilplanError
from oilplan.evidence.hocr import hocr_text
from oilplan.evidence.layout import Scanned
from oilplan.evidence.limits import IMAGE_SECONDS

PROGRAM = "tesseract"


def image_text(path: Path, data: bytes, kept: Path | None = None) -> Scanned:
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
        hocr = _hocr_of(program, path)
        if place:
            keep(place, hocr.decode("utf-8", errors="replace"))
    scanned = hocr_text(path.name, hocr.decode("utf-8", errors="replace"))
    return scanned._replace(read_as=f"image, read by {_version(program)}", hocr=hocr)


def _hocr_of(program: str, path: Path) -> bytes:
    try:
        done = subprocess.run(
            [program, str(path.resolve()), "-", "hocr"], capture_output=True, timeout=IMAGE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise OilplanError(f"{path}: tesseract took over {IMAGE_SECONDS:.0f} seconds; scan it smaller.") from None
    except OSError as error:
        raise OilplanError(f"{path}: tesseract cannot be started: {error.strerror or error}.") from None
    if done.returncode or not done.stdout.strip():
        said = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
        raise OilplanError(
            f"{path}: tesseract cannot read the image ({said[-1][:120] if said else 'no reason given'})."
        )
    return done.stdout


def _version(program: str) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, timeout=10, check=False)
    lines = (done.stdout or done.stderr).decode("utf-8", errors="replace").splitlines()
    return lines[0].strip() if lines else PROGRAM
