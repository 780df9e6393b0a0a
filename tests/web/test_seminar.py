"""The seminar: a play is its address; nothing of the future or of the truth is seen before its end."""

import csv
import io
import re
from urllib.parse import parse_qsl

import numpy as np
import pytest
from benchmarks.dominance.__main__ import measure

from oilplan.clock import month_start_day
from oilplan.errors import OilplanError
from oilplan.record import load_record
from oilplan.studies.outcomes import CLAIMS
from oilplan.web.choices import FORCE_NAMES, for_phase, history_of
from oilplan.web.map_data import name_of
from oilplan.web.seminar_data import debrief, ended, in_all, in_world, letters_until, seen, standing
from oilplan.web.seminar_play import N_MOVES, ROLES, phases, play, repairs

WHOLE = "-".join(["PFF"] * N_MOVES)


@pytest.mark.parametrize(
    "wrong",
    [
        {"world": "0"},
        {"world": "201"},
        {"world": "x"},
        {"moves": "PF"},
        {"moves": "PHF"},
        {"moves": "pff"},
        {"moves": WHOLE + "-PFF"},
        {"moves": "PFF-"},
        {"role": "hitler"},
        {"role": "harris", "moves": "PFF"},
        {"role": "harris", "aim": "army"},
        {"role": "speer", "moves": "P"},
        {"aim": "deaths"},
    ],
)
def test_an_address_that_is_no_play_is_refused(wrong):
    with pytest.raises(OilplanError, match=r"expected|at most"):
        play(wrong)


def test_a_month_flown_is_added_to_the_address(ready):
    answer = ready.get("/seminar?world=7&moves=PFF&bc=H&e8=P&f15=N", follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/seminar?world=7&moves=PFF-HPN"


def test_an_order_that_a_force_cannot_be_given_is_refused(ready):
    assert ready.get("/seminar?world=7&moves=PFF&bc=P&e8=H&f15=F", follow_redirects=False).status_code == 400


def test_beliefs_do_not_depend_on_what_is_flown_later(lab):
    """No foresight: two plays alike until September believe the same until the first of October."""
    one, two = (
        in_world(lab, play({"world": "7", "moves": f"PFF-PFF-PFF-EFF-BFF-{rest}"})) for rest in ("PPP-PPP", "NNN-NNN")
    )
    assert np.array_equal(one.believed[:7], two.believed[:7])
    assert not np.array_equal(one.believed[7:9], two.believed[7:9])


def test_a_play_sees_the_belief_of_its_world_not_the_state(lab):
    shown = seen(lab, play({"world": "7", "moves": "PFF-PFF"}))
    run = in_world(lab, play({"world": "7", "moves": "PFF-PFF"}))
    believed = {p["name"]: p["believed"] for p in shown["plants"]}
    assert sorted(believed.values()) == sorted(np.rint(100 * run.believed[3]).astype(int).tolist())
    assert set(shown) == {"plants", "national", "past", "debrief", "standing", "maps", "basis"}
    among_all = in_all(lab, play({"world": "7", "moves": "PFF-PFF"}))  # orders follow beliefs: the same tons
    for alone, every in ((run.dropped_t, among_all.dropped_t), (run.aviation_t, among_all.aviation_t)):
        assert np.allclose(alone[0], every[6], rtol=1e-3, atol=1.0)
    other = {p["name"]: p["believed"] for p in seen(lab, play({"world": "8", "moves": "PFF-PFF"}))["plants"]}
    assert believed != other


def test_no_curve_before_the_end_and_all_of_them_at_it(ready):
    half, end = ready.get("/seminar?world=7&moves=PFF-PFF").text, ready.get(f"/seminar?world=7&moves={WHOLE}").text
    assert "Aviation gasoline" not in half and "as flown" not in re.sub(r"<option.*?</option>", "", half)
    for arm in ("Yours", "history&#39;s orders", "Portal&#39;s", "Harris&#39;s", "the best"):
        assert arm in end, arm


def test_letters_come_on_their_dates_and_the_lost_one_never(ready):
    record = load_record()
    for month in ("1944-09", "1944-12", "1945-02"):
        assert all(e["date"][:7] < month for e in letters_until(record, month))
    assert len(letters_until(record, "1944-12")) > len(letters_until(record, "1944-09"))
    assert not any(e["status"] == "missing" for e in letters_until(record, None))


def test_all_left_to_their_commanders_is_historys_orders(lab):
    run = in_all(lab, play({"world": "3", "moves": "-".join(["FFF"] * N_MOVES)}))
    assert np.allclose(run.aviation_t, history_of(lab, "1944-05", 200).aviation_t, rtol=1e-5, atol=0.5)


def test_the_record_of_decisions_has_every_month_and_force(ready):
    text = ready.get("/seminar/decisions.csv?world=7&moves=PFF-HNN").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(r["month"], r["order"]) for r in rows[3:]] == [
        ("1944-06", "cities"),
        ("1944-06", "no oil"),
        ("1944-06", "no oil"),
    ]
    assert {r["world"] for r in rows} == {"7"}


def test_the_same_link_opens_the_same_page(ready):
    link = "/seminar?world=7&moves=PFF-EFF"
    assert ready.get(link).text == ready.get(link).text


def test_the_end_opens_the_truth_of_the_world_played_beside_the_belief(lab):
    """Two worlds with the same orders have their own truth, and it is that world's draw, not the middle of all."""
    ends = {}
    for world in ("7", "8"):
        played = play({"world": world, "moves": WHOLE})
        ends[world] = ended(lab, played)
        run = in_all(lab, played)
        rows = ends[world]["past"]
        assert [r["made_t"] for r in rows] == pytest.approx(
            run.aviation_t[int(world) - 1, 1:].tolist(), rel=1e-3, abs=2.0
        )
        assert ends[world]["sums"][0]["made"]["here"] == pytest.approx(run.aviation_t[int(world) - 1, 1:].sum() / 1e3)
        assert all(0 <= r["true"] <= 100 for r in rows) and any(abs(r["true"] - r["believed"]) > 3 for r in rows)
    assert [r["true"] for r in ends["7"]["past"]] != [r["true"] for r in ends["8"]["past"]]


@pytest.mark.parametrize(("role", "move"), [("harris", "H"), ("spaatz", "PT"), ("speer", "O")])
def test_every_role_orders_its_own_desks_and_no_others(ready, lab, role, move):
    """A month of a role changes what its desks do and leaves the forces of others to history's orders."""
    link = f"/seminar?role={role}&world=7&moves="
    orders = "&".join(f"{key}={letter}" for key, letter in zip(ROLES[role].desks, move, strict=True))
    answer = ready.get(f"{link}&{orders}", follow_redirects=False)
    assert answer.status_code == 303 and f"moves={move}" in answer.headers["location"]
    page = ready.get(answer.headers["location"]).text
    assert "Debrief of May 1944" in page and ROLES[role].name in page
    played = play({"role": role, "world": "7", "moves": move})
    forces = phases(played)[0]
    for f in FORCE_NAMES:
        stated = forces[f.force] != for_phase("as_ordered", 100, f.force)
        assert stated == (f.force in ROLES[role].forces)
    assert (repairs(played) != ("as_ordered",)) == (role == "speer")


def test_repairers_know_their_works_as_they_are_and_read_no_letters_of_the_enemy(ready, lab):
    played = play({"role": "speer", "world": "7", "moves": "A-A-A"})
    one, shown = in_world(lab, played), seen(lab, played)
    true = one.share[month_start_day("1944-08") - 1]
    assert sorted(p["believed"] for p in shown["plants"]) == sorted(np.rint(100 * true).astype(int).tolist())
    assert shown["debrief"]["made_t"] == round(float(one.aviation_t[0, 3]))
    page = ready.get(f"/seminar?{played.query}").text
    assert "On your desk" not in page and "concentration camps" in page
    assert not np.array_equal(
        one.aviation_t, in_world(lab, play({"role": "speer", "world": "7", "moves": "F"})).aviation_t
    )


def test_a_debrief_is_what_fell_what_was_believed_and_what_was_lost_in_its_month(lab):
    played = play({"world": "7", "moves": "PFF-PPP"})
    one, stated = in_world(lab, played), debrief(lab, played, in_world(lab, played))
    days = slice(month_start_day("1944-06"), month_start_day("1944-07"))
    assert stated["month"] == "1944-06"
    assert sum(h.tons_t for h in stated["hits"]) == pytest.approx(one.bombs_t[days].sum(), rel=0.01)
    assert sum(stated["lost"].values()) == pytest.approx(one.missing[0, 2].sum(), abs=1.5)
    assert stated["national"] == [round(100 * float(one.believed_national[m])) for m in (2, 3)]
    names = {name_of(lab, k): k for k in range(len(lab.system.plant_ids))}
    for h in stated["hits"]:
        assert (h.before, h.now) == tuple(round(100 * float(one.believed[m, names[h.name]])) for m in (2, 3))
    assert stated["made_t"] is None, "output is not known to the planners"


def test_what_is_left_undone_is_what_the_own_forces_owed(lab):
    played = play({"role": "spaatz", "world": "7", "moves": "PP-PP"})
    stated = standing(lab, played, in_world(lab, played))
    assert [s["claim"] for s in stated] == [CLAIMS["transport"], CLAIMS["cities"]]
    assert all(0 < s["left_so_far_t"] <= s["due_so_far_t"] for s in stated)
    idle = play({"role": "spaatz", "world": "7", "moves": "FF-FF"})
    assert all(abs(s["left_so_far_t"]) <= 1 for s in standing(lab, idle, in_world(lab, idle)))


@pytest.mark.slow
def test_no_order_held_throughout_is_the_best_answer_in_more_than_half_of_the_worlds(lab):
    """A small sample of `python -m benchmarks.dominance`: two changes of orders between four, for Bomber Command."""
    for aim, found in measure(lab, "harris", changes=(2,), pool="PTF").items():
        assert found["none_dominates"] and found["most_of_all"] <= 0.5, (aim, found["held"])
        assert max(line["behind_the_best"] for line in found["held"].values()) > 3.0


def test_the_address_of_a_role_is_short_and_reads_back():
    for words in ({}, {"role": "harris"}, {"role": "spaatz", "aim": "army"}, {"role": "speer"}, {"board": "abc"}):
        moves = {"portal": "PFF", "harris": "H", "spaatz": "PT", "speer": "A"}[words.get("role", "portal")]
        played = play({**words, "world": "9", "moves": moves})
        assert play(dict(parse_qsl(played.query))) == played
    assert play({"world": "7", "moves": "PFF"}).query == "world=7&moves=PFF"


def test_the_desk_knows_nothing_of_what_came_after(ready):
    record = load_record()
    for month in ("1944-10", "1944-12", "1945-04"):
        for e in letters_until(record, month):
            text = (e["title"] + e["gist"]).lower()
            assert not any(
                w in text for w in (".csv", "lawful reason", "led to", "in question", "recalled", "last argument")
            ), text
    assert any("directives.csv" in e["gist"] for e in letters_until(record, None))
    desk = ready.get("/seminar?world=7&moves=PFF-PFF-PFF-PFF-PFF-PFF").text
    assert "HURRICANE" in desk and "Duisburg" not in desk and "/record/letters" not in desk


def test_no_page_points_to_a_file_of_the_record_that_its_reader_cannot_open(ready):
    """A letter's note says `See directives.csv D03`; its row stands beside it."""
    for page in (f"/seminar?world=7&moves={WHOLE}", "/argument", "/report/argument"):
        text = ready.get(page).text
        assert "making oil the sole first priority" in text and "directives.csv" not in text, page
