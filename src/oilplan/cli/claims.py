"""`oilplan answer` and `oilplan verdicts`: the claims of the argument, each put to its rule, and what follows."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from oilplan.cli.verb import ForceOption, RecordOption, prints, progress_bar, words, writes


def answer(as_json: Annotated[bool, prints("the answer as JSON")] = False, record: RecordOption = None) -> None:
    """Answer the argument: each line with its grade, number and interval, and the claims that it follows from.

    With the embedded record the answer is the one computed when the package was built; with another it is computed anew.
    The work is done by `oilplan.argument.answer.answer`.
    """
    from oilplan.argument.answer import answer, answer_json
    from oilplan.argument.shipped import shipped, verdicts_of
    from oilplan.record import load_record

    known = load_record(record)
    if shipped(known) is not None:
        lines = answer(known)
    else:
        with progress_bar("testing") as progress:
            lines = answer(known, verdicts_of(known, (), progress))
    if as_json:
        print(json.dumps(answer_json(lines), ensure_ascii=False, indent=1))
        return
    from oilplan.report.verdict_text import answer_text

    print(answer_text(lines))


def verdicts(
    claims: Annotated[list[str] | None, typer.Argument(help="Claims such as C33; none means all.")] = None,
    as_json: Annotated[bool, prints("the verdicts as JSON")] = False,
    out: Annotated[Path | None, writes("a page per claim, index.html, verdicts.json, manifest.json")] = None,
    force: ForceOption = False,
    missing: Annotated[
        bool, typer.Option("--missing", help="Rank facts not in the record by what they would settle.")
    ] = False,
    record: RecordOption = None,
) -> None:
    """Test what Portal, Harris, Bufton and their historians claimed: a grade with a probability.

    Every claim has a rule that was fixed before its answer. A verdict names its rows and draws, how much of it rests
    on recalled figures, what it hangs on, and what would settle it. A test that breaks is "failed", no verdict; the others stand, and the
    exit status is 70. The work is done by `oilplan.argument.shipped.verdicts_of` and
    `oilplan.report.verdict_pages.write_verdicts`.
    """
    from oilplan.argument.shipped import verdicts_of
    from oilplan.record import load_record
    from oilplan.results_folder import check_free

    if out is not None:
        check_free(out, force=force)
    known = load_record(record)
    with progress_bar("testing") as progress:
        found = verdicts_of(known, claims or [], progress)
    (_show_missing if missing else _show)(found, known, as_json)
    if out is not None:
        from oilplan.report.verdict_pages import write_verdicts

        write_verdicts(found, known, out, force=force, command=words("verdicts"))
        print(f"Pages: {out / 'index.html'}", file=sys.stderr)
    _check_failed([v for v in found if v.verdict == "failed"])


def _show_missing(found, known, as_json: bool) -> None:
    from oilplan.argument.answer import missing_pages

    pages = missing_pages(found)
    if as_json:
        print(json.dumps([page._asdict() for page in pages], ensure_ascii=False, indent=1))
        return
    from oilplan.report.verdict_text import missing_text

    print(missing_text(pages))


def _check_failed(failed) -> None:
    """Raise FailedError when tests broke, after their tracebacks where OILPLAN_DEBUG is 1."""
    from oilplan.errors import FailedError

    if not failed:
        return
    if os.environ.get("OILPLAN_DEBUG") == "1":
        print("\n".join(v.traceback for v in failed), file=sys.stderr)
    raise FailedError(
        f"the test of {', '.join(v.claim_id for v in failed)} failed by a fault of ours; the other verdicts stand. Please"
        " report it with your command (OILPLAN_DEBUG=1 shows the traceback)."
    )


def _show(found, known, as_json: bool) -> None:
    if as_json:
        from oilplan.report.verdict_pages import verdicts_json

        print(json.dumps(verdicts_json(found), ensure_ascii=False, indent=1))
        return
    from oilplan.report.verdict_text import table_text, verdict_text

    one_by_one = 3
    if len(found) > one_by_one:
        print(table_text(found))
    else:
        print("\n\n".join(verdict_text(v, known) for v in found))
