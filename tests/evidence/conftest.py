"""One reading of the overlapping pages, shared by the tests."""

import pytest
from tests.evidence.pages import FIRST, SECOND

from oilplan.evidence import read_texts


@pytest.fixture(scope="session")
def pages():
    """The two overlapping pages read together."""
    return read_texts([("one.txt", FIRST), ("two.txt", SECOND)])
