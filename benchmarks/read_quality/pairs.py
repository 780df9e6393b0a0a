"""Error rates before and after repair on pairs that the user names: `python -m benchmarks.read_quality.pairs OCR TRUTH`.

OCR and TRUTH are two folders; a scan and its true text have one name (the ending aside). No text is kept.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

LONGEST = 200_000
"""Characters of one text that are compared; the rest is left out and said."""


def error_rates(scans: Path, truths: Path) -> dict[str, Any]:
    """Word and character error rates of all pairs, as scanned and as read.

        errors / length of the true text, both summed over the pairs

    An error is one word (character) changed, lost or added in the shortest edit; spaces and line ends count as one
    space. Raises SystemExit with a sentence when a folder is missing or no pair is found.
    """
    from oilplan.evidence import read_text
    from oilplan.evidence.sources import load_text

    for folder in (scans, truths):
        if not folder.is_dir():
            raise SystemExit(f"{folder} is not a folder; name one with scanned texts and one with the true texts.")
    true_of = {path.stem: path for path in sorted(truths.iterdir()) if path.is_file()}
    pairs = [(path, true_of[path.stem]) for path in sorted(scans.iterdir()) if path.stem in true_of]
    if not pairs:
        raise SystemExit(f"no file of {scans} has the name of a file of {truths}.")
    sums = {f"{unit}_{when}": 0 for unit in ("words", "characters") for when in ("before", "after")}
    words = characters = cut = 0
    for scan, truth in pairs:
        raw, true = load_text(scan), " ".join(load_text(truth).split())
        cut += len(raw) > LONGEST or len(true) > LONGEST
        raw, true = raw[:LONGEST], true[:LONGEST]
        words, characters = words + len(true.split()), characters + len(true)
        for when, text in (("before", raw), ("after", read_text(scan.name, raw).reading)):
            text = " ".join(text.split())
            sums[f"words_{when}"] += _distance(text.split(), true.split())
            sums[f"characters_{when}"] += _distance(text, true)
    rates = {
        f"{key}_error_rate": round(n / (words if key.startswith("words") else characters), 5) for key, n in sums.items()
    }
    return {"pairs": len(pairs), "words": words, "characters": characters, "pairs_cut": cut, **rates}


def _distance(one: Any, other: Any) -> int:
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(one, other)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m benchmarks.read_quality.pairs OCR_FOLDER TRUTH_FOLDER")
    print(json.dumps(error_rates(Path(sys.argv[1]), Path(sys.argv[2])), indent=1))
