"""When was benzol first bombed? The tabulation's first raid, its first free of doubt, and the first in the histories."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from oilplan.argument.finding import Part
from oilplan.argument.interval import Interval
from oilplan.argument.ledger import Ledger, Missing
from oilplan.record import is_weak

FIRST_OIL_RAID = date(1944, 5, 12)
DAY_LETTERS = len(FIRST_OIL_RAID.isoformat())
"""Letters of a whole date; a shorter one names a month, which shows no day."""
DELIBERATE_SHORT_TONS = 100.0
"""A raid on benzol under this is a stray or a nuisance raid; judgement."""


class FirstRaids(NamedTuple):
    """Three answers, by the doubt in them: (day, part of the table under the answer) each.

    tabulated: the first row of the tabulation in strength; sure: its first such row free of doubt; listed: the first in
    the history's list of Bomber Command's raids, so that benzol was a target by then at the latest
    """

    tabulated: tuple[date, Part]
    sure: tuple[date, Part]
    listed: tuple[date, Part]

    @property
    def days(self) -> Interval:
        """Days from 12 May 1944: the first row free of doubt, between the earliest and the latest of the three."""
        days = [float((day - FIRST_OIL_RAID).days) for day, _ in (self.sure, self.tabulated, self.listed)]
        return Interval(days[0], min(days), max(days))

    @property
    def span(self) -> tuple[date, date]:
        """The earliest and the latest of the three."""
        days = [day for day, _ in self]
        return min(days), max(days)


def first_benzol_raids(ledger: Ledger) -> FirstRaids:
    """The first raid on benzol after 12 May 1944. Raises Missing where tabulation or list has none."""
    raids = sorted((r for r in ledger.rows("raids") if _deliberate(r)), key=lambda r: r["date"])
    sure = [r for r in raids if r["quality"] == "ok"]
    if not sure:
        raise Missing("raids", "a raid on benzol in strength, free of doubt, after May 1944")
    listed = sorted((r for r in ledger.rows("raid_losses") if _listed(r)), key=lambda r: r["period"])
    if not listed:
        raise Missing("raid_losses", "a Bomber Command raid on a benzol plant after May 1944")
    first, first_sure = ledger.use("raids", (raids[0], sure[0]))
    named = ledger.use("raid_losses", listed[:1])[0]
    return FirstRaids(
        (date.fromisoformat(first["date"]), _tabulated_part("first in the tabulation", first)),
        (date.fromisoformat(first_sure["date"]), _tabulated_part("first there free of doubt", first_sure)),
        (date.fromisoformat(named["period"]), Part("first in the history", _text(named["place"], named["period"]))),
    )


def _deliberate(raid: dict) -> bool:
    strong = raid["total_tons_short"] >= DELIBERATE_SHORT_TONS
    return raid["target_class"] == "benzol" and strong and _dated_after(raid["date"] or "")


def _listed(raid: dict) -> bool:
    ours = raid["force"] == "bomber_command" and raid["scope"] == "one raid"
    return ours and _dated_after(raid["period"]) and (raid["plant_id"] or "").startswith("benzol_")


def _dated_after(day: str) -> bool:
    return len(day) == DAY_LETTERS and day >= FIRST_OIL_RAID.isoformat()


def _tabulated_part(label: str, raid: dict) -> Part:
    text = f"{_text(raid['raw_location'].title(), raid['date'])}, {raid['total_tons_short']:.0f} short tons"
    return Part(label, text, raid["quality"], is_weak(raid["status"], raid["confidence"]))


def _text(place: str, day: str) -> str:
    return f"{place}, {day}"
