"""Measure everything, print JSON, write bench.json. Best of several for what is warm, once for what is cold."""

import argparse
import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from .agree import agree, own_luck, same_luck
from .command import calibrate_s, compare_s, help_s, import_jax_s, run_cold_and_warm_s
from .compiling import compiling_s
from .growth import growth
from .loop import campaigns_per_s
from .problem import as_flown_problem
from .processes import measure
from .roofline import roofline

OURS_FIRST = ("oilplan", "numpy", "numba", "mesa", "simpy", "python")
BUSY_LOAD = 0.7
"""Waiting processes a core before we start, over which the figures are marked as taken on a busy machine."""


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    words.add_argument("--quick", action="store_true", help="leave the large sizes and the whole fit out")
    words.add_argument("--out", type=Path, default=Path("bench.json"))
    asked = words.parse_args()
    found = bench(asked.quick)
    text = json.dumps(found, indent=1) + "\n"
    temporary = asked.out.with_suffix(".tmp")
    temporary.write_text(text)
    os.replace(temporary, asked.out)
    print(text, end="")


def bench(quick: bool) -> dict:
    """All measurements. Nothing is timed that has not been checked first."""
    machine = _machine()
    say("checking that every twin gives our answer")
    pr = as_flown_problem()
    same, own = same_luck(pr), own_luck(pr)
    if not agree(same, own):
        return {"machine": machine, "agree": False, "same_luck": same, "own_luck": own}
    twins = {}
    for name in OURS_FIRST:
        say(f"flying {name}")
        twins[name] = measure(name)
    say("the machine's limits")
    limit = roofline()
    say("growth")
    grown = growth(quick)
    say("commands")
    cold_s, warm_s = run_cold_and_warm_s()
    fit_s, ess_per_s = (None, None) if quick else calibrate_s()
    pages = _pages()
    return {
        "machine": machine,
        "campaigns_per_s": {name: row["campaigns_per_s"] for name, row in twins.items()},
        "agree": True,
        "roofline_share": limit["share"],
        "calibrate_s": fit_s,
        "ess_per_s": ess_per_s,
        "help_s": help_s(),
        "import_jax_s": import_jax_s(),
        "run_cold_s": cold_s,
        "run_warm_s": warm_s,
        "compare_s": compare_s(),
        "read_pages_per_s": round(pages["pages"] / pages["seconds"], 1),
        "scaling": grown,
        "same_luck_share_of_month": same,
        "own_luck_standard_errors": own,
        "twins": twins,
        "roofline": limit,
        "campaigns_per_s_all_days": campaigns_per_s(),
        "compiling_s": compiling_s(),
        "gpu": "not measured",
        "notes": notes(machine, fit_s),
    }


def notes(machine: dict, fit_s: float | None) -> list[str]:
    """What a reader of the figures must know."""
    lines = ["campaigns_per_s: months of output of all synthetic plants, luck drawn inside, parameters differ by draw"]
    if machine["busy"]:
        lines.append(f"taken on a busy machine (load {machine['load']} on {machine['cpus']} cores): compare per_cpu_s")
    if fit_s is None:
        lines.append("calibrate_s, ess_per_s: null, left out by `--quick`")
    return lines


def _machine() -> dict:
    cpus, load = os.cpu_count() or 1, round(os.getloadavg()[0], 1)
    versions = {name: version(name) for name in ("jax", "numpy", "numba", "mesa", "simpy")}
    return {
        "cpus": cpus,
        "processor": _processor(),
        "load": load,
        "busy": load > BUSY_LOAD * cpus,
        "python": platform.python_version(),
        **versions,
    }


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _pages() -> dict:
    from benchmarks.read_quality.thousand_pages import thousand_pages

    return thousand_pages()


def say(what: str) -> None:
    """A word to the person waiting."""
    print(f"bench: {what} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
