"""The letters in order, the directives in force, and oil's share of each force's bombs, month by month."""

from __future__ import annotations

from typing import NamedTuple

from oilplan.argument.ledger import Tables
from oilplan.argument.shares import FORCES
from oilplan.clock import MONTHS
from oilplan.record import is_weak
from oilplan.units import T_PER_LONG_TON, T_PER_SHORT_TON

WAR_END = "1945-05-08"
PRINTED = {"long tons": T_PER_LONG_TON, "short tons": T_PER_SHORT_TON, "tons (long)": T_PER_LONG_TON}


class Letter(NamedTuple):
    """One letter: sender, addressee and drafter apart; ``in_force`` are the directives that bound Bomber Command."""

    letter_id: str
    date: str
    sender: str
    to: str
    drafter: str | None
    gist: str
    weak: bool
    status: str
    in_force: tuple[str, ...]


class Directive(NamedTuple):
    """One directive with the days it bound: ``until`` is the day a later one took its place, or the end of the war."""

    directive_id: str
    start: str
    until: str
    title: str
    bound: str
    priorities: str
    weak: bool


class Share(NamedTuple):
    """Oil's share of a force's bombs in a month, percent; ``weak`` where a recalled or digitised figure is in it."""

    month: str
    force: str
    percent: float
    source: str
    weak: bool


class Timeline(NamedTuple):
    """Letters and directives by date, shares by month and force."""

    letters: tuple[Letter, ...]
    directives: tuple[Directive, ...]
    shares: tuple[Share, ...]


def timeline(record: Tables) -> Timeline:
    """The exchange of letters against what was ordered and what was flown, April 1944 to April 1945."""
    directives = tuple(_directive(r, record) for r in _by_date(record, "directives"))
    letters = tuple(_letter(r, directives) for r in _by_date(record, "letters"))
    every = (oil_share(record, m, f) for m in MONTHS for f in FORCES)
    return Timeline(letters, directives, tuple(s for s in every if s is not None))


def _by_date(record: Tables, table: str) -> list[dict]:
    return sorted(record.rows(table).values(), key=lambda r: r["date"])


def _weak(row: dict) -> bool:
    return is_weak(row["status"], row["confidence"])


def _directive(row: dict, record: Tables) -> Directive:
    until = (row["in_force_until_printed"] or "").strip()
    day = until if until[:2] == "19" else _next_of_rank(row, record)
    return Directive(
        row["directive_id"], row["date"], day, row["title"], row["bound"], row["priorities_in_order"], _weak(row)
    )


def _next_of_rank(row: dict, record: Tables) -> str:
    """The day of the next numbered directive, for a row that does not say when it ended."""
    later = [
        r["date"]
        for r in record.rows("directives").values()
        if r["date"] > row["date"] and ("Directive No." in r["title"] or "Directive for" in r["title"])
    ]
    return WAR_END if "war's end" in (row["in_force_until_printed"] or "") else min(later, default=WAR_END)


def _letter(row: dict, directives: tuple[Directive, ...]) -> Letter:
    day = row["date"][:10]
    bound = tuple(
        d.directive_id
        for d in directives
        if d.start <= day < d.until and ("Bomber Command" in d.bound or "RAF" in d.bound)
    )
    return Letter(
        row["letter_id"],
        row["date"],
        row["from"],
        row["to"],
        row["drafted_by"],
        row["gist"],
        _weak(row),
        row["status"],
        bound,
    )


def oil_share(record: Tables, month: str, force: str) -> Share | None:
    """Oil's share of a force's bombs in a month; None where the record lacks the oil or the whole.

    Printed shares and tons are taken first. Else the digitised tons on oil stand over the printed total: the
    tabulation's own totals miss many city raids [record: effort_monthly].
    """
    found = record.rows("claims_evidence").get(f"{month}_{force}_oil_share")
    found = found or record.rows("forces").get(f"{month}_{force}_oil_share")
    if found:
        return Share(month, force, found["value"], found["source"], _weak(found))
    oil = record.rows("effort_monthly").get(f"{month}_{force}_oil")
    whole = _total_t(record, month, force)
    if oil is None or whole is None or not oil["tons_short_cleaned"]:
        return None
    tons, row = whole
    percent = 100 * oil["tons_short_cleaned"] * T_PER_SHORT_TON / tons
    return Share(month, force, percent, f"digitised tons on oil over {row['source']}", True)


def _total_t(record: Tables, month: str, force: str) -> tuple[float, dict] | None:
    year, number = month.split("-")
    places = (
        ("forces", f"{month}_{force}_total_bombs"),
        ("forces", f"{month}_{force}_total_tonnage"),
        ("forces", f"bc_month_{year}_{number}" if force == "bomber_command" else ""),
    )
    for table, row_id in places:
        row = record.rows(table).get(row_id)
        if row is not None and row["value"] and row["unit"] in PRINTED:
            return row["value"] * PRINTED[row["unit"]], row
    return None
