"""Make the saved recovery study: docs/recovery and the copy that the package carries. About twenty minutes.

python tools/recovery_study.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from oilplan.calibration import recovery
from oilplan.record import load_record
from oilplan.report.svg import BAND, FAINT, GRID, INK, MODEL, WIDE_PX, document, line, text, top_of_scale

ROOT = Path(__file__).parents[1]
DOCS, PACKAGE = ROOT / "docs" / "recovery", ROOT / "src" / "oilplan" / "calibration" / "data"
ERROR_FACTOR, WRONG_REPETITIONS = 0.25, 8
WRONG_KEEPS = ("repetitions", "coverage90", "coverage_error", "ranks", "chi2_p", "divergences")


def main() -> None:
    """Run the study with the right likelihood and with errors believed four times too small, and save both."""
    record = load_record(None)
    found = recovery.study(record, report=_say("right likelihood"))
    wrong = recovery.study(record, WRONG_REPETITIONS, report=_say("wrong likelihood"), error_factor=ERROR_FACTOR)
    found["wrong_likelihood"] = {"error_factor": ERROR_FACTOR, **{k: wrong[k] for k in WRONG_KEEPS}}
    for folder in (DOCS, PACKAGE):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / recovery.SAVED).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (DOCS / "ranks.svg").write_text(ranks_figure(found) + "\n", encoding="utf-8")
    print(f"{DOCS / recovery.SAVED}: {100 * found['coverage90']:.1f} percent covered", file=sys.stderr)


def _say(what: str):
    return lambda done, of: print(f"{what}: {done} of {of}", file=sys.stderr)


LEFT, RIGHT, RANKS_TOP, BOTTOM, HEIGHT = 52.0, 12.0, 34.0, 44.0, 260.0
INTERVAL = 0.99


def ranks_figure(found: dict, width: int = WIDE_PX) -> str:
    """Histogram of pooled ranks with the band in which 99 percent of flat histograms' bars lie, as SVG.

    found: from `oilplan.calibration.recovery.study`; width: pixels. The band takes ranks as independent; those of one
    repetition are not, so a bar a little outside it is no fault.
    """
    from scipy.stats import binom

    counts = found["ranks"]
    low, high = binom.interval(INTERVAL, sum(counts), 1 / len(counts))
    top = top_of_scale(max(*counts, high))

    def y(count: float) -> float:
        return HEIGHT - BOTTOM - count / top * (HEIGHT - RANKS_TOP - BOTTOM)

    step = (width - LEFT - RIGHT) / len(counts)
    body = [text(8, RANKS_TOP - 16, "truths", fill=FAINT)]
    body.append(
        f'<rect x="{LEFT}" y="{y(high):.1f}" width="{width - LEFT - RIGHT:.1f}" height="{y(low) - y(high):.1f}" '
        f'fill="{BAND}" opacity="0.6"/>'
    )
    for k in range(5):
        body.append(line([(LEFT, y(top * k / 4)), (width - RIGHT, y(top * k / 4))], stroke=GRID, width=1))
        body.append(text(LEFT - 6, y(top * k / 4) + 4, f"{top * k / 4:,.4g}", anchor="end", fill=FAINT))
    for k, count in enumerate(counts):
        x = LEFT + k * step
        body.append(
            f'<rect x="{x + 3:.1f}" y="{y(count):.1f}" width="{step - 6:.1f}" height="{y(0) - y(count):.1f}" '
            f'fill="{MODEL}"><title>{count}</title></rect>'
        )
    body += [line([(LEFT, y(edge)), (width - RIGHT, y(edge))], stroke=BAND, width=1) for edge in (low, high)]
    body.append(
        line(
            [(LEFT, y(sum(counts) / len(counts))), (width - RIGHT, y(sum(counts) / len(counts)))],
            stroke=INK,
            dash="4 3",
        )
    )
    ends = (("start", LEFT, "lowest of the draws"), ("end", width - RIGHT, "highest"))
    body += [text(x, HEIGHT - BOTTOM + 16, words, anchor=anchor, fill=FAINT) for anchor, x, words in ends]
    body.append(text(LEFT, HEIGHT - 8, "dashed: flat; band: 99 percent of bars if flat", fill=FAINT))
    stated = (
        f"Ranks of {sum(counts)} known truths of {found['repetitions']} repetitions among the draws of their refits; "
        f"chi-square p {found['chi2_p']:.2f}."
    )
    return document(width, HEIGHT, "Rank of the truth among the draws", stated, body)


if __name__ == "__main__":
    main()
