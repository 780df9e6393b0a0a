"""`oilplan answer`: was oil a panacea, and who was right, in eleven lines."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Record folder of your own (default: $OILPLAN_RECORD).")
    ] = None,
) -> None:
    """Answer the argument: each line with its grade, number and interval, and the claims that it follows from.

    With the embedded record the answer is the one computed when the package was built; with another it is computed anew.
    The work is done by `oilplan.argument.answer.answer`.
    """
    from oilplan.argument.answer import answer, answer_json
    from oilplan.argument.shipped import shipped, verdicts_of
    from oilplan.cli.progress import progress_bar
    from oilplan.record import load_record

    known = load_record(record)
    if shipped(known) is not None:
        lines = answer(known)
    else:
        with progress_bar("testing") as progress:
            lines = answer(known, verdicts_of(known, (), progress))
    if as_json:
        import json

        print(json.dumps(answer_json(lines), ensure_ascii=False, indent=1))
        return
    from oilplan.report.verdict_text import answer_text

    print(answer_text(lines))
