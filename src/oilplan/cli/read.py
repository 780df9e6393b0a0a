"""`oilplan read`: from noisy pages to repairs, variants, facts and proposed rows."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    files: Annotated[list[Path], typer.Argument(help="Pages: text, PDF with a text layer, hOCR or ALTO.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print all findings as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for reading.json, reading.html and review.html.")] = None,
    judgements: Annotated[
        Path | None, typer.Option(help="Judgements saved by the review sheet; else judgements.json in --out.")
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Append accepted proposals to --record.")] = False,
    record: Annotated[Path | None, typer.Option(help="Your own record folder; never the package's.")] = None,
) -> None:
    """Read scanned pages: repairs, overlaps, dates, names, quantities, letters, and rows proposed for the record.

    Without options prints a summary. Nothing enters a record until you accept it: judge the proposals in
    review.html, save its judgements, and run again with --accept --record FOLDER. The work is done by
    `oilplan.evidence.read_files`, `reading_json`, `reading_html`, `review_html` and `accept`.
    """
    import sys

    from oilplan.errors import OilplanError
    from oilplan.evidence import judged, read_files, read_judgements

    if accept and record is None:
        raise OilplanError("--accept needs --record FOLDER: your own record folder, which rows are appended to.")
    reading = read_files(files)
    kept = judgements or (out / "judgements.json" if out and (out / "judgements.json").is_file() else None)
    if kept:
        reading = reading._replace(proposals=judged(reading.proposals, read_judgements(kept)))
    if out:
        from oilplan.evidence import write_pages

        for path in write_pages(reading, out):
            print(path, file=sys.stderr)
    if accept and record is not None:
        _accept(reading, record)
    elif as_json:
        _print_json(reading)
    else:
        from oilplan.evidence import reading_summary

        print(reading_summary(reading))


def _print_json(reading) -> None:
    import json

    from oilplan.evidence import reading_json

    print(json.dumps(reading_json(reading), ensure_ascii=False, indent=1))


def _accept(reading, record: Path) -> None:
    import datetime
    import json

    from oilplan.evidence import accept

    done = accept(reading, record, datetime.datetime.now(tz=datetime.UTC).date())
    print(json.dumps({"folder": done.folder, "added": done.added, "already_there": done.present}, indent=1))
