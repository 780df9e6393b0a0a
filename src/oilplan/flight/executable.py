"""Compiled functions kept whole between commands, and loaded without being traced again.

JAX keeps what its compiler made, but traces and lowers a function before it looks there: half a second for a campaign.
Here the name of a kept function follows from its arguments' shapes, from all it was made of and from this machine.
Compiled functions are pickles with machine code: `oilplan.cache` gives back only what this user's commands wrote there.
"""

from __future__ import annotations

import contextlib
import hashlib
import pickle
import sys
from collections.abc import Callable

import jax
import numpy as np
from jax.experimental.serialize_executable import deserialize_and_load, serialize

from ..cache import own_code
from .replay_cache import compiled_cache, this_machine, without_jax_cache

PACKAGE = __name__.split(".")[0]


def kept_whole(function: Callable, *made_of) -> Callable:
    """``function`` of trees of arrays, compiled at its first call, once for every set of shapes.

    made_of: all that its results hang on beside its arguments: arrays, numbers, text, functions, tuples and
    dictionaries of them

    Kept where `oilplan.flight.replay_cache.keep_compiled` was called, for this code on such a machine alone; an
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
