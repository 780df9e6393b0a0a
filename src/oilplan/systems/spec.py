"""What `system.toml` may say, key by key; the reference in the documents is made from this file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from keyword import iskeyword
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StrictInt, StrictStr, StringConstraints, ValidationError, field_validator, model_validator

from ..directives.toml_file import EXPECTED, fault, key_of, read_toml
from ..errors import CONTROL, OilplanError
from ..model.law import RIVAL_LAWS
from ..record.read import nearest
from .tables import TABLES, read_text
from .unknowns import NAME, Cell, UnknownKeys, _Strict

MOST_DAYS, LAST_YEAR = 4_000, 9_000
FILE, EMBEDDED = "system.toml", "embedded"
Id = Annotated[StrictStr, StringConstraints(pattern=NAME)]
AIMS = ("as_given", "largest", "even")
"""How an arm chooses targets: those of the file, always the largest plant, each plant in turn."""
AS_GIVEN, NOTHING = "as_given", "nothing"
"""Arms that every system has: what its file says, and nothing at all."""


class WindowKeys(_Strict):
    """The days that are modelled, 4,000 at most.

    first: day that is modelled first; last: the last one, which is modelled too
    """

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> WindowKeys:
        if not 2 <= (self.last - self.first).days + 1 <= MOST_DAYS:
            raise ValueError(f"a last day after the first, and {MOST_DAYS:,} days at most")
        if self.last.year > LAST_YEAR:
            raise ValueError(f"a last day before the year {LAST_YEAR + 1}")
        return self


class ProductKeys(_Strict):
    """A product of the plants.

    id: its name for other tables, and a column of `plants.csv`; name: as shown; unit: in which it is counted
    """

    id: Id
    name: StrictStr = ""
    unit: StrictStr


class StoreKeys(_Strict):
    """A store that products go into and a need is met from.

    name: for the results; products: ids of products of one unit; start: in stock on the eve of the first day; need_per_day: what is wanted, all that is made at full
    working where it is not given; release_per_month: share of the stock that rationing lets out, freely drawn on where not
    given
    """

    name: Id
    products: list[Id] = Field(min_length=1)
    start: Cell
    need_per_day: Cell | None = None
    release_per_month: Cell | None = None


class StrikerKeys(_Strict):
    """A force that attacks, or a hazard that strikes.

    id: its name for other tables; name: as shown; unit: of its strength; hit: share of that strength that takes effect; lost_per_raid: what one raid
    costs its force on average, in ``lost_unit``; lost_unit: what is lost
    """

    id: Id
    name: StrictStr = ""
    unit: StrictStr
    hit: Cell = 1.0
    lost_per_raid: Cell | None = None
    lost_unit: StrictStr = "aircraft"


class LawKeys(_Strict):
    """How a plant is harmed and recovers.

    form: one of the rival laws; fall: share of its output that a plant of size 1 loses to a strike of strength 1;
    recovery_d: days until that loss is down to a twentieth;
    luck: standard deviation of the logarithm of a strike's effect; exponent: above 1 a light blow does less and a heavy one
    more than in proportion; wreck_share: what a plant delivers at the worst (saturating laws);
    wear: slowing of repair per unit of all harm ever done; crew_growth, crew_from: repair grows to ``1 + crew_growth`` times
    its pace about that date
    """

    form: StrictStr = "linear damage, exponential repair"
    fall: Cell
    recovery_d: Cell
    luck: Cell = 0.3
    exponent: Cell = 1.0
    wreck_share: Cell = 0.02
    wear: Cell = 0.0
    crew_growth: Cell = 0.0
    crew_from: date | None = None

    @field_validator("form")
    @classmethod
    def _known(cls, form: str) -> str:
        if form not in RIVAL_LAWS:
            raise ValueError("one of " + "; ".join(f"'{name}'" for name in RIVAL_LAWS))
        return form


class ChangeKeys(_Strict):
    """One thing that an arm changes of `plants.csv`.

    plant: whose; column: size, pace or a product; to: the figure that it has in this arm
    """

    plant: Id
    column: Id
    to: Cell


class ArmKeys(_Strict):
    """Another course: of the attack, or of what is done about a hazard. Everything it does not name stays as it is.

    about: what it is, in a sentence; file: another file of raids or events; aim: ``as_given``, ``largest``, ``even``, or a list
    of plants taken in turn (forces only); force: of which the raids are aimed anew, all where not given; from: day
    from which they are;
    change: list of changes of plants; law: keys of the law that differ; cut: links that no longer hold, as giver
    > taker
    """

    about: StrictStr
    file: StrictStr | None = None
    aim: str | list[Id] = AS_GIVEN
    force: Id | None = None
    from_date: date | None = Field(default=None, alias="from")
    change: list[ChangeKeys] = Field(default=[])
    law: dict[Id, Cell] = Field(default={})
    cut: list[StrictStr] = Field(default=[])

    @model_validator(mode="after")
    def _aims(self) -> ArmKeys:
        if (isinstance(self.aim, str) and self.aim not in AIMS) or self.aim == []:
            raise ValueError(f"aim: {', '.join(AIMS)}, or a list of plants")
        return self


class SystemKeys(_Strict):
    """What stands above the tables of the file, and the tables.

    title: as shown; about: a sentence or two; headline: product that is measured first, the first one where not given;
    window, products, stores, forces, hazards, law, unknowns, arms: tables, below
    """

    title: StrictStr
    about: StrictStr = ""
    headline: Id | None = None
    window: WindowKeys
    products: list[ProductKeys] = Field(min_length=1)
    stores: list[StoreKeys] = Field(default=[])
    forces: list[StrikerKeys] = Field(default=[])
    hazards: list[StrikerKeys] = Field(default=[])
    law: LawKeys
    unknowns: dict[Id, UnknownKeys] = Field(default={})
    arms: dict[Id, ArmKeys] = Field(default={})

    @model_validator(mode="after")
    def _one_kind(self) -> SystemKeys:
        if bool(self.forces) == bool(self.hazards):
            raise ValueError("[[forces]] that attack or [[hazards]] that strike, one of the two")
        if wrong := next(
            (name for name in self.unknowns if iskeyword(name) or name in ("inf", "nan", "infinity")), None
        ):
            raise ValueError(f"another name of an unknown than {wrong!r}, which sums cannot hold")
        ids = [p.id for p in self.products]
        if double := next((i for i in ids if ids.count(i) > 1), None):
            raise ValueError(f"products with ids of their own; {double!r} stands twice")
        if taken := set(ids) & {"line", *(f.name for f in TABLES["plants"])}:
            raise ValueError(
                f"another id of a product than {min(taken)!r}: it is the name of a column or line of plants.csv"
            )
        return self


class FromRecordKeys(_Strict):
    """A system that the full model flies, stated by tables in the record's own shape; such a file has no other keys.

    title: as shown; about: a sentence or two; from_record: ``embedded`` for the record as it is shipped, or the name of a
    folder beside the file, with tables that add to its rows and overrule them, as `--record` takes it
    """

    title: StrictStr
    about: StrictStr = ""
    from_record: StrictStr

    @field_validator("from_record")
    @classmethod
    def _beside(cls, name: str) -> str:
        if name in ("", ".", "..") or Path(name).name != name or "\\" in name:
            raise ValueError(f"'{EMBEDDED}', or the plain name of a folder beside the file")
        return name


INNER = {
    "window": WindowKeys,
    "products": ProductKeys,
    "stores": StoreKeys,
    "forces": StrikerKeys,
    "hazards": StrikerKeys,
    "law": LawKeys,
    "unknowns": UnknownKeys,
    "arms": ArmKeys,
    "change": ChangeKeys,
    "record": None,
}
_EXPECTED = EXPECTED | {
    "string_too_short": "some text",
    "list_type": "a list in square brackets",
    "none_required": "nothing",
    "union": "a number or text in quotes",
}


def read_spec(folder: Path) -> SystemKeys | FromRecordKeys:
    """`system.toml` of a folder. Raises OilplanError in one line: the first faulty key, what came and what is expected."""
    path = folder / FILE
    if not path.is_file():
        raise OilplanError(f"{folder}: has no {FILE}; `oilplan new DIR` writes a folder that runs.")
    read_text(path)
    data = read_toml(path, "a system", "`oilplan new DIR`")
    _check_text(data, FILE)
    return keys_of(FromRecordKeys if "from_record" in data else SystemKeys, data, FILE)


def read_arm(path: Path) -> ArmKeys:
    """An arm in a file of its own: the keys of one ``[arms.NAME]``. Raises OilplanError as `read_spec`."""
    data = read_toml(path, "an arm", "[arms] of system.toml")
    _check_text(data, path.name)
    return keys_of(ArmKeys, data, path.name)


class SystemGridKeys(_Strict):
    """A sweep of a system.

    arms: names of its arms; laws: rival forms of the law, the folder's own where not given; draws: of the unknowns
    """

    arms: list[StrictStr] = Field(min_length=1)
    laws: list[StrictStr] = Field(default=[])
    draws: StrictInt = Field(default=200, ge=1, le=4000)


def read_grid_of_system(path: Path, own_law: str) -> SystemGridKeys:
    """The grid of a sweep over a system. Raises OilplanError as `read_spec`."""
    data = read_toml(path, "a grid", "the documents on `oilplan sweep --system`")
    _check_text(data, path.name)
    grid: SystemGridKeys = keys_of(SystemGridKeys, data, path.name)
    return grid if grid.laws else grid.model_copy(update={"laws": [own_law]})


def keys_of(model: type[_Strict], data: dict, where: str) -> Any:
    """A model of this file from parsed TOML. Raises OilplanError in one line."""
    try:
        return model.model_validate(data)
    except (ValidationError, RecursionError) as error:
        errors = error.errors() if isinstance(error, ValidationError) else []
        said = list(dict.fromkeys(_sentence(model, e) for e in errors)) or ["is nested too deeply"]
        more = f" ({len(said) - 1} more)" if len(said) > 1 else ""
        raise OilplanError(f"{where} {said[0]}.{more}") from None


def _sentence(model: type, error: Mapping) -> str:
    parts = [p for p in error["loc"] if not (isinstance(p, str) and ("[" in p or p in ("float", "str")))]
    key = key_of(parts) or "the file"
    inner = model
    for part in parts[:-1]:
        inner = INNER.get(part) or inner if isinstance(part, str) else inner
    allowed: Iterable[str] = [f.alias or name for name, f in inner.model_fields.items()]  # type: ignore[attr-defined]
    if error["type"] == "extra_forbidden":
        near = nearest(str(parts[-1]), list(allowed), 3)
        return f"{key[:120]}: is not a key here; nearest: {', '.join(near)}"
    if isinstance(error["input"], dict) and error["type"] == "value_error":
        figures = {k: v for k, v in error["input"].items() if isinstance(v, int | float | date)}
        came = f"came {', '.join(f'{k} = {v}' for k, v in figures.items())[:120]}; " if figures else ""
        return f"{key[:120]}: {came}expected {error['ctx']['error']}"
    return fault(error, key[:120], allowed, _EXPECTED).replace("\n", " ")[:600]


def _check_text(data: Any, where: str, key: str = "") -> None:
    """Raises OilplanError for control characters, which would steer a terminal."""
    if isinstance(data, dict):
        for name, value in data.items():
            _check_text(name, where, key)
            _check_text(value, where, f"{key}.{name}".lstrip("."))
    elif isinstance(data, list):
        for value in data:
            _check_text(value, where, key)
    elif isinstance(data, str) and (CONTROL.search(data) or len(data) > 4_000):
        raise OilplanError(f"{where} {key[:120]}: came {data[:40]!a}; expected text without control characters.")
