"""Folders and many files: what cannot be read is passed over and named, what was read is kept, nothing is half-written."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from oilplan.cache import Cache
from oilplan.errors import OilplanError
from oilplan.evidence import read_files, read_text, reading_summary
from oilplan.evidence.findings import Reading
from oilplan.evidence.limits import kept_document
from oilplan.evidence.reading import given


def _oilplan(*args):
    return subprocess.run([sys.executable, "-m", "oilplan.cli.main", *map(str, args)], capture_output=True, text=True)


def _folder(tmp_path):
    folder = tmp_path / "pages"
    (folder / "deeper").mkdir(parents=True)
    (folder / "a.txt").write_text("On 12th May 1944 they dropped 300 tons on Leuna.")
    (folder / "deeper" / "b.txt").write_text("On 13th May 1944 they dropped 400 tons on Brüx.")
    (folder / "c.pdf").write_bytes(b"%PDF-1.4\n%%EOF")
    (folder / ".hidden.txt").write_text("hidden")
    (folder / "notes.docx").write_text("other")
    return folder


def _cache(tmp_path):
    (tmp_path / "cache").mkdir(mode=0o700, exist_ok=True)
    return Cache(tmp_path / "cache", 10**9)


def _kept(tmp_path):
    return list((tmp_path / "cache" / "documents").iterdir())


def test_a_folder_is_read_and_a_bad_file_passed_over_and_named(tmp_path):
    folder = _folder(tmp_path)
    reading = read_files([folder])
    assert [d.file for d in reading.documents] == [str(folder / "a.txt"), str(folder / "deeper" / "b.txt")]
    assert [u.file for u in reading.unread] == [str(folder / "c.pdf")] and "broken PDF" in reading.unread[0].why


def test_exit_status_says_whether_all_was_read(tmp_path):
    folder = _folder(tmp_path)
    done = _oilplan("read", folder, "--json", "--out", tmp_path / "out")
    assert done.returncode == 1 and "1 of 3 files could not be read" in done.stderr
    assert len(json.loads(done.stdout)["documents"]) == 2 and json.loads(done.stdout)["unread"]
    assert _oilplan("read", folder / "c.pdf").returncode == 2
    assert _oilplan("read", folder / "a.txt").returncode == 0
    (folder / "empty").mkdir()
    assert _oilplan("read", folder / "empty").returncode == 2


def test_a_stopped_reading_goes_on_with_what_was_kept(tmp_path, monkeypatch):
    folder = _folder(tmp_path)
    first = read_files([folder], kept=_cache(tmp_path))
    assert len(_kept(tmp_path)) == 2
    monkeypatch.setattr("oilplan.evidence.reading._document", lambda *_: pytest.fail("read again"))
    assert read_files([folder], kept=_cache(tmp_path)) == first


def test_a_changed_file_a_damaged_kept_one_and_another_year_are_read_again(tmp_path):
    folder, kept = _folder(tmp_path), _cache(tmp_path)
    read_files([folder], kept=kept)
    for path in _kept(tmp_path):
        path.write_bytes(path.read_bytes().replace(b"300", b"900").replace(b"400", b"800"))
    (folder / "a.txt").write_text("On 14th May 1944 they dropped 500 tons on Leuna.")
    assert [q.value for d in read_files([folder], kept=kept).documents for q in d.quantities] == [500, 400]
    assert kept_document(kept, ("a", "b")) is None
    count = len(_kept(tmp_path))
    read_files([folder], kept=kept, known=given("1943"))
    assert len(_kept(tmp_path)) == count + 2


def test_another_run_finds_what_the_last_one_kept(tmp_path):
    folder = _folder(tmp_path)
    for seed in ("1", "2"):
        env = os.environ | {"PYTHONHASHSEED": seed, "OILPLAN_CACHE": str(tmp_path / "own")}
        command = [sys.executable, "-m", "oilplan.cli.main", "read", folder, "--out", tmp_path / "out"]
        subprocess.run(command, env=env, capture_output=True, check=False)
    assert len(list((tmp_path / "own" / "documents").iterdir())) == 2


def test_what_the_person_gives_counts(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text("They dropped 300 tons on Leuna.\f They dropped 400 tons on Brüx.")
    document = read_files([path], known=given("1944", "101-102")).documents[0]
    assert [p.printed for p in document.pages] == ["101", "102"]
    for year, pages in (("44", ""), ("", "5-3"), ("", "x"), ("1944-05", "")):
        with pytest.raises(OilplanError, match="expected"):
            given(year, pages)


def test_a_summary_prints_the_findings_and_keeps_to_100_columns(tmp_path):
    document = read_text("a" * 90 + ".txt", "On 12th May 1944 they dropped 300 tons of bombs on Leuna.\x1b[31m " * 90)
    text = reading_summary(Reading((document,), (), (), ()))
    assert "1944-05-12" in text and "300 tons" in text
    assert max(map(len, text.splitlines())) <= 100 and "\x1b" not in text
    assert "more (--json" in text


def test_a_killed_reading_leaves_no_half_file(tmp_path):
    page = tmp_path / "book.txt"
    page.write_text("On 12th May 1944 they dropped 300 tons on Leuna. " * 6000)
    out = tmp_path / "out"
    run = subprocess.Popen(
        [sys.executable, "-m", "oilplan.cli.main", "read", page, "--out", out], stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not (out.is_dir() and any(out.iterdir())) and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(run.pid, signal.SIGKILL) if run.poll() is None else None
    run.wait()
    for path in out.iterdir():
        if not path.name.startswith("."):
            assert (path.suffix == ".json" and json.loads(path.read_text())) or path.read_text().rstrip().endswith(
                "</html>"
            )


def test_a_table_between_semicolons_is_read_in_a_folder_too(tmp_path):
    folder = _folder(tmp_path)
    (folder / "raids.csv").write_text("plant;date;tons\nLeuna;12.5.1944;397\nBrüx;13.5.1944;160\n")
    (table,) = [d for d in read_files([folder]).documents if d.file.endswith(".csv")]
    assert [t.rows[1] for t in table.tables] == [("Leuna", "12.5.1944", "397")]
