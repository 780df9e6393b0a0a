"""Markup in any field of a record or of an upload is shown as text, on every page and in every file that is offered."""

import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oilplan.argument.verdict import verdicts
from oilplan.record import load_record
from oilplan.report.verdict_pages import pages
from oilplan.web.app import create_app
from oilplan.web.argument import Judging

EVIL = """'"><evil-tag onevil="x">&<script>evil()</script>"""
KEEPS_ITS_MEANING = re.compile(r"[A-Za-z0-9_.,;:/?~-]*")
"""Dates, keys and words that code compares: left alone, for a record with others would not be read."""


class Marked:
    """The embedded record with markup at the end of every cell of prose."""

    def __init__(self):
        self._record = load_record()

    def __getattr__(self, name):
        return getattr(self._record, name)

    def rows(self, table):
        return {key: {c: _marked(v) for c, v in row.items()} for key, row in self._record.rows(table).items()}


def _marked(cell):
    return cell + EVIL if isinstance(cell, str) and not KEEPS_ITS_MEANING.fullmatch(cell) else cell


class Tags(HTMLParser):
    """Names of tags and attributes of a page, and what stands in its scripts."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.names, self.scripts, self._in = set(), [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.names |= {tag, *(name for name, _ in attrs)}
        self._in = tag == "script"
        assert not any(str(value).strip().lower().startswith("javascript:") for _, value in attrs)

    def handle_endtag(self, tag):
        self._in = False

    def handle_data(self, data):
        if self._in:
            self.scripts.append(data)


def check_harmless(page: str) -> None:
    tags = Tags(page)
    assert not {"evil-tag", "onevil"} & tags.names
    assert not any("evil()" in script for script in tags.scripts)


@pytest.fixture(scope="module")
def marked():
    return Marked()


@pytest.fixture(scope="module")
def client(marked):
    app = create_app(marked)
    app.state.judging = Judging(marked, only=("C14", "C23"))
    return TestClient(app, raise_server_exceptions=False)


def test_markup_in_every_cell_of_a_record_is_text_on_every_page(client, marked):
    seen = 0
    for table in marked.tables:
        for path in (f"/record/{table}", f"/report/record/{table}"):
            page = client.get(path)
            assert page.status_code == 200, path
            check_harmless(page.text)
            seen += "&lt;evil-tag" in page.text
    for path in (
        "/record",
        "/argument",
        "/argument/claim/C14",
        "/report/argument",
        "/seminar",
        "/",
        "/map",
        "/help",
        "/about",
        "/plant/leuna",
        "/source/ehlers2009",
        "/row/plants/leuna",
        "/claim/C14",
        "/search?q=leuna",
        "/search?table=output&q=aviation",
        "/row/output/1944-05_aviation_gasoline",
        "/seminar/teacher",
        "/seminar/handout",
        "/fly",
        "/api",
    ):
        check_harmless(client.get(path).text)
    assert seen > len(marked.tables), "the markup was shown"


def test_markup_in_every_cell_of_a_record_is_text_in_the_verdicts(marked):
    found = verdicts(marked, ["C14", "C23", "C47"])
    for page in pages(found, marked).values():
        check_harmless(page)


@pytest.mark.parametrize(
    "path",
    [
        "/record/{}",
        "/record/raids?where={}",
        "/record/raids?q={}",
        "/argument?who={}",
        "/?bc={}",
        "/map?bc={}",
        "/map?world={}",
        "/plant/{}",
        "/source/{}",
        "/row/plants/{}",
        "/claim/{}",
        "/seminar?moves={}",
        "/seminar?world=7&moves=&role={}",
        "/seminar?board={}",
        "/seminar/board/{}",
        "/search?q={}",
        "/search?source={}",
        "/fly?a={}",
        "/fly?{}=1",
        "/row/plants/leuna?record={}",
        "/record/raids?column={}",
        "/argument/claim/{}",
        "/{}",
        "/report/record/{}",
        "/api/arm?bc={}",
    ],
)
def test_markup_in_an_address_is_text(client, path):
    answer = client.get(path.format(EVIL.replace("&", "%26").replace("{", "%7B").replace("#", "%23")))
    if "html" in answer.headers["content-type"]:
        check_harmless(answer.text)


@pytest.mark.parametrize("field", ["a", "b", "bc", "put", "from"])
def test_markup_in_a_directive_is_text(client, field):
    sent = {"a": EVIL, "b": EVIL, "put": "a:form", field: EVIL}
    check_harmless(client.post("/fly", data=sent).text)


MARKUP = st.lists(
    st.sampled_from(
        [
            EVIL,
            "<",
            ">",
            "&",
            '"',
            "'",
            "&lt;",
            "</script>",
            "<!--",
            "]]>",
            "Leuna ",
            "on 12 May 1944 ",
            "\n",
            "Portal to Harris, 8 January 1945. ",
            "20,000 tons ",
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(text=MARKUP, name=MARKUP, save=st.sampled_from(["", "html", "review"]))
def test_markup_in_an_upload_and_its_name_is_text(client, text, name, save):
    sent = {"text": text + EVIL, "save": save}
    answer = client.post("/read", data=sent, files={"files": (f"{name[:60]}{EVIL}.txt", (EVIL + text).encode())})
    assert answer.status_code in (200, 400)
    check_harmless(answer.text)
