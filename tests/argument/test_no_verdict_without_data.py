"""Take away each table that a claim needs: it has no data, and says what is missing and in which work it would stand."""

import json

import pytest

from oilplan.argument import claim_tests, verdicts
from oilplan.argument.fair_war import MODEL_TABLES
from oilplan.cli.main import run
from oilplan.errors import OilplanError

TESTS = claim_tests()
NEEDED = [(c, table) for c, t in sorted(TESTS.items()) for table in t.needs if table != "claims"]
DETERMINED = ("C17", "C22", "C23", "C24", "C30", "C36", "C47", "C48")


@pytest.mark.parametrize(("claim_id", "table"), NEEDED)
def test_an_empty_table_leaves_a_claim_without_data(verdict_on, claim_id, table):
    v = verdict_on(claim_id, emptied=[table])
    assert v.grade == "no_data" and v.p is None and v.value is None
    assert table in v.reason and any(table in need.fact for need in v.needs)
    assert all(len(need.work) > 15 for need in v.needs)


@pytest.mark.parametrize("claim_id", DETERMINED)
def test_a_verdict_does_not_outlive_its_rows(verdict_on, claim_id):
    before = verdict_on(claim_id)
    assert before.p is not None
    for table in {t for t, _ in before.record_rows}:
        gone = [key for key in before.record_rows if key[0] == table]
        after = verdict_on(claim_id, without=gone)
        assert after.p is None or after.record_rows != before.record_rows


def test_the_rows_used_come_from_the_tables_declared(verdict_on, record):
    for claim in record.rows("claims").values():
        test = TESTS[claim["claim_id"]]
        if claim["test_from"] == "record":
            tables = {t for t, _ in verdict_on(claim["claim_id"]).record_rows}
            assert set(test.needs) & tables, claim["claim_id"]


def test_a_row_without_a_figure_counts_as_missing(verdict_on):
    v = verdict_on("C47", values={("claims_evidence", "1944-11_bomber_command_oil_tonnage", "value"): None})
    assert v.grade == "no_data" and "1944-11_bomber_command_oil_tonnage" in v.reason


BY_MONTH = {
    "raids": ("leuna_1944-11-02_8af", {"date": "1944-11", "force": "bomber_command"}),
    "raid_losses": ("1944-12-06_bomber_command_leuna", {"period": "1944-11"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("table", ["raids", "raid_losses"])
def test_a_raid_dated_by_its_month_takes_no_verdict_away(changed, record, table):
    """The tables admit a month where the day is lost."""
    like, other = BY_MONTH[table]
    row = next(r for r in record.rows(table).values() if like in (r["row_id"], r.get("raid_id")))
    row = row | other | {"row_id": "X", "raid_id": "X"}
    on_record = [c for c, t in TESTS.items() if not set(MODEL_TABLES) <= set(t.needs)]
    found = verdicts(changed(added={table: {"X": row}}), on_record)
    assert [v.claim_id for v in found if v.verdict == "failed"] == []
    late = [v for v in found if v.claim_id in ("C28", "C44")]
    assert table == "raids" or all("the day of the first" in v.reason for v in late)


def breaks(case):
    return 1 / 0


@pytest.fixture
def broken(monkeypatch, tmp_path):
    """The test of C47 divides by zero, whatever the record; nothing is shipped."""
    monkeypatch.setattr("oilplan.argument.shipped.shipped_file", lambda: tmp_path / "none.json")
    monkeypatch.setitem(TESTS, "C47", TESTS["C47"]._replace(test=breaks))


def test_a_test_that_breaks_is_no_verdict_and_the_others_stand(broken, record):
    first, second = verdicts(record, ["C47", "C48"])
    assert first.verdict == "failed" and "ZeroDivisionError: division by zero); please report it" in first.answer
    assert "in breaks" in first.traceback and first.value is None
    assert second.grade == "leans_supported" and not second.traceback


def test_what_follows_from_a_broken_test_is_no_verdict_either(monkeypatch, record):
    monkeypatch.setitem(TESTS, "C01", TESTS["C01"]._replace(test=breaks))
    monkeypatch.setitem(TESTS, "C08", TESTS["C08"]._replace(follows=("C01",)))
    (found,) = verdicts(record, ["C08"])
    assert found.verdict == "failed" and "follows from C01" in found.answer


@pytest.mark.parametrize("debug", ["", "1"])
def test_the_command_shows_a_broken_test_and_ends_with_70(broken, monkeypatch, capsys, debug):
    monkeypatch.setenv("OILPLAN_DEBUG", debug)
    assert run(["verdicts", "C47", "C48", "--json"]) == 70
    said = capsys.readouterr()
    assert [v["grade"] for v in json.loads(said.out)] == ["failed", "leans_supported"]
    assert "the test of C47 failed" in said.err and ("Traceback" in said.err) == bool(debug)


def test_a_record_that_the_model_refuses_leaves_a_claim_without_data(monkeypatch, record):
    def refuses(case):
        raise OilplanError("plants.csv: no plant has a capacity")

    monkeypatch.setitem(TESTS, "C47", TESTS["C47"]._replace(test=refuses))
    (found,) = verdicts(record, ["C47"])
    assert found.grade == "no_data" and "no plant has a capacity" in found.reason
