"""Every fact found since the first tables is carried, once, with its figures; and the look-ups with it."""

import json
from collections import Counter

import pytest

from oilplan.record.load import data_folder

MANIFEST = json.loads((data_folder() / "found_manifest.json").read_text(encoding="utf-8"))
TOPICS = {"sighting": 146, "output": 93, "railway": 23, "repair": 15, "forces": 218, "claims": 53}
LONGEST_QUOTE_WORDS = 15


@pytest.fixture
def carried(embedded):
    """Rows by number of fact, with the tables they stand in."""
    rows = {}
    for table in embedded.tables:
        for row in embedded.rows(table).values():
            for fact in filter(None, (row.get("facts") or "").split(";")):
                rows.setdefault(fact, []).append((table, row))
    return rows


def test_the_manifest_counts_548_facts_by_topic():
    assert Counter(fact["topic"] for fact in MANIFEST["facts"].values()) == TOPICS


def test_every_fact_stands_in_exactly_one_table(carried):
    assert sorted(carried) == sorted(MANIFEST["facts"])
    for number, fact in MANIFEST["facts"].items():
        assert {table for table, _ in carried[number]} == {fact["table"]}, number


def test_every_figure_of_a_fact_stands_in_its_rows(carried):
    for number, fact in MANIFEST["facts"].items():
        figures = {float(cell) for _, row in carried[number] for cell in row.values() if isinstance(cell, int | float)}
        missing = {figure for figure in fact["numbers"] if float(figure) not in figures}
        assert not missing, (number, missing, figures)


def test_every_fact_in_words_or_of_a_date_keeps_them(carried):
    for number, fact in MANIFEST["facts"].items():
        if fact["numbers"]:
            continue
        for table, row in carried[number]:
            dated = (row.get("earliest"), row.get("latest"))
            interval = table == "overrun" and all(dated) and dated[0] < dated[1]
            assert interval or fact["says"] in (row.get("says"), *dated), (number, fact["says"])


def test_every_looked_up_figure_that_bears_on_output_is_carried(embedded):
    figures = {row["value"] for table in ("output", "stocks_and_use") for row in embedded.rows(table).values()}
    assert len(MANIFEST["updates"]) == 40
    for update in MANIFEST["updates"]:
        missing = {figure for figure in update["numbers"] if float(figure) not in figures}
        assert not missing, (update["key"], missing)


def test_no_quotation_is_longer_than_fifteen_words(embedded):
    quotes = [
        (table, row_id, row["quote"])
        for table in embedded.tables
        for row_id, row in embedded.rows(table).items()
        if row.get("quote") and "facts" in row
    ]
    assert len(quotes) > 400
    for table, row_id, quote in quotes:
        assert len(quote.split()) <= LONGEST_QUOTE_WORDS, (table, row_id)
