"""Measure a sweep on one and two workers and print JSON: ``python -m benchmarks.sweep_scaling``.

A campaign is one directive in one draw under one law. Strong scaling flies the same draws with more workers; weak
scaling as many draws for each worker. Starting is timed apart: processes up, then the first chunk of every worker,
which loads the record and compiles.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import tempfile
import time
from pathlib import Path

from oilplan.record import load_record
from oilplan.studies.sweep.run import Grid, read_grid, read_sweep, sweep, sweep_summary

from .estimate import on_paper

DIRECTIVES = ("as_flown", "portal", "bufton", "harris")
WORKERS = (1, 2)
EMPTY_TASKS = 1000
TRIES = 2
"""Flights of each test, of which the fastest counts."""
BUSY_LOAD = 0.7
"""Waiting processes a core before we start, over which scaling cannot be read from seconds: look at ``strong_cpu_s``."""


def main() -> None:
    """Measure, then print one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--block", type=int, default=125, help="draws a chunk")
    asked.add_argument(
        "--chunks", type=int, default=8, help="chunks of the strong test, and half of them a worker of the weak one"
    )
    sizes = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder), sizes.block, sizes.chunks)
    print(json.dumps(measured | {"on_paper": on_paper(measured)}, indent=1))


def measure(folder: Path, block: int, chunks: int) -> dict:
    """Every measured part, JSON-ready. folder: an empty one to write to; block: draws a chunk"""
    started = os.getloadavg()[0]
    runs = [on_workers(n, folder, block, chunks) for n in WORKERS]
    last = folder / f"strong{WORKERS[-1]}.zarr"
    campaigns = block * chunks * len(DIRECTIVES)
    data = sum(p.stat().st_size for p in last.rglob("*") if p.is_file() and "c" in p.relative_to(last).parts)
    whole = sum(p.stat().st_size for p in last.rglob("*") if p.is_file())
    began = time.perf_counter()
    sweep_summary(read_sweep(str(last)), load_record())
    return {
        "cores": os.cpu_count(),
        "load_before": round(started, 2),
        "busy": started > BUSY_LOAD * (os.cpu_count() or 1),
        "directives": len(DIRECTIVES),
        "block": block,
        "chunks": chunks,
        "campaigns": campaigns,
        "workers": runs,
        "bytes_a_campaign": round(data / campaigns, 1),
        "bytes_of_labels": whole - data,
        "table_s": round(time.perf_counter() - began, 2),
    }


def on_workers(n: int, folder: Path, block: int, chunks: int) -> dict:
    """Seconds of starting and flying with ``n`` workers."""
    from distributed import Client, LocalCluster

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    began = time.perf_counter()
    with LocalCluster(n_workers=n, threads_per_worker=1, memory_limit=0, dashboard_address="127.0.0.1:0") as cluster:
        up = time.perf_counter()
        fly(folder / f"warm{n}.zarr", cluster.scheduler_address, block, n)
        warm = time.perf_counter()
        with Client(cluster) as client:
            used = cpu_s(client)
            strong_s = best(folder / f"strong{n}.zarr", cluster.scheduler_address, block, chunks)
            used = (cpu_s(client) - used) / TRIES
            weak_s = best(folder / f"weak{n}.zarr", cluster.scheduler_address, block, n * chunks // 2)
            asked = time.perf_counter()
            client.gather(client.map(abs, range(EMPTY_TASKS), pure=False))
            empty_s = (time.perf_counter() - asked) / EMPTY_TASKS
    return {
        "workers": n,
        "processes_up_s": round(up - began, 2),
        "first_chunks_s": round(warm - up, 2),
        "strong_s": round(strong_s, 2),
        "strong_cpu_s": round(used, 2),
        "weak_s": round(weak_s, 2),
        "scheduler_s_a_task": round(empty_s, 5),
        "campaigns_a_second": round(block * chunks * len(DIRECTIVES) / strong_s, 1),
    }


def cpu_s(client) -> float:
    """Seconds of processor that all workers have used so far."""
    return sum(client.run(time.process_time).values())


def best(place: Path, scheduler: str, block: int, chunks: int) -> float:
    """Seconds of the fastest of `TRIES` flights."""
    return min(fly(place, scheduler, block, chunks) for _ in range(TRIES))


def fly(place: Path, scheduler: str, block: int, chunks: int) -> float:
    """Seconds from the first chunk asked for to the last one whole."""
    moments: list[float] = []
    sweep(
        grid_of(place.parent, block, chunks),
        load_record(),
        str(place),
        scheduler=scheduler,
        force=True,
        begun=lambda kept: moments.append(time.perf_counter()),
        progress=lambda done, of: moments.append(time.perf_counter()),
    )
    return moments[-1] - moments[0]


def grid_of(folder: Path, block: int, chunks: int) -> Grid:
    """A grid of so many chunks."""
    path = folder / "grid.toml"
    path.write_text(f"directives = {json.dumps(DIRECTIVES)}\ndraws = {block * chunks}\nblock = {block}\n")
    return read_grid(path)


if __name__ == "__main__":
    main()
