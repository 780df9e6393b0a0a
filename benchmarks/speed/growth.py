"""What a campaign costs as draws, plants and days grow: ours, each size in a process of its own."""

from .processes import measure

DRAWS = (512, 10_240, 102_400, 1_024_000)
PLANTS = (10, 100, 1_000)
DAYS = (100, 1_000, 4_000)
GROWN_DRAWS = 1_024
"""Draws flown of a grown campaign: two blocks, one for each core."""


def growth(quick: bool = False) -> list[dict]:
    """A row per size: what grew, to what, campaigns a second, seconds to compile, memory."""
    rows = [_row("draws", d, ["--draws", str(d)]) for d in DRAWS[: 2 if quick else None]]
    for what, sizes in (("plants", PLANTS), ("days", DAYS)):
        for size in sizes[: 1 if quick else None]:
            rows.append(_row(what, size, [f"--{what}", str(size), "--draws", str(GROWN_DRAWS)]))
    return rows


def _row(what: str, size: int, words: list[str]) -> dict:
    found = measure("oilplan", *words, "--budget", "2")
    return {"grows": what, "to": size, **found}
