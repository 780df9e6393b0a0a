"""The posterior as it is kept and used: draws of the parameters and of every raid's luck, with their manifest."""

from __future__ import annotations

import json
import os
import tokenize
import zipfile
import zlib
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..clock import N_MONTHS
from ..errors import OilplanError
from ..flight.schedule import LUCK, Schedule, raid_noise
from ..model.parameters import Parameters
from ..model.rail import forecast_log
from ..model.target import TargetSystem
from .bindings import FLOOR, Binding, of_kind
from .likelihood import DEGREES_OF_FREEDOM, Problem, campaign, full_value, predicted, spread
from .model import PRIORS, Unknowns, discrepancy_of, to_parameters

DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, tokenize.TokenError, NotImplementedError, AttributeError, ArithmeticError),
    *(LookupError, MemoryError, TypeError, ValueError, OSError, EOFError, RecursionError),
)
"""What NumPy raises for an archive that is none, or holds what it should not."""
MOST_UNPACKED_BYTES = 300_000_000
"""Of the arrays of an archive: a few kilobytes can unpack to any number."""
FARTHEST = 10.0
"""Standard deviations from its prior beyond which no unknown is drawn: the file is damaged."""
SHIPPED_DRAWS = 500
"""Draws in the shipped posterior: enough for 5-95 percent bands, small enough for a wheel."""


class Posterior(NamedTuple):
    """Draws from a fit, placed on the whole system and the whole schedule.

    NumPy arrays: opening it compiles nothing.

    parameters: Parameters with a leading axis [D]; raid_z: [D, R] luck of every raid of the schedule (standard normal
    where the fit did not see the raid); discrepancy: [D] relative model error on lost output; manifest: record hash,
    code version, seed and cut-off of the fit
    """

    parameters: Parameters
    raid_z: np.ndarray
    discrepancy: np.ndarray
    manifest: dict

    @property
    def n_draws(self) -> int:
        """Number of draws D."""
        return int(self.raid_z.shape[0])

    def take(self, n: int) -> Posterior:
        """``n`` draws spread evenly over those held, which stand chain by chain; repeated in order when there are fewer."""
        return self.of_rows(np.arange(n) % self.n_draws if n > self.n_draws else np.arange(n) * self.n_draws // n)

    def of_rows(self, rows: np.ndarray) -> Posterior:
        """The draws of some rows, in their order."""
        parameters = jax.tree.map(lambda a: a[rows], self.parameters)
        return self._replace(parameters=parameters, raid_z=self.raid_z[rows], discrepancy=self.discrepancy[rows])


def place(
    draws: Unknowns,
    raids: list[tuple[str, str]],
    plants: list[str],
    system: TargetSystem,
    schedule: Schedule,
    seed: int,
    manifest: dict,
) -> Posterior:
    """Spread the draws of a fit over a whole system and schedule.

    draws: Unknowns [D, ...]; raids: (raid id, plant id) of each of its raids; plants: its plants. A raid on a group,
    after the cut-off, or brought by a user's record keeps its prior luck, which ``seed`` and its own name give.
    """
    scalar, split, pace, mix, raid, discrepancy = (np.asarray(a, np.float32) for a in draws)
    n = len(scalar)
    at = {raid_id: i for i, raid_id in enumerate(raids)}
    z = raid_noise(seed, LUCK, schedule, system, n)
    seen = [(r, at[key]) for r, key in enumerate(_keys(schedule, system)) if key in at]
    if seen:
        to, taken = np.array(seen).T
        z[:, to] = raid[:, taken]
    splits, paces = np.zeros((2, n, system.n_plants), np.float32)
    at_plants = [system.position(p) for p in plants]
    splits[:, at_plants], paces[:, at_plants] = split, pace
    whole = Unknowns(scalar, splits, paces, mix, z, discrepancy)
    return Posterior(to_parameters(whole), z, np.asarray(discrepancy_of(whole)), manifest)


def placed(fitted: Unknowns, part: Problem, system: TargetSystem, schedule: Schedule, seed: int) -> Posterior:
    """`place` for the draws [D, ...] of a fit to a problem, without a manifest."""
    return place(fitted, raids_of(part), list(part.system.plant_ids), system, schedule, seed, {})


def _keys(schedule: Schedule, system: TargetSystem) -> list[tuple[str, str]]:
    """(raid id, plant id) of every raid of a schedule, in order."""
    return [(raid, system.plant_ids[plant]) for raid, plant in zip(schedule.raid_ids, schedule.plant, strict=True)]


def raids_of(problem: Problem) -> list[tuple[str, str]]:
    """(raid id, plant id) of every raid of a problem, in order."""
    return _keys(problem.schedule, problem.system)


def thin(draws: Unknowns, n: int) -> Unknowns:
    """``n`` draws spread evenly over chains and iterations. draws: [C, N, ...]. Returns [n, ...]."""
    flat = [a.reshape(-1, *a.shape[2:]) for a in draws]
    rows = np.linspace(0, flat[0].shape[0] - 1, n).round().astype(int)
    return Unknowns(*(a[rows] for a in flat))


def save(path: Path, draws: Unknowns, problem: Problem, manifest: dict) -> None:
    """Write thinned draws of a fit as a small archive (half precision), whole or not at all."""
    temporary = path.with_suffix(".tmp")
    half = Unknowns(*(np.asarray(a, dtype=np.float16) for a in draws))
    with temporary.open("wb") as file:
        np.savez_compressed(
            file,
            **half._asdict(),
            raids=np.array(raids_of(problem)),
            plants=np.array(problem.system.plant_ids),
            manifest=json.dumps(manifest),
        )
    os.replace(temporary, path)


def shipped_path() -> Path:
    """Where the posterior of the package lies."""
    return Path(str(resources.files("oilplan.calibration") / "data" / "posterior.npz"))


def load_posterior(system: TargetSystem, schedule: Schedule, path: Path | None = None) -> Posterior | None:
    """The shipped posterior (or the one at ``path``), placed on a system and a schedule; None when there is none.

    Raids it has not seen (a user's own record may bring some) get prior luck from a fixed seed. Whether it is older
    than the record is for the caller to say: compare ``manifest["record_hash"]``. Raises OilplanError for a file that
    is damaged.
    """
    path = path or shipped_path()
    if not path.exists():
        return None
    kept = read_kept(path)
    try:
        return place(kept.draws, kept.raids, kept.plants, system, schedule, kept.manifest["seed"], kept.manifest)
    except DAMAGE as error:
        raise _unusable(path, error) from None


class StoredPosterior(NamedTuple):
    """What an archive of `save` holds. raids: (raid id, plant id) of each that it was fitted to; plants: their ids."""

    draws: Unknowns
    raids: list[tuple[str, str]]
    plants: list[str]
    manifest: dict


def read_kept(path: Path) -> StoredPosterior:
    """The draws of an archive. Raises OilplanError for what is none, is absurd, or does not fit together."""
    try:
        return _kept(arrays_of(path))
    except DAMAGE as error:
        raise _unusable(path, error) from None


def _unusable(path: Path, error: BaseException) -> OilplanError:
    return OilplanError(
        f"{path}: is no posterior that can be used ({type(error).__name__}); install oilplan again, or make it again with"
        " `oilplan calibrate`."
    )


def _kept(found: dict[str, np.ndarray]) -> StoredPosterior:
    draws = Unknowns(*(found[name] for name in Unknowns._fields))
    raids = [(str(raid), str(plant)) for raid, plant in found["raids"].tolist()]
    plants, manifest = [str(plant) for plant in found["plants"].tolist()], json.loads(str(found["manifest"]))
    seed = manifest["seed"]
    whole = isinstance(seed, int) and not isinstance(seed, bool) and isinstance(manifest["record_hash"], str)
    if not whole or len(set(raids)) < len(raids) or len(set(plants)) < len(plants):
        raise ValueError
    _check_draws(draws, len(raids), len(plants))
    return StoredPosterior(Unknowns(*(values.astype(np.float32) for values in draws)), raids, plants, manifest)


def arrays_of(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an archive by name; none is unpickled. Raises one of `DAMAGE` for one that is damaged or too large."""
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED_BYTES:
            raise ValueError
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _check_draws(draws: Unknowns, raids: int, plants: int) -> None:
    """Raises ValueError for draws that are none, are absurd, or do not fit the raids and plants that they are of."""
    n = len(draws.scalar)
    expected = ((n, len(PRIORS)), (n, plants), (n, plants), (n, N_MONTHS - 1), (n, raids), (n,))
    for values, shape in zip(draws, expected, strict=True):
        if n == 0 or values.dtype.kind != "f" or values.shape != shape or not (np.abs(values) <= FARTHEST).all():
            raise ValueError


# What a fit predicts of the record's figures: the model, its own error, and the error of the figure.

PREDICTED_RELATIVE_ERROR = 0.07
"""Error granted to a figure not yet seen, whatever its provenance will be: that of a figure part looked up."""


class Predicted(NamedTuple):
    """Draws of figures. items: N figures; model: [D, N] the model's own value; drawn: [D, N] with errors added."""

    items: tuple[Binding, ...]
    model: np.ndarray
    drawn: np.ndarray


def predict(
    posterior: Posterior, whole: Problem, key, rail_known_to: int | None = None, own_errors: bool = False
) -> Predicted:
    """Draw every figure of ``whole`` from the posterior; uses ``key`` up. Draws are never below zero.

    own_errors: give every figure the error of its provenance, not that of a figure not yet seen
    rail_known_to: day after which the railways are forecast, not read from the record (None: the record throughout)

    whole: the problem of all raids and figures to be predicted (`problem` with the last day of the campaign), whose
    raids are a part of the posterior's schedule in the same order.
    """
    kinds = list(dict.fromkeys(b.kind for b in whole.items))

    @jax.jit
    def one(p, z, extra, key):
        made = campaign(z, p, whole, _rail(whole, p, key, rail_known_to))
        parts, drawn = [], []
        for n, kind in enumerate(kinds):
            mean = predicted(kind, of_kind(whole.items, kind), made, p, whole.system)
            error = jnp.sqrt((PREDICTED_RELATIVE_ERROR * mean) ** 2 + FLOOR[kind] ** 2)
            if own_errors:
                error = jnp.asarray([b.error for b in of_kind(whole.items, kind)], mean.dtype)
            noise = jax.random.t(jax.random.fold_in(key, n), DEGREES_OF_FREEDOM, mean.shape, mean.dtype)
            parts.append(mean)
            drawn.append(jnp.maximum(mean + noise * spread(mean, error, full_value(kind, whole.system), extra), 0.0))
        return jnp.concatenate(parts), jnp.concatenate(drawn)

    keys = jax.random.split(key, posterior.n_draws)
    model, drawn = jax.lax.map(
        lambda a: one(*a), (posterior.parameters, posterior.raid_z, posterior.discrepancy, keys), batch_size=25
    )
    ordered = tuple(b for kind in kinds for b in whole.items if b.kind == kind)
    return Predicted(ordered, np.asarray(model), np.asarray(drawn))


def _rail(whole: Problem, p: Parameters, key, known_to: int | None):
    """[T, 3] log of cars placed from a forecast of day ``known_to``; None for the record's own."""
    if known_to is None:
        return None
    facts = whole.system.rail
    shock = jax.random.normal(jax.random.fold_in(key, RAIL_SHOCK), (facts.transport_t.shape[0],))
    return forecast_log(facts, known_to, p, shock)


RAIL_SHOCK = 1000
"""Folded into a draw's key for the railways: beyond the number of any kind of figure."""


def crps(draws: np.ndarray, value: float) -> float:
    """Continuous ranked probability score of an ensemble: ``E|x - y| - E|x - x'| / 2``, in the unit of the figure."""
    x = np.sort(draws)
    n = len(x)
    between = np.sum((2 * np.arange(1, n + 1) - n - 1) * x) / n**2
    return float(np.mean(np.abs(x - value)) - between)
