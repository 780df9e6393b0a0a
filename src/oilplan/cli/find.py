"""`oilplan find`: from a folder of texts to the passages that bear on a claim or a row of the record."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Option("--in", metavar="DIR", help="Folder of texts; indexed on the first call.")],
    query: Annotated[str, typer.Argument(help="A claim (C45), or words.")] = "",
    row: Annotated[str, typer.Option(metavar="TABLE:ID", help="A row of the record instead, such as raids:ID.")] = "",
    index: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to keep the index, else the cache.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Passages to bring.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print the passages as JSON.")] = False,
    accept: Annotated[
        str, typer.Option(metavar="N", help="Append passage N (or its figure, N.K) to claims_evidence in --record.")
    ] = "",
    record: Annotated[Path | None, typer.Option(metavar="DIR", help="Your own record folder.")] = None,
    claim: Annotated[str, typer.Option(help="The claim an accepted passage bears on, if the query is none.")] = "",
    period: Annotated[str, typer.Option(help="What time an accepted passage speaks of, such as 1944-11.")] = "",
    source: Annotated[str, typer.Option(help="Key of the work an accepted passage is from.")] = "",
) -> None:
    """Find the passages that bear on a claim, a row or words: page, figures, and whether they agree with the record.

    The folder is indexed once; later calls read changed files only. Nothing enters a record until you accept it.
    The work is done by `oilplan.evidence.find.find` and `accept_found`.
    """
    import sys

    from oilplan.errors import OilplanError
    from oilplan.evidence.find import find, search_json

    if accept and record is None:
        raise OilplanError("--accept needs --record DIR: your own record folder, which the row is appended to.")
    if bool(query.strip()) == bool(row):
        raise OilplanError("give one thing to look for: a claim (C45), words in quotation marks, or --row TABLE:ID.")
    done = find(query, folder, row, index, limit)
    if done.updated.read:
        size = done.place.stat().st_size / 1e6
        print(f"indexed {done.updated.read:,} files in {done.place} ({size:,.0f} MB)", file=sys.stderr)
    for file, why in done.updated.unread[:5]:
        print(f"not indexed: {file}: {why}", file=sys.stderr)
    if accept and record is not None:
        _accept(done, accept, record, claim, period, source)
    elif as_json:
        import json

        print(json.dumps(search_json(done), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _print(done)


def _accept(done, chosen: str, record: Path, claim: str, period: str, source: str) -> None:
    import datetime
    import json

    from oilplan.evidence.find import accept_found

    on = datetime.datetime.now(tz=datetime.UTC).date()
    added = accept_found(done, chosen, record, on, claim, period, source)
    print(json.dumps({"folder": added.folder, "added": added.added, "already_there": added.present}, indent=1))


def _print(done) -> None:
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
