"""Every kind of input that oilplan takes from outside, how hostile ones of it are made, and what must hold of each.

A kind makes the bytes of one input from a source of chance and feeds them to the same functions as the commands and the
pages. What is refused is an `OilplanError`; what is taken must hold no nonsense, or `Nonsense` is raised.
"""

from __future__ import annotations

import asyncio
import csv
import functools
import io
import json
import math
import random
import re
import shutil
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np

from oilplan.cache import Cache
from oilplan.calibration.posterior import load_posterior, shipped_path
from oilplan.directives.toml_file import read_plan
from oilplan.errors import CONTROL, OilplanError
from oilplan.evidence import json_text, judged, read_judgements, reading_html
from oilplan.evidence.accepting import FORMAT
from oilplan.evidence.limits import MOST_BYTES
from oilplan.evidence.reading import read_scans
from oilplan.evidence.sources import load_scanned
from oilplan.flight.as_flown import as_flown
from oilplan.model.oil import oil_system
from oilplan.record import load, load_record
from oilplan.record.plausibility import check
from oilplan.record.read import read_rows
from oilplan.record.tables import TABLES, describe_table
from oilplan.record.ussbs import check_accounted, gazetteer_of
from oilplan.record.ussbs.collate import collate
from oilplan.record.ussbs.rows import read_rows as read_survey
from oilplan.studies.sweep.run import MAX_SWEEP_DRAWS, read_grid
from oilplan.systems.folder import SHIPPED, open_folder
from oilplan.web.app import create_app
from oilplan.web.argument import Judging
from oilplan.web.limits import HEADERS

from .pieces import NUMBERS, TOKEN, mutated, mutated_bytes, mutated_markup, mutated_table, mutated_value, odd

ROOT = Path(__file__).parents[2]
LARGEST, FIRST_YEAR, LAST_YEAR = 1e15, 1000, 2100
"""Beyond which a figure or a year that was taken is nonsense."""
FULLY_READ = 0.2
"""Share of scanned formats whose text is read through, not only taken out: reading text is a kind of its own."""
MOST_LOOKED_THROUGH = 1_000_000
"""Characters of a reading's JSON beyond which it is made, but not looked through: our looking is not to be timed."""
EVIL = '\'"><evil-tag onevil="x">{{7*1931}}'


class Nonsense(Exception):
    """Something was taken that should have been refused."""


class Input(NamedTuple):
    """A kind. million: inputs of it in a million; make: one input; feed: gives it to oilplan, with a folder for a file.

    ``feed`` raises OilplanError for what it refuses.
    """

    million: int
    make: Callable[[random.Random], bytes]
    feed: Callable[[bytes, Path], None]


def _sane(value: Any, where: str) -> None:
    if isinstance(value, float) and not (math.isfinite(value) and abs(value) <= LARGEST):
        raise Nonsense(f"{where}: {value}")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise Nonsense(f"{where}: a whole number of {value.bit_length()} bits")
    if isinstance(value, dict):
        for key, inner in value.items():
            _sane(inner, f"{where}.{str(key)[:30]}")
    if isinstance(value, (list, tuple)):
        for inner in value:
            _sane(inner, where)


# Pages: text, PDF, hOCR, ALTO, PAGE XML.

PASSAGES = (
    "On 12th May 1944 Portal wrote to Harris that “oil is the target system” and that 300 tons fell on Leuna.\n",
    "The stocks fell from 574,000 to 1,250.5 tons (45 per cent) in Sept. 1944.12 He replied on 8 January 1945: ‘I doubt it.’\n",
    "Plant\tApr\tMay\nLeuna\t40,000\t18,000\nPölitz\t1\t—\n",
    "24 Letter Portal to Harris, 12th Nov. 1944, App. 9; see also Tedder’s directive of 25 September.\n\f101\n",
    "Bufton held that the nine hydro-\ngenation plants “in Silesia” gave 60 percent; 2 × 500-lb. G.P. on B.\n",
)


def _text(chance: random.Random) -> bytes:
    text = mutated(chance, "".join(chance.sample(PASSAGES, chance.randint(1, 2))))
    encoded = text.encode(chance.choice(("utf-8",) * 8 + ("utf-16", "cp1252")), "replace")
    return mutated_bytes(chance, encoded) if chance.random() < 0.2 else encoded


def _read(data: bytes, folder: Path) -> None:
    path = folder / "page"
    path.write_bytes(data)
    scan = load_scanned(path)
    if len(scan.text) > 4 * MOST_BYTES:
        raise Nonsense(f"{len(scan.text)} characters were made of {len(data)} bytes")
    _read_through([("page", scan)], data)


def _read_some(data: bytes, folder: Path) -> None:
    path = folder / "page"
    path.write_bytes(data)
    scan = load_scanned(path)
    if zlib.crc32(data) % 1000 < FULLY_READ * 1000:
        _read_through([("page", scan)], data)


def _read_through(scans: list, data: bytes) -> None:
    found = read_scans(scans)
    stated = "".join(json_text(found))
    if len(stated) < MOST_LOOKED_THROUGH:
        _sane(json.loads(stated), "reading")
    for document in found.documents:
        for figure in document.quantities:
            if figure.value is not None and figure.value < 0 and not re.search("[-−–]", figure.raw):
                raise Nonsense(f"quantity {figure.value} from {figure.raw[:60]!a}")
        for day in document.dates:
            _check_year(day.edtf)
    if zlib.crc32(data) % 20 == 0 and "<evil-tag" in reading_html(found):
        raise Nonsense("markup of the page stands in the page made of it")


def _check_year(edtf: str) -> None:
    for year in re.findall(r"(?:^|/)(-?\d+)(?=-|/|$)", edtf):
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise Nonsense(f"year {year[:20]} in {edtf[:40]}")


def _words(chance: random.Random) -> list[str]:
    return chance.choice(PASSAGES).split()[: chance.randint(1, 9)]


def _escaped(word: str) -> str:
    return word.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _hocr(chance: random.Random) -> bytes:
    words = "".join(
        f"<span class='ocrx_word' title='bbox {9 * n} 5 {9 * n + 8} 15; x_wconf {chance.randint(0, 99)}'>{_escaped(w)}</span> "
        for n, w in enumerate(_words(chance))
    )
    whole = (
        "<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'><head>"
        "<meta name='ocr-system' content='x'/></head><body><div class='ocr_page' title='image \"a.png\"; bbox 0 0 99 99'>"
        f"<p class='ocr_par'><span class='ocr_line' title='bbox 0 0 90 20'>{words}</span></p></div></body></html>"
    )
    return _marked(chance, whole)


def _alto(chance: random.Random) -> bytes:
    words = '<SP WIDTH="3"/>'.join(
        f'<String CONTENT="{_escaped(w)}" HPOS="{9 * n}" VPOS="5" WIDTH="8" HEIGHT="9" WC="0.{chance.randint(0, 99)}"/>'
        for n, w in enumerate(_words(chance))
    )
    whole = (
        '<?xml version="1.0" encoding="UTF-8"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Layout>'
        '<Page ID="P1" WIDTH="100" HEIGHT="90"><PrintSpace><TextBlock ID="B1"><TextLine HPOS="1" VPOS="1" WIDTH="9">'
        f'{words}<HYP CONTENT="-"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>'
    )
    return _marked(chance, whole)


def _page_xml(chance: random.Random) -> bytes:
    words = "".join(
        f'<Word id="w{n}"><Coords points="{9 * n},1 {9 * n + 8},9"/><TextEquiv conf="0.9"><Unicode>{_escaped(w)}</Unicode>'
        "</TextEquiv></Word>"
        for n, w in enumerate(_words(chance))
    )
    whole = (
        '<?xml version="1.0" encoding="UTF-8"?><PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">'
        '<Page imageFilename="a.png" imageWidth="99" imageHeight="99"><ReadingOrder><OrderedGroup><RegionRefIndexed index="0" '
        'regionRef="r1"/></OrderedGroup></ReadingOrder><TextRegion id="r1"><Coords points="0,0 9,9"/><TextLine id="l1">'
        f'<Coords points="0,0 9,9"/>{words}<TextEquiv><Unicode>{_escaped(" ".join(_words(chance)))}</Unicode></TextEquiv>'
        "</TextLine></TextRegion></Page></PcGts>"
    )
    return _marked(chance, whole)


def _marked(chance: random.Random, whole: str) -> bytes:
    made = mutated_markup(chance, whole).encode("utf-8", "surrogatepass" if chance.random() < 0.01 else "replace")
    return mutated_bytes(chance, made) if chance.random() < 0.1 else made


OPERATORS = (
    "BT",
    "ET",
    "q",
    "Q",
    "Tj",
    "TJ",
    "Tf",
    "Td",
    "Tm",
    "T*",
    "'",
    '"',
    "Do",
    "cm",
    "BI",
    "ID",
    "EI",
    "BDC",
    "EMC",
    "gs",
)
NAMES = (
    "/F1",
    "/Fm1",
    "/Nope",
    "/FlateDecode",
    "/ASCIIHexDecode",
    "/ASCII85Decode",
    "/LZWDecode",
    "/RunLengthDecode",
    "/JBIG2Decode",
)
OBJECTS = (
    "1 0 R",
    "3 0 R",
    "4 0 R",
    "9 0 R",
    "-1 0 R",
    "[ ]",
    "<< >>",
    "(a)",
    "<feff0041>",
    "<zz>",
    "null",
    "true",
    "/Pages",
    "/Page",
)


def _pdf(chance: random.Random) -> bytes:
    shown = " ".join(f"({w}) Tj 0 -12 Td" for w in _words(chance)).encode("cp1252", "replace").decode("latin-1")
    content = f"q BT /F1 12 Tf 72 700 Td {shown} [(Le) -50 (una) 3] TJ ET Q /Fm1 Do"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> /XObject << /Fm1 6 0 R >> >>"
        " /Contents 4 0 R >>",
        content,
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [65 /B /fi] >> >>",
        "q Q BT /F1 9 Tf (form) Tj ET",
    ]
    for _ in range(chance.randint(0, 2)):
        at = chance.choice((0, 1, 2, 3, 3, 3, 4, 5))
        pieces = TOKEN.findall(parts[at]) or [""]
        where = chance.randrange(len(pieces))
        pieces[where] = " " + chance.choice(chance.choice((OPERATORS, NAMES, OBJECTS, NUMBERS[:22]))) + " "
        parts[at] = "".join(pieces) if chance.random() < 0.7 else mutated(chance, parts[at])
    return _pdf_of(chance, parts)


def _pdf_of(chance: random.Random, parts: list[str]) -> bytes:
    out, places = bytearray(b"%PDF-1.5\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        data = part.encode("latin-1", "replace")
        if number in (4, 6):
            form = b" /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /Fm1 6 0 R >> >>" * (
                number == 6
            )
            packed = chance.random() < 0.5
            data = zlib.compress(data) if packed else data
            filters = b" /Filter /FlateDecode" * packed
            data = b"<< /Length %d%s%s >>\nstream\n%s\nendstream" % (len(data), filters, form, data)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, data)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
    return mutated_bytes(chance, bytes(out)) if chance.random() < 0.4 else bytes(out)


# Tables: the survey's, the record's, a record folder.


@functools.cache
def _table(name: str) -> tuple[list[str], list[list[str]]]:
    rows = list(csv.reader(io.StringIO((load.data_folder() / f"{name}.csv").read_text(encoding="utf-8"))))
    return rows[0], rows[1:]


def _csv(chance: random.Random, rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    try:
        csv.writer(out, lineterminator=chance.choice(("\n", "\n", "\r\n")), delimiter=chance.choice(",,,,;")).writerows(
            rows
        )
    except csv.Error:
        out.write("\n".join(",".join(row) for row in rows))
    made = out.getvalue().encode(chance.choice(("utf-8",) * 9 + ("utf-8-sig", "latin-1")), "replace")
    return mutated_bytes(chance, made) if chance.random() < 0.1 else made


def _record_table(chance: random.Random) -> bytes:
    name = chance.choice(list(TABLES))
    header, rows = _table(name)
    table = mutated_table(chance, [header, *chance.sample(rows, min(len(rows), chance.randint(1, 3)))])
    return name.encode() + b"\n" + _csv(chance, table)


def _read_table(data: bytes, folder: Path) -> None:
    name, _, rest = data.partition(b"\n")
    table = name.decode()
    _check_rows(table, read_rows(table, rest, f"{table}.csv").by_id)


@functools.cache
def _ranges(table: str) -> dict[str, Any]:
    return {column.name: column for column in describe_table(table)}


def _check_rows(table: str, rows: dict[str, dict]) -> None:
    for row in rows.values():
        _sane(row, table)
        for column, value in row.items():
            if isinstance(value, str) and CONTROL.search(value):
                raise Nonsense(f"{table} {column}: a control character")
            if (
                isinstance(value, float | int)
                and not isinstance(value, bool)
                and value < 0
                and column.endswith(COUNTED)
            ):
                raise Nonsense(f"{table} {column}: {value}")
            if column in ("period", "date") and isinstance(value, str):
                _check_year(value)


COUNTED = (
    "aircraft",
    "sent",
    "missing",
    "attack_lines",
    "tons_short",
    "tons_long",
    "_t_per_year",
    "_km",
    "_ha",
    "_percent",
)
"""Ends of the names of columns whose figures are never below zero."""


def _record_folder(chance: random.Random) -> bytes:
    made = [_record_table(chance) for _ in range(chance.randint(1, 2))]
    return b"\x00\x00\x00".join(made)


def _load_folder(data: bytes, folder: Path) -> None:
    place = folder / "record"
    place.mkdir(exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    for part in data.split(b"\x00\x00\x00"):
        name, _, rest = part.partition(b"\n")
        if re.fullmatch(rb"[a-z_]{1,40}", name):
            (place / f"{name.decode()}.csv").write_bytes(rest)
    record = load_record(place)
    check(record)
    oil_system(record)
    for path in place.iterdir():
        mine = read_rows(path.stem, path.read_bytes(), path.name).by_id
        _check_rows(path.stem, {key: record.rows(path.stem)[key] for key in mine})


@functools.cache
def _survey_rows() -> list[list[str]]:
    return list(csv.reader((ROOT / "tests" / "record_ussbs" / "messy_rows.csv").open(encoding="utf-8")))


def _survey(chance: random.Random) -> bytes:
    header, *rows = _survey_rows()
    return _csv(chance, mutated_table(chance, [header, *chance.sample(rows, chance.randint(1, 5))]))


@functools.cache
def _gazetteer() -> Any:
    return gazetteer_of(load_record())


def _import(data: bytes, folder: Path) -> None:
    path = folder / "survey.csv"
    path.write_bytes(data)
    rows = read_survey(path)
    made = collate(rows, _gazetteer())
    check_accounted(rows, made.audit)
    for raid in made.raids:
        stated = raid._asdict() if hasattr(raid, "_asdict") else vars(raid)
        _sane(stated, "raid")
        for name, value in stated.items():
            if (
                isinstance(value, float | int)
                and not isinstance(value, bool)
                and value < 0
                and name not in ("longitude",)
            ):
                raise Nonsense(f"raid {name}: {value}")


# TOML: directives and grids.


@functools.cache
def _directives() -> tuple[str, ...]:
    return tuple(p.read_text(encoding="utf-8") for p in sorted((ROOT / "examples" / "directives").glob("*.toml")))


TOML_VALUES = (
    *(
        "true",
        "[]",
        "{}",
        '""',
        '"2"',
        "nan",
        "inf",
        "-inf",
        "-1",
        "1e9",
        "1e308",
        "0x10",
        "1_000",
        "9" * 30,
        "9" * 5000,
        "1944-10-01",
    ),
    *(
        "9999-12-31",
        "0001-01-01",
        "1944-10-01T00:00:00Z",
        "-806976000",
        "[1, 'a']",
        "{ a = 1 }",
        '"\\u0000"',
        "07:32:00",
        "[" * 2000,
    ),
    *(
        '"as_flown"',
        '"leuna"',
        '["leuna", "leuna"]',
        '["nowhere"]',
        '"as_planned"',
        "0.5",
        "2",
        '"""' + "x" * 200 + '"""',
    ),
)
TOML_LINES = (
    *(
        "[[phases]]",
        "[phases.force.bomber_command]",
        "first_date = 1944-09-01",
        "raid_t = 5",
        "[x]",
        "name = 'a'",
        "[phases]",
        "= 1",
    ),
    *(
        "bursts = { days = 3, every_days = 2 }",
        "budget = { tons_t = -5.0 }",
        "most_t = inf",
        "kept_t_per_month = 1",
        "a.b.c = 1",
    ),
    *(
        "takes = { cities = 1.5 }",
        "oil_share = { visual = nan }",
        "rest_d = -1.0",
        "out_below = -2",
        'fly = "as_recorded"',
        "draws = 1",
    ),
)


def _toml(chance: random.Random, text: str, more: tuple[str, ...] = TOML_LINES) -> bytes:
    lines = text.splitlines()
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(len(lines))
        act = chance.random()
        if act < 0.55 and "=" in lines[at]:
            lines[at] = lines[at].partition("=")[0] + "= " + chance.choice((*TOML_VALUES, odd(chance)))
        elif act < 0.75:
            lines.insert(at, chance.choice(more))
        elif act < 0.85:
            lines[at] = mutated(chance, lines[at])
        elif act < 0.95:
            lines.insert(chance.randrange(len(lines)), lines[at])
        elif len(lines) > 1:
            del lines[at]
    made = "\n".join(lines).encode("utf-8", "replace")
    return mutated_bytes(chance, made) if chance.random() < 0.05 else made


def _plan(data: bytes, folder: Path) -> None:
    path = folder / "a.toml"
    path.write_bytes(data)
    plan = read_plan(path)
    _sane(plan.model_dump(), "directive")
    for phase in plan.phases:
        if not date(1939, 9, 1) <= phase.first_date <= date(1945, 5, 31):
            raise Nonsense(f"first_date {phase.first_date}")
        for said in (phase, *phase.force.values()):
            for name in ("kept_t_per_month", "raid_t", "most_t"):
                if (value := getattr(said, name)) is not None and value < 0:
                    raise Nonsense(f"{name} {value}")
    if CONTROL.search(plan.name + plan.about):
        raise Nonsense("a control character in the directive's words")


GRID = 'directives = ["as_flown", "harris"]\nlaws = ["saturating damage, exponential repair"]\nfrom = 1945-01-01\ndraws = 8\nblock = 2\n'


def _grid(data: bytes, folder: Path) -> None:
    path = folder / "grid.toml"
    path.write_bytes(data)
    grid = read_grid(path)
    if not (1 <= grid.block <= grid.draws <= MAX_SWEEP_DRAWS and 0 <= grid.first_day < 400):
        raise Nonsense(f"grid {grid.draws} {grid.block} {grid.first_day}")
    _sane(grid.stated(), "grid")


SYSTEMS = ("town_utilities", "made_up_example", "ball_bearings_1943_44")
SYSTEM_LINES = (
    *(
        "[[hazards]]",
        "[[forces]]",
        "[arms.x]",
        "[unknowns.y]",
        "fall = -1",
        "recovery_d = 0",
        "hit = 'x * 1e400'",
        "to = inf",
    ),
    *(
        "luck = nan",
        "exponent = 1e9",
        "first = 0001-01-01",
        "last = 9999-12-31",
        "start = 'a / 0'",
        "cut = ['a > b']",
        "aim = []",
    ),
    *(
        "fall = '(' ",
        "record = 'nowhere'",
        "low = 5",
        "high = -5",
        "release_per_month = 7",
        "pattern = 1",
        'file = "../x.csv"',
    ),
)


def _system(chance: random.Random) -> bytes:
    name = chance.choice(SYSTEMS)
    path = chance.choice(sorted((SHIPPED / name).iterdir()))
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        made = _csv(chance, mutated_table(chance, list(csv.reader(io.StringIO(text)))))
    else:
        made = _toml(chance, text, SYSTEM_LINES)
    return f"{name}/{path.name}\n".encode() + made


def _open_system(data: bytes, folder: Path) -> None:
    named, _, rest = data.partition(b"\n")
    name, _, file = named.decode().partition("/")
    place = folder / "system"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(SHIPPED / name, place)
    (place / file).write_bytes(rest)
    opened = open_folder(place, load_record())
    _sane(opened.keys.model_dump(), "system")
    for rows in (opened.plants, opened.strikes, opened.series):
        _sane(rows, "system's table")
    for day in opened.keys.window.first, opened.keys.window.last:
        _check_year(day.isoformat())


# Judgements, the posterior, the cache.

JUDGED = {
    "format": FORMAT,
    "judgements": {
        "p1": {"judgement": "accept", "cells": {"date": "1944-11-12", "value": "300"}},
        "p2": {"judgement": "reject"},
        "p3": {"judgement": "unclear", "cells": {}},
    },
}


def _judgements(chance: random.Random) -> bytes:
    value: Any = JUDGED
    for _ in range(chance.randint(1, 3)):
        value = mutated_value(chance, value)
    made = json.dumps(value).encode("utf-8", "replace")
    if chance.random() < 0.01:
        made = b"[" * chance.choice((500, 100_000)) + made
    return mutated_bytes(chance, made) if chance.random() < 0.2 else made


def _judge(data: bytes, folder: Path) -> None:
    path = folder / "judgements.json"
    path.write_bytes(data)
    found = read_judgements(path)
    for judgement in found.values():
        for cell in judgement.cells.values():
            if not isinstance(cell, str) or len(cell) > 20_000 or re.search("[\ud800-\udfff\x00]", cell):
                raise Nonsense("a cell that no table can hold")
    judged((), found)


@functools.cache
def _oil() -> tuple[Any, Any]:
    record = load_record()
    system = oil_system(record)
    return system, as_flown(record, system)


@functools.cache
def _few_draws() -> dict[str, np.ndarray]:
    with np.load(shipped_path()) as file:
        return {
            name: file[name][:3] if file[name].ndim and name not in ("raids", "plants") else file[name]
            for name in file.files
        }


def _posterior(chance: random.Random) -> bytes:
    arrays = dict(_few_draws())
    if chance.random() < 0.6:
        name = chance.choice(list(arrays))
        arrays[name] = _changed(chance, arrays[name])
        if chance.random() < 0.2:
            del arrays[chance.choice(list(arrays))]
    out = io.BytesIO()
    np.savez(out, **arrays)
    return mutated_bytes(chance, out.getvalue()) if chance.random() < 0.4 else out.getvalue()


def _changed(chance: random.Random, values: np.ndarray) -> np.ndarray:
    act = chance.randrange(6)
    if act == 0:
        return np.array(odd(chance).replace("\x00", "") or "x")
    if act == 1 or not values.ndim:
        return (
            values[..., None]
            if values.ndim
            else np.array(json.dumps(chance.choice([{}, [], {"seed": 10**400}, {"seed": "x"}])))
        )
    if act == 2:
        return values[: chance.randrange(len(values) + 1)]
    if act == 3:
        return np.concatenate([values, values])
    if values.dtype.kind != "f":
        return np.array([odd(chance).replace("\x00", "") or "x"] * values.size).reshape(values.shape)
    made = values.copy()
    made.flat[chance.randrange(made.size)] = chance.choice((np.nan, np.inf, -np.inf, 6e4, -6e4))
    return made


def _open_posterior(data: bytes, folder: Path) -> None:
    path = folder / "posterior.npz"
    path.write_bytes(data)
    system, schedule = _oil()
    found = load_posterior(system, schedule, path)
    if found is None or found.n_draws < 1:
        raise Nonsense("a posterior without a draw")
    for name, values in (
        *found.parameters._asdict().items(),
        ("raid_z", found.raid_z),
        ("discrepancy", found.discrepancy),
    ):
        if not np.isfinite(np.asarray(values, float)).all():
            raise Nonsense(f"{name} is not finite")


def _kept(chance: random.Random) -> bytes:
    return chance.randbytes(4)


def _from_cache(data: bytes, folder: Path) -> None:
    """Write an entry, change its file, its name, its kind or the key as ``data`` says: never are other bytes given out."""
    chance = random.Random(data)
    place = folder / "cache"
    place.mkdir(mode=0o700, exist_ok=True)
    cache = Cache(place, 10**9)
    kind, name, kept = chance.choice(("record", "compiled", "jax", "arms", "chains")), "n", chance.randbytes(60)
    cache.put(kind, name, kept)
    path = next((place / kind).glob("*.kept"))
    match chance.randrange(4):
        case 0 | 1:
            path.write_bytes(mutated_bytes(chance, path.read_bytes()))
        case 2:
            (place / "key").write_bytes(mutated_bytes(chance, (place / "key").read_bytes()))
            cache = Cache(place, 10**9)
        case 3:
            cache.put(kind, "other", chance.randbytes(60))
            other = next(p for p in (place / kind).glob("*.kept") if p != path)
            path.write_bytes(other.read_bytes())
            other.unlink()
    got = cache.get(kind, name)
    path.unlink(missing_ok=True)
    if got is not None and got != kept:
        raise Nonsense("other bytes than were kept were given out")
    if got is None:
        raise OilplanError("not kept")


# Pages: addresses and uploads.

PATHS = (
    *(
        "/",
        "/map",
        "/api/arm",
        "/api/war",
        "/api/directive.toml",
        "/api/flown",
        "/api/verdicts",
        "/argument",
        "/argument/claim/C14",
    ),
    *(
        "/claim/C14",
        "/seminar",
        "/seminar/decisions.csv",
        "/record",
        "/record/raids",
        "/record/raids/table.csv",
        "/record/output",
    ),
    *(
        "/plant/leuna",
        "/source/ehlers2009",
        "/source/ehlers2009/bib",
        "/row/output/1944-04_aviation_gasoline",
        "/attribute",
    ),
    *(
        "/report/map",
        "/report/argument",
        "/report/record/raids",
        "/report/seminar",
        "/help",
        "/about",
        "/read",
        "/healthz",
        "/static/page.css",
    ),
)
QUERIES = (
    *(
        "from=1944-06",
        "bc=portal",
        "bc_share=50",
        "e8=harris",
        "f15=bufton",
        "intel=perfect",
        "repair=optimal",
        "draws=50",
        "world=7",
    ),
    *(
        "day=1944-05-12",
        "show=flown",
        "moves=PPP.EEE",
        "moves=FFFPPP",
        "world=200",
        "q=leuna",
        "where=bombs>100",
        "where=plant_id=leuna",
    ),
    *(
        "known=weak",
        "start=100",
        "who=Portal",
        "grade=open",
        "start=-5",
        "start=" + "9" * 400,
        "known=" + EVIL,
        "q=" + EVIL,
    ),
)


@functools.cache
def _app() -> Any:
    app = create_app(names=["localhost"])
    app.state.judging = Judging(load_record(), only=("C01", "C14"))
    return app


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def _address(chance: random.Random) -> bytes:
    path, query = chance.choice(PATHS), "&".join(chance.sample(QUERIES, chance.randint(0, 4)))
    whole = f"{path}?{query}"
    if chance.random() < 0.8:
        whole = mutated(chance, whole)[:3000]
    kept = "/?&=" if chance.random() < 0.9 else ""
    return quote(whole.encode("utf-8", "replace"), safe=kept).encode()[:4000]


def _visit(data: bytes, folder: Path) -> None:
    path, _, query = data.partition(b"?")
    status, headers, body = _loop().run_until_complete(_ask("GET", path, query, b"", []))
    _check_answer(status, headers, body)


def _upload(chance: random.Random) -> bytes:
    text = mutated(chance, chance.choice(PASSAGES)) + EVIL * (chance.random() < 0.3)
    file = chance.choice((_text, _hocr, _alto, _page_xml, _pdf))(chance)
    name = mutated(chance, "page.txt") + EVIL * (chance.random() < 0.3)
    name = re.sub(r"[\r\n\x00]", "", name)
    save = chance.choice(("", "json", "html", "review", odd(chance)))
    parts = [
        b'Content-Disposition: form-data; name="text"\r\n\r\n' + text.encode("utf-8", "replace"),
        b'Content-Disposition: form-data; name="save"\r\n\r\n' + save.encode("utf-8", "replace"),
        b'Content-Disposition: form-data; name="files"; filename="'
        + name.encode("utf-8", "replace")
        + b'"\r\n\r\n'
        + file,
    ]
    whole = (
        b"".join(b"--XBOUNDARYX\r\n" + part + b"\r\n" for part in parts if chance.random() < 0.9)
        + b"--XBOUNDARYX--\r\n"
    )
    return mutated_bytes(chance, whole) if chance.random() < 0.3 else whole


def _send(data: bytes, folder: Path) -> None:
    kind = [
        (b"content-type", b"multipart/form-data; boundary=XBOUNDARYX"),
        (b"content-length", str(len(data)).encode()),
    ]
    status, headers, body = _loop().run_until_complete(_ask("POST", b"/read", b"", data, kind))
    _check_answer(status, headers, body)


async def _ask(method: str, path: bytes, query: bytes, body: bytes, more: list) -> tuple[int, dict, bytes]:
    """One request through the whole application, as a server would give it."""
    from urllib.parse import unquote_to_bytes

    scope = {
        **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http"},
        **{
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
        },
        **{"headers": [(b"host", b"localhost"), *more], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)},
    }
    sent = iter([{"type": "http.request", "body": body, "more_body": False}])
    answer: dict[str, Any] = {"body": b""}
    forever = asyncio.Event()

    async def receive() -> dict:
        if (part := next(sent, None)) is not None:
            return part
        await forever.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict) -> None:
        if message["type"] == "http.response.start":
            answer.update(status=message["status"], headers=dict(message["headers"]))
        else:
            answer["body"] += message.get("body", b"")

    await _app()(scope, receive, send)
    return answer["status"], answer["headers"], answer["body"]


def _check_answer(status: int, headers: dict[bytes, bytes], body: bytes) -> None:
    if status >= 500 and not (status == 503 and b"fault of ours" not in body):
        raise Nonsense(f"status {status}: {body[-300:]!r}")
    if any(headers.get(name.encode()) != value.encode() for name, value in HEADERS.items()):
        raise Nonsense("an answer without its headers")
    if b"html" in headers.get(b"content-type", b"") and (b"<evil-tag" in body or b"13517" in body):
        raise Nonsense("markup of the request stands in the answer")
    if status >= 400:
        raise OilplanError("refused")


INPUTS: dict[str, Input] = {
    "text": Input(90_000, _text, _read),
    "pdf": Input(90_000, _pdf, _read_some),
    "hocr": Input(90_000, _hocr, _read_some),
    "alto": Input(90_000, _alto, _read_some),
    "page": Input(90_000, _page_xml, _read_some),
    "survey": Input(90_000, _survey, _import),
    "record table": Input(110_000, _record_table, _read_table),
    "record folder": Input(20_000, _record_folder, _load_folder),
    "directive": Input(100_000, lambda c: _toml(c, c.choice(_directives())), _plan),
    "system": Input(40_000, _system, _open_system),
    "grid": Input(50_000, lambda c: _toml(c, GRID), _grid),
    "judgements": Input(60_000, _judgements, _judge),
    "posterior": Input(20_000, _posterior, _open_posterior),
    "cache": Input(20_000, _kept, _from_cache),
    "address": Input(30_000, _address, _visit),
    "upload": Input(10_000, _upload, _send),
}
"""By name; a million in all."""
