"""References for other people's libraries, read by their own programs, and bibliographies as editors export them."""

import json
from pathlib import Path

import pytest

from oilplan.cli.main import run
from oilplan.errors import OilplanError
from oilplan.record import VERSION, load_record
from oilplan.record.citations import cite
from oilplan.record.sources import plain, read_sources

DATA = Path(__file__).parents[2] / "src/oilplan/record/data"

ZOTERO = r"""
@string{cup = "Cambridge University Press"}

@book{overyBombingWar2013,
  title = {The {{Bombing War}}: {{Europe}}, 1939-1945},
  shorttitle = {The {{Bombing War}}},
  author = {Overy, Richard J.},
  date = {2013-09-26},
  publisher = {{Penguin UK}},
  location = {London},
  abstract = {A long account,
over two lines; with = signs, {braces} and \% of all.},
  isbn = {978-0-14-192782-4},
  langid = {english},
  file = {C\:\\Users\\me\\Zotero\\storage\\X\\Overy.pdf;:files/2/Overy.pdf:application/pdf}
}

@online{uber-kohle:2020,
  author = {M{\"u}ller, J{\"o}rg and {Bundesarchiv and Friends} and \L{}ukasz Nowak},
  title = {{\"U}ber Kohle \& {\'E}nergie --- \v{s}koda},
  date = {1944/1945},
  url = {https://example.org/a_b%20c},
  urldate = {2024-01-31},
  note = "Quoted. " # {In a letter},
}

@article{key/with.signs+1,
  title = "Stra{\ss}en und {"}Wege{"}",
  author = {Plato},
  journaltitle = {Journal of Tests}, volume = 3, number = {2}, month = feb, year = 1999, doi = {10.1000/x_y},
  publisher = cup
}
@comment{jabref-meta: databaseType:biblatex;}
"""


@pytest.fixture
def theirs(tmp_path):
    (tmp_path / "sources.bib").write_text(ZOTERO, encoding="utf-8")
    return read_sources(tmp_path / "sources.bib")


def test_a_bibliography_from_zotero_is_read_as_it_is(theirs):
    book, page, article = theirs.values()
    assert book.title == "The Bombing War: Europe, 1939-1945" and book.year == "2013" and book.reached == "Catalogue"
    assert page.author.startswith("Müller, Jörg") and page.title == "Über Kohle & Énergie --- škoda"
    assert (page.year, page.reached, page.note) == ("1944--1945", "Quoted", "In a letter")
    assert article.title == 'Straßen und "Wege"' and article.url == "https://doi.org/10.1000/x_y"
    assert article.fields["publisher"] == "Cambridge University Press" and article.year == "1999"


def test_a_users_row_may_cite_a_key_as_zotero_makes_it(overlay):
    folder = overlay("plants", "leuna", source_keys="overyBombingWar2013;uber-kohle:2020")
    (folder / "sources.bib").write_text(ZOTERO, encoding="utf-8")
    record = load_record(folder)
    assert {"overyBombingWar2013", "uber-kohle:2020"} <= record.rows_by_source().keys()


@pytest.mark.parametrize("marks", ["{" * 200_000, "@" * 200_000, "@a{b," + "{}" * 100_000, '@a{b,c="' + "{" * 200_000])
def test_a_hostile_bibliography_is_refused_in_one_sentence(tmp_path, marks):
    (tmp_path / "sources.bib").write_text(marks, encoding="utf-8")
    with pytest.raises(OilplanError, match=r"sources\.bib:1 ") as refused:
        read_sources(tmp_path / "sources.bib")
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"P\"olitz", "Pölitz"),
        (r"P{\"{o}}litz", "Pölitz"),
        (r"Br\"ux \& Most", "Brüx & Most"),
        (r"\c{c}a \o re", "ça øre"),
    ],
)
def test_accents_as_latex_writes_them_become_letters(written, read):
    assert plain(written) == read


def works(embedded, theirs):
    return [*embedded.sources.values(), *theirs.values()]


def test_bibtex_is_read_by_bibtexparser_and_comes_back_the_same(embedded, theirs, tmp_path):
    bibtexparser = pytest.importorskip("bibtexparser")
    text = cite(works(embedded, theirs), "bibtex")
    parsed = bibtexparser.parse_string(text)
    assert not parsed.failed_blocks and [e.key for e in parsed.entries] == [w.key for w in works(embedded, theirs)]
    (tmp_path / "back.bib").write_text(text, encoding="utf-8")
    back = read_sources(tmp_path / "back.bib")
    assert [w[:-1] for w in back.values()] == [w[:-1] for w in works(embedded, theirs)]


def test_ris_is_read_by_rispy(embedded, theirs):
    rispy = pytest.importorskip("rispy")
    read = rispy.loads(cite(works(embedded, theirs), "ris"))
    assert [r["id"] for r in read] == [w.key for w in works(embedded, theirs)]
    found = {r["id"]: r for r in read}
    assert found["boog2006"]["authors"] == ["Boog, Horst", "Krebs, Gerhard", "Vogel, Detlef"]
    assert (
        found["golson2012"]["doi"] == "10.1080/03585522.2012.693259"
        and found["golson2012"]["type_of_reference"] == "JOUR"
    )
    assert found["uber-kohle:2020"]["authors"] == ["Müller, Jörg", "Bundesarchiv and Friends", "Nowak, Łukasz"]


def test_csl_is_rendered_by_citeproc(embedded, theirs):
    citeproc = pytest.importorskip("citeproc")
    from citeproc.source.json import CiteProcJSON

    items = json.loads(cite(works(embedded, theirs), "csl"))
    assert [i["id"] for i in items] == [w.key for w in works(embedded, theirs)]
    assert next(i for i in items if i["id"] == "ussbs_summary")["author"] == [
        {"literal": "United States Strategic Bombing Survey"}
    ]
    source = CiteProcJSON(items)
    style = citeproc.CitationStylesStyle("harvard-cite-them-right", validate=False)
    made = citeproc.CitationStylesBibliography(style, source, citeproc.formatter.plain)
    made.register(citeproc.Citation([citeproc.CitationItem("webster1961iii")]))
    assert "Webster, C. and Frankland, N. (1961) The Strategic Air Offensive" in str(made.bibliography()[0])


def test_the_command_prints_one_work_or_all(capsys, embedded):
    assert run(["record", "cite", "overy2013", "--format", "ris"]) == 0
    assert capsys.readouterr().out.count("ER  -") == 1
    assert run(["record", "cite", "--format", "csl"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(embedded.sources)
    assert run(["record", "cite", "overy"]) == 2 and "overy2013" in capsys.readouterr().err


def test_the_record_has_a_version_a_changelog_and_a_citation(capsys, embedded):
    assert run(["record", "version"]) == 0
    printed = capsys.readouterr().out
    assert f"version  {VERSION}," in printed and embedded.hash in printed and embedded.citation in printed
    newest = (DATA / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1]
    assert newest.startswith(VERSION)
    assert json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["version"] == VERSION
    assert f"version: {VERSION}" in (DATA.parents[3] / "CITATION.cff").read_text(encoding="utf-8")
