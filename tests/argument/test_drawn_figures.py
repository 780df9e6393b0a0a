"""The record's errors as joint draws: one row one error, rows of one origin together, one account followed throughout."""

import numpy as np
import pytest

from oilplan.argument import Ledger, Missing
from oilplan.argument import fuel as stocks
from oilplan.argument.ledger import N_DRAWS, in_english, reliability, value_of
from oilplan.record.provenance import error_of

FOOTNOTE = [("claims_evidence", f"1944-{m}_bomber_command_oil_tonnage") for m in (10, 11)]


@pytest.fixture
def ledger(record):
    return Ledger(record)


def test_a_row_has_the_same_draws_in_every_claim(record, ledger):
    first, again = ledger.read(*FOOTNOTE[0]), Ledger(record).read(*FOOTNOTE[0])
    assert (first == again).all() and ledger.read(*FOOTNOTE[0]) is first


def test_the_spread_of_a_figure_is_that_of_its_provenance(record, ledger):
    for table, row_id in FOOTNOTE:
        row = record.rows(table)[row_id]
        drawn = ledger.read(table, row_id)
        assert np.median(drawn) == pytest.approx(row["value"], rel=0.005)
        assert np.std(np.log(drawn)) == pytest.approx(error_of(row), rel=0.1)


def test_rows_of_one_origin_err_together_so_that_their_ratio_is_better_known(ledger):
    october, november = (np.log(ledger.read(*place)) for place in FOOTNOTE)
    assert 0.35 < np.corrcoef(october, november)[0, 1] < 0.65
    apart = np.log(ledger.stated("1944-05_aviation_gasoline_davis1993"))
    assert abs(np.corrcoef(october, apart)[0, 1]) < 0.1


def test_a_draw_follows_one_account_wherever_it_is_asked_for(ledger):
    low, high = np.zeros(N_DRAWS), np.ones(N_DRAWS)
    which = ledger.either("which of two", [low, high])
    assert which.mean() == pytest.approx(0.5) and (ledger.either("which of two", [low, high]) == which).all()
    assert "which of two" in ledger.unknowns


def test_something_unrecorded_is_drawn_evenly_between_its_bounds(ledger):
    drawn = ledger.between("something", 10.0, 20.0)
    assert drawn.min() >= 10 and drawn.max() <= 20 and np.median(drawn) == pytest.approx(15, abs=0.02)


def test_a_statement_is_right_as_often_as_its_provenance_is_near(record, ledger):
    row = record.rows("claims_evidence")["1944-12-28_harris_no_faith_in_mew"]
    assert ledger.stands("claims_evidence", row).mean() == pytest.approx(reliability(row), abs=0.001)
    recalled = row | {"status": "recalled", "confidence": "low"}
    assert reliability(recalled) < reliability(row)


def test_a_row_that_is_not_there_or_has_no_figure_stops_the_test(record, changed, ledger):
    with pytest.raises(Missing, match="no_such_row"):
        ledger.read("output", "no_such_row")
    gone = changed(values={(*FOOTNOTE[0], "value"): None})
    with pytest.raises(Missing, match="a figure"):
        Ledger(gone).read(*FOOTNOTE[0])


def test_a_number_said_in_words_is_read_and_a_year_is_none():
    row = {"value": None, "unit": "text", "says": "another twenty plants at the end of February 1945", "quote": ""}
    assert value_of(row) == 20 and value_of(row | {"says": "in 1945 some 80 plants"}) == 80
    assert value_of(row | {"says": "in 1945"}) is None


def test_the_accounts_of_the_aviation_stock_move_by_what_was_made_and_burnt(ledger):
    """One treatment: along one account, a month's stock is the last month's with that month's output and use."""
    october, november = (stocks.in_stock(ledger, m) for m in ("1944-10", "1944-11"))
    moved = october + stocks.made(ledger, "1944-11") - stocks.burnt(ledger, "1944-11")
    kept = (october > 0) & (november > 0)
    assert kept.mean() > 0.4 and moved[kept] == pytest.approx(november[kept])


def test_no_account_lets_the_year_end_stock_be_burnt_twice(record):
    from oilplan.argument.fuel import LAST_MONTHS, monthly_supply

    ledger = Ledger(record)
    supply = monthly_supply(ledger)
    april = stocks.burnt_in_april(ledger)
    burnt = sum(supply[m] / 100 * april for m in LAST_MONTHS)
    made = sum(ledger.read(*place) for place in LAST_MONTHS.values())
    january = ledger.stated(stocks.JANUARY_SUPPLY) if ledger.has(stocks.JANUARY_SUPPLY) else 0.0
    most = np.maximum(stocks.in_stock(ledger, "1944-12") + made, january + made)
    assert (burnt <= most + 1e-6).all()


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("1944-10-16", "16 October 1944"),
        ("1944-05", "May 1944"),
        ("1944-07/1944-09", "July 1944 to September 1944"),
        ("1945-01..1945-04", "January 1945 to April 1945"),
        ("1944-12-12?", "12 December 1944"),
        ("1943", "1943"),
        ("early 1945", "early 1945"),
    ],
)
def test_a_date_is_said_in_words(period, words):
    assert in_english(period) == words


def test_what_an_answer_hangs_on_is_named_in_words_and_not_by_the_key_of_a_row(verdict_on):
    v = verdict_on("C30")
    assert v.hangs_on.startswith("whether “I have no faith in anything that M.E.W. says” (Webster")
    assert "if so" in v.hangs_on and "_" not in v.hangs_on
