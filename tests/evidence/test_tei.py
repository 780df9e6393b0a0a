"""The reading as TEI: what an editor's tools open, with nothing of the page lost."""

import os
import re
from pathlib import Path

import pytest

from oilplan.cli.main import run
from oilplan.evidence import read_texts, reading_tei
from oilplan.evidence.gazetteer import default_gazetteer
from oilplan.record.names import authorities

etree = pytest.importorskip("lxml.etree")

TEI = "{http://www.tei-c.org/ns/1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
SEEDS = sorted((Path(__file__).parents[3] / "shared" / "seeds").glob("*.txt"))
PAGE = """The Combined Bomber Offensive

The plant at Leuna was attacked on 12 May 1944 by 200 aircraft. Harris wrote to Portal on 1 Novem-
ber 1944: “I am quite certain that there are dozens more benzol plants.” He dropped 2,500 tons of bombs
between May and September 1944.

Output at Pölitz fell to 70 percent on 29 May.\f102 The next page
Portal replied on 22 December & said so <again>.
"""


def read(text, name="page.txt"):
    return reading_tei(read_texts([(name, text)]))


def parsed(text):
    return etree.fromstring(text.encode("utf-8"), etree.XMLParser(resolve_entities=False, no_network=True))


def words_of(root):
    """The raw text in it: everything but what was proposed in place of a misread word."""
    for proposed in root.iter(f"{TEI}corr"):
        proposed.text = ""
    return "".join("".join(body.itertext()) for body in root.iter(f"{TEI}body"))


def squeezed(text):
    return re.sub(r"\s|�", "", re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text))


@pytest.mark.parametrize("text", [PAGE, *(p.read_text(encoding="utf-8") for p in SEEDS)])
def test_nothing_of_the_page_is_lost_or_said_twice(text):
    root = parsed(read(text))
    assert root.tag == f"{TEI}TEI" and squeezed(words_of(root)) == squeezed(text)


def test_names_dates_measures_and_words_are_marked():
    root = parsed(read(PAGE))
    assert {d.get("when") for d in root.iter(f"{TEI}date")} >= {"1944-05-12", "1944-11-01"}
    people = {p.get(XML_ID) for p in root.iter(f"{TEI}person")}
    assert {p.get("ref")[1:] for p in root.iter(f"{TEI}persName") if p.get("ref")} <= people and len(people) >= 2
    places = {p.get("ref") for p in root.iter(f"{TEI}placeName") if p.get("ref")}
    assert {"#d1.leuna", "#d1.poelitz"} <= places
    tons = [m for m in root.iter(f"{TEI}measure") if m.get("quantity") == "2500"]
    assert tons and tons[0].get("unit") and "".join(tons[0].itertext()).startswith("2,500")
    spoken = [s.get("who") for s in root.iter(f"{TEI}said")]
    assert "#d1.harris_arthur" in spoken
    assert {s.get("who")[1:] for s in root.iter(f"{TEI}said") if s.get("who")} <= people


def test_persons_and_towns_lead_to_the_numbers_that_others_give_them():
    root = parsed(read(PAGE))
    harris = next(p for p in root.iter(f"{TEI}person") if p.get(XML_ID) == "d1.harris_arthur")
    numbers = [i.text for i in harris.iter(f"{TEI}idno")]
    assert numbers == ["http://www.wikidata.org/entity/Q372052", "https://d-nb.info/gnd/119344165"]
    portal = next(p for p in root.iter(f"{TEI}person") if p.get(XML_ID) == "d1.portal_charles")
    assert not list(portal.iter(f"{TEI}idno")), "his number was seen on no page"
    works = {p.get(XML_ID): p for p in root.iter(f"{TEI}place")}
    town = works["d1.poelitz"].find(f"{TEI}settlement")
    assert town.text.startswith("Police") and town.get("ref") == "http://www.wikidata.org/entity/Q208022"
    assert works["d1.poelitz"].find(f"{TEI}idno") is None, "the town is not the works"


def test_every_number_is_well_formed_belongs_to_somebody_known_and_names_its_page():
    known = default_gazetteer().full_names
    for name, a in authorities().items():
        assert name in known and a.kind in ("person", "place") and a.page.startswith("https://")
        assert re.fullmatch(r"Q[1-9]\d+", a.wikidata) and (not a.gnd or gnd_checks(a.gnd))
    wikidata = [a.wikidata for a in authorities().values()]
    assert len(set(wikidata)) == len(wikidata) >= 25


def gnd_checks(number):
    """The last sign is the sum of the others, weighed by their places from the right, modulo 11."""
    digits, last = number[:-1], number[-1]
    rest = -sum(int(d) * w for d, w in zip(reversed(digits), range(2, 11), strict=False)) % 11
    return last == ("X" if rest == 10 else str(rest))


XML_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?|--(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?")


def test_a_date_stands_in_when_only_where_xml_has_such_a_date():
    text = "In the summer of 1944, in spring 1943, from autumn 1943 to May 1944, in May, on 10 May, in 1944, in the 1940s, on 3 May 1944."
    dates = list(parsed(read(text)).iter(f"{TEI}date"))
    stated = [d.get(name) for d in dates for name in ("when", "from", "to") if d.get(name)]
    assert len(stated) >= 4 and all(XML_DATE.fullmatch(when) for when in stated), stated
    assert {"1944-22", "1943-21"} <= {d.get("when-custom") for d in dates}


@pytest.mark.skipif("TEI_SCHEMA" not in os.environ, reason="TEI_SCHEMA names no tei_all.rng of the TEI consortium")
@pytest.mark.parametrize(
    "text", [PAGE, "In summer 1944 the Prime Minister wrote.", *(p.read_text(encoding="utf-8") for p in SEEDS)]
)
def test_the_reading_is_valid_by_the_consortiums_schema(text):
    schema = etree.RelaxNG(etree.parse(os.environ["TEI_SCHEMA"]))
    schema.assertValid(parsed(read(text)))


def test_an_office_is_marked_and_leads_to_who_held_it():
    root = parsed(read("In May 1944 the Prime Minister asked the C.A.S. for oil. In 1915 the Prime Minister had not."))
    offices = list(root.iter(f"{TEI}roleName"))
    assert len(offices) == 3 and all("".join(o.itertext()) for o in offices)
    people = {p.get(XML_ID) for p in root.iter(f"{TEI}person")}
    assert people and {o.get("ref")[1:] for o in offices if o.get("ref")} <= people


def test_every_page_begins_where_its_number_says():
    pages = "".join(
        f"{n}\n\nThe works at Leuna stood still, and this is page {n} of the book.\n\f" for n in range(101, 107)
    )
    breaks = [pb.get("n") for pb in parsed(read(pages)).iter(f"{TEI}pb")]
    assert [n for n in breaks if n] == [str(n) for n in range(101, 107)]


def test_several_documents_are_one_corpus_and_no_id_stands_twice():
    root = parsed(reading_tei(read_texts([("a.txt", PAGE), ("b.txt", "Leuna again on 28 May 1944.")])))
    assert root.tag == f"{TEI}teiCorpus" and len(root.findall(f"{TEI}TEI")) == 2
    ids = [e.get(XML_ID) for e in root.iter() if e.get(XML_ID)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("text", ["", "\x00\x1b[2J", "<TEI>&amp;]]>", "a\ufffe\ud7ff“b", "\n\n\n", "”“" * 500])
def test_whatever_is_read_the_xml_is_well_formed(text):
    assert parsed(read(text, '<"&.txt')) is not None


def test_the_command_prints_it_and_keeps_it_beside_the_pages(tmp_path, capsys):
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    assert run(["read", str(tmp_path / "page.txt"), "--tei"]) == 0
    printed = capsys.readouterr().out
    assert run(["read", str(tmp_path / "page.txt"), "--out", str(tmp_path / "out")]) == 0
    kept = (tmp_path / "out" / "reading.tei.xml").read_text(encoding="utf-8")
    assert kept == printed and parsed(kept) is not None
