"""How well `oilplan read` repairs and extracts: precision and recall on passages of our own, hand-marked.

`tuned.txt` was in view while the rules were written. `kept.txt` was written and marked before the reader was first
run on it, and no rule was changed after; two earlier sets of the kind, once their errors had been seen, joined
`tuned.txt`. Its passages named n_ were written last: the first reading of them found 48 of 48 repairs and 50 of 51
facts, and nothing wrong. All passages have one author, who also wrote the rules: pages of other hands will read worse. Their kinds of
faults are those seen on 68 scanned books; their words are our own. `clean.txt` asks the opposite: that nothing is touched
that was right.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

SETS = ("tuned", "kept")


def read_quality() -> dict[str, Any]:
    """Precision and recall of repairs and facts on both sets, with counts per kind, the faults and the floors."""
    from benchmarks.read_quality.broken_lines import broken_lines
    from benchmarks.read_quality.marked import read_passages
    from benchmarks.read_quality.score import FLOORS, floors_met, score

    from oilplan.evidence import read_text

    folder = Path(__file__).parent
    results = {name: score(read_passages(folder / f"{name}.txt"), read_text) for name in SETS}
    clean = broken_lines(folder)
    met = all(map(floors_met, results.values())) and clean["floor_met"]
    return {"floors": FLOORS, "floors_met": met, **results, "clean": clean}
