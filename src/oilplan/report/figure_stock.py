"""Figure: the stock of aviation gasoline at each month's end."""

from __future__ import annotations

from .figure_output import HEIGHT_PX
from .svg import KEY_BAND, KEY_READ, KEY_WEAK, WIDE_PX, axes, banded, document, frame, keys, recorded


def stock_figure(summary: dict, width: int = WIDE_PX) -> str:
    """Modelled stock (median, 5-95 percent) with what the record has, as SVG.

    summary: from `oilplan.experiments.results.summary`; width: pixels. Modelled from the end of April 1944.
    """
    rows = summary["stock"]
    known = [(k, m) for k, m in enumerate(rows) if m["recorded_t"] is not None]
    f = frame([m["p95_t"] for m in rows] + [m["recorded_t"] for _, m in known], len(rows), width, HEIGHT_PX)
    body = [*axes(f, [m["month"] for m in rows], "thousand tons at the month's end"), *banded(f, rows)]
    body += [recorded(f, k, m["recorded_t"], m["recorded_t"], weak=m["weak"], says=_says(m)) for k, m in known]
    legend = [(KEY_BAND, f"modelled, 5-95 percent ({summary['basis'].split(':')[0]})"), (KEY_READ, "recorded, read"),
              (KEY_WEAK, "recalled, or reckoned from recalled flows")]  # fmt: skip
    drawn, height = keys(legend, f.height + 4, width)
    told = f"Stock by month's end: {summary['basis']}."
    return document(width, height, "Stock of aviation gasoline", told, body + drawn)


def _says(m: dict) -> str:
    reckoned = "reckoned from recalled output and consumption" if m["measure"] == "stock_end_flow" else m["status"]
    return f"{m['month']}: {m['recorded_t']:,.0f} t, {reckoned}"
