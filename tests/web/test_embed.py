"""Figures for a frame on another site: only where the owner allows that site, and nothing else of the server with them."""

import html
import re
from importlib.resources import files

import pytest
from fastapi.testclient import TestClient

from oilplan.directives.plan import BUILT_IN
from oilplan.directives.toml_file import toml_of
from oilplan.errors import OilplanError
from oilplan.web.app import create_app
from oilplan.web.door import origin
from oilplan.web.fly import in_address
from oilplan.web.seminar_play import N_MOVES, play

OWN = 'name = "mine"\nabout = "A test."\n\n[[phases]]\ntargets = ["ruhr", "all"]\n'


@pytest.fixture(scope="module")
def allowing(app, ready):
    made = create_app(app.state.record, embed_for=["https://class.example"])
    made.state.engine, made.state.judging = app.state.engine, app.state.judging
    return TestClient(made, raise_server_exceptions=False)


def test_nobody_may_frame_a_figure_unless_the_owner_says_so(ready):
    answer = ready.get("/embed/output")
    assert answer.status_code == 200 and "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "data-embeds" not in ready.get("/map").text


def test_a_site_that_the_owner_named_may_frame_figures_and_no_other_page(allowing):
    for figure in ("map?day=1944-05-12", "output?bc=portal", "stock"):
        answer = allowing.get(f"/embed/{figure}")
        assert answer.headers["content-security-policy"].endswith("frame-ancestors https://class.example")
        assert "x-frame-options" not in answer.headers and "<svg" in answer.text and "<script" not in answer.text
    page = allowing.get("/map")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"] and "data-embeds" in page.text
    assert page.headers["x-frame-options"] == "DENY"


def test_a_figure_shows_the_choice_of_its_address(allowing):
    assert allowing.get("/embed/output?bc=portal").text != allowing.get("/embed/output").text
    assert 'href="/map?bc=portal"' in allowing.get("/embed/output?bc=portal").text


def test_plants_rows_and_the_loss_can_be_framed_and_lead_back_to_their_pages(allowing):
    row = "row/output/1944-05_aviation_gasoline"
    for figure, page in (("plant/leuna", "/plant/leuna"), (row, f"/{row}"), ("loss/loss-1", "/attribute")):
        answer = allowing.get(f"/embed/{figure}")
        assert answer.status_code == 200 and "<svg" in answer.text and f'href="{page}"' in answer.text, figure
        assert f'data-embed="/embed/{figure}"' in allowing.get(page).text
    for wrong in ("plant/lena", "row/output/none", "row/sources/x", "loss/loss-9"):
        assert allowing.get(f"/embed/{wrong}").status_code == 400


def test_the_difference_of_two_directives_and_a_plays_charts_can_be_framed_at_their_own_addresses(allowing):
    """Each page names the address of its frame; the frame shows the page's own figure and leads back to it."""
    two = in_address([OWN, toml_of(BUILT_IN["tedder"])], "1945-02")
    moves = ["PTB"[m % 3] for m in range(N_MOVES)]
    plays = [play({"role": "harris", "world": "7", "moves": "-".join(moves[:n])}).query for n in (2, N_MOVES)]
    for page in (f"/fly?{two}&fly=1", *(f"/seminar?{query}" for query in plays)):
        shown = allowing.get(page).text
        frame = html.unescape(re.search(r'data-embed="([^"]+)"', shown)[1])
        answer = allowing.get(frame)
        assert answer.status_code == 200 and "https://class.example" in answer.headers["content-security-policy"], frame
        assert re.search(r"<svg.*?</svg>", answer.text, re.S)[0] in shown
        assert page in html.unescape(answer.text), "the way back"
    assert "A: mine. B: tedder. From February 1945" in allowing.get(f"/embed/difference?{two}").text
    for wrong in ("difference?a=portall", "difference?a=z.xx", "seminar?world=0", "seminar?world=7&moves=X"):
        assert allowing.get(f"/embed/{wrong}").status_code == 400, wrong


def test_every_chart_of_every_page_can_be_embedded_and_offers_its_numbers():
    web = files("oilplan.web")
    scripts = "".join(f.read_text("utf-8") for f in (web / "static").iterdir() if f.name.endswith(".js"))
    named = set(re.findall(r"figureRows(?:\.|\[\")([\w-]+)", scripts))
    charts = [
        (template.name, figure)
        for template in (web / "templates").iterdir()
        for figure in re.findall(r"<figure [^>]*data-figure=[^>]*>", template.read_text("utf-8"))
    ]
    assert len(charts) > 12
    for template, figure in charts:
        name = re.search(r'data-figure="([^"]+)"', figure)[1]
        assert "data-rows=" in figure or name in named, f"{template}: {name} has no numbers to save"
        assert "data-embed=" in figure or template == "counterfactuals.html.j2", f"{template}: {name} has no frame"


def test_a_figure_that_is_not_there_is_refused_in_a_sentence(allowing):
    for wrong in ("nothing", "output?bc=nobody", "claim/C999"):
        answer = allowing.get(f"/embed/{wrong}")
        assert (answer.status_code == 400 and "expected" in answer.text) or "There is no curve" in answer.text


def test_a_site_is_named_by_its_origin():
    assert origin("https://Class.example:8443/") == "https://class.example:8443"
    for wrong in ("*", "class.example", "https://a.example/path", "https://a.example; script-src *", "javascript:x"):
        with pytest.raises(OilplanError, match="expected its origin"):
            origin(wrong)
