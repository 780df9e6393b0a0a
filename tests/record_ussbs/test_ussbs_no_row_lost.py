"""Whatever the rows and their order, each is accounted for once and tons are neither lost nor doubled."""

import csv
from collections import Counter
from math import isclose
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oilplan.errors import OilplanError
from oilplan.record import load_record
from oilplan.record.ussbs import check_accounted, gazetteer_of
from oilplan.record.ussbs.collate import OUTCOMES, collate
from oilplan.record.ussbs.rows import COLUMNS, parse_row

with (Path(__file__).parent / "messy_rows.csv").open(encoding="utf-8", newline="") as file:
    MESSY = list(csv.reader(file))[1:]
GAZETTEER = gazetteer_of(load_record())

TARGETS = [
    ("MERSEBURG", "LEUNA SYN OIL", "BOOK_2_OILREFINERIES"),
    ("POLITZ", "HYDRIERWERKE AG", "BOOK_2_OILREFINERIES"),
    ("NOWHERE", "OIL PLANT", "BOOK_2_OILREFINERIES"),
    ("WILHELMSBURG", "EDIBLE OIL AND FATS FAC", "BOOK_2_OILREFINERIES"),
    ("HAMBURG", "CITY AREA", "BOOK_6_INDUSTRIAL__PART_2"),
]
number = st.integers(0, 4000).map(str)


@st.composite
def any_row(draw):
    """Cells of a row, most of them as bad as the digitisation makes them."""
    location, name, book = draw(st.sampled_from(TARGETS))
    cells = dict.fromkeys(COLUMNS, "0")
    cells |= {"target_location": location, "target_name": name, "BOOK": book}
    cells |= {column: draw(st.text("0123456789 NE", max_size=6)) for column in COLUMNS[3:6]}
    cells["DAY"] = draw(st.sampled_from(["", "0", "31", "32", "12.0", "13-14", "15-15", "99-1", "x", "٣"]))
    cells["MONTH"] = draw(st.sampled_from(["", "0", "1.1", "1.2", "2", "5.0", "11", "13", "-1", "²"]))
    cells["YEAR"] = draw(st.sampled_from(["", "0", "1.0", "2", "3", "4", "5.0", "0.4", "9", "x"]))
    cells["TIME OF ATTACK"] = draw(st.sampled_from(["", "53", "600", "1205", "2230"]))
    cells["AIR FORCE"] = draw(st.sampled_from(["", "R", "8", "9.0", "12", "15", "7"]))
    cells |= {column: draw(number) for column in COLUMNS[11:20]}
    cells["AVG_ALTITUDE"] = ""
    cells["NUM_ATTACKS"] = draw(st.sampled_from(["1", "1", "2", "14"]))
    return [cells[column] for column in COLUMNS]


def parsed(rows):
    return [parse_row(cells, line) for line, cells in enumerate(rows, start=2)]


def nameless(raids):
    """Raids without the line numbers of their rows, which depend on the order of the file."""
    return [raid._replace(raw_lines="") for raid in raids]


@settings(max_examples=200, deadline=None)
@given(st.lists(any_row() | st.sampled_from(MESSY), max_size=12))
def test_any_rows_are_each_accounted_for_once(rows):
    rows = parsed(rows)
    raids, audit = collate(rows, GAZETTEER)
    assert sorted(entry.reading.row.line for entry in audit) == [row.line for row in rows]
    assert {entry.outcome for entry in audit} <= set(OUTCOMES)
    assert len({raid.raid_id for raid in raids}) == len(raids)
    used = Counter(entry.raid_id for entry in audit if entry.outcome == "used")
    assert used == Counter(raid.raid_id for raid in raids)


@settings(max_examples=200, deadline=None)
@given(st.lists(any_row() | st.sampled_from(MESSY), max_size=12))
def test_the_tons_of_a_raid_are_those_of_its_counted_rows(rows):
    raids, audit = collate(parsed(rows), GAZETTEER)
    for raid in raids:
        own = [entry for entry in audit if entry.raid_id == raid.raid_id]
        counted = sum(e.reading.row.total_short_tons for e in own if e.outcome in ("used", "merged"))
        every = sum(e.reading.row.total_short_tons for e in own)
        assert isclose(raid.total_tons_short, counted, abs_tol=0.01)
        assert isclose(raid.raw_total_tons, every, abs_tol=0.01)
        assert raid.raw_rows == len(own)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_order_and_repetition_of_rows_change_no_raid(data):
    rows = MESSY + data.draw(st.lists(any_row(), max_size=6))
    again = rows + data.draw(st.lists(st.sampled_from(rows), max_size=10))
    shuffled = data.draw(st.permutations(again))
    plain, mixed = collate(parsed(rows), GAZETTEER), collate(parsed(shuffled), GAZETTEER)
    assert nameless(mixed.raids) == nameless(plain.raids)
    assert len(mixed.audit) == len(again)
    copies = len(again) - len({tuple(cells) for cells in again})
    assert sum(entry.outcome == "dropped_copy" for entry in mixed.audit) >= copies


def test_a_lost_and_a_doubled_row_are_noticed(make_row):
    rows = [make_row(line=2), make_row(line=3, DAY="25.0")]
    audit = collate(rows, GAZETTEER).audit
    check_accounted(rows, audit)
    for wrong in (audit[:1], (*audit, audit[0])):
        with pytest.raises(OilplanError, match="1 rows are not accounted for exactly once, the first at line"):
            check_accounted(rows, wrong)


@settings(max_examples=200, deadline=None)
@given(st.lists(any_row(), max_size=6))
def test_a_raid_without_a_full_date_says_that_its_date_is_in_doubt(rows):
    for raid in collate(parsed(rows), GAZETTEER).raids:
        assert len(raid.date) == 10 or "date_suspect" in raid.quality
