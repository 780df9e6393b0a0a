"""The guided story: seven steps that drive the map and the chart, every figure from the record, the model and the verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ..argument.answer import ORDERS, QUESTIONS, TopAnswer
from ..argument.grade import AGAINST, LEANS, LEANS_AGAINST, WELL
from ..argument.grade import WORDS as WORDS_OF
from ..clock import MONTHS, day_of, month_start_day
from ..record import Record, weak_row
from ..record.names import short_name
from ..report.figure_map import MAP_NARROW_PX
from ..report.verdict_text import chance, plain
from ..studies.replay import AVIATION, recorded_months
from .argument import Judging, dated, judging_of
from .choices import map_choice
from .door import heavy
from .engine import MapWorld
from .limits import DRAWS
from .map_data import fallen_on, map_of, name_of, output_series, recorded_raids
from .pages import WIDE_PX, WORDS, both_arms_figures, month_words, page

router = APIRouter()
SIDE_FROM = "1944-10"
"""The month from which the sides' orders are flown, as in the answer."""
SIDES = {
    "history": "History's own orders",
    "portal": "Portal: oil before all",
    "harris": "Harris: the cities first",
    "tedder": "Tedder: railways and canals",
}
LETTERS_SHOWN = ("C40", "C43", "C26")
"""Claims whose words are quoted: the view of Harris, and Portal's two sentences on it."""


class Step(NamedTuple):
    """One step. key: in the address; day: ISO, to which the map goes; first: ISO, from which its days run; chart: whether a
    phone shows the chart and not the map; says: sentences; rows: (table, row) that the figures stand in."""

    key: str
    title: str
    day: str
    says: tuple[str, ...]
    first: str = ""
    chart: bool = False
    rows: tuple[tuple[str, str], ...] = ()
    more: str = ""


@router.get("/story")
@heavy
def story(request: Request) -> HTMLResponse:
    """The page; readable as plain text without scripts, its figures then those of the first great raid."""
    judging = judging_of(request)
    made = request.app.state.engine.answer("story", lambda lab: (steps(lab, judging), stage(lab)))
    return page(
        "story.html.j2",
        "/story",
        steps=made[0],
        stage=made[1],
        sides=SIDES,
        side_queries={side: side_query(side) for side in SIDES},
        quoted=[(c, row) for c, row in request.app.state.record.rows("claims").items() if c in LETTERS_SHOWN],
        letters=sum(e["kind"] == "letter" for e in dated(request.app.state.record)),
        brought=brought(judging.answer),
        draws=DRAWS,
    )


def side_query(side: str) -> str:
    """The orders of a side as the map room has them in its address, whole as its script asks for them."""
    orders = {"history": ("as_ordered",) * 3, "harris": ("harris", "as_ordered", "as_ordered")}.get(side, (side,) * 3)
    bc, e8, f15 = orders
    return map_choice({"from": SIDE_FROM, "bc": bc, "e8": e8, "f15": f15}).query + f"&draws={DRAWS}"


def stage(lab: MapWorld) -> dict[str, Any]:
    """The map and the chart as the page opens: the first great raid."""
    day = day_of("1944-05-12")
    share, raids = lab.history[DRAWS].share[day], fallen_on(lab, None, day)
    choice = map_choice({"from": SIDE_FROM})
    series = output_series(lab, choice, lab.history[DRAWS])
    title = "Plants and raids, as flown"
    return {
        "map": {
            "wide": map_of(lab, share, raids, WIDE_PX, "story-map-wide", title, enlarged=False),
            "narrow": map_of(lab, share, raids, MAP_NARROW_PX, "story-map-narrow", title, enlarged=False),
        },
        "chart": both_arms_figures(series, "story-chart"),
    }


def steps(lab: MapWorld, judging: Judging) -> list[Step]:
    """The steps in order."""
    record = lab.record
    made = {m.month: m for m in recorded_months(record) if m.series == AVIATION}
    tons = tons_by_month(lab)
    return [
        _before_may(record, made, recorded_raids(lab)),
        _first_raid(lab),
        _summer(made, tons),
        _november(made, tons),
        _letters(record),
        _sides(judging.answer),
        _how_sure(record, judging),
    ]


def _step(key: str, rows: Iterable[tuple[str, str]] = (), **figures: Any) -> Step:
    """A step in the words of `data/words.toml`, with its figures put in."""
    said = WORDS["story"][key]
    return Step(key=key, rows=tuple(rows), **said | {"says": tuple(words.format(**figures) for words in said["says"])})


def _before_may(record: Record, made: dict, raids: list) -> Step:
    april = made["1944-04"]
    burnt, rows_burnt = _stock_rows(record, "consumption", "1944-04")
    stock, rows_stock = _stock_rows(record, "stock_end", "1944-04")
    works = [r for r in record.rows("plants").values() if (r["process"] or "").startswith("bergius_hydrogenation")]
    largest = [
        f"{short_name(r['plant_id'])} ({_tons(r['capacity_t_per_year'] or 0)} tons a year)"
        for r in sorted(works, key=lambda r: -(r["capacity_t_per_year"] or 0))[:3]
    ]
    before = sum(r[0] < day_of("1944-05-12") for r in raids)
    return _step(
        "before",
        [*(("output", k) for k in april.row_ids), *rows_burnt, *rows_stock],
        made=_thousands(april.low_t, april.high_t),
        burnt=_thousands(min(burnt), max(burnt)),
        stock=_thousands(min(stock), max(stock)),
        months=_range(min(stock) / max(burnt), max(stock) / min(burnt), 1),
        works=len(works),
        largest=_listed(largest),
        before=before,
        after=len(raids) - before,
    )


def _first_raid(lab: MapWorld) -> Step:
    day = day_of("1944-05-12")
    raids = [r for r in recorded_raids(lab) if r[0] == day]
    plants = sorted({r[2] for r in raids}, key=lambda p: -sum(r[3] for r in raids if r[2] == p))
    share, capacity = lab.history[DRAWS].share, lab.system.capacity_t_per_year[plants]
    before, after = (100 * float((share[d, plants] * capacity).sum() / capacity.sum()) for d in (day - 1, day + 1))
    recalled = sum(r[4] == "recalled" for r in raids)
    dashed = f"; {recalled} of the {len(raids)} are known from memory only and dashed" if recalled else ""
    called = [r["row_id"] for r in lab.record.rows("raid_calendar").values() if r["date"] == "1944-05-12"]
    return _step(
        "first",
        [*((r[6], r[5]) for r in raids if r[6] == "raids"), *(("raid_calendar", row) for row in called)],
        tons=sum(r[3] for r in raids),
        works=len(plants),
        names=_listed([name_of(lab, p) for p in plants]),
        dashed=dashed,
        before=before,
        after=after,
    )


def _summer(made: dict, tons: dict[str, float]) -> Step:
    april, june, september = (made[m] for m in ("1944-04", "1944-06", "1944-09"))
    return _step(
        "summer",
        [("output", k) for m in (june, september) for k in m.row_ids],
        tons=_tons(sum(tons[m] for m in ("1944-05", "1944-06", "1944-07", "1944-08", "1944-09"))),
        june=_thousands(june.low_t, june.high_t),
        september=_thousands(september.low_t, september.high_t),
        left=_range(100 * september.low_t / april.high_t, 100 * september.high_t / april.low_t),
    )


def _november(made: dict, tons: dict[str, float]) -> Step:
    low, high = made["1944-09"], made["1944-11"]
    months = ("1944-08", "1944-09", "1944-10", "1944-11")
    return _step(
        "november",
        [("output", k) for k in high.row_ids],
        low=_thousands(low.low_t, low.high_t),
        high=_thousands(high.low_t, high.high_t),
        fell=", ".join(f"{_tons(tons[m])} in {month_words(m).split()[0]}" for m in months),
    )


def _letters(record: Record) -> Step:
    letters = [e for e in dated(record) if e["kind"] == "letter"]
    since, until = letters[0]["date"], letters[-1]["date"]
    return _step("letters", letters=len(letters), since=since, until=until, weak=sum(e["weak"] for e in letters))


def _sides(lines: list[TopAnswer]) -> Step:
    found = next((a for a in lines if a.question == ORDERS), None)
    return _step("sides", verdict=f"{WORDS_OF[found.grade]}, {chance(found.p)}" if found else "not yet weighed")


def _how_sure(record: Record, judging: Judging) -> Step:
    grades = Counter(v.grade for v in judging.settled.values())
    sure, leaning = grades[WELL] + grades[AGAINST], grades[LEANS] + grades[LEANS_AGAINST]
    rows = [r for t in record.tables for r in record.rows(t).values()]
    first = next((a for a in judging.answer if a.question == QUESTIONS[0].text), None)
    return _step(
        "sure",
        answer=plain(f"{first.question} {first.sentence} ({chance(first.p)}.)") if first else "",
        claims=len(judging.claim_ids),
        sure=sure,
        leaning=leaning,
        open=len(judging.settled) - sure - leaning,
        draws=DRAWS,
        marked=100 * sum(weak_row(r) for r in rows) / len(rows),
        rows_in_all=len(rows),
    )


def brought(lines: list[TopAnswer]) -> list[str]:
    """What each side's orders would have brought beside history's, one line a side, as the answer has it."""
    found = next((a for a in lines if a.question == ORDERS), None)
    if found is None:
        return []
    parts = plain(found.sentence).partition(": ")[2].rstrip(".").split("; ")
    return [part.replace("'s ", "'s orders: ", 1) for part in parts]


def tons_by_month(lab: MapWorld) -> dict[str, float]:
    """Tons on the oil system as flown, by month."""
    out = dict.fromkeys(MONTHS, 0.0)
    starts = [month_start_day(m) for m in MONTHS]
    for day, _, _, t, *_ in recorded_raids(lab):
        out[MONTHS[max(k for k, start in enumerate(starts) if start <= day)]] += t
    return out


def _stock_rows(record: Record, quantity: str, month: str) -> tuple[list[float], list[tuple[str, str]]]:
    """Figures in tons for aviation gasoline in a month from every source, and their rows."""
    found = [
        r
        for r in record.rows("stocks_and_use").values()
        if (r["product"], r["quantity"], r["period"]) == ("aviation_gasoline", quantity, month)
        and r["value"] is not None
    ]
    return [r["value"] for r in found], [("stocks_and_use", r["row_id"]) for r in found]


def _thousands(low_t: float, high_t: float) -> str:
    """A range of tons in thousands, as words: ``175,000 to 180,000``."""
    return f"{low_t:,.0f}" if low_t == high_t else f"{low_t:,.0f} to {high_t:,.0f}"


def _range(low: float, high: float, decimals: int = 0) -> str:
    a, b = f"{low:.{decimals}f}", f"{high:.{decimals}f}"
    return a if a == b else f"{a} to {b}"


def _tons(value: float) -> str:
    """Tons of many raids, to the hundred."""
    return f"{round(value, -2):,.0f}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
