"""The page of one target system: any of its arms by itself, or all of them beside each other."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Any
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, JSONResponse, Response

from ..errors import OilplanError
from ..report.system_page import system_html
from ..systems.folder import SystemFolder
from ..systems.runs import SystemRun, compare_systems_arms, run_system
from ..systems.spec import AS_GIVEN
from .door import Door, heavy
from .limits import Guard, only_known

DRAWS = 200
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""The page is the report that a command writes: its style stands in it, and it has no script."""


class _Shelf:
    """Results of one system, each made once."""

    def __init__(self, system: SystemFolder, fit: Any):
        self._system, self._fit, self._lock = system, fit, Lock()
        self._made: dict[str, SystemRun] = {}

    def get(self, arm: str | None) -> SystemRun:
        """A run of an arm, or the comparison of all where none is named."""
        with self._lock:
            name = arm or ""
            if name not in self._made:
                self._made[name] = (
                    run_system(self._system, arm, draws=DRAWS, fit=self._fit)
                    if arm
                    else compare_systems_arms(self._system, [], draws=DRAWS, fit=self._fit)
                )
            return self._made[name]


def create_system_app(system: SystemFolder, fit: Any, names: Iterable[str] | None = None) -> FastAPI:
    """The application of `oilplan serve --system`.

    system: as opened; fit: its posterior or None; names: that a browser may call the server by
    """
    app = FastAPI(title="oilplan", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(only_known)])
    shelf = _Shelf(system, fit)

    @app.get("/")
    @heavy
    def of_arm(arm: str = AS_GIVEN) -> HTMLResponse:
        _check(system, arm)
        return _shown(system, shelf.get(arm), arm)

    @app.get("/compare")
    @heavy
    def of_all() -> HTMLResponse:
        return _shown(system, shelf.get(None), None)

    @app.get("/api/run")
    @heavy
    def numbers(arm: str = AS_GIVEN) -> JSONResponse:
        _check(system, arm)
        return JSONResponse(shelf.get(arm).summary)

    for error in (OilplanError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(error, _refused)
    app.add_middleware(GZipMiddleware, minimum_size=2_000, compresslevel=4)
    app.add_middleware(Guard)
    app.add_middleware(Door, names=names)
    return app


def _check(system: SystemFolder, arm: str) -> None:
    """Only arms of the folder: an address names no file."""
    if arm not in system.arm_names:
        raise OilplanError(f"There is no arm {arm[:40]!r} here; the arms are {', '.join(system.arm_names)}.")


def _shown(system: SystemFolder, made: SystemRun, here: str | None) -> HTMLResponse:
    links = [(f"/?arm={quote(name)}", name, name == here) for name in system.arm_names]
    links.append(("/compare", "all beside each other", here is None))
    marks = tuple(made.summary.get("struck_days", ()))
    return HTMLResponse(system_html(made, marks, links), headers={"content-security-policy": POLICY})


async def _refused(request: Request, error: Exception) -> Response:
    """One sentence for whatever went wrong."""
    if isinstance(error, OilplanError):
        return JSONResponse({"error": str(error)}, 400)
    if isinstance(error, HTTPException):
        return JSONResponse({"error": "There is no page at this address; / is the system's page."}, error.status_code)
    if isinstance(error, RequestValidationError):
        return JSONResponse({"error": "The address cannot be read; open the page afresh."}, 400)
    return JSONResponse({"error": f"A fault of ours ({type(error).__name__})."}, 500)
