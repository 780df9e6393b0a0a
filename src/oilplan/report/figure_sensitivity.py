"""Figure: how much of an outcome's variance goes with each input."""

from __future__ import annotations

from .sensitivity_table import marked
from .svg import FAINT, GRID, INK, MODEL, WIDE_PX, document, line, text

WEAK = "#d55e00"
ROW, TOP, FOOT, LETTER = 24.0, 12.0, 46.0, 6.6
BAR = 12.0


def bars_figure(outcome: dict, shown: int, width: int = WIDE_PX) -> str:
    """Total indices of the first inputs of an outcome as bars, first-order index as a tick, 95 percent as a whisker.

    outcome: one of a sensitivity summary; shown: how many inputs; width: pixels. Unverified numbers are hatched in
    another colour and carry an asterisk.
    """
    rows = outcome["inputs"][:shown]
    left = 12 + LETTER * max(len(marked(r)) for r in rows)
    high = max(1.0, *((r["total"] or 0.0) + (r["total_error"] or 0.0) for r in rows))
    scale = (width - left - 16) / high
    bottom = TOP + ROW * len(rows)
    body = [_mark(left + scale * k / 4, bottom, k) for k in range(int(high * 4) + 1)]
    for k, r in enumerate(rows):
        body += _bar(r, left, scale, TOP + ROW * (k + 0.5))
    body.append(text(8, bottom + 34, "bar: total; tick: first-order; line: 95 percent; *: unverified", fill=FAINT))
    told = f"{outcome['meaning']}: total Sobol indices of {', '.join(marked(r) for r in rows)}."
    return document(width, bottom + FOOT, outcome["meaning"], told, body)


def _mark(x: float, bottom: float, quarter: int) -> str:
    return line([(x, TOP), (x, bottom)], stroke=GRID, width=1) + text(
        x, bottom + 16, f"{25 * quarter}%", anchor="middle", fill=FAINT
    )


def _bar(r: dict, left: float, scale: float, y: float) -> list[str]:
    total, error, first = (r[k] or 0.0 for k in ("total", "total_error", "first"))
    colour = WEAK if marked(r) != r["label"] else MODEL
    at = left + scale * max(first, 0.0)
    says = f"<title>{r['label']}, {r['known']}: first {first:.2f}, total {total:.2f} ± {error:.2f}</title>"
    return [
        text(left - 6, y + 4, marked(r), anchor="end"),
        f'<rect x="{left:.1f}" y="{y - BAR / 2:.1f}" width="{max(scale * total, 0.0):.1f}" height="{BAR}" '
        f'fill="{colour}" opacity="0.75">{says}</rect>',
        line([(left + scale * max(total - error, 0.0), y), (left + scale * (total + error), y)], stroke=INK, width=1),
        line([(at, y - BAR / 2 - 2), (at, y + BAR / 2 + 2)], stroke=INK, width=2),
    ]
