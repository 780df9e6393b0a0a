"""The bibliography: no row without a source, no work without saying how it was reached."""

import re

import pytest

from oilplan.errors import OilplanError
from oilplan.record.load import SOURCES_FILE, data_folder
from oilplan.record.sources import REACHED, read_sources


def test_no_row_is_without_a_source_status_and_confidence(embedded):
    for table in embedded.tables:
        for row_id, row in embedded.rows(table).items():
            assert row["status"] and row["confidence"], (table, row_id)
            for key in row["source_keys"].split(";"):
                assert key in embedded.sources, (table, row_id, key)


def test_every_work_says_how_it_was_reached_and_is_used(embedded):
    used = embedded.rows_by_source()
    for key, work in embedded.sources.items():
        assert work.reached in REACHED and work.title and work.author, key
        assert used.get(key), f"{key} is cited by no row"


def test_a_forum_copy_is_cited_by_the_work_it_copies(embedded):
    rows = [
        row
        for table in embedded.tables
        for row in embedded.rows(table).values()
        if "ww2aircraft" in (row.get("source") or row.get("estimate_source") or "")
    ]
    assert len(rows) == 6
    for row in rows:
        assert "speer_to_hitler_1944_08_30" in row["source_keys"].split(";")
        assert "forum" in row["via"] and "only that" in row["via"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("@book{a,\n  title = {T},\n  note = {Seen. x}\n}\n@book{a,\n", "sources.bib:5"),
        ("@book{a,\n  title = {T},\n  note = {Borrowed.}\n}\n", "must open with how the work was reached"),
        ("@book{a,\n  title = T\n}\n", "sources.bib:2"),
    ],
)
def test_a_broken_bibliography_is_named_by_line(tmp_path, text, says):
    (tmp_path / "sources.bib").write_text(text, encoding="utf-8")
    with pytest.raises(OilplanError, match=says):
        read_sources(tmp_path / "sources.bib")


@pytest.mark.parametrize("uses", ["@book{k, title = s20}", "@book{k%d, title = s6}\n"])
def test_strings_that_grow_without_end_are_refused(tmp_path, uses):
    """Each string four of the one before it: the billion laughs of XML, in BibTeX. One value, or very many."""
    strings = "@string{s0 = {" + "x" * 40 + "}}\n"
    strings += "".join(
        f"@string{{s{n + 1} = {' # '.join([f's{n}'] * 4)}}}\n" for n in range(20 if "s20" in uses else 6)
    )
    works = uses if "s20" in uses else "".join(uses % n for n in range(200))
    (tmp_path / "sources.bib").write_text(strings + works, encoding="utf-8")
    with pytest.raises(OilplanError, match="characters with their @string put in"):
        read_sources(tmp_path / "sources.bib")


def test_an_unknown_key_lists_the_nearest(embedded):
    with pytest.raises(OilplanError, match="webster1961iii"):
        embedded.source("webster1961")


def test_every_year_of_the_bibliography_is_a_year(embedded):
    """`year = {n.d.}` stops citation processors: a work without a date has no year, and only we write n.d."""
    years = re.findall(r"^\s*year = \{(.*)\}", (data_folder() / SOURCES_FILE).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(years) > 60
    assert [year for year in years if not re.fullmatch(r"\d{4}(--\d{4})?", year)] == []
    undated = [work for work in embedded.sources.values() if not work.year]
    assert len(undated) > 30 and all("(n.d.)" in work.citation for work in undated)
