"""Seconds to have each compiled part at hand, with nothing kept and with all kept: `python -m benchmarks.speed.compiling`."""

import json
import os
import subprocess
import sys
import tempfile
import time

DRAWS = 250


def compiling_s() -> dict[str, dict[str, float]]:
    """Seconds by part, ``cold`` in a process with an empty cache and ``kept`` in one after it."""
    with tempfile.TemporaryDirectory() as folder:
        cold, kept = (_in_a_process(folder) for _ in range(2))
    return {part: {"cold": cold[part], "kept": kept[part]} for part in cold}


def _in_a_process(folder: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.speed.compiling"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "OILPLAN_CACHE": folder},
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    from oilplan.calibration.bindings import bindings
    from oilplan.calibration.chain import sampler
    from oilplan.calibration.likelihood import problem
    from oilplan.clock import N_DAYS
    from oilplan.flight import executable
    from oilplan.flight.as_flown import as_flown
    from oilplan.model.oil import oil_system
    from oilplan.record import load_record
    from oilplan.studies.compare import compare
    from oilplan.studies.run import run_directive

    seconds, load = {}, executable._loaded_or_compiled

    def timed(function, arguments, shapes, made_of):
        began = time.perf_counter()
        found = load(function, arguments, shapes, made_of)
        part = " ".join(word for word in made_of if isinstance(word, str))
        seconds[part] = round(time.perf_counter() - began, 2)
        return found

    executable._loaded_or_compiled = timed
    record = load_record()
    run_directive(record, draws=DRAWS)
    compare(record, ["portal"], draws=DRAWS)
    system = oil_system(record)
    target = problem(system, as_flown(record, system), bindings(record), N_DAYS - 1)
    began = time.perf_counter()
    sampler(target, 200)
    print(json.dumps({**seconds, "sampler": round(time.perf_counter() - began, 2)}))


if __name__ == "__main__":
    main()
