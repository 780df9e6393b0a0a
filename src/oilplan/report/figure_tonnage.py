"""Figure: tons dropped on the oil system by force and month."""

from __future__ import annotations

from html import escape

from .figure_output import HEIGHT_PX
from .svg import WIDE_PX, axes, document, frame, keys

FORCE_NAMES = {
    "bomber_command": "Bomber Command",
    "eighth_af": "Eighth Air Force",
    "fifteenth_af": "Fifteenth Air Force",
}
FORCE_COLOURS = {"bomber_command": "#0072b2", "eighth_af": "#e69f00", "fifteenth_af": "#009e73"}
RECALLED_OPACITY = 0.35
"""Raids known only from the recalled calendar are drawn this pale: their tons are the median of their force."""


def tonnage_figure(summary: dict, width: int = WIDE_PX) -> str:
    """Tons a month on the system's plants and groups, stacked by force, as SVG.

    summary: from `oilplan.experiments.results.summary`; width: pixels
    """
    months = list(dict.fromkeys(r["month"] for r in summary["raids"]))
    of = {(r["month"], r["force"]): r for r in summary["raids"]}
    totals = [sum(of[m, f]["recorded_t"] + of[m, f]["recalled_t"] for f in FORCE_NAMES) for m in months]
    f = frame(totals, len(months), width, HEIGHT_PX)
    body = axes(f, months, "thousand metric tons")
    for k, month in enumerate(months):
        body += _column(f, k, [of[month, force] for force in FORCE_NAMES])
    legend = [(_swatch(FORCE_COLOURS[force]), FORCE_NAMES[force]) for force in FORCE_NAMES]
    legend.append((_swatch("#777", RECALLED_OPACITY), "pale: raid known from memory only"))
    drawn, height = keys(legend, f.height + 4, width)
    title = "Tons dropped on oil by force and month"
    return document(width, height, title, "Stacked columns, metric tons.", body + drawn)


def _column(f, k: int, parts: list[dict]) -> list[str]:
    marks, stood = [], 0.0
    for part in parts:
        for name, opacity in (("recorded_t", 1.0), ("recalled_t", RECALLED_OPACITY)):
            tons = part[name]
            if tons:
                marks.append(_bar(f, k, stood, stood + tons, FORCE_COLOURS[part["force"]], opacity, _says(part, name)))
                stood += tons
    return marks


def _bar(f, k: int, low: float, high: float, fill: str, opacity: float, says: str) -> str:
    wide = f.step * 0.7
    return (
        f'<rect x="{f.x(k) - wide / 2:.1f}" y="{f.y(high):.1f}" width="{wide:.1f}" height="{f.y(low) - f.y(high):.1f}" '
        f'fill="{fill}" fill-opacity="{opacity}"><title>{escape(says)}</title></rect>'
    )


def _says(part: dict, name: str) -> str:
    how = f"of which {part['doubted_t']:,} t with a doubt" if name == "recorded_t" else "known from memory only"
    return f"{part['month']} {FORCE_NAMES[part['force']]}: {part[name]:,} t, {how}"


def _swatch(fill: str, opacity: float = 1.0) -> str:
    return f'<rect x="-8" y="-6" width="16" height="12" fill="{fill}" fill-opacity="{opacity}"/>'
