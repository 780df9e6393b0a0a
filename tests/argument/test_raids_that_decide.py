"""C24, C28, C29, C36, C44 and C45: the raids they rest on, one entry a raid, and what is not in the record."""

import pytest

from oilplan.argument import Ledger
from oilplan.argument.raid_losses import single_raids

LEUNA = ("1944-12-06_bomber_command_leuna", "1944-12-06_bomber_command_leuna_bc_campaign_diary")
POELITZ = "1944-12-21_bomber_command_poelitz"
WITHOUT_FIGURES = ("1945-01-13", "1945-02-08")


@pytest.fixture
def losses_told(record):
    """Rows for the two attacks on Pölitz whose losses the record has not."""

    def told(*missing: float) -> dict:
        row = record.rows("raid_losses")[POELITZ]
        days = zip(WITHOUT_FIGURES, missing, strict=True)
        return {d: dict(row, row_id=d, period=d, sent=200.0, missing=n) for d, n in days}

    return told


def test_sources_that_disagree_are_accounts_of_one_raid(record):
    raids = [r for r in single_raids(Ledger(record)) if (r.plant_id, r.day) == ("leuna", "1944-12-06")]
    assert [len(r.rows) for r in raids] == [2]
    assert raids[0].sent == (497, 487, 497)
    assert raids[0].missing_percent == pytest.approx((100 * 4 / 497, 100 * 4 / 497, 100 * 5 / 487))


def test_c45_waits_for_the_losses_of_all_five_attacks(verdict_on, losses_told):
    v = verdict_on("C45")
    assert v.verdict == "undetermined" and all(day in v.needs[0] for day in WITHOUT_FIGURES)
    assert verdict_on("C45", added={"raid_losses": losses_told(3.0, 9.0)}).verdict == "supported"
    assert verdict_on("C45", added={"raid_losses": losses_told(3.0, 10.0)}).verdict == "undetermined"
    assert verdict_on("C45", added={"raid_losses": losses_told(10.0, 10.0)}).verdict == "contradicted"


def test_c45_is_contradicted_only_where_every_account_of_two_raids_is_over_the_ceiling(verdict_on):
    one_account = {("raid_losses", row, "missing"): 60.0 for row in (LEUNA[0], POELITZ)}
    assert verdict_on("C45", values=one_account).verdict == "undetermined"
    both = one_account | {("raid_losses", LEUNA[1], "missing"): 60.0}
    assert verdict_on("C45", values=both).verdict == "contradicted"


@pytest.mark.parametrize(
    ("claim_id", "places"),
    [("C28", {"leuna", "poelitz"}), ("C29", {"harburg"}), ("C36", {"leuna", "poelitz"}), ("C44", {"leuna", "poelitz"}),
     ("C45", {"leuna", "poelitz"})],
)  # fmt: skip
def test_a_claim_lists_the_raids_it_rests_on_and_no_others(verdict_on, claim_id, places):
    rows = {row for table, row in verdict_on(claim_id).record_rows if table == "raid_losses"}
    assert rows and all(any(place in row for place in places) for row in rows)


def test_c36_counts_a_raid_once_and_gives_both_figures(verdict_on):
    v = verdict_on("C36")
    assert (v.low, v.value, v.high) == (694, 704, 704)


def test_c44_does_not_take_a_flag_of_standing_still_for_output(verdict_on, record):
    v = verdict_on("C44")
    assert v.value is None and "Leuna none, Pölitz none" in v.reason
    assert sum("stand still" in part.text for part in v.parts) == 3
    row = record.rows("plant_output")["leuna_1945-01-15_percent_of_capacity"]
    told = {"X": dict(row, row_id="X", period="1944-12-20")}
    assert "Leuna 1, Pölitz none" in verdict_on("C44", added={"plant_output": told}).reason


def test_c28_is_supported_by_nights_on_which_the_region_was_bombed_and_contradicted_by_no_date(verdict_on, record):
    raid = record.rows("raids")["leuna_1944-12-06_bcn"] | {"date": "1944-10-20"}
    near = {p: raid | {"row_id": p, "raid_id": p, "plant_id": p} for p in ("boehlen", "poelitz")}
    assert verdict_on("C28").verdict == "undetermined"
    passed = verdict_on("C28", added={"raids": near})
    assert (
        passed.verdict == "supported" and "passed over" in passed.answer and ("raids", "boehlen") in passed.record_rows
    )
    assert verdict_on("C28", added={"raids": {"boehlen": near["boehlen"]}}).verdict == "undetermined"
    by_day = {p: r | {"night": 0} for p, r in near.items()}
    assert verdict_on("C28", added={"raids": by_day}).verdict == "undetermined"
    soon = {("raid_losses", row, "period"): "1944-10-30" for row in (*LEUNA, POELITZ)}
    v = verdict_on("C28", values=soon)
    assert v.verdict == "undetermined" and "over 60 days: neither" in v.reason and "Late" not in v.answer


def output_told(record, leuna, poelitz):
    """Rows of output as percent of capacity: {day: percent} for either plant."""
    like = record.rows("plant_output")["leuna_1944-11-20_percent_of_capacity"]
    told = {(plant, day): x for plant, days in (("leuna", leuna), ("poelitz", poelitz)) for day, x in days.items()}
    rows = [dict(like, row_id=f"{p}_{d}", plant_id=p, period=d, value=x) for (p, d), x in told.items()]
    return {"plant_output": {r["row_id"]: r for r in rows}}


def test_c44_follows_output_where_no_other_force_confounds_it(verdict_on, record):
    """Leuna at 28 percent before 6 December, Pölitz at 40 before 21 December."""
    alone = [
        ("raids", k) for k, r in record.rows("raids").items() if r["plant_id"] == "leuna" and r["force"] == "eighth_af"
    ]
    before = {"1944-12-18": 40.0}
    halved = output_told(
        record, {"1944-12-10": 5.0, "1944-12-21": 14.0}, before | {"1944-12-26": 0.0, "1945-01-05": 10.0}
    )
    assert verdict_on("C44", added=halved, without=alone).verdict == "supported"
    assert verdict_on("C44", added=halved).verdict == "undetermined"
    whole = output_told(record, {"1944-12-10": 30.0}, before | {"1944-12-26": 40.0})
    assert verdict_on("C44", added=whole, without=alone).verdict == "contradicted"
    for some in (
        output_told(record, {"1944-12-10": 5.0, "1944-12-19": 14.0}, before | {"1944-12-26": 0.0, "1945-01-05": 10.0}),
        output_told(record, {"1944-12-21": 14.0}, before | {"1944-12-26": 0.0, "1945-01-05": 10.0}),
        output_told(record, {"1944-12-10": 5.0, "1944-12-21": 14.0}, before | {"1944-12-26": 40.0}),
        output_told(record, {"1944-12-10": 5.0, "1944-12-21": 14.0}, {"1944-12-26": 0.0, "1945-01-05": 10.0}),
    ):
        assert verdict_on("C44", added=some, without=alone).verdict == "undetermined"


@pytest.fixture
def bruex(record):
    """Changes to the raids on Brüx of December: aimed by eye; given to the Eighth by the calendar."""
    sighted = [k for k, r in record.rows("raid_sighting").items() if r["raid_id"] == "bruex_1944-12-16_8af"]
    days = [k for k in record.rows("raid_calendar") if k.startswith("bruex_1944-12")]
    assert sighted and len(days) == 3
    by_eye = {("raid_sighting", key, "visual_percent"): 100.0 for key in sighted}
    return by_eye, {("raid_calendar", key, "force"): "eighth_af" for key in days}


def test_c24_turns_on_whose_the_raids_were_and_whether_they_were_effective(verdict_on, bruex):
    by_eye, the_eighths = bruex
    v = verdict_on("C24")
    assert v.verdict == "supported" and "tabulation" in v.would_change
    assert all("Fifteenth Air Force on 1944-12-" in part.note for part in v.parts)
    assert verdict_on("C24", values=the_eighths).verdict == "undetermined"
    assert verdict_on("C24", values=by_eye).verdict == "undetermined"
    assert verdict_on("C24", values=by_eye | the_eighths).verdict == "contradicted"


def test_c24_takes_another_force_only_where_history_and_calendar_agree(verdict_on):
    history = ("plant_output", "1944-12_bruex_production_stopped_by_fifteenth_af")
    elsewhere = {(*history, "plant_id"): "boehlen"}
    assert verdict_on("C24", values=elsewhere).verdict == "undetermined"
    other = {(*history, "quantity"): "production_stopped_by_bomber_command"}
    assert verdict_on("C24", values=other).verdict == "undetermined"


def test_c24_is_supported_when_the_eighth_did_not_fly(verdict_on, record):
    december = {k for k, r in record.rows("raids").items() if "1944-12-13" <= (r["date"] or "") <= "1944-12-31"}
    gone = [("raids", k) for k in december if record.rows("raids")[k]["force"] == "eighth_af"]
    v = verdict_on("C24", without=gone)
    assert v.verdict == "supported" and "flew no attack" in v.answer
