"""The cache: only what this user's own commands wrote is read back, it stays small, and it is never needed."""

import os
import shutil
import subprocess
import sys
import time

import pytest

from oilplan import cache as module
from oilplan.cache import CACHE_VARIABLE, KINDS, SIZE_VARIABLE, Cache, open_cache
from oilplan.errors import OilplanError

PLENTY = 10**9
needs_owners = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no owners of files")


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path, PLENTY)


def only_file(folder, kind="record"):
    (path,) = (folder / kind).iterdir()
    return path


def test_what_is_kept_comes_back_and_the_rest_does_not(cache):
    cache.put("record", "a", b"rows")
    assert cache.get("record", "a") == b"rows"
    assert cache.get("record", "b") is None and cache.get("jax", "a") is None
    cache.drop("record", "a")
    cache.drop("record", "a")
    assert cache.get("record", "a") is None


def test_another_command_reads_what_one_kept(cache, tmp_path):
    cache.put("record", "a", b"rows")
    assert Cache(tmp_path, PLENTY).get("record", "a") == b"rows"


@pytest.mark.parametrize("at", [0, 3, 20, 50, -1])
def test_a_turned_bit_anywhere_is_seen(cache, tmp_path, at):
    cache.put("record", "a", b"127,976 t")
    path = only_file(tmp_path)
    whole = bytearray(path.read_bytes())
    whole[at] ^= 1
    path.write_bytes(whole)
    assert cache.get("record", "a") is None


def test_an_entry_under_another_name_or_kind_is_not_taken(cache, tmp_path):
    for kind, name in (("record", "a"), ("record", "b"), ("arms", "a")):
        cache.put(kind, name, f"{kind} {name}".encode())
    paths = {path.read_bytes()[-len("record a") :].strip(): path for path in (tmp_path / "record").iterdir()}
    shutil.copy(paths[b"record a"], paths[b"record b"])
    assert cache.get("record", "b") is None
    shutil.copy(paths[b"record a"], only_file(tmp_path, "arms"))
    assert cache.get("arms", "a") is None


def test_entries_are_closed_to_others_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        Cache(tmp_path, PLENTY).put("record", "a", b"rows")
    finally:
        os.umask(before)
    assert (tmp_path / "record").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "key", only_file(tmp_path))} == {0o600}


def test_a_copied_cache_is_foreign_even_with_its_key(cache, tmp_path):
    cache.put("record", "a", b"rows")
    shutil.copytree(tmp_path, tmp_path / "copy")
    assert Cache(tmp_path / "copy", PLENTY).get("record", "a") is None


@pytest.mark.parametrize("key", [b"", b"short", bytes(33)])
def test_a_key_that_is_no_key_is_replaced(cache, tmp_path, key):
    cache.put("record", "a", b"rows")
    (tmp_path / "key").write_bytes(key)
    again = Cache(tmp_path, PLENTY)
    assert again.get("record", "a") is None
    again.put("record", "a", b"rows")
    assert Cache(tmp_path, PLENTY).get("record", "a") == b"rows"


@needs_owners
def test_a_key_that_others_could_read_is_replaced(cache, tmp_path):
    cache.put("record", "a", b"rows")
    (tmp_path / "key").chmod(0o644)
    assert Cache(tmp_path, PLENTY).get("record", "a") is None
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


@needs_owners
def test_links_and_pipes_in_the_place_of_entries_are_not_opened(cache, tmp_path):
    cache.put("record", "a", b"rows")
    path = only_file(tmp_path)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert cache.get("record", "a") is None
    path.unlink()
    os.mkfifo(path)
    assert cache.get("record", "a") is None


@needs_owners
@pytest.mark.parametrize("mode", [0o770, 0o702, 0o777, 0o1777])
def test_a_cache_that_others_can_write_is_refused_in_one_sentence(tmp_path, monkeypatch, capsys, mode):
    Cache(tmp_path, PLENTY).put("record", "a", b"rows")
    tmp_path.chmod(mode)
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    assert open_cache() is None and open_cache() is None
    (said,) = capsys.readouterr().err.splitlines()
    assert f"can be written by other users (mode {mode:o})" in said and "chmod 700" in said


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_cache_of_another_user_is_refused(tmp_path, monkeypatch, capsys):
    os.chown(tmp_path, 65_534, 65_534)
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    assert open_cache() is None
    assert "belongs to another user" in capsys.readouterr().err


@needs_owners
def test_a_command_works_beside_a_cache_that_is_refused(tmp_path):
    tmp_path.chmod(0o777)
    done = subprocess.run(
        [sys.executable, "-m", "oilplan.cli.main", "record", "show", "plants", "--format", "csv"],
        capture_output=True,
        text=True,
        env={**os.environ, CACHE_VARIABLE: str(tmp_path)},
    )
    assert done.returncode == 0 and done.stdout.count("\n") > 10
    assert len(done.stderr.splitlines()) == 1 and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_there_need_be_no_home_and_no_place_to_write(tmp_path, monkeypatch):
    for name in (CACHE_VARIABLE, "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)

    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(module.Path, "home", nowhere)
    assert open_cache() is None
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "cache"):
        monkeypatch.setenv(CACHE_VARIABLE, str(place))
        assert open_cache() is None


def test_a_full_disk_means_not_kept(cache, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "replace", full)
    cache.put("record", "a", b"rows")
    assert cache.get("record", "a") is None and not list((tmp_path / "record").iterdir())


def aged(path, days):
    when = time.time() - days * 86_400
    os.utime(path, (when, when))


def fill(cache, folder, names):
    """An entry of 1,000 bytes under each name, the first the longest unused."""
    for n, name in enumerate(names):
        before = set((folder / "record").glob("*"))
        cache.put("record", name, bytes(1000))
        (new,) = set((folder / "record").glob("*")) - before
        aged(new, len(names) - n)


def test_what_was_longest_unused_makes_room(tmp_path):
    fill(Cache(tmp_path, PLENTY), tmp_path, "abcdefgh")
    small = Cache(tmp_path, 6000)
    assert small.get("record", "a") is not None  # used just now, so it is no longer the oldest
    small.put("record", "i", bytes(1000))
    kept = [name for name in "abcdefghi" if small.get("record", name) is not None]
    assert kept == ["a", "g", "h", "i"]


def test_entries_that_nobody_uses_and_those_of_old_versions_go_and_other_files_stay(cache, tmp_path):
    fill(cache, tmp_path, "ab")
    oldest = min((tmp_path / "record").iterdir(), key=lambda p: p.stat().st_mtime)
    aged(oldest, 91)
    mine = [tmp_path / "record" / "notes.txt", tmp_path / "thesis.kept", tmp_path / "record" / ("0" * 63 + ".kept")]
    old = [tmp_path / "record" / ("0" * 64 + ".json"), tmp_path / "xla" / "whole" / ("1" * 64 + ".pickle")]
    litter = [tmp_path / f".key.{'0' * 16}.part", tmp_path / "record" / f"{'0' * 64}.{'0' * 16}.part"]
    for path in (*mine, *old, *litter):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
        aged(path, 100)
    Cache(tmp_path, PLENTY).put("record", "c", b"new")
    assert all(path.exists() for path in mine)
    assert not any(path.exists() for path in (*old, *litter, oldest))
    assert cache.get("record", "b") is not None


def test_a_clock_that_goes_back_deletes_nothing(cache, tmp_path, monkeypatch):
    fill(cache, tmp_path, "ab")
    for path in (tmp_path / "record").iterdir():
        aged(path, -4000)
    Cache(tmp_path, PLENTY).put("record", "c", b"new")
    assert all(cache.get("record", name) is not None for name in "abc")


@pytest.mark.parametrize("size", ["lots", "-1", "1.5", "9" * 30, "¹"])
def test_a_size_that_is_no_number_is_said(tmp_path, monkeypatch, size):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setenv(SIZE_VARIABLE, size)
    with pytest.raises(OilplanError, match=r"expected a whole number of megabytes"):
        open_cache()


def test_a_size_of_zero_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv(SIZE_VARIABLE, "0")
    assert open_cache() is None and not (tmp_path / "cache").exists()


def test_every_kind_that_is_kept_is_known_to_eviction():
    import re
    from pathlib import Path

    code = "\n".join(path.read_text() for path in Path(module.__file__).parent.rglob("*.py"))
    assert set(re.findall(r'cache\.(?:get|put|drop)\("(\w+)"', code)) | {"jax"} == set(KINDS)


TWO_AT_ONCE = """
import sys
from pathlib import Path
from oilplan.cache import Cache
bad = 0
for turn in range(300):
    cache = Cache(Path(sys.argv[1]), 20_000)
    cache.put("record", str(turn % 7), bytes([turn % 7]) * 5000)
    for name in range(7):
        kept = cache.get("record", str(name))
        bad += kept is not None and kept != bytes([name]) * 5000
print(bad)
"""


def test_two_commands_at_once_never_read_half_an_entry(tmp_path):
    both = [
        subprocess.Popen([sys.executable, "-c", TWO_AT_ONCE, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [one.communicate(timeout=60)[0] for one in both] == ["0\n", "0\n"]
    assert not list(tmp_path.rglob("*.part"))
