"""The oil system of the record as a folder of plain tables, to be changed like any other: `oilplan new DIR --like oil_1944_45`.

What every verb flies by default knows more than plain tables say: railways, two stores of damage, sighting, blast walls. Here
one law harms and repairs all plants, and the chemistry that Leuna and Oppau shared stands as products of theirs. ``--full``
writes the tables of the record instead, which the full model flies.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Template

import numpy as np

from ..calibration.bindings import DAILY_AVIATION, MONTHLY_AVIATION, PLANT_SHARE, Binding, bindings
from ..directives.forces import FORCES
from ..flight.as_flown import as_flown
from ..model.density import LEUNA_CAPACITY_T_PER_YEAR, SMALLEST_SIZE_T_PER_YEAR
from ..model.joint import WORKS
from ..model.oil import aviation_start_t, oil_system, recorded_use
from ..model.target import AVIATION_GASOLINE, TargetSystem
from ..record import Record
from ..record.citations import cite
from ..record.load import ALONE_FILE, MAY_STAND_ALONE, data_folder
from .folder import SHIPPED

SIZE_EXPONENT = 2 / 3
"""How the area to be hit grows with capacity; the full model draws it."""
TEMPLATE, FULL_TEMPLATE = SHIPPED / "oil_as_tables.toml", SHIPPED / "oil_as_record.toml"
FULL_TABLES = (
    *("plants", "raids", "raid_calendar", "output", "plant_output"),
    *("stocks_and_use", "railway", "overrun", "sighting_monthly"),
)
"""What the full model reads of plants, raids, output, rail and ground lost; the record has the rest, and rows of it may be added."""
OTHER, SMALL = "other_works", "small_works"
ROWS = dict[str, object]


def write_oil_tables(record: Record, place: Path) -> None:
    """Write plants.csv, links.csv (empty: the record has none), raids.csv, series.csv, sources.bib and system.toml of the oil system to a folder.

    record: whose figures are written. Raises OilplanError where it lacks what the oil system needs.
    """
    system = oil_system(record)
    raids = list(_raids(record, system))
    series = list(_series(record, system))
    plants = list(_plants(record, system))
    cited = {row["source"] for row in (*plants, *raids, *series) if row["source"]}
    _table(place / "plants.csv", plants)
    _table(place / "raids.csv", raids)
    _table(place / "series.csv", series)
    (place / "links.csv").write_text("giver,taker,product,share,source,page,note\n", encoding="utf-8")
    works = [work for key, work in record.sources.items() if key in cited]
    (place / "sources.bib").write_text(cite(works, "bibtex"), encoding="utf-8")
    (place / "system.toml").write_text(_toml(record, system), encoding="utf-8")


def write_record_tables(place: Path) -> None:
    """Write system.toml and the record's own tables, as they are, to a folder: a system that the full model flies."""
    shutil.copyfile(FULL_TEMPLATE, place / "system.toml")
    record = place / "record"
    record.mkdir()
    for table in FULL_TABLES:
        shutil.copyfile(data_folder() / f"{table}.csv", record / f"{table}.csv")
    alone = (
        "# Tables of which only the rows in this folder count; every other table adds to the record's, row by row.\n"
    )
    (record / ALONE_FILE).write_text(alone + "".join(f"{t}\n" for t in MAY_STAND_ALONE), encoding="utf-8")


def _table(path: Path, rows: list[ROWS]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _name(text: str) -> str:
    """A row id of the record as a folder takes it."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return (plain if plain[0].isalpha() else f"of_{plain}")[:60]


def _plants(record: Record, system: TargetSystem) -> Iterator[ROWS]:
    """Every plant and group with its output of April 1944, and two rows for what no plant of the record makes."""
    made = {name: system.output_t_per_day[:, system.columns((name,))][:, 0] for name in system.products}
    known = record.rows("plants")
    joint = dict(zip(WORKS, ("leunas_part", "(1 - leunas_part)"), strict=True))
    for k in _working(system):
        plant = system.plant_ids[k]
        size = max(system.capacity_t_per_year[k], SMALLEST_SIZE_T_PER_YEAR) / LEUNA_CAPACITY_T_PER_YEAR
        placed = np.isfinite(system.latitude[k])
        part = joint.get(plant)
        lost = int(system.overrun_day[k])
        yield _plant(
            plant,
            system.names[k],
            str(system.processes[k]),
            site=_name(system.sites[k]),
            latitude=round(float(system.latitude[k]), 3) if placed else "",
            longitude=round(float(system.longitude[k]), 3) if placed else "",
            size=f"{size**SIZE_EXPONENT:.3g}",
            lost_on=system.window.date_of(lost).isoformat() if lost < system.window.n_days else "",
            nitrogen=f"nitrogen_a_day * part_of_two * {part}" if part else "",
            methanol=f"40 * {part}" if part else "",
            source=_first_work(known.get(plant)),
            **{name: f"{values[k]:.6g}" if values[k] else "" for name, values in made.items()},
        )
    yield _plant(
        OTHER,
        "All other nitrogen and methanol works",
        "chemistry",
        nitrogen="nitrogen_a_day * (1 - part_of_two)",
        methanol="60",
        source="ussbs_summary",
    )
    yield _plant(
        SMALL,
        "Small makers of aviation gasoline",
        "benzol and others",
        source="webster1961iii",
        **{AVIATION_GASOLINE: f"{system.other_aviation_t_per_day:.6g}"},
    )


def _first_work(row: dict | None) -> str:
    """The first work that a row of the record rests on, or nothing."""
    return row["source_keys"].split(";")[0] if row else ""


def _working(system: TargetSystem) -> list[int]:
    """Plants that make something: a folder takes no other."""
    return [k for k, made in enumerate(system.output_t_per_day.sum(axis=1)) if made > 0]


def _plant(plant_id: str, name: str, kind: str, **cells: object) -> ROWS:
    columns = (
        *("site", "latitude", "longitude", "size", "lost_on"),
        *(AVIATION_GASOLINE, "motor_gasoline", "diesel", "nitrogen", "methanol", "source"),
    )
    return {"plant_id": plant_id, "name": name, "kind": kind.replace("_", " ")} | {c: cells.get(c, "") for c in columns}


def _raids(record: Record, system: TargetSystem) -> Iterator[ROWS]:
    """Every raid as the default flies it, on the day that is likeliest, its tons lessened by the doubt about them."""
    flown = as_flown(record, system)
    recalled = record.rows("raid_calendar").values()
    rows = {f"calendar_{r['plant_id']}_{r['date']}": r for r in recalled} | record.rows("raids")
    taken: dict[str, int] = {}
    working = set(_working(system))
    for k, raid in enumerate(flown.raid_ids):
        if flown.plant[k] not in working:
            continue
        name = _name(raid)[:56]
        taken[name] = taken.get(name, 0) + 1
        note = "" if flown.recorded[k] else "known from memory only"
        yield {
            "raid_id": name if taken[name] == 1 else f"{name}_{taken[name]}",
            "date": system.window.date_of(int(flown.day[k])).isoformat(),
            "plant_id": system.plant_ids[flown.plant[k]],
            "force": FORCES[flown.force[k]],
            "strength": f"{max(flown.bombs_t[k] * flown.factor[k] / 10, 1e-3):.4g}",
            "source": _first_work(rows.get(raid)),
            "note": note,
        }


def _series(record: Record, system: TargetSystem) -> Iterator[ROWS]:
    """What the record has of aviation gasoline by month and day, of single plants, and of nitrogen and methanol."""
    seen: set[str] = set()
    plants = {system.plant_ids[k] for k in _working(system)}
    for b in bindings(record):
        if b.kind in (MONTHLY_AVIATION, DAILY_AVIATION) and b.value > 0:
            yield _row(*_bound(record, system, b), seen, product=AVIATION_GASOLINE, value=b.value)
        elif b.kind == PLANT_SHARE and b.plant_id in plants:
            yield _row(*_bound(record, system, b), seen, plant=b.plant_id, value=100.0 * b.value)
    for row in record.rows("output").values():
        month = re.fullmatch(r"194[45]-\d\d", row["period"] or "")
        if row["quantity"] == "nitrogen_synthetic" and month and row["value"]:
            yield _row(row, row["period"], 10.0, seen, product="nitrogen", value=row["value"])
        if row["quantity"] == "methanol_share_left_percent" and month and row["value"]:
            yield _row(row, row["period"], 10.0, seen, product="methanol", value=row["value"] * 30)


def _bound(record: Record, system: TargetSystem, b: Binding) -> tuple[dict, str, float]:
    """The row of the record that binds the model, its month or day, and its error in percent."""
    row = next(rows[b.row_ids[0]] for rows in map(record.rows, ("output", "plant_output")) if b.row_ids[0] in rows)
    monthly = b.kind == MONTHLY_AVIATION
    period = system.window.months[b.at] if monthly else system.window.date_of(b.at).isoformat()
    return row, period, 100.0 * b.error / b.value if b.value else 100.0


def _row(
    row: dict, period: str, percent: float, seen: set[str], *, value: float, product: str = "", plant: str = ""
) -> ROWS:
    name = _name(row["row_id"])[:44]
    name = name if name not in seen else f"{name}_{_name(period)}"
    seen.add(name)
    return {
        "row_id": name,
        "period": period,
        "product": product,
        "plant_id": plant,
        "value": f"{value:.6g}",
        "error_percent": f"{min(max(percent, 0.1), 200.0):.3g}",
        "source": _first_work(row),
    }


def _toml(record: Record, system: TargetSystem) -> str:
    """`system.toml`, with the record's figures of use, stock, nitrogen and aim."""
    use = recorded_use(record)
    a_day = sum(use.values()) / sum(system.window.days_in_month[system.window.month_index(m)] for m in use)
    april = float(
        system.output_t_per_day[:, system.columns((AVIATION_GASOLINE,))].sum() + system.other_aviation_t_per_day
    )
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        first=system.window.first,
        last=system.window.last_date.isoformat(),
        start=round(aviation_start_t(record) - 30 * (april - a_day)),
        need=round(a_day),
    )
