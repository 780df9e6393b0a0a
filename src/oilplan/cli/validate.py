"""`oilplan validate`: the proof that the model predicts: as kept, or made again."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from oilplan.cli.system import SystemOption


def command(
    full: Annotated[
        bool, typer.Option("--full", help="Make the proof again, all cut-offs: half an hour or more.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 1944,
    as_json: Annotated[bool, typer.Option("--json", help="Print the proof as JSON.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write proof.json, report.html and manifest.json here.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in DIR.")] = False,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Record folder of your own (default: $OILPLAN_RECORD).")
    ] = None,
    system: SystemOption = None,
) -> None:
    """Fit to part of the record and score what the rest says: hindcast, Leuna and other plants left out, rival laws.

    The proof of the embedded record comes with the package and is printed at once; --full makes it again. A record or a
    seed of one's own takes some minutes. The work is done by `oilplan.studies.validate.validate`.
    """
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
    from oilplan.cli import system as of_system

    if (own := of_system.opened(system, record)) is not None:
        of_system.refuse({"--full": full})
        return of_system.validate(own, seed, out, force, as_json, _teller())
    from oilplan.record import load_record
    from oilplan.report.page import write_result
    from oilplan.report.proof_text import validation_text
    from oilplan.report.validation_page import validation_html
    from oilplan.results_folder import check_free
    from oilplan.studies.manifest import manifest
    from oilplan.studies.validate import kept_proof, validate

    if out is not None:
        check_free(out, force=force)
    rec = load_record(record)
    kept = None if full else kept_proof(rec, seed)
    if kept is not None:
        print("The proof that came with the package; --full makes it again.", file=sys.stderr)
    proof = validate(rec, seed=seed, full=full, report=_teller()) if kept is None else kept
    about = manifest(rec, command=["oilplan", "validate", *sys.argv[2:]], seed=seed, full=full)
    print(json.dumps(proof, indent=1) if as_json else validation_text(proof))
    if out is not None:
        write_result(out, "proof.json", proof, about, validation_html(proof, about), force=force)
        print(f"Report: {out / 'report.html'}", file=sys.stderr)


def _teller():
    began = time.monotonic()

    def say(step: str, share: float) -> None:
        print(f"[{100 * share:3.0f}%, {time.monotonic() - began:4.0f} s] {step} ...", file=sys.stderr)

    return say
