"""The pages of the verdicts with their figures (a curve with its band, the letters over the effort), and the verdicts as JSON."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from datetime import date
from pathlib import Path
from typing import Any

from ..argument.answer import shipped_answer
from ..argument.finding import AnswerCurve
from ..argument.shares import FORCES, Timeline, timeline
from ..argument.shipped import verdict_json
from ..argument.verdict import Verdict
from ..record import WEAK_MEANING, Record
from ..results_folder import MARK, write_whole
from ..studies import manifest
from . import verdict_text as verdict_words
from .page import templates
from .svg import (
    BAND,
    FAINT,
    GRID,
    INK,
    KEY_BAND,
    MODEL,
    NARROW_PX,
    WIDE_PX,
    area,
    document,
    keys,
    line,
    text,
    top_of_scale,
)


def verdicts_json(verdicts: list[Verdict]) -> list[dict[str, Any]]:
    """The verdicts as plain objects; ``rests_on_recalled`` is a share of ``record_rows``, 0 to 1."""
    return [verdict_json(v) for v in verdicts]


# The verdict pages: one for each claim, one table for all, and the letters as a timeline. They open offline.

TEMPLATES = "verdict_templates"
LETTERS_PAGE, INDEX_PAGE, DATA = "letters.html", "index.html", "verdicts.json"


def write_verdicts(
    verdicts: list[Verdict], record: Record, out: Path, *, force: bool = False, command: list[str] | None = None
) -> None:
    """Write a page per claim, index.html, letters.html, verdicts.json and manifest.json to ``out``, whole or not at all.

    force: replace an earlier result there; command: the words of the command line, for the manifest

    Every text of the record is escaped; pages hold their own style, load nothing and run nothing. Raises OilplanError
    where ``out`` stands in the way or cannot be written.
    """
    keys = {v.claim_id: v.draws.key for v in verdicts if v.draws}
    stated = manifest(record, command=command or [], seed=keys, claims=[v.claim_id for v in verdicts])
    files = pages(verdicts, record)
    files[DATA] = json.dumps(verdicts_json(verdicts), ensure_ascii=False, indent=1) + "\n"
    files[MARK] = json.dumps(stated, indent=1) + "\n"

    def fill(folder: Path) -> None:
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")

    write_whole(out, fill, force=force)


def pages(verdicts: list[Verdict], record: Record) -> dict[str, str]:
    """The pages as HTML by file name."""
    answer = shipped_answer(getattr(record, "hash", ""))
    out = {INDEX_PAGE: _page("index.html.j2", verdicts=verdicts, tally=verdict_words.tally(verdicts), answer=answer)}
    ids = [v.claim_id for v in verdicts]
    for k, v in enumerate(verdicts):
        around = {"before": ids[k - 1] if k else None, "after": ids[k + 1] if k + 1 < len(ids) else None}
        out[f"{v.claim_id}.html"] = _claim_page(v, record, around)
    lines = timeline(record)
    figures = {"wide": timeline_figure(lines, WIDE_PX), "narrow": timeline_figure(lines, NARROW_PX)}
    out[LETTERS_PAGE] = _page("letters.html.j2", t=lines, forces=FORCES, shares=_share_rows(lines), **figures)
    return out


def _claim_page(v: Verdict, record: Record, around: dict[str, str | None]) -> str:
    figure = None
    if v.curve:
        figure = {
            "wide": curve_figure(v.curve, WIDE_PX),
            "narrow": curve_figure(v.curve, NARROW_PX),
            "title": v.curve.title,
        }
    weak = set(v.recalled_rows)
    by_table: dict[str, list[tuple[str, bool]]] = {}
    for table, row in v.record_rows:
        by_table.setdefault(table, []).append((row, (table, row) in weak))
    return _page("claim.html.j2", v=v, figure=figure, works=verdict_words.works(v, record), tables=by_table, **around)


def _share_rows(t: Timeline) -> list[tuple[str, list[str]]]:
    """Month, then each force's share as text; recalled and digitised ones marked."""
    of = {(s.month, s.force): s for s in t.shares}
    months = sorted({s.month for s in t.shares})
    return [(m, [_percent(of.get((m, force))) for force in FORCES]) for m in months]


def _percent(share) -> str:
    return "–" if share is None else f"{share.percent:.0f}{verdict_words.MARK if share.weak else ''}"


def _page(name: str, **values: Any) -> str:
    from markupsafe import Markup

    environment = templates("oilplan.report", TEMPLATES)
    style = environment.get_template("verdict.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template(name).render(
        words=verdict_words, style=Markup(style), style_hash=digest, weak_meaning=WEAK_MEANING, **values
    )


# The figures.

HEIGHT = 300
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 34, 64
TICK_PX = 64
UP_TICKS = 5
"""Values named up an axis, as many at the most."""
ROUND_STEPS = (1, 2, 5, 10)
LOG_SPAN = 50.0
"""An axis whose ends lie further apart than this is drawn by logarithm."""
COLOURS = {"bomber_command": "#b1452f", "eighth_af": "#0b5394", "fifteenth_af": "#4f7f3a"}
DASHES = {"bomber_command": "", "eighth_af": "7 3", "fifteenth_af": "2 3"}


def curve_figure(curve: AnswerCurve, width: int) -> str:
    """A curve with its band as SVG; tonnages by logarithm, everything else evenly."""
    high = top_of_scale(max(*curve.high, 1e-9))
    across = _scale(curve.x, width)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value / high * (HEIGHT - TOP - BOTTOM)

    marks = [text(8, 18, curve.y_label, fill=FAINT)]
    for value in _round_values(0.0, high, UP_TICKS):
        marks.append(line([(LEFT, y(value)), (width - RIGHT, y(value))], stroke=GRID, width=1))
        marks.append(text(LEFT - 6, y(value) + 4, f"{value:,.4g}", anchor="end", fill=FAINT))
    for value in _ticks(curve.x, width):
        marks.append(text(across(value), HEIGHT - BOTTOM + 16, f"{value:,.0f}", anchor="middle", fill=FAINT))
    marks.append(text((LEFT + width) / 2, HEIGHT - BOTTOM + 34, curve.x_label, anchor="middle", fill=FAINT))
    upper = [(across(a), y(b)) for a, b in zip(curve.x, curve.high, strict=True)]
    lower = [(across(a), y(b)) for a, b in zip(curve.x, curve.low, strict=True)]
    marks.append(area(upper + lower[::-1], fill=BAND))
    marks.append(line([(across(a), y(b)) for a, b in zip(curve.x, curve.middle, strict=True)], stroke=MODEL, width=2))
    legend, _ = keys([(KEY_BAND, "middle, and its bounds")], HEIGHT - 12, width)
    return document(
        width, HEIGHT, curve.title, f"{curve.title}: {curve.y_label} against {curve.x_label}", marks + legend
    )


def _by_logarithm(x: tuple[float, ...]) -> bool:
    return min(x) > 0 and max(x) / min(x) > LOG_SPAN


def _scale(x: tuple[float, ...], width: int):
    """Function from a value on the x axis to its pixel."""
    turn = math.log if _by_logarithm(x) else float
    first, last = turn(x[0]), turn(x[-1])
    return lambda value: LEFT + 8 + (turn(value) - first) / (last - first) * (width - LEFT - RIGHT - 24)


def _ticks(x: tuple[float, ...], width: int) -> list[float]:
    """Values to be named on the axis, as many as there is room for: of the curve by logarithm, else round ones."""
    room = max(1, (width - LEFT - RIGHT) // TICK_PX)
    if _by_logarithm(x):
        return list(x[:: max(1, -(-len(x) // room))])
    return _round_values(min(x), max(x), room, least=1.0)


def _round_values(first: float, last: float, room: int, least: float = 0.0) -> list[float]:
    """Round values from first to last, at most ``room`` steps of 1, 2 or 5 times a power of ten, none below ``least``."""
    rough = max((last - first) / room, least)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in ROUND_STEPS if power * m >= rough)
    start = math.ceil(first / step - 1e-9)
    return [k * step for k in range(start, math.floor(last / step + 1e-9) + 1)]


FIRST, LAST = date(1944, 9, 1), date(1945, 4, 30)
LETTERS_TOP, LETTER_LANES, LABEL_PX = 46, 6, 30
ORDERS_TOP, SHARES_TOP, SHARES_BOTTOM = 132, 184, 364
TIMELINE_HEIGHT = 454


def timeline_figure(t: Timeline, width: int) -> str:
    """Letters as marks over the directives in force, and below them oil's share of each force's bombs by month."""
    days = (LAST - FIRST).days

    def x(day: str) -> float:
        at = (date.fromisoformat(day[:10]) - FIRST).days
        return LEFT + min(max(at, 0), days) / days * (width - LEFT - RIGHT)

    marks = _letters(t, x, width) + _directives(t, x, width) + _shares(t, x, width)
    entries = [(_key(force), f"{name}  ") for force, name in FORCES.items()]
    legend, _ = keys(entries, TIMELINE_HEIGHT - 44, width)
    said = "Letters by day, directives in force, oil's share of each force's bombs by month, September 1944 on"
    return document(width, TIMELINE_HEIGHT, "The letters and the effort", said, marks + legend)


def _letters(t: Timeline, x, width: int) -> list[str]:
    marks = [text(8, 16, "letters (hollow: recalled); numbers in the table", fill=FAINT)]
    free = [0.0] * LETTER_LANES
    for letter in t.letters:
        if letter.date < FIRST.isoformat():
            continue
        at = x(letter.date)
        row = next((k for k, end in enumerate(free) if end <= at), free.index(min(free)))
        free[row] = at + LABEL_PX
        fill = "#fff" if letter.weak else INK
        y = LETTERS_TOP + 14 * row
        marks.append(f'<circle cx="{at:.1f}" cy="{y - 12}" r="3.5" fill="{fill}" stroke="{INK}" stroke-width="1.4"/>')
        marks.append(text(at + 5, y - 8, letter.letter_id, size=10))
    return marks


def _directives(t: Timeline, x, width: int) -> list[str]:
    """Bars of the directives that bound Bomber Command, one after the other in two rows."""
    marks = []
    bound = [d for d in t.directives if "Bomber Command" in d.bound and d.until > FIRST.isoformat()]
    for k, d in enumerate(bound):
        y = ORDERS_TOP + 15 * (k % 3)
        start, end = x(d.start), max(x(d.until), x(d.start) + 4)
        marks.append(f'<rect x="{start:.1f}" y="{y}" width="{end - start:.1f}" height="11" fill="{GRID}"/>')
        marks.append(text(start + 3, y + 9, d.directive_id, size=10))
    return marks


def _shares(t: Timeline, x, width: int) -> list[str]:
    def y(percent: float) -> float:
        return SHARES_BOTTOM - percent / 60 * (SHARES_BOTTOM - SHARES_TOP - 16)

    marks = [text(8, SHARES_TOP + 4, "oil, percent of each force's bombs", fill=FAINT)]
    for percent in (0, 20, 40, 60):
        marks.append(line([(LEFT, y(percent)), (width - RIGHT, y(percent))], stroke=GRID, width=1))
        marks.append(text(LEFT - 6, y(percent) + 4, str(percent), anchor="end", fill=FAINT))
    months = sorted({s.month for s in t.shares if s.month >= FIRST.isoformat()[:7]})
    for month in months:
        marks.append(text(x(f"{month}-15"), SHARES_BOTTOM + 18, month[2:], anchor="middle", size=11, fill=FAINT))
    for force in FORCES:
        points = [
            (x(f"{s.month}-15"), y(s.percent), s.weak) for s in t.shares if s.force == force and s.month in months
        ]
        marks.append(line([p[:2] for p in points], stroke=COLOURS[force], width=2, dash=DASHES[force]))
        marks += [
            f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{"#fff" if weak else COLOURS[force]}" '
            f'stroke="{COLOURS[force]}" stroke-width="1.6"/>'
            for a, b, weak in points
        ]
    return marks


def _key(force: str) -> str:
    dash = f' stroke-dasharray="{DASHES[force]}"' if DASHES[force] else ""
    colour = COLOURS[force]
    return f'<path d="M-8 0h16" stroke="{colour}" stroke-width="2"{dash}/><circle r="3.5" fill="{colour}"/>'
