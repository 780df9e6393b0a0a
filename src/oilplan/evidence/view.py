"""The text with its repairs applied, and the way back from any place in it to the raw text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from oilplan.evidence.findings import TextRepair


class View(NamedTuple):
    """``text`` is the reading; the i-th piece begins at ``view_starts[i]`` and stands for raw text
    from ``raw_starts[i]`` to ``raw_ends[i]``; ``edited[i]`` tells a replaced piece from a copied one."""

    raw: str
    text: str
    view_starts: tuple[int, ...]
    raw_starts: tuple[int, ...]
    raw_ends: tuple[int, ...]
    edited: tuple[bool, ...]


def view_of(raw: str, repairs: Iterable[TextRepair] = ()) -> View:
    """The reading of ``raw`` under ``repairs`` (those with a ``text``; of two that overlap, the first wins)."""
    texts, view_starts, raw_starts, raw_ends, edited = [], [], [], [], []
    at = length = 0

    def add(text: str, start: int, end: int, is_edit: bool) -> None:
        nonlocal length
        texts.append(text)
        view_starts.append(length)
        raw_starts.append(start)
        raw_ends.append(end)
        edited.append(is_edit)
        length += len(text)

    for repair in sorted(repairs):
        if repair.text is None or repair.start < at:
            continue
        if repair.start > at:
            add(raw[at : repair.start], at, repair.start, False)
        add(repair.text, repair.start, repair.end, True)
        at = repair.end
    if at < len(raw) or not texts:
        add(raw[at:], at, len(raw), False)
    return View(raw, "".join(texts), tuple(view_starts), tuple(raw_starts), tuple(raw_ends), tuple(edited))


def raw_span(view: View, start: int, end: int) -> tuple[int, int]:
    """The raw offsets (start, end) of ``view.text[start:end]``; a replaced piece counts as a whole."""
    first, last = _piece(view, start), _piece(view, max(start, end - 1))
    raw_start = view.raw_starts[first] + (0 if view.edited[first] else start - view.view_starts[first])
    if view.edited[last]:
        return raw_start, view.raw_ends[last]
    return raw_start, view.raw_starts[last] + end - view.view_starts[last]


def view_offset(view: View, raw_at: int) -> int:
    """Where the raw character at ``raw_at`` stands in the reading (inside a repair: where the repair begins)."""
    piece = max(0, bisect_right(view.raw_starts, raw_at) - 1)
    if view.edited[piece] and raw_at < view.raw_ends[piece]:
        return view.view_starts[piece]
    return (
        view.view_starts[piece] + raw_at - view.raw_starts[piece]
        if not view.edited[piece]
        else (view.view_starts[piece + 1] if piece + 1 < len(view.view_starts) else len(view.text))
    )


def _piece(view: View, at: int) -> int:
    """Index of the piece that holds view offset ``at``; empty pieces (deletions) are passed over."""
    return max(0, bisect_right(view.view_starts, at) - 1)
