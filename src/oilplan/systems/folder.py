"""A system's folder: read, checked as a whole, and known by the hash of what it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..clock import Window
from ..errors import OilplanError
from ..model.target import Link, in_order
from ..record import WEAK_MEANING, Record, is_weak
from ..record.read import nearest
from ..record.sources import Source, read_sources
from .spec import AS_GIVEN, EMBEDDED, FILE, NOTHING, ArmKeys, FromRecordKeys, SystemKeys, read_spec
from .tables import TABLES, Field, raise_first, read_table, whole_period
from .unknowns import (
    ANY,
    LAW_FIGURES,
    LIMITS,
    UnknownKeys,
    draw_z,
    looked_up,
    names_in,
    reckon,
    rows_drawn_on,
    values_at,
)

SHIPPED = Path(str(files("oilplan.systems"))) / "data"
EXAMPLE = "made_up_example"
PRODUCT_MEANING = "what the plant makes of the product in a day when it is whole; 0 or empty where it makes none"
TRIED, TRIED_SEED = 200, 0
"""Draws in which every figure is tried before anything runs."""
FIT = "fit"
"""Folder in a system's folder where `oilplan calibrate` leaves its posterior; no part of the system."""


class SystemFolder(NamedTuple):
    """A folder as read. Tables are lists of rows; every row has its line.

    path; name: of the folder; keys: of `system.toml`; unknowns: by name, with the record's figures filled in
    plants, links, strikes (raids or events), series: rows; kind: "raid" or "event"; sources: works by key; record: on
    which unknowns draw; rests_on: what its figures rest on, in a sentence; hash: of all files and of the record's figures
    that are drawn on
    """

    path: Path
    name: str
    keys: SystemKeys
    unknowns: dict[str, UnknownKeys]
    plants: list[dict]
    links: tuple[Link, ...]
    strikes: list[dict]
    series: list[dict]
    kind: str
    sources: dict[str, Source]
    record: Record
    rests_on: str
    hash: str

    @property
    def rows(self) -> list[dict]:
        """Rows of plants, raids or events, and series."""
        return [*self.plants, *self.strikes, *self.series]

    @property
    def window(self) -> Window:
        """The days that are modelled."""
        return Window.between(self.keys.window.first, self.keys.window.last)

    @property
    def products(self) -> tuple[str, ...]:
        """K ids of products."""
        return tuple(p.id for p in self.keys.products)

    @property
    def headline(self) -> str:
        """The product that is measured first."""
        return self.keys.headline or self.products[0]

    @property
    def plant_ids(self) -> tuple[str, ...]:
        """P ids of plants."""
        return tuple(p["plant_id"] for p in self.plants)

    @property
    def strikers(self) -> dict[str, Any]:
        """Forces or hazards by id."""
        return {s.id: s for s in (*self.keys.forces, *self.keys.hazards)}

    def with_law(self, changed: Mapping[str, Any]) -> SystemFolder:
        """The system under a law of which some keys differ."""
        law = self.keys.law.model_copy(update=dict(changed))
        return self._replace(keys=self.keys.model_copy(update={"law": law}))

    @property
    def arm_names(self) -> tuple[str, ...]:
        """Every arm by name: what the file says, nothing, and those of the folder."""
        return (AS_GIVEN, NOTHING, *self.keys.arms)


def shipped() -> list[str]:
    """Names of the systems in this package."""
    return sorted(p.name for p in SHIPPED.iterdir() if (p / FILE).is_file() and p.name != EXAMPLE)


def place_of(path_or_name: str | Path) -> Path:
    """A folder by its path, or a shipped system by its name. Raises OilplanError for neither, naming the nearest."""
    text = str(path_or_name)
    try:
        if Path(text).is_dir():
            return Path(text)
        if text in shipped():
            return SHIPPED / text
    except (OSError, ValueError):
        pass
    near = ", ".join(nearest(text, shipped()))
    raise OilplanError(f"--system {text[:80]!r} is neither a folder nor a shipped system; shipped: {near}.")


def open_folder(path_or_name: str | Path, record: Record) -> SystemFolder | FromRecordKeys:
    """Read and check a system. Raises OilplanError in one line for the first fault, with its place.

    record: from which unknowns may take their figures
    """
    path = place_of(path_or_name)
    keys = read_spec(path)
    if isinstance(keys, FromRecordKeys):
        return keys
    unknowns = {name: looked_up(name, u, record) for name, u in keys.unknowns.items()}
    products = tuple(Field(p.id, "cell", PRODUCT_MEANING, required=False) for p in keys.products)
    plants = read_table(_needed(path, "plants.csv"), TABLES["plants"] + products)
    links = _if_there(path, "links")
    kind, strikes = read_strikes(path, keys)
    series = _if_there(path, "series")
    own = (path / "sources.bib").exists()
    sources = {**record.sources, **read_sources(path / "sources.bib")} if own else {}
    fed = tuple(Link(r["giver"], r["taker"], r["product"], r["share"]) for r in links)
    name = path.resolve().name
    opened = SystemFolder(path, name, keys, unknowns, plants, fed, strikes, series, kind, sources, record, "", "")
    _check(opened, links)
    return opened._replace(hash=_hash(path, unknowns), rests_on=_rests_on(opened))


def record_of(path_or_name: str | Path, keys: FromRecordKeys, asked: Path | None = None) -> Path | None:
    """The record folder that the full model flies for a system stated by the record's tables; None for the embedded one.

    asked: a record folder named beside the system. Raises OilplanError where the system has its own, too.
    """
    if keys.from_record == EMBEDDED:
        return asked
    if asked is not None:
        raise OilplanError(
            f"--record does not go with --system {str(path_or_name)[:80]}: its tables stand in its folder {keys.from_record}."
        )
    return place_of(path_or_name) / keys.from_record


def read_strikes(path: Path, keys: SystemKeys, file: str | None = None) -> tuple[str, list[dict]]:
    """Kind and rows of `raids.csv` or `events.csv`, or of another file of the folder, with ``id`` and ``by``."""
    kind, striker = ("raid", "force") if keys.forces else ("event", "hazard")
    name = file or f"{kind}s.csv"
    if Path(name).name != name:
        raise OilplanError(f"{FILE}: the file {name[:80]!r} is not in the folder; expected its plain name.")
    rows = read_table(_needed(path, name), TABLES[f"{kind}s"])
    if not rows:
        raise OilplanError(f"{name}: has no {kind}; expected at least one, or there is nothing to run.")
    return kind, [r | {"id": r[f"{kind}_id"], "by": r[striker], "file": name} for r in rows]


def _if_there(path: Path, table: str) -> list[dict]:
    file = path / f"{table}.csv"
    return read_table(file, TABLES[table]) if file.exists() else []


def _needed(path: Path, name: str) -> Path:
    if not (path / name).is_file():
        raise OilplanError(f"{path}: has no {name}; `oilplan new DIR` writes a folder with all files.")
    return path / name


def _rests_on(system: SystemFolder) -> str:
    """What the figures of a folder rest on: rows of the record that are weak, and rows without a source."""
    drawn = [r for u in system.keys.unknowns.values() for r in rows_drawn_on(u, system.record)]
    weak = sum(is_weak(r["status"], r["confidence"]) for r in drawn)
    without = sum(not r["source"] for r in system.rows)
    said = [f"{weak} of the {len(drawn)} figures of the record drawn on are {WEAK_MEANING}"] if drawn else []
    own = f"{without} of the folder's {len(system.rows)} rows name no source" if without else ""
    return "; ".join([*said, own or "every row of the folder names a source"])


def _hash(path: Path, unknowns: dict[str, UnknownKeys]) -> str:
    digest = hashlib.sha256()
    for file in sorted(p for p in path.iterdir() if p.suffix in (".csv", ".toml", ".bib") and p.is_file()):
        digest.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    digest.update(repr([(name, u.model_dump()) for name, u in unknowns.items()]).encode())
    return digest.hexdigest()


# The folder as a whole: names that must be known, figures that must make sense in every draw.


def _check(system: SystemFolder, link_rows: list[dict]) -> None:
    keys, products = system.keys, set(system.products)
    if not system.plants:
        raise OilplanError("plants.csv: has no plant; expected at least one.")
    for what, names in (
        ("stores", [s.name for s in keys.stores]),
        ("forces" if keys.forces else "hazards", [s.id for s in (*keys.forces, *keys.hazards)]),
    ):
        if double := next((n for n in names if names.count(n) > 1), None):
            raise OilplanError(f"{FILE} {what}: {double!r} stands twice; give each a name of its own.")
    if reserved_arm := {AS_GIVEN, NOTHING} & set(keys.arms):
        raise OilplanError(f"{FILE} arms: {min(reserved_arm)!r} is an arm that every system has; choose another name.")
    _known(system.headline, products, f"{FILE} headline", "a product")
    units = {p.id: p.unit for p in keys.products}
    for store in keys.stores:
        for product in store.products:
            _known(product, products, f"{FILE} stores.{store.name}", "a product")
        if len(counted := dict.fromkeys(units[product] for product in store.products)) > 1:
            raise OilplanError(
                f"{FILE} stores.{store.name}: came products in {' and '.join(counted)}; expected one unit, or a store for each."
            )
        if len(set(store.products)) < len(store.products):
            raise OilplanError(f"{FILE} stores.{store.name}: a product stands twice; expected each once.")
    _check_strikes(system, system.strikes)
    _check_links(system, link_rows)
    _check_series(system)
    _check_figures(system)
    for name, arm in keys.arms.items():
        check_arm(system, name, arm)
    for file, rows in (("plants", system.plants), (f"{system.kind}s", system.strikes), ("series", system.series)):
        for row in rows:
            if row.get("source") and system.sources:
                _known(row["source"], set(system.sources), f"{file}.csv:{row['line']} source", "a key of sources.bib")


def _known(name: str, known: set[str], where: str, what: str) -> None:
    if name not in known:
        near = ", ".join(nearest(str(name), sorted(known), 3))
        raise OilplanError(f"{where}: came {str(name)[:60]!r}; expected {what}; nearest: {near}.")


def _check_strikes(system: SystemFolder, rows: list[dict]) -> None:
    plants, by, window = set(system.plant_ids), set(system.strikers), system.window
    for row in rows:
        where = f"{row['file']}:{row['line']}"
        _known(row["plant_id"], plants, f"{where} plant_id", "a plant of plants.csv")
        _known(row["by"], by, f"{where} {'force' if system.kind == 'raid' else 'hazard'}", f"one of {FILE}")
        if not 0 <= window.day_of(row["date"]) < window.n_days:
            raise OilplanError(
                f"{where} date: came {row['date']}; expected a day of the window, {window.first} to {window.last_date}."
            )


def _check_links(system: SystemFolder, rows: list[dict]) -> None:
    plants, seen = set(system.plant_ids), set()
    totals: dict[tuple[str, ...], float] = {}
    for row in rows:
        where = f"links.csv:{row['line']}"
        for end in ("giver", "taker"):
            _known(row[end], plants, f"{where} {end}", "a plant of plants.csv")
        _known(row["product"], set(system.products), f"{where} product", "a product")
        key = (row["giver"], row["taker"], row["product"])
        if key in seen:
            raise OilplanError(f"{where}: came a second link of {' > '.join(key[:2])} for {key[2]}; expected one.")
        seen.add(key)
        giver = next(p for p in system.plants if p["plant_id"] == row["giver"])
        if giver[row["product"]] in (None, 0.0):
            raise OilplanError(
                f"{where} giver: {row['giver']!r} makes no {row['product']}; expected a plant that does."
            )
        totals[key[1:]] = totals.get(key[1:], 0.0) + row["share"]
        if totals[key[1:]] > 1 + 1e-9:
            raise OilplanError(f"{where} share: the shares of {key[2]} that {key[1]} takes add up to more than 1.")
    try:
        in_order(system.plant_ids, system.links)
    except ValueError as error:
        raise OilplanError(f"links.csv: plants feed each other in a circle: {error}; leave one link out.") from None


def _check_series(system: SystemFolder) -> None:
    window = system.window
    for row in system.series:
        where = f"series.csv:{row['line']}"
        if row["product"] is None and row["plant_id"] is None:
            raise OilplanError(f"{where} product: came an empty cell, and plant_id too; expected at least one of them.")
        if row["product"] is not None:
            _known(row["product"], set(system.products), f"{where} product", "a product")
        if row["plant_id"] is not None:
            _known(row["plant_id"], set(system.plant_ids), f"{where} plant_id", "a plant of plants.csv")
        if row["product"] is None and row["value"] > 200:
            raise OilplanError(f"{where} value: came {row['value']:g}; expected percent of full working.")
        if row["product"] and row["plant_id"]:
            made = next(p[row["product"]] for p in system.plants if p["plant_id"] == row["plant_id"])
            if isinstance(made, str):
                raise OilplanError(
                    f"{where} product: what {row['plant_id']} makes is not a plain number; leave product empty."
                )
            if not made:
                raise OilplanError(
                    f"{where} product: came {row['product']!r}, which {row['plant_id']} does not make; expected what it makes."
                )
        if not whole_period(row["period"], window):
            raise OilplanError(
                f"{where} period: came {row['period']}; expected a whole month or a day of the window,"
                f" {window.first} to {window.last_date}."
            )
        row["error_percent"] = row["error_percent"] or 10.0


def check_arm(system: SystemFolder, name: str, arm: ArmKeys) -> None:
    """Raises OilplanError for an arm that names what the folder does not have, or aims where nobody flies."""
    where, plants = f"{FILE} arms.{name}", set(system.plant_ids)
    if arm.file is not None:
        system = system._replace(strikes=read_strikes(system.path, system.keys, arm.file)[1])
        _check_strikes(system, system.strikes)
    if system.kind == "event" and (arm.aim != AS_GIVEN or arm.force):
        raise OilplanError(f"{where}: a hazard has no aim; change plants or the law instead.")
    if arm.force is not None:
        _known(arm.force, set(system.strikers), f"{where}.force", "a force")
    for plant in [] if isinstance(arm.aim, str) else arm.aim:
        _known(plant, plants, f"{where}.aim", "a plant of plants.csv")
    for change in arm.change:
        _known(change.plant, plants, f"{where}.change", "a plant of plants.csv")
        _known(change.column, {"size", "pace", *system.products}, f"{where}.change", "size, pace or a product")
    for key in arm.law:
        _known(key, set(LAW_FIGURES), f"{where}.law", "a key")
    if arm.from_date is not None and not 0 <= system.window.day_of(arm.from_date) < system.window.n_days:
        raise OilplanError(f"{where}.from: came {arm.from_date}; expected a day of the window.")
    for cut in arm.cut:
        _known(cut, {f"{k.giver} > {k.taker}" for k in system.links}, f"{where}.cut", "a link, written giver > taker")
    _check_figures(system.with_law(arm.law), where, arm)


def cells(system: SystemFolder, arm: ArmKeys | None = None) -> Iterator[tuple[str, str, Any]]:
    """(place, kind, cell) of every figure of the folder that may reckon with unknowns."""
    for key in LAW_FIGURES:
        yield f"{FILE} law.{key}", key, getattr(system.keys.law, key)
    for row in system.plants:
        for key in ("size", "pace", *system.products):
            if row[key] is not None:
                yield f"plants.csv:{row['line']} {key}", key, row[key]
    for row in system.strikes:
        yield f"{row['file']}:{row['line']} strength", "strength", row["strength"]
    for id_, by in system.strikers.items():
        yield f"{FILE} {id_}.hit", "hit", by.hit
        if by.lost_per_raid is not None:
            yield f"{FILE} {id_}.lost_per_raid", "", by.lost_per_raid
    for store in system.keys.stores:
        for key in ("start", "need_per_day", "release_per_month"):
            if getattr(store, key) is not None:
                yield f"{FILE} stores.{store.name}.{key}", key, getattr(store, key)
    for change in arm.change if arm else []:
        yield f"{FILE} change of {change.plant}.{change.column}", change.column, change.to


def _check_figures(system: SystemFolder, prefix: str = "", arm: ArmKeys | None = None) -> None:
    tried = values_at(system.unknowns, draw_z(system.unknowns, TRIED, TRIED_SEED))
    faults = []
    for place, kind, cell in cells(system, arm):
        where = f"{prefix}: {place}" if prefix else place
        for name in names_in(cell):
            _known(name, set(system.unknowns), where, "a number or the name of an unknown of system.toml")
        figure = _reckoned(cell, tried)
        low, high = LIMITS.get(kind, ANY)
        bad = figure[~((figure >= low) & (figure <= high))]
        if bad.size:
            drawn = f" for {cell[:60]!r} in one of {TRIED} draws" if isinstance(cell, str) else ""
            faults.append(f"{where}: came {bad.flat[0]:g}{drawn}; expected {low:g} to {high:g}")
    raise_first(faults)
    for row in system.plants:
        if not sum(_reckoned(row[k], tried).min() for k in system.products if row[k] is not None) > 0.0:
            raise OilplanError(
                f"plants.csv:{row['line']} {row['plant_id']}: makes nothing of any product; expected at least one above 0."
            )
    changes = {(c.plant, c.column): c.to for c in arm.change} if arm else {}
    for product in system.products:
        made = [changes.get((row["plant_id"], product), row[product] or 0.0) for row in system.plants]
        if not (np.asarray(sum(_reckoned(cell, tried) for cell in made)) > 0.0).all():
            raise OilplanError(
                f"{prefix or 'plants.csv'}: no plant makes {product!r}; expected at least one, or leave the product out."
            )


def _reckoned(cell: float | str, tried: dict[str, Any]) -> np.ndarray:
    """The figure of a cell in the draws that are tried; infinite where it divides by zero."""
    try:
        with np.errstate(all="ignore"):
            return np.asarray(reckon(cell, tried), float)
    except (ZeroDivisionError, OverflowError):
        return np.array(np.inf)
