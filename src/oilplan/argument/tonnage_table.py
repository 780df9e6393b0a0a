"""C50: the cut-off footnote rebuilt as a table in long tons, and each cell held against another source."""

from __future__ import annotations

import statistics

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import figure, read
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import Case, decides
from oilplan.argument.shares import FORCES, MONTHS
from oilplan.units import long_from_t, t_from_short

SOURCE, OTHER = "Webster & Frankland III, p. 84 n. 3", "davis1993"


@decides("C50", needs=("claims_evidence", "effort_monthly"), agrees=5, disagrees=15)
def six_cells(case: Case) -> Finding:
    """Six tonnages and percentages of the footnote against the digitised tabulation, cell by cell."""
    parts, differences = cells(case.ledger)
    outcome = UNDETERMINED
    if max(differences) <= case.bounds["agrees"]:
        outcome = SUPPORTED
    elif min(differences) > case.bounds["disagrees"]:
        outcome = CONTRADICTED
    agreeing = sum(d <= case.bounds["agrees"] for d in differences)
    far = sum(d > case.bounds["disagrees"] for d in differences)
    return Finding(
        outcome,
        f"The table can be rebuilt whole. Of its six tonnages {agreeing} agree with the digitised tabulation within "
        f"5 percent ({_named(parts, differences, case.bounds['agrees'])}) and {far} differ by more than 15.",
        "Difference between the footnote and the tabulation, median of six tonnages",
        "percent",
        f"differences from {min(differences):.0f} to {max(differences):.0f} percent; the rule wants all six alike",
        statistics.median(differences),
        min(differences),
        max(differences),
        parts=(*parts, *_other_history(case.ledger)),
        needs=("the American statistical summaries by target for October and November 1944",)
        if outcome == UNDETERMINED
        else (),
    )


def cells(ledger: Ledger) -> tuple[tuple[Part, ...], list[float]]:
    """The six cells as lines of a table, and how far each tonnage is from the tabulation's, percent."""
    parts, differences = [], []
    for month in MONTHS[:2]:
        for force, name in FORCES.items():
            printed = read(ledger, "claims_evidence", f"{month}_{force}_oil_tonnage")
            all_bombs = read(ledger, "claims_evidence", f"{month}_{force}_total_bomb_tonnage")
            percent = read(ledger, "claims_evidence", f"{month}_{force}_oil_share")
            row = ledger.one("effort_monthly", f"{month}_{force}_oil")
            other = figure("effort_monthly", row).times(long_from_t(t_from_short(1.0)))
            off = 100 * abs(other.value / printed.value - 1)
            differences.append(off)
            parts.append(
                Part(
                    f"{name}, {month}",
                    f"{printed.value:,.0f} of {all_bombs.value:,.0f} long tons = {percent.value:.1f} percent "
                    f"(computed {100 * printed.value / all_bombs.value:.1f})",
                    f"{SOURCE}; tabulation {other.value:,.0f} ({other.low:,.0f} to {other.high:,.0f}), {off:.0f} "
                    "percent off",
                )
            )
    return tuple(parts), differences


def _named(parts: tuple[Part, ...], differences: list[float], agrees: float) -> str:
    """The cells that agree, or "none"."""
    return "; ".join(p.label for p, d in zip(parts, differences, strict=True) if d <= agrees) or "none"


def _other_history(ledger: Ledger) -> list[Part]:
    """November's tonnages as another history prints them, in long tons; none where the record has not its rows."""
    parts = []
    for force, name in FORCES.items():
        rows = [r for r in ledger.rows("claims_evidence") if r["row_id"] == f"1944-11_{force}_oil_tonnage_{OTHER}"]
        for row in ledger.use("claims_evidence", rows):
            long = row["value"] * (1.0 if "long" in row["unit"] else float(long_from_t(t_from_short(1.0))))
            parts.append(Part(f"{name}, 1944-11, another history", f"{long:,.0f} long tons", row["source"]))
    return parts
