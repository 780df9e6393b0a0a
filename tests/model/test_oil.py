"""The oil system as the record has it."""

import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.calibration.priors import median_parameters
from oilplan.clock import N_DAYS, day_of
from oilplan.model.delivery import aviation_t_per_day, deliver
from oilplan.model.oil import oil_system
from oilplan.record import load_record

DAYS_IN_APRIL = 30


@pytest.fixture(scope="module")
def system():
    return oil_system(load_record())


def test_a_whole_system_delivers_the_record_of_april_1944(system):
    made = deliver(jnp.ones((N_DAYS, system.n_plants)), system, median_parameters(system))
    month = {name: DAYS_IN_APRIL * float(value[0]) for name, value in
             (("aviation", made.products[:, 0]), ("motor", made.products[:, 1]), ("diesel", made.products[:, 2]),
              ("synthetic", made.synthetic), ("hydrogenation", made.hydrogenation))}  # fmt: skip
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
    west, centre = (system.rail_index[:, system.position(p)] for p in ("scholven", "leuna"))
    assert np.all(np.diff(west) <= 1e-12) and np.all(np.diff(centre) <= 1e-12)
    december = day_of("1944-12-15")
    assert west[december] < centre[december] < 1.0 and centre[day_of("1944-08-19")] == 1.0
    assert centre[day_of("1945-03-03")] == pytest.approx(214 / 900)


def test_a_subset_keeps_each_plants_own_facts(system):
    part = system.subset(system.synthetic)
    assert part.n_plants == int(system.synthetic.sum()) and part.rail_index.shape[1] == part.n_plants
    for name in ("leuna", "scholven"):
        assert part.capacity_t_per_year[part.position(name)] == system.capacity_t_per_year[system.position(name)]


def test_an_unknown_plant_is_named_with_the_known_ones(system):
    with pytest.raises(KeyError, match=r"atlantis.*leuna"):
        system.position("atlantis")
