"""The report: opens offline, says how each figure is known, and shows the numbers of the summary."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest

from oilplan.record import load_record
from oilplan.report.figure_map import map_figure, radius_px
from oilplan.report.map_ground import CROWDED, ground_km, lambert_km
from oilplan.report.run_page import (
    joint_rows,
    output_figure,
    page_html,
    resilience_rows,
    rows_of,
    stock_figure,
    table_text,
    tonnage_figure,
)
from oilplan.report.svg import NARROW_PX, WIDE_PX, Frame, top_of_scale
from oilplan.studies.replay import SERIES
from oilplan.studies.run import run_directive

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def run():
    return run_directive(load_record(), draws=8, seed=1944, prior=True, command=["oilplan", "run"])


@pytest.fixture(scope="module")
def page(run):
    return page_html(run.summary, run.manifest)


def test_the_page_asks_nobody_for_anything(page):
    links = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert links and all(link.startswith("data:") for link in links)
    assert "<script" not in page and "@import" not in page and "url(http" not in page
    assert "default-src 'none'" in page


def test_the_page_says_who_was_right_or_where_to_ask(run, monkeypatch):
    """The answer as shipped for the record of the run; for another it names the command."""
    from oilplan.argument.answer import TopAnswer
    from oilplan.report import run_page

    asked = []
    line = TopAnswer(
        "Was oil a <panacea>?", "contradicted", 0.013, "No: & so on.", 7.0, 6.0, 8.0, "months", ("C06", "C05")
    )
    monkeypatch.setattr(run_page, "shipped_answer", lambda record_hash: asked.append(record_hash) or [line])
    page = page_html(run.summary, run.manifest)
    assert "Was oil a &lt;panacea&gt;?" in page and "No: &amp; so on." in page and "(C06, C05)" in page
    assert "contradicted, P 0.01" in page and asked == [run.manifest["record_hash"]]
    assert page.index("Was oil a") < page.index("Output against the record")
    monkeypatch.setattr(run_page, "shipped_answer", lambda record_hash: [])
    assert "<code>oilplan answer</code> computes it on this one" in page_html(run.summary, run.manifest)


def test_the_page_says_prior_only_and_the_command(page):
    assert page.count("prior only") >= 4 and "oilplan run" in page


def test_resilience_nitrogen_and_methanol_are_on_the_page_as_in_the_terminal(page, run):
    stated = table_text(run.summary)
    for _, meaning, low, high in resilience_rows(run.summary["resilience"]):
        assert f"<td>{low} to {high}</td>" in page and meaning in unescape(page) and low in stated and high in stated
    assert len(run.summary["joint_products"]) == 2
    for product in run.summary["joint_products"]:
        for month, made, known in joint_rows(run.summary["joint_products"], product):
            assert f"<td>{made}</td><td>{known}</td>" in page and f"{month}  {made}" in stated
    assert "20,000" in page and "19,000" in page, "what the record has of December 1944"


def test_every_number_of_the_table_is_on_the_page(page, run):
    for series in SERIES:
        for row in rows_of(run.summary, series):
            assert all(f"<td>{cell}</td>" in page for cell in row[1:])


def test_a_weak_figure_is_starred_in_the_table_and_hollow_in_the_figure(run):
    weak = [m for m in run.summary["months"] if m["series"] == "aviation_gasoline" and m["weak"]]
    table = table_text(run.summary)
    assert weak and all(re.search(rf"^{m['month']} .*\*", table, re.M) for m in weak)
    drawing = ElementTree.fromstring(output_figure(run.summary, "aviation_gasoline"))
    hollow = [
        c
        for g in drawing.iter(f"{SVG}g")
        for c in g.findall(f"{SVG}circle")
        if c.get("fill") == "#fff" and g.find(f"{SVG}title") is not None
    ]
    assert len(hollow) == len(weak)


@pytest.mark.parametrize("width", [WIDE_PX, NARROW_PX])
def test_figures_are_whole_drawings_within_their_width(run, width):
    drawings = [output_figure(run.summary, s, width) for s in SERIES]
    drawings += [f(run.summary, width) for f in (map_figure, stock_figure, tonnage_figure)]
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)
        assert root.find(f"{SVG}title").text and float(root.get("width")) == width
        assert all(
            -1 <= float(t.get("x")) <= width and float(t.get("y")) <= float(root.get("height"))
            for t in root.iter(f"{SVG}text")
        )


def test_columns_of_tons_are_as_high_as_the_tons(run):
    root = ElementTree.fromstring(tonnage_figure(run.summary))
    bars = [r for r in root.iter(f"{SVG}rect") if r.find(f"{SVG}title") is not None]
    shown = [r["recorded_t"] for r in run.summary["raids"]] + [r["recalled_t"] for r in run.summary["raids"]]
    shown = [t for t in shown if t]
    scale = sum(float(b.get("height")) for b in bars) / sum(shown)
    assert len(bars) == len(shown) and 0 < scale < 1
    assert max(float(b.get("height")) for b in bars) == pytest.approx(max(shown) * scale, abs=0.2)


def test_every_placed_plant_is_a_disc_and_crowded_ones_two(run):
    root = ElementTree.fromstring(map_figure(run.summary))
    discs = [c for c in root.iter(f"{SVG}circle") if c.find(f"{SVG}title") is not None]
    placed = [p for p in run.summary["plants"] if p["latitude"] is not None]
    crowded = sum(part.holds(lambert_km(p["latitude"], p["longitude"])) for p in placed for part in CROWDED)
    assert len(discs) == len(placed) + crowded and crowded > 10


def test_area_of_a_disc_grows_with_the_tons():
    assert radius_px(4000) == pytest.approx(2 * radius_px(1000))


def test_the_projection_keeps_areas():
    def square(latitude, longitude, step=0.01):
        (x0, y0), (x1, y1), (x2, y2) = (
            lambert_km(latitude + a, longitude + b) for a, b in ((0, 0), (0, step), (step, 0))
        )
        return abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))

    from math import cos, radians

    for latitude, longitude in ((45, 26), (54, -1), (60, 30)):
        true = (6371.0088 * radians(0.01)) ** 2 * cos(radians(latitude + 0.005))
        assert square(latitude, longitude) == pytest.approx(true, rel=2e-3)


def test_works_stand_on_land(run):
    for p in run.summary["plants"]:
        if p["latitude"] is not None:
            place = lambert_km(p["latitude"], p["longitude"])
            assert sum(_holds(ring, place) for ring in ground_km()["land_km"]) % 2 == 1, p["name"]


def _holds(ring, point):
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize(("highest", "top"), [(1, 1), (173_640, 200_000), (316_442, 400_000), (0.2, 1), (1000, 1000)])
def test_scales_end_at_round_figures_above_the_data(highest, top):
    assert top_of_scale(highest) == top


def test_a_frame_puts_zero_at_the_foot_and_the_top_at_the_head():
    f = Frame(760, 300, 13, 100.0)
    assert f.y(0) == f.height - f.bottom and f.y(100.0) == f.top and f.x(0) > f.left
