"""`oilplan record`: read, check and extend the record. Every command is a few lines over `oilplan.record`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)
import_app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
app.add_typer(import_app, name="import")


Format = Literal["table", "csv", "json"]
Export = Literal["sqlite", "parquet", "geojson", "csv"]
Reference = Literal["bibtex", "ris", "csl"]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--record",
        metavar="DIR",
        help="Folder whose CSV files add to or overrule the record (default: $OILPLAN_RECORD).",
    ),
]


@app.callback()
def record() -> None:
    """The record: what is known of the oil campaign, and who says so."""


@app.command("list")
def list_tables(record: Folder = None) -> None:
    """List the tables with their rows, and how many of the rows are recalled or of low confidence."""
    from oilplan.cli.record_view import print_tables

    print_tables(_load(record))


@app.command()
def show(
    table: Annotated[str, typer.Argument(help="Name of a table (`oilplan record list`).")],
    where: Annotated[
        list[str] | None,
        typer.Option(help="Condition such as 'force=eighth_af'; =, !=, <, >, <=, >= or ~ (contains). Repeatable."),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the rows.")] = "table",
    columns: Annotated[bool, typer.Option("--columns", help="Explain the columns instead.")] = False,
    record: Folder = None,
) -> None:
    """Show rows of a table; csv and json give every column, table those that fit.

    Recalled and low-confidence rows are marked in the table; csv and json carry status and confidence.
    """
    from oilplan.cli import record_view
    from oilplan.record import select_rows

    known = _load(record)
    if columns:
        return record_view.print_columns(known.describe(table))
    rows = select_rows(known, table, where or [])
    printers = {"table": record_view.print_table, "csv": record_view.print_csv, "json": record_view.print_json}
    printers[format](known, table, rows)


@app.command()
def sources(key: Annotated[str | None, typer.Argument(help="Key of one work.")] = None, record: Folder = None) -> None:
    """List the works of the bibliography, or show one: how it was reached and how many rows rest on it."""
    from oilplan.cli import record_view

    known = _load(record)
    if key is None:
        record_view.print_sources(known)
    else:
        record_view.print_source(known, known.source(key))


@app.command()
def cite(
    keys: Annotated[list[str] | None, typer.Argument(help="Keys of works; the whole bibliography without any.")] = None,
    format: Annotated[Reference, typer.Option(help="BibTeX, RIS or CSL-JSON.")] = "bibtex",
    record: Folder = None,
) -> None:
    """Print works for a library of references (Zotero, JabRef, EndNote, pandoc)."""
    from oilplan.record.citations import cite as cited

    known = _load(record)
    works = [known.source(key) for key in keys] if keys else list(known.sources.values())
    sys.stdout.write(cited(works, format))


@app.command()
def export(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write the files to.")],
    format: Annotated[
        Export, typer.Option(help="SQLite (opens in Datasette), Parquet, GeoJSON or CSV for spreadsheets.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier export in DIR.")] = False,
    record: Folder = None,
) -> None:
    """Write the record for other programs: typed, with the works and what each column means.

    Whole or not at all. Parquet needs pyarrow: `pip install 'oilplan[parquet]'`.
    """
    from oilplan.record.exports import export as exported

    for name in exported(_load(record), format, out, force=force):
        print(out / name)


@app.command()
def version(record: Folder = None) -> None:
    """Print the record's version, its hash, its licence, and how to cite it."""
    from oilplan.cli.record_view import print_version

    print_version(_load(record))


@app.command()
def check(
    rules: Annotated[bool, typer.Option("--rules", help="List the rules instead of running them.")] = False,
    record: Folder = None,
) -> None:
    """Check the record against every rule of plausibility; exit 1 if a row breaks one."""
    from oilplan.cli import record_view
    from oilplan.errors import FindingsError, OilplanError
    from oilplan.record.plausibility import RULES
    from oilplan.record.plausibility import check as check_rules

    if rules:
        return record_view.print_rules(RULES)
    try:
        known = _load(record)
    except OilplanError as error:
        raise FindingsError(str(error)) from None
    findings = check_rules(known)
    record_view.print_findings(known, findings)
    if findings:
        raise FindingsError(f"{len(findings)} implausible; correct the rows, or mark them as the finding asks.")
    print(f"{len(RULES)} rules hold.", file=sys.stderr)


@import_app.callback()
def import_() -> None:
    """Read raids from a digitised source into record tables of your own."""


@import_app.command("ussbs")
def import_ussbs(
    file: Annotated[
        Path,
        typer.Argument(
            help="The survey's attack tabulation as digitised, or its per-attack sheets (CSV, or a folder)."
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write raids.csv and the audit to.")],
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier import in DIR.")] = False,
    record: Folder = None,
) -> None:
    """Read the survey's attack tabulation: raids.csv, and an audit that accounts for every row once."""
    from oilplan.record.ussbs import import_file

    with _in_force(record):
        result = import_file(file, out, force=force)
    for line in result.lines():
        print(line)


@contextmanager
def _in_force(folder: Path | None) -> Iterator[None]:
    """Let the import, which loads the record itself, see the user's folder."""
    from oilplan.record.load import FOLDER_VARIABLE

    before = os.environ.get(FOLDER_VARIABLE)
    if folder is not None:
        os.environ[FOLDER_VARIABLE] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(FOLDER_VARIABLE, None)
        if before is not None:
            os.environ[FOLDER_VARIABLE] = before


def _load(folder: Path | None):
    from oilplan.record import load_record

    return load_record(folder)
