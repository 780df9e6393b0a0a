"""C44: what the first British attacks on Leuna and Pölitz did to their output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import takewhile
from typing import NamedTuple

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.ledger import Ledger
from oilplan.argument.raid_losses import PLANTS, first_attack
from oilplan.argument.registry import Case, decides
from oilplan.record import is_weak

WINDOW_D = 30
"""Days after a raid that the claim's row asks for; a figure before it counts from as many days back."""
OUTPUT, STILL = "percent_of_capacity", "standing_still"


class Told(NamedTuple):
    """Output told of a plant around its first British attack: the day; rows of before and after it, by date."""

    day: str
    before: tuple[dict, ...]
    after: tuple[dict, ...]


@decides("C44", needs=("raids", "raid_losses", "plant_output"), cut=50, days=14)
def effective_damage(case: Case) -> Finding:
    """Output told of the two plants before and after the first British attack, and who else attacked within a day."""
    ledger = case.ledger
    first = {p: first_attack(ledger, p).day for p in PLANTS}
    told = {p: Told(day, *(_told(ledger, p, OUTPUT, *days) for days in _windows(day))) for p, day in first.items()}
    still = [r for p, day in first.items() for r in _told(ledger, p, STILL, *_windows(day)[1])]
    confounded = [p for p, day in first.items() if _others_within_a_day(ledger, p, day)]
    state = ledger.one("plant_output", "1944-12-24_bruex_leuna_poelitz_blechhammer_north_state")
    fell = {p: fell_by_half(t, case.bounds) for p, t in told.items()}
    outcome = _outcome(list(fell.values()), confounded)
    counts = ", ".join(f"{PLANTS[p]} {len(t.after) or 'none'}" for p, t in told.items())
    return Finding(
        outcome,
        f"{_SAYS[outcome]} Output told after the raids: {counts}; the Americans hit "
        f"{' and '.join(PLANTS[p] for p in confounded) or 'neither plant'} within a day. Photographs say that both "
        "were stopped for about two weeks or more.",
        "Output of Leuna and Pölitz in the 30 days after the first British attack",
        "percent of capacity",
        f"photographs of 24 December: {state['says']} (Brüx, Leuna, Pölitz, Blechhammer North); figures of output in "
        f"the 30 days after: {counts}; " + ", ".join(f"{PLANTS[p]}: {_FELL[f]}" for p, f in fell.items()),
        parts=(
            *(_part(r, f"{r['value']:.0f} percent of capacity") for t in told.values() for r in (*t.before, *t.after)),
            *(_part(r, "said to stand still") for r in still),
        ),
        needs=("daily or weekly output of Leuna and Pölitz, December 1944-January 1945",)
        if outcome == UNDETERMINED
        else (),
    )


_SAYS = {
    SUPPORTED: "Yes: each first attack cut output by half for two weeks.",
    CONTRADICTED: "No: output did not measurably fall.",
    UNDETERMINED: "Open: no figures of output by plant show what the British raids alone did.",
}
_FELL = {True: "by half or more for two weeks", False: "no measurable fall", None: "no telling"}


def fell_by_half(told: Told, bounds: Mapping[str, float]) -> bool | None:
    """Whether output was cut by the rule's share for its days; False where it did not fall; None where neither shows.

    It is measured against the last figure before the raid, and a cut needs a figure from within those days too.
    """
    if not told.before or not told.after:
        return None
    before = told.before[-1]["value"]
    low = list(takewhile(lambda r: r["value"] <= (1 - bounds["cut"] / 100) * before, told.after))
    since = [(date.fromisoformat(r["period"]) - date.fromisoformat(told.day)).days for r in low]
    if since and since[0] < bounds["days"] <= since[-1]:
        return True
    return False if all(r["value"] >= before for r in told.after) else None


def _outcome(fell: Sequence[bool | None], confounded: Sequence[str]) -> str:
    """The rule: both plants alike, and no other force within a day of either raid."""
    if confounded or len(set(fell)) > 1 or fell[0] is None:
        return UNDETERMINED
    return SUPPORTED if fell[0] else CONTRADICTED


def _windows(day: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """First and last day of the time before a raid and of that after it; the day of the raid is in neither."""
    start, end = ((date.fromisoformat(day) + timedelta(days=n)).isoformat() for n in (-WINDOW_D, WINDOW_D))
    eve, morrow = ((date.fromisoformat(day) + timedelta(days=n)).isoformat() for n in (-1, 1))
    return (start, eve), (morrow, end)


def _told(ledger: Ledger, plant: str, measure: str, start: str, end: str) -> tuple[dict, ...]:
    """Rows of `plant_output` with one measure of a plant, dated by the day, by date."""
    rows = (r for r in ledger.rows("plant_output") if r["plant_id"] == plant and r["quantity"] == measure)
    within = (r for r in rows if r["value"] is not None and len(r["period"]) == len(start) and start <= r["period"] <= end)
    return tuple(ledger.use("plant_output", sorted(within, key=lambda r: r["period"])))


def _part(row: dict, text: str) -> Part:
    weak = is_weak(row["status"], row["confidence"])
    return Part(f"{PLANTS[row['plant_id']]}, {row['period']}", text, row["source"], weak)


def _others_within_a_day(ledger: Ledger, plant: str, day: str) -> list[dict]:
    near = {(date.fromisoformat(day) + timedelta(days=n)).isoformat() for n in (-1, 0, 1)}
    rows = [
        r
        for r in ledger.rows("raids")
        if r["plant_id"] == plant and r["date"] in near and r["force"] != "bomber_command"
    ]
    return ledger.use("raids", rows)
