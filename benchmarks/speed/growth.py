"""What a campaign costs as draws, plants and days grow: ours beside both arrays of others, each in its own process."""

from .processes import measure

DRAWS = {"oilplan": (512, 10_240, 102_400, 1_024_000), "numba": (512, 10_240, 102_400), "numpy": (512, 10_240)}
"""Ours flies whole blocks of 512; the others stop where a lap would take a minute."""
PLANTS = (10, 100, 1_000)
DAYS = (100, 1_000, 4_000)
GROWN_DRAWS = {"oilplan": 1_024, "numba": 256, "numpy": 100}
"""Draws flown of a grown campaign; ours two blocks, one for each core."""


def growth(quick: bool = False) -> list[dict]:
    """A row per twin and size: what grew, to what, campaigns a second, seconds to compile, memory of a flight."""
    rows = []
    for name, draws in DRAWS.items():
        rows += [_row(name, "draws", d, ["--draws", str(d)]) for d in draws[: 1 if quick else None]]
        for what, sizes in (("plants", PLANTS), ("days", DAYS)):
            for size in sizes[: 1 if quick else None]:
                rows.append(_row(name, what, size, [f"--{what}", str(size), "--draws", str(GROWN_DRAWS[name])]))
    return rows


def _row(name: str, what: str, size: int, words: list[str]) -> dict:
    return {"twin": name, "grows": what, "to": size, **measure(name, *words, "--budget", "2")}
