"""A directive written in the browser, checked and flown; two of them side by side, with the band of their difference."""

from __future__ import annotations

import base64
import hashlib
import textwrap
import zlib
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

import numpy as np
from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse

from ..clock import MONTHS, month_index, month_start_day
from ..directives.plan import BUILT_IN, Plan
from ..directives.tables import ranking, words
from ..directives.toml_file import line_of, plan_of_text, toml_of
from ..errors import OilplanError
from ..flight.arm_run import DayByDay
from ..record.read import nearest
from ..report.svg import FAINT, INK, area, document, frame, line, month_names, text
from ..studies.outcomes import (
    CITIES,
    FIRST_OF_FORCE,
    GIVEN_UP,
    QUANTILES,
    TRANSPORT,
    interval,
    shares_given_up,
    whole_tons,
)
from .choices import (
    FIRST_CHOICE,
    FORCE_NAMES,
    LAST_CHOICE,
    MONTHS_OFFERED,
    SHARE_STEP,
    as_toml,
    directives_of,
    fly,
    history_of,
    map_choice,
    of_plan,
)
from .door import heavy
from .engine import SEED, Engine, MapWorld, Starting
from .limits import DRAWS, MOST_QUERY_CHARACTERS
from .pages import month_words, on_page, page

router = APIRouter()
MOST_TEXT = 20_000
"""Characters of a directive: the longest example has two thousand."""
FromMonth = Annotated[
    str, Query(alias="from", max_length=7, description="first month of the directives, 1944-05 to 1945-03")
]
PACKED = "z."
"""Before a directive in TOML as it stands in an address: compressed, in the letters that an address may have."""
Written = Annotated[
    str, Query(max_length=MOST_QUERY_CHARACTERS, description="a built-in directive, or one packed by this page")
]
Fly = Annotated[str, Query(max_length=1, description="1 to fly both, not only to show them")]
Text = Annotated[str, Form(max_length=MOST_TEXT)]
WIDTHS, LETTER_PX = (("wide", 560), ("narrow", 330)), 7


class Wanted(NamedTuple):
    """A directive asked for: the name of a built-in one, or text in TOML."""

    name: str
    text: str


class TwoFlown(NamedTuple):
    """Two directives flown in the same worlds. data: JSON-ready numbers; figures: of the difference, by width; says: which
    directives, and from when."""

    data: dict[str, Any]
    figures: dict[str, str]
    says: str


@router.get("/fly")
@heavy
def desk(
    request: Request, a: Written = "portal", b: Written = "as_ordered", from_: FromMonth = "1944-10", fly: Fly = ""
) -> HTMLResponse:
    """The form with the two directives of the address in it, and with ``fly`` what came of them."""
    texts = [from_address(came, f"a directive of the address, {side}") for side, came in zip("ab", (a, b), strict=True)]
    if not fly:
        return _form(texts, _month(from_), {})
    result = flown(request.app.state.engine, Wanted("", texts[0]), Wanted("", texts[1]), from_)
    return _form(texts, from_, {}, result=result)


def from_address(came: str, where: str) -> str:
    """The text of a directive as it stands in an address. Raises OilplanError for a name or packing that is none."""
    if not came.startswith(PACKED):
        return _built_in(came, where)
    unpacking = zlib.decompressobj()
    try:
        packed = base64.urlsafe_b64decode(came.removeprefix(PACKED) + "==")
        text = unpacking.decompress(packed, 4 * MOST_TEXT).decode()
    except (ValueError, zlib.error):
        text = ""
    if not text.strip() or not unpacking.eof or len(text) > MOST_TEXT:
        raise OilplanError(f"{where} cannot be read: the address was cut or changed; open /fly and write it again.")
    return text


def in_address(texts: list[str], month: str) -> str:
    """Two directives and a month as they stand in an address; empty where they are too long for one."""

    def packed(text: str) -> str:
        return PACKED + base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")

    named = {toml_of(plan): name for name, plan in BUILT_IN.items()}
    query = urlencode({**{s: named.get(t) or packed(t) for s, t in zip("ab", texts, strict=True)}, "from": month})
    return query if len(query) + len("&fly=1") <= MOST_QUERY_CHARACTERS else ""


@router.post("/fly", response_model=None)
@heavy
def tried(
    request: Request,
    a: Text = "",
    b: Text = "",
    from_: Annotated[str, Form(alias="from", max_length=7)] = "1944-10",
    put: Annotated[str, Form(max_length=60)] = "",
    bc: Annotated[str, Form(max_length=40)] = "as_ordered",
    e8: Annotated[str, Form(max_length=40)] = "as_ordered",
    f15: Annotated[str, Form(max_length=40)] = "as_ordered",
    bc_share: Annotated[str, Form(max_length=4)] = "100",
    e8_share: Annotated[str, Form(max_length=4)] = "100",
    f15_share: Annotated[str, Form(max_length=4)] = "100",
) -> HTMLResponse | RedirectResponse:
    """Check both directives and fly them, at an address of their own where one can hold them; ``put`` fills one from the form
    or a built-in instead. Nothing is kept."""
    chosen = {"bc": bc, "e8": e8, "f15": f15, "bc_share": bc_share, "e8_share": e8_share, "f15_share": f15_share}
    texts = [text.replace("\r\n", "\n") for text in (a, b)]
    if put:
        side, _, source = put.partition(":")
        made = as_toml(map_choice({**chosen, "from": from_})) if source == "form" else _built_in(source, "the form")
        texts["ab".index(side) if side in ("a", "b") else 0] = made
        return _form(texts, from_, chosen)
    try:
        lab = request.app.state.engine.lab
    except Starting as error:
        return _form(texts, from_, chosen, wrong={"a": str(error)}, status=503)
    wrong = {}
    for side, written in zip("ab", texts, strict=True):
        try:
            plan_for(Wanted("", written), f"directive {side.upper()}", lab)
        except OilplanError as error:
            wrong[side] = str(error)
    if wrong:
        return _form(texts, from_, chosen, wrong=wrong, status=400)
    if query := in_address(texts, _month(from_)):
        return RedirectResponse(f"/fly?{query}&fly=1", 303)
    result = flown(request.app.state.engine, Wanted("", texts[0]), Wanted("", texts[1]), from_)
    return _form(texts, from_, chosen, result=result)


def flown(engine: Engine, a: Wanted, b: Wanted, from_month: str) -> TwoFlown:
    """Both directives flown from a month on in the same `DRAWS` worlds. Raises OilplanError for either, or the month."""
    month, lab = _month(from_month), engine.lab
    plans = [plan_for(w, f"directive {side}", lab) for side, w in zip("AB", (a, b), strict=True)]
    said = "".join(p.model_dump_json() for p in plans)
    key = f"fly {month} {hashlib.sha256(said.encode()).hexdigest()}"
    return engine.answer(key, lambda lab: _flown(lab, plans, month))


def plan_for(wanted: Wanted, where: str, lab: MapWorld | None = None) -> Plan:
    """The directive asked for. lab: to check its targets against. Raises OilplanError naming line, key and what is expected."""
    if not wanted.text.strip():
        if wanted.name not in BUILT_IN:
            near = ", ".join(nearest(wanted.name, list(BUILT_IN))[:4])
            raise OilplanError(
                f"{where}: no directive '{wanted.name[:40]}'; expected TOML or a built-in, nearest: {near}."
            )
        return BUILT_IN[wanted.name]
    plan = plan_of_text(wanted.text, where)
    if lab is not None:
        _check_targets(plan, wanted.text, where, lab)
    return plan


def _check_targets(plan: Plan, written: str, where: str, lab: MapWorld) -> None:
    known = words(lab.record, lab.system)
    for n, phase in enumerate(plan.phases):
        ranking(phase.targets or (), known, f"{where}, line {line_of(written, ('phases', n, 'targets'))}")
        for force, own in phase.force.items():
            line_of_own = line_of(written, ("phases", n, "force", force, "targets"))
            ranking(own.targets or (), known, f"{where}, line {line_of_own}")


def _flown(lab: MapWorld, plans: list[Plan], month: str) -> TwoFlown:
    first = month_index(month)
    runs = [_fly(lab, plan, month) for plan in plans]
    sums = [_sums(lab, run, undone, first) for run, undone in runs]
    a, b = (run for run, _ in runs)
    gap = (a.aviation_t - b.aviation_t)[:, first:]
    sides = {"a": a.aviation_t[:, first:], "b": b.aviation_t[:, first:], "difference": gap}
    rows = [
        {"month": m}
        | {f"{side}_{q}_t": t for side, made_t in sides.items() for q, t in whole_tons(made_t[:, k]).items()}
        for k, m in enumerate(MONTHS[first:])
    ]
    data = {
        "from": month,
        "draws": DRAWS,
        "seed": SEED,
        "basis": lab.basis,
        "a": plans[0].name,
        "b": plans[1].name,
        "numbers": [
            {"of": of, "unit": unit, "a": interval(x), "b": interval(y), "difference": interval(x - y)}
            for (of, unit, x), (_, _, y) in zip(*sums, strict=True)
        ],
        "months": rows,
        "a_makes_less_in": round(float(np.mean(gap.sum(axis=1) < 0)), 3),
    }
    one, two = (plan.name.replace("_", " ") for plan in plans)
    says = f"A: {one}. B: {two}. From {month_words(month)}; the same {DRAWS} possible wars, {lab.basis}"
    return TwoFlown(data, {size: _gap_figure(gap, first, px, f"gap-{size}", says) for size, px in WIDTHS}, says)


def _fly(lab: MapWorld, plan: Plan, month: str) -> tuple[DayByDay, np.ndarray]:
    """What came of a directive, and [D, C] tons of the classes of `GIVEN_UP` left undone against history's orders."""
    made = of_plan(lab, plan, month_start_day(month))
    run = fly(lab, made, month, DRAWS)
    by = shares_given_up(made, lab.pairings[DRAWS].facts)[:, FIRST_OF_FORCE]
    extra = (run.dropped_t - history_of(lab, month, DRAWS).dropped_t)[:, month_index(month) :]
    return run, np.einsum("dmg,mgc->dc", extra, by[month_index(month) :])


def _sums(lab: MapWorld, run: DayByDay, undone: np.ndarray, first: int) -> list[tuple[str, str, np.ndarray]]:
    return [
        ("aviation gasoline made", "thousand t", run.aviation_t[:, first:].sum(axis=1) / 1e3),
        ("motor gasoline and diesel made", "thousand t", run.motor_t[:, first:].sum(axis=1) / 1e3),
        ("bombs on oil", "thousand t", run.dropped_t[:, first:].sum(axis=(1, 2)) / 1e3),
        ("bombs not dropped on railways and canals", "thousand t", undone[:, GIVEN_UP.index(TRANSPORT)] / 1e3),
        ("bombs not dropped on cities", "thousand t", undone[:, GIVEN_UP.index(CITIES)] / 1e3),
        ("aircraft missing on oil", "aircraft", run.missing[:, first:].sum(axis=(1, 2))),
    ]


def _gap_figure(gap: np.ndarray, first: int, width: int, name: str, says: str) -> str:
    """The difference A less B by month: median and the band of 90 percent of the worlds, around zero."""
    low, middle, high = np.quantile(gap, QUANTILES, axis=0)
    top = float(max(high.max(), 1.0))
    deep = float(min(low.min(), -1.0))
    says_of_zero = textwrap.wrap("thousand tons a month; below zero, A leaves Germany less", (width - 20) // LETTER_PX)
    f = frame([top - deep], len(MONTHS) - first, width, 300)._replace(top=30 + 18 * len(says_of_zero))
    shift = -deep / (top - deep) * f.high

    def at(values: np.ndarray) -> list[tuple[float, float]]:
        return [(f.x(k), f.y(float(v) * f.high / (top - deep) + shift)) for k, v in enumerate(values)]

    title = "A less B: aviation gasoline made"
    body = [text(10, 17, title, size=14, more='font-weight="600"'), *month_names(f, list(MONTHS[first:]))]
    body.append(area(at(high) + at(low)[::-1], fill="#a9cbe6"))
    body.append(line(at(middle), stroke="#0b5394", width=2.2))
    zero = at(np.zeros(2))[0][1]
    body.append(line([(f.left, zero), (f.width - f.right, zero)], stroke=INK, width=1))
    near = 0.06 * (top - deep)
    for value in (0.0, *(v for v in (top, deep) if abs(v) > near)):
        y = at(np.array([value]))[0][1]
        body.append(text(f.left - 6, y + 4, f"{value / 1e3:+,.3g}" if value else "0", anchor="end", fill=FAINT))
    body += [text(10, 36 + 17 * k, words, fill=FAINT) for k, words in enumerate(says_of_zero)]
    said = f"{says}. Median, and the band of 90 percent of them."
    return on_page(document(f.width, f.height, title, said, body), name)


def _form(
    texts: list[str],
    month: str,
    chosen: Mapping[str, str],
    *,
    wrong: Mapping[str, str] | None = None,
    result: TwoFlown | None = None,
    status: int = 200,
) -> HTMLResponse:
    forces = [
        {
            "name": f,
            "directives": directives_of(f.force),
            "directive": chosen.get(f.key, "as_ordered"),
            "share": chosen.get(f"{f.key}_share", "100"),
        }
        for f in FORCE_NAMES
    ]
    return page(
        "fly.html.j2",
        "/map",
        status=status,
        query=in_address(texts, month) if result else "",
        texts=dict(zip("ab", texts, strict=True)),
        month=month,
        months=MONTHS_OFFERED,
        built_in={name: plan.about for name, plan in BUILT_IN.items()},
        forces=forces,
        shares=range(100, -1, -SHARE_STEP),
        wrong=wrong or {},
        result=result,
        most=MOST_TEXT,
        draws=DRAWS,
    )


def _built_in(name: str, where: str) -> str:
    return toml_of(plan_for(Wanted(name, ""), where))


def _month(came: str) -> str:
    if came not in MONTHS_OFFERED:
        raise OilplanError(f"from={came[:20]} is not known; expected a month from {FIRST_CHOICE} to {LAST_CHOICE}.")
    return came
