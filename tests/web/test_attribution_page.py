"""Where the fuel went, as a page: the numbers of the command, one figure for each width."""

import re

from fastapi.testclient import TestClient

from oilplan.report.attribution_page import percent, percents, said_loss
from oilplan.studies.attribution import attribute
from oilplan.web.app import create_app
from oilplan.web.engine import Engine, MapWorld

FEW = 6
"""As many draws as in tests/studies, so that one program serves both."""


def test_the_page_shows_what_the_command_gives(monkeypatch):
    """It asks for the command's own draws and seed. Nothing of the engine is needed but its turn, so none is compiled."""
    asked = []
    few = lambda record, **given: asked.append(given) or attribute(record, draws=FEW)  # noqa: E731
    monkeypatch.setattr("oilplan.web.attribution.attribute", few)
    app = create_app()
    record = app.state.record
    app.state.engine = Engine(
        record, lambda r: MapWorld(r, None, None, None, {}, *(lambda *_: None,) * 2, None, {}, {}, {})
    )
    with TestClient(app) as client:
        assert app.state.engine.wait(30)
        page = client.get("/attribute")
    assert page.status_code == 200 and len(re.findall('href="/attribute" aria-current="page"', page.text)) == 1
    assert asked == [{}]
    for period in attribute(record, draws=FEW).summary["periods"]:
        assert said_loss(period) in page.text
        assert percent(period["shares"]["rail_and_coal"]["median"]) in page.text
    assert page.text.count("<svg") == 6
    ids = re.findall(r' id="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))


def test_a_share_a_little_under_nothing_has_no_sign():
    assert percent(-0.0004) == "0.0" and percents({"p05": -0.002, "p95": 0.03}) == "0 to 3"
    assert percent(-0.006) == "-0.6" and percents({"p05": -0.02, "p95": 0.03}) == "-2 to 3"
