"""How long it takes to collate a thousand noisy pages, every other of which runs on into the next."""

from __future__ import annotations

import random
import time
from typing import Any

PAGES, PAGE_CHARACTERS, SHARED_CHARACTERS = 1000, 2500, 500
NOISE = 0.004
"""Share of letters misread: about one word in fifty."""
KEY = 1944


def thousand_pages() -> dict[str, Any]:
    """Seconds to find and align the overlaps of a thousand made-up pages, and how many of them were found.

    The floor is a minute on two cores. Pages are random English words under one running head, with letters changed.
    """
    from oilplan.evidence.collation import overlaps

    pages = _pages(random.Random(KEY))
    began = time.perf_counter()
    found = overlaps(pages)
    seconds = time.perf_counter() - began
    right = {(f"page{i:04}", f"page{i + 1:04}") for i in range(0, PAGES, 2)}
    pairs = {(o.a, o.b) for o in found}
    return {
        "pages": PAGES,
        "seconds": round(seconds, 2),
        "floor_s": 60,
        "overlaps_made": len(right),
        "overlaps_found": len(pairs & right),
        "overlaps_wrong": len(pairs - right),
    }


def _pages(rng: random.Random) -> list[tuple[str, str]]:
    from oilplan.evidence.lexicon import common_words

    words = [w for w in common_words(20_000) if w.isalpha()]
    text = " ".join(rng.choice(words) for _ in range(400_000))
    pages, at = [], 0
    for number in range(PAGES):
        page = "THE THIRD WINTER OF THE OIL WAR " + text[at : at + PAGE_CHARACTERS]
        pages.append((f"page{number:04}", _noisy(page, rng)))
        at += PAGE_CHARACTERS - SHARED_CHARACTERS if number % 2 == 0 else PAGE_CHARACTERS + SHARED_CHARACTERS
    return pages


def _noisy(page: str, rng: random.Random) -> str:
    return "".join(rng.choice("abcdefghij") if c != " " and rng.random() < NOISE else c for c in page)
