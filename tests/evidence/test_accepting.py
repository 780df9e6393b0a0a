"""A person's judgements decide; rows go to the person's own folder, whole, with provenance, or not at all."""

import csv
import datetime
import json
import shutil
import subprocess
import sys

import pytest

from oilplan.errors import OilplanError
from oilplan.evidence import accept, judged, read_judgements, read_texts
from oilplan.evidence.accepting import FORMAT, Judgement
from oilplan.record import load_record
from oilplan.record.load import data_folder

TEXT = "The matter was closed.1 It stayed so. 1 Letter Portal to Harris, 12th Nov. 1944, App. 9. "
ON = datetime.date(2026, 1, 2)


@pytest.fixture
def reading():
    return read_texts([("page.txt", TEXT)])


def _accepted(reading, **cells):
    (letter,) = [p for p in reading.proposals if p.table == "letters"]
    return reading._replace(proposals=judged(reading.proposals, {letter.id: Judgement("accept", cells)})), letter.id


def test_an_accepted_letter_enters_the_persons_own_record(tmp_path, reading):
    chosen, key = _accepted(reading)
    done = accept(chosen, tmp_path / "mine", ON)
    assert done.added == {"letters": (key,)}
    row = load_record(tmp_path / "mine").rows("letters")[key]
    assert (row["from"], row["to"], row["date"]) == ("Sir Charles Portal", "Sir Arthur Harris", "1944-11-12")
    assert "page.txt, characters" in row["via"] and "2026-01-02" in row["via"]
    assert load_record(tmp_path / "mine").source(row["source_keys"]).reached == "Seen"


def test_accepting_twice_adds_nothing(tmp_path, reading):
    chosen, key = _accepted(reading)
    accept(chosen, tmp_path / "mine", ON)
    before = (tmp_path / "mine" / "letters.csv").read_bytes()
    assert accept(chosen, tmp_path / "mine", ON).present == (key,)
    assert (tmp_path / "mine" / "letters.csv").read_bytes() == before


def test_a_row_that_does_not_fit_leaves_the_folder_as_it_was(tmp_path, reading):
    chosen, _ = _accepted(reading)
    accept(chosen, tmp_path / "mine", ON)
    before = {p.name: p.read_bytes() for p in (tmp_path / "mine").iterdir()}
    other = read_texts([("other.txt", TEXT.replace("12th", "14th"))])
    spoiled, _ = _accepted(other, date="some day")
    with pytest.raises(OilplanError, match="nothing was written"):
        accept(spoiled, tmp_path / "mine", ON)
    assert {p.name: p.read_bytes() for p in (tmp_path / "mine").iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_the_package_record_is_refused(reading):
    chosen, _ = _accepted(reading)
    with pytest.raises(OilplanError, match="package's own"):
        accept(chosen, data_folder(), ON)


def test_nothing_is_accepted_without_a_judgement(tmp_path, reading):
    with pytest.raises(OilplanError, match="no proposal is judged"):
        accept(reading, tmp_path / "mine", ON)
    assert not (tmp_path / "mine").exists()


def test_rows_already_in_the_folder_stay(tmp_path, reading):
    mine = tmp_path / "mine"
    mine.mkdir()
    shutil.copy(data_folder() / "letters.csv", mine)
    rows = (mine / "letters.csv").read_text().splitlines()
    chosen, _ = _accepted(reading)
    accept(chosen, mine, ON)
    assert (mine / "letters.csv").read_text().splitlines()[:-1] == rows


def test_the_record_is_named_where_it_may_have_the_letter(reading):
    (letter,) = [p for p in reading.proposals if p.table == "letters"]
    assert letter.candidates == ("L08",)


def test_judgements_are_read_again(tmp_path, reading):
    path = tmp_path / "judgements.json"
    path.write_text(
        json.dumps({"format": FORMAT, "judgements": {reading.proposals[0].id: {"judgement": "unclear", "cells": {}}}})
    )
    assert judged(reading.proposals, read_judgements(path))[0].judgement == "unclear"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "other", "judgements": {}}',
        json.dumps({"format": FORMAT, "judgements": {"a": {"judgement": "yes"}}}),
    ],
)
def test_a_file_that_is_no_judgements_is_refused(tmp_path, text):
    path = tmp_path / "judgements.json"
    path.write_text(text)
    with pytest.raises(OilplanError, match=r"judgements\.json"):
        read_judgements(path)


def test_judgements_that_cannot_be_read_are_said_in_words(tmp_path):
    with pytest.raises(OilplanError, match=r"judgements\.json: cannot be read \(No such file or directory\)"):
        read_judgements(tmp_path / "judgements.json")


def test_the_same_words_in_two_scans_are_one_proposal(pages):
    shares = [p for p in pages.proposals if p.table == "forces" and "Nine" in p.quote]
    assert len(shares) == 1
    assert shares[0].also and shares[0].also[0].startswith("two.txt:")


ACCEPT = """
import datetime, sys
from pathlib import Path
from oilplan.evidence import accept, judged, read_texts
from oilplan.evidence.accepting import Judgement
number, folder = sys.argv[1:]
text = f"The matter was closed.1 It stayed so. 1 Letter Portal to Harris, {int(number) + 1}th Nov. 1944, App. 9. "
reading = read_texts([(f"page{number}.txt", text)])
reading = reading._replace(proposals=judged(reading.proposals, {p.id: Judgement("accept", {}) for p in reading.proposals
                                                               if p.table == "letters"}))
done = accept(reading, Path(folder), datetime.date(2026, 1, 2))
print(len(done.added.get("letters", ())))
"""


def test_several_runs_at_once_lose_no_row_and_add_none_twice(tmp_path):
    folder = tmp_path / "mine"
    runs = [
        subprocess.Popen([sys.executable, "-c", ACCEPT, str(3 + i // 2), str(folder)], stdout=subprocess.PIPE)
        for i in range(8)
    ]
    added = [int(run.communicate()[0]) for run in runs]
    with (folder / "letters.csv").open(encoding="utf-8", newline="") as lines:
        keys = [row["row_id"] for row in csv.DictReader(lines)]
    assert sum(added) == len(keys) == len(set(keys)) == 4
    assert sorted(p.name for p in folder.iterdir()) == ["letters.csv", "sources.bib"]


def test_what_a_killed_run_left_unfinished_is_cleared_away(tmp_path, reading):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / ".letters.csv.oilplan-part").write_text("half a row")
    chosen, _ = _accepted(reading)
    accept(chosen, folder, ON)
    assert sorted(p.name for p in folder.iterdir()) == ["letters.csv", "sources.bib"]


def test_a_named_work_is_cited_and_an_unknown_one_refused(tmp_path, reading):
    chosen, key = _accepted(reading)
    accept(chosen, tmp_path / "mine", ON, "webster1961iii")
    assert load_record(tmp_path / "mine").rows("letters")[key]["source_keys"] == "webster1961iii"
    with pytest.raises(OilplanError, match="nothing was written"):
        accept(chosen, tmp_path / "other", ON, "no_such_work")


def test_a_folder_that_cannot_be_read_as_a_record_is_refused(tmp_path, reading):
    chosen, _ = _accepted(reading)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letters.csv").write_bytes(b"letter_id,date\n\xff\xfe,1\n")
    with pytest.raises(OilplanError, match="mine"):
        accept(chosen, tmp_path / "mine", ON)
