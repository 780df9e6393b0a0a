"""`read --out`: files of an earlier reading are replaced as long as they are as they were written, and nothing else is."""

import os

import pytest

from oilplan.cli.main import run
from oilplan.errors import OilplanError
from oilplan.evidence import read_texts, reading_folder, write_pages

NAMES = ["reading.html", "reading.json", "reading.tei.xml", "review.html"]
FIRST, SECOND = (read_texts([("page", f"On {day} May 1944 they dropped 300 tons on Leuna.")]) for day in (12, 28))


def _texts(out):
    return {name: (out / name).read_text(encoding="utf-8") for name in NAMES}


def test_a_second_reading_takes_the_place_of_the_first_and_leaves_the_rest(tmp_path):
    write_pages(FIRST, tmp_path)
    first = _texts(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    write_pages(SECOND, tmp_path)
    write_pages(SECOND, tmp_path)
    second = _texts(tmp_path)
    assert all(first[name] != second[name] for name in NAMES)
    assert second["reading.html"].endswith("</html>\n")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["notes.txt", *NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_the_users_is_named_and_kept(tmp_path, name, capsys):
    page, out = tmp_path / "page.txt", tmp_path / "out"
    page.write_text("On 12 May 1944 they dropped 300 tons on Leuna.")
    out.mkdir()
    (out / name).write_text("mine")
    assert run(["read", str(page), "--out", str(out)]) == 2
    assert f"{name} was not written by" in capsys.readouterr().err
    assert [p.read_text() for p in out.iterdir()] == ["mine"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("at_end", [True, False])
def test_a_file_that_was_edited_is_named_and_kept(tmp_path, name, at_end):
    write_pages(FIRST, tmp_path)
    text = (tmp_path / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(text + "edited" if at_end else "edited" + text, encoding="utf-8")
    before = _texts(tmp_path)
    with pytest.raises(OilplanError, match="was changed since"):
        write_pages(SECOND, tmp_path)
    assert _texts(tmp_path) == before


@pytest.mark.parametrize("name", NAMES)
def test_links_are_not_followed(tmp_path, name):
    write_pages(FIRST, tmp_path / "out")
    (tmp_path / "out" / name).rename(tmp_path / "away")
    (tmp_path / "out" / name).symlink_to(tmp_path / "away")
    before = (tmp_path / "away").read_bytes()
    with pytest.raises(OilplanError, match=name):
        write_pages(SECOND, tmp_path / "out")
    assert (tmp_path / "out" / name).is_symlink() and (tmp_path / "away").read_bytes() == before
    (tmp_path / "link").symlink_to(tmp_path / "out")
    with pytest.raises(OilplanError, match="is a link"):
        write_pages(SECOND, tmp_path / "link")


@pytest.mark.parametrize("moved", range(4))
def test_a_reading_that_was_stopped_anywhere_is_written_again(tmp_path, monkeypatch, moved):
    write_pages(FIRST, tmp_path)
    place, done = os.replace, []

    def stopped(part, path):
        if len(done) == moved:
            raise KeyboardInterrupt
        done.append(path)
        place(part, path)

    monkeypatch.setattr(reading_folder.os, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_pages(SECOND, tmp_path)
    monkeypatch.undo()
    write_pages(SECOND, tmp_path)
    assert "1944-05-28" in (tmp_path / "reading.json").read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == NAMES


def test_a_picture_read_between_two_readings_of_another_leaves_the_first_its_own(tmp_path):
    """The list keeps what earlier readings wrote under names that the last one did not write."""
    for name in ("a.png", "b.png", "a.png"):
        write_pages(FIRST._replace(hocr=((name, b"<html></html>"),)), tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {*NAMES, "a.png.hocr", "b.png.hocr"}
