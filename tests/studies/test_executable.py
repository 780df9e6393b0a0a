"""Compiled functions kept whole: loaded where nothing has changed, made anew where anything has."""

import os
import pickle
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.cache import CACHE_VARIABLE, HEAD, TAG_BYTES
from oilplan.flight.executable import keep_compiled, kept_whole
from oilplan.model.law import damage_linear, damage_saturating


class Pair(NamedTuple):
    """A tree to go in and to come out."""

    first: object
    second: object


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of compiled functions of a cache of this test's own."""
    names = ("jax_persistent_cache_min_compile_time_secs", "jax_persistent_cache_min_entry_size_bytes")
    before = {name: jax.config.values[name] for name in names}
    with monkeypatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(tmp_path))
        keep_compiled()
        yield tmp_path / "compiled"
    for name, value in before.items():
        jax.config.update(name, value)
    keep_compiled()


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


def test_functions_of_the_package_are_told_apart_and_things_without_content_refused(folder):
    kept_whole(Traced(1.0), damage_linear, {"a": np.arange(3)}, None)(HERE)
    other = Traced(1.0)
    kept_whole(other, damage_saturating, {"a": np.arange(3)}, None)(HERE)
    assert other.times == 1
    with pytest.raises(TypeError, match="no content"):
        kept_whole(Traced(1.0), object())(HERE)


def scaled(x):
    """A directive, say, that stands in a user's own module."""
    return 0.1 * x


@pytest.mark.parametrize(
    "foreign",
    [scaled, lambda x: x, partial(damage_linear, 0.1), Traced(1.0)],
    ids=["function", "lambda", "partial", "object"],
)
def test_what_is_made_of_a_function_from_elsewhere_is_compiled_anew_in_every_command(folder, foreign):
    kept_whole(Traced(1.0), "flown", {"directive": foreign})(HERE)
    other = Traced(3.0)
    np.testing.assert_array_equal(kept_whole(other, "flown", {"directive": foreign})(HERE).first, 3.0 * HERE.first)
    assert other.times == 1 and not folder.exists()


def test_a_function_that_only_says_it_is_ours_is_from_elsewhere(folder):
    def damage_linear(x):
        return x

    damage_linear.__module__ = damage_saturating.__module__
    damage_linear.__qualname__ = "damage_linear"
    kept_whole(Traced(1.0), damage_linear)(HERE)
    assert not folder.exists()


FACTOR = """
import pathlib, sys
import jax.numpy as jnp, numpy as np
from oilplan.flight.campaign import Parts
from oilplan.flight.executable import kept_whole
from oilplan.flight.executable import keep_compiled
keep_compiled()
def order(x):
    return {factor} * x
parts = Parts(directive=order)
print(float(kept_whole(lambda x: parts.directive(x).sum(), "arm", parts)(np.ones(3, np.float32))))
"""


def test_a_directive_in_python_that_changes_changes_the_numbers(folder, tmp_path):
    """The same name in the same file in one cache: the kept function of the first must not fly for the second."""
    script, said = tmp_path / "mine.py", []
    for factor in (0.1, 1.0):
        script.write_text(FACTOR.format(factor=factor))
        said.append(
            float(subprocess.run([sys.executable, str(script)], check=True, capture_output=True, text=True).stdout)
        )
    assert said == pytest.approx([0.3, 3.0])


def test_a_damaged_file_is_written_anew(folder):
    kept_whole(Traced(2.0), "doubled", 2.0)(HERE)
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    middle = len(whole) // 2
    turned = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    for damage in (b"", whole[:middle], b"not a pickle", turned, whole + b"\n"):
        path.write_bytes(damage)
        traced = Traced(2.0)
        np.testing.assert_array_equal(kept_whole(traced, "doubled", 2.0)(HERE).first, 2.0 * HERE.first)
        assert traced.times == 1
    again = Traced(2.0)
    kept_whole(again, "doubled", 2.0)(HERE)
    assert again.times == 0


class Runs:
    """A pickle that makes a file when it is opened."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_pickle_that_another_program_put_there_is_not_opened(folder, tmp_path):
    kept_whole(Traced(2.0), "doubled", 2.0)(HERE)
    (path,) = folder.iterdir()
    head = path.read_bytes()[: len(HEAD) + TAG_BYTES]
    for first in (b"", head):
        path.write_bytes(first + pickle.dumps((Runs(tmp_path / "ran"), None, None)))
        kept_whole(Traced(2.0), "doubled", 2.0)(HERE)
    assert not (tmp_path / "ran").exists()


def test_what_jax_keeps_of_its_own_is_signed_too(folder):
    """JAX loads machine code from its cache unseen: a turned byte there must be compiled over, not run."""
    script = (
        "import sys, numpy as np, jax, jax.numpy as jnp\n"
        "from oilplan.flight.executable import keep_compiled\n"
        "assert keep_compiled()\n"
        "print(float(jax.jit(lambda x: jnp.exp(-x).sum())(np.linspace(0.1, 1.0, 4000, dtype=np.float32))))\n"
    )

    def run() -> str:
        return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout

    first, kept = run(), folder.parent / "jax"
    written = {path: path.stat().st_mtime_ns for path in kept.iterdir()}
    assert written and not list(folder.parent.glob("xla"))
    for path in written:
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    assert run() == first
    assert all(path.stat().st_size > len(HEAD) + TAG_BYTES for path in written)
    sizes = {path: path.stat().st_size for path in written}
    assert run() == first and sizes == {path: path.stat().st_size for path in written}


@pytest.mark.slow
def test_what_jax_keeps_is_not_written_out_again_in_parts(folder):
    """A function read from JAX's own cache loses parts when it is written out; ours must be compiled afresh."""
    script = (
        "import sys, numpy as np, jax.numpy as jnp\n"
        "from oilplan.flight.executable import kept_whole\n"
        "from oilplan.flight.executable import keep_compiled\n"
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


def test_nothing_is_kept_where_nobody_asked(tmp_path):
    script = (
        "import numpy as np\n"
        "from oilplan.flight.executable import kept_whole\n"
        "print(float(kept_whole(lambda x: x.sum(), 'sum')(np.ones(3))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, CACHE_VARIABLE: str(tmp_path)},
    )
    assert done.stdout == "3.0\n" and not list(tmp_path.iterdir())
