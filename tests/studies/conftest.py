import pytest

from oilplan.cache import CACHE_VARIABLE
from oilplan.flight.replay_cache import keep_compiled


@pytest.fixture(scope="session", autouse=True)
def compiled_once(tmp_path_factory):
    """Loops compiled by one test serve the others; nothing is left behind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(tmp_path_factory.mktemp("cache")))
        keep_compiled()
        yield
