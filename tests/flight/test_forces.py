"""What the forces could do, as the record has it."""

from __future__ import annotations

import numpy as np
import pytest

from oilplan.clock import MONTHS, N_MONTHS, day_of
from oilplan.directives.forces import FORCES, NAMES, Forces, of_force
from oilplan.directives.policy import oil_tons
from oilplan.flight import force_facts, weather_and_reach
from oilplan.flight.force_facts import never_changing
from oilplan.intelligence import believed_whole
from oilplan.record import effort
from oilplan.units import t_from_long, t_from_short

HARRIS_KEEPS_T = 20_190.0


def test_monthly_tons_are_the_published_totals(world):
    tons = effort.monthly_tons(world.record)
    assert tons[MONTHS.index("1944-10"), 0] == pytest.approx(t_from_long(61_204))
    assert tons[MONTHS.index("1944-12"), 1] == pytest.approx(t_from_short(43_069))
    assert tons[MONTHS.index("1945-01"), 2] == pytest.approx(t_from_short(6_784))
    np.testing.assert_allclose(world.pairing.facts.month_t[:, :2].sum(axis=1), tons[:, 0])


def test_shares_add_to_one_and_heed_what_is_published(world):
    shares = effort.mix(world.record)
    np.testing.assert_allclose(shares.sum(axis=2), 1.0)
    assert (shares >= 0).all()
    bomber = FORCES.index("bomber_command")
    assert shares[MONTHS.index("1944-11"), bomber, effort.CITIES] == pytest.approx(0.53)
    assert shares[MONTHS.index("1945-02"), bomber, effort.OIL] == pytest.approx(14_109 / 45_889)


@pytest.mark.parametrize("month", MONTHS)
def test_harris_keeps_all_he_asks_or_all_there_is(world, month):
    """Whichever of its night and its day has the tons: before September 1944 the day has few or none."""
    facts, m = world.pairing.facts, MONTHS.index(month)
    table = world.choice("harris").policy
    plan = type(table)(*(a[0] for a in table))
    plan = plan._replace(oil_share=np.ones((4, 2)))  # oil has all that is not kept
    n = world.system.n_plants
    forces = Forces(
        np.float32(0),
        facts.month_t[m][None],
        np.ones((1, 4)),
        np.ones((4, n)),
        facts.mix[m],
        facts.month_t[m],
        np.ones(4),
        np.zeros((1, 4)),
        np.arange(n),
    )
    for_oil = np.asarray(oil_tons(believed_whole(1, n), forces, plan))[0]
    mine = of_force("bomber_command")
    open_t = (facts.month_t[m] * facts.mix[m][:, [effort.OIL, effort.CITIES]].sum(axis=1))[mine].sum()
    assert open_t - for_oil[mine].sum() == pytest.approx(min(HARRIS_KEEPS_T, open_t), rel=1e-4)


def test_darkness_follows_the_season():
    dark = [weather_and_reach.darkness_h(day_of(d)) for d in ("1944-06-21", "1944-08-29", "1944-09-21", "1944-12-21")]
    assert dark == sorted(dark)
    assert 9.0 < dark[2] < 10.0, "twelve hours at the equinox less two nautical twilights"


def test_reach_agrees_with_what_was_flown_at_night(world):
    limit = weather_and_reach.night_range_km
    assert limit(day_of("1944-06-12")) > 547, "Gelsenberg, 12 June"
    assert limit(day_of("1944-06-21")) < 878, "Leuna was not tried in June"
    assert limit(day_of("1944-08-29")) > 1330, "Königsberg"
    assert limit(day_of("1944-12-06")) > 878, "Leuna, 6 December"


@pytest.mark.parametrize("force", FORCES)
def test_the_day_range_rests_on_raids_of_the_record(world, force):
    flown = world.flown
    for when, plant in weather_and_reach.PROVED_BY_DAY[force]:
        by = max(day_of(when), day_of("1944-05-31") if when == "1944-04-01" else 0)
        mine = (flown.force == FORCES.index(force)) & (flown.plant == world.system.position(plant)) & ~flown.night
        assert (mine & (flown.day <= by + 3)).any(), f"{force} had not struck {plant} by {when}"


def test_what_was_raided_in_strength_was_in_reach(world):
    """But for Ruhland on 16 January 1945, which the Eighth could not reach on the short days: the tabulation's 8 is a 15."""
    facts, raids = world.pairing.facts, world.pairing.facts.raids.raids
    strong = raids.where(raids.strong)
    beyond = strong.where(~facts.reach[strong.day, strong.operation, strong.plant])
    ruhland = world.system.position("ruhland_schwarzheide")
    assert {*zip(beyond.day.tolist(), beyond.plant.tolist(), strict=True)} <= {(day_of("1945-01-16"), ruhland)}


def test_the_sky_over_oil_is_that_of_oil_targets(world):
    """In June 1944 the Eighth sighted 87 percent of its tons on oil visually, of all its tons 62."""
    c, june = world.pairing.facts.climate, day_of("1944-06-10")
    share = {
        r["targets"]: r["visual_percent"] / 100
        for r in world.record.rows("sighting_monthly").values()
        if (r["force"], r["month"]) == ("eighth_af", "1944-06")
    }
    assert c.visual[june, NAMES.index("eighth_af")] == share["oil"] > share["all"]
    assert c.cameras[june] == pytest.approx(share["all"] * 0.8)


def test_bomber_command_loses_more_by_night_in_summer_than_in_autumn(world):
    rates = force_facts.missing_rates(world.record, world.system)
    night, leuna = NAMES.index("bomber_command_night"), world.system.position("scholven")
    assert rates.per_t[2, night, leuna] > 3 * rates.per_t[7, night, leuna]
    assert (rates.per_t > 0).all() and (rates.log_sd > 0).all()


def test_missing_per_ton_is_between_the_single_raids_of_the_record(world):
    raids = [
        r
        for r in world.record.rows("raid_losses").values()
        if r["force"] == "bomber_command" and r["scope"] == "one raid" and r["sent"] and r["missing"] is not None
    ]
    per_sortie = [r["missing"] / r["sent"] for r in raids]
    rates = force_facts.missing_rates(world.record, world.system).per_t[
        :, of_force("bomber_command")
    ] * force_facts._load_t(world.record)
    assert min(per_sortie) <= rates.min() and rates.max() <= max(per_sortie)


def test_ploesti_has_its_own_rate(world):
    rates = force_facts.missing_rates(world.record, world.system).per_t
    ploesti = rates[0, NAMES.index("fifteenth_af"), world.system.position("ploesti_group")]
    assert ploesti == pytest.approx(261 / t_from_short(13_469))
    assert rates.shape == (N_MONTHS, 4, world.system.n_plants)


def test_recorded_raids_could_be_flown(world):
    facts, tons = world.pairing.facts, np.asarray(world.pairing.chance.tons_t)
    flown = facts.climate.flown[:, None] > 0
    started = (facts.climate.usual > 0)[:, None]
    some_left = np.broadcast_to(flown & started, tons.shape)
    assert (tons[some_left] > 0).mean() > 0.99


def test_a_works_that_was_given_up_can_still_be_raided(world):
    """Gelsenberg made nothing more from 13 September 1944, and was raided until March: the other side did not know."""
    gelsenberg = world.system.position("gelsenberg")
    november = slice(world.system.window.day_of("1944-11-01"), world.system.window.day_of("1944-12-01"))
    assert not world.system.standing[november, gelsenberg].any()
    assert world.pairing.facts.reach[november, :2, gelsenberg].any()
    assert world.flown_t[november, :, gelsenberg].sum() > 2000.0


def test_lists_rank_works_by_their_gasoline(world):
    """Pölitz makes most aviation gasoline and comes first; a works of tar or lubricants is worth little whatever its tons."""
    system = world.system
    worth = never_changing(world.pairing.facts, system)["worth"]
    single = ~np.isnan(system.latitude)
    assert system.plant_ids[int(np.argmax(np.where(single, worth, 0.0)))] == "poelitz"
    leuna, bruex, ruhland = (worth[system.position(p)] for p in ("leuna", "bruex", "ruhland_schwarzheide"))
    assert bruex > 0 and leuna > ruhland and (worth >= 0.0).all() and worth.max() < 1.0
    gasoline = system.output_t_per_day[:, :2].sum(axis=1)
    np.testing.assert_allclose(worth * gasoline.max(), gasoline, rtol=1e-2)
