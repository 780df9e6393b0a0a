"""Compiled functions kept whole: loaded where nothing has changed, made anew where anything has."""

import subprocess
import sys
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.cache import CACHE_VARIABLE
from oilplan.flight.executable import kept_whole
from oilplan.flight.replay_cache import keep_compiled
from oilplan.model.law import damage_linear, damage_saturating


class Pair(NamedTuple):
    """A tree to go in and to come out."""

    first: object
    second: object


@pytest.fixture
def folder(tmp_path, monkeypatch):
    before = {name: jax.config.values[name] for name in
              ("jax_compilation_cache_dir", "jax_persistent_cache_min_compile_time_secs", "jax_persistent_cache_min_entry_size_bytes")}  # fmt: skip
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    keep_compiled()
    yield tmp_path / "xla" / "whole"
    for name, value in before.items():
        jax.config.update(name, value)


class Traced:
    """A function that counts how often it was traced; calls are told apart by ``factor``."""

    def __init__(self, factor: float):
        self.factor, self.times = factor, 0

    def __call__(self, x):
        self.times += 1
        return Pair(self.factor * x.first, jnp.sum(x.second))


HERE = Pair(np.arange(3.0, dtype=np.float32), np.ones((2, 2), np.float32))


def test_a_kept_function_is_not_traced_again_and_says_the_same(folder):
    first, second = Traced(2.0), Traced(2.0)
    made = kept_whole(first, "doubled", 2.0)(HERE)
    again = kept_whole(second, "doubled", 2.0)(HERE)
    assert (first.times, second.times) == (1, 0)
    assert isinstance(again, Pair)
    np.testing.assert_array_equal(again.first, made.first)
    assert float(again.second) == 4.0


@pytest.mark.parametrize("made_of", [("doubled", 3.0), ("other", 2.0), ("doubled", np.array([2.0]))], ids=str)
def test_what_it_was_made_of_tells_functions_apart(folder, made_of):
    kept_whole(Traced(2.0), "doubled", 2.0)(HERE)
    other = Traced(3.0)
    np.testing.assert_array_equal(kept_whole(other, *made_of)(HERE).first, 3.0 * HERE.first)
    assert other.times == 1


def test_other_shapes_are_compiled_by_themselves(folder):
    traced = Traced(2.0)
    call = kept_whole(traced, "doubled", 2.0)
    call(HERE)
    assert call(HERE._replace(first=np.ones(5, np.float32))).first.shape == (5,)
    call(HERE)
    assert traced.times == 2


def test_named_functions_and_arrays_have_content_and_closures_have_none(folder):
    kept_whole(Traced(1.0), damage_linear, {"a": np.arange(3)}, None)(HERE)
    other = Traced(1.0)
    kept_whole(other, damage_saturating, {"a": np.arange(3)}, None)(HERE)
    assert other.times == 1
    with pytest.raises(TypeError, match="no content"):
        kept_whole(Traced(1.0), lambda: 1)(HERE)


def test_a_damaged_file_is_written_anew(folder):
    kept_whole(Traced(2.0), "doubled", 2.0)(HERE)
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    for damage in (b"", whole[: len(whole) // 2], b"not a pickle"):
        path.write_bytes(damage)
        traced = Traced(2.0)
        np.testing.assert_array_equal(kept_whole(traced, "doubled", 2.0)(HERE).first, 2.0 * HERE.first)
        assert traced.times == 1
    again = Traced(2.0)
    kept_whole(again, "doubled", 2.0)(HERE)
    assert again.times == 0


def test_what_jax_keeps_is_not_written_out_again_in_parts(folder):
    """A function read from JAX's own cache loses parts when it is written out; ours must be compiled afresh."""
    script = (
        "import sys, numpy as np, jax.numpy as jnp\n"
        "from oilplan.flight.executable import kept_whole\n"
        "from oilplan.flight.replay_cache import keep_compiled\n"
        "keep_compiled()\n"
        "x = np.linspace(0.1, 1.0, 4000, dtype=np.float32).reshape(40, 100)\n"
        "f = lambda x: (jnp.exp(-x) @ x.T, jnp.sort(x, axis=1).cumsum(0))\n"
        "print(float(sum(a.sum() for a in kept_whole(f, 'matter')(x))))\n"
    )

    def run() -> str:
        return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout

    first = run()
    for path in folder.iterdir():
        path.unlink()
    assert run() == first == run()


def test_nothing_is_kept_where_nobody_asked(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    before = jax.config.values["jax_compilation_cache_dir"]
    jax.config.update("jax_compilation_cache_dir", None)
    try:
        np.testing.assert_array_equal(kept_whole(Traced(2.0), "doubled", 2.0)(HERE).first, 2.0 * HERE.first)
    finally:
        jax.config.update("jax_compilation_cache_dir", before)
    assert not list(tmp_path.iterdir())
