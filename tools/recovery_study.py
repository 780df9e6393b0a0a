"""Make the saved recovery study: docs/recovery and the copy that the package carries. About twenty minutes.

python tools/recovery_study.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from oilplan.calibration import recovery
from oilplan.record import load_record
from oilplan.report.validation_page import ranks_figure

ROOT = Path(__file__).parents[1]
DOCS, PACKAGE = ROOT / "docs" / "recovery", ROOT / "src" / "oilplan" / "calibration" / "data"
ERROR_FACTOR, WRONG_REPETITIONS = 0.25, 8
WRONG_KEEPS = ("repetitions", "coverage90", "coverage_error", "ranks", "chi2_p", "divergences")


def main() -> None:
    """Run the study with the right likelihood and with errors believed four times too small, and save both."""
    record = load_record(None)
    found = recovery.study(record, report=_say("right likelihood"))
    wrong = recovery.study(record, WRONG_REPETITIONS, report=_say("wrong likelihood"), error_factor=ERROR_FACTOR)
    found["wrong_likelihood"] = {"error_factor": ERROR_FACTOR, **{k: wrong[k] for k in WRONG_KEEPS}}
    for folder in (DOCS, PACKAGE):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / recovery.SAVED).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (DOCS / "ranks.svg").write_text(ranks_figure(found) + "\n", encoding="utf-8")
    print(f"{DOCS / recovery.SAVED}: {100 * found['coverage90']:.1f} percent covered", file=sys.stderr)


def _say(what: str):
    return lambda done, of: print(f"{what}: {done} of {of}", file=sys.stderr)


if __name__ == "__main__":
    main()
