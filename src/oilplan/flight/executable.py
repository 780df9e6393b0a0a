"""Compiled functions kept whole between commands, and loaded without being traced again.

JAX keeps what its compiler made, but traces and lowers a function before it looks there: half a second for a campaign.
Here the name of a kept function follows from its arguments' shapes, from all it was made of and from this machine.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pickle
import platform
from collections.abc import Callable
from pathlib import Path

import jax
import jaxlib
import numpy as np
from jax.experimental.compilation_cache.compilation_cache import reset_cache
from jax.experimental.serialize_executable import deserialize_and_load, serialize

from ..cache import own_code

PROCESSOR_FACTS = Path("/proc/cpuinfo")
SAID_OF_PROCESSOR = ("model name", "flags", "Features", "CPU part")


def kept_whole(function: Callable, *made_of) -> Callable:
    """``function`` of trees of arrays, compiled at its first call, once for every set of shapes.

    made_of: all that its results hang on beside its arguments: arrays, numbers, text, named functions, tuples and
    dictionaries of them

    Kept where `oilplan.flight.replay_cache.keep_compiled` was called, for this code on such a machine alone; a
    file that cannot be read is written anew. Calls raise TypeError for a thing in ``made_of`` without content to go by.
    """
    compiled: dict[tuple, Callable] = {}

    def call(*arguments):
        leaves, tree = jax.tree.flatten(arguments)
        shapes = (tree, *map(jax.typeof, leaves))
        if shapes not in compiled:
            compiled[shapes] = _loaded_or_compiled(function, arguments, [str(kind) for kind in shapes], made_of)
        return compiled[shapes](*arguments)

    return call


def _loaded_or_compiled(function: Callable, arguments: tuple, shapes: list[str], made_of: tuple) -> Callable:
    folder = jax.config.values["jax_compilation_cache_dir"]
    if folder is None:
        return jax.jit(function).lower(*arguments).compile()
    path = Path(folder) / "whole" / f"{_name(shapes, made_of)}.pickle"
    try:
        return deserialize_and_load(*pickle.loads(path.read_bytes()))
    except Exception:  # whatever a damaged file makes of itself: the function can be compiled again
        with _compiled_anew():
            made = jax.jit(function).lower(*arguments).compile()
        _keep(path, made)
        return made


@contextlib.contextmanager
def _compiled_anew():
    """Keep JAX from its own cache: what was read from there loses parts when it is written out again."""
    before = jax.config.values["jax_enable_compilation_cache"]
    jax.config.update("jax_enable_compilation_cache", False)
    reset_cache()
    try:
        yield
    finally:
        jax.config.update("jax_enable_compilation_cache", before)
        reset_cache()


def _keep(path: Path, made) -> None:
    """Write a compiled function, whole or not at all; one that cannot be written is left alone."""
    part = path.with_suffix(f".{os.getpid()}.part")
    with contextlib.suppress(OSError, ValueError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(pickle.dumps(serialize(made)))
        os.replace(part, path)


def _name(shapes: list[str], made_of: tuple) -> str:
    digest = hashlib.sha256(_of_this_machine().encode())
    _feed(digest, (shapes, made_of))
    return digest.hexdigest()


@functools.cache
def _of_this_machine() -> str:
    """Our code, JAX with its settings, and the processor: what is compiled for one need not run on another."""
    try:
        lines = PROCESSOR_FACTS.read_text(encoding="utf-8").splitlines()
        processor = sorted({line for line in lines if line.startswith(SAID_OF_PROCESSOR)})
    except OSError:
        processor = [platform.platform(), platform.processor(), platform.node()]
    device = jax.devices()[0]
    settings = (jax.config.values["jax_enable_x64"], os.environ.get("XLA_FLAGS"), os.cpu_count(), jax.device_count())
    return repr((own_code(), jax.__version__, jaxlib.__version__, device.platform, device.device_kind, settings, processor))


def _feed(digest, thing) -> None:
    """Add the content of a thing to the digest, with its kind and length, so that no two run into one another."""
    if isinstance(thing, (str, bool, int, float, type(None), np.generic)):
        digest.update(f"{type(thing).__name__}:{thing!r};".encode())
    elif isinstance(thing, (np.ndarray, jax.Array)):
        array = np.asarray(thing)
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(repr(array.tolist()).encode() if array.dtype == object else np.ascontiguousarray(array).tobytes())
    elif isinstance(thing, (tuple, list)):
        digest.update(f"{type(thing).__name__}{len(thing)}(".encode())
        for part in thing:
            _feed(digest, part)
    elif isinstance(thing, dict):
        _feed(digest, list(thing.items()))
    elif callable(thing) and hasattr(thing, "__qualname__") and "<locals>" not in thing.__qualname__:
        digest.update(f"{thing.__module__}.{thing.__qualname__};".encode())
    else:
        raise TypeError(f"{thing!r} has no content to name a compiled function by")
