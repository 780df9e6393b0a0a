"""From a folder to the passages that bear on a claim or a row: with page, figures, and how they stand to the record."""

import datetime
import json
import sqlite3
import subprocess
import sys

import pytest

from oilplan.argument.shipped import verdicts_of
from oilplan.errors import OilplanError
from oilplan.evidence.accepting import accept_found
from oilplan.evidence.find import find, search_json, sought
from oilplan.evidence.find_index import _make_room, index_place, passages, search, update_index
from oilplan.record import load_record

ON = datetime.date(2026, 1, 2)
NOISE = "The committee met in the spring and agreed on nothing of note about the weather over the sea. " * 12
BENZOL = "In May 1944 no ben-\nzol plants were listed; by November 1944 the list held 12 benzol plants in the Ruhr."
LEUNA = (
    "Only 4 of the 497 bombers sent to Leuna were lost. On 13th November 1944 Bottomley told Harris that effective "
    "damage could be done to Leuna and Pölitz without suffering prohibitive casualties."
)


@pytest.fixture
def folder(tmp_path):
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text(f"{NOISE}\n\n{BENZOL}\n\n{NOISE}")
    (texts / "b.txt").write_text("\f".join([f"{NOISE}\n\n210\n", f"{LEUNA}\n\n211\n", f"{NOISE}\n\n212\n"]))
    (texts / "c.txt").write_text(NOISE * 3)
    return texts


def _found(query, folder, tmp_path, **more):
    return search_json(find(query, folder, index=tmp_path / "i.sqlite", **more))


def test_words_bring_their_passage_with_its_place_and_figures(folder, tmp_path):
    best = _found("benzol plants listed", folder, tmp_path)[0]
    assert best["file"] == "a.txt" and "12 benzol plants" in best["text"]
    raw = (folder / "a.txt").read_text()
    assert BENZOL in raw[best["start"] : best["end"]]
    assert (12, "plants") in [(f["value"], f["unit"]) for f in best["figures"]]


def test_a_claim_brings_the_passage_that_speaks_of_it_with_its_printed_page(folder, tmp_path):
    best = _found("C45", folder, tmp_path)[0]
    assert (best["file"], best["page"]) == ("b.txt", "211")


def test_a_row_brings_its_raid_and_says_whether_the_figures_agree(folder, tmp_path):
    key, raid = next(
        (k, r)
        for k, r in load_record().rows("raids").items()
        if r["plant_id"] == "leuna" and len(r["date"] or "") == 10 and r["aircraft"] > 100 and not r["night"]
    )
    day = datetime.date.fromisoformat(raid["date"])
    text = "On {} {} bombers dropped {:g} tons on Leuna."
    spoken = f"{day.day} {day:%B} {day.year}"
    (folder / "same.txt").write_text(text.format(spoken, raid["aircraft"], raid["total_tons_short"]))
    (folder / "other.txt").write_text(text.format(spoken, raid["aircraft"] * 3, raid["total_tons_short"] * 3))
    found = {b["file"]: b for b in _found("", folder, tmp_path, row=f"raids:{key}")}
    assert found["same.txt"]["agrees_with"] == [f"raids:{key}"]
    assert not found["other.txt"]["agrees_with"]
    assert {d["row"] for d in found["other.txt"]["differs_from"]} == {f"raids:{key}"}


def test_only_changed_files_are_read_again(folder, tmp_path):
    place = tmp_path / "i.sqlite"
    assert update_index(folder, place)[:3] == (3, 0, 0)
    assert update_index(folder, place)[:3] == (0, 3, 0)
    (folder / "c.txt").write_text("A Geilenberg memorandum.")
    (folder / "a.txt").unlink()
    assert update_index(folder, place)[:3] == (1, 1, 1)
    assert [p.file for p in search(place, "geilenberg", 5)] == ["c.txt"]
    assert not search(place, "benzol", 5)


def test_an_index_stopped_halfway_is_as_it_was(folder, tmp_path):
    place = tmp_path / "i.sqlite"
    update_index(folder, place)
    (folder / "c.txt").write_text("A Geilenberg memorandum.")
    with pytest.raises(ZeroDivisionError):
        update_index(folder, place, check=lambda: 1 / 0)
    assert not search(place, "geilenberg", 5)
    assert update_index(folder, place).read == 1


def test_passages_hold_every_word_once():
    raw = f"{NOISE}\n\n{LEUNA}\f" + "x" * 5000 + " " + BENZOL
    spans = list(passages(raw))
    assert "".join(raw[a:b] for a, b in spans) == raw
    assert max(b - a for a, b in spans) <= 900


@pytest.mark.parametrize(
    "query", ['"', 'a"b OR (', "NEAR(", "benzol*", "col:umn", "-", "\0", "'; DROP TABLE files; --"]
)
def test_odd_queries_are_words_or_one_sentence(folder, tmp_path, query):
    try:
        _found(query, folder, tmp_path)
    except OilplanError as error:
        assert "\n" not in str(error)


def test_unknown_claims_rows_and_folders_get_one_sentence(folder, tmp_path):
    for query, row in (("C99", ""), ("", "raids:nothing"), ("", "nothing:x"), ("", "raids"), ("the of", "")):
        with pytest.raises(OilplanError):
            sought(query, row)
    with pytest.raises(OilplanError, match="not a folder"):
        find("C45", tmp_path / "missing")
    (tmp_path / "other.sqlite").write_text("not an index at all, but long enough to be looked at by the library")
    with pytest.raises(OilplanError, match="cannot be used as an index"):
        find("C45", folder, index=tmp_path / "other.sqlite")


def test_a_passage_accepted_is_evidence_on_the_claim_in_the_persons_record(folder, tmp_path):
    done = find("C45", folder, index=tmp_path / "i.sqlite")
    with pytest.raises(OilplanError, match="expected 1 to"):
        accept_found(done, "99", tmp_path / "mine", ON)
    ((table, keys),) = accept_found(done, "1.1", tmp_path / "mine", ON, period="1944-12").added.items()
    row = load_record(tmp_path / "mine").rows(table)[keys[0]]
    assert (table, row["claim_ids"], row["period"], row["unit"], row["value"]) == (
        "claims_evidence",
        "C45",
        "1944-12",
        "aircraft",
        497.0,
    )
    assert "p. 211" in row["source"] and "497" in row["quote"]
    assert accept_found(done, "1.1", tmp_path / "mine", ON, period="1944-12").present == keys


def test_a_passage_accepted_with_its_side_is_shown_by_the_verdict_on_that_side(folder, tmp_path):
    done, mine = find("C45", folder, index=tmp_path / "i.sqlite"), tmp_path / "mine"
    with pytest.raises(OilplanError, match="expected for, against, on"):
        accept_found(done, "1.1", mine, ON, period="1944-12", bears="pro")
    assert not mine.exists()
    ((_, (key,)),) = accept_found(done, "1.1", mine, ON, period="1944-12", bears="against").added.items()
    (verdict,) = verdicts_of(load_record(mine), ["C45"])
    assert key in [e.row_id for e in verdict.evidence_against]
    assert key not in [e.row_id for e in verdict.evidence_for]


def test_a_passage_is_not_accepted_without_claim_or_time(folder, tmp_path):
    done = find("benzol plants listed", folder, index=tmp_path / "i.sqlite")
    with pytest.raises(OilplanError, match="--claim"):
        accept_found(done, "1", tmp_path / "mine", ON)
    with pytest.raises(OilplanError, match="--period"):
        accept_found(done, "1", tmp_path / "mine", ON, claim="C02")
    assert not (tmp_path / "mine").exists()


def test_the_command_prints_json_and_lines_of_100_columns(folder, tmp_path):
    def run(*args):
        command = [sys.executable, "-m", "oilplan.cli.main", "find", *map(str, args), "--in", folder]
        return subprocess.run([*command, "--index", tmp_path / "i.sqlite"], capture_output=True, text=True)

    done = run("C45", "--json")
    assert done.returncode == 0, done.stderr
    (best, *_) = json.loads(done.stdout)
    assert {"file", "page", "start", "end", "score", "figures", "agrees_with"} <= set(best)
    shown = run("C45")
    assert "page 211" in shown.stdout and max(map(len, shown.stdout.splitlines())) <= 100
    assert run().returncode == run("C45", "--row", "raids:x").returncode == run("C99").returncode == 2


def test_an_index_keeps_within_the_cache(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("OILPLAN_CACHE", str(tmp_path / "own"))
    place = index_place(folder)
    update_index(folder, place)
    _make_room(place.parent, 1000, 10**9)
    assert place.is_file()
    with pytest.raises(OilplanError, match="--index"):
        _make_room(place.parent, 1000, 1000)
    _make_room(place.parent, 1000, place.stat().st_size + 1000)
    assert not place.exists()


@pytest.mark.parametrize("damage", ["text = NULL", "text = x'ff00'", "start = 'x'", "page = x'ff'", "stop = 1.5"])
def test_a_damaged_index_is_said_in_a_sentence(tmp_path, damage):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("On 12 May 1944 Leuna was attacked. 300 tons fell on it.\n")
    place = tmp_path / "i.sqlite"
    update_index(tmp_path / "texts", place)
    assert search(place, "leuna", 5)
    with sqlite3.connect(place) as index:
        index.execute(f"UPDATE passages SET {damage}")
    with pytest.raises(OilplanError, match="cannot be used as an index"):
        search(place, "leuna", 5)
