"""Variants of the kinds of fault seen on outside books: other words, figures and layouts, each with what must hold."""

import json
from pathlib import Path

import pytest

from oilplan.evidence import read_text

FILES = sorted(Path(__file__).parent.glob("reader_variants*.json"))
VARIANTS = [v for file in FILES for v in json.loads(file.read_text(encoding="utf-8"))]
KINDS = sorted({v["kind"] for v in VARIANTS})


def _known(text):
    """What the checks speak of: values, reading, dates, letters, note numbers, ids, persons, and two questions."""
    read = read_text("page", text)

    def has(unit, value):
        return any(q.unit == unit and q.value is not None and abs(q.value - value) < 0.01 for q in read.quantities)

    def no(unit, value=None):
        return not any(q.unit == unit and q.value is not None and value in (None, q.value) for q in read.quantities)

    return {
        "vals": sorted(q.value for q in read.quantities if q.value is not None),
        "R": read.reading,
        "D": [d.edtf for d in read.dates],
        "L": read.letters,
        "notes": [n.number for n in read.notes],
        "ids": [n.id for n in read.names if n.id],
        "NK": [n.raw for n in read.names if n.kind == "person"],
        "has": has,
        "no": no,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_variant_of_a_kind_reads_as_its_check_says(kind):
    mine = [v for v in VARIANTS if v["kind"] == kind]
    wrong = [v for v in mine if not eval(v["check"], _known(v["text"]))]
    assert mine and not wrong
