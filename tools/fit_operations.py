"""Fit the operations machine to May to September 1944 again and write the shipped draws: some four minutes.

python tools/fit_operations.py
"""

from oilplan.calibration.posterior import load_posterior
from oilplan.flight.as_flown import as_flown
from oilplan.flight.executable import keep_compiled
from oilplan.flight.recorded_operations import save, shipped_path
from oilplan.model.oil import oil_system
from oilplan.record import load_record
from oilplan.studies.operations import fit_operations


def main() -> None:
    """Fit with the embedded record and the shipped posterior, and overwrite the shipped draws."""
    keep_compiled()
    record = load_record()
    system = oil_system(record)
    posterior = load_posterior(system, as_flown(record, system))
    fitted = fit_operations(
        record, posterior=posterior, progress=lambda done, of: print(f"{done} of {of} draws flown", flush=True)
    )
    save(shipped_path(), fitted)
    print(f"wrote {shipped_path()}")


if __name__ == "__main__":
    main()
