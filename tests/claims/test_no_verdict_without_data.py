"""Take away each table that a claim needs: the verdict becomes undetermined and says what is missing."""

import pytest

from oilplan.experiments.claims import TESTS, Case, Ledger, Missing

NEEDED = [(c, table) for c, t in sorted(TESTS.items()) for table in t.needs if table != "claims"]
DETERMINED = ("C17", "C22", "C23", "C24", "C30", "C36", "C47", "C48")


@pytest.mark.parametrize(("claim_id", "table"), NEEDED)
def test_an_empty_table_leaves_a_claim_undetermined(verdict_on, claim_id, table):
    v = verdict_on(claim_id, emptied=[table])
    assert v.verdict == "undetermined"
    assert table in v.reason and any(table in need for need in v.needs)


@pytest.mark.parametrize(("claim_id", "table"), [(c, t) for c, t in NEEDED if c not in ("C51",)])
def test_the_test_itself_asks_for_each_table_it_names(changed, claim_id, table):
    """Without the runner's look at ``needs``: the test stops at the table, or never reached it for want of another."""
    test = TESTS[claim_id]
    with pytest.raises(Missing) as gap:
        test.test(Case(Ledger(changed(emptied=[table])), test.bounds, {}))
    assert gap.value.table == table


@pytest.mark.parametrize("claim_id", DETERMINED)
def test_a_verdict_does_not_outlive_its_rows(verdict_on, claim_id):
    before = verdict_on(claim_id)
    assert before.verdict != "undetermined"
    for table in {t for t, _ in before.record_rows}:
        gone = [key for key in before.record_rows if key[0] == table]
        after = verdict_on(claim_id, without=gone)
        assert after.verdict == "undetermined" or after.record_rows != before.record_rows


def test_rows_used_come_only_from_tables_declared(verdict_on, record):
    for claim in record.rows("claims").values():
        test = TESTS[claim["claim_id"]]
        if claim["test_from"] == "record":
            tables = {t for t, _ in verdict_on(claim["claim_id"]).record_rows}
            assert tables <= set(test.needs), claim["claim_id"]


def test_a_row_without_a_figure_counts_as_missing(verdict_on):
    v = verdict_on("C47", values={("claims_evidence", "1944-11_bomber_command_oil_tonnage", "value"): None})
    assert v.verdict == "undetermined" and "1944-11_bomber_command_oil_tonnage" in v.reason
