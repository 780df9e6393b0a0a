"""What is not known, as independent inputs of a sensitivity study: each with its error and how it is known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from ..calibration.priors import AVIATION_SPLIT_SD, PRIORS, Prior
from ..clock import MONTHS, day_of
from ..flight.schedule import AIM_LOG_SD, RECALLED_REAL, Schedule
from ..model.target import TargetSystem
from ..record import Record, own_rows
from ..record.provenance import error_of, relative_error

READ, JUDGED, RECALLED, DOUBTED, CHANCE = "read", "judgement", "recalled", "doubtful", "chance"
UNVERIFIED = (RECALLED, DOUBTED)
"""Kinds of inputs that a page, once read, would settle."""
SIGHTING_SHIFT = 0.10
"""Standard deviation of the common error of visual shares where a raid's own sighting was not read: monthly shares are
computed from those codes that could be read; ten points is a judgement."""
TAKEN_AS_IT_STANDS_LOG_SD = (0.1**2 + AIM_LOG_SD**2) ** 0.5
CARS, STOCK = relative_error("looked_up", "high"), relative_error("looked_up", "high")
NEAR_ONE = 1e-6
"""Shares are kept this far from 0 and 1, where a normal quantile is infinite."""


class Input(NamedTuple):
    """One input. name: identifier; label: for people; known: read, judgement, recalled, doubtful or chance; moved: by
    what error, and its source.
    """

    name: str
    label: str
    known: str
    moved: str


RECORD_INPUTS = (
    Input(
        "aviation_yields",
        "aviation yields of the plants",
        JUDGED,
        f"log sd {AVIATION_SPLIT_SD} for each plant without a looked-up yield",
    ),
    Input("raid_luck", "luck of aim, raids on record", CHANCE, f"log sd {AIM_LOG_SD} for each raid"),
    Input(
        "doubted_raids",
        "tons of flagged raids",
        DOUBTED,
        "rows flagged as copies, or of doubted plant: tons and aim of each by the doubt of its row",
    ),
    Input(
        "calendar_raids",
        "tons of recalled raids, each",
        RECALLED,
        "raids that only the recalled calendar has: tons and aim of each by the doubt of its row",
    ),
    Input(
        "calendar_strength",
        "share of recalled raids real",
        RECALLED,
        f"the chance of {RECALLED_REAL} that such a raid struck in strength, from"
        f" {2 * RECALLED_REAL - 1:.1f} to 1, for all together",
    ),
    Input(
        "consumption",
        "use of aviation gasoline",
        RECALLED,
        "10 or 15 percent a month by its confidence, all months together [record: stocks_and_use]",
    ),
    Input(
        "overrun_dates",
        "days plants were overrun",
        RECALLED,
        "recalled rows, within their earliest and latest day, all together [record: overrun]",
    ),
    Input(
        "recalled_capacities",
        "recalled plant capacities",
        RECALLED,
        "15 percent for each plant of recalled capacity [record: plants]",
    ),
    Input(
        "read_capacities",
        "looked-up plant capacities",
        READ,
        "4 or 7 percent for each plant by its confidence; April's totals held [record: plants]",
    ),
    Input(
        "monthly_sighting",
        "visual share where not read",
        DOUBTED,
        f"{100 * SIGHTING_SHIFT:.0f} points for all raids whose sighting is the month's average; judgement"
        " [record: sighting_monthly]",
    ),
    Input("freight_cars", "freight cars loaded", READ, "4 percent of the index below 1 [record: target_systems]"),
    Input("april_stock", "aviation stock of April 1944", READ, "4 percent [record: stocks_and_use]"),
)


LABELS = {
    "hit_visual": "hits, visual sighting",
    "hit_instrument": "hits, instruments",
    "hit_bomber_command": "hits, Bomber Command",
    "heavy_bombs": "Bomber Command's heavier bombs",
    "kill_disruption": "disruption per ton inside",
    "kill_structure": "structural damage per ton",
    "backlog_cap": "largest backlog of a wreck",
    "size_exponent": "area against capacity",
    "protection": "blast walls and smoke",
    "repair_disruption_per_d": "pace of restarting",
    "gang_backlog_per_d": "pace of repair",
    "gang_full_backlog": "backlog that employs all gangs",
    "wear": "wear of repeated repair",
    "serial_exponent": "works as a chain, exponent",
    "crew_growth": "growth of repair crews",
    "crew_half_day": "day of the crews' growth",
    "repair_rail": "repair against freight cars",
    "pool_backlog": "shared crews (rival law only)",
    "rail_exponent": "output against freight cars",
    "aviation_chain": "aviation gasoline last in chain",
    "other_aviation_t_per_month": "aviation gasoline of benzol",
    "release_per_month": "release of the stock",
    "substitute_share": "substitutes for motor gasoline",
}
"""Parameters for people; a parameter without a label here is shown by its name."""


def inputs() -> tuple[Input, ...]:
    """Every input in the order of the design's columns: the scalars of the priors, then those of the record."""
    return (*(Input(p.name, LABELS.get(p.name, p.name), known_by(p), _moved(p)) for p in PRIORS), *RECORD_INPUTS)


def known_by(prior: Prior) -> str:
    """How a prior is known, from the words of its source: recalled, else judgement, else read."""
    return next((kind for kind in (RECALLED, JUDGED) if kind in prior.source), READ)


def _moved(p: Prior) -> str:
    spread = f"sd {p.spread:g} days" if p.form == "normal" else f"log sd {p.spread:g}"
    return f"median {p.centre:g}, {spread}: {p.source}"


class Moves(NamedTuple):
    """A batch of n runs as what is moved. scalars: {name: [n]} in their own units

    yields, luck, doubted, calendar, recalled_capacity, read_capacity: [n] seeds, one lot of draws each
    strength: [n] factor on the tons of recalled raids; sighting: [n] shift of visual shares; the rest: [n] standard
    normal (consumption, cars, stock) or -1 to 1 (overrun: from earliest to latest)
    """

    scalars: dict[str, np.ndarray]
    yields: np.ndarray
    luck: np.ndarray
    doubted: np.ndarray
    calendar: np.ndarray
    strength: np.ndarray
    consumption: np.ndarray
    overrun: np.ndarray
    recalled_capacity: np.ndarray
    read_capacity: np.ndarray
    sighting: np.ndarray
    cars: np.ndarray
    stock: np.ndarray


SEEDS = 2**24
"""A share of 0 to 1 names one of so many lots of draws: an input of many dimensions moves as one."""


def moves(shares: np.ndarray, posterior=None) -> Moves:
    """What the runs of a design move. shares: [n, G] between 0 and 1 in the order of `inputs`

    posterior: take each scalar's quantile from its draws instead of its prior. The inputs stay independent: what a fit
    says of two parameters together is not used, because Sobol indices of dependent inputs do not add up.
    """
    u = np.clip(shares, NEAR_ONE, 1.0 - NEAR_ONE).T
    scalars = {p.name: _quantile(p, u[i], posterior) for i, p in enumerate(PRIORS)}
    of = dict(zip((i.name for i in RECORD_INPUTS), u[len(PRIORS) :], strict=True))
    lot = {name: (share * SEEDS).astype(np.uint32) for name, share in of.items()}
    lowest = 2.0 * RECALLED_REAL - 1.0
    return Moves(
        scalars,
        lot["aviation_yields"],
        lot["raid_luck"],
        lot["doubted_raids"],
        lot["calendar_raids"],
        strength=(lowest + (1.0 - lowest) * of["calendar_strength"]) / RECALLED_REAL,
        consumption=ndtri(of["consumption"]),
        overrun=2.0 * of["overrun_dates"] - 1.0,
        recalled_capacity=lot["recalled_capacities"],
        read_capacity=lot["read_capacities"],
        sighting=SIGHTING_SHIFT * ndtri(of["monthly_sighting"]),
        cars=ndtri(of["freight_cars"]),
        stock=ndtri(of["april_stock"]),
    )


def _quantile(p: Prior, share: np.ndarray, posterior) -> np.ndarray:
    if posterior is not None:
        return np.quantile(np.asarray(getattr(posterior.parameters, p.name)), share)
    z = ndtri(share)
    return p.centre + p.spread * z if p.form == "normal" else p.centre * np.exp(p.spread * z)


class Errors(NamedTuple):
    """Errors of the record's rows. use: [M] relative, of a month's consumption; overrun_d: [P] half of the recalled
    interval in days; recalled_capacity, read_capacity: [P] relative; flagged: [R] rows of raids in doubt
    """

    use: np.ndarray
    overrun_d: np.ndarray
    recalled_capacity: np.ndarray
    read_capacity: np.ndarray
    flagged: np.ndarray


def errors_of(record: Record, system: TargetSystem, schedule: Schedule) -> Errors:
    """Errors by provenance, from the one table of `oilplan.record.provenance`."""
    recalled, read = _capacity_errors(record, system)
    flagged = schedule.recorded & ((schedule.log_sd > TAKEN_AS_IT_STANDS_LOG_SD + 1e-9) | (schedule.factor < 1.0))
    return Errors(_use_errors(record), _overrun_half_widths(record, system), recalled, read, flagged)


def _use_errors(record: Record) -> np.ndarray:
    own = own_rows(record.rows("stocks_and_use").values(), "product", "quantity", "period")
    rows = {key[2]: error_of(r) for key, r in own.items() if key[:2] == ("aviation_gasoline", "consumption")}
    last = max((m for m in rows if m in MONTHS and rows[m] is not None), default=None)
    return np.array([rows.get(m) or rows.get(last) or 0.0 for m in MONTHS])


def _overrun_half_widths(record: Record, system: TargetSystem) -> np.ndarray:
    """Half of the interval of the recalled row on which a plant's day rests; 0 where it rests on none."""
    half = np.zeros(system.n_plants)
    for r in record.rows("overrun").values():
        if r["status"] == RECALLED and r["plant_id"] in system.plant_ids:
            plant, first, last = system.position(r["plant_id"]), day_of(r["earliest"]), day_of(r["latest"])
            if (first + last) // 2 == system.overrun_day[plant]:
                half[plant] = (last - first) / 2
    return half


def _capacity_errors(record: Record, system: TargetSystem) -> tuple[np.ndarray, np.ndarray]:
    """[P] relative errors of recalled and of looked-up capacities; groups have none."""
    rows = record.rows("plants")
    recalled, read = np.zeros(system.n_plants), np.zeros(system.n_plants)
    for i, plant in enumerate(system.plant_ids):
        if plant in rows and rows[plant]["row_type"] == "plant":
            weak = rows[plant]["status"] == RECALLED
            (recalled if weak else read)[i] = relative_error(rows[plant]["status"], rows[plant]["confidence"]) or 0.0
    return recalled, read
