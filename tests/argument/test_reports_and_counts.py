"""C04 and C39: a report or a count that the record lacks today decides once it is there."""

import pytest

ADEQUATE = "road transport is adequately sustained by producer gas"
IMMOBILE = "mobility is declining for lack of fuel"


@pytest.fixture
def reported(verdict_on, record):
    """Verdict on C04 with reports added: estimates in words, and what else differs from a report that was read."""

    def on(*estimates: str, **other):
        like = record.rows("forecasts")["F09"] | {
            "estimate_date": "1945-02-10", "quantity": "German motor transport", "made_by": "MEW",
        }  # fmt: skip
        rows = {f"X{k}": like | {"row_id": f"X{k}", "estimate": text} | other for k, text in enumerate(estimates)}
        return verdict_on("C04", added={"forecasts": rows})

    return on


@pytest.mark.parametrize(
    ("estimates", "outcome"),
    [
        ([ADEQUATE], "supported"),
        ([IMMOBILE], "contradicted"),
        ([ADEQUATE, IMMOBILE], "undetermined"),
        (["road transport is sustained"], "undetermined"),
        (["producer gas is not adequate"], "contradicted"),
    ],
)
def test_c04_follows_what_was_reported(reported, estimates, outcome):
    v = reported(*estimates)
    assert v.verdict == outcome and v.value == len(estimates)
    assert "no report of 1945" not in v.answer and "benzol was not knocked out" in v.answer
    assert {row for table, row in v.record_rows if table == "forecasts"} == {f"X{k}" for k in range(len(estimates))}


def test_c04_waits_for_a_report_that_was_read_of_those_months_by_the_ministry(reported, verdict_on):
    as_recorded = verdict_on("C04")
    assert as_recorded.verdict == "undetermined" and "no report of 1945" in as_recorded.answer
    recalled = reported(ADEQUATE, status="recalled", confidence="low")
    assert recalled.verdict == "undetermined" and ("forecasts", "X0") in recalled.recalled_rows
    assert reported(ADEQUATE, estimate_date="1944-12-10").verdict == "undetermined"
    assert reported(ADEQUATE, made_by="Albert Speer").verdict == "undetermined"


@pytest.mark.parametrize(
    ("counts", "outcome"),
    [((3, 3), "supported"), ((1, 1), "contradicted"), ((2, 2), "undetermined"), ((9,), "undetermined")],
)
def test_c39_follows_a_count_of_both_months(verdict_on, record, counts, outcome):
    like = record.rows("claims_evidence")["1944-11-01_harris_cities_virtually_destroyed_of_60"]
    months = zip(("1944-09", "1944-10"), counts, strict=False)
    rows = {
        m: dict(like, row_id=m, claim_ids="C39", period=m, unit="cities", value=float(n), about="bomber_command")
        for m, n in months
    }
    v = verdict_on("C39", added={"claims_evidence": rows})
    assert v.verdict == outcome and ("no count" in v.answer) == (len(counts) == 1)
