"""`oilplan read`: from noisy pages to repairs, variants, facts and proposed rows."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    files: Annotated[
        list[Path],
        typer.Argument(help="Pages or folders: text, PDF with a text layer, hOCR, ALTO, PAGE XML, page images."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print all findings as JSON.")] = False,
    as_tei: Annotated[
        bool, typer.Option("--tei", help="Print the text with all findings marked in it, as TEI P5.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for reading.json, reading.html, review.html and reading.tei.xml.")
    ] = None,
    judgements: Annotated[
        Path | None, typer.Option(help="Judgements saved by the review sheet; else judgements.json in --out.")
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Append accepted proposals to --record.")] = False,
    record: Annotated[Path | None, typer.Option(help="Your own record folder; never the package's.")] = None,
    year: Annotated[str, typer.Option(help="The year the pages speak of, for dates that state none.")] = "",
    pages: Annotated[str, typer.Option(help="Numbers printed on the pages, such as 101-115.")] = "",
    source: Annotated[str, typer.Option(help="Key of the work the pages are from, for accepted rows.")] = "",
) -> None:
    """Read scanned pages: repairs, overlaps, dates, names, quantities, letters, and rows proposed for the record.

    Without options prints the findings. Nothing enters a record until you accept it: judge the proposals in
    review.html, save its judgements, and run again with --accept --record FOLDER. Of several files, those that
    cannot be read are passed over and named, with exit status 1; a reading into --out that was stopped goes on
    where it stopped. The work is done by `oilplan.evidence.read_files`, `reading_json`, `reading_html`,
    `review_html`, `reading_tei` and `accept`.
    """
    import sys

    from oilplan.cache import open_cache
    from oilplan.errors import FindingsError, OilplanError
    from oilplan.evidence import given, judged, read_files, read_judgements, reading_tei

    if accept and record is None:
        raise OilplanError("--accept needs --record FOLDER: your own record folder, which rows are appended to.")
    reading = read_files(files, known=given(year, pages), kept=open_cache() if out else None)
    kept = judgements or (out / "judgements.json" if out and (out / "judgements.json").is_file() else None)
    if kept:
        reading = reading._replace(proposals=judged(reading.proposals, read_judgements(kept)))
    if out:
        from oilplan.evidence import write_pages

        for path in write_pages(reading, out):
            print(path, file=sys.stderr)
    if accept and record is not None:
        _accept(reading, record, source)
    elif as_json:
        _print_json(reading)
    elif as_tei:
        sys.stdout.write(reading_tei(reading))
    else:
        from oilplan.evidence import reading_summary

        print(reading_summary(reading))
    for unread in reading.unread:
        print(f"not read: {unread.why}", file=sys.stderr)
    if reading.unread:
        many = len(reading.unread) + len(reading.documents)
        raise FindingsError(f"{len(reading.unread)} of {many} files could not be read; the others were.")


def _print_json(reading) -> None:
    import sys

    from oilplan.evidence import json_text

    for piece in json_text(reading):
        sys.stdout.write(piece)


def _accept(reading, record: Path, source: str) -> None:
    import datetime
    import json

    from oilplan.evidence import accept

    done = accept(reading, record, datetime.datetime.now(tz=datetime.UTC).date(), source)
    print(json.dumps({"folder": done.folder, "added": done.added, "already_there": done.present}, indent=1))
