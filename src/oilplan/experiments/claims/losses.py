"""What the raids on Leuna and Pölitz cost and did: C36, C44, C45."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from oilplan.experiments.claims.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.experiments.claims.ledger import Ledger, Missing
from oilplan.experiments.claims.registry import Case, decides

PLANTS = {"leuna": "Leuna", "poelitz": "Pölitz"}
TEST_ATTACKS = (
    ("leuna", "1944-12-06"),
    ("leuna", "1945-01-14"),
    ("poelitz", "1944-12-21"),
    ("poelitz", "1945-01-13"),
    ("poelitz", "1945-02-08"),
)
"""The attacks that the claim's row names."""
SURE = 0.9
"""Chance, from the raids whose losses are known, at which unknown ones may be taken to lie under the ceiling."""
LETTER = "1944-12-22"


def raids_with_losses(ledger: Ledger) -> list[dict]:
    """Bomber Command's single raids on oil from October 1944 whose aircraft sent and missing are both known."""
    return ledger.find(
        "raid_losses",
        "single Bomber Command oil raids with aircraft sent and missing",
        lambda r: (
            r["force"] == "bomber_command"
            and r["scope"] == "one raid"
            and r["period"] >= "1944-10"
            and r["sent"]
            and r["missing"] is not None
        ),
    )


def first_attack(ledger: Ledger, plant: str) -> dict:
    """The first British attack on a plant from October 1944. Raises Missing where there is none."""
    raids = [r for r in raids_with_losses(ledger) if r["plant_id"] == plant]
    if not raids:
        raise Missing("raid_losses", f"a Bomber Command attack on {PLANTS[plant]}")
    return min(raids, key=lambda r: r["period"])


@decides("C45", needs=("raid_losses",), ceiling=5, mean=3)
def not_prohibitive(case: Case) -> Finding:
    """Missing rates of the five attacks named; attacks without figures are judged by the record's other raids.

    If none of n known raids reaches the ceiling, the chance that m more all stay under it is (n + 1) / (n + m + 1)
    (the rule of succession). It supposes deep raids no dearer than the rest, which the known ones bear out.
    """
    raids = raids_with_losses(case.ledger)
    rate = {
        key: [100 * r["missing"] / r["sent"] for r in raids if (r["plant_id"], r["period"]) == key]
        for key in TEST_ATTACKS
    }
    known = [x for rates in rate.values() for x in rates]
    unknown = [key for key, rates in rate.items() if not rates]
    if not known:
        return _no_losses()
    every = [100 * r["missing"] / r["sent"] for r in raids]
    chance = chance_under(every, len(unknown), case.bounds["ceiling"])
    mean = sum(known) / len(known)
    outcome = _casualties(known, mean, chance, case.bounds)
    return Finding(
        outcome,
        f"Of the five attacks {len(rate) - len(unknown)} have figures: {min(known):.1f} to {max(known):.1f} percent "
        "of the aircraft sent were missing, against a ceiling of 5.",
        "Missing rate on the attacks on Leuna and Pölitz, December 1944-February 1945",
        "percent of aircraft sent",
        f"mean {mean:.1f} percent; no raid of {len(every)} known ones reached 5 percent, so {len(unknown)} without "
        f"figures stay under it with a chance of {chance:.2f}",
        mean,
        min(known),
        max(known),
        parts=tuple(
            Part(
                f"{PLANTS[plant]}, {day}", " or ".join(f"{x:.1f} percent" for x in rates) or "losses not in the record"
            )
            for (plant, day), rates in rate.items()
        ),
        would_change=f"losses of 5 percent or more on two of: {_named(unknown)}"
        if unknown and outcome == SUPPORTED
        else "",
    )


def chance_under(rates: list[float], unknown: int, ceiling: float) -> float:
    """Chance that ``unknown`` more raids stay under a ceiling, by the rule of succession; 0 if a known one did not."""
    n = len(rates)
    return (n + 1) / (n + unknown + 1) if max(rates) < ceiling else 0.0


def _casualties(known: list[float], mean: float, chance: float, bounds: Mapping[str, float]) -> str:
    over = sum(x >= bounds["ceiling"] for x in known)
    if over >= 2:
        return CONTRADICTED
    return SUPPORTED if not over and mean < bounds["mean"] and chance >= SURE else UNDETERMINED


def _named(attacks: list[tuple[str, str]]) -> str:
    return ", ".join(f"{PLANTS[plant]} {day}" for plant, day in attacks)


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
    before = [r for r in raids_with_losses(ledger) if since <= r["period"] < LETTER and r["plant_id"] in PLANTS]
    sent = sum(r["sent"] for r in before if "diary" not in r["row_id"])
    return Finding(
        SUPPORTED if before else CONTRADICTED,
        f"Yes: Bomber Command had just sent {sent} aircraft to Leuna and Pölitz, and the book's sentence ends "
        f"“{end[0]['quote']}”."
        if before
        else "No attack on Leuna or Pölitz precedes the letter.",
        "Bomber Command aircraft sent to Leuna and Pölitz in the 30 days before 22 December 1944",
        "aircraft",
        f"attacks on {', '.join(sorted({r['period'] for r in before})) or 'no day'}; the end of the sentence was read",
        float(sent),
        float(sent),
        float(sent),
    )


@decides("C44", needs=("raids", "raid_losses", "plant_output_monthly", "facts_found"), cut=50, days=14)
def effective_damage(case: Case) -> Finding:
    """What is known of output at the two plants after the first British attack, and who else attacked within a day."""
    ledger = case.ledger
    first = {p: first_attack(ledger, p)["period"] for p in PLANTS}
    told = {p: _told_after(ledger, p, day) for p, day in first.items()}
    confounded = [p for p, day in first.items() if _others_within_a_day(ledger, p, day)]
    state = ledger.one("facts_found", "1944-12-24_bruex_leuna_poelitz_blechhammer_north_state")
    before = ledger.one("plant_output_monthly", "leuna_1944-11-20_percent_of_capacity")
    return Finding(
        UNDETERMINED,
        "Photographs say that both were stopped for about two weeks or more, but no German figure of output by "
        f"plant does, and the Americans hit {' and '.join(PLANTS[p] for p in confounded) or 'neither plant'} within "
        "a day.",
        "Leuna's output before the first British attack, of capacity",
        "percent of capacity",
        f"photographs of 24 December: {state['says']} (Brüx, Leuna, Pölitz, Blechhammer North); rows of output in "
        f"the 30 days after: {', '.join(f'{PLANTS[p]} {n}' for p, n in told.items()) or 'none'}",
        before["value"],
        before["value"],
        before["value"],
        needs=("daily or weekly output of Leuna and Pölitz, December 1944-January 1945",),
    )


def _told_after(ledger: Ledger, plant: str, day: str) -> int:
    """Rows of `plant_output_monthly` that give a plant's output in the 30 days after a raid."""
    end = (date.fromisoformat(day) + timedelta(days=30)).isoformat()
    rows = [
        r
        for r in ledger.rows("plant_output_monthly")
        if r["plant_id"] == plant and len(r["date"]) == 10 and day < r["date"] <= end and r["value"] is not None
    ]
    return len(ledger.use("plant_output_monthly", rows))


def _others_within_a_day(ledger: Ledger, plant: str, day: str) -> list[dict]:
    near = {(date.fromisoformat(day) + timedelta(days=n)).isoformat() for n in (-1, 0, 1)}
    rows = [
        r
        for r in ledger.rows("raids")
        if r["plant_id"] == plant and r["date"] in near and r["force"] != "bomber_command"
    ]
    return ledger.use("raids", rows)
