"""Bomber Command's single raids on oil with their losses: sources that disagree are accounts of one raid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from oilplan.argument.interval import Interval, spanning
from oilplan.argument.ledger import Ledger, Missing

PLANTS = {"leuna": "Leuna", "poelitz": "Pölitz"}
SINCE = "1944-10"
FULL_DATE = "YYYY-MM-DD"


class Raid(NamedTuple):
    """One raid: the plant (None where the record has no id), the day (of the first evening) and its rows."""

    plant_id: str | None
    day: str
    rows: tuple[dict, ...]

    @property
    def sent(self) -> Interval:
        """Aircraft sent: the first row's figure between the lowest and highest told."""
        return _spread(r["sent"] for r in self.rows)

    @property
    def missing_percent(self) -> Interval:
        """Aircraft missing, percent of those sent; bounds as above."""
        return _spread(100 * r["missing"] / r["sent"] for r in self.rows)


def _spread(told: Iterable[float]) -> Interval:
    return spanning(Interval(x, x, x) for x in told)


def single_raids(ledger: Ledger) -> list[Raid]:
    """The raids from October 1944 whose aircraft sent and missing are both known; not yet written down as used."""
    told: dict[tuple, list[dict]] = {}
    for r in ledger.rows("raid_losses"):
        ours = r["force"] == "bomber_command" and r["scope"] == "one raid" and r["period"] >= SINCE
        if ours and r["sent"] and r["missing"] is not None:
            told.setdefault((r["plant_id"] or r["place"], r["period"], r["night"]), []).append(r)
    return [Raid(rows[0]["plant_id"], rows[0]["period"], tuple(rows)) for rows in told.values()]


def cited(ledger: Ledger, raids: Iterable[Raid]) -> list[Raid]:
    """Write every account of some raids down as used and hand the raids on."""
    kept = list(raids)
    ledger.use("raid_losses", (row for raid in kept for row in raid.rows))
    return kept


def first_attack(ledger: Ledger, plant: str) -> Raid:
    """The first British attack on a plant from October 1944. Raises Missing where there is none, or none with a day."""
    raids = [r for r in single_raids(ledger) if r.plant_id == plant]
    if not raids:
        raise Missing("raid_losses", f"a Bomber Command attack on {PLANTS[plant]}")
    first = cited(ledger, [min(raids, key=lambda r: r.day)])[0]
    if len(first.day) != len(FULL_DATE):
        raise Missing("raid_losses", f"the day of the first Bomber Command attack on {PLANTS[plant]}")
    return first
