"""The files of an optimum: numbers, what it was made from, and the directive found, as TOML to be compared."""

from __future__ import annotations

import json
from pathlib import Path

from .optimize import Optimum
from .results_folder import write_whole


def write_optimum(made: Optimum, out: Path, *, force: bool = False) -> None:
    """Write optimize.json, manifest.json and best_found.toml to ``out``, whole or not at all.

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """

    def fill(folder: Path) -> None:
        for name, content in (("optimize", made.summary), ("manifest", made.manifest)):
            text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
            (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        (folder / "best_found.toml").write_text(plan_toml(made), encoding="utf-8")

    write_whole(out, fill, force=force)


def plan_toml(made: Optimum) -> str:
    """The directive found by search as a user would write it: one phase, one force with words of its own."""
    phase = made.plan.phases[0]
    force, own = next(iter(phase.force.items()))
    return "\n".join([
        f'name = "{made.plan.name}"', f'about = "{made.plan.about}"', "", "[[phases]]", f'fly = "{phase.fly}"',
        f"out_below = {phase.out_below}", f"rest_d = {phase.rest_d}", "", f"[phases.force.{force}]",
        f'fly = "{own.fly}"',
        f"targets = {json.dumps(list(own.targets or ()))}", f"raid_t = {own.raid_t}", f"most_t = {own.most_t}", "",
    ])  # fmt: skip
