"""Every result says in the same words what its parameters rest on."""

import pytest

from oilplan.record import load_record
from oilplan.studies import CALIBRATED, PRIOR_ONLY, STALE, basis
from oilplan.studies.compare import compare
from oilplan.studies.run import run_directive


@pytest.fixture(scope="module")
def other_record(tmp_path_factory):
    """The embedded record with one figure of a user's own: the fit is of another."""
    folder = tmp_path_factory.mktemp("own")
    row = next(r for r in load_record().rows("railway").values())
    kept = {k: v for k, v in row.items() if v is not None} | {"note": "read again"}
    cells = [str(v).replace('"', '""') for v in kept.values()]
    (folder / "railway.csv").write_text(",".join(kept) + "\n" + ",".join(f'"{c}"' for c in cells) + "\n")
    return load_record(folder)


def test_the_words_follow_the_fit():
    assert basis("a", None) == PRIOR_ONLY
    assert basis("a", {"record_hash": "a"}) == CALIBRATED and basis("b", {"record_hash": "a"}) == STALE


def test_a_run_and_a_comparison_on_another_record_say_so(other_record):
    assert run_directive(other_record, draws=6).summary["basis"] == STALE
    stated = compare(other_record, ["as_flown", "harris"], draws=6).summary
    assert stated["basis"] == STALE and stated["calibrated"]
