"""The figures read off few days are those of the daily sums."""

import jax
import numpy as np
import pytest

from oilplan.calibration.bindings import PLANT_SHARE, bindings
from oilplan.calibration.likelihood import campaign, every_predicted, figures, full_value, problem
from oilplan.calibration.model import Unknowns, to_parameters, unknowns_at_zero
from oilplan.clock import N_DAYS, month_end_day
from oilplan.flight.as_flown import as_flown
from oilplan.model.law import RIVAL_LAWS
from oilplan.model.oil import oil_system
from oilplan.record import load_record


@pytest.fixture(scope="module")
def parts():
    record = load_record()
    system = oil_system(record)
    return system, as_flown(record, system), bindings(record)


@pytest.mark.parametrize("last_day", [month_end_day("1944-07"), N_DAYS - 1])
def test_figures_read_off_few_days_are_within_half_a_percent_of_the_whole_system(parts, last_day):
    target = problem(*parts, last_day)
    full = np.array([full_value(b.kind, target.system) for b in target.items])
    read = jax.jit(lambda z, p: figures(z, p, target))
    summed = jax.jit(lambda z, p: every_predicted(campaign(z, p, target), p, target))
    for seed in range(4):
        key = jax.random.key(seed)
        u = Unknowns(
            *(
                0.7 * jax.random.normal(jax.random.fold_in(key, i), a.shape)
                for i, a in enumerate(unknowns_at_zero(target))
            )
        )
        p = to_parameters(u)
        np.testing.assert_allclose(read(u.raid, p) / full, summed(u.raid, p) / full, atol=0.005)


@pytest.mark.slow
def test_dated_figures_are_read_on_their_own_day(parts):
    """A plant's share is no sum: it agrees to rounding."""
    target = problem(*parts, N_DAYS - 1)
    u = unknowns_at_zero(target)
    p = to_parameters(u)
    dated = [n for n, b in enumerate(target.items) if b.kind == PLANT_SHARE]
    assert {target.items[n].plant_id for n in dated} > {"leuna", "poelitz"}
    summed = every_predicted(campaign(u.raid, p, target), p, target)
    np.testing.assert_allclose(figures(u.raid, p, target)[np.array(dated)], summed[np.array(dated)], atol=2e-5)


def test_laws_that_couple_the_plants_are_walked_day_by_day(parts):
    assert problem(*parts, 120, RIVAL_LAWS["saturating damage, pooled repair"]).read is None
    assert problem(*parts, 120).read is not None
