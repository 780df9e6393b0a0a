"""A directive written in the browser: checked with its lines, and read back as it was written."""

import base64
import random
import zlib
from urllib.parse import parse_qsl

import pytest

from oilplan.directives.plan import BUILT_IN
from oilplan.directives.toml_file import line_of, plan_of_text, toml_of
from oilplan.errors import OilplanError
from oilplan.web.fly import MOST_TEXT, Wanted, from_address, in_address, plan_for

GOOD = """name = "mine"
about = "A test."

# a comment with [phases] and raid_t = 3
[[phases]]
targets = ["ruhr"]
takes = { cities = 1.0, transport = 0.25 }

[phases.force.eighth_af]
raid_t = 250

[[phases]]
first_date = 1944-12-01
targets = ["eleven", "all"]
bursts = { days = 5, every_days = 12 }
"""


@pytest.mark.parametrize("plan", BUILT_IN.values(), ids=BUILT_IN)
def test_every_built_in_directive_is_written_and_read_back_as_itself(plan):
    assert plan_of_text(toml_of(plan), "written") == plan


def test_text_with_quotes_and_lines_is_written_so_that_it_reads_back():
    plan = BUILT_IN["portal"].model_copy(update={"about": 'a "quoted" \\ word,\na tab\t and ü'})
    assert plan_of_text(toml_of(plan), "written") == plan


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("raid_t = 250", "raid_t = -3", 10, "phases.1.force.eighth_af.raid_t"),
        ("cities = 1.0", "cities = 3.0", 7, "phases.1.takes.cities"),
        ("days = 5", "days = 50", 15, "phases.2.bursts"),
        ("first_date = 1944-12-01", "first_date = 1954-12-01", 13, "phases.2.first_date"),
        ('about = "A test."', "about = 7", 2, "about"),
        ("raid_t = 250", "raids_t = 250", 10, "phases.1.force.eighth_af.raids_t"),
    ],
)
def test_a_fault_names_its_line_and_key(old, new, line, key):
    with pytest.raises(OilplanError, match=rf"line {line}, {key.replace('.', '[.]')}: ") as refused:
        plan_of_text(GOOD.replace(old, new), "A")
    assert "expected" in str(refused.value) or "allowed here" in str(refused.value)


def test_a_line_is_found_in_lists_of_tables_and_where_the_key_is_missing():
    assert line_of(GOOD, ("phases", 1, "targets")) == 14
    assert line_of(GOOD, ("phases", 0, "force", "eighth_af", "fly")) == 9
    assert line_of("", ("phases", 0)) == 1


@pytest.mark.parametrize(
    "text", ["x = = 1", "[[phases", 'name = "a', "x" * 5000, "[[phases]]\n" * 3000, "a.b.c" * 900 + " = 1"]
)
def test_what_is_no_directive_is_refused_in_sentences(text):
    with pytest.raises(OilplanError):
        plan_for(Wanted("", text), "directive A")


def test_an_unknown_name_and_an_unknown_target_are_refused_with_the_nearest(lab):
    with pytest.raises(OilplanError, match="nearest: portal"):
        plan_for(Wanted("portall", ""), "directive A")
    with pytest.raises(OilplanError, match=r"directive A, line 14: 'elevn' is no target.*eleven"):
        plan_for(Wanted("", GOOD.replace('"eleven"', '"elevn"')), "directive A", lab)


def test_the_form_writes_a_directive_and_keeps_what_stood_beside_it(web):
    sent = {"a": "my text", "b": "other", "from": "1944-11", "put": "b:form", "bc": "harris", "bc_share": "40"}
    page = web.post("/fly", data=sent).text
    a, b = (part.split(">", 1)[1].split("</textarea>")[0] for part in page.split("<textarea")[1:])
    assert a == "my text" and "my_directive" in b and "bomber_command" in b and "ruhr" in b
    assert "bufton" in web.post("/fly", data={**sent, "put": "a:bufton"}).text


def test_two_directives_are_flown_and_a_wrong_one_is_shown_with_its_text(ready):
    wrong = ready.post("/fly", data={"a": GOOD.replace("= 250", "= -3"), "b": toml_of(BUILT_IN["as_ordered"])})
    assert wrong.status_code == 400 and "line 10" in wrong.text and "raid_t = -3" in wrong.text
    page = ready.post("/fly", data={"a": GOOD, "b": toml_of(BUILT_IN["as_ordered"]), "from": "1944-11"})
    assert page.status_code == 200 and "A less B" in page.text and "<svg" in page.text and "of 100 worlds" in page.text
    assert page.url.params["b"] == "as_ordered" and ready.get(str(page.url)).text == page.text, (
        "the address holds it all"
    )
    assert ready.post("/fly", data={"a": "x" * (MOST_TEXT + 1), "b": ""}).status_code == 400


def test_an_address_holds_two_directives_as_they_were_written_or_none_where_they_are_too_long():
    texts = [GOOD, toml_of(BUILT_IN["tedder"])]
    query = dict(parse_qsl(in_address(texts, "1944-11")))
    assert query["b"] == "tedder" and query["from"] == "1944-11"
    assert [from_address(query[side], "the directive") for side in "ab"] == texts
    long = random.Random(7).randbytes(2000).hex()
    assert in_address([long, GOOD], "1944-11") == ""


@pytest.mark.parametrize(
    "came", ["z.", "z.AAAA", "z.é", "portall", "z." + base64.urlsafe_b64encode(zlib.compress(b" " * 10**7)).decode()]
)
def test_an_address_that_was_cut_or_packs_too_much_is_refused_in_a_sentence(came):
    with pytest.raises(OilplanError, match=r"cut or changed|nearest: portal"):
        from_address(came, "the directive")
