"""A target system and its results as a notebook holds them: they print, draw, open as xarray and save."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..studies.labelled_zarr import plain_attributes
from ..systems.fit import SystemCalibration, calibrate_system, kept_fit
from ..systems.folder import SystemFolder
from ..systems.runs import SystemRun, compare_systems_arms, run_system
from ..systems.search import optimize_system
from ..systems.spec import AS_GIVEN
from .system_page import compare_text, days_figure, run_text, write_system

if TYPE_CHECKING:
    import xarray


class SystemResult(SystemRun):
    """A run of one arm, or arms beside each other. summary: the numbers, resilience among them; flown: every draw by arm."""

    @property
    def is_run(self) -> bool:
        """Whether it is of one arm."""
        return "arm" in self.summary

    def __str__(self) -> str:
        return run_text(self.summary) if self.is_run else compare_text(self.summary)

    def _repr_html_(self) -> str:
        return f"<div>{self.plot()}<pre>{escape(str(self))}</pre></div>"

    def plot(self, product: str | None = None) -> str:
        """Bands by day in percent of normal, as SVG: a product of a run, or the headline product of all arms."""
        s = self.summary
        wanted = product or s["headline"]
        if not self.is_run:
            return days_figure(s["days"], s["window"][0], s["names"][s["headline"]], 760)
        chosen = next(p for p in s["products"] if p["id"] == wanted)
        return days_figure({s["arm"]: chosen["days"]}, s["window"][0], chosen["name"], 760, tuple(s["struck_days"]))

    def to_xarray(self) -> xarray.Dataset:
        """Every draw of every arm by day: products delivered, shares of plants, stores, with units."""
        import numpy as np
        import xarray

        s, arms = self.summary, list(self.flown)
        days = np.datetime64(s["window"][0]) + np.arange(next(iter(self.flown.values())).products.shape[1])
        made = np.stack([f.products for f in self.flown.values()])
        share = np.stack([f.share for f in self.flown.values()])
        of = ("arm", "draw", "day")
        units = ", ".join(f"{p}: {u} a day" for p, u in s["units"].items())
        data: dict[str, Any] = {
            "delivered": ((*of, "product"), made, {"units": units}),
            "share": ((*of, "plant"), share, {"units": "1", "long_name": "share of full working"}),
        }
        for name in next(iter(self.flown.values())).stock:
            data[f"stock_{name}"] = (of, np.stack([f.stock[name] for f in self.flown.values()]))
        coords = {"arm": arms, "day": days, "product": list(s["names"]), "plant": s["plant_ids"]}
        told = {"title": s["title"], "basis": s["basis"], "rests_on": s["rests_on"], "manifest": self.manifest}
        return xarray.Dataset(data, coords=coords, attrs=plain_attributes(told))

    def save(self, folder: Path | str, *, force: bool = False) -> None:
        """Write what ``--out`` writes; ``force`` replaces an earlier result."""
        write_system(self, Path(folder), "run.json" if self.is_run else "compare.json", force=force)


class TargetFolder:
    """A target system opened from a folder. ``arms`` names what can be flown; a fit in the folder is used where there is one."""

    def __init__(self, folder: SystemFolder):
        self.folder = folder

    def __repr__(self) -> str:
        f = self.folder
        return f"<{f.keys.title}: {len(f.plants)} plants, {len(f.strikes)} {f.kind}s, arms {', '.join(self.arms)}>"

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of its arms."""
        return self.folder.arm_names

    def run(self, arm: str = AS_GIVEN, *, draws: int = 500, seed: int = 1944, prior: bool = False) -> SystemResult:
        """Fly one arm: a name of ``arms``, ``largest``, ``even`` or a TOML file. prior: leave a fit aside."""
        fit = None if prior else kept_fit(self.folder)
        return SystemResult(*run_system(self.folder, arm, draws=draws, seed=seed, fit=fit))

    def compare(self, *arms: str, base: str | None = None, draws: int = 500, seed: int = 1944) -> SystemResult:
        """Fly arms, all of them where none is named, in the same worlds and set each against ``as_given``."""
        fit = kept_fit(self.folder)
        return SystemResult(*compare_systems_arms(self.folder, arms, base=base, draws=draws, seed=seed, fit=fit))

    def optimize(self, force: str | None = None, *, draws: int = 60, seed: int = 1944) -> dict:
        """The best targets for a force's raids, and a bound on them."""
        return optimize_system(self.folder, force, draws=draws, seed=seed, fit=kept_fit(self.folder))

    @property
    def calibrate(self) -> Callable[..., SystemCalibration]:
        """Fit the unknowns to the folder's series: `oilplan.systems.fit.calibrate_system`."""
        return partial(calibrate_system, self.folder)
