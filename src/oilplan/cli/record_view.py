"""How the record looks in a terminal, as CSV and as JSON."""

import csv
import json
import sys
from collections import Counter
from textwrap import wrap

from ..record.tables import TABLES

MARK = "*"
HOW_KNOWN = "how_known"
FIRM_WIDTH = 14
"""Texts up to this long are never broken across lines."""


LINE = 80
"""Columns of a line of prose."""
WIDE_TERMINAL = 120
"""Columns from which a terminal counts as wide."""


def print_tables(record) -> None:
    """Every table: rows, weak rows and what it holds."""
    from oilplan.record import weak_row

    table = _grid("table", "rows", f"weak {MARK}", "what it holds", numbers=(1, 2))
    for name in record.tables:
        rows = record.rows(name).values()
        table.add_row(name, str(len(rows)), str(sum(map(weak_row, rows))), record.about(name))
    _print(table)
    _note(record, _mark_meaning())


def print_table(record, name, rows) -> None:
    """Rows as a table that fits the terminal; weak rows carry the mark."""
    from rich.console import Console

    from oilplan.record import weak_row

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


def print_columns(columns) -> None:
    """The columns of a table: type, unit, range and meaning."""
    table = _grid("column", "type", "unit", "range", "meaning")
    for column in columns:
        table.add_row(column.name, column.type, column.unit, column.range, column.meaning.replace("`", ""))
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


def print_version(record) -> None:
    """Version, size, hash and licence of the record, and how to cite it."""
    from oilplan.record import LICENCE, VERSION

    rows = sum(len(record.rows(name)) for name in record.tables)
    print(f"version  {VERSION}, {rows:,} rows in {len(record.tables)} tables, {len(record.sources)} works")
    print(f"hash     {record.hash}")
    print(f"licence  {LICENCE}")
    print(f"cite     {record.citation}")


def print_rules(rules) -> None:
    """Every rule with its help text."""
    table = _grid("rule", "what it asks")
    for rule in rules:
        table.add_row(rule.__name__, rule.__doc__)
    _print(table)


def print_findings(record, findings) -> None:
    """Every finding on one line: file, line, column, what is wrong, rule."""
    from oilplan.errors import printable

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
    from oilplan.errors import printable

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
