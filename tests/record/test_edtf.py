"""Every date of the record is written in EDTF, levels 0 and 1, and is a day that was."""

import pytest

from oilplan.record.tables import edtf_fault

VALID = """1944 1944-05 1944-05-12 1944-02-29 1944-12-12? 1944~ 1941-06~/1941-12 1944-05/1944-09 1944/1945 ../1944-04-01
1944-08-30/.. /1944 1944/ 1945-21 194X 19XX 1944-XX 1944-05-XX 1944-XX-XX 1944-21/1944-06 1944-12/1944-12-31
1944-05-12/1944-05-12 1945-01/1945-02-01""".split()  # noqa: SIM905
WRONG = """1944-13 1944-00 1944-02-30 1943-02-29 1944-05-32 1944-5 44 12.5.1944 1944-05..1944-09 1944-1945 1944-Q3 1944-05-12T10
book / ../.. /.. 1944-09/1944-05 1945/1944 1944-21-03 194X-05 1944-XX-12 ?1944 1944-05-12/1944-05-13/1944-05-14 1944-XX?-01
１９４４ 0944 -1944 1944-05-12Z""".split()  # noqa: SIM905


@pytest.mark.parametrize("text", VALID)
def test_a_date_of_level_0_or_1_is_valid(text):
    assert edtf_fault(text) is None


@pytest.mark.parametrize("text", [*WRONG, "", " 1944", "1944\n", "9" * 5000, "/" * 50])
def test_what_is_no_date_is_named(text):
    assert edtf_fault(text)


def test_every_date_cell_of_the_record_is_edtf(embedded):
    cells = [
        (table, row_id, column.name, row[column.name])
        for table in embedded.tables
        for column in embedded.describe(table)
        if column.type == "date"
        for row_id, row in embedded.rows(table).items()
        if row[column.name] is not None
    ]
    assert len(cells) > 3500
    assert [cell for cell in cells if edtf_fault(cell[3])] == []


def test_every_column_named_for_a_date_is_one(embedded):
    names = {"period", "date", "month", "earliest", "latest", "estimate_date", "period_forecast", "in_force_until"}
    for table in embedded.tables:
        for column in embedded.describe(table):
            assert (column.name in names) == (column.type == "date"), (table, column.name)
