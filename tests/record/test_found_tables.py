"""The tables found later agree with themselves, with the tables gathered first, and hide no conflict."""

import csv
from importlib.resources import files

import pytest

READ_IN_TWO_WAYS, NEAR_POINTS = 377, 10
FEW_SHORT_TONS = 20
"""Below this many tons, codes rounded to whole tons move the share by points."""


def test_what_a_row_bears_on_is_a_row_gathered_first(embedded):
    gathered = [row for table in ("output", "stocks_and_use") for row in embedded.rows(table).values()]
    bears = [row["bears_on"] for row in gathered if row["bears_on"]]
    assert len(bears) > 30
    assert set(bears) <= {row["row_id"] for row in gathered if not row["bears_on"]}


def test_conflicting_figures_stand_side_by_side(embedded):
    november = {
        row["row_id"]: row["value"]
        for row in embedded.rows("output").values()
        if (row["period"], row["quantity"]) == ("1944-11", "aviation_gasoline")
    }
    assert sorted(november.values()) == [39000, 39000, 41000, 46000]
    assert next(iter(november)) == "1944-11_aviation_gasoline", "the series' own row stands first"


def test_parts_of_september_aviation_gasoline_add_to_the_whole(embedded):
    rows = embedded.rows("output").values()
    month = {row["quantity"]: row["value"] for row in rows if row["period"] == "1944-09" and row["facts"]}
    parts = month["aviation_gasoline_synthetic_plants_only"] + month["aviation_gasoline_benzol_and_small_plants"]
    assert parts == month["aviation_gasoline"]


def test_evidence_names_claims_that_are_there(embedded):
    for row_id, row in embedded.rows("claims_evidence").items():
        for claim in filter(None, (row["claim_ids"] or "").split(";")):
            assert claim in embedded.rows("claims"), row_id


def test_a_row_takes_sides_on_its_own_claims_only(embedded):
    rows = [row for row in embedded.rows("claims_evidence").values() if row["bears"]]
    assert {side.split(":")[0] for row in rows for side in row["bears"].split(";")} == {"for", "against", "on"}
    for row in rows:
        assert [side.split(":")[1] for side in row["bears"].split(";")] == row["claim_ids"].split(";"), row["row_id"]


def test_the_stock_of_november_stands_in_two_rows_that_disagree(embedded):
    november = {
        row["quantity"]: row["value"]
        for row in embedded.rows("stocks_and_use").values()
        if (row["period"], row["product"]) == ("1944-11", "aviation_gasoline")
    }
    assert november["stock_high_command"] == 30000 and november["fuehrer_reserve"] == 0
    assert november["stock_end_flow"] == 111000


@pytest.mark.parametrize(("month", "raids"), [("1944-07", 10), ("1944-08", 12), ("1944-09", 12)])
def test_the_night_attacks_of_a_month_add_to_their_printed_total(embedded, month, raids):
    rows = embedded.rows("raid_losses")
    nights = [
        row
        for row in rows.values()
        if row["period"].startswith(f"{month}-") and "/" not in row["period"] and row["night"] == 1
        if row["scope"].startswith("one raid") and row["source_keys"] == "webster1961iii"
    ]
    whole = rows[f"{month}_bomber_command_major_night_attacks_on_germany"]
    assert len(nights) == raids and sum(row["sent"] for row in nights) == whole["sent"]
    if all(row["missing"] is not None for row in nights):
        assert sum(row["missing"] for row in nights) == whole["missing"]


def test_the_printed_shares_of_oil_follow_from_the_printed_tons(embedded):
    found = {}
    for row in embedded.rows("claims_evidence").values():
        if row["source_keys"] == "webster1961iii" and row["period"] in ("1944-10", "1944-11"):
            found[row["about"], row["period"], row["quantity"]] = row["value"]
    pairs = {(force, month) for force, month, quantity in found if quantity == "oil_share"}
    assert len(pairs) == 6
    for force, month in pairs:
        tons = found[force, month, "oil_tonnage"], found[force, month, "total_bomb_tonnage"]
        assert 100 * tons[0] / tons[1] == pytest.approx(found[force, month, "oil_share"], abs=0.35)


def test_the_list_of_autumn_raids_adds_to_its_printed_total_within_three_sorties(embedded):
    rows = [
        row
        for row in embedded.rows("raid_losses").values()
        if row["source"].endswith("p. 186 n.2") and row["scope"] == "one raid"
    ]
    whole = embedded.rows("raid_losses")["1944-10..1944-12_bomber_command_all_oil_raids"]
    assert len(rows) == 27
    assert sum(row["missing"] for row in rows) == whole["missing"] == 57
    assert whole["sent"] - sum(row["sent"] for row in rows) == 3


def test_no_more_are_missing_than_were_sent(embedded):
    for row_id, row in embedded.rows("raid_losses").items():
        if row["sent"] is not None and row["missing"] is not None:
            assert row["missing"] <= row["sent"], row_id


def test_shares_of_sighting_lie_between_their_ends(embedded):
    for row_id, row in embedded.rows("sighting_monthly").items():
        if row["method"] == "group_lines":
            assert row["visual_low"] <= row["visual_percent"] <= row["visual_high"], row_id


def test_a_raids_visual_share_follows_from_its_tons_and_its_tons_from_its_codes(embedded):
    for row_id, row in embedded.rows("raid_sighting").items():
        codes = dict(pair.rsplit(":", 1) for pair in row["codes"].split(";"))
        visual = sum(float(codes.get(code, 0)) for code in "17")
        instrument = sum(float(codes.get(code, 0)) for code in "3456")
        assert visual == pytest.approx(row["visual_tons_short"], abs=0.2), row_id
        assert instrument == pytest.approx(row["instrument_tons_short"], abs=0.2), row_id
        assert (row["visual_percent"] is None) == (visual + instrument == 0), row_id
        if visual + instrument > FEW_SHORT_TONS:
            share = 100 * visual / (visual + instrument)
            assert row["visual_percent"] == pytest.approx(share, abs=1.5), row_id


def test_two_readings_of_a_raids_sighting_nearly_always_agree_and_disagreements_stay(embedded):
    shares = {}
    for row in embedded.rows("raid_sighting").values():
        shares.setdefault(row["raid_id"], {})[row["method"]] = row["visual_percent"]
    both = [ways for ways in shares.values() if len(ways) == 2]
    assert len(both) == READ_IN_TWO_WAYS
    apart = [ways for ways in both if None not in ways.values() and abs(_gap(ways)) > NEAR_POINTS]
    assert 0 < len(apart) < 0.02 * len(both)


def _gap(ways):
    return ways["lines_by_group"] - ways["lines_by_raw_date"]


def test_works_fall_in_order_and_memory_says_so(embedded):
    rows = embedded.rows("overrun")
    for row_id, row in rows.items():
        assert row["earliest"] <= row["latest"], row_id
        assert (row["status"] == "recalled") == (row["source_keys"] == "recalled"), row_id
    east = [row["latest"] for row in rows.values() if row["plant_id"] == "blechhammer_north"]
    assert max(east) < rows["leuna_recalled"]["earliest"] < rows["bruex_recalled"]["earliest"]


def test_the_calendar_is_the_one_the_survey_import_uses(embedded):
    data = files("oilplan.record.ussbs").joinpath("data/recalled_raids.csv").read_text(encoding="utf-8")
    used = {(row["place"], row["date"], row["force"], row["night"]) for row in csv.DictReader(data.splitlines())}
    carried = {
        (row["place"], row["date"], row["force"], "" if row["night"] is None else str(row["night"]))
        for row in embedded.rows("raid_calendar").values()
    }
    assert carried == used
