"""Figure: output by month, the modelled band against the record."""

from __future__ import annotations

from .svg import KEY_BAND, KEY_READ, KEY_WEAK, WIDE_PX, axes, banded, document, frame, keys, recorded

HEIGHT_PX = 280


def output_figure(summary: dict, series: str, width: int = WIDE_PX) -> str:
    """Modelled output of one series (median, 5-95 percent) with the recorded figures, as SVG.

    summary: from `oilplan.experiments.results.summary`; series: a key of its ``series``; width: pixels
    """
    rows = [m for m in summary["months"] if m["series"] == series]
    known = [(k, m) for k, m in enumerate(rows) if m["recorded_t"] is not None]
    f = frame([m["p95_t"] for m in rows] + [m["recorded_high_t"] for _, m in known], len(rows), width, HEIGHT_PX)
    body = [*axes(f, [m["month"] for m in rows], "thousand tons a month"), *banded(f, rows)]
    body += [recorded(f, k, m["recorded_low_t"], m["recorded_high_t"], weak=m["weak"], says=_says(m)) for k, m in known]
    legend = [(KEY_BAND, f"modelled, 5-95 percent ({summary['basis'].split(':')[0]})"), (KEY_READ, "recorded, read"),
              (KEY_WEAK, "recorded, recalled in whole or part")]  # fmt: skip
    drawn, height = keys(legend, f.height + 4, width)
    title = summary["series"][series]
    told = f"{title} by month, April 1944 to April 1945: {summary['basis']}."
    return document(width, height, title, told, body + drawn)


def _says(m: dict) -> str:
    mark = ", not wholly read" if m["weak"] else ""
    return f"{m['month']}: {m['recorded_low_t']:,.0f} to {m['recorded_high_t']:,.0f} t, {m['status']}{mark}"
