"""Overlapping pages are found, laid side by side and joined; pages that do not overlap are not."""

import random

from tests.evidence.pages import CUT, FIRST, FULL, SECOND

from oilplan.evidence.collation import candidate_pairs, joined_texts, overlaps

WORDS = [
    f"{a}{b}{c}" for a in ("tar", "bel", "mor", "sin") for b in ("ka", "lo", "mi", "nu") for c in ("", "st", "ren")
]


def _prose(seed: int, words: int) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choice(WORDS) + rng.choice(WORDS) for _ in range(words))


def test_the_overlap_is_exact_and_only_the_markers_differ(pages):
    (overlap,) = pages.overlaps
    assert overlap.a_span == (CUT, len(FIRST))
    assert overlap.b_span == (0, len(FIRST) - CUT)
    assert [(d.a_text, d.b_text) for d in overlap.differences] == [
        ("weight.+*7", "weight.4*“"),
        ("proved.17%", "proved.478"),
    ]
    for d in overlap.differences:
        assert FIRST[d.a_start :].startswith(d.a_text) and SECOND[d.b_start :].startswith(d.b_text)


def test_the_joined_text_is_the_whole(pages):
    assert pages.joined[0].text == FULL
    assert pages.overlaps[0].joined_characters == len(FULL)


def test_the_order_of_files_does_not_matter():
    one, two = overlaps([("b", SECOND), ("a", FIRST)])[0], overlaps([("a", FIRST), ("b", SECOND)])[0]
    assert one == two


def test_pages_without_shared_text_do_not_overlap():
    assert overlaps([("a", _prose(1, 400)), ("b", _prose(2, 400))]) == []


def test_a_running_head_is_no_overlap():
    head = "THE LONG WINTER AND THE ROADS NORTH AGAIN "
    assert overlaps([("a", head + _prose(3, 300)), ("b", head + _prose(4, 300))]) == []


def test_a_passage_quoted_inside_a_page_is_an_overlap_that_joins_nothing():
    passage = _prose(12, 120)
    ends_with_it, holds_it = _prose(13, 500) + " " + passage, _prose(14, 200) + " " + passage + " " + _prose(15, 200)
    found = overlaps([("a", ends_with_it), ("b", holds_it)])
    assert len(found) == 1 and not found[0].joins


def test_pages_under_running_heads_join_without_them():
    head, text = "A HISTORY OF THE WINTER ROADS AND RAILS ", _prose(5, 600)
    pages = [("a", head + text[:3000]), ("b", head + text[2400:5400])]
    found = overlaps(pages)
    assert found[0].a_span == (len(head) + 2400, len(head) + 3000)
    assert joined_texts(dict(pages), found)[0].text == head + text[:5400]


def test_a_chain_of_three_pages_joins_in_order():
    text = _prose(6, 700)
    pages = [("c", text[4000:6500]), ("a", text[:2500]), ("b", text[2000:4500])]
    (joined,) = joined_texts(dict(pages), overlaps(pages))
    assert joined.files == ("a", "b", "c")
    assert joined.text == text[:6500]


def test_a_word_dropped_by_one_scan_is_shown_with_its_place():
    text = _prose(7, 400)
    words = text[2000:].split(" ")
    dropped = words.pop(40)
    (overlap,) = overlaps([("a", text), ("b", " ".join(words))])
    assert [d.a_text for d in overlap.differences] == [dropped]
    assert [d.b_text for d in overlap.differences] == [""]


def test_only_neighbours_are_aligned_among_many_pages():
    text = _prose(8, 6000)
    pages = [text[i : i + 1500] for i in range(0, 40_000, 1000)]
    pairs = {(p.a, p.b) for p in candidate_pairs(pages)}
    assert pairs == {(i, i + 1) for i in range(len(pages) - 1)}


def test_texts_that_share_only_what_repeats_do_not_overlap_and_a_chain_of_pages_is_joined_whole():
    stock = "Printed for the use of the Air Ministry and of no other body whatever, in London. " * 40
    assert all(o.blocks for o in overlaps([("a", f"one {stock}"), ("b", f"two {stock}")]))
    words = [f"word{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}" for i in range(6000)]
    book = " ".join(words)
    pages = [(f"{i}.txt", " ".join(words[i * 300 : i * 300 + 360])) for i in range(20)]
    (chain,) = joined_texts(dict(pages), overlaps(pages))
    assert chain.text == book and len(chain.files) == 20
    assert all(chain.text[s : s + len(raw)] == raw for s, (_, raw) in zip(chain.starts, pages, strict=True))
