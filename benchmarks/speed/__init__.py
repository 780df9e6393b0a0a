"""How fast the program is on this machine; prints JSON: `python -m benchmarks.speed`."""
