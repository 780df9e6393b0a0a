"""One cache for a whole run of the tests: what one file, worker or command compiles serves the others."""

import os

import pytest

from oilplan.cache import CACHE_VARIABLE
from oilplan.flight.replay_cache import keep_compiled


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    """Folder of the cache, one for all workers of this run, gone with pytest's folder of temporary files."""
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
