"""`oilplan edition`: the pages as a folder that opens without a server."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def command(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write; open its index.html.")],
    draws: Annotated[int, typer.Option(metavar="50|200", help="Draws of every counterfactual.")] = 50,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier edition in DIR.")] = False,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Record folder of your own (default: $OILPLAN_RECORD).")
    ] = None,
) -> None:
    """Write the story, the answer, the verdicts, the record, the plants and a grid of counterfactuals as plain files.

    The folder opens from a USB stick or any web server, asks for nothing outside itself and needs no installation. It
    appears whole or not at all. The work is done by `oilplan.web.edition.write_edition`.
    """
    from oilplan.cli.progress import progress_bar
    from oilplan.errors import OilplanError
    from oilplan.record import load_record
    from oilplan.results_folder import check_free
    from oilplan.web.limits import DRAWS, PREVIEW_DRAWS

    if draws not in (PREVIEW_DRAWS, DRAWS):
        raise OilplanError(f"--draws {draws} is not offered here; expected {PREVIEW_DRAWS} or {DRAWS}.")
    check_free(out, force=force)
    known = load_record(record)
    from oilplan.web.edition import write_edition

    with progress_bar("edition") as progress:
        write_edition(
            known, out, draws=draws, force=force, command=["oilplan", "edition", *sys.argv[2:]], progress=progress
        )
    print(f"Edition: {out / 'index.html'}", file=sys.stderr)
