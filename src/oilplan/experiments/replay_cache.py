"""Where compiled loops are kept between runs, so that a second run need not compile."""

from __future__ import annotations

import os
from pathlib import Path

CACHE_VARIABLE = "OILPLAN_CACHE"


def cache_folder() -> Path:
    """The folder named by ``OILPLAN_CACHE``, else ``~/.cache/oilplan`` (``$XDG_CACHE_HOME`` is heeded)."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "oilplan"


def keep_compiled() -> bool:
    """Let JAX keep what it compiles in `cache_folder`. Returns False, changing nothing, where it cannot be written."""
    import jax

    folder = cache_folder() / "xla"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return True
