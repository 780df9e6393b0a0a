"""Pages are cited by the number printed on them; a number that was not found is never inferred."""

from hypothesis import given
from hypothesis import strategies as st

from oilplan.evidence.printed_pages import page_at, printed_pages

BODY = "The tonnage rose and the works at Leuna stood idle again. " * 20


def _printed(raw):
    return [p.printed for p in printed_pages(raw)]


@given(st.text(alphabet="ab1 2\n\fxiv-#p.()", max_size=400))
def test_pages_hold_every_character_once(raw):
    pages = printed_pages(raw)
    assert "".join(raw[p.start : p.end] for p in pages) == raw
    assert all(p.start <= start <= end <= p.end for p in pages for start, end in p.heads)


def test_numbers_at_the_foot_and_top_of_broken_pages_are_found():
    assert _printed("\f".join(f"{BODY}\n\n{n}\n" for n in (12, 13, 14))) == ["12", "13", "14"]
    assert _printed("\f".join(f"{n} THE OIL PLAN\n\n{BODY}" for n in (12, 13, 14))) == ["12", "13", "14"]
    assert _printed("\f".join(f"{n}\n\n{BODY}" for n in ("xi", "xii", "xiii"))) == ["xi", "xii", "xiii"]


def test_a_page_whose_number_the_scan_lost_has_none():
    assert _printed("\f".join([f"{BODY}\n\n12\n", BODY, f"{BODY}\n\n14\n"])) == ["12", "", "14"]


def test_a_running_head_is_found_by_its_return():
    raw = "\f".join(f"THE OIL PLAN\n\n{n} {BODY}" for n in ("One", "Two", "Three", "Four"))
    assert all(raw[slice(*p.heads[0])] == "THE OIL PLAN" for p in printed_pages(raw))


def test_lone_numbers_a_page_apart_are_page_numbers_without_form_feeds():
    raw = "".join(f"{n}\n\n{BODY}\n\n" for n in range(30, 36))
    assert _printed(raw) == [str(n) for n in range(30, 36)]


def test_a_column_of_figures_and_a_list_are_no_page_numbers():
    assert _printed("\n".join(str(n) for n in range(1, 60))) == [""]
    assert _printed("".join(f"{n}\n\nShort.\n\n" for n in range(1, 9))) == [""]


def test_marks_of_tools_are_leaves_not_printed_numbers():
    raw = f"{BODY}--- Page 57 --- {BODY}--- Page 58 --- {BODY}"
    pages = printed_pages(raw)
    assert [p.printed for p in pages] == ["", "", ""]
    assert [page_at(pages, p.start) for p in pages] == ["[?]", "[57]", "[58]"]
    raw = f"## p. 344 (#364) {'#' * 20}\n{BODY}## p. 345 (#365) {'#' * 20}\n{BODY}"
    assert _printed(raw) == ["344", "345"]


def test_offsets_find_their_page():
    raw = "\f".join(f"{BODY}\n\n{n}\n" for n in (12, 13, 14))
    pages = printed_pages(raw)
    assert page_at(pages, raw.index("\f") + 5) == "13"
    assert page_at(printed_pages("no number"), 3) == "[1]"
