"""A raid that was ordered is a raid: its damage and its credit are the formulas on paper, blast walls and all."""

from math import exp

import numpy as np
import pytest

from oilplan.directives.forces import NAMES

from .conftest import DRAWS

DAY, TONS, PLANT, FORCE = 250, 400.0, "leuna", "eighth_af"


@pytest.fixture(scope="module")
def plant(world):
    return world.system.position(PLANT)


@pytest.fixture(scope="module")
def flown(fly_one_raid, plant):
    return fly_one_raid(plant, TONS, DAY)


def drawn(world, plant: int, d: int) -> tuple[dict, float, float]:
    """Parameters of a draw as Python's numbers, the share sighted visually, and the luck of the raid."""
    p = {k: float(np.asarray(v)[d]) for k, v in world.pairing.parameters._asdict().items() if np.ndim(v) == 1}
    visual = float(world.pairing.chance.visual[DAY, d, NAMES.index(FORCE)])
    return p, visual, float(world.pairing.chance.luck[DAY, d, plant])


@pytest.mark.parametrize("d", range(DRAWS))
def test_its_damage_is_the_formula_on_paper(world, flown, plant, d):
    p, visual, z = drawn(world, plant, d)
    sd = float(world.choice("portal").aim_log_sd)
    hits = p["hit_visual"] * visual + p["hit_instrument"] * (1 - visual)
    size = (world.system.capacity_t_per_year[plant] / 650_000) ** p["size_exponent"]
    walls = 1 + p["protection"] / (1 + exp(-(DAY - p["crew_half_day"]) / 20))
    of_size = (TONS / 190) ** p["raid_size_exponent"]
    density = TONS * exp(sd * z - sd**2 / 2) * hits / size / walls * of_size
    backlog = p["backlog_cap"] * (1 - exp(-p["kill_structure"] * density / p["backlog_cap"]))
    share = exp(-p["kill_disruption"] * density) / (1 + backlog ** p["serial_exponent"])
    assert float(flown.share[DAY, d, plant]) == pytest.approx(share, rel=2e-3, abs=1e-7)
    assert walls > 1.02, "the walls stand on that day, so that leaving them out would show"


@pytest.mark.parametrize("d", range(DRAWS))
def test_its_credit_is_the_formula_on_paper(world, flown, plant, d):
    """Six percent of what is left for each ton inside the fence, by the survey's shares of hits [record: target_systems]."""
    _, visual, _ = drawn(world, plant, d)
    inside = TONS * (0.268 * visual + 0.054 * (1 - visual))
    size = (world.system.capacity_t_per_year[plant] / 650_000) ** 0.6
    before, repair_d = float(flown.believed[DAY, d, plant]), float(world.choice("portal").method.repair_d)
    after = 1 - (1 - before * exp(-0.06 * inside / size)) * exp(-1 / repair_d)
    assert float(flown.believed[DAY + 1, d, plant]) == pytest.approx(after, rel=2e-3)
