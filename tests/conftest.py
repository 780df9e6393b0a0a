"""One cache for a whole run of the tests: what one file, worker or command compiles serves the others."""

import os
import subprocess
import sys

import pytest
from hypothesis import Phase, settings

from oilplan.cache import CACHE_VARIABLE
from oilplan.flight.as_flown import as_flown
from oilplan.flight.executable import keep_compiled
from oilplan.model.oil import oil_system
from oilplan.record import load_record

QUICK_TO_COMPILE = "--xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=1"
"""Half of the tests' time was XLA's newer kernel emitters; the older ones give the same to rounding in a third to a half of
the time to compile, and a lower level of optimization saves a further fifteenth. The tests marked `slow`, `make lowest` and
the benchmarks go by what users get."""
FLAGS_VARIABLE = "XLA_FLAGS"


def pytest_configure(config):
    """Before JAX starts, here and in the commands that tests run; a JAX that does not know the flag ends at its start."""
    if FLAGS_VARIABLE in os.environ or config.option.markexpr == "slow":
        return
    flagged = {**os.environ, FLAGS_VARIABLE: QUICK_TO_COMPILE}
    if not subprocess.run(
        [sys.executable, "-c", "import jax; jax.devices()"], env=flagged, capture_output=True
    ).returncode:
        os.environ[FLAGS_VARIABLE] = QUICK_TO_COMPILE


@pytest.fixture(scope="session")
def record():
    """The embedded record, which no test changes."""
    return load_record()


@pytest.fixture(scope="session")
def system(record):
    """The oil system of the embedded record."""
    return oil_system(record)


@pytest.fixture(scope="session")
def schedule(record, system):
    """The raids as they were flown, on that system."""
    return as_flown(record, system)


settings.register_profile("first_fault", phases=(Phase.explicit, Phase.generate))
"""For `make mutate`: an example that fails is enough; a smaller one is not looked for."""
KEPT_CACHE_VARIABLE = "OILPLAN_TESTS_CACHE"
"""Names a folder that many runs of the tests share, as those of `make mutate` do; what they compile is named by content."""


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    """Folder of the cache, one for all workers of this run, gone with pytest's folder of temporary files."""
    if kept := os.environ.get(KEPT_CACHE_VARIABLE):
        return kept
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache-of-this-run"
    folder.mkdir(mode=0o700, exist_ok=True)
    return str(folder)


@pytest.fixture(scope="session", autouse=True)
def in_shared_cache(shared_cache):
    """Every command of a test finds the cache, unless the test gives it another one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, shared_cache)
        yield


@pytest.fixture(scope="module", autouse=True)
def compiled_once(in_shared_cache):
    """JAX keeps what it compiles in the shared cache, also after a file whose tests used others."""
    keep_compiled()


TOGETHER = ("web", "argument", "calibration", "studies", "flight", "sweep", "systems")
"""Folders whose files share what they compile, and servers: each is one process's work. They go first, for they take
longest; the files of other folders fill the rest of the time. (`make test`; `tools/cpu_times.py` says what takes time.)"""


def together(nodeid: str) -> str:
    """What is given to one process as a whole: the folder of a test, or its file."""
    folder, _, file = nodeid.partition("::")[0].removeprefix("tests/").rpartition("/")
    return folder if folder in TOGETHER else f"{folder}/{file}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With ``--dist loadfile``: deal out by `together`, in the order of `TOGETHER`."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByFolder(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    config.option.loadscopereorder = False
    return ByFolder(config, log)


def pytest_collection_modifyitems(config, items):
    """In a process of many, the folders that take longest come first."""
    if hasattr(config, "workerinput"):
        rank = {folder: n for n, folder in enumerate(TOGETHER)}
        items.sort(key=lambda item: rank.get(together(item.nodeid), len(TOGETHER)))
