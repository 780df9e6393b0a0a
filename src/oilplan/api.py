"""oilplan in Python: a record, a directive, a comparison, a verdict, in a line each. It computes nothing of its own.

``oilplan.__all__`` names the whole public face, which stands here and is loaded at first use. Results hold the numbers that the
command line prints, show themselves in a notebook, open as xarray and save what ``--out`` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __all__ as __all__
from .argument.answer import TopAnswer
from .argument.answer import answer as _answer
from .argument.shipped import verdicts_of
from .argument.verdict import Verdict
from .directives.forces import Forces
from .directives.plan import Budget, Bursts, BySighting, ForPhase, GivenUp, Phase, Plan
from .directives.policy import Order
from .directives.toml_file import read_plan
from .errors import OilplanError
from .evidence import Reading, read_files, read_texts
from .evidence.find import Search, find
from .intelligence import Belief
from .model.oil import oil_system
from .model.target import TargetSystem
from .record import Record, load_record
from .report.attribution_page import attribution_text, shares_figure, write_attribution
from .report.compare_page import arms_figure, compare_text, write_comparison
from .report.optimum_page import optimize_text, optimum_figure
from .report.page import Displayed, Picture
from .report.run_page import output_figure, stock_figure, table_text, write_run
from .report.system_results import SystemResult, TargetFolder
from .report.verdict_text import answer_text, verdict_text
from .report.verdict_text import table_text as verdicts_text
from .studies.arms import Arm, ArmLike
from .studies.attribution import DRAWS as SHARED_DRAWS
from .studies.attribution import LossShares
from .studies.attribution import attribute as _attribute
from .studies.calibrate import shipped_tree
from .studies.compare import DEFAULT_FROM, Comparison
from .studies.compare import compare as _compare
from .studies.datasets import (
    QUANTILES,
    Labelled,
    bands,
    comparison_arrays,
    intervals,
    labels,
    plain_attributes,
    recorded,
    replay_arrays,
)
from .studies.optimize import Optimum, write_optimum
from .studies.optimize import optimize as _optimize
from .studies.run import Run, run_directive
from .systems import open_folder, record_of
from .systems.spec import FromRecordKeys

if TYPE_CHECKING:
    import xarray

RecordLike = Record | Path | str | None
"""A record, a folder laid over the embedded one, or None for the embedded one (or that of OILPLAN_RECORD)."""
WORKS = "oilplan record export, or oilplan.load_record().sources"
"""Where the works behind a row of the record are listed."""
Progress = Callable[[int, int], None]
SERIES = {
    "aviation_gasoline": ("Aviation gasoline", "thousand tons a month"),
    "motor_fuel": ("Motor gasoline and diesel", "thousand tons a month"),
    "stock": ("Stock of aviation gasoline", "thousand tons at the month's end"),
}
"""What `ComparisonResult.plot` can draw, with title and unit."""


class RunResult(Displayed, Run):
    """The raids as they were flown, beside the record. summary: the numbers; flown: every draw; manifest: what made it."""

    def __str__(self) -> str:
        return table_text(self.summary)

    def plot(self, series: str = "aviation_gasoline") -> Picture:
        """The modelled band of a series (a key of ``summary["series"]``, or ``stock``) with what the record has."""
        if series == "stock":
            return Picture(stock_figure(self.summary))
        _check_series(series, self.summary["series"] | {"stock": ""})
        return Picture(output_figure(self.summary, series))

    def to_xarray(self) -> xarray.Dataset:
        """Every draw: output, products, stocks, shares of plants, parameters, raid days, with units; and what the record has."""
        return _dataset(
            replay_arrays(self.flown) | recorded(self.summary),
            {"title": "oilplan replay", "basis": self.summary["basis"], **_made(self.manifest)},
        )

    def save(self, folder: Path | str, *, force: bool = False) -> None:
        """Write what ``oilplan run --out`` writes; ``force`` replaces an earlier result."""
        write_run(self, Path(folder), force=force)


class ComparisonResult(Displayed, Comparison):
    """Arms in the same weather with the same luck. summary, runs, values, manifest, twins as `Comparison`."""

    def __str__(self) -> str:
        return compare_text(self.summary)

    def plot(self, series: str = "aviation_gasoline") -> Picture:
        """Medians and 5-95 percent bands of all arms by month: aviation_gasoline, motor_fuel or stock."""
        _check_series(series, SERIES)
        return Picture(arms_figure(bands(self)[series], *SERIES[series], None))

    def to_xarray(self) -> xarray.Dataset:
        """Every draw of every arm, "no raids" among them, with units and meanings."""
        stated = {key: self.summary[key] for key in ("base", "from", "seed", "basis", "record_hash")}
        return _dataset(comparison_arrays(self), {"title": "oilplan comparison", **stated, **_made(self.manifest)})

    def save(self, folder: Path | str, *, force: bool = False) -> None:
        """Write what ``oilplan compare --out`` writes; ``force`` replaces an earlier result."""
        write_comparison(self, Path(folder), force=force)


class AttributionResult(Displayed, LossShares):
    """The loss of aviation gasoline shared among its causes. summary: shares, tons, months; manifest: what made it."""

    def __str__(self) -> str:
        return attribution_text(self.summary)

    def plot(self, period: int = -1) -> Picture:
        """Every cause's share of the loss of a period: 0 for May to September 1944, 1 for October 1944 to March 1945."""
        return Picture(shares_figure(self.summary["periods"][period]))

    def to_xarray(self) -> xarray.Dataset:
        """Share of the loss and tons lost by period, cause and quantile (5, 50, 95 percent), with units."""
        periods = self.summary["periods"]
        arrays = {
            "share": intervals(
                ("period", "cause"), [[*p["shares"].values()] for p in periods], "1", "share of the loss"
            ),
            "lost_t": intervals(
                ("period", "cause"), [[*p["tons"].values()] for p in periods], "t", "lost to the cause"
            ),
            "period": labels("period", [f"{p['from']} to {p['to']}" for p in periods]),
            "cause": labels("cause", periods[0]["shares"]),
            "quantile": QUANTILES,
        }
        return _dataset(arrays, {"title": "oilplan attribution", **_made(self.manifest)})

    def save(self, folder: Path | str, *, force: bool = False) -> None:
        """Write what ``oilplan attribute --out`` writes; ``force`` replaces an earlier result."""
        write_attribution(self, Path(folder), force=force)


class OptimumResult(Displayed, Optimum):
    """The best directive found for one force, with its bound. ``plan`` can be given to `compare`."""

    def __str__(self) -> str:
        return optimize_text(self.summary)

    def plot(self) -> Picture:
        """What every way of choosing denied, beside the bound."""
        return Picture(optimum_figure(self.summary))

    def to_xarray(self) -> xarray.Dataset:
        """Aviation gasoline denied by every way of choosing, and the bound, by quantile (5, 50, 95 percent), with units."""
        s = self.summary
        arrays = {
            "denied_t": intervals(("arm",), [a["denied"] for a in s["arms"]], "t", s["objective"]),
            "bound_t": intervals((), s["bound"], "t", s["bound_is"]),
            "arm": labels("arm", [a["name"] for a in s["arms"]]),
            "quantile": QUANTILES,
        }
        stated = {key: s[key] for key in ("force", "from", "objective", "basis")}
        return _dataset(arrays, {"title": "oilplan optimum", **stated, **_made(self.manifest)})

    def save(self, folder: Path | str, *, force: bool = False) -> None:
        """Write what ``oilplan optimize --out`` writes; ``force`` replaces an earlier result."""
        write_optimum(self, Path(folder), force=force)


class Verdicts(Displayed, list[Verdict]):
    """Verdicts in the order of the claims; ``verdicts["C33"]`` finds one by its claim."""

    def __init__(self, found: list[Verdict], record: Record):
        super().__init__(found)
        self.record = record

    def __getitem__(self, which: Any) -> Any:
        if not isinstance(which, str):
            return super().__getitem__(which)
        for verdict in self:
            if verdict.claim_id == which:
                return verdict
        raise KeyError(f"no verdict on {which!r} here; there are {', '.join(v.claim_id for v in self)}")

    def __str__(self) -> str:
        return verdicts_text(list(self)) if len(self) != 1 else verdict_text(super().__getitem__(0), self.record)


class Answers(Displayed, list[TopAnswer]):
    """The lines of the answer."""

    def __str__(self) -> str:
        return answer_text(self)


def run(
    directive: str = "as_flown",
    *,
    record: RecordLike = None,
    draws: int = 500,
    seed: int = 1944,
    prior: bool = False,
    progress: Progress | None = None,
) -> RunResult:
    """Fly the raids as they were flown and set them beside the record: `oilplan.studies.run.run_directive`.

    draws: of what is not known; seed: same seed, same numbers; prior: leave the fit aside
    Raises OilplanError for a directive that decides (use `compare`), draws or seed out of range.
    """
    return RunResult(
        *run_directive(
            _record(record), directive=directive, draws=draws, seed=seed, prior=prior, progress=progress or _quiet
        )
    )


def compare(
    *arms: ArmLike,
    record: RecordLike = None,
    base: str | None = None,
    from_date: str = DEFAULT_FROM,
    draws: int = 500,
    seed: int = 1944,
    progress: Progress | None = None,
) -> ComparisonResult:
    """Fly directives in the same weather with the same luck: `oilplan.studies.compare.compare`.

    arms: names (``"portal"``, ``"portal:perfect"``), TOML files or their text, `Plan`, or functions of (`Belief`, `Forces`, key) that
    return tons [draws, operations, plants] or an `Order`, held to the tons, reach and weather of every arm
    base: name of the arm to compare with; history's own orders by default, flown beside the others

    Raises OilplanError for what is no directive, a date outside the campaign, draws or seed out of range.
    """
    made = _compare(
        _record(record), arms, base=base, from_date=from_date, draws=draws, seed=seed, progress=progress or _quiet
    )
    return ComparisonResult(*made)


def fly(
    directive: ArmLike,
    *,
    record: RecordLike = None,
    from_date: str = DEFAULT_FROM,
    draws: int = 500,
    seed: int = 1944,
    progress: Progress | None = None,
) -> ComparisonResult:
    """Fly one directive beside history's own orders, in the same weather with the same luck: `compare` of one.

    directive: as an arm of `compare`: a name, a TOML file or its text, a `Plan`, a function of (`Belief`, `Forces`, key)
    """
    return compare(directive, record=record, from_date=from_date, draws=draws, seed=seed, progress=progress)


def attribute(
    *, record: RecordLike = None, draws: int = SHARED_DRAWS, seed: int = 1944, progress: Progress | None = None
) -> AttributionResult:
    """Where the fuel went: oil raids by force, rail and coal, ground taken, luck: `oilplan.studies.attribution.attribute`."""
    return AttributionResult(*_attribute(_record(record), draws=draws, seed=seed, progress=progress or _quiet))


def optimize(
    force: str = "bomber_command",
    *,
    record: RecordLike = None,
    from_date: str = DEFAULT_FROM,
    draws: int = 60,
    seed: int = 1944,
    progress: Progress | None = None,
) -> OptimumResult:
    """The best that one force could have done, with a bound that none can beat: `oilplan.studies.optimize.optimize`."""
    return OptimumResult(
        *_optimize(
            _record(record), force=force, from_date=from_date, draws=draws, seed=seed, progress=progress or _quiet
        )
    )


def open_system(path_or_name: Path | str, *, record: RecordLike = None) -> TargetFolder:
    """Open a target system of your own (``oilplan new DIR``), or a shipped one by name, to run and compare its arms.

    path_or_name: a folder, ``"ball_bearings_1943_44"`` or ``"town_utilities"``; record: where unknowns take figures from

    Raises OilplanError, naming file, line and column, for a folder that cannot be used, and for a system stated by the
    record's own tables, which `run`, `compare` and `optimize` fly with ``record=``.
    """
    opened = open_folder(path_or_name, _record(record))
    if isinstance(opened, FromRecordKeys):
        own = record_of(path_or_name, opened)
        how = f"record={str(own)!r}" if own else ""
        raise OilplanError(
            f"{path_or_name} is the record's own system; oilplan.run({how}) flies it, and so do compare and optimize."
        )
    return TargetFolder(opened)


def verdicts(*claims: str, record: RecordLike = None, progress: Progress | None = None) -> Verdicts:
    """Grade claims such as ``"C33"``, all of them where none is named: `oilplan.argument.shipped.verdicts_of`."""
    known = _record(record)
    return Verdicts(verdicts_of(known, claims, progress or _quiet), known)


def answer(record: RecordLike = None) -> Answers:
    """Who was right, each line with its grade, interval and claims: `oilplan.argument.answer.answer`."""
    return Answers(_answer(_record(record)))


def posterior(record: RecordLike = None) -> xarray.DataTree:
    """The shipped fit as a tree in ArviZ's layout, `oilplan.studies.calibrate.shipped_tree`.

    It holds every unknown by name, chain by chain, the log likelihood of each figure of the record, and what the fit predicts of it.

    Raises OilplanError where the fit is not of this record's raids.
    """
    return shipped_tree(_record(record))


def _quiet(done: int, of: int) -> None:
    """Progress that nobody asked to see."""


def _record(given: RecordLike) -> Record:
    return given if isinstance(given, Record) else load_record(given)


def _check_series(series: str, known: Mapping[str, Any]) -> None:
    if series not in known:
        raise OilplanError(f"no series {series!r}; expected one of {', '.join(known)}.")


def _made(manifest: dict) -> dict[str, Any]:
    """What every dataset says of its origin, beside each variable's unit."""
    record = f"the record of the oil campaign, 1943-45, hash {manifest['record_hash']}"
    return {"manifest": manifest, "record_hash": manifest["record_hash"], "sources": f"{record}; works by row: {WORKS}"}


def _dataset(arrays: dict[str, Labelled], about: dict[str, Any]) -> xarray.Dataset:
    import xarray

    def variables(of_axis: bool) -> dict[str, tuple]:
        return {name: tuple(a) for name, a in arrays.items() if (a.axes == (name,)) == of_axis}

    made = xarray.Dataset(variables(False), coords=variables(True), attrs=plain_attributes(about))
    return xarray.decode_cf(made)
