"""What is compiled kept between commands: what JAX compiles, and whole functions that are loaded without being traced again.

JAX keeps what its compiler made, but traces and lowers a function before it looks there: half a second for a campaign.
Here the name of a kept function follows from its arguments' shapes, from all it was made of and from this machine.
Compiled functions are pickles with machine code: `oilplan.cache` gives back only what this user's commands wrote there.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pickle
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import jax
import numpy as np
from jax.experimental.serialize_executable import deserialize_and_load, serialize

from ..cache import Cache, open_cache, own_code

PROCESSOR_FACTS = Path("/proc/cpuinfo")
SAID_OF_PROCESSOR = ("model name", "flags", "Features", "CPU part")
_kept: list[Cache] = []
"""The cache that JAX was given, if any."""


def keep_compiled() -> bool:
    """Let JAX keep what it compiles in the cache of this user, each entry signed. Returns False where there is none."""
    import jax

    cache = open_cache()
    _kept[:] = [] if cache is None else [cache]
    if cache is None:
        return False
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    _install()
    return True


def compiled_cache() -> Cache | None:
    """The cache that `keep_compiled` found, None where it was not called or found none."""
    return _kept[0] if _kept else None


@functools.cache
def this_machine() -> str:
    """JAX with its settings, and the processor: what is compiled for one need not run on another."""
    import jax
    import jaxlib

    try:
        lines = PROCESSOR_FACTS.read_text(encoding="utf-8").splitlines()
        processor = sorted({line for line in lines if line.startswith(SAID_OF_PROCESSOR)})
    except OSError:
        processor = [platform.platform(), platform.processor(), platform.node()]
    device = jax.devices()[0]
    settings = (jax.config.values["jax_enable_x64"], os.environ.get("XLA_FLAGS"), os.cpu_count(), jax.device_count())
    return repr((jax.__version__, jaxlib.__version__, device.platform, device.device_kind, settings, processor))


@contextlib.contextmanager
def without_jax_cache() -> Iterator[None]:
    """Compile afresh: JAX looks into no cache of its own meanwhile."""
    import jax
    from jax.experimental.compilation_cache.compilation_cache import reset_cache

    before = jax.config.values["jax_enable_compilation_cache"]
    jax.config.update("jax_enable_compilation_cache", False)
    reset_cache()
    try:
        yield
    finally:
        jax.config.update("jax_enable_compilation_cache", before)
        _install()


def _install() -> None:
    """Put ours in the place of JAX's own file cache, which loads whatever machine code lies in its folder.

    JAX has no public door for it; where a later version has moved the inner one, only whole functions are kept.
    """
    from jax.experimental.compilation_cache.compilation_cache import reset_cache

    reset_cache()
    if not _kept:
        return
    try:
        from jax._src import compilation_cache
        from jax._src.compilation_cache_interface import CacheInterface
    except ImportError:
        return
    if not {"_cache", "_cache_initialized"} <= set(vars(compilation_cache)):
        return

    class Signed(CacheInterface):
        """The interface that JAX asks, over our cache. JAX names an entry by the whole program that was compiled."""

        _path = Path()

        def get(self, key: str) -> bytes | None:
            return _kept[0].get("jax", f"{this_machine()} {key}") if _kept else None

        def put(self, key: str, value: bytes) -> None:
            if _kept:
                _kept[0].put("jax", f"{this_machine()} {key}", value)

    compilation_cache._cache, compilation_cache._cache_initialized = Signed(), True


PACKAGE = __name__.split(".")[0]


def kept_whole(function: Callable, *made_of) -> Callable:
    """``function`` of trees of arrays, compiled at its first call, once for every set of shapes.

    made_of: all that its results hang on beside its arguments: arrays, numbers, text, functions, tuples and
    dictionaries of them

    Kept where `oilplan.flight.executable.keep_compiled` was called, for this code on such a machine alone; an
    entry that cannot be trusted or read is made again. A function that is not this package's own has no content that
    could name it (it may call anything), so what is made of one is compiled in every command. Calls raise TypeError for
    any other thing in ``made_of`` without content to go by.
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
    cache = compiled_cache()
    name = _name(shapes, made_of)
    if cache is None or name is None:
        return jax.jit(function).lower(*arguments).compile()
    whole = cache.get("compiled", name)
    if whole is not None:
        with contextlib.suppress(Exception):  # one of our own that this JAX cannot load is compiled again
            return deserialize_and_load(*pickle.loads(whole))
    with without_jax_cache():  # what was read from there loses parts when it is written out again
        made = jax.jit(function).lower(*arguments).compile()
    with contextlib.suppress(ValueError, NotImplementedError):
        cache.put("compiled", name, pickle.dumps(serialize(made)))
    return made


def _name(shapes: list[str], made_of: tuple) -> str | None:
    """The name of a compiled function by its content; None where a function from elsewhere is part of it."""
    digest = hashlib.sha256(f"{own_code()} {this_machine()}".encode())
    try:
        _feed(digest, (shapes, made_of))
    except _NotOurs:
        return None
    return digest.hexdigest()


class _NotOurs(Exception):
    """A function whose content `own_code` does not cover."""


def _is_own(function: Callable) -> bool:
    """Whether a function stands in a module of this package under its own name, so that `own_code` covers it."""
    module, path = getattr(function, "__module__", None) or "", getattr(function, "__qualname__", "")
    found = sys.modules.get(module) if module.split(".")[0] == PACKAGE else None
    for name in path.split("."):
        found = getattr(found, name, None)
    return found is function


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
    elif callable(thing):
        if not _is_own(thing):
            raise _NotOurs
        digest.update(f"{thing.__module__}.{thing.__qualname__};".encode())
    else:
        raise TypeError(f"{thing!r} has no content to name a compiled function by")
