"""Courses of a system: what its folder says, nothing at all, and its arms, ready to be flown."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..errors import OilplanError
from ..model.target import Link
from ..record.read import nearest
from .folder import SystemFolder, check_arm, read_strikes
from .spec import AS_GIVEN, NOTHING, ArmKeys, LawKeys, read_arm
from .unknowns import reckon, values_at


class Course(NamedTuple):
    """An arm, ready to be flown. strikes: rows of raids or events; plants: rows, as changed; law: keys; links that hold."""

    name: str
    about: str
    strikes: list[dict]
    plants: list[dict]
    law: LawKeys
    links: tuple[Link, ...]


def course(system: SystemFolder, arm: str) -> Course:
    """An arm by name (of the folder, or ``as_given``, ``nothing``, ``largest``, ``even``) or a TOML file with the keys of one.

    Raises OilplanError for an unknown name, naming the nearest, and as `oilplan.systems.folder.check_arm`.
    """
    if arm in (AS_GIVEN, NOTHING):
        about = "The file as it stands." if arm == AS_GIVEN else f"No {system.kind} at all."
        rows = system.strikes if arm == AS_GIVEN else []
        return Course(arm, about, rows, system.plants, system.keys.law, system.links)
    if arm in ("largest", "even") and arm not in system.keys.arms:
        said = {"largest": "The largest plant every time.", "even": "Each plant in turn."}[arm]
        keys = ArmKeys(about=f"The same {system.kind}s with other targets. {said}", aim=arm)
        check_arm(system, arm, keys)
        return _of(system, arm, keys)
    if arm.endswith(".toml"):
        keys, name = read_arm(Path(arm)), Path(arm).stem
        check_arm(system, name, keys)
        return _of(system, name, keys)
    if arm not in system.keys.arms:
        known = [*system.arm_names, *(("largest", "even") if system.kind == "raid" else ())]
        raise OilplanError(
            f"no arm {arm[:60]!r} in this system; nearest: {', '.join(nearest(arm, known))}; or a TOML file with the keys of one."
        )
    return _of(system, arm, system.keys.arms[arm])


def _of(system: SystemFolder, name: str, arm: ArmKeys) -> Course:
    rows = system.strikes if arm.file is None else read_strikes(system.path, system.keys, arm.file)[1]
    first = arm.from_date.isoformat() if arm.from_date else "0"
    turn = iter(range(len(rows)))
    targets = _targets(system, arm)
    aimed = [
        r | {"plant_id": targets[next(turn) % len(targets)]}
        if targets and r["date"] >= first and arm.force in (None, r["by"])
        else r
        for r in rows
    ]
    changes = {(c.plant, c.column): c.to for c in arm.change}
    plants = [p | {c: to for (q, c), to in changes.items() if q == p["plant_id"]} for p in system.plants]
    links = tuple(k for k in system.links if f"{k.giver} > {k.taker}" not in arm.cut)
    return Course(name, arm.about, aimed, plants, system.with_law(arm.law).keys.law, links)


def _targets(system: SystemFolder, arm: ArmKeys) -> list[str]:
    if not isinstance(arm.aim, str):
        return list(arm.aim)
    if arm.aim == AS_GIVEN:
        return []
    if arm.aim == "even":
        return list(system.plant_ids)
    middle = values_at(system.unknowns, np.zeros(len(system.unknowns)))
    made = [float(reckon(p[system.headline] or 0.0, middle)) for p in system.plants]
    return [system.plant_ids[int(np.argmax(made))]]
