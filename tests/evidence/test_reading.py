"""A noisy page becomes repairs and facts, each with its place in the raw text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.pages import FIRST, SECOND

from oilplan.evidence import read_text, reading_json
from oilplan.evidence.collation import joined_texts, overlaps
from oilplan.evidence.findings import raw_span, view_of
from oilplan.evidence.notes import chain_marks, note_marks, number_run

BITS = (
    *("Leuna", "Pélitz", "PÃ¶litz", "Ist November", " ", "  ", "\n", ".1 ", "21 such", "month", "half of", "“", "”"),
    *("'", "— ", "... ", "indus- ", "trial", "4==", "Letter Portal to Harris, ", "1944", "as follows: ", "9 8 7 6 "),
)


def test_a_consecutive_run_numbers_garbled_markers():
    numbers = [n.number for n in number_run([["31"], ["3Z"], ["8&"], ["34"], ["3S"]])]
    assert numbers == [31, 32, 33, 34, 35]


def test_garbled_markers_are_sure_only_by_their_order():
    run = number_run([["7=="], ["17°"], ["+*7", "4*“"], ["17%", "478"], ["79"], ["18°"]])
    assert [n.number for n in run] == [175, 176, 177, 178, 179, 180]
    assert min(n.probability for n in run) > 0.8 > max(n.alone_probability for n in run[:3])


def test_one_marker_alone_is_less_certain_than_in_its_run():
    alone = number_run([["15°"]])[0]
    in_run = number_run([["149"], ["15°"], ["151"]])[1]
    assert in_run.number == 150
    assert alone.probability < in_run.probability


def test_two_scans_of_a_marker_number_it_where_one_misleads(pages):
    one, two = pages.documents
    assert [n.number for n in one.notes] == [175, 176, 177, 178]
    assert [n.number for n in two.notes] == [177, 178, 179, 180]


def test_markers_that_stand_close_are_two_though_each_scan_lost_one_of_them():
    place = "within a month."
    texts = {
        "one.txt": FIRST.replace(place, place + " None came back.33"),
        "two.txt": SECOND.replace(place, place + "32 None came back."),
    }
    found = overlaps(list(texts.items()))
    groups = chain_marks(
        joined_texts(texts, found)[0], {n: note_marks(t) for n, t in texts.items()}, {(o.a, o.b): o for o in found}
    )
    prints = [tuple(print_ for _, _, print_ in group) for group in groups]
    assert ("32",) in prints and ("33",) in prints


def test_markers_are_never_read_as_quantities(pages):
    for document in pages.documents:
        for quantity in document.quantities:
            assert not any(n.start < quantity.end and quantity.start < n.end for n in document.notes)


def test_raw_text_is_never_lost(pages):
    assert [d.raw for d in pages.documents] == [FIRST, SECOND]
    for document in pages.documents:
        for found in (*document.repairs, *document.dates, *document.names, *document.quantities, *document.notes):
            assert document.raw[found.start : found.end] == found.raw


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(BITS), max_size=25).map("".join))
def test_any_text_is_read_and_its_offsets_hold(text):
    document = read_text("x", text)
    parts = (
        document.repairs,
        document.dates,
        document.names,
        document.quantities,
        document.letters,
        document.quotations,
        document.notes,
    )
    for found in (item for part in parts for item in part):
        assert text[found.start : found.end] == found.raw


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="ab ", max_size=30), st.data())
def test_a_view_leads_back_to_the_raw_text(raw, data):
    from oilplan.evidence.findings import TextRepair

    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6, unique=True)))
    edits = [
        TextRepair(a, b, raw[a:b], "XY", "test", 1.0, "", "XY") for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    view = view_of(raw, edits)
    for i, letter in enumerate(view.text):
        start, end = raw_span(view, i, i + 1)
        assert 0 <= start <= end <= len(raw)
        assert letter in "XY" or raw[start:end] == letter


def test_a_cut_word_is_flagged_and_only_read_where_another_scan_has_it_whole(pages):
    first, last = (r for r in pages.documents[1].repairs if r.kind == "truncation")
    assert [first.raw, last.raw] == [SECOND.split()[0], "sp"]
    assert first.reading.endswith(first.raw) and first.reading in FIRST.split()
    assert last.reading == last.raw
    alone = [r for r in read_text("x", SECOND).repairs if r.kind == "truncation"]
    assert alone and all(r.reading == r.raw for r in alone)


def test_a_year_that_the_page_does_not_give_stays_unknown():
    assert read_text("x", "He replied on 22 December.").dates[0].edtf == "XXXX-12-22"
    two_years = read_text("x", "In 1943 and again in 1944 it failed. He replied on 22 December.")
    assert two_years.dates[-1].edtf == "XXXX-12-22"
    one_year = read_text("x", "It failed in May 1944. He replied on 22 December.")
    assert (one_year.dates[-1].edtf, one_year.dates[-1].year_from) == ("1944-12-22", "context")


def test_a_fraction_is_mended_only_where_the_figure_cannot_be():
    plan = "The plan named 60 cities, and the average was 21 {} each month."
    assert [r.reading for r in read_text("x", plan.format("such cities")).repairs] == ["2 1/2"]
    assert not read_text("x", plan.replace("60", "600").format("such cities")).repairs
    assert not read_text("x", plan.format("letters")).repairs


def test_speaker_reporter_and_drafter_are_kept_apart(pages):
    spoken = {q.raw: q for q in (*pages.documents[0].quotations, *pages.documents[1].quotations)}
    task = spoken["to stop and keep stopped the 9 plants in Silesia."]
    assert (task.speaker, task.reporter, task.drafter) == ("Sir Charles Portal", "narrator", "Sydney Bufton")
    fear = spoken["standing alone"]
    assert (fear.speaker, fear.reporter, fear.drafter) == ("Sir Arthur Harris", "Sir Charles Portal", "Sydney Bufton")


def test_a_citation_in_a_footnote_names_the_letter_quoted_above():
    text = (
        "'Your letter of 3rd October pleased no one', Portal wrote: 'and I had hoped for better from you.'1 It went "
        "out at once. 1 Letter Portal to Harris, 5th Oct. 1944."
    )
    document = read_text("x", text)
    assert {(x.sender, x.to, x.date) for x in document.letters} >= {
        ("Sir Charles Portal", "Sir Arthur Harris", "1944-10-05"),
        ("Sir Arthur Harris", "Sir Charles Portal", "1944-10-03"),
    }


def test_json_has_the_promised_fields(pages):
    document = reading_json(pages)["documents"][0]
    assert set(document) >= {"file", "characters", "repairs", "dates", "names", "quantities", "letters", "notes"}
    assert set(document["repairs"][0]) == {*("start", "end", "raw", "reading", "class", "confidence", "reason", "page")}
    assert set(document["letters"][0]) >= {"from", "to", "date", "drafted_by", "reference"}
    overlap = reading_json(pages)["overlaps"][0]
    assert set(overlap) == {"a", "b", "a_span", "b_span", "differences", "joined_characters"}
    assert set(overlap["differences"][0]) == {"a_start", "a_text", "b_start", "b_text"}


@pytest.mark.parametrize("empty", ["", " ", "\n\n", "."])
def test_a_text_with_nothing_in_it_gives_nothing(empty):
    document = read_text("x", empty)
    assert not (document.repairs or document.names or document.quantities or document.letters)
