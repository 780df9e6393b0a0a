"""Where compiled loops are kept between runs, so that a second run need not compile."""

from __future__ import annotations

from ..cache import cache_folder


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
