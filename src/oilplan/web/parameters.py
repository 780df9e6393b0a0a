"""What an address may ask: every route names its parameters, others are refused, and the page of the API is made from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.routing import APIRoute

from ..errors import OilplanError
from ..record.read import nearest


class Parameter(NamedTuple):
    """One parameter of a route. default: as text, empty for none."""

    name: str
    meaning: str
    default: str = ""


def takes(**meanings: str) -> Callable[[Callable], Callable]:
    """Name the parameters of a view that reads its address itself. An underscore at the end of a name is left away."""

    def named(view: Callable) -> Callable:
        view.takes = {name.rstrip("_"): meaning for name, meaning in meanings.items()}  # type: ignore[attr-defined]
        return view

    return named


def parameters_of(route: APIRoute) -> list[Parameter]:
    """Every parameter that a route reads from an address, in the order in which it names them."""
    declared = [
        Parameter(p.alias, p.field_info.description or "", _default(p.default)) for p in route.dependant.query_params
    ]
    own = getattr(route.endpoint, "takes", {})
    return declared + [Parameter(name, meaning) for name, meaning in own.items()]


def only_known(request: Request) -> None:
    """Refuse a parameter that the route does not name. Raises OilplanError with the nearest that it does."""
    known = [p.name for p in parameters_of(request.scope["route"])]
    for name in request.query_params:
        if name not in known:
            near = f"nearest: {', '.join(nearest(name, known)[:3])}" if known else "it takes none"
            raise OilplanError(f"{request.url.path[:80]} has no parameter '{name[:40]}'; {near}.")


def _default(value: Any) -> str:
    return "" if value is None or not isinstance(value, str | int) else str(value)
