"""The edition: whole, small, closed in itself, and alive when opened from a folder."""

import html
import json
import re
from urllib.parse import unquote

import pytest
from chromium import DESKTOP, LAYOUT, PHONE, barriers, browser, complaints, needs_chromium, requests

from oilplan.errors import OilplanError
from oilplan.record import load_record
from oilplan.results_folder import listed_files
from oilplan.web import edition
from oilplan.web.limits import PREVIEW_DRAWS

LINK = re.compile(r'(?:href|src)="([^"]*)"')
MOST_BYTES = 40_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory, app, ready):
    """An edition made with the engine of this session, so that nothing is compiled twice."""
    out = tmp_path_factory.mktemp("edition") / "edition"
    lab, stated = app.state.engine.lab, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edition, "laboratory", lambda _: lab)
        patch.setattr(edition, "FROM_MONTHS", ("1944-09",))
        edition.write_edition(
            load_record(), out, command=["oilplan", "edition"], progress=lambda done, of: stated.append((done, of))
        )
    assert stated[0][0] == 0 and stated[-1][0] == stated[-1][1] and stated == sorted(stated)
    return out


def test_it_is_whole_and_small(folder):
    record = load_record()
    pages = {str(p.relative_to(folder)) for p in folder.rglob("*.html")}
    assert {f"{name}.html" for name in ("index", "story", "argument", "counterfactuals", "attribute")} <= pages
    assert 'href="attribute.html"' in (folder / "index.html").read_text()
    assert {f"claim/{r['claim_id']}.html" for r in record.rows("claims").values()} <= pages
    assert {f"plant/{r['plant_id']}.html" for r in record.rows("plants").values()} <= pages
    assert {f"record/{t}.html" for t in record.tables} <= pages
    assert sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) < MOST_BYTES
    assert set(listed_files(folder)) == {
        str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json"
    }
    stated = json.loads((folder / "manifest.json").read_text())
    assert stated["draws"] == PREVIEW_DRAWS and stated["record_hash"] == record.hash


def test_every_link_leads_to_a_file_and_a_place_in_it(folder):
    places, broken = {}, []
    for page in folder.rglob("*.html"):
        text = page.read_text()
        for to in map(html.unescape, LINK.findall(text)):
            if to == "" or to.startswith("data:"):
                continue
            name, _, place = to.partition("#")
            file = (page.parent / unquote(name)).resolve() if name else page
            if "://" in to or to.startswith("/") or not file.is_file() or folder not in file.parents:
                broken.append((page.name, to))
            elif place:
                if file not in places:
                    places[file] = set(map(html.unescape, re.findall(r'\bid="([^"]*)"', file.read_text())))
                if unquote(place) not in places[file]:
                    broken.append((page.name, to))
    assert broken == []


def test_every_row_of_the_record_is_in_it(folder):
    record = load_record()
    for table in record.tables:
        text = html.unescape((folder / "record" / f"{table}.html").read_text())
        assert all(f'id="{row}"' in text for row in record.rows(table))


def test_counterfactuals_are_those_of_the_server(folder, ready):
    index = json.loads((folder / "data/index.js").read_text().partition("= ")[2].rstrip(";\n"))
    address, name = next((a, n) for a, n in index.items() if n == "portal-1944-09-100")
    kept = json.loads((folder / f"data/{name}.js").read_text().partition("] = ")[2].rstrip(";\n"))
    assert kept["numbers"] == ready.get(address).json()["numbers"]
    page = (folder / "counterfactuals.html").read_text()
    assert f"{kept['numbers'][0]['change']['median']:,.0f} (" in page


@pytest.mark.slow
def test_an_edition_is_never_half_there(tmp_path, app, ready, monkeypatch):
    lab, out = app.state.engine.lab, tmp_path / "edition"
    monkeypatch.setattr(edition, "laboratory", lambda _: lab)
    monkeypatch.setattr(edition, "FROM_MONTHS", ("1944-09",))
    monkeypatch.setattr(edition, "STATIC", ("page.css", "not_there.css"))
    with pytest.raises(OilplanError):
        edition.write_edition(load_record(), out, command=[], progress=lambda *_: None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_it_opens_from_a_folder(folder, size):
    with browser(size) as driver:
        requests(driver)
        for name in ("index", "story", "counterfactuals", "argument", "attribute", "record/plants", "plant/leuna"):
            driver.get((folder / f"{name}.html").as_uri())
            if name in ("story", "counterfactuals"):
                _until_settled(driver)
            assert name != "counterfactuals" or barriers(driver) == []
            assert complaints(driver) == [] and driver.execute_script(LAYOUT) == [], name
        assert [u for u in requests(driver) if not u.startswith(("file:", "data:", "blob:"))] == []


def _until_settled(driver):
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(driver, 30).until(
        lambda d: d.execute_script("return document.body.dataset.state") == "settled", "the data of the edition"
    )
