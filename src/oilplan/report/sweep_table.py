"""A sweep as a table of text: one block an outcome, one row a law and directive."""

from __future__ import annotations

from .compare_page import LABELS, rows_of

MAIN = (
    "aviation_gasoline_denied",
    "motor_fuel_denied",
    "stock_below_a_months_need",
    "bombs_on_oil",
    "aircraft_missing_on_oil",
    "city_bombs_not_dropped",
)
INDENT = "  "


def sweep_text(by_law: dict[str, dict]) -> str:
    """Main outcomes of every law and directive: median and 5-95 percent, then the difference from the base.

    by_law: the summary of a comparison (`oilplan.studies.compare.summary_of`) for each law
    """
    first = next(iter(by_law.values()))
    head = (
        f"From {first['from']}, {first['draws']:,} paired draws, base {first['base']}.  "
        f"Median (5 to 95 percent).  [{first['basis']}]"
    )
    note = f"Note: {first['rests_on_recalled']}."
    if len(by_law) > 1:
        note += "\nNote: all laws are flown with the parameters that were fitted under the default law."
    return "\n\n".join([head, *(_law_block(by_law, outcome) for outcome in MAIN), note])


def _law_block(by_law: dict[str, dict], outcome: str) -> str:
    rows = {law: rows_of(summary, outcome) for law, summary in by_law.items()}
    every = [row for part in rows.values() for row in part]
    name_w = max(len(r[0]) for r in every) + 2
    cell_w = max(len(r[1]) for r in every) + 3
    lines = [LABELS[outcome]]
    for law, part in rows.items():
        lines += [INDENT + law] if len(rows) > 1 else []
        inner = INDENT * (2 if len(rows) > 1 else 1)
        lines += [f"{inner}{n:<{name_w}}{c:<{cell_w}}{d}".rstrip() for n, c, d in part]
    return "\n".join(lines)
