"""A file that is not the tabulation: one clear message, and nothing written."""

import re

import pytest

from oilplan.errors import OilplanError
from oilplan.record.ussbs import import_file
from oilplan.record.ussbs.rows import COLUMNS


@pytest.fixture
def refused(tmp_path):
    """The message with which a file is refused; nothing may be left written."""

    def refuse(path):
        out_dir = tmp_path / "results" / "out"
        with pytest.raises(OilplanError) as error:
            import_file(path, out_dir)
        assert not out_dir.parent.exists()
        assert error.value.exit_status == 2
        return str(error.value)

    return refuse


def test_a_wrong_header_names_the_columns_missing_and_unexpected(refused, write_tabulation, messy_cells):
    header = ["TONS" if column == "TOTAL_TONS" else column for column in COLUMNS]
    said = refused(write_tabulation(*messy_cells, header=header))
    assert "tabulation.csv:1:" in said
    assert "missing 'TOTAL_TONS'" in said
    assert "unexpected 'TONS'" in said


def test_a_column_that_stands_twice_is_refused(refused, write_tabulation, messy_cells):
    rows = [[*cells, "0"] for cells in messy_cells]
    assert "twice 'DAY'" in refused(write_tabulation(*rows, header=[*COLUMNS, "DAY"]))


def test_columns_in_another_order_are_read_by_name(write_tabulation, messy_cells, tmp_path):
    order = list(reversed(range(len(COLUMNS))))
    turned = write_tabulation(
        *([f'"{cells[i]}"' for i in order] for cells in messy_cells), header=[COLUMNS[i] for i in order]
    )
    turned_raids = import_file(turned, tmp_path / "turned").raids
    straight = write_tabulation(*([f'"{cell}"' for cell in cells] for cells in messy_cells))
    assert turned_raids == import_file(straight, tmp_path / "straight").raids


def test_a_binary_file_is_refused(refused, write_tabulation):
    assert "binary file" in refused(write_tabulation(text=b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"))


def test_a_file_in_another_encoding_is_refused_with_its_line(refused, write_tabulation):
    text = (",".join(COLUMNS) + "\n").encode() + "PÖLITZ".encode("latin-1")
    said = refused(write_tabulation(text=text))
    assert "tabulation.csv:2:" in said
    assert "0xd6" in said
    assert "UTF-8" in said


@pytest.mark.parametrize("text", [b"", b"\n\n  \n"])
def test_an_empty_file_is_refused(refused, write_tabulation, text):
    assert "the file is empty" in refused(write_tabulation(text=text))


def test_a_header_without_rows_is_refused(refused, write_tabulation):
    assert "no rows" in refused(write_tabulation())


def test_a_missing_file_and_a_folder_are_refused(refused, tmp_path):
    assert "cannot be read" in refused(tmp_path / "absent.csv")
    assert "cannot be read" in refused(tmp_path)


def test_a_truncated_row_names_line_column_and_what_is_expected(refused, write_tabulation, messy_cells):
    said = refused(write_tabulation(messy_cells[0], messy_cells[1][:15]))
    assert "tabulation.csv:3:" in said
    assert f"column {COLUMNS[15]}" in said
    assert "15 cells" in said
    assert "21 cells" in said


def test_a_file_cut_inside_a_quoted_cell_is_refused(refused, write_tabulation):
    said = refused(write_tabulation(text=",".join(COLUMNS) + '\n"MERSEBURG'))
    assert "not a CSV line" in said
    assert "tabulation.csv:2:" in said


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("TOTAL_TONS", "twelve", "a number"),
        ("TOTAL_TONS", "", "a number"),
        ("TOTAL_HE_TONS", "nan", "a finite number"),
        ("TOTAL_AIRCRAFT", "inf", "a finite number"),
        ("NUM_ATTACKS", "0", "a whole number, 1 or more"),
        ("NUM_ATTACKS", "1.5", "a whole number, 1 or more"),
        ("TIME OF ATTACK", "noon", "a number"),
        ("TIME OF ATTACK", "2400", "a clock time"),
        ("AVG_ALTITUDE", "high", "a number"),
    ],
)
def test_a_cell_that_is_no_number_names_file_line_and_column(
    refused, write_tabulation, messy_cells, column, cell, expected
):
    cells = list(messy_cells[1])
    cells[COLUMNS.index(column)] = cell
    said = refused(write_tabulation(messy_cells[0], cells))
    assert re.search(rf"tabulation\.csv:3: column {column}: found '{cell}', expected {expected}", said)


def test_many_bad_lines_are_counted_and_the_first_are_listed(refused, write_tabulation, messy_cells):
    bad = [["x" if column == "TOTAL_TONS" else c for column, c in zip(COLUMNS, messy_cells[0], strict=True)]] * 8
    said = refused(write_tabulation(*bad))
    assert said.count("tabulation.csv:") == 5
    assert "3 more lines" in said
