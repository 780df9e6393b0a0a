"""`oilplan read` and `oilplan find`: from noisy pages to proposed rows, and from a folder of texts to passages."""

import datetime
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from oilplan.cli.verb import prints

FILES = "Pages or folders: text, PDF, hOCR, ALTO, PAGE XML, page images."
PAGES = "Folder for reading.json, reading.html, review.html and reading.tei.xml."


def read(
    files: Annotated[list[Path], typer.Argument(help=FILES)],
    as_json: Annotated[bool, prints("all findings as JSON")] = False,
    as_tei: Annotated[bool, prints("the text with all findings marked in it, as TEI P5", "--tei")] = False,
    out: Annotated[Path | None, typer.Option(help=PAGES)] = None,
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
    from oilplan.cache import open_cache
    from oilplan.errors import OilplanError
    from oilplan.evidence import accept as accept_rows
    from oilplan.evidence import check_reading_folder, given, read_files, write_pages

    if accept and record is None:
        raise OilplanError("--accept needs --record FOLDER: your own record folder, which rows are appended to.")
    if out:
        check_reading_folder(out)
    reading = read_files(files, known=given(year, pages), kept=open_cache() if out else None)
    reading = _judged(reading, judgements or (out and out / "judgements.json"), asked=judgements is not None)
    for path in write_pages(reading, out) if out else ():
        print(path, file=sys.stderr)
    if accept and record is not None:
        _say_added(accept_rows(reading, record, _today(), source))
    else:
        _print_reading(reading, as_json, as_tei)
    _check_unread(reading)


def _judged(reading, judgements: Path | None, asked: bool):
    """The reading with the judgements of a file: one that was asked for, or that is there."""
    from oilplan.evidence import judged, read_judgements

    if judgements is None or not (asked or judgements.is_file()):
        return reading
    return reading._replace(proposals=judged(reading.proposals, read_judgements(judgements)))


def _today() -> datetime.date:
    return datetime.datetime.now(tz=datetime.UTC).date()


def _print_reading(reading, as_json: bool, as_tei: bool) -> None:
    from oilplan.evidence import json_text, reading_summary, reading_tei

    if as_json:
        sys.stdout.writelines(json_text(reading))
    elif as_tei:
        sys.stdout.write(reading_tei(reading))
    else:
        print(reading_summary(reading))


def _check_unread(reading) -> None:
    """Name the files that could not be read. Raises FindingsError where there are any."""
    from oilplan.errors import FindingsError

    for unread in reading.unread:
        print(f"not read: {unread.why}", file=sys.stderr)
    if reading.unread:
        many = len(reading.unread) + len(reading.documents)
        raise FindingsError(f"{len(reading.unread)} of {many} files could not be read; the others were.")


def _say_added(done) -> None:
    print(json.dumps({"folder": done.folder, "added": done.added, "already_there": done.present}, indent=1))


def find(
    folder: Annotated[Path, typer.Option("--in", metavar="DIR", help="Folder of texts; indexed on the first call.")],
    query: Annotated[str, typer.Argument(help="A claim (C45), or words.")] = "",
    row: Annotated[str, typer.Option(metavar="TABLE:ID", help="A row of the record instead, such as raids:ID.")] = "",
    index: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to keep the index, else the cache.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Passages to bring.")] = 10,
    as_json: Annotated[bool, prints("the passages as JSON")] = False,
    accept: Annotated[
        str, typer.Option(metavar="N", help="Append passage N (or its figure, N.K) to claims_evidence in --record.")
    ] = "",
    record: Annotated[Path | None, typer.Option(metavar="DIR", help="Your own record folder.")] = None,
    claim: Annotated[str, typer.Option(help="The claim an accepted passage bears on, if the query is none.")] = "",
    period: Annotated[str, typer.Option(help="What time an accepted passage speaks of, such as 1944-11.")] = "",
    source: Annotated[str, typer.Option(help="Key of the work an accepted passage is from.")] = "",
    bears: Annotated[
        str, typer.Option(metavar="for|against|on", help="On which side of the claim an accepted passage stands.")
    ] = "",
) -> None:
    """Find the passages that bear on a claim, a row or words: page, figures, and whether they agree with the record.

    The folder is indexed once; later calls read changed files only. Nothing enters a record until you accept it.
    The work is done by `oilplan.evidence.find.find` and `accepting.accept_found`.
    """
    from oilplan.errors import OilplanError
    from oilplan.evidence.accepting import accept_found
    from oilplan.evidence.find import find, search_json

    if accept and record is None:
        raise OilplanError("--accept needs --record DIR: your own record folder, which the row is appended to.")
    if bool(query.strip()) == bool(row):
        raise OilplanError("give one thing to look for: a claim (C45), words in quotation marks, or --row TABLE:ID.")
    done = find(query, folder, row, index, limit)
    _say_indexed(done)
    if accept and record is not None:
        _say_added(accept_found(done, accept, record, _today(), claim, period, source, bears))
    elif as_json:
        print(json.dumps(search_json(done), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _print_passages(done)


def _say_indexed(done) -> None:
    if done.updated.read:
        size = done.place.stat().st_size / 1e6
        print(f"indexed {done.updated.read:,} files in {done.place} ({size:,.0f} MB)", file=sys.stderr)
    for file, why in done.updated.unread[:5]:
        print(f"not indexed: {file}: {why}", file=sys.stderr)


def _print_passages(done) -> None:
    from textwrap import shorten, wrap

    from oilplan.evidence.find import search_json
    from oilplan.evidence.pages import WIDTH, shorten_to

    for number, found in enumerate(search_json(done), 1):
        print(shorten_to(f"{number}. {found['file']}, page {found['page']}, score {found['score']:.1f}", WIDTH))
        for line in wrap(shorten(found["text"], 600, placeholder=" ..."), WIDTH - 3):
            print("   " + shorten_to(line, WIDTH - 3))
        for place, figure in enumerate(found["figures"], 1):
            value = "no value" if figure["value"] is None else f"{figure['value']:,.10g} {figure['unit']}"
            print(shorten_to(f"   {number}.{place} {value}: {' '.join(figure['raw'].split())}", WIDTH))
        for row in found["agrees_with"]:
            print(shorten_to(f"   agrees with {row}", WIDTH))
        for other in found["differs_from"]:
            print(shorten_to(f"   differs from {other['row']}: {other['record']}, here {other['page']}", WIDTH))
    if not done.found:
        print("No passage holds what is sought.")
