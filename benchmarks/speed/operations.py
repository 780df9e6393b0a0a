"""Operations of a compiled function counted from what JAX was asked to do: arithmetic, powers and logarithms, moves."""

from collections import Counter
from math import prod

import jax

EXPONENTIALS = {"exp", "exp2", "expm1", "logistic", "tanh"}
LOGARITHMS = {"log", "log1p", "erf_inv", "pow", "sqrt", "rsqrt"}
"""Dearer than one logarithm are ``erf_inv`` and ``pow``: counted as one, so the limit is not flattered."""
ARITHMETIC = {
    "add",
    "sub",
    "mul",
    "div",
    "max",
    "min",
    "neg",
    "abs",
    "select_n",
    "integer_pow",
    "xor",
    "or",
    "and",
    "shift_left",
    "shift_right_logical",
    "cumsum",
    "reduce_sum",
    "lt",
    "gt",
    "le",
    "ge",
    "eq",
    "clamp",
}
MOVES = {"gather", "concatenate", "dynamic_update_slice"}


def count(fn, *arguments) -> Counter:
    """Operations of ``fn(*arguments)``: arithmetic, exponentials, logarithms (each per number) and bytes moved.

    Bytes are the arguments, results, gathered rows and scanned rows: what must be read and written even if everything
    else were fused. A scan counts its body once per step.
    """
    closed = jax.make_jaxpr(fn)(*arguments)
    found: Counter = Counter()
    _walk(closed.jaxpr, 1, found)
    found["bytes"] += sum(_bytes(v) for v in (*closed.jaxpr.invars, *closed.jaxpr.outvars))
    return found


def _walk(jaxpr, times: int, found: Counter) -> None:
    for equation in jaxpr.eqns:
        name = equation.primitive.name
        steps = times
        if name == "scan":
            steps = times * equation.params["length"]
            found["bytes"] += times * sum(map(_bytes, (*equation.invars, *equation.outvars)))
        inner = [v for v in equation.params.values() if hasattr(v, "jaxpr") or hasattr(v, "eqns")]
        for body in inner:
            _walk(getattr(body, "jaxpr", body), steps, found)
        if not inner:
            _one(equation, name, times, found)


def _one(equation, name: str, times: int, found: Counter) -> None:
    size = prod(equation.outvars[0].aval.shape)
    if name == "dot_general":
        (contract, _), _ = equation.params["dimension_numbers"]
        shape = equation.invars[0].aval.shape
        found["arithmetic"] += times * 2 * size * prod(shape[k] for k in contract)
    elif name in EXPONENTIALS:
        found["exponentials"] += times * size
    elif name in LOGARITHMS:
        found["logarithms"] += times * size
    elif name == "threefry2x32":
        found["arithmetic"] += times * size * THREEFRY_OPERATIONS
    elif name in ARITHMETIC:
        found["arithmetic"] += times * size
    elif name in MOVES:
        found["bytes"] += times * 2 * _bytes(equation.outvars[0])


THREEFRY_OPERATIONS = 5 * 20 // 2 + 10
"""Twenty rounds of add, two shifts, or, xor give two words; ten keys are added in."""


def _bytes(variable) -> int:
    aval = variable.aval
    return prod(aval.shape) * getattr(aval.dtype, "itemsize", 4) if hasattr(aval, "shape") else 0
