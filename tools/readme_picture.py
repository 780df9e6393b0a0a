"""Make docs/img/aviation_gasoline.png from a run: `python tools/readme_picture.py out/as_flown`. Needs Chromium."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from oilplan.report.run_page import output_figure

OUT = Path(__file__).parent.parent / "docs/img/aviation_gasoline.png"
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-device-scale-factor=2",
)


def main() -> None:
    summary = json.loads((Path(sys.argv[1]) / "summary.json").read_text(encoding="utf-8"))
    drawing = output_figure(summary, "aviation_gasoline")
    height = drawing.split('height="')[1].split('"')[0]
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "figure.html"
        page.write_text(f'<meta charset="utf-8"><body style="margin:0">{drawing}</body>', encoding="utf-8")
        places = (f"--user-data-dir={folder}/profile", f"--window-size=760,{height}", f"--screenshot={OUT}")
        subprocess.run(["chromium", *QUIET, *places, page.as_uri()], check=True, capture_output=True)
    print(OUT)


if __name__ == "__main__":
    main()
