"""What the raids on Leuna and Pölitz cost: C36, C45."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import Interval, shown, total
from oilplan.argument.raid_losses import PLANTS, Raid, cited, single_raids
from oilplan.argument.registry import Case, decides

TEST_ATTACKS = (
    ("leuna", "1944-12-06"),
    ("leuna", "1945-01-14"),
    ("poelitz", "1944-12-21"),
    ("poelitz", "1945-01-13"),
    ("poelitz", "1945-02-08"),
)
"""The attacks that the claim's row names."""
LETTER = "1944-12-22"


@decides("C45", needs=("raid_losses",), ceiling=5, mean=3, over=2)
def not_prohibitive(case: Case) -> Finding:
    """Missing rates of the five attacks named; no rate is supposed for an attack without figures.

    Other raids do not stand in for it: in the same table they lost from none to over a quarter of the force.
    """
    named = [r for r in single_raids(case.ledger) if (r.plant_id, r.day) in TEST_ATTACKS]
    raids = {(r.plant_id, r.day): r for r in cited(case.ledger, named)}
    unknown = [key for key in TEST_ATTACKS if key not in raids]
    if not raids:
        return _no_losses()
    rates = [raid.missing_percent for raid in raids.values()]
    mean = total(rates).times(1 / len(rates))
    over = sum(rate.high >= case.bounds["ceiling"] for rate in rates)
    without = f"; {_named(unknown)} have none, and the rule asks for all five" if unknown else ""
    return Finding(
        _casualties(rates, mean, case.bounds),
        f"{len(raids)} of the five attacks have figures, {over or 'none'} of them with 5 percent or more of the "
        f"aircraft missing ({min(r.low for r in rates):.1f} to {max(r.high for r in rates):.1f} percent){without}.",
        "Mean missing rate on the attacks on Leuna and Pölitz whose losses are known, December 1944-February 1945",
        "percent of aircraft sent",
        f"mean of {len(raids)} attacks {shown(mean, '{:.1f}')} percent; {over} at 5 percent or more"
        + (f"; of {len(unknown)} nothing is known, and nothing is supposed" if unknown else ""),
        *mean,
        parts=tuple(_attack_part(key, raids.get(key)) for key in TEST_ATTACKS),
        needs=(f"aircraft missing on {_named(unknown)}",) if unknown else (),
    )


def _casualties(rates: Sequence[Interval], mean: Interval, bounds: Mapping[str, float]) -> str:
    """The rule on the attacks with figures; sources that disagree must all be on one side."""
    if sum(rate.low >= bounds["ceiling"] for rate in rates) >= bounds["over"]:
        return CONTRADICTED
    under = all(rate.high < bounds["ceiling"] for rate in rates) and mean.high < bounds["mean"]
    return SUPPORTED if under and len(rates) == len(TEST_ATTACKS) else UNDETERMINED


def _attack_part(key: tuple[str, str], raid: Raid | None) -> Part:
    text = "losses not in the record"
    if raid:
        text = f"{shown(raid.missing_percent, '{:.1f}')} percent"
    return Part(_named([key]), text, "; ".join(r["source"] for r in raid.rows) if raid else "")


def _named(attacks: Sequence[tuple[str, str]]) -> str:
    return " and ".join(f"{PLANTS[plant]} on {day}" for plant, day in attacks)


def _no_losses() -> Finding:
    return Finding(
        UNDETERMINED,
        "None of the five attacks has its losses in the record.",
        "Missing rate",
        "percent",
        "no aircraft sent and missing for any of the attacks named",
        needs=("aircraft sent and missing on Leuna and Pölitz, December 1944 to February 1945",),
    )


@decides("C36", needs=("raid_losses", "claims_evidence"))
def pleased(case: Case) -> Finding:
    """A notable Bomber Command attack shortly before the letter, and the end of the cut-off sentence."""
    ledger = case.ledger
    end = ledger.find(
        "claims_evidence",
        "the end of the sentence, which the scan cuts off",
        lambda r: "C36" in (r["claim_ids"] or "").split(";"),
    )
    since = (date.fromisoformat(LETTER) - timedelta(days=30)).isoformat()
    before = cited(ledger, (r for r in single_raids(ledger) if since <= r.day < LETTER and r.plant_id in PLANTS))
    sent = total(r.sent for r in before)
    return Finding(
        SUPPORTED if before else CONTRADICTED,
        f"Yes: Bomber Command had just sent {shown(sent)} aircraft to Leuna and Pölitz, and the book's sentence ends "
        f"“{end[0]['quote']}”."
        if before
        else "No attack on Leuna or Pölitz precedes the letter.",
        "Bomber Command aircraft sent to Leuna and Pölitz in the 30 days before 22 December 1944",
        "aircraft",
        f"attacks on {', '.join(r.day for r in before) or 'no day'}; the end of the sentence was read",
        *sent,
    )
