"""A sweep that is struck, wherever it is struck, goes on with what is missing and ends as if nothing had happened."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from oilplan.studies.sweep import chunks
from oilplan.studies.sweep.run import sweep
from oilplan.studies.sweep.store import DONE, VARIABLES, open_existing

from .conftest import CHUNKS, SEED, check_same, chunk_files

PATIENCE_S = 90.0


@contextmanager
def process(*words: str, **options):
    """A process of Python that does not outlive the test."""
    started = subprocess.Popen([sys.executable, "-m", *words], text=True, **options)
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def wait_for_a_chunk(place: str, running: subprocess.Popen) -> None:
    """Until the first chunk is whole."""
    until = time.monotonic() + PATIENCE_S
    while not list(Path(place, DONE, "c").rglob("[0-9]*/[0-9]*")):
        assert running.poll() is None and time.monotonic() < until
        time.sleep(0.02)


def go_on(grid, record, place: str) -> int:
    """The same sweep again, in this process. Returns how many chunks it kept."""
    return sweep(grid, record, place, seed=SEED, workers=0).kept


@pytest.mark.slow
def test_a_killed_worker_is_replaced(grid, record, undisturbed, tmp_path):
    place, killed = str(tmp_path / "a.zarr"), []

    def strike(done: int, of: int) -> None:
        workers = [p for p in psutil.Process().children() if "spawn_main" in " ".join(p.cmdline())]
        if not killed:
            killed.append(workers[0])
            workers[0].kill()

    sweep(grid, record, place, seed=SEED, workers=1, progress=strike)
    assert killed and not killed[0].is_running()
    check_same(place, undisturbed)


def test_a_killed_scheduler_loses_no_chunk(grid, grid_file, record, undisturbed, tmp_path):
    place = str(tmp_path / "a.zarr")
    quiet = {"stderr": subprocess.DEVNULL}
    local = ("--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0")
    with process("distributed.cli.dask_scheduler", *local, stderr=subprocess.PIPE) as scheduler:
        address = next(
            m[1] for m in (re.search(r"Scheduler at:\s+(tcp://\S+)", line) for line in scheduler.stderr) if m
        )
        worker = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard")
        words = ("oilplan.cli.main", "sweep", str(grid_file), "--out", place, "--scheduler", address)
        with process(*worker, **quiet), process(*words, stderr=subprocess.PIPE) as client:
            wait_for_a_chunk(place, client)
            scheduler.send_signal(signal.SIGKILL)
            stated = client.communicate(timeout=PATIENCE_S)[1]
    assert client.returncode == 2 and "run the same command again" in stated and "Traceback" not in stated
    said = [line for line in stated.strip().splitlines() if not line.startswith("flying: ")]  # where it is slow
    assert len(said) == 1, stated
    assert 1 <= go_on(grid, record, place) < CHUNKS
    check_same(place, undisturbed)


@pytest.mark.parametrize(
    "sign, stated",
    [pytest.param(signal.SIGKILL, "", marks=pytest.mark.slow), (signal.SIGINT, f" of {CHUNKS} chunks are kept in ")],
)
def test_a_killed_client_loses_no_chunk(sign, stated, grid, grid_file, record, undisturbed, tmp_path):
    place = str(tmp_path / "a.zarr")
    words = ("oilplan.cli.main", "sweep", str(grid_file), "--out", place, "--workers", "1")
    with process(*words, stderr=subprocess.PIPE, start_new_session=True) as client:
        wait_for_a_chunk(place, client)
        os.killpg(client.pid, sign) if sign == signal.SIGINT else client.send_signal(sign)
        said = client.communicate(timeout=PATIENCE_S)[1]
    assert client.returncode == (-signal.SIGKILL if sign == signal.SIGKILL else 130)
    assert stated in said and "Traceback" not in said
    assert 1 <= go_on(grid, record, place) < CHUNKS
    check_same(place, undisturbed)


def test_only_a_marker_makes_a_chunk_whole(grid, record, undisturbed, tmp_path):
    """A chunk half written when its worker died is flown again, the others are not; the bytes are the same."""
    place = str(tmp_path / "a.zarr")
    shutil.copytree(undisturbed, place)
    root = Path(place)
    (root / DONE / "c/0/2").unlink()
    (root / "bombs_on_oil/c/0/0/2").unlink()
    (root / "motor_fuel_denied/c/0/0/2").write_bytes((root / "motor_fuel_denied/c/0/0/1").read_bytes())
    untouched = {p: p.stat().st_mtime_ns for p in root.rglob("c/0/0/3")}
    assert go_on(grid, record, place) == CHUNKS - 1
    check_same(place, undisturbed)
    assert chunk_files(place) == chunk_files(undisturbed)
    assert untouched and untouched == {p: p.stat().st_mtime_ns for p in untouched}


def test_the_marker_is_written_last(grid, record, undisturbed, tmp_path, monkeypatch):
    place = str(tmp_path / "a.zarr")
    shutil.copytree(undisturbed, place)
    open_existing(place, "r+")[DONE][0, 5] = 0
    whole = chunks.fly_chunk
    with monkeypatch.context() as patch:
        patch.setattr(chunks, "fly_chunk", lambda *a: {k: v for k, v in whole(*a).items() if k != list(VARIABLES)[-1]})
        with pytest.raises(KeyError):
            go_on(grid, record, place)
    assert open_existing(place)[DONE][0, 5] == 0
    assert go_on(grid, record, place) == CHUNKS - 1
    check_same(place, undisturbed)


def test_a_folder_that_was_not_finished_making_is_made_again(grid, record, undisturbed, tmp_path):
    place = str(tmp_path / "a.zarr")
    shutil.copytree(undisturbed, place)
    group = open_existing(place, "r+")
    del group.attrs["identity"]
    assert go_on(grid, record, place) == 0
    check_same(place, undisturbed)
