"""Raids that the tabulation lost: how far each is believed, and what tons it is given."""

import pytest

from oilplan.clock import CAMPAIGN
from oilplan.flight.as_flown import ALL_OIL, as_flown, lost_raids
from oilplan.flight.schedule import ATTESTED, ATTESTED_TONS, RECALLED
from oilplan.model.oil import oil_system
from oilplan.units import t_from_short

USUAL = {"eighth_af": 200.0, "fifteenth_af": 300.0, "bomber_command": 900.0}


class Without:
    """A record in which some rows of one table are missing."""

    def __init__(self, record, table, keep):
        self.record, self.name, self.keep = record, table, keep

    def rows(self, name):
        rows = self.record.rows(name)
        return {key: r for key, r in rows.items() if self.keep(r)} if name == self.name else rows


def on_12_may(record):
    found = lost_raids(record, CAMPAIGN, lambda plant, force, day: plant in ("bruex", "boehlen"), USUAL)
    return {r.plant_id: r for r in found if r.date == "1944-05-12"}


def test_the_bombers_the_tabulated_raids_did_not_fly_are_shared_among_the_lost_ones(record):
    flown = [r for r in record.rows("raids").values() if r["date"] == "1944-05-12" and r["force"] == "eighth_af"]
    sent = next(
        r["sent"] for r in record.rows("raid_losses").values() if r["scope"] == ALL_OIL and r["period"] == "1944-05-12"
    )
    aircraft = sum(r["aircraft"] for r in flown)
    each_t = (sent - aircraft) / 2 * t_from_short(sum(r["total_tons_short"] for r in flown)) / aircraft
    lost = on_12_may(record)
    assert set(lost) == {"bruex", "boehlen"}
    assert all(r.bombs_t == pytest.approx(each_t) and r.doubt == ATTESTED_TONS for r in lost.values())


def test_an_attested_raid_without_a_count_is_certain_but_its_tons_are_not(record):
    lost = on_12_may(Without(record, "raid_losses", lambda r: r["scope"] != ALL_OIL))
    assert all(r.bombs_t == USUAL["eighth_af"] and r.doubt == ATTESTED for r in lost.values())


def test_a_raid_known_from_memory_alone_is_believed_as_far_as_memory(record):
    lost = on_12_may(Without(record, "plant_output", lambda r: r["quantity"] != "attacked"))
    assert all(r.bombs_t == USUAL["eighth_af"] and r.doubt == RECALLED for r in lost.values())
    assert ATTESTED_TONS.log_sd < ATTESTED.log_sd == RECALLED.log_sd


def test_the_schedule_carries_them_as_not_recorded(record):
    schedule = as_flown(record, oil_system(record))
    n = schedule.raid_ids.index("calendar_bruex_1944-05-12")
    assert not schedule.recorded[n] and schedule.factor[n] == 1.0 and schedule.bombs_t[n] > 250


def test_a_raid_given_to_two_forces_is_flown_once_and_two_forces_on_a_day_are_two_raids(record):
    ids = as_flown(record, oil_system(record)).raid_ids
    assert "bruex_1944-12-20_8af" in ids and "calendar_bruex_1944-12-20" not in ids
    assert "castrop_rauxel_1944-11-11_8af" in ids and "calendar_castrop_rauxel_1944-11-11" in ids
