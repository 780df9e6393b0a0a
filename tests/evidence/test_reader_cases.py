"""The shared reader cases: each small file stands for a kind of fault, and its check says what a reading must hold."""

import json
from pathlib import Path

import pytest

from oilplan.evidence import read_files

FOLDER = Path(__file__).parents[3] / "shared" / "reader_cases"
CASES = json.loads((FOLDER / "checks.json").read_text(encoding="utf-8")) if FOLDER.is_dir() else []


def names_for_check(path: Path) -> dict:
    """What the checks of `checks.json` speak of, from the reading of one file."""
    (document,) = read_files([path]).documents
    return {
        "Q": [(q.raw, q.value, q.unit, q.of) for q in document.quantities],
        "D": [d.edtf for d in document.dates],
        "R": document.reading,
        "NO": [n.number for n in document.notes],
        "LT": document.letters,
        "NID": {n.raw: n.id for n in document.names},
        "NK": [n.raw for n in document.names if n.kind == "person"],
    }


@pytest.mark.skipif(not CASES, reason="../shared/reader_cases is not at hand")
@pytest.mark.parametrize("case", CASES, ids=[c["file"] for c in CASES])
def test_a_case_reads_as_its_check_says(case):
    known = names_for_check(FOLDER / case["file"])
    assert eval(case["check"], known), {k: v for k, v in known.items() if k != "__builtins__"}
