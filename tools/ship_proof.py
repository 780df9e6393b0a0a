"""Make the proof with every cut-off, keep it in the package, and write its tables into docs/proof.md: half an hour or more.

python tools/ship_proof.py [proof.json]    the file: a proof already made by `oilplan validate --full --json`
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from oilplan.record import load_record
from oilplan.report.proof_text import MARKS, proof_markdown
from oilplan.studies.validate import KEPT_SEED, kept_path, stamped, validate

DOCS = Path(__file__).parents[1] / "docs" / "proof.md"


def main() -> None:
    """Write calibration/data/proof.json and the part of docs/proof.md between its marks."""
    record = load_record()
    if sys.argv[1:]:
        proof = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    else:
        proof = validate(record, seed=KEPT_SEED, full=True, report=lambda step, share: print(step, flush=True))
    kept_path().write_text(json.dumps(stamped(proof, record), indent=1) + "\n", encoding="utf-8")
    before, rest = DOCS.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    DOCS.write_text(f"{before}{MARKS[0]}\n\n{proof_markdown(proof)}\n\n{MARKS[1]}{after}", encoding="utf-8")
    print(f"wrote {kept_path()} and {DOCS}")


if __name__ == "__main__":
    main()
