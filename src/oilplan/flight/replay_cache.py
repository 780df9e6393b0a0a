"""Where compiled loops are kept between runs, so that a second run need not compile."""

from __future__ import annotations

import contextlib
import functools
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from ..cache import Cache, open_cache

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
