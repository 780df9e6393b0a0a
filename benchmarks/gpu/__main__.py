"""Fly the campaign as flown on a graphics card and print JSON: ``python -m benchmarks.gpu`` (needs ``oilplan[gpu]``)."""

import argparse
import json
import sys
from datetime import UTC, datetime
from importlib.metadata import version

import jax

from .flight import agreement, campaigns_per_s
from .limit import peaks, share

AGREES = 1e-3
"""Largest difference from the processor, as a share of a plant system's month."""


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    words.add_argument("--draws", type=int, default=1 << 18, help="campaigns flown at once")
    words.add_argument("--device", choices=("gpu", "cpu"), default="gpu", help="cpu: to try the bench itself")
    asked = words.parse_args()
    try:
        device = jax.devices(asked.device)[0]
    except RuntimeError:
        print(
            "benchmarks.gpu: no graphics card is to be had here; install oilplan[gpu] on a machine with one.",
            file=sys.stderr,
        )
        return 2
    print(json.dumps(measure(device, asked.draws), indent=1))
    return 0


def measure(device, draws: int) -> dict:
    """Everything about one device, JSON-ready; nothing is timed that does not agree with the processor."""
    about = {
        "device": device.device_kind,
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {name: version(name) for name in ("jax", "jaxlib")},
        "draws": draws,
    }
    differs = agreement(device)
    if differs > AGREES:
        return {**about, "agree": False, "differs": differs}
    with jax.default_device(device):
        top = peaks()
        found = campaigns_per_s(draws)
        return {**about, "agree": True, "differs": differs, **found, "peak_per_s": top, **share(found, top)}


if __name__ == "__main__":
    sys.exit(main())
