"""The oil system as the record has it."""

import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.calibration.model import median_parameters
from oilplan.clock import N_DAYS, day_of
from oilplan.model.accounts import aviation_t_per_day, deliver
from oilplan.model.oil import oil_system
from oilplan.model.rail import changed_log, forecast_log
from oilplan.record import load_record

DAYS_IN_APRIL = 30


@pytest.fixture(scope="module")
def system():
    return oil_system(load_record())


def test_a_whole_system_delivers_the_record_of_april_1944(system):
    made = deliver(jnp.ones((N_DAYS, system.n_plants)), system, median_parameters(system))
    month = {
        name: DAYS_IN_APRIL * float(value[0])
        for name, value in (
            ("aviation", made.products[:, 0]),
            ("motor", made.products[:, 1]),
            ("diesel", made.products[:, 2]),
            ("synthetic", made.synthetic),
            ("hydrogenation", made.hydrogenation),
        )
    }
    assert month["aviation"] == pytest.approx(175_000, rel=1e-3)
    assert month["hydrogenation"] == pytest.approx(270_833, rel=1e-3)
    assert month["synthetic"] == pytest.approx(270_833 + 48_750, rel=1e-3)
    imports = DAYS_IN_APRIL * system.output_t_per_day[system.position("ploesti_group"), 1:]
    assert month["motor"] - imports[0] == pytest.approx(134_000, rel=1e-3)
    assert month["diesel"] - imports[1] == pytest.approx(88_900, rel=1e-3)


def test_every_hydrogenation_and_fischer_tropsch_plant_stands_alone(system):
    alone = {p for p, s in zip(system.plant_ids, system.synthetic, strict=True) if s}
    assert {"leuna", "poelitz", "bruex", "gelsenberg", "wesseling", "ruhland_schwarzheide", "odertal"} <= alone
    assert len(alone) >= 22 and "ploesti_group" not in alone


def test_drawn_yields_keep_the_national_total(system):
    p = median_parameters(system)
    split = jnp.asarray(np.random.default_rng(0).normal(size=system.n_plants))
    total = float(jnp.sum(aviation_t_per_day(system, p._replace(aviation_log_split=split))))
    assert total == pytest.approx(float(jnp.sum(aviation_t_per_day(system, p))), rel=1e-5)
    assert bool(jnp.all(aviation_t_per_day(system, p) >= 0))


def test_an_overrun_plant_delivers_nothing_from_its_day(system):
    made = deliver(jnp.ones((N_DAYS, system.n_plants)), system, median_parameters(system))
    ploesti = system.position("ploesti_group")
    assert system.overrun_day[ploesti] == day_of("1944-08-30")
    lost = day_of("1944-08-30")
    assert float(made.share[lost - 1, ploesti]) == 1.0 and float(made.share[lost, ploesti]) == 0.0
    assert float(made.share[-1, system.position("bruex")]) == 1.0


def test_the_railway_fails_first_in_the_west(system):
    west, centre, baltic = (system.rail_index[:, system.position(p)] for p in ("scholven", "leuna", "poelitz"))
    assert max(west.max(), centre.max(), baltic.max()) == 1.0 and west[day_of("1944-04-15")] == 1.0
    december = day_of("1944-12-15")
    assert west[december] < baltic[december] < centre[december] < 1.0
    assert west[day_of("1944-10-15")] == pytest.approx(252595 / 31 / (580211 / 30))
    assert baltic[day_of("1945-02-15")] == pytest.approx(1069322 / 28 / (3805508 / 30))


def test_after_january_central_germany_goes_on_with_the_coal_it_mined(system):
    """Brown coal placed ends in January; in February the Reich's cars fell by a third with Silesia, central Germany's coal did not."""
    baltic, centre = (system.rail_index[:, system.position(p)] for p in ("poelitz", "leuna"))
    january, february = day_of("1945-01-15"), day_of("1945-02-15")
    assert centre[february] / centre[january] == pytest.approx((7565 / 28) / (8876 / 31))
    assert baltic[february] / baltic[january] < 0.7 and centre[-1] == centre[february]


def test_a_shortage_of_cars_takes_its_share_of_every_product_once(system):
    p, day = median_parameters(system), day_of("1944-12-15")
    made = deliver(jnp.ones((N_DAYS, system.n_plants)), system, p)
    allowed = np.where(day < system.overrun_day, system.rail_index[day] ** float(p.rail_exponent), 0.0) * float(
        p.capacity_scale
    )
    for k in (1, 2):
        assert float(made.products[day, k]) == pytest.approx(float(allowed @ system.output_t_per_day[:, k]), rel=1e-4)
    of_plants = float(np.asarray(allowed) @ np.where(system.synthetic, system.all_products_t_per_day, 0.0))
    assert float(made.synthetic[day]) == pytest.approx(of_plants, rel=1e-4) and of_plants < float(made.synthetic[0])


def test_bombs_on_railways_move_cars_and_none_moves_nothing(system):
    p = median_parameters(system)
    as_fell = changed_log(system.rail.transport_t, system.rail, p)
    np.testing.assert_allclose(as_fell, system.rail.recorded_log, atol=1e-6)
    half = changed_log(0.5 * system.rail.transport_t, system.rail, p)
    day = day_of("1945-01-01")
    assert np.all(half[day] > as_fell[day]) and np.all(half[day_of("1944-08-01")] == as_fell[day_of("1944-08-01")])


def test_a_forecast_of_the_railways_knows_nothing_after_its_day(system):
    p, cut = median_parameters(system), day_of("1944-09-30")
    shock = np.zeros(system.rail.transport_t.size, np.float32)
    later = system.rail._replace(
        recorded_log=np.where(np.arange(shock.size)[:, None] > cut, -9.0, system.rail.recorded_log)
    )
    np.testing.assert_array_equal(forecast_log(system.rail, cut, p, shock), forecast_log(later, cut, p, shock))


def test_a_subset_keeps_each_plants_own_facts(system):
    part = system.subset(system.synthetic)
    assert part.n_plants == int(system.synthetic.sum()) and part.rail_index.shape[1] == part.n_plants
    for name in ("leuna", "scholven"):
        assert part.capacity_t_per_year[part.position(name)] == system.capacity_t_per_year[system.position(name)]


def test_an_unknown_plant_is_named_with_the_known_ones(system):
    with pytest.raises(KeyError, match=r"atlantis.*leuna"):
        system.position("atlantis")


def test_what_a_work_gives_a_plant_before_its_first_raid_is_kept(system):
    april, day = 175_000, 30.0
    aviation, everything = system.output_t_per_day[:, 0] * day, system.all_products_t_per_day * day
    bruex, poelitz, gelsenberg = (system.position(p) for p in ("bruex", "poelitz", "gelsenberg"))
    assert aviation[bruex] == pytest.approx(0.13 * april) and everything[gelsenberg] == pytest.approx(33_000)
    assert aviation[poelitz] == pytest.approx(min(0.28 * april, everything[poelitz]))
    assert not system.aviation_free[[bruex, poelitz, gelsenberg]].any()
    assert np.all(aviation <= everything + 1e-6)
    assert aviation.sum() + 4_700 == pytest.approx(april)
    hydrogenation = np.array(system.processes) == "hydrogenation"
    assert everything[hydrogenation].sum() == pytest.approx(270_833)
