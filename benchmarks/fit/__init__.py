"""How fast the fit is beside the same model written plainly in NumPyro and in PyMC: `python -m benchmarks.fit`."""
