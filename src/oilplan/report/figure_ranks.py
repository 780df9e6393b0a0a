"""Figure: ranks of known truths among the draws of refits, which are flat where the fit is calibrated."""

from __future__ import annotations

from scipy.stats import binom

from .svg import BAND, FAINT, GRID, INK, MODEL, WIDE_PX, document, line, text, top_of_scale

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 52.0, 12.0, 34.0, 44.0, 260.0
INTERVAL = 0.99


def ranks_figure(found: dict, width: int = WIDE_PX) -> str:
    """Histogram of pooled ranks with the band in which 99 percent of flat histograms' bars lie, as SVG.

    found: from `oilplan.calibration.recovery.study`; width: pixels. The band takes ranks as independent; those of one
    repetition are not, so a bar a little outside it is no fault.
    """
    counts = found["ranks"]
    low, high = binom.interval(INTERVAL, sum(counts), 1 / len(counts))
    top = top_of_scale(max(*counts, high))

    def y(count: float) -> float:
        return HEIGHT - BOTTOM - count / top * (HEIGHT - TOP - BOTTOM)

    step = (width - LEFT - RIGHT) / len(counts)
    body = [text(8, TOP - 16, "truths", fill=FAINT)]
    body.append(f'<rect x="{LEFT}" y="{y(high):.1f}" width="{width - LEFT - RIGHT:.1f}" height="{y(low) - y(high):.1f}" '
                f'fill="{BAND}" opacity="0.6"/>')  # fmt: skip
    for k in range(5):
        body.append(line([(LEFT, y(top * k / 4)), (width - RIGHT, y(top * k / 4))], stroke=GRID, width=1))
        body.append(text(LEFT - 6, y(top * k / 4) + 4, f"{top * k / 4:,.4g}", anchor="end", fill=FAINT))
    for k, count in enumerate(counts):
        x = LEFT + k * step
        body.append(f'<rect x="{x + 3:.1f}" y="{y(count):.1f}" width="{step - 6:.1f}" height="{y(0) - y(count):.1f}" '
                    f'fill="{MODEL}"><title>{count}</title></rect>')  # fmt: skip
    body += [line([(LEFT, y(edge)), (width - RIGHT, y(edge))], stroke=BAND, width=1) for edge in (low, high)]
    body.append(line([(LEFT, y(sum(counts) / len(counts))), (width - RIGHT, y(sum(counts) / len(counts)))],
                     stroke=INK, dash="4 3"))  # fmt: skip
    ends = (("start", LEFT, "lowest of the draws"), ("end", width - RIGHT, "highest"))
    body += [text(x, HEIGHT - BOTTOM + 16, words, anchor=anchor, fill=FAINT) for anchor, x, words in ends]
    body.append(text(LEFT, HEIGHT - 8, "dashed: flat; band: 99 percent of bars if flat", fill=FAINT))
    told = (f"Ranks of {sum(counts)} known truths of {found['repetitions']} repetitions among the draws of their refits; "
            f"chi-square p {found['chi2_p']:.2f}.")  # fmt: skip
    return document(width, HEIGHT, "Rank of the truth among the draws", told, body)
