"""A result folder appears whole or not at all, and never in the place of somebody's things."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from oilplan import exchange as steps
from oilplan import results_folder as module
from oilplan.cli.main import run
from oilplan.errors import OilplanError
from oilplan.results_folder import FILES, MARK, WRITTEN_BY, alone_in, check_free, list_files, listed_files, write_whole


def fill(folder):
    (folder / MARK).write_text('{"command": "oilplan run"}')
    (folder / "a").write_text("new")
    (folder / "deep").mkdir()
    (folder / "deep" / "b").write_text("new")


@pytest.fixture
def out(tmp_path):
    """An earlier result, whose file ``a`` reads "old"."""

    def earlier(folder):
        fill(folder)
        (folder / "a").write_text("old")
        (folder / "only_then").write_text("old")

    write_whole(tmp_path / "out", earlier, force=False)
    return tmp_path / "out"


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


OURS = ["a", "deep", "deep/b", MARK]


def test_a_fresh_folder_is_written_whole_and_lists_its_files(tmp_path):
    write_whole(tmp_path / "deep" / "out", fill, force=False)
    assert names(tmp_path / "deep" / "out") == OURS and os.listdir(tmp_path / "deep") == ["out"]
    about = json.loads((tmp_path / "deep" / "out" / MARK).read_text())
    assert about["command"] == "oilplan run" and about[WRITTEN_BY] == "oilplan"
    new = "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"
    assert about[FILES] == {"a": new, "deep/b": new} == listed_files(tmp_path / "deep" / "out")


def test_an_existing_folder_is_kept_without_force(out):
    with pytest.raises(OilplanError, match=r"out exists; choose another --out, or add --force"):
        write_whole(out, fill, force=False)
    assert (out / "a").read_text() == "old"


def test_a_verb_whose_force_flies_names_the_word_that_replaces(out, capsys):
    assert run(["optimize", "--out", str(out)]) == 2
    assert "add --replace to replace it" in capsys.readouterr().err


def test_force_replaces_an_earlier_result(out):
    write_whole(out, fill, force=True)
    assert names(out) == OURS and (out / "a").read_text() == "new"
    assert os.listdir(out.parent) == ["out"]


def test_what_a_user_put_into_a_result_survives_its_replacement(out):
    (out / "notes.md").write_text("ten years of work")
    (out / "deep" / "notes").mkdir()
    (out / "deep" / "notes" / "b").write_text("more")
    (out / "empty").mkdir()
    (out / "link").symlink_to("notes.md")
    (out / "folder_link").symlink_to(out.parent)
    (out / "nowhere").symlink_to("nothing")
    os.mkfifo(out / "pipe") if hasattr(os, "mkfifo") else (out / "pipe").write_text("")
    identity = (out / "notes.md").stat().st_ino
    mine = ["notes.md", "deep/notes", "deep/notes/b", "empty", "link", "folder_link", "nowhere", "pipe"]
    for _ in range(2):
        write_whole(out, fill, force=True)
        assert names(out) == sorted([*OURS, *mine])
        assert (out / "notes.md").read_text() == "ten years of work" and (out / "deep/notes/b").read_text() == "more"
        assert (out / "notes.md").stat().st_ino == identity and (out / "notes.md").stat().st_nlink == 1
        assert os.readlink(out / "nowhere") == "nothing"
    assert os.listdir(out.parent) == ["out"]


def test_what_a_user_put_there_survives_without_hard_links_and_without_exchange(out, monkeypatch):
    def none(*_, **__):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(steps.os, "link", none)
    monkeypatch.setattr(steps.sys, "platform", "elsewhere")
    (out / "notes.md").write_text("ten years of work")
    write_whole(out, fill, force=True)
    assert names(out) == sorted([*OURS, "notes.md"]) and (out / "a").read_text() == "new"
    assert (out / "notes.md").read_text() == "ten years of work" and os.listdir(out.parent) == ["out"]


def test_a_file_saved_while_the_result_is_made_is_not_lost(out):
    (out / "notes.md").write_text("first")

    def slow(folder):
        fill(folder)
        (out / "notes.md").write_text("second")
        (out / "late").write_text("late")

    write_whole(out, slow, force=True)
    assert (out / "notes.md").read_text() == "second" and (out / "late").read_text() == "late"


def test_a_file_saved_in_the_last_moment_is_not_lost(out, monkeypatch):
    """Between the look at the folder and the exchange."""
    (out / "notes.md").write_text("first")
    exchange = module.exchange

    def late(fresh, place, old):
        (out / "late").write_text("late")
        (out / "notes.md.new").write_text("second")
        os.replace(out / "notes.md.new", out / "notes.md")
        exchange(fresh, place, old)

    monkeypatch.setattr(module, "exchange", late)
    write_whole(out, fill, force=True)
    assert (out / "late").read_text() == "late"
    kept = {p.read_text() for p in out.parent.rglob("notes.md")}
    assert kept == {"first", "second"}, "an editor's new file and the old one both stay"


def test_a_result_that_was_changed_by_hand_is_not_replaced(out):
    (out / "a").write_text("old, with notes of mine")
    with pytest.raises(OilplanError, match=r"out/a was changed since oilplan wrote it"):
        write_whole(out, fill, force=True)
    assert (out / "a").read_text() == "old, with notes of mine"


def test_a_listed_file_that_became_a_link_is_not_followed(out):
    secret = out.parent / "secret"
    (out / "a").rename(secret)
    (out / "a").symlink_to(secret)
    with pytest.raises(OilplanError, match="was changed"):
        write_whole(out, fill, force=True)
    assert secret.read_text() == "old"


def test_a_link_in_the_place_of_a_listed_file_is_not_ours_to_delete(out):
    (out / "a").unlink()
    (out / "a").symlink_to(out / "deep" / "b")
    module.remove_files(out, ["a", "only_then"])
    assert (out / "a").is_symlink() and not (out / "only_then").exists()


def test_a_file_of_the_users_in_the_way_of_the_new_result_is_named(out):
    (out / "c").write_text("mine")

    def more(folder):
        fill(folder)
        (folder / "c").write_text("new")

    with pytest.raises(OilplanError, match=r"out/c is not oilplan's"):
        write_whole(out, more, force=True)
    assert (out / "c").read_text() == "mine" and (out / "a").read_text() == "old"
    assert os.listdir(out.parent) == ["out"]


def signed(about):
    """A manifest's text with the digest of its own that it would have."""
    about = {k: v for k, v in about.items() if k != module.OWN_DIGEST}
    return json.dumps(about | {module.OWN_DIGEST: module._digest_of(about)})


def foreign_manifests(folder):
    """Folders that are not results, each with a manifest all the same."""
    good = json.loads((folder / MARK).read_text())
    return [
        "{}",
        "[]",
        "",
        "{",
        "null",
        '{"name": "a web application", "files": {"a": "b"}}',
        "9" * 5000,
        "[" * 100_000,
        signed({**good, WRITTEN_BY: "another program"}),
        json.dumps({**good, "note": "edited"}),
        json.dumps({k: v for k, v in good.items() if k != WRITTEN_BY}),
    ]


@pytest.mark.parametrize("which", range(11))
def test_force_does_not_replace_a_folder_that_is_no_result_of_ours(out, which):
    (out / MARK).write_text(foreign_manifests(out)[which])
    before = names(out)
    with pytest.raises(OilplanError, match=f"holds no {MARK}"):
        write_whole(out, fill, force=True)
    assert names(out) == before and (out / "a").read_text() == "old"


def test_force_does_not_replace_a_folder_without_a_manifest(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.txt").write_text("ten years of work")
    with pytest.raises(OilplanError, match=f"holds no {MARK}"):
        write_whole(tmp_path / "thesis", fill, force=True)
    assert (tmp_path / "thesis" / "thesis.txt").exists()


@pytest.mark.parametrize("name", ["../victim", "/etc/hostname", "deep/../../victim", MARK, "./a"])
def test_a_manifest_that_names_files_elsewhere_reaches_none_of_them(tmp_path, name):
    (tmp_path / "victim").write_text("mine")
    out = tmp_path / "out"
    fill_and_list = out / "x"
    fill_and_list.mkdir(parents=True)
    about = {WRITTEN_BY: "oilplan", FILES: {name: module._digest(tmp_path / "victim")}}
    (out / MARK).write_text(json.dumps(about | {module.OWN_DIGEST: module._digest_of(about)}))
    write_whole(out, fill, force=True)
    assert (tmp_path / "victim").read_text() == "mine" and (out / "x").is_dir()


@pytest.mark.parametrize("to", ["folder", "result", "nothing"])
def test_a_link_at_the_place_is_not_written_through(out, tmp_path, to):
    target = {"folder": tmp_path / "other", "result": out, "nothing": tmp_path / "nothing"}[to]
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to(target)
    for force in (False, True):
        with pytest.raises(OilplanError, match="is a link"):
            write_whole(tmp_path / "link", fill, force=force)
    assert (tmp_path / "link").is_symlink() and not list((tmp_path / "other").iterdir())


def test_a_file_in_the_way_is_kept(tmp_path):
    (tmp_path / "out").write_text("mine")
    for force in (False, True):
        with pytest.raises(OilplanError, match="is a file"):
            check_free(tmp_path / "out", force=force)
    assert (tmp_path / "out").read_text() == "mine"


def test_the_working_folder_is_not_moved_away_under_its_shell(out, monkeypatch):
    monkeypatch.chdir(out / "deep")
    for place in (Path("."), Path(".."), out):
        with pytest.raises(OilplanError, match="the folder that you are in"):
            write_whole(place, fill, force=True)


def test_a_failure_leaves_the_earlier_result_and_no_trace(out):
    def broken(folder):
        (folder / "half").write_text("x")
        raise RuntimeError("no such month")

    with pytest.raises(RuntimeError):
        write_whole(out, broken, force=True)
    assert os.listdir(out.parent) == ["out"] and (out / "a").read_text() == "old"


def test_a_full_disk_is_said_and_leaves_the_earlier_result(out):
    def full(folder):
        (folder / "half").write_text("x")
        raise OSError(28, "No space left on device")

    with pytest.raises(OilplanError, match=r"No space left on device\); nothing was changed"):
        write_whole(out, full, force=True)
    assert os.listdir(out.parent) == ["out"] and (out / "a").read_text() == "old"


def test_a_place_that_cannot_be_written_is_said_before_any_work(tmp_path):
    (tmp_path / "file").write_text("")
    for act in (check_free, lambda place, force: write_whole(place, fill, force=force)):
        with pytest.raises(OilplanError, match="cannot write beside"):
            act(tmp_path / "file" / "deep" / "out", force=False)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_closed_for_writing_is_said_before_any_work(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(OilplanError, match="Permission denied"):
        check_free(tmp_path / "closed" / "out", force=False)


@pytest.mark.parametrize("mask", [0o077, 0o022, 0o002])
def test_the_umask_is_respected(tmp_path, mask):
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "out", fill, force=False)
    finally:
        os.umask(before)
    for path in (tmp_path / "out", tmp_path / "out" / "deep"):
        assert path.stat().st_mode & 0o777 == 0o777 & ~mask
    for path in (tmp_path / "out" / MARK, tmp_path / "out" / "a"):
        assert path.stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_folder_that_its_user_closed_stays_closed(out):
    out.chmod(0o700)
    write_whole(out, fill, force=True)
    assert out.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "name", ["mit Leerzeichen", "Überblick", "Нефть", "油", "a" * 255, "-", "%s{}", "a\nb", ".hidden"]
)
def test_a_place_may_have_any_name(tmp_path, name):
    for _ in range(2):
        write_whole(tmp_path / name, fill, force=True)
    assert names(tmp_path / name) == OURS and os.listdir(tmp_path) == [name]


@pytest.mark.skipif(sys.platform != "linux", reason="names that are not UTF-8")
def test_names_that_are_not_text_are_listed_and_replaced(tmp_path):
    out = tmp_path / os.fsdecode(b"out\xff")

    def odd(folder):
        fill(folder)
        (folder / os.fsdecode(b"a\xfe")).write_text("new")

    for _ in range(2):
        write_whole(out, odd, force=True)
    assert len(names(out)) == 5


def test_two_commands_at_once_both_succeed_or_one_is_refused(tmp_path):
    said = []

    def one(force):
        try:
            write_whole(tmp_path / "out", fill, force=force)
            said.append("written")
        except OilplanError as error:
            said.append(str(error))

    for force in (False, True):
        threads = [threading.Thread(target=one, args=(force,)) for _ in range(6)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert names(tmp_path / "out") == OURS and os.listdir(tmp_path) == ["out"]
    assert said[:6].count("written") == 1 and all("exist" in s or "appeared" in s or s == "written" for s in said)
    assert said[6:] == ["written"] * 6


KILLED = """
import os, signal, sys
from pathlib import Path
from oilplan import exchange as steps
from oilplan import results_folder as module
def fill(folder):
    for name in ("a", "b"):
        (folder / name).write_text("new")
    if sys.argv[2] == "filling":
        os.kill(os.getpid(), signal.SIGKILL)
def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "listing":
    module.list_files = kill
if sys.argv[2] == "before":
    module.exchange = kill
if sys.argv[2] == "after":
    module._clear = kill
if sys.argv[2] == "between":
    sys.platform = "elsewhere"
    real = os.rename
    os.rename = lambda a, b: kill() if str(a).endswith("new") else real(a, b)
module.write_whole(Path(sys.argv[1]), fill, force=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills")
@pytest.mark.parametrize("when", ["filling", "listing", "before", "after", "between"])
def test_a_kill_at_any_step_loses_nothing_and_the_next_run_clears_it(out, when):
    (out / "notes.md").write_text("mine")
    done = subprocess.run([sys.executable, "-c", KILLED, str(out), when], capture_output=True)
    assert done.returncode == -9
    if when != "between":
        assert (out / "a").read_text() == ("new" if when == "after" else "old") and listed_files(out)
        assert (out / "notes.md").read_text() == "mine"
    assert len(os.listdir(out.parent)) == (1 if when == "between" else 2)
    write_whole(out, fill, force=True)
    assert os.listdir(out.parent) == ["out"]
    assert names(out) == sorted([*OURS, "notes.md"]) and (out / "notes.md").read_text() == "mine"


def test_only_our_own_leftovers_are_cleared(out):
    mine = out.parent / ".out-archive"
    almost = out.parent / ".out.oilplan-thesis"
    for folder in (mine, almost):
        folder.mkdir()
        (folder / "work").write_text("mine")
    write_whole(out, fill, force=True)
    assert (mine / "work").exists() and (almost / "work").exists()


def test_a_work_folder_in_use_is_left_alone(out):
    def nested(folder):
        fill(folder)
        write_whole(out, fill, force=True)
        assert folder.exists()

    write_whole(out, nested, force=True)
    assert os.listdir(out.parent) == ["out"] and names(out) == OURS


def test_a_folder_is_held_by_one_command_at_a_time(tmp_path):
    held = []

    def other():
        with alone_in(tmp_path):
            held.append("other")

    with alone_in(tmp_path):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(0.2)
        held.append("first")
    thread.join(5)
    assert held == ["first", "other"] and not list(tmp_path.iterdir())


def test_a_listing_written_again_is_the_same(out):
    before = (out / MARK).read_bytes()
    list_files(out)
    assert (out / MARK).read_bytes() == before
    shutil.copytree(out, out.parent / "copy")
    assert listed_files(out.parent / "copy") == listed_files(out)
