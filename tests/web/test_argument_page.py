"""The argument: letters by date, claims with verdicts, filled in as they are weighed."""

import re
import time
from html import unescape

from oilplan.argument import verdicts
from oilplan.argument.grade import WORDS
from oilplan.argument.shipped import shipped
from oilplan.record import is_weak, load_record

RECORD = load_record()


def weighed(web) -> dict:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        stated = web.get("/api/verdicts").json()
        if stated["done"]:
            return stated["verdicts"]
        time.sleep(0.2)
    raise AssertionError("the claims were not weighed")


def test_verdicts_are_those_of_the_experiments(web, app):
    few = app.state.judging.claim_ids
    assert weighed(web) == {v.claim_id: v.grade for v in verdicts(RECORD, few)}


def test_letters_and_directives_stand_in_order_of_date_with_their_marks(web):
    items = re.findall(r'<li class="(\w+)( is-weak)?" id="(\w+)"><time>([^<]+)</time>', web.get("/argument").text)
    dates = [date for *_, date in items]
    assert dates == sorted(dates)
    assert len(items) == len(RECORD.rows("letters")) + len(RECORD.rows("directives"))
    for kind, weak, row_id, _ in items:
        row = RECORD.rows("letters" if kind == "letter" else "directives")[row_id]
        assert bool(weak) == is_weak(row["status"], row["confidence"]), row_id


def test_a_claim_shows_verdict_rule_rows_and_what_would_change_it(web):
    weighed(web)
    found = verdicts(RECORD, ["C14"])[0]
    piece = web.get("/argument/claim/C14").text
    assert (
        WORDS[found.grade] in piece
        and found.sentence[:20] in piece
        and "fixed before the answer" in piece
        and "What would change it" in piece
    )
    table, row_id = found.record_rows[0]
    assert f'href="/record/{table}?where=row_id={row_id}"' in piece and "oilplan verdicts C14" in piece


def test_the_address_picks_claims(web):
    outcomes = weighed(web)
    wanted = outcomes["C23"]
    page = web.get(f"/argument?verdict={wanted}").text
    assert set(re.findall(r'data-claim="(\w+)"', page)) == {c for c, v in outcomes.items() if v == wanted}
    by_side = web.get("/argument?who=Harris").text
    assert re.findall(r'data-claim="(\w+)"', by_side) == ["C01"]


def test_an_unknown_claim_or_pick_is_refused(web):
    assert web.get("/argument/claim/C99").status_code == 400
    assert web.get("/argument?verdict=guilty").status_code == 400


def test_the_first_screen_says_who_was_right_and_links_to_the_claims(web):
    text = unescape(web.get("/argument").text)
    assert "Who was right" in text and text.index("Who was right") < text.index("Letters and directives")
    for line in shipped(RECORD)["answer"]:
        assert line["question"] in text and all(f'href="#{c}"' in text for c in line["claims"])
    assert "being weighed" not in text.split("<form")[0]
