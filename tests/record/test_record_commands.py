"""`oilplan record` in a terminal: what is printed, what it marks, and how it fails."""

import csv
import io
import json

import pytest

from oilplan.cli.main import run


@pytest.fixture(autouse=True)
def narrow_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def test_list_names_every_table_with_its_rows(capsys, embedded):
    assert run(["record", "list"]) == 0
    out = capsys.readouterr().out
    for table in embedded.tables:
        assert table in out
    assert "965" in out and max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize("width", ["80", "160"])
def test_every_table_is_shown_in_every_format(capsys, monkeypatch, embedded, form, width):
    monkeypatch.setenv("COLUMNS", width)
    for table in embedded.tables:
        assert run(["record", "show", table, "--format", form]) == 0, table
        out, err = capsys.readouterr()
        if form == "json":
            assert len(json.loads(out)) == len(embedded.rows(table))
        if form == "csv":
            assert len(list(csv.DictReader(io.StringIO(out)))) == len(embedded.rows(table))
        if form == "table":
            assert len(out.splitlines()) > len(embedded.rows(table))
            assert max(map(len, out.splitlines())) <= int(width) and max(map(len, err.splitlines())) <= 80, table


def test_a_work_is_shown_within_a_terminal(capsys):
    assert run(["record", "sources", "ehlers2009"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80 and "claims_evidence" in out and "reached: " in out


def test_json_carries_status_and_confidence_of_the_rows_asked_for(capsys):
    status = run(
        ["record", "show", "raids", "--where", "plant_id=leuna", "--where", "aircraft>=500", "--format", "json"]
    )
    rows = json.loads(capsys.readouterr().out)
    assert status == 0 and len(rows) == 6
    assert all(row["plant_id"] == "leuna" and row["aircraft"] >= 500 for row in rows)
    assert all(row["status"] and row["confidence"] for row in rows)


def test_csv_gives_back_every_column(capsys, embedded):
    assert run(["record", "show", "letters", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 21 and list(rows[0]) == [c.name for c in embedded.describe("letters")]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("period=1944-04", lambda row: row["period"] == "1944-04"),
        ("period!=1944-04", lambda row: row["period"] != "1944-04"),
        ("value<10000", lambda row: row["value"] is not None and row["value"] < 10000),
        ("value>=9000000", lambda row: row["value"] is not None and row["value"] >= 9000000),
        ("quantity~GASOLINE", lambda row: "gasoline" in row["quantity"]),
        ("low=", lambda row: row["low"] is None),
        ("low!=", lambda row: row["low"] is not None),
        ("value<=0", lambda row: row["value"] is not None and row["value"] <= 0),
        ("value>11000000", lambda row: row["value"] is not None and row["value"] > 11000000),
    ],
)
def test_where_understands_every_sign(capsys, embedded, condition, holds):
    rows = embedded.rows("output")
    expected = [row_id for row_id, row in rows.items() if holds(row)]
    assert 0 < len(expected) < len(rows), "the condition must part the table"
    assert run(["record", "show", "output", "--where", condition, "--format", "json"]) == 0
    assert [row["row_id"] for row in json.loads(capsys.readouterr().out)] == expected


@pytest.mark.parametrize("width", ["80", "160"])
def test_a_table_fits_the_terminal_and_marks_recalled_rows(capsys, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)
    assert run(["record", "show", "output", "--where", "quantity=aviation_gasoline"]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert max(map(len, lines)) <= int(width)
    recalled = next(line for line in lines if "1944-01 " in line)
    read = next(line for line in lines if "1944-04 " in line)
    assert recalled.lstrip().startswith("*") and "recalled" in recalled
    assert not read.lstrip().startswith("*") and "looked_up" in read
    assert "* recalled in whole or in part, derived, missing or of low confidence" in captured.err


@pytest.mark.parametrize("condition", ["date=1944-05-14", "plant_id=", "force=unknown", "note="])
def test_a_known_value_that_no_row_has_finds_no_row(capsys, embedded, condition):
    if condition == "plant_id=":
        raided = {row["plant_id"] for row in embedded.rows("raids").values()}
        condition += next(target for target in embedded.rows("targets") if target not in raided)
    assert (
        run(["record", "show", "raids", "--where", condition, "--where", "aircraft>1000000", "--format", "json"]) == 0
    )
    assert json.loads(capsys.readouterr().out) == []


def test_columns_are_explained(capsys):
    assert run(["record", "show", "raids", "--columns"]) == 0
    out = capsys.readouterr().out
    assert "total_tons_short" in out and "short tons" in out


def test_columns_are_explained_in_the_form_that_is_asked_for(capsys, embedded):
    names = [column.name for column in embedded.describe("raids")]
    assert run(["record", "show", "raids", "--columns", "--format", "json"]) == 0
    assert [column["column"] for column in json.loads(capsys.readouterr().out)] == names
    assert run(["record", "show", "raids", "--columns", "--format", "csv"]) == 0
    assert [row["column"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))] == names


def test_sources_show_how_a_work_was_reached(capsys):
    assert run(["record", "sources", "ussbs_effects"]) == 0
    out = capsys.readouterr().out
    assert "reached: Recalled" in out and "output" in out
    assert run(["record", "sources"]) == 0
    assert "webster1961iii" in capsys.readouterr().out


def test_check_is_clean_on_the_embedded_record(capsys):
    assert run(["record", "check"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "" and "33 rules hold" in captured.err


def test_check_prints_a_finding_with_its_line_and_exits_1(capsys, overlay):
    folder = overlay("raids", "leuna_1944-07-28_8af", total_tons_short=100)
    assert run(["record", "check", "--record", str(folder)]) == 1
    captured = capsys.readouterr()
    assert "raids.csv:2 total_tons_short: 100, but its parts add to" in captured.out
    assert "bombs_add_up" in captured.out and "Traceback" not in captured.err


def test_check_reports_a_malformed_cell_as_a_finding(capsys, overlay):
    folder = overlay("raids", "leuna_1944-07-28_8af", aircraft="many")
    assert run(["record", "check", "--record", str(folder)]) == 1
    assert "raids.csv:2 aircraft: came 'many'; expected a whole number" in capsys.readouterr().err


def test_rules_are_listed_with_their_help(capsys):
    assert run(["record", "check", "--rules"]) == 0
    assert "bombs_add_up" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "rads"], "no table 'rads'; known, nearest first: raids"),
        (["show", "raids", "--where", "frce=8"], "has no column 'frce'; nearest first: force"),
        *(
            (["show", "raids", "--where", f"aircraft>={odd}"], "expected a number")
            for odd in ("many", "nan", "-inf", "1e400", "1_000", "٣")
        ),
        (["show", "raids", "--where", "force=eigth_af"], "no row has force 'eigth_af'; nearest: eighth_af"),
        (["show", "raids", "--where", "plant_id!=leunaa"], "no row has plant_id 'leunaa'; nearest: leuna"),
        (["show", "raids", "--where", "date=1944-05"], "lie within it: --where 'date~1944-05'"),
        (["show", "output", "--where", "quantity=aviation_gasolin"], "nearest: aviation_gasoline"),
        (["show", "raids", "--where", "aircraft"], "expected one like 'force=eighth_af'"),
        (["sources", "webster"], "nearest known: webster1961"),
        (["list", "--record", "/no/such/folder"], "is not a folder"),
    ],
)
def test_misuse_exits_2_with_one_sentence(capsys, arguments, says):
    assert run(["record", *arguments]) == 2
    captured = capsys.readouterr()
    assert says in captured.err and captured.out == ""


def test_a_users_folder_is_announced(capsys, overlay):
    folder = overlay("plants", "leuna", capacity_t_per_year=123.0)
    assert run(["record", "show", "plants", "--where", "plant_id=leuna", "--record", str(folder)]) == 0
    captured = capsys.readouterr()
    assert "123" in captured.out and "0 rows added, 1 overruled" in captured.err


def test_an_import_of_a_file_that_is_not_the_tabulation_writes_nothing(capsys, tmp_path):
    source = tmp_path / "other.csv"
    source.write_text("a,b\n1,2\n", encoding="utf-8")
    assert run(["record", "import", "ussbs", str(source), "--out", str(tmp_path / "out")]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
