"""Drawing: a frame with axes, and the few marks that our figures are made of. Everything is text of an SVG."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

INK, FAINT, GRID, BAND, MODEL = "#1b1b1b", "#5f6368", "#e3e3e0", "#b9d3ea", "#0b5394"
WIDE_PX, NARROW_PX = 760, 380
EDGE_PX, ROW_PX, LETTER_PX = 8.0, 18.0, 6.9
FONT = "font-family:system-ui,'Segoe UI',Helvetica,Arial,sans-serif"
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Frame(NamedTuple):
    """A plotting area in pixels and the data range it shows, zero at the bottom.

    width, height: of the whole figure; left, right, top, bottom: margins; n: columns (months); high: top of the scale
    """

    width: int
    height: int
    n: int
    high: float
    left: int = 58
    right: int = 12
    top: int = 30
    bottom: int = 40

    def x(self, column: float) -> float:
        """Pixel of the middle of a column, 0 to n - 1."""
        return self.left + (column + 0.5) * self.step

    def y(self, value: float) -> float:
        """Pixel of a value."""
        return self.height - self.bottom - value / self.high * (self.height - self.top - self.bottom)

    def at(self, values: Iterable[float]) -> list[tuple[float, float]]:
        """Pixels of values, a column each from the first."""
        return [(self.x(k), self.y(v)) for k, v in enumerate(values)]

    @property
    def step(self) -> float:
        """Pixels of one column."""
        return (self.width - self.left - self.right) / self.n


def frame(values: list[float], n: int, width: int, height: int = 300) -> Frame:
    """A frame for n columns whose scale ends at a round figure above all values."""
    return Frame(width, height, n, top_of_scale(max(values, default=1.0)))


def top_of_scale(highest: float) -> float:
    """The lowest of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten that is not below ``highest``."""
    power = 1.0
    while power * 10 <= highest:
        power *= 10
    return next(m * power for m in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if m * power >= highest)


def document(width: float, height: float, title: str, description: str, body: list[str]) -> str:
    """A whole SVG with a title and a description for those who cannot see it."""
    size = f'width="{width:.0f}" height="{height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" {size} '
        f'role="img" style="{FONT}"><title>{escape(title)}</title><desc>{escape(description)}</desc>'
        f'<rect {size} fill="#fff"/>{"".join(body)}</svg>'
    )


def text(
    x: float, y: float, words: str, *, size: int = 12, anchor: str = "start", fill: str = INK, more: str = ""
) -> str:
    """Words at a point; anchor is start, middle or end."""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"'
    return f"<text {place} {more}>{escape(words)}</text>"


def line(points: list[tuple[float, float]], *, stroke: str = INK, width: float = 1.5, dash: str = "") -> str:
    """An open line through points."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{width}"{dashed}/>'


def area(points: list[tuple[float, float]], *, fill: str) -> str:
    """A filled polygon."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{path}" fill="{fill}"/>'


def axes(f: Frame, months: list[str], unit: str, per: float = 1000.0) -> list[str]:
    """Horizontal grid with figures in units of ``per``, months below, years under the first month of each."""
    marks = [text(f.left - 46, f.top - 12, unit, fill=FAINT)]
    for k in range(5):
        value = f.high * k / 4
        marks.append(line([(f.left, f.y(value)), (f.width - f.right, f.y(value))], stroke=GRID, width=1))
        marks.append(text(f.left - 6, f.y(value) + 4, f"{value / per:,.4g}", anchor="end", fill=FAINT))
    return marks + month_names(f, months)


def month_names(f: Frame, months: list[str]) -> list[str]:
    """Months below, years under the first month of each."""
    letters, marks = 3 if f.step > 30 else 1, []
    for k, month in enumerate(months):
        name = MONTH_NAMES[int(month[5:]) - 1][:letters]
        marks.append(text(f.x(k), f.height - f.bottom + 16, name, anchor="middle", fill=FAINT))
        if k == 0 or month.endswith("-01"):
            marks.append(text(f.x(k), f.height - f.bottom + 32, month[:4], anchor="middle", fill=FAINT))
    return marks


def banded(f: Frame, rows: list[dict]) -> list[str]:
    """The modelled band (5 to 95 percent) and its median."""
    lower, middle, upper = (f.at(m[q] for m in rows) for q in ("p05_t", "median_t", "p95_t"))
    return [area(upper + lower[::-1], fill=BAND), line(middle, stroke=MODEL, width=2)]


def recorded(f: Frame, column: float, low: float, high: float, *, weak: bool, says: str) -> str:
    """A recorded figure: a bar from low to high with a dot in the middle, hollow and dashed where it is weak."""
    x, middle = f.x(column), f.y((low + high) / 2)
    fill, dash = ("#fff", ' stroke-dasharray="2 2"') if weak else (INK, "")
    ends = "".join(f'<path d="M{x - 5:.1f} {f.y(v):.1f}h10"/>' for v in {low, high} if low != high)
    return (
        f'<g stroke="{INK}" stroke-width="1.6"><title>{escape(says)}</title>'
        f'<path d="M{x:.1f} {f.y(low):.1f}V{f.y(high):.1f}"{dash}/>{ends}'
        f'<circle cx="{x:.1f}" cy="{middle:.1f}" r="4" fill="{fill}"/></g>'
    )


def keys(entries: list[tuple[str, str]], y: float, width: float) -> tuple[list[str], float]:
    """A legend in rows that break before ``width``, and the pixel below it.

    entries: (mark, words), the mark as SVG around 0,0 within 16 px; y: middle of the first row
    """
    marks, at = [], EDGE_PX
    for mark, words in entries:
        wide = 24 + LETTER_PX * len(words)
        if at + wide > width and at > EDGE_PX:
            at, y = EDGE_PX, y + ROW_PX
        marks.append(f'<g transform="translate({at + 8:.1f} {y:.1f})">{mark}</g>{text(at + 20, y + 4, words)}')
        at += wide + 8
    return marks, y + ROW_PX


KEY_BAND = (
    f'<rect x="-8" y="-5" width="16" height="10" fill="{BAND}"/><path d="M-8 0h16" stroke="{MODEL}" stroke-width="2"/>'
)
KEY_READ = f'<circle r="4" fill="{INK}" stroke="{INK}" stroke-width="1.6"/>'
KEY_WEAK = f'<circle r="4" fill="#fff" stroke="{INK}" stroke-width="1.6"/>'
