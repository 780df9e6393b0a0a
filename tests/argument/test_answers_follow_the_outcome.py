"""A figure moved so that the outcome turns turns the words of the answer too, not its numbers alone."""

import re
from datetime import date, timedelta

import pytest

MONTHS = ("1944-09-29", "1944-12-02")
BENZOL = [("output", f"{m}_benzol_{s}", "value") for m, s in
          (("1944-12", "levine1992"), ("1945-01", "levine1992"), ("1944-Q3", "webster1961iii"))]  # fmt: skip
ESTIMATE = ("estimates", "1944-09_germany_major_benzol_plants_output", "value")
AUTUMN_RAIDS = ("none", "every day")


def words(answer: str) -> str:
    return re.sub(r"[\d,.]+( to [\d,.]+)?", "", answer)


@pytest.fixture
def autumn(record):
    """Changes to the raids of October and November: none at all, or one by Bomber Command on every day."""
    first, last = map(date.fromisoformat, MONTHS)
    like = record.rows("raids")["leuna_1944-12-06_bcn"]
    days = [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
    flown = {d: like | {"row_id": d, "raid_id": d, "date": d} for d in days}
    gone = [("raids", k) for k, r in record.rows("raids").items() if MONTHS[0] <= (r["date"] or "") <= MONTHS[1]]
    return dict(zip(AUTUMN_RAIDS, ({"without": gone}, {"added": {"raids": flown}}), strict=True))


@pytest.mark.parametrize(
    ("claim_id", "outcome", "values"),
    [
        ("C01", "supported", dict.fromkeys(BENZOL, 60000.0)),
        ("C01", "contradicted", dict.fromkeys(BENZOL, 1000.0)),
        ("C03", "contradicted", {ESTIMATE: 50000.0}),
        ("C09", "supported", {ESTIMATE: 50000.0}),
    ],
)
def test_benzol(verdict_on, claim_id, outcome, values):
    before, after = verdict_on(claim_id), verdict_on(claim_id, values=values)
    assert (before.verdict, after.verdict) == ("undetermined", outcome)
    assert words(before.answer) != words(after.answer) and not after.needs


@pytest.mark.parametrize(
    ("claim_id", "outcomes"), [("C41", ("contradicted", "supported")), ("C42", ("supported", "contradicted"))]
)
def test_opportunity(verdict_on, autumn, claim_id, outcomes):
    found = [verdict_on(claim_id), *(verdict_on(claim_id, **autumn[raids]) for raids in AUTUMN_RAIDS)]
    assert tuple(v.verdict for v in found) == ("undetermined", *outcomes)
    assert len({words(v.answer) for v in found}) == 3 and [bool(v.needs) for v in found] == [True, False, False]


def test_the_benzol_made_is_printed_from_its_rows(verdict_on):
    assert "31,667 to 50,000" in verdict_on("C09").reason
    more = {("output", "1944-Q3_benzol_webster1961iii", "value"): 60000.0}
    assert "31,667 to 60,000" in verdict_on("C09", values=more).reason
