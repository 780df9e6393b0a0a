"""`oilplan record`: read, check and extend the record, and how it looks in a terminal, as CSV and as JSON."""

import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap
from typing import Annotated, Literal

import typer

from oilplan.errors import FindingsError, OilplanError, printable

MARK = "*"
HOW_KNOWN = "how_known"
FIRM_WIDTH = 14
"""Texts up to this long are never broken across lines."""
LINE = 80
"""Columns of a line of prose."""
WIDE_TERMINAL = 120
"""Columns from which a terminal counts as wide."""

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
    from oilplan.record import weak_row

    known = _load(record)
    table = _grid("table", "rows", f"weak {MARK}", "what it holds", numbers=(1, 2))
    for name in known.tables:
        rows = known.rows(name).values()
        table.add_row(name, str(len(rows)), str(sum(map(weak_row, rows))), known.about(name))
    _print(table)
    _note(known, _mark_meaning())


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
    from oilplan.record import select_rows

    known = _load(record)
    if columns:
        return print_columns(known.describe(table), format)
    rows = select_rows(known, table, where or [])
    printers = {"table": print_table, "csv": print_csv, "json": print_json}
    printers[format](known, table, rows)


@app.command()
def sources(key: Annotated[str | None, typer.Argument(help="Key of one work.")] = None, record: Folder = None) -> None:
    """List the works of the bibliography, or show one: how it was reached and how many rows rest on it."""

    known = _load(record)
    if key is None:
        print_sources(known)
    else:
        print_source(known, known.source(key))


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
    from oilplan.record import LICENCE, VERSION

    known = _load(record)
    rows = sum(len(known.rows(name)) for name in known.tables)
    print(f"version  {VERSION}, {rows:,} rows in {len(known.tables)} tables, {len(known.sources)} works")
    print(f"hash     {known.hash}")
    print(f"licence  {LICENCE}")
    print(f"cite     {known.citation}")


@app.command()
def check(
    rules: Annotated[bool, typer.Option("--rules", help="List the rules instead of running them.")] = False,
    record: Folder = None,
) -> None:
    """Check the record against every rule of plausibility; exit 1 if a row breaks one."""
    from oilplan.record.plausibility import RULES
    from oilplan.record.plausibility import check as check_rules

    if rules:
        table = _grid("rule", "what it asks")
        for rule in RULES:
            table.add_row(rule.__name__, rule.__doc__)
        return _print(table)
    try:
        known = _load(record)
    except OilplanError as error:
        raise FindingsError(str(error)) from None
    findings = check_rules(known)
    print_findings(known, findings)
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


# How it is printed.


def print_table(record, name, rows) -> None:
    """Rows as a table that fits the terminal; weak rows carry the mark."""
    from rich.console import Console

    from oilplan.record import weak_row
    from oilplan.record.tables import TABLES

    wide = Console().width >= WIDE_TERMINAL
    columns = (*TABLES[name].shown.narrow, *(TABLES[name].shown.wide if wide else ()))
    types = {column.name: column.type for column in record.describe(name)}
    table = _grid(MARK)
    for column in columns:
        cells = [_cell(row[column]) for row in rows]
        _add_column(table, column, cells, types[column] in ("integer", "number"))
    _add_column(table, HOW_KNOWN, [_how_known(row) for row in rows], False)
    for row in rows:
        table.add_row(MARK if weak_row(row) else "", *(_cell(row[c]) for c in columns), _how_known(row))
    _print(table)
    marked = sum(map(weak_row, rows))
    _note(record, f"{len(rows)} rows of {name}, {marked} marked; csv and json show every column.\n{_mark_meaning()}.")


def print_csv(record, name, rows) -> None:
    """Rows as CSV with every column."""
    writer = csv.DictWriter(sys.stdout, [c.name for c in record.describe(name)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def print_json(record, name, rows) -> None:
    """Rows as a JSON list with every column; an empty cell is null."""
    json.dump(rows, sys.stdout, ensure_ascii=False, indent=1)
    print()


def print_columns(columns, format: str) -> None:
    """The columns of a table: type, unit, range and meaning."""
    heads = ("column", "type", "unit", "range", "meaning")
    rows = [(c.name, c.type, c.unit, c.range, c.meaning.replace("`", "")) for c in columns]
    if format == "json":
        print(json.dumps([dict(zip(heads, row, strict=True)) for row in rows], ensure_ascii=False, indent=1))
    elif format == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows([heads, *rows])
    else:
        table = _grid(*heads)
        for row in rows:
            table.add_row(*row)
        _print(table)


def print_sources(record) -> None:
    """Every work: key, how it was reached, rows resting on it, citation."""
    uses = record.rows_by_source()
    table = _grid("key", "reached", "rows", "work", numbers=(2,))
    for key, work in sorted(record.sources.items()):
        table.add_row(key, work.reached, str(len(uses.get(key, ()))), work.citation)
    _print(table)


def print_source(record, work) -> None:
    """One work: citation, how it was reached, address and the tables that rest on it."""
    for said in (work.citation, f"reached: {work.reached}. {work.note}".rstrip()):
        print("\n".join(wrap(said, LINE, subsequent_indent="  ", break_long_words=False)))
    if work.url:
        print(work.url)
    counts = Counter(table for table, _ in record.rows_by_source().get(work.key, ()))
    rows = "rows: " + (", ".join(f"{count} in {table}" for table, count in counts.items()) or "none")
    print("\n".join(wrap(rows, LINE, subsequent_indent="  ")))


def print_findings(record, findings) -> None:
    """Every finding on one line: file, line, column, what is wrong, rule."""
    for rule, finding in findings:
        known = finding.row_id in record.rows(finding.table)
        place = record.place(finding.table, finding.row_id) if known else None
        where = printable(f"{place.file}:{place.line}") if place else f"{finding.table}.csv"
        print(f"{where} {finding.column}: {finding.says} [{finding.row_id}, {rule}]")


def _mark_meaning() -> str:
    from oilplan.record import WEAK_MEANING

    return f"{MARK} {WEAK_MEANING}"


def _how_known(row) -> str:
    return f"{row['status']}, {row['confidence']}"


def _cell(value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.10g}"
    return str(value).replace(";", "; ")


def _grid(*columns, numbers=()):
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place in numbers else "left", overflow="fold")
    return table


def _add_column(table, name, cells, is_number) -> None:
    """Add a column as narrow as its cells allow; a longer heading breaks after an underscore."""
    longest = max(map(len, cells), default=0)
    table.add_column(
        _broken(name, longest),
        justify="right" if is_number else "left",
        no_wrap=is_number or longest <= FIRM_WIDTH,
        overflow="fold",
    )


def _broken(heading, width) -> str:
    lines = [""]
    for part in heading.replace("_", "_ ").split(" "):
        if lines[-1] and len(lines[-1]) + len(part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _print(table) -> None:
    from rich.console import Console

    Console(highlight=False, markup=False).print(table)


def _note(record, text) -> None:
    """A line to stderr, and one more where a user's folder changed the record."""
    print(text, file=sys.stderr)
    if record.overlay:
        added, overruled, gone = (
            sum(map(len, record.overlay.get(f"rows_{what}", {}).values()))
            for what in ("added", "overruled", "left_out")
        )
        also = f", {gone} left out" if gone else ""
        print(
            f"With {printable(record.overlay['folder'])}: {added} rows added, {overruled} overruled{also}.",
            file=sys.stderr,
        )
