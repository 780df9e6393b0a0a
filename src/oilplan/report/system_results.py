"""A target system and its results as a notebook holds them: they print, draw, open as xarray and save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OilplanError
from ..results_folder import write_whole
from ..studies.datasets import plain_attributes
from ..systems import FIT, SystemFolder
from ..systems.fit import CHAINS, DRAWS, SystemCalibration, calibrate_system, kept_fit, validate_system, write_fit
from ..systems.runs import SystemRun, compare_systems_arms, day_bands, run_system
from ..systems.search import optimize_system, sensitivity_system
from ..systems.spec import AS_GIVEN
from .page import Displayed, Picture
from .system_page import (
    calibrate_text,
    compare_text,
    days_figure,
    optimize_text,
    run_text,
    sensitivity_text,
    validate_text,
    write_system,
)

if TYPE_CHECKING:
    import xarray


AXES = ("chain", "draw")


class SystemResult(Displayed, SystemRun):
    """A run of one arm, or arms beside each other. summary: the numbers, resilience among them; flown: every draw by arm."""

    @property
    def is_run(self) -> bool:
        """Whether it is of one arm."""
        return "arm" in self.summary

    def __str__(self) -> str:
        return run_text(self.summary) if self.is_run else compare_text(self.summary)

    def plot(self, product: str | None = None) -> Picture:
        """Bands by day in percent of normal: the headline product, or another, of every arm flown.

        Raises OilplanError for a product that the system does not have.
        """
        s = self.summary
        wanted = product or s["headline"]
        if wanted not in s["names"]:
            raise OilplanError(f"no product {wanted!r}; expected one of {', '.join(s['names'])}.")
        k = list(s["names"]).index(wanted)
        days = {name: day_bands(f.products[:, :, k] / f.full[:, None, k]) for name, f in self.flown.items()}
        return Picture(days_figure(days, s["window"][0], s["names"][wanted], 760, tuple(s.get("struck_days", ()))))

    def to_xarray(self) -> xarray.Dataset:
        """Every draw of every arm by day, with units: products delivered, shares of plants, stocks and need not met."""
        import numpy as np
        import xarray

        s, flown = self.summary, list(self.flown.values())
        days = np.datetime64(s["window"][0]) + np.arange(flown[0].products.shape[1])
        of = ("arm", "draw", "day")

        each = {"units": "of each product, a day: see the coordinate unit"}
        data: dict[str, Any] = {
            "delivered": ((*of, "product"), np.stack([f.products for f in flown]), each),
            "full": (
                ("arm", "draw", "product"),
                np.stack([f.full for f in flown]),
                each | {"long_name": "made when whole"},
            ),
            "share": (
                (*of, "plant"),
                np.stack([f.share for f in flown]),
                {"units": "1", "long_name": "share of full working"},
            ),
        }
        for name, unit in s["store_units"].items():
            stock = {"units": unit, "long_name": "in stock at the day's end"}
            short = {"units": f"{unit} a day", "long_name": "need not met"}
            data[f"stock_{name}"] = (of, np.stack([f.stock[name] for f in flown]), stock)
            data[f"short_{name}"] = (of, np.stack([f.short[name] for f in flown]), short)
        coords = {"arm": list(self.flown), "day": days, "product": list(s["names"]), "plant": s["plant_ids"]}
        coords |= {"unit": ("product", list(s["units"].values())), "name": ("product", list(s["names"].values()))}
        stated = {key: s[key] for key in ("title", "basis", "rests_on", "law", "seed", "system_hash", "sources")}
        return xarray.Dataset(data, coords=coords, attrs=plain_attributes(stated | {"manifest": self.manifest}))

    def save(self, folder: Path | str, *, force: bool = False) -> None:
        """Write what ``--out`` writes; ``force`` replaces an earlier result."""
        write_system(self, Path(folder), force=force)


class SystemNumbers(Displayed, dict):
    """What a search or a test of a system says, by name; it prints as the command line prints it."""

    def __init__(self, made: dict, as_text: Callable[[dict], str]):
        super().__init__(made)
        self._text = as_text(made)

    def __str__(self) -> str:
        return self._text


class SystemPosterior(Displayed, SystemCalibration):
    """A fit of a system. fit: as `run` draws from it; diagnosis: of its chains; named: every unknown, [chain, draw]."""

    def __str__(self) -> str:
        return calibrate_text(self.diagnosis)

    def to_xarray(self) -> xarray.Dataset:
        """Every unknown by name, and the luck of every raid or event, by chain and draw."""
        import xarray

        return xarray.Dataset(
            {name + "_" * (name in AXES): (AXES, values) for name, values in self.named.items()},
            attrs=plain_attributes({"title": "oilplan fit of a system", "manifest": self.fit.manifest}),
        )


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

    def optimize(self, force: str | None = None, *, draws: int = 60, seed: int = 1944) -> SystemNumbers:
        """The best targets for a force's raids, and a bound that none can beat: `oilplan.systems.search.optimize_system`."""
        found = optimize_system(self.folder, force, draws=draws, seed=seed, fit=kept_fit(self.folder))
        return SystemNumbers(found, optimize_text)

    def sensitivity(self, *, samples: int = 128, seed: int = 1944) -> SystemNumbers:
        """Which unknown matters most, by Sobol indices. samples: a power of two."""
        return SystemNumbers(sensitivity_system(self.folder, samples=samples, seed=seed), sensitivity_text)

    def validate(self, *, seed: int = 1944) -> SystemNumbers:
        """How many figures of the series lie in their band, and a hindcast against naive forecasts; some minutes."""
        return SystemNumbers(validate_system(self.folder, seed=seed), validate_text)

    def calibrate(
        self, *, keep: bool = False, seed: int = 1944, chains: int = CHAINS, draws: int = DRAWS
    ) -> SystemPosterior:
        """Fit the unknowns to the folder's series. keep: in the folder's ``fit/``, from which `run` and `compare` then draw.

        Raises OilplanError where the series has no figure or the folder cannot be written.
        """
        done = calibrate_system(self.folder, seed=seed, chains=chains, draws=draws)
        if keep:
            write_whole(self.folder.path / FIT, lambda place: write_fit(done, place), force=True)
        return SystemPosterior(*done)
