"""Cities: the record's price of one, and what the record cannot carry. Ball bearings stand in tests/systems."""

from __future__ import annotations

import numpy as np
import pytest

from oilplan.directives.plan import T_PER_CITY
from oilplan.studies.outcomes import cities_spared, tons_per_city


def test_a_citys_price_is_the_records(world):
    assert tons_per_city(world.record) == pytest.approx(543_054 * 0.90718474 / 61)
    stated = cities_spared(world.record, np.full(5, 2 * tons_per_city(world.record)))
    assert stated["cities_spared"]["median"] == 2.0
    assert stated["production_kept"].startswith("undetermined: needs")
    assert round(tons_per_city(world.record)) == T_PER_CITY, "the price that the built-in directive is written with"
