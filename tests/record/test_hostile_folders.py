"""A user's record folder may hold anything: it loads, or one sentence says what is wrong; never an internal fault."""

import csv
import os
import random
from pathlib import Path

import pytest

from oilplan.cli.main import run
from oilplan.errors import OilplanError
from oilplan.model.oil import oil_system
from oilplan.record import load_record
from oilplan.record.load import data_folder
from oilplan.record.plausibility import check
from oilplan.record.tables import MOVED, TABLES, column_names

CASES = Path(__file__).parents[3] / "shared" / "hostile_cases" / "record"
MARKS = {"source_keys": "overy2013", "status": "looked_up", "confidence": "high"}
ENTRY = "@misc{a,\n  author = {A},\n  title = {T},\n  note = {Seen.}\n}\n"


def write(folder, table, *rows, columns=None, encoding="utf-8"):
    folder.mkdir(exist_ok=True)
    with (folder / f"{table}.csv").open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns or column_names(table))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def folder_named_like_a_table(folder, leuna):
    (folder / "plants.csv").mkdir()


def link_to_nowhere(folder, leuna):
    (folder / "raids.csv").symlink_to("nowhere.csv")


def link_to_itself(folder, leuna):
    (folder / "raids.csv").symlink_to("raids.csv")


def pipe_named_like_a_table(folder, leuna):
    os.mkfifo(folder / "plants.csv")


def endless_bibliography(folder, leuna):
    write(folder, "plants", leuna)
    (folder / "sources.bib").symlink_to("/dev/zero")


def latin_1_table(folder, leuna):
    write(folder, "plants", leuna | {"name": "Pölitz"}, encoding="latin-1")


def latin_1_bibliography(folder, leuna):
    write(folder, "plants", leuna)
    (folder / "sources.bib").write_bytes(ENTRY.replace("{T}", "{Brüx}").encode("latin-1"))


def bibliography_is_a_folder(folder, leuna):
    write(folder, "plants", leuna)
    (folder / "sources.bib").mkdir()


def entry_closed_twice(folder, leuna):
    write(folder, "plants", leuna)
    (folder / "sources.bib").write_text(ENTRY + "}\n")


def field_before_any_entry(folder, leuna):
    write(folder, "plants", leuna)
    (folder / "sources.bib").write_text("  title = {T},\n")


def entry_not_closed(folder, leuna):
    write(folder, "plants", leuna)
    (folder / "sources.bib").write_text(ENTRY.removesuffix("}\n"))


def key_column_missing(folder, leuna):
    columns = [c for c in column_names("accuracy") if c != "period"]
    row = {"row_id": "x", "force": "eighth_af", "sighting": "all", "quantity": "q", "unit": "u", "source": "s"}
    write(folder, "accuracy", row | MARKS, columns=columns)


def no_key_at_all(folder, leuna):
    write(folder, "accuracy", MARKS, columns=list(MARKS))


def long_cell(folder, leuna):
    write(folder, "plants", leuna | {"note": "x" * 200_000})


def long_header(folder, leuna):
    (folder / "plants.csv").write_text("x" * 200_000 + "\n")


def unclosed_quote(folder, leuna):
    (folder / "plants.csv").write_text('plant_id,name\nx,"y\n')


def null_bytes(folder, leuna):
    (folder / "plants.csv").write_bytes(b"plant_id\0,name\nx,\0y\n")


def unknown_process(folder, leuna):
    write(folder, "plants", leuna | {"process": "brewing beer"})


def known_process_in_other_words(folder, leuna):
    write(folder, "plants", leuna | {"process": "refining_in_the_moon"})


def terminal_escape(folder, leuna):
    write(folder, "plants", leuna | {"name": "\x1b]0;owned\x07\x1b[2J"})


def terminal_escape_of_one_byte(folder, leuna):
    write(folder, "plants", leuna | {"name": "\x9b2J"})


def terminal_escape_in_a_title(folder, leuna):
    write(folder, "plants", leuna)
    (folder / "sources.bib").write_text(ENTRY.replace("{T}", "{\x1b[2J}"))


def terminal_escape_in_a_column(folder, leuna):
    (folder / "plants.csv").write_text("plant_id,\x1b[2J\nx,y\n")


def text_turned_about(folder, leuna):
    write(folder, "plants", leuna | {"note": "\u202egnp.exe"})


NUMBERS = ["-1", "nan", "inf", "-inf", "1e400", "1e12", "9" * 5000, "1_000", "1,000", "0x10", "१२", "", "--", "1e"]
DATES = ["9999-05", "1850", "1944-02-30", "1944-13", "0044", "9" * 5000, "1944-05/1944-04", "..", "1944-05..1944-06"]
KINDS = [
    folder_named_like_a_table,
    link_to_nowhere,
    link_to_itself,
    latin_1_table,
    latin_1_bibliography,
    bibliography_is_a_folder,
    entry_closed_twice,
    field_before_any_entry,
    entry_not_closed,
    key_column_missing,
    no_key_at_all,
    long_cell,
    long_header,
    pipe_named_like_a_table,
    endless_bibliography,
    unclosed_quote,
    null_bytes,
    unknown_process,
    known_process_in_other_words,
    terminal_escape,
    terminal_escape_of_one_byte,
    terminal_escape_in_a_title,
    terminal_escape_in_a_column,
    text_turned_about,
]


@pytest.fixture
def leuna(embedded):
    return dict(embedded.rows("plants")["leuna"])


def refused(capsys, folder) -> str:
    """What `oilplan record show` says of a folder, which is refused in few words without a terminal escape."""
    status = run(["record", "show", "letters", "--record", str(folder)])
    said = capsys.readouterr()
    assert (status, said.out) == (2, ""), said.err
    assert "Traceback" not in said.err and "internal fault" not in said.err
    assert said.err.isprintable() or {c for c in said.err if not c.isprintable()} == {"\n"}
    assert len(said.err) < 1500
    return said.err


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_hostile_folder_gets_one_sentence(capsys, tmp_path, leuna, kind):
    kind(tmp_path, leuna)
    said = refused(capsys, tmp_path)
    assert said.count("\n") == 1, said


def test_a_folder_that_is_a_file_gets_one_sentence(capsys, tmp_path):
    (tmp_path / "file.csv").write_text("plant_id\n")
    assert "is not a folder" in refused(capsys, tmp_path / "file.csv")
    assert run(["record", "check", "--record", str(tmp_path / "file.csv")]) == 1


@pytest.mark.skipif(os.name != "posix", reason="names of bytes")
def test_a_folder_whose_name_is_no_text_gets_one_sentence(capsys, tmp_path, leuna):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    try:
        write(folder, "plants", leuna)
    except OSError:
        pytest.skip("this file system takes no such name")
    assert "its name is not UTF-8" in refused(capsys, folder)


@pytest.mark.skipif(os.name != "posix", reason="names with control characters")
def test_a_folder_named_to_steer_a_terminal_does_not(capsys, tmp_path, leuna):
    folder = write(tmp_path / "\x1b[2J", "plants", leuna | {"latitude": 95})
    assert "\\x1b[2J/plants.csv:2 latitude" in refused(capsys, folder)
    write(folder, "plants", leuna | {"note": "mine"})
    assert run(["record", "show", "plants", "--record", str(folder), "--where", "plant_id=leuna"]) == 0
    said = capsys.readouterr()
    assert "0 rows added, 1 overruled" in said.err and "\x1b" not in said.err + said.out


@pytest.mark.parametrize("number", NUMBERS)
def test_a_figure_that_is_none_is_refused(capsys, tmp_path, leuna, embedded, number):
    output = embedded.rows("output")["1944-04_aviation_gasoline"] | {"low": None, "high": None}
    if number != "":
        said = refused(capsys, write(tmp_path / "a", "output", output | {"value": number}))
        assert "output.csv:2 value: came" in said
    said = refused(
        capsys, write(tmp_path / "b", "raids", embedded.rows("raids")["leuna_1944-05-12_8af"] | {"aircraft": number})
    )
    assert "raids.csv:2 aircraft: came" in said


@pytest.mark.parametrize("date", DATES)
def test_a_date_that_is_none_is_refused(capsys, tmp_path, embedded, date):
    row = embedded.rows("railway")["1944-11-05_reichsbahn_hard_coal_stock"] | {"period": date}
    assert "railway.csv:2 period: came" in refused(capsys, write(tmp_path, "railway", row))


@pytest.mark.parametrize(("period", "kind"), [("1944", "month"), ("1944-05", "day"), ("1944-05-12", "year")])
def test_a_period_is_written_as_its_kind_asks(capsys, tmp_path, embedded, period, kind):
    row = embedded.rows("output")["1944-04_aviation_gasoline"] | {"period": period, "period_type": kind}
    assert f"for a {kind}" in refused(capsys, write(tmp_path, "output", row))


@pytest.mark.parametrize("table", MOVED)
def test_a_table_of_an_earlier_record_says_where_its_rows_stand(capsys, tmp_path, table):
    (tmp_path / f"{table}.csv").write_text("row_id\nx\n")
    said = refused(capsys, tmp_path)
    assert all(f"{now}.csv" in said for now in MOVED[table])
    assert run(["record", "show", table]) == 2
    assert MOVED[table][0] in capsys.readouterr().err


def test_a_column_of_an_earlier_record_says_its_name_of_today(capsys, tmp_path):
    (tmp_path / "output.csv").write_text("row_id,tons_metric\nx,1\n")
    assert "'tons_metric' is not a column of output; it is 'value' now" in refused(capsys, tmp_path)


@pytest.mark.parametrize("case", sorted(CASES.glob("*")) if CASES.is_dir() else [], ids=lambda case: case.name)
def test_a_folder_that_was_found_hostile_loads_or_is_refused(capsys, case):
    status = run(["record", "check", "--record", str(case)])
    said = capsys.readouterr()
    assert status == 1 and "internal fault" not in said.err
    assert run(["record", "list", "--record", str(case)]) == 2


TRIALS, ROWS = 100, 4
ODD = [
    "",
    "?",
    "nan",
    "-1",
    "1e9",
    "9" * 400,
    "1944",
    "1944-05",
    "1944-05-12",
    "1944-02-30",
    "..",
    "x;y",
    ";",
    "leuna",
    "plant",
    "\x1b[2J",
    "\ud7ff",
    "'",
    '"',
    "\n",
    ",",
    "a,b",
    "0",
    "1",
    "month",
    "day",
    "text",
    "percent",
    "derived",
    "missing",
    "none",
    "recalled",
    "low",
    "high",
    "webster1961iii",
    "ü" * 50,
]


def mutated(chance: random.Random, folder: Path) -> None:
    """A folder of a few rows of a few tables with some cells, lines or bytes changed."""
    for table in chance.sample(list(TABLES), chance.randint(1, 2)):
        lines = (data_folder() / f"{table}.csv").read_text(encoding="utf-8").split("\n")
        rows = list(csv.reader([lines[0], *chance.sample(lines[1:-1], min(ROWS, len(lines) - 2))]))
        for _ in range(chance.randint(1, 2)):
            row = chance.choice(rows[1:] * 12 + rows[:1])
            at = chance.randrange(len(row) + 1)
            act = chance.choice(["set"] * 9 + ["drop", "add"])
            if act == "add" or at == len(row):
                row.insert(at, chance.choice(ODD))
            elif act == "drop":
                for other in rows if chance.random() < 0.8 else [row]:
                    del other[at : at + 1]
            elif chance.random() < 0.4:
                row[at] = chance.choice([cells[at] for cells in rows[1:] if at < len(cells)] or [""])
            else:
                row[at] = chance.choice([*ODD, chance.choice(chance.choice(rows) or [""])])
            if not row:
                rows.remove(row)
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        if chance.random() < 0.2:
            data = bytearray((folder / f"{table}.csv").read_bytes())
            data[chance.randrange(len(data))] = chance.randrange(256)
            (folder / f"{table}.csv").write_bytes(data)
    if chance.random() < 0.2:
        text = (data_folder() / "sources.bib").read_text(encoding="utf-8").split("\n")[: chance.randint(2, 40)]
        text[chance.randrange(len(text))] = chance.choice([*ODD, "}", "@misc{x,", "  note = {Seen.}"])
        (folder / "sources.bib").write_text("\n".join(text), encoding="utf-8")


def test_mutated_folders_load_or_are_refused(tmp_path):
    """A hundred folders from one seed: none ends in a fault of ours, and enough of each kind are tried."""
    chance = random.Random(13)
    loaded = refused = modelled = 0
    for trial in range(TRIALS):
        folder = tmp_path / str(trial)
        folder.mkdir()
        mutated(chance, folder)
        try:
            record = load_record(folder)
            loaded += 1
            check(record)
            oil_system(record)
            modelled += 1
        except OilplanError as error:
            refused += 1
            assert len(str(error)) < 20_000
    assert loaded > 10 and refused > 40 and modelled > 8, (loaded, refused, modelled)
