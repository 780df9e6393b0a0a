"""The reader reaches the hand-made reading of the three scanned passages, where they are at hand."""

import os
from pathlib import Path

import pytest

from oilplan.evidence import read_files

FOLDER = os.environ.get("OILPLAN_SEEDS_DIR", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="OILPLAN_SEEDS_DIR names no folder with the scanned passages")


@pytest.fixture(scope="module")
def seeds():
    reading = read_files(sorted(Path(FOLDER).glob("00*.txt")))
    return reading, list(reading.documents)


def test_the_overlap_and_its_two_variants(seeds):
    (overlap,) = seeds[0].overlaps
    assert (overlap.a_span, overlap.b_span) == ((1121, 2000), (0, 879))
    assert [(d.a_start, d.b_start) for d in overlap.differences] == [(1715, 594), (1778, 657)]
    assert overlap.joined_characters == len(seeds[0].joined[0].text) == 3121


def test_note_numbers_follow_from_the_run(seeds):
    first, second, third = seeds[1]
    assert [(n.start, n.number) for n in first.notes] == [(513, 145), (1093, 146), (1724, 147), (1790, 148)]
    assert [(n.start, n.number) for n in second.notes] == [
        (603, 147),
        (669, 148),
        (1054, 149),
        (1338, 150),
        (1917, 151),
    ]
    assert [(n.start, n.number) for n in third.notes] == [(948, 1), (1316, 2), (1587, 3)]
    assert all(n.confidence <= 0.8 for n in (*first.notes, *second.notes))


PLACES = [
    {
        "hyphenation": [356],
        "paragraph_break": [516, 995, 1793],
        "ellipsis_spacing": [1053],
        "dash_spacing": [1987],
        "truncation": [0, 1999],
    },
    {
        "hyphenation": [1066],
        "letter_confusion": [1381],
        "paragraph_break": [672, 1141],
        "dash_spacing": [866],
        "truncation": [0, 1999],
    },
    {
        "hyphenation": [1272, 1340, 1473],
        "mojibake": [1244],
        "letter_for_figure": [99, 725],
        "lost_fraction": [287],
        "footnote_in_body": [1678, 1721, 1776],
        "table_flattened": [1950],
        "truncation": [0, 2000],
    },
]


@pytest.mark.parametrize("which", range(3))
def test_every_defect_is_repaired_or_flagged_and_nothing_else(seeds, which):
    repairs = [r for r in seeds[1][which].repairs if not r.kind.startswith("note_marker")]
    expected = [(kind, at) for kind, places in PLACES[which].items() for at in places]
    found = [(kind, at) for kind, at in expected if any(r.kind == kind and r.start <= at < r.end for r in repairs)]
    assert found == expected
    assert len(repairs) == len(expected)


def test_the_only_figures_are_these(seeds):
    values = [[(q.value, q.unit) for q in d.quantities] for d in seeds[1]]
    assert values == [
        [(None, "plants"), (11, "plants"), (70, "percent")],
        [(11, "plants"), (70, "percent"), (11, "plants"), (70, "percent"), (0.5, "share")],
        [(60, "cities"), (2.5, "cities a month"), (4, "times")],
    ]


def test_letters_speakers_and_drafters(seeds):
    letters = {(x.sender, x.to, x.date, x.drafted_by, x.reference) for d in seeds[1] for x in d.letters}
    assert letters >= {
        ("Sydney Bufton", "Sir Charles Portal", "", "Sydney Bufton", ""),
        ("Sir Charles Portal", "Sir Arthur Harris", "XXXX-12-22", "Sydney Bufton", ""),
        ("Sir Arthur Harris", "Sir Charles Portal", "1944-11-01", "", ""),
        ("Sir Charles Portal", "Sir Arthur Harris", "1944-11-12", "", ""),
        ("Sir Norman Bottomley", "Sir Arthur Harris", "1944-11-13", "", "App. 27"),
    }
    speakers = [[q.speaker for q in d.quotations] for d in seeds[1]]
    harris, portal, bufton = "Sir Arthur Harris", "Sir Charles Portal", "Sydney Bufton"
    assert speakers == [[harris, bufton, harris], [harris, portal, portal, portal, portal], [portal, portal, ""]]
