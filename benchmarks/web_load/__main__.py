"""`python -m benchmarks.web_load [sliders|desks] ...`: the map room's sliders, or the seminar and the record."""

import sys

from . import desks, load

LOADS = {"sliders": load.main, "desks": desks.main}

if __name__ == "__main__":
    chosen = sys.argv.pop(1) if len(sys.argv) > 1 and sys.argv[1] in LOADS else "sliders"
    LOADS[chosen]()
