"""The faults of `make mutate`, which takes half an hour: none has gone stale."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FAULTS = tomllib.loads((ROOT / "benchmarks/mutate/mutations.toml").read_text(encoding="utf-8"))["mutation"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["name"])
def test_a_fault_has_its_place_and_the_tests_that_catch_it(fault):
    assert (ROOT / fault["file"]).read_text(encoding="utf-8").count(fault["old"]) == 1
    for named in (word for word in fault["tests"].split() if word.startswith("tests/")):
        file, _, test = named.partition("::")
        assert (ROOT / file).is_file(), file
        written = (ROOT / file).read_text(encoding="utf-8")
        assert not test or re.search(rf"def {re.escape(test.partition('[')[0])}\(", written), named
