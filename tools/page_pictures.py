"""Make docs/img/story.png and docs/img/map_room.png: `python tools/page_pictures.py http://127.0.0.1:8000`. Needs Chromium."""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests/web"))

from chromium import DESKTOP, browser

OUT = Path(__file__).parent.parent / "docs/img"
SETTLE_S = 8.0
"""For the data of a page and for the days that the map runs through."""
PAGES = {
    "story": "/story#summer",
    "map_room": "/map?bc=portal&e8=portal&f15=portal&from=1944-10&day=1944-11-20&show=flown",
}


def main() -> None:
    with browser(DESKTOP) as driver:
        for name, address in PAGES.items():
            driver.get(sys.argv[1] + address)
            time.sleep(SETTLE_S)
            driver.save_screenshot(str(OUT / f"{name}.png"))
            print(OUT / f"{name}.png")


if __name__ == "__main__":
    main()
