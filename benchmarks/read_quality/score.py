"""Precision and recall of the reader against hand-marked passages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from benchmarks.read_quality.marked import REPAIRS, Mark, Passage

FLAGS = {"table_flattened", "truncation", "paragraph_break", "lost_letter"}
"""Kinds whose reading is not compared: they say where, not what."""
KINDS = ("quantity", "date", "name")
"""Facts that have to reach the floors each by itself."""
FLOORS = {"repairs": {"precision": 0.99, "recall": 0.9}, "facts": {"precision": 0.97, "recall": 0.9}}


class Tally(NamedTuple):
    """Counts for one kind: found and right, found and wrong, marked and missed."""

    right: int
    wrong: int
    missed: int

    def plain(self) -> dict[str, Any]:
        """Counts with precision and recall; a kind never found has no precision."""
        found, marked = self.right + self.wrong, self.right + self.missed
        precision = round(self.right / found, 4) if found else None
        recall = round(self.right / marked, 4) if marked else None
        return {**self._asdict(), "precision": precision, "recall": recall}


def score(passages: Iterable[Passage], read: Any) -> dict[str, Any]:
    """Score a reader on passages.

    read: function (name, raw text) -> `oilplan.evidence.Document`

    A repair is right when its class and reading agree and it touches the mark; a fact when its value agrees and it
    touches the mark. Whatever is found where nothing is marked is wrong.
    """
    tallies: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    tallies["repairs"], tallies["facts"] = [0, 0, 0], [0, 0, 0]
    faults, count = [], 0
    for passage in passages:
        count += 1
        document = read(passage.name, passage.raw)
        for group, found in (("repairs", _repairs(document)), ("facts", _facts(document))):
            marked = [m for m in passage.marks if (m.what in REPAIRS.values()) == (group == "repairs")]
            right, wrong, missed = _matched(found, marked)
            for i, marks in enumerate((right, wrong, missed)):
                for mark in marks:
                    tallies[group][i] += 1
                    tallies[mark.what][i] += 1
            faults += [{"passage": passage.name, "fault": "wrong", **m._asdict()} for m in wrong]
            faults += [{"passage": passage.name, "fault": "missed", **m._asdict()} for m in missed]
    kinds = {kind: Tally(*counts).plain() for kind, counts in sorted(tallies.items())}
    return {
        "passages": count,
        "repairs": kinds.pop("repairs"),
        "facts": kinds.pop("facts"),
        "kinds": kinds,
        "faults": faults,
    }


def floors_met(result: dict[str, Any]) -> bool:
    """Whether precision and recall of one set reach the floors, all facts together and each of `KINDS`."""
    tallies = [(result[group], floors) for group, floors in FLOORS.items()]
    tallies += [(result["kinds"][kind], FLOORS["facts"]) for kind in KINDS]
    return all(t[m] is not None and t[m] >= floor for t, floors in tallies for m, floor in floors.items())


def _matched(found: list[Mark], marked: list[Mark]) -> tuple[list[Mark], list[Mark], list[Mark]]:
    left = list(marked)
    right, wrong = [], []
    for mark in found:
        twin = next((m for m in left if _agree(mark, m)), None)
        if twin is None:
            wrong.append(mark)
        else:
            left.remove(twin)
            right.append(mark)
    return right, wrong, left


def _agree(found: Mark, marked: Mark) -> bool:
    touches = found.start < marked.end and marked.start < found.end
    return touches and found.what == marked.what and (found.what in FLAGS or found.value == marked.value)


def _repairs(document: Any) -> list[Mark]:
    return [Mark(r.kind, r.start, r.end, _reading(r)) for r in document.repairs]


def _reading(repair: Any) -> str:
    if repair.kind.startswith(("note_marker", "footnote")):
        return "".join(c for c in repair.reading if c.isdigit())
    return repair.reading


def _facts(document: Any) -> list[Mark]:
    found = [Mark("date", d.start, d.end, d.edtf) for d in document.dates]
    found += [Mark("name", n.start, n.end, n.id or "?") for n in document.names]
    found += [Mark("quantity", q.start, q.end, f"{_value(q)} {q.unit}") for q in document.quantities]
    found += [Mark("letter", x.start, x.end, f"{x.sender}>{x.to}@{x.date}") for x in document.letters]
    return found


def _value(quantity: Any) -> str:
    if quantity.value is not None:
        return f"{quantity.value:.3g}" if quantity.value < 1 else f"{quantity.value:.10g}"
    if quantity.low is None:
        return "?"
    high = f"{quantity.high:.10g}" if quantity.high is not None else ""
    return f"{quantity.low:.10g}..{high}"
