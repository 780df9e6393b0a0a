"""Options that many verbs share, and the words of the command line."""

import sys
from pathlib import Path
from typing import Annotated

import typer

RecordOption = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Record folder of your own (default: $OILPLAN_RECORD).")
]
SeedOption = Annotated[int, typer.Option(help="The same seed gives the same numbers.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace an earlier result in DIR.")]
SystemOption = Annotated[
    str | None,
    typer.Option(
        "--system",
        metavar="DIR_OR_NAME",
        help="A target system of your own (`oilplan new`), or a shipped one by its name.",
    ),
]


def words(verb: str) -> list[str]:
    """The command line, for a manifest."""
    return ["oilplan", verb, *sys.argv[2:]]
