"""A report is one file that holds everything and points nowhere."""

import re

import pytest

VIEWS = (
    "/report/map?bc=portal&from=1944-09&day=1944-11-02",
    "/report/map?day=1944-05-12&show=flown",
    "/report/argument",
    "/report/record/letters",
    "/report/record/raids?q=leuna",
    "/report/seminar?world=7&moves=PFF",
    "/report/seminar?world=7&moves=" + "-".join(["PFF"] * 12),
)


@pytest.mark.parametrize("view", VIEWS)
def test_a_report_is_whole_and_points_nowhere(ready, view):
    answer = ready.get(view)
    text = answer.text
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    outside = [u for u in re.findall(r'(?:src|href|action)\s*=\s*"([^"]*)"', text) if not u.startswith("#")]
    assert not outside and "<script" not in text and "@import" not in text and "url(" not in text.replace("url(#", "")
    assert "default-src 'none'" in text and "@media print" in text


@pytest.mark.parametrize("view", VIEWS)
def test_a_report_says_what_it_is_made_from(ready, app, view):
    text = ready.get(view).text
    assert app.state.record.hash[:12] in text and view.removeprefix("/report").split("?")[0] in text


def test_a_map_report_has_the_figures_numbers_raids_and_command(ready):
    text = ready.get(VIEWS[0]).text
    assert text.count("<svg") == 3 and "oilplan compare my_directive.toml --from 1944-09-01" in text
    assert "Moers-Homberg" in text and "○ " in text


def test_too_many_rows_for_a_report_are_refused(ready, monkeypatch):
    monkeypatch.setattr("oilplan.web.outside.MOST_ROWS", 10)
    answer = ready.get("/report/record/raids")
    assert answer.status_code == 400 and "too many" in answer.text
