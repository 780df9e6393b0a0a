"""Running text built from pages that overlap end to beginning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oilplan.evidence.findings import Joined, Overlap


def joined_texts(raws: Mapping[str, str], overlaps: Sequence[Overlap]) -> list[Joined]:
    """Chains of documents in which each one's end is the next one's beginning, joined into one text each.

    raws: raw text by file. Where two scans differ the earlier page's reading stands; the apparatus has the other.
    A page that runs into several others goes on with the one it shares most with.
    """
    following: dict[str, Overlap] = {}
    for overlap in sorted((o for o in overlaps if o.joins), key=lambda o: o.a_span[1] - o.a_span[0], reverse=True):
        taken = {o.b for o in following.values()}
        if overlap.a not in following and overlap.b not in taken and overlap.b_span[1] < len(raws[overlap.b]):
            following[overlap.a] = overlap
    heads = [a for a in following if a not in {o.b for o in following.values()}]
    return [_chain(head, raws, following) for head in sorted(heads, key=list(raws).index)]


def _chain(head: str, raws: Mapping[str, str], following: Mapping[str, Overlap]) -> Joined:
    files, starts, text = [head], [0], raws[head]
    while files[-1] in following:
        overlap = following[files[-1]]
        if overlap.b in files:
            break
        text = text[: starts[-1] + overlap.a_span[1]]
        files.append(overlap.b)
        starts.append(len(text) - overlap.b_span[1])
        text += raws[overlap.b][overlap.b_span[1] :]
    return Joined(tuple(files), tuple(starts), text)
