"""The laws of the model once more, for one plant and one day, with Python's own `math`: what a user would type in."""

import math

CREW_GROWTH_WIDTH_D = 20.0
LEUNA_T_PER_YEAR, SMALLEST_T_PER_YEAR = 650_000, 40_000
TINY = 1e-6


def crews(day: float, p: dict) -> float:
    """Share of the growth of repair effort reached on a day."""
    return 1.0 / (1.0 + math.exp(-(day - p["crew_half_day"]) / CREW_GROWTH_WIDTH_D))


def effort(day: float, cars: float, p: dict) -> float:
    """Days of work at the pace of spring 1944 that a day is worth. cars: placed in the Reich, relative to April 1944"""
    return (1.0 + p["crew_growth"] * crews(day, p)) * cars ** p["repair_rail"]


def inside_fence_t(raid, z: float, capacity_t: float, p: dict) -> float:
    """Tons inside the fence at Leuna's size."""
    if raid.bomber_command:
        share = p["hit_bomber_command"] * p["heavy_bombs"]
    else:
        share = p["hit_visual"] * raid.visual + p["hit_instrument"] * (1.0 - raid.visual)
    known = capacity_t if capacity_t > SMALLEST_T_PER_YEAR else SMALLEST_T_PER_YEAR
    size = (known / LEUNA_T_PER_YEAR) ** p["size_exponent"]
    luck = math.exp(raid.log_sd * z - 0.5 * raid.log_sd**2)
    return raid.bombs_t * luck * share / size / (1.0 + p["protection"] * crews(raid.day, p))


def broken(backlog: float, tons: float, p: dict) -> float:
    """Backlog after a raid."""
    cap = p["backlog_cap"]
    return cap - (cap - backlog) * math.exp(-p["kill_structure"] * tons / cap)


def repaired(backlog: float, inflicted: float, work_d: float, p: dict) -> float:
    """Backlog after a day of work, more of it when more is broken."""
    return backlog * math.exp(-p["gang_backlog_per_d"] / (1.0 + p["wear"] * inflicted) * work_d)


def working_share(disruption: float, backlog: float, p: dict) -> float:
    """Share of capacity that a plant can work."""
    return (1.0 - disruption) / (1.0 + (backlog + TINY) ** p["serial_exponent"])
