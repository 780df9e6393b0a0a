"""The best targets for a force's raids, with a bound that no targets can beat; and which unknown matters most.

Axes: D draws, R raids, P plants, U unknowns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from scipy.special import ndtri

from ..errors import OilplanError
from ..model.resilience import UNITS, banded, resilience
from ..studies.sensitivity import sobol
from .courses import Course, course
from .flight import Flyer, worlds
from .folder import SystemFolder
from .runs import MEASURES, PRIOR, level
from .spec import AS_GIVEN
from .unknowns import moving

CHOOSE_DRAWS = 24
"""Draws on which targets are chosen; they are judged on others."""
PASSES = 2
"""Times that every raid is reconsidered with all others where they are."""
AT_ONCE = 500
"""Rows of a sensitivity's sample that are flown at once."""
JUDGED_SEED = 1
"""Added to the seed for the draws on which the choice is judged."""


def optimize_system(
    system: SystemFolder,
    force: str | None = None,
    *,
    draws: int = 60,
    seed: int = 1944,
    fit: Any = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> dict:
    """The plant for every raid of a force that costs most of the headline product, found raid by raid. JSON-ready.

    The force keeps its days and strengths; the others fly as the file says. force: the only one where not given
    The bound lets each raid of the force fall with its whole strength on every plant at once: more harm never brings more
    output, so no choice of targets costs more. Raises OilplanError for a system without forces, an unknown force, or one without raids.
    """
    force, own = _raids_of(system, force)
    base = course(system, AS_GIVEN)
    given = [system.plant_ids.index(r["plant_id"]) for r in base.strikes]
    aims = _best_aims(_Judge(system, min(CHOOSE_DRAWS, draws), seed, fit), base, given, own, progress)
    judge = _Judge(system, draws, seed + JUDGED_SEED, fit)
    found, as_given = judge.lost(base, aims), judge.lost(base, given)
    summary = {
        "system": system.name,
        "title": system.keys.title,
        "force": force,
        "product": system.headline,
        "unit": "days of full output lost",
        "draws": draws,
        "seed": seed,
        "calibrated": fit is not None,
        "as_given": banded(as_given),
        "found": banded(found),
        "gain": banded(found - as_given),
        "bound": banded(judge.bound(base, own)),
        "targets": [_target(system, base.strikes[k], given[k], aims[k]) for k in own],
        "system_hash": system.hash,
    }
    progress(1, 1)
    return summary


def _target(system: SystemFolder, raid: dict, given: int, found: int) -> dict:
    ids = system.plant_ids
    return {"raid": raid["id"], "date": raid["date"], "given": ids[given], "found": ids[found]}


def _raids_of(system: SystemFolder, force: str | None) -> tuple[str, list[int]]:
    """The force that chooses and the places of its raids in the file. Raises OilplanError where there is none."""
    if system.kind == "event":
        raise OilplanError(
            f"{system.name} has hazards and no force that could choose: nothing to optimise;"
            " `oilplan compare` sets what can be done about them side by side."
        )
    if force is None and len(system.strikers) == 1:
        force = next(iter(system.strikers))
    if force is None or force not in system.strikers:
        came = f"--force {force[:60]!r} is no force of {system.name}" if force else "several forces could choose"
        raise OilplanError(f"{came}; expected {' or '.join(system.strikers)}, named by --force.")
    own = [k for k, r in enumerate(system.strikes) if r["by"] == force]
    if not own:
        raise OilplanError(f"{force} flies no raid in raids.csv, so it has nothing to choose.")
    return force, own


def _best_aims(
    chooser: _Judge, base: Course, given: list[int], own: list[int], progress: Callable[[int, int], None]
) -> list[int]:
    """The plant of every raid once each of ``own`` has gone, some times over, where it costs most beside all others."""
    aims = given
    for step in range(PASSES * len(own)):
        raid = own[step % len(own)]
        tried = [_moved(aims, raid, k) for k in range(len(chooser.system.plants))]
        aims = tried[int(np.argmax([chooser.lost(base, t).mean() for t in tried]))]
        progress(step + 1, PASSES * len(own) + 1)
    return aims


def _moved(aims: list[int], raid: int, plant: int) -> list[int]:
    return [plant if k == raid else a for k, a in enumerate(aims)]


class _Judge:
    """What a choice of targets costs in given worlds. Each raid's density on each plant is reckoned once."""

    def __init__(self, system: SystemFolder, draws: int, seed: int, fit: Any):
        self.system, self.flyer = system, Flyer(system, worlds(system, draws=draws, seed=seed, fit=fit))
        base = course(system, AS_GIVEN)
        self._base = self.flyer.given(base)
        self._day = [system.window.day_of(r["date"]) for r in base.strikes]
        self._tells, self._sizes = self.flyer.each(base)

    def lost(self, base: Course, aims: list[int]) -> np.ndarray:
        """[D] days of full output lost when raid k falls on plant aims[k]."""
        return self._lost(base, [[plant] for plant in aims])

    def bound(self, base: Course, own: list[int]) -> np.ndarray:
        """[D] the same when each raid of ``own`` falls on every plant."""
        ids, every = self.system.plant_ids, range(len(self.system.plants))
        return self._lost(base, [every if k in own else [ids.index(r["plant_id"])] for k, r in enumerate(base.strikes)])

    def _lost(self, base: Course, aims: Sequence[Iterable[int]]) -> np.ndarray:
        """[D] days lost when raid k falls on every plant of aims[k]."""
        density = np.zeros_like(np.asarray(self._base.density))
        for raid, plants in enumerate(aims):
            for plant in plants:
                density[:, self._day[raid], plant] += self._tells[:, raid] / self._sizes[:, plant]
        products = np.asarray(self.flyer.deliver(base, self._base._replace(density=density))[0])
        k = self.system.products.index(self.system.headline)
        full = np.asarray(self._base.output.sum(axis=1))[:, k]
        return (1.0 - products[:, :, k] / full[:, None]).sum(axis=1)


def sensitivity_system(system: SystemFolder, *, samples: int = 128, seed: int = 1944) -> dict:
    """Sobol indices of the headline product's measures on every unknown and on all luck together. JSON-ready.

    samples: a power of two. Raises OilplanError for another, and for a system in which nothing is unknown.
    """
    names = moving(system.unknowns)
    if not names:
        raise OilplanError(
            f"{system.name} has no unknown that moves; give one a low and a high, or a median and a spread."
        )
    if not 2 <= samples <= 4096 or samples & (samples - 1):
        raise OilplanError(
            f"--samples {samples} is out of range; expected a power of two from 2 to 4,096, such as 128."
        )
    inputs = (*names, "luck") if system.strikes else names
    flyer, of = Flyer(system, worlds(system, draws=AT_ONCE, seed=seed)), course(system, AS_GIVEN)
    indices, sample = sobol(inputs, lambda shares: _measured(flyer, of, shares), samples, seed)
    order = np.argsort(-np.nan_to_num(indices.total).mean(axis=0), kind="stable")
    return {
        "system": system.name,
        "title": system.keys.title,
        "product": system.headline,
        "samples": samples,
        "seed": seed,
        "basis": PRIOR,
        "most_important_unknown": next((inputs[k] for k in order if inputs[k] != "luck"), None),
        "outcomes": [
            {
                "name": m,
                **banded(sample[:, k], UNITS[m]),
                "inputs": [
                    {"name": inputs[j], "first": _share(indices.first[k, j]), "total": _share(indices.total[k, j])}
                    for j in order
                ],
            }
            for k, m in enumerate(MEASURES)
        ],
        "system_hash": system.hash,
    }


def _measured(flyer: Flyer, of: Course, shares: np.ndarray) -> np.ndarray:
    """[S, measures] of a sample. shares: [S, inputs] from 0 to 1, of each unknown and, in the last column, of all luck."""
    system, rows = flyer.system, []
    n = len(moving(system.unknowns))
    z = ndtri(np.clip(shares[:, :n], 1e-9, 1 - 1e-9))
    for first in range(0, len(z), AT_ONCE):
        part = z[first : first + AT_ONCE]
        more = AT_ONCE - len(part)
        seeds = (np.concatenate([shares[first : first + AT_ONCE, -1], np.zeros(more)]) * 2**31).astype(int)
        luck = {r["id"]: _lots(seeds, k) for k, r in enumerate(of.strikes)}
        flyer.enter(flyer.worlds._replace(z=np.concatenate([part, np.zeros((more, n))]), luck=luck))
        measures = resilience(level(flyer.fly(of), system, system.headline))._asdict()
        rows.append(np.stack([np.nan_to_num(measures[m]) for m in MEASURES], axis=1)[: len(part)])
    return np.concatenate(rows)


def _share(x: float) -> float | None:
    return round(float(x), 3) if np.isfinite(x) else None


def _lots(seeds: np.ndarray, raid: int) -> np.ndarray:
    """[D] a standard normal number for a raid from each lot of luck."""
    return np.array([np.random.default_rng([int(s), raid]).standard_normal() for s in seeds])


def strikes_of(found: dict, system: SystemFolder) -> Sequence[str]:
    """The best targets found as lines of a raids.csv, to be compared as an arm's ``file``."""
    aim = {t["raid"]: t["found"] for t in found["targets"]}
    head = ["raid_id,date,plant_id,force,strength"]
    return head + [
        f"{r['id']},{r['date']},{aim.get(r['id'], r['plant_id'])},{r['by']},{r['strength']}" for r in system.strikes
    ]
