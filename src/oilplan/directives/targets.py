"""The words of a target list: plants, kinds, regions, groups and the eleven."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..errors import OilplanError
from ..record import Record
from ..record.read import nearest
from ..system.target import TargetSystem

GROUPS = {"benzol": "benzol_group", "ploesti": "ploesti_group", "tar": "tar_group"}
SYNTHETIC, REFINING, ALL = "synthetic", "refining", "all"


def words(record: Record, system: TargetSystem) -> dict[str, list[int]]:
    """Every word a target list may use, with the plants it means, the largest output first.

    ``eleven`` is the set of eleven of December 1944 [record: plants, eleven_set_A].
    """
    output = system.output_t_per_day.sum(axis=1)

    def ordered(members: Iterable[int]) -> list[int]:
        return sorted(members, key=lambda i: (-output[i], i))

    plants = record.rows("plants")
    every = range(system.n_plants)
    eleven = [i for i in every if (plants.get(system.plant_ids[i]) or {}).get("eleven_set_A")]
    found = {ALL: ordered(every), "eleven": ordered(eleven)}
    found[SYNTHETIC] = ordered(np.flatnonzero(system.synthetic))
    found[REFINING] = ordered(i for i in every if system.processes[i].startswith("refining"))
    for values in (system.regions, system.processes):
        for word in dict.fromkeys(values):
            found.setdefault(word, ordered(i for i in every if values[i] == word))
    found.update({word: [system.position(plant)] for word, plant in GROUPS.items() if plant in system.plant_ids})
    found.update({name: [i] for i, name in enumerate(system.plant_ids)})
    return found


def ranking(targets: Iterable[str], known: dict[str, list[int]], where: str) -> list[int]:
    """Plants in order of priority: the words in their order, a plant at its first mention.

    Raises OilplanError for an unknown word, naming the nearest.
    """
    order: list[int] = []
    for word in targets:
        if word not in known:
            near = ", ".join(nearest(word, sorted(known))[:5])
            raise OilplanError(
                f"{where}: '{word}' is no target; expected a plant, kind, region or group, nearest first: {near}."
            )
        order += [i for i in known[word] if i not in order]
    return order
