"""Make the proof with every cut-off, keep it in the package, and write its tables into docs/proof.md: half an hour or more.

python tools/ship_proof.py [proof.json]    the file: a proof already made by `oilplan validate --full --json`
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from oilplan.record import load_record
from oilplan.report.fit_pages import percent, said_of_fitted, said_of_laws, said_of_size
from oilplan.studies.validate import KEPT_SEED, kept_path, made_of, validate

DOCS = Path(__file__).parents[1] / "docs" / "proof.md"
MARKS = ("<!-- validate -->", "<!-- end of validate -->")


def main() -> None:
    """Write calibration/data/proof.json and the part of docs/proof.md between its marks."""
    record = load_record()
    if sys.argv[1:]:
        proof = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    else:
        proof = validate(record, seed=KEPT_SEED, full=True, report=lambda step, share: print(step, flush=True))
    kept_path().write_text(
        json.dumps({"made_of": made_of(record, KEPT_SEED), **proof}, indent=1) + "\n", encoding="utf-8"
    )
    before, rest = DOCS.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    DOCS.write_text(f"{before}{MARKS[0]}\n\n{proof_markdown(proof)}\n\n{MARKS[1]}{after}", encoding="utf-8")
    print(f"wrote {kept_path()} and {DOCS}")


def proof_markdown(proof: dict) -> str:
    """The proof's numbers as Markdown tables. proof: of `oilplan.studies.validate.validate`, made with ``full``"""
    ordered, held, ops = proof["as_ordered"], proof["coverage"], proof["operations"]
    parts = [
        _table(
            (
                "Fitted to",
                "skill, railways forecast",
                "skill, railways given",
                "months inside 90%",
                "log CRPS",
                "best naive",
                "ceiling",
            ),
            [_skill_row(proof, month) for month in proof["skill"]],
        ),
        f"90 percent bands hold {percent(held['in_sample'])} of the months as fitted{said_of_fitted(held)} and"
        f" {percent(held['leave_one_month_out'])} with the month left out. Leuna's dated percentages, left out: {percent(proof['leuna']['inside90'])} of"
        f" {proof['leuna']['informative']} inside; other plants' figures: {percent(proof['leave_one_plant_out']['inside90'])} of"
        f" {proof['leave_one_plant_out']['informative']}. Operations, October to March: {percent(ops['coverage90'])} of"
        f" {len(ops['rows'])} figures inside.",
        f"Raid size exponent {proof['raid_size']['median']:.2f} ({proof['raid_size']['p05']:.2f} to"
        f" {proof['raid_size']['p95']:.2f}): {said_of_size(proof['raid_size'])}.",
        _table(
            ("Month", "recorded, t", "history's orders, t", "90 percent, t", "raids as flown, t", ""),
            [
                (
                    m["month"],
                    f"{m['recorded_t']:,}",
                    f"{m['median_t']:,}",
                    f"{m['p05_t']:,} to {m['p95_t']:,}",
                    f"{m['replay_median_t']:,}",
                    {None: "", True: "within a quarter", False: "NOT within a quarter"}[m["within"]],
                )
                for m in ordered["months"]
            ],
        ),
        f"History's orders leave {ordered['october_march_ratio']:.2f} of what the raids as flown leave, October to March.",
        _table(
            ("Law", "elpd", "behind the best"),
            [
                (law["name"], f"{law['elpd']:.1f}", f"{law['behind']:.1f} ± {law['behind_se']:.1f}")
                for law in sorted(proof["laws"], key=lambda law: -law["elpd"])
            ],
        ),
        said_of_laws(proof),
    ]
    return "\n\n".join(part for part in parts if part)


def _skill_row(proof: dict, month: str) -> tuple[str, ...]:
    h = {proof["hindcast"]["trained_to"]: proof["hindcast"], **proof["cutoffs"]}[month]
    naive = min(v for name, v in h["log_crps"].items() if name != "model")
    inside = sum(m["inside"] for m in h["months"])
    ceiling = proof["ceilings"].get(month)
    return (
        month,
        f"{proof['skill'][month]:.2f}",
        f"{proof['skill_rail_given'][month]:.2f}",
        f"{inside} of {len(h['months'])}",
        f"{h['log_crps']['model']:.2f}",
        f"{naive:.2f}",
        "" if ceiling is None else f"{ceiling:.2f}",
    )


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
