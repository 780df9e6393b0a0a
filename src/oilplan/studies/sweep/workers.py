"""Loaded by every worker of a sweep's own cluster as it starts (a dask preload module)."""

from __future__ import annotations

import importlib.util
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice

from ...errors import OilplanError
from .flight import do_chunk
from .store import Chunk, Job


def dask_setup(worker) -> None:
    """Leave Ctrl-C to the client: a terminal sends it to workers too, which would die of it with a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


# Chunks given to workers: this process, a cluster of its own, or a scheduler that is named.
#
# Dask is imported here only, and late: it is an extra.

NEEDS_DASK = (
    "workers of a sweep need dask, which is not installed: pip install 'oilplan[cluster]', or leave --workers and"
    " --scheduler out and this process flies alone."
)
RETRIES = 2
"""Times that a chunk is tried again after an error, such as a place that did not answer."""
LOUD = ("distributed", "distributed.client", "distributed.gc", "tornado.application")
"""Loggers that print a traceback where a sweep says one sentence; each has a level of its own."""
SETUP = "oilplan.studies.sweep.workers"
POLL_S = 0.05
IN_FLIGHT = 2000
"""Chunks that the scheduler knows of at a time: enough for hundreds of workers, small against its memory."""
CONNECT_S = 10
WORKERS_S = 60
LOST = "the scheduler was lost; finished chunks are kept, run the same command again to go on with the rest."
Progress = Callable[[int, int], None]
"""Called with chunks done in this session and chunks to do in it."""


def fly_all(job: Job, chunks: list[Chunk], *, scheduler: str | None, workers: int | None, progress: Progress) -> None:
    """Do every chunk. scheduler: its address; workers: processes of a cluster of our own, 0 for none at all, None
    for one a core. Raises OilplanError without dask, without a scheduler, or when a chunk cannot be done."""
    if workers == 0:
        for n, chunk in enumerate(chunks):
            do_chunk(job, chunk)
            progress(n + 1, len(chunks))
        return
    with _client(scheduler, workers or _cores(), len(chunks)) as client:
        _wait_for_all(client, job, chunks, progress)


def dask_is_there() -> bool:
    """Whether chunks can be given to other processes."""
    try:
        return importlib.util.find_spec("distributed") is not None
    except ValueError:  # a module that somebody shut off
        return False


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _client(scheduler: str | None, workers: int, most: int) -> Iterator:
    """A client of the scheduler at an address, or of a cluster of our own that ends with it."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise OilplanError(NEEDS_DASK) from None
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    cluster = None
    if scheduler is None:
        cluster = LocalCluster(
            n_workers=min(workers, most),
            threads_per_worker=1,
            processes=True,
            memory_limit=0,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
            preload=[SETUP],
            silence_logs=logging.CRITICAL,
        )
    try:
        client = Client(cluster or scheduler, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise OilplanError(f"--scheduler {scheduler}: no scheduler answers there ({_first_line(error)}).") from None
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=CONNECT_S if client.status == "running" else 0)
        if cluster is not None:
            cluster.close(timeout=CONNECT_S)


def _wait_for_all(client, job: Job, chunks: list[Chunk], progress: Progress) -> None:
    from distributed import as_completed

    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError:
        raise OilplanError(
            "the scheduler has no workers; start some with `dask worker ADDRESS --nthreads 1`."
        ) from None
    todo = iter(chunks)
    ask = partial(client.submit, partial(do_chunk, job), pure=False, retries=RETRIES)
    asked = as_completed([ask(chunk) for chunk in islice(todo, IN_FLIGHT)], loop=client.loop)
    try:
        _watch(client, asked, lambda: asked.update([ask(chunk) for chunk in islice(todo, 1)]), len(chunks), progress)
    except KeyboardInterrupt:
        client.cancel(list(asked.futures))
        raise


def _watch(client, asked, ask_next: Callable[[], None], most: int, progress: Progress) -> None:
    """Until ``most`` chunks are done. It asks again and again, for a plain wait would not see the scheduler die."""
    done = 0
    while done < most:
        for future in asked.next_batch(block=False):
            _check(future)
            ask_next()
            done += 1
            progress(done, most)
        if client.status != "running":
            raise OilplanError(LOST)
        time.sleep(POLL_S)


def _check(future) -> None:
    """Raises OilplanError for a chunk that was not done."""
    from distributed import KilledWorker

    if future.status == "finished":
        return
    if future.status != "error":
        raise OilplanError(LOST)
    error = future.exception()
    if isinstance(error, OilplanError):
        raise error
    if isinstance(error, KilledWorker):
        raise OilplanError(
            "workers died again and again over one chunk, perhaps for want of memory; finished chunks are"
            " kept, run it again with fewer --workers or a smaller block."
        )
    raise OilplanError(f"a chunk could not be done ({_first_line(error)}); finished chunks are kept, run it again.")


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
