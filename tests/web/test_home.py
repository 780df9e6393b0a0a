"""The first screen: the answer as the program gives it, and a door for every user."""

from html import unescape

from oilplan.argument.grade import LEADS
from oilplan.argument.shipped import shipped
from oilplan.digits import rounded, spread
from oilplan.record import load_record
from oilplan.report.verdict_text import as_said, chance, plain


def test_the_answer_stands_on_the_first_screen_in_numbers_with_their_doubt(web):
    text = unescape(web.get("/").text)
    lines = shipped(load_record())["answer"]
    tiles = text.split('class="tiles"')[1].split("</ul>")[0]
    shown = [line for line in lines if f"<h3>{line['question']}</h3>" in tiles]
    assert len(shown) == 4 == tiles.count("<h3>")
    whole = text.split('class="answer-lines"')[1].split("</dl>")[0]
    assert all(f'href="/argument#{c}"' in whole for line in lines for c in line["claims"])
    for line in shown:
        value, interval = as_said(line["sentence"], line["value"], line["low"], line["high"])
        assert value.replace("-", "−") in tiles and interval.replace("-", "−") in tiles and chance(line["p"]) in tiles
        assert "<strong>" + LEADS[line["grade"]] in tiles
        assert all(f'href="/argument#{c}"' in tiles for c in line["claims"])
    assert all(plain(line["sentence"]) in text for line in lines)


def test_each_user_has_a_door(web):
    doors = web.get("/").text.split('class="doors"')[1].split("</ul>")[0]
    assert all(f'href="{to}"' in doors for to in ("/argument", "/record", "/seminar", "/map"))


def test_a_number_has_no_finer_digits_than_its_interval_bears():
    assert spread(544.75, 300.0, 800.0) == ("540", "300 to 800")
    assert spread(29311.9, 4121.96, 177350.9) == ("29,000", "4,000 to 177,000")
    assert spread(1.3233, 0.8145, 2.048) == ("1.32", "0.81 to 2.05")
    assert spread(8.0, 7.0, 23.0) == ("8", "7 to 23")
    assert spread(7.0, 7.0, 7.0) == ("7", "")


def test_a_number_beside_a_sentence_has_the_digits_of_the_sentence():
    said = "the eleven held 68 (66 to 74) percent, so the rate was 1.3 (0.8 to 2.1) percent, and 59,000 (36,000 to 90,000) t"
    assert as_said(said, 1.3341, 0.8040, 2.1120) == ("1.3", "0.8 to 2.1")
    assert as_said(said, 59323.2, 36196.9, 90036.3) == ("59,000", "36,000 to 90,000")
    assert as_said(said, 1.4, 0.8040, 2.1120) == spread(1.4, 0.8040, 2.1120) == ("1.40", "0.80 to 2.11")
    assert as_said("3 of 5", 7.0, 7.0, 7.0) == ("7", "")


def test_a_sentence_has_no_finer_digits_than_its_interval_bears_and_names_as_they_are_written():
    assert rounded("Portal's +58,001 (+31,609 to +91,011) t") == "Portal's +58,000 (+32,000 to +91,000) t"
    assert rounded("-13 (-36 to -2) days, 544.75 (300 to 800) t") == "-13 (-36 to -2) days, 540 (300 to 800) t"
    assert rounded("a rate of 1.3 (0.8 to 2.0) percent") == "a rate of 1.3 (0.8 to 2.0) percent"
    assert rounded("15 of 1289 on 3 (see C05)") == "15 of 1289 on 3 (see C05)"
    assert plain("On 5 march bomber command hit Bruex.") == "On 5 March Bomber Command hit Brüx."


def test_the_story_is_a_door_of_its_own(web):
    assert 'class="button" href="/story"' in web.get("/").text
