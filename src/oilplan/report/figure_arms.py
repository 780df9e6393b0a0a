"""Figure: one monthly series of every arm, overlaid bands."""

from __future__ import annotations

from ..clock import MONTHS
from .svg import WIDE_PX, area, axes, document, frame, keys, line

COLOURS = ("#0b5394", "#d55e00", "#009e73", "#cc79a7", "#7a5c00", "#56b4e9", "#6b4fa0", "#a01c3c", "#3f7f00", "#444444")
"""Told apart by people who see few colours, as far as ten can be; every arm also has a dash of its own."""
DASHES = ("", "6 3", "2 2", "8 3 2 3", "10 4", "4 2", "1 3", "12 3", "3 5", "7 2 2 2")
SPARED = "no raids"


def arms_figure(
    bands: dict, title: str, unit: str, first_column: float | None, width: int = WIDE_PX, *,
    months: tuple[str, ...] = MONTHS, per: float = 1000.0,
) -> str:  # fmt: skip
    """Median lines over 5-95 percent bands by month, as SVG.

    bands: {arm: {p05, median, p95}: [M]}; first_column: month index from which the arms differ, None where
    that is the first; width: pixels
    months: M labels written YYYY-MM; unit: of the scale, whose figures are those of the bands divided by ``per``
    """
    arms = [name for name in bands if name != SPARED]
    high = max(max(b["p95"]) for b in bands.values())
    f = frame([high], len(months), width)
    body = [*axes(f, list(months), unit, per)]
    if first_column is not None:
        edge = f.x(first_column) - f.step / 2
        body.append(line([(edge, f.top), (edge, f.height - f.bottom)], stroke="#9a9a9a", dash="3 3", width=1))
    legend = []
    for k, name in enumerate(arms):
        colour, dash = COLOURS[k % len(COLOURS)], DASHES[k % len(DASHES)]
        at = [f.x(m) for m in range(len(months))]
        upper = [(x, f.y(v)) for x, v in zip(at, bands[name]["p95"], strict=True)]
        lower = [(x, f.y(v)) for x, v in zip(at, bands[name]["p05"], strict=True)]
        body.append(f'<g opacity="0.13">{area(upper + lower[::-1], fill=colour)}</g>')
        middle = [(x, f.y(v)) for x, v in zip(at, bands[name]["median"], strict=True)]
        body.append(line(middle, stroke=colour, width=2.2, dash=dash))
        legend.append((_key(colour, dash), name))
    if SPARED in bands:
        none = [(f.x(m), f.y(v)) for m, v in enumerate(bands[SPARED]["median"])]
        body.append(line(none, stroke="#9a9a9a", width=1.5, dash="1 2"))
        legend.append((_key("#9a9a9a", "1 2"), "no raids from the first day (median)"))
    drawn, height = keys(legend, f.height + 4, width)
    told = f"{title}: medians and 5-95 percent bands of {', '.join(arms)}."
    return document(width, height, title, told, body + drawn)


def _key(colour: str, dash: str) -> str:
    return f'<path d="M-8 0h16" stroke="{colour}" stroke-width="2.2" stroke-dasharray="{dash}"/>'
