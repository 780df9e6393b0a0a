"""The embedded tables kept between commands: the same rows, and never those of other bytes or other code."""

import random

import pytest

from oilplan.cache import CACHE_VARIABLE, code_hash
from oilplan.errors import OilplanError
from oilplan.record import load
from oilplan.record.load import load_rows, once_checked


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    return tmp_path / "record"


@pytest.fixture
def checks(cache, monkeypatch):
    """(the tables as first checked, how often they were checked again): they are what a check gives, without its time."""
    first, again = load_rows(None), []
    monkeypatch.setattr(load, "_checked", lambda data: again.append(1) or first.tables)
    return first, again


def refuse():
    raise AssertionError("checked again")


def test_what_is_kept_is_what_was_checked(cache, monkeypatch):
    first = load_rows(None)
    assert len(list(cache.iterdir())) == 1
    monkeypatch.setattr(load, "_checked", lambda data: refuse())
    assert load_rows(None) == first


def test_other_tables_are_checked(cache):
    once_checked("one", lambda: {})
    assert once_checked("one", refuse) == {}
    with pytest.raises(AssertionError, match="checked again"):
        once_checked("two", refuse)


def test_tables_are_checked_again_when_their_columns_are_declared_otherwise(cache, monkeypatch):
    once_checked("one", lambda: {})
    monkeypatch.setitem(load.DECLARED, "columns.csv", load.DECLARED["columns.csv"].replace("plant;group", "plant"))
    with pytest.raises(AssertionError, match="checked again"):
        once_checked("one", refuse)


def test_tables_that_do_not_fit_are_not_kept(cache):
    def faulty():
        raise OilplanError("plants.csv:3 capacity: came 'x'")

    for _ in range(2):
        with pytest.raises(OilplanError, match=r"plants\.csv:3"):
            once_checked("faulty", faulty)
    assert not cache.exists()


@pytest.mark.parametrize(
    "spoil", [lambda b: b"", lambda b: b"{", lambda b: b.replace(b"111", b"333"), lambda b: b[:-9]]
)
def test_a_spoilt_file_is_written_anew(cache, checks, spoil):
    """Changed figures too: a kept table whose digits were changed gave other numbers under the same record hash."""
    first, again = checks
    (path,) = cache.iterdir()
    whole = path.read_bytes()
    path.write_bytes(spoil(whole))
    assert path.read_bytes() != whole
    assert load_rows(None) == first and again == [1]
    assert path.read_bytes() == whole


def test_a_changed_digit_is_never_read(cache, checks):
    """A kept table whose digits were changed gave other numbers under the same record hash."""
    first, again = checks
    (path,) = cache.iterdir()
    good = path.read_bytes()
    chance = random.Random(1944)
    digits = [place for place, byte in enumerate(good) if chr(byte).isdigit()]
    for place in chance.sample(digits, 12):
        changed = bytearray(good)
        changed[place] = ord("7") if good[place] != ord("7") else ord("3")
        path.write_bytes(changed)
        assert load_rows(None) == first, place
        assert path.read_bytes() == good, "a damaged file is written anew"
    assert len(again) == 12


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file"))
    assert load_rows(None).tables["plants"].by_id


def test_the_hash_of_code_tells_a_changed_file(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    before = code_hash(tmp_path)
    (tmp_path / "a.py").write_text("x = 2\n")
    assert code_hash(tmp_path) != before
