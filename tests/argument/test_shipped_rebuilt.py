"""What the package ships, made again from scratch: the posterior, the verdicts and the answer say what is shipped."""

import json

import numpy as np
import pytest

from oilplan.argument.answer import answer, answer_json
from oilplan.argument.shipped import shipped_file, verdict_json
from oilplan.argument.verdict import verdicts
from oilplan.cache import CACHE_VARIABLE
from oilplan.calibration.model import Unknowns
from oilplan.calibration.posterior import SHIPPED_DRAWS, shipped_path, thin
from oilplan.record import load_record
from oilplan.studies.calibrate import calibrate

pytestmark = pytest.mark.slow
FARTHEST_MEDIAN, FARTHEST_SPREAD = 0.35, 0.35
"""Of an unknown: medians apart in standard deviations, and the log of the ratio of their spreads. With 500 draws that are
not independent the greatest of 570 differences between two good fits is about 0.25; a changed figure moves one by more."""


@pytest.fixture
def nothing_kept(tmp_path, monkeypatch):
    """A cache of its own, so that nothing is taken from an earlier command."""
    (tmp_path / "cache").mkdir(mode=0o700)
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))


def test_the_shipped_posterior_is_what_a_fit_from_scratch_gives(nothing_kept):
    """Bit for bit where the processor and the releases are those of the shipped fit; the same distribution elsewhere."""
    with np.load(shipped_path()) as file:
        shipped = {name: file[name].astype(np.float32) for name in Unknowns._fields}
        about = json.loads(str(file["manifest"]))
    record = load_record()
    assert about["record_hash"] == record.hash, "the shipped posterior is of another record"
    settings = {k: about[k] for k in ("until", "seed", "chains", "warmup", "draws", "acceptance")}
    made = calibrate(record, command=[], report=lambda *_: None, **settings)
    assert made.manifest["priors_hash"] == about["priors_hash"]
    assert (made.manifest["raids"], made.manifest["figures"]) == (about["raids"], about["figures"])
    for name, draws in thin(made.fitted.draws, SHIPPED_DRAWS)._asdict().items():
        ours, theirs = np.asarray(draws, np.float32), shipped[name]
        assert ours.shape == theirs.shape, name
        apart = np.abs(np.median(ours, axis=0) - np.median(theirs, axis=0)) / theirs.std(axis=0)
        assert apart.max() < FARTHEST_MEDIAN, (name, int(apart.argmax()), float(apart.max()))
        ratio = np.abs(np.log(ours.std(axis=0) / theirs.std(axis=0)))
        assert ratio.max() < FARTHEST_SPREAD, (name, int(ratio.argmax()), float(ratio.max()))


def test_the_shipped_verdicts_and_answer_are_what_the_shipped_posterior_gives(nothing_kept):
    record = load_record()
    kept = json.loads(shipped_file().read_text(encoding="utf-8"))
    found = verdicts(record, ())
    made = {v["claim_id"]: v for v in map(_plain, map(verdict_json, found))}
    shipped = {v["claim_id"]: v for v in kept["verdicts"]}
    assert made.keys() == shipped.keys()
    for claim_id, one in made.items():
        assert one["grade"] == shipped[claim_id]["grade"], claim_id
        for number in ("p", "value", "low", "high"):
            assert _near(one[number], shipped[claim_id][number]), (claim_id, number)
        assert one["record_rows"] == shipped[claim_id]["record_rows"], claim_id
    assert _texts(_plain(answer_json(answer(record, found)))) == _texts(kept["answer"])


def _plain(value):
    return json.loads(json.dumps(value))


def _near(ours, theirs) -> bool:
    if ours is None or theirs is None or isinstance(ours, str):
        return ours == theirs
    return ours == pytest.approx(theirs, rel=2e-3, abs=2e-3)


def _texts(value) -> list[str]:
    """Every text of the answer, in order; figures in sentences are rounded there."""
    if isinstance(value, dict):
        return [t for inner in value.values() for t in _texts(inner)]
    if isinstance(value, list):
        return [t for inner in value for t in _texts(inner)]
    return [value] if isinstance(value, str) else []
