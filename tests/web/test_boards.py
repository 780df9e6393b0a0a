"""Class boards: only whoever has the link sees one, names are text, memory is bounded, and a board closes."""

import re

import pytest

from oilplan.errors import OilplanError
from oilplan.web import seminar
from oilplan.web.seminar import MOST_BOARDS, MOST_PLAYERS, Boards, HandedIn, shown
from oilplan.web.seminar_play import Play

EVIL = "'\"><script>x</script>"


def handed(name, moves=("PFF",), world=7, role="portal"):
    return HandedIn(name, Play(world, moves, role), None, None)


def test_a_link_cannot_be_guessed_and_none_is_given_twice():
    boards = Boards()
    tokens = {boards.open("class", 1).token for _ in range(MOST_BOARDS)}
    assert len(tokens) == MOST_BOARDS and min(map(len, tokens)) >= 22
    with pytest.raises(OilplanError, match="open already"):
        boards.open("one more", 1)


def test_a_board_closes_and_makes_room(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(seminar.time, "monotonic", lambda: now[0])
    boards = Boards()
    token = boards.open("class", 7).token
    now[0] = seminar.KEPT_S - 1
    assert boards.board(token).title == "class"
    now[0] = seminar.KEPT_S + 1
    with pytest.raises(OilplanError, match="no class board"):
        boards.board(token)
    assert not boards._boards


def test_a_board_holds_so_many_plays_and_no_more():
    boards = Boards()
    token = boards.open("class", 7).token
    for n in range(MOST_PLAYERS):
        boards.hand_in(token, handed(f"pupil {n}"))
    with pytest.raises(OilplanError, match="on this board already"):
        boards.hand_in(token, handed("late"))
    boards.hand_in(token, handed("pupil 3", ("PFF", "FFF")))
    assert len(boards.board(token).plays["pupil 3"].play.moves) == 2


def test_a_name_keeps_its_play_unless_the_same_play_goes_on():
    boards = Boards()
    token = boards.open("class", 7).token
    boards.hand_in(token, handed("Ada", ("PFF", "PFF")))
    for other in (("FFF",), ("PFF", "FFF"), ("PFF",)):
        with pytest.raises(OilplanError, match="another name"):
            boards.hand_in(token, handed("Ada", other))
    with pytest.raises(OilplanError, match="world 7"):
        boards.hand_in(token, handed("Bob", world=8))
    assert boards.board(token).plays["Ada"].play.moves == ("PFF", "PFF")


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\x00b", "a\u202eb", "\n"])
def test_a_name_that_cannot_be_shown_is_refused(name):
    with pytest.raises(OilplanError, match="expected 1 to 40"):
        shown(name, "name")


def test_two_classes_do_not_see_each_other(web):
    one, two = (web.post("/seminar/board", data={"title": t, "world": "7"}).url.path for t in ("First", "Second"))
    web.post(one, data={"name": "Ada", "moves": "PFF", "role": "portal"})
    assert "Ada" in web.get(one).text and "Ada" not in web.get(two).text
    assert web.get(one[:-1] + ("a" if one[-1] != "a" else "b")).status_code == 400


def test_names_are_text_on_the_board(web):
    path = web.post("/seminar/board", data={"title": EVIL, "world": "7"}).url.path
    page = web.post(path, data={"name": EVIL, "moves": "PFF", "role": "portal"}).text
    assert "<script>x" not in page and page.count("&lt;script&gt;x") >= 2


def test_a_class_begins_in_its_world_and_a_play_that_is_over_has_its_points(ready):
    path = ready.post("/seminar/board", data={"title": "Class", "world": "7"}).url.path
    token = path.rsplit("/", 1)[1]
    start = ready.get(f"/seminar?board={token}").text
    assert 'name="world" value="7"' in start and f'value="{token}"' in start
    going = ready.get(f"/seminar?world=7&moves=PFF&board={token}").text
    assert f'action="/seminar/board/{token}"' in going
    board = ready.post(path, data={"name": "Ada", "moves": "-".join(["PFF"] * 12), "role": "portal", "aim": "air"}).text
    assert re.search(
        r"Ada</th><td>Sir Charles Portal</td><td>[^<]+</td><td class=\"number\">12 of 12</td>.*?>\d+</a>", board
    )
