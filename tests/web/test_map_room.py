"""The map room's data: history, counterfactuals beside it, and choices that stay with their address."""

import json
import re

import numpy as np
import pytest

from oilplan.clock import N_DAYS, month_start_day
from oilplan.flight.schedule import counted_once
from oilplan.web.limits import DRAWS, PREVIEW_DRAWS
from oilplan.web.map_data import recorded_raids

PORTAL = "bc=portal&from=1944-09"


def test_a_page_opens_with_the_choices_of_its_address(web):
    page = web.get(f"/map?{PORTAL}&bc_share=60&day=1944-11-02&intel=perfect").text
    assert '<option value="portal" selected>' in page and 'value="60"' in page and "1944-11-02" in page
    assert '<option value="perfect" selected>' in page and re.search(
        r'<option value="1944-09" selected>September 1944</option>', page
    )


def test_while_the_engine_starts_the_page_is_told_to_come_again(app):
    from fastapi.testclient import TestClient

    from oilplan.web.app import create_app

    cold = TestClient(create_app(app.state.record))
    answer = cold.get("/api/flown")
    assert answer.status_code == 202 and "starting" in answer.json()


def test_history_holds_every_plant_raid_and_day(ready, lab):
    data = ready.get("/api/flown").json()
    assert len(data["share"]) == N_DAYS and len(data["share"][0]) == len(data["plants"]) == lab.system.n_plants
    assert len(data["raids"]) == lab.schedule.n_raids
    recalled = [r for r in data["raids"] if r[4] == "recalled"]
    assert len(recalled) == int((~lab.schedule.recorded).sum()) > 0


def test_nothing_chosen_is_historys_orders_exactly(ready):
    data = ready.get("/api/arm").json()
    assert all(n["change"] == {"median": 0, "p05": 0, "p95": 0} for n in data["numbers"])


def test_a_choice_changes_nothing_before_its_month(ready):
    arm, flown = ready.get(f"/api/arm?{PORTAL}").json(), ready.get("/api/flown").json()
    day = month_start_day("1944-09")
    assert arm["share"][:day] == flown["share"][:day]
    assert arm["share"][day:] != flown["share"][day:]


def test_more_bombs_on_oil_make_less_aviation_gasoline_at_a_cost_in_aircraft(ready):
    made, bombs, missing = (n["change"]["median"] for n in ready.get(f"/api/arm?{PORTAL}").json()["numbers"])
    assert made < 0 < bombs and missing > 0


def test_the_sentence_says_who_does_what_and_by_how_much(ready):
    said = ready.get(f"/api/arm?{PORTAL}").json()["said"]
    assert (
        "From September 1944 on Bomber Command goes for oil" in said
        and "percent less" in said
        and "in 90 of 100 possible wars" in said
    )


def test_one_possible_war_is_a_draw_of_the_many_and_changes_with_its_number(ready, lab):
    """Its months are those of that draw; its raids are of a size that was flown, not the mean of 200."""
    from oilplan.web.choices import map_choice, run_choice

    one, two = (ready.get(f"/api/war?{PORTAL}&world={n}").json() for n in (1, 7))
    many = run_choice(lab, map_choice({"bc": "portal", "from": "1944-09"}))
    for number, war in ((1, one), (7, two)):
        assert np.allclose(war["months"]["output"], many.aviation_t[number - 1], rtol=1e-3, atol=2.0)
        assert np.allclose(war["months"]["stock"], many.stock_t[number - 1], rtol=1e-3, atol=20.0)
    assert one["raids"] != two["raids"]
    mean_a_day = np.median((many.bombs_t > 1.0).sum(axis=(1, 2))[month_start_day("1944-10") :])
    tons = [t for day, _, _, t in one["raids"] if day >= month_start_day("1944-10")]
    assert np.median(tons) > 100 and len(tons) / 212 < mean_a_day


def test_a_war_that_is_not_there_is_refused(web):
    assert web.get("/api/war?world=201").status_code == 400


def test_the_map_opens_on_history_and_old_links_still_open_it(web):
    assert 'value="flown" checked' in web.get("/map").text
    assert 'value="choice" checked' in web.get("/map?bc=portal").text
    moved = web.get("/?bc=portal&day=1944-11-02", follow_redirects=False)
    assert moved.status_code == 307 and moved.headers["location"] == "/map?bc=portal&day=1944-11-02"


def test_a_share_of_nothing_is_fewer_bombs_than_all(ready):
    bombs = [
        ready.get(f"/api/arm?{PORTAL}&bc_share={s}").json()["numbers"][1]["chosen"]["median"] for s in (0, 50, 100)
    ]
    assert bombs[0] < bombs[1] < bombs[2]


def test_bands_of_the_table_are_in_order_and_recalled_months_are_marked(ready):
    rows = ready.get(f"/api/arm?{PORTAL}").json()["rows"]
    for r in rows:
        assert r["output_choice_p05_t"] <= r["output_choice_median_t"] <= r["output_choice_p95_t"]
    assert any((r["output_recorded_how"] or "").startswith("marked") for r in rows)


def test_figures_draw_every_recorded_point_hollow_where_recalled(ready, lab):
    from oilplan.web.map_data import output_points

    points = output_points(lab.record)
    svg = ready.get("/api/arm").json()["figures"]["output"]["wide"]
    marks = re.findall(r'<circle cx="[\d.]+" cy="[\d.]+" r="4" fill="([^"]+)"', svg)
    assert len(marks) == len(points)
    assert marks.count("#fff") == sum(p.weak for p in points) > 0


def test_a_preview_says_how_many_draws_it_has(ready):
    assert ready.get(f"/api/arm?{PORTAL}&draws={PREVIEW_DRAWS}").json()["draws"] == PREVIEW_DRAWS
    assert ready.get(f"/api/arm?{PORTAL}").json()["draws"] == DRAWS


def test_more_draws_than_served_are_refused_with_what_to_do(ready):
    answer = ready.get("/api/arm?draws=100000")
    assert answer.status_code == 400 and "oilplan compare --draws" in answer.json()["error"]


def test_the_same_address_gives_the_same_bytes_and_another_does_not_change_it(ready):
    first = ready.get(f"/api/arm?{PORTAL}").content
    ready.get("/api/arm?bc=harris&from=1944-09")
    assert ready.get(f"/api/arm?{PORTAL}").content == first


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_the_map_places_every_plant_and_no_two_names_touch(ready, width):
    data = ready.get("/api/flown").json()
    svg = data["maps"][width]
    placed = [str(k) for k, p in enumerate(data["plants"]) if p["placed"]]
    assert sorted(set(re.findall(r'data-plant="(\d+)"', svg)), key=int) == placed, "insets draw some again"
    boxes = []
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" font-size="12" text-anchor="(\w+)"[^>]*>([^<]+)', svg)
    for x, y, anchor, words in found:
        wide = 6.0 * len(words)
        left = float(x) - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        boxes.append((left, float(y) - 9, left + wide, float(y) + 1, words))
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]), (a, b)


def test_days_sum_to_the_months(lab):
    run = lab.history[DRAWS]
    by_days = run.bombs_t.sum(axis=(0, 2))
    by_months = run.dropped_t.sum(axis=1).mean(axis=0)
    assert np.allclose(by_days, by_months, rtol=1e-3)


def test_raids_on_the_map_drop_the_tons_that_were_flown(lab):
    shown = sum(tons for _, _, _, tons, *_ in recorded_raids(lab))
    counted = lab.schedule.bombs_t * counted_once(lab.schedule, lab.system)
    assert shown == pytest.approx(counted.sum(), rel=1e-3) and shown < 0.99 * lab.schedule.bombs_t.sum()


def test_a_preview_flies_the_first_of_the_same_worlds(lab):
    assert np.allclose(
        lab.history[PREVIEW_DRAWS].aviation_t, lab.history[DRAWS].aviation_t[:PREVIEW_DRAWS], rtol=1e-3, atol=1.0
    )


def test_the_page_and_the_command_line_give_the_same_numbers(lab, tmp_path):
    """The directive that the page saves, flown by `compare` as the page's command says, is the arm of the page."""
    from oilplan.studies.compare import compare
    from oilplan.web.choices import as_toml, history_of, map_choice, run_choice
    from oilplan.web.engine import SEED

    choice = map_choice({"bc": "harris", "bc_share": "60", "e8": "portal", "from": "1944-09"})
    saved = tmp_path / "my_directive.toml"
    saved.write_text(as_toml(choice))
    made = compare(lab.record, ["as_ordered", str(saved)], from_date="1944-09-01", draws=DRAWS, seed=SEED)
    mine = run_choice(lab, choice)
    for theirs, ours in (
        (made.runs["my_directive"], mine),
        (made.runs["as_ordered"], history_of(lab, "1944-09", DRAWS)),
    ):
        assert np.allclose(theirs.products_t[:, :, 0], ours.aviation_t, rtol=1e-3, atol=1.0)
        assert np.allclose(theirs.stock_t, ours.stock_t, rtol=1e-3, atol=10.0)
        assert np.allclose(theirs.missing.sum(axis=2), ours.missing.sum(axis=2), rtol=1e-3, atol=0.1)


def test_answers_are_json_without_unknown_numbers(ready):
    unknown: list[str] = []
    json.loads(ready.get(f"/api/arm?{PORTAL}").text, parse_constant=unknown.append)
    assert unknown == []
