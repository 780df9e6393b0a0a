"""Sensitivity: known indices are found, idle inputs get nothing, and each input moves what it should."""

import json

import numpy as np
import pytest

from oilplan.calibration.model import PRIORS, Prior
from oilplan.cli import main
from oilplan.errors import OilplanError
from oilplan.flight.as_flown import as_flown
from oilplan.model.oil import oil_system
from oilplan.report.fit_pages import sensitivity_text
from oilplan.studies import PRIOR_ONLY
from oilplan.studies import sensitivity as study
from oilplan.studies.sensitivity import Indices, sobol
from oilplan.studies.sensitivity_model import _held, errors_of, inputs, known_by, model, moves

NAMES = ("a", "b", "c", "idle")
A, B = 7.0, 0.1
USED_BY_NO_OUTCOME = {
    *("gang_full_backlog", "pool_backlog", "raid_size_least_t", "release_per_month", "substitute_share"),
    "rail_silesia",
}
"""Rival laws, rationing, motor fuel, and what only a forecast of the railways asks: none is in the study's outcomes."""


def ishigami(shares):
    """The test function of Ishigami and Homma, and an outcome that never varies."""
    x = np.pi * (2.0 * shares - 1.0)
    y = np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])
    return np.stack([y, np.full_like(y, 3.0)], axis=1)


@pytest.fixture(scope="module")
def known():
    return sobol(NAMES, ishigami, 4096, 1)[0]


def test_ishigamis_indices_are_those_of_the_closed_form(known):
    only_a, only_b = 0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8
    both = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    every = only_a + only_b + both
    np.testing.assert_allclose(known.first[0], np.array([only_a, only_b, 0, 0]) / every, atol=0.03)
    np.testing.assert_allclose(known.total[0], np.array([only_a + both, only_b, both, 0]) / every, atol=0.03)


def test_an_input_that_does_nothing_has_no_index_at_all(known):
    assert known.total[0, 3] == 0.0 and known.first[0, 3] == 0.0


def test_an_outcome_that_never_varies_has_no_indices(known):
    assert np.isnan(known.total[1]).all() and np.isnan(known.first[1]).all()


def test_the_same_seed_gives_the_same_indices_and_another_seed_others():
    first, again, other = (sobol(NAMES, ishigami, 256, seed)[0] for seed in (0, 0, 1))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.allclose(first.total[0], other.total[0])
    assert np.all(np.abs(first.total[0] - other.total[0]) <= 3 * (first.total_error[0] + other.total_error[0]))


def test_a_model_that_is_not_finite_is_refused():
    with pytest.raises(OilplanError, match="not finite"):
        sobol(NAMES, lambda shares: np.where(shares[:, :1] > 0.9, np.nan, 1.0), 64, 1)


@pytest.mark.parametrize("samples", [0, 1, 100, 2**15])
def test_a_number_of_samples_that_is_no_power_of_two_is_refused(samples):
    with pytest.raises(OilplanError, match=f"--samples {samples} .*power of two"):
        study.sensitivity(None, samples=samples)


@pytest.fixture(scope="module")
def flights(record):
    """Outcomes with every input in the middle, and with one after the other moved up: (base [O], moved {name: [O]})."""
    system = oil_system(record)
    names = [i.name for i in inputs()]
    shares = np.full((len(names) + 1, len(names)), 0.5)
    shares[np.arange(1, len(names) + 1), np.arange(len(names))] = 0.97
    out = model(record, system, as_flown(record, system), seed=5)(shares)
    return out[0], dict(zip(names, out[1:], strict=True))


def test_every_input_moves_an_outcome_but_those_of_other_questions(flights):
    base, moved = flights
    idle = {name for name, out in moved.items() if np.array_equal(out, base)}
    assert idle == USED_BY_NO_OUTCOME


def changed(flights, name):
    base, moved = flights
    return {o.name for o, a, b in zip(study.OUTCOMES, base, moved[name], strict=True) if a != b}


def test_what_was_used_and_held_moves_the_stock_alone(flights):
    assert changed(flights, "consumption") == changed(flights, "april_stock") == {"aviation_stock_dec_1944"}


def test_plants_lost_a_few_days_later_move_the_winter_of_1945_alone(flights):
    base, moved = flights
    assert changed(flights, "overrun_dates") == {"aviation_oct_mar", "railway_bombs_denied"}
    assert moved["overrun_dates"][1] > base[1]


def test_how_railways_answer_bombs_moves_what_bombs_on_them_denied_alone(flights):
    for name in ("rail_effect_per_10kt", "rail_recovery_d", "rail_west", "rail_central"):
        assert changed(flights, name) == {"railway_bombs_denied"}


def test_more_real_raids_and_sharper_bombing_leave_less(flights):
    base, moved = flights
    for name in ("calendar_strength", "kill_structure", "monthly_sighting"):
        assert (moved[name][[0, 1, 3]] < base[[0, 1, 3]]).all(), name


def test_the_middle_of_every_input_is_its_median_and_no_share_is_infinite():
    n = len(inputs())
    m = moves(np.array([[0.5] * n, [0.0] * n, [1.0] * n]))
    for p in PRIORS:
        assert m.scalars[p.name][0] == pytest.approx(p.centre)
    assert m.strength == pytest.approx([1.0, 0.75, 1.25], abs=1e-4)
    assert all(np.isfinite(a).all() for a in (*m.scalars.values(), *m[1:]))


def test_moved_capacities_leave_aprils_total_as_it_was():
    tons, factor = np.array([10.0, 20.0, 30.0, 5.0]), np.array([2.0, 0.5, 1.3, 9.0])
    chosen = np.array([True, True, True, False])
    moved = np.asarray(_held(tons, factor, chosen))
    assert moved[:3].sum() == pytest.approx(60.0) and moved[3] == 5.0
    assert moved[0] / moved[1] == pytest.approx(2.0)


def test_a_prior_is_known_by_the_words_of_its_source():
    of = {
        words: known_by(Prior("x", 1.0, 0.1, words))
        for words in ("recalled and judgement", "a judgement", "printed [record: accuracy]")
    }
    assert list(of.values()) == ["recalled", "judgement", "read"]


def test_errors_follow_provenance(record):
    system = oil_system(record)
    errors = errors_of(record, system, as_flown(record, system))
    assert errors.use[0] == 0.15 and errors.use[1] == 0.10 and errors.use[-1] == 0.15
    assert (
        errors.overrun_d[system.position("homberg_moers")] == 1.0
        and errors.overrun_d[system.position("wesseling")] == 0.0
    )
    assert errors.overrun_d[system.position("bruex")] == 0.0
    assert errors.recalled_capacity[system.position("ludwigshafen_oppau")] == 0.15
    assert errors.read_capacity[system.position("leuna")] == 0.04


def stated():
    """A summary of a made-up study in which a recalled figure matters most."""
    chosen = inputs()
    total = np.zeros((len(study.OUTCOMES), len(chosen)))
    total[:, [i.name for i in chosen].index("consumption")] = 0.6
    total[:, 0] = 0.3
    total[2] = np.nan
    indices = Indices(total / 2, total / 10, total, total / 10)
    return study.summary(chosen, indices, np.ones((4, len(study.OUTCOMES))), samples=4, seed=1, rests_on=PRIOR_ONLY)


def test_the_summary_names_the_most_important_and_marks_what_is_recalled():
    summary = stated()
    assert summary["most_important_unknown"] == summary["most_important_unverified"] == "consumption"
    assert [r["name"] for r in summary["overall"][:2]] == ["consumption", PRIORS[0].name]
    assert summary["outcomes"][2]["inputs"][0]["total"] is None
    text = sensitivity_text(summary)
    assert "use of aviation gasoline*" in text and "30 60" in text and "prior only" in text
    assert max(map(len, text.splitlines())) <= 80
    json.dumps(summary, allow_nan=False)


@pytest.mark.slow
def test_the_command_writes_whole_results_and_the_same_twice(tmp_path, capsys):
    out = tmp_path / "s"
    assert main.run(["sensitivity", "--samples", "4", "--out", str(out), "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.out == (out / "sensitivity.json").read_text() and "report.html" in printed.err
    assert sorted(p.name for p in out.iterdir()) == [
        "manifest.json",
        "report.html",
        "ro-crate-metadata.json",
        "sensitivity.json",
    ]
    page = (out / "report.html").read_text()
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    assert "use of aviation gasoline*" in page and "<script" not in page
    assert main.run(["sensitivity", "--samples", "4", "--out", str(tmp_path / "t")]) == 0
    assert (tmp_path / "t" / "sensitivity.json").read_text() == printed.out
    assert "seed" in json.loads((out / "manifest.json").read_text())


def test_the_command_refuses_in_one_sentence_before_any_work(tmp_path, capsys):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "mine.txt").write_text("x")
    assert main.run(["sensitivity", "--out", str(tmp_path / "s")]) == 2
    assert "exists" in capsys.readouterr().err
    assert main.run(["sensitivity", "--samples", "500"]) == 2
    assert "power of two" in capsys.readouterr().err
    assert [p.name for p in (tmp_path / "s").iterdir()] == ["mine.txt"]
