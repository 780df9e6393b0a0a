"""Compute the verdicts and the answer, ship them with the hashes of record and fit, and write README's answer block.

Run after the record, the posterior or the claims have changed: ``make verdicts``; with ``--pages`` it only writes the pages.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from oilplan.argument.answer import TopAnswer, answer, answer_json
from oilplan.argument.shipped import posterior_hash, shipped_file, verdict_json, verdicts_of
from oilplan.argument.verdict import Verdict, verdicts
from oilplan.record import load_record
from oilplan.report.verdict_text import MARK, MARK_MEANS, graded, graded_line, measured, plain, tally, who

CLAIMS_PAGE = "docs/claims.md"
"""Where `claims_page` lies, as the README calls it."""
README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"(<!-- answer: written by tools/ship_verdicts.py -->\n).*?(<!-- end of answer -->)", re.DOTALL)


def progress(done: int, of: int) -> None:
    """Where the work stands, on stderr."""
    print(f"testing {done} of {of}", file=sys.stderr, flush=True)


def with_answer(page: str, block: str) -> str:
    """A page with the answer between its markers; as it was where it has none."""
    return BLOCK.sub(lambda found: found[1] + block + "\n" + found[2], page)


def write_pages(lines: Sequence[TopAnswer], found: Sequence[Verdict]) -> None:
    """The answer into the README, and the claims, to which it links, as a page of docs."""
    README.write_text(with_answer(README.read_text(encoding="utf-8"), answer_block(lines)), encoding="utf-8")
    (README.parent / CLAIMS_PAGE).write_text(claims_page(found), encoding="utf-8")


def answer_block(lines: Sequence[TopAnswer]) -> str:
    """The answer as a Markdown table for the README, each claim a link to its place in `CLAIMS_PAGE`."""
    rows = ["| question | answer | grade | claims |", "|---|---|---|---|"]
    for line in lines:
        claims = ", ".join(f"[{c}]({CLAIMS_PAGE}#{c.lower()})" for c in line.claims)
        rows.append(f"| {line.question} | {line.sentence} | {graded_line(line)} | {claims} |")
    return "\n".join(rows)


def claims_page(verdicts: Sequence[Verdict]) -> str:
    """Every claim as a Markdown page: its words and who said them, the grade, the answer, what was measured and what it hangs on."""
    parts = [
        "# The claims, one by one",
        f"{len(verdicts)} claims of the letters and the histories: {tally(list(verdicts))}. What the grades mean: "
        "[grades](verdicts.md). `oilplan verdicts C33` adds the rule, every row and the evidence of both sides.",
    ]
    for v in verdicts:
        value = measured(v).replace(MARK, f"\\{MARK}")
        parts += [
            f"## {v.claim_id}",
            f"“{v.quote}” ({who(v)})",
            f"**{graded(v)}.** {plain(v.answer)}",
            f"Measured: {v.quantity}: {value}. Hangs on: {plain(v.hangs_on)}.",
        ]
    return "\n\n".join([*parts, f"\\{MARK_MEANS}"]) + "\n"


def main() -> None:
    """Compute, write, say how long it took; with ``--pages`` write the pages from what is shipped."""
    record, began = load_record(), time.monotonic()
    if sys.argv[1:] == ["--pages"]:
        return write_pages(answer(record), verdicts_of(record))
    if record.overlay is not None:
        sys.exit("tools/ship_verdicts.py: unset OILPLAN_RECORD; the package ships the verdicts on its own record.")
    found = verdicts(record, (), progress)
    lines = answer(record, found)
    path = shipped_file()
    path.parent.mkdir(exist_ok=True)
    kept = {
        "record_hash": record.hash,
        "posterior_hash": posterior_hash(),
        "answer": answer_json(lines),
        "verdicts": [verdict_json(v) for v in found],
    }
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    write_pages(lines, found)
    print(f"\n{tally(found)}; {time.monotonic() - began:.0f} s; {path}", file=sys.stderr)


if __name__ == "__main__":
    main()
