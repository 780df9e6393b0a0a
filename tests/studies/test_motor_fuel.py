"""Motor gasoline and diesel of a run: rationing and substitutes count, and the record stands beside them unaveraged."""

import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.clock import CAMPAIGN, MONTHS, N_DAYS, month_index
from oilplan.model.accounts import share_met, stock_history
from oilplan.model.oil import oil_system
from oilplan.model.parameters import Parameters
from oilplan.model.target import Store, rationed
from oilplan.record import load_record
from oilplan.studies.replay import motor_months

NEED = np.full(N_DAYS, 100.0)


def drawn(**given):
    fields = dict.fromkeys(Parameters._fields, 0.0)
    return Parameters(**{**fields, **given})


def met(tons: float, start_t: float, **given) -> np.ndarray:
    """[M] share of a need of 100 t a day that is met when ``tons`` are made."""
    store = Store("motor_fuel", (), CAMPAIGN.day_of("1944-05-01"), start_t, NEED, rationed)
    return np.asarray(share_met(stock_history(jnp.full(N_DAYS, tons), store, drawn(**given)), store, CAMPAIGN))


def test_what_is_made_relieved_and_released_meets_the_need():
    none = met(25.0, 0.0, release_per_month=1.0, substitute_share=0.0)
    assert np.isnan(none[0]) and np.allclose(none[1:], 0.25, atol=1e-5)
    relieved = met(25.0, 0.0, release_per_month=1.0, substitute_share=0.2)
    assert np.allclose(relieved[1:], 0.45, atol=1e-5)
    kept, freed = (met(25.0, 3000.0, release_per_month=rate, substitute_share=0.0) for rate in (0.1, 2.0))
    assert kept[1] < freed[1] and kept[4] > freed[4]


@pytest.fixture(scope="module")
def months():
    products = np.arange(1, 14.0)[None, :, None] * np.ones((5, 13, 3)) * 1000
    met = np.full((5, 13), 0.5)
    met[:, 0] = np.nan
    return {m["month"]: m for m in motor_months(load_record(), oil_system(load_record()), products, met)}


def test_tons_are_recorded_only_where_one_month_has_both_products(months):
    assert list(months) == list(MONTHS)
    assert months["1944-08"]["recorded_t"] == 60000 + 65000 and not months["1944-08"]["weak"]
    assert months["1944-11"]["recorded_t"] == 50000 + 73000
    assert months["1944-06"]["recorded_t"] == 70400 + 66300, "the second figure of motor gasoline is not added"
    assert months["1945-03"]["weak"] and months["1944-12"]["recorded_t"] is None
    assert months["1944-06"]["recorded_percent_of_april"] == 50.0


def test_delivered_is_told_with_its_band_and_against_april(months):
    m = months["1944-09"]
    tons = 2000 * (month_index("1944-09") + 1)
    assert m["delivered_t"] == [tons] * 3 and m["percent_of_april"] == [600] * 3 and m["met_percent"] == [50] * 3
    assert months["1944-04"]["met_percent"] is None
