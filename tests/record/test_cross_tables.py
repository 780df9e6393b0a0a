"""Tables that restate one another agree: effort with raids, targets with raids, Leuna with the survey."""

from collections import Counter

import pytest

NOT_COUNTED_AS_OIL = "ludwigshafen_oppau_chem_book"


def test_cleaned_oil_effort_is_the_sum_of_the_raids(embedded):
    raids = Counter()
    for row in embedded.rows("raids").values():
        if row["date"] and row["plant_id"] != NOT_COUNTED_AS_OIL:
            raids[row["date"][:7], row["force"]] += row["total_tons_short"]
    cleaned = {
        (row["month"], row["force"]): row["tons_short_cleaned"]
        for row in embedded.rows("effort_monthly").values()
        if row["tons_short_cleaned"] is not None
    }
    assert len(cleaned) == 59
    for key, tons in cleaned.items():
        assert raids[key] == pytest.approx(tons, abs=0.1), key


def test_targets_hold_every_place_and_say_which_have_no_plant(embedded):
    targets = embedded.rows("targets")
    raided = {row["plant_id"] for row in embedded.rows("raids").values()}
    assert raided <= set(targets)
    assert sum(targets[name]["plant_key"] is None for name in raided) == 117


def test_leuna_raids_come_within_three_percent_of_the_survey(embedded):
    tons = sum(row["total_tons_short"] for row in embedded.rows("raids").values() if row["plant_id"] == "leuna")
    survey = embedded.rows("forces")["leuna_tons"]["value"]
    assert tons == pytest.approx(survey, rel=0.03)


def test_the_eleven_hold_68_percent_of_synthetic_capacity(embedded):
    rows = [row for row in embedded.rows("plants").values() if row["row_type"] == "plant"]
    synthetic = sum(
        row["capacity_t_per_year"] or 0 for row in rows if row["process"].startswith(("bergius", "fischer"))
    )
    eleven = sum(row["capacity_t_per_year"] or 0 for row in rows if row["eleven_set_A"])
    printed = embedded.rows("target_systems")["oil_eleven_set_A_share_of_synthetic_capacity_1944"]["value"]
    assert 100 * eleven / synthetic == pytest.approx(printed, abs=0.5)
