"""Per-attack sheets, semicolons, and figures that no row may hold."""

import csv

import pytest

from oilplan.errors import OilplanError
from oilplan.record.ussbs import import_file
from oilplan.record.ussbs.rows import COLUMNS, SHEET_HEADER, read_rows

ATTACK = {
    "book": "BOOK_2_OILREFINERIES",
    "target_location": "MERSEBURG",
    "target_name": "LEUNA SYN OIL",
    "target_code": "4746 8 521",
    "DAY": "24.0",
    "MONTH": "8.0",
    "YEAR": "4.0",
    "TIME OF ATTACK": "1207.0",
    "AIR FORCE": "8.0",
    "NUMBER OF AIRCRAFT BOMBING": "16.0",
    "HIGH EXPLOSIVE BOMBS NUMBER": "160.0",
    "HIGH EXPLOSIVE BOMBS TONS": "40.0",
    "TOTAL TONS": "40.0",
    "GROUP/SQUADRON NUMBER": "305G",
    "SUMMATION_ROW": "False",
}
HEADER = ("box", "image", *SHEET_HEADER, "SIGHTING")


def _sheet(path, *attacks):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="")
        writer.writeheader()
        writer.writerows({**ATTACK, **changed} for changed in attacks)
    return path


def test_a_line_of_a_sheet_is_one_attack_line_and_an_empty_part_none(tmp_path):
    (row,) = read_rows(_sheet(tmp_path / "Merseburg.csv", {}))
    assert (row.line, row.aircraft, row.total_short_tons, row.ib_short_tons, row.attack_lines, row.group) == (
        2,
        16.0,
        40.0,
        0.0,
        1,
        "305G",
    )


def test_equal_attacks_of_two_groups_are_no_copy_and_a_marked_sum_is_left_out(tmp_path):
    path = _sheet(
        tmp_path / "Merseburg.csv",
        {},
        {"GROUP/SQUADRON NUMBER": "306G"},
        {"GROUP/SQUADRON NUMBER": "306G"},
        {"NUMBER OF AIRCRAFT BOMBING": "32", "TOTAL TONS": "80", "SUMMATION_ROW": "True", "GROUP/SQUADRON NUMBER": ""},
    )
    done = import_file(path, tmp_path / "out")
    (raid,) = done.raids
    assert (raid.plant_id, raid.aircraft, raid.total_tons_short) == ("leuna", 32, 80.0)
    assert [entry.outcome for entry in done.audit] == ["used", "merged", "dropped_copy", "dropped_sum_line"]


def test_a_folder_of_sheets_is_read_as_one_with_each_line_counted_once(tmp_path):
    folder = tmp_path / "sheets"
    folder.mkdir()
    _sheet(folder / "a.csv", {}, {"DAY": "25.0"})
    _sheet(folder / "b.csv", {"DAY": "26.0"})
    done = import_file(folder, tmp_path / "out")
    lines = [entry.reading.row.line for entry in done.audit]
    assert len(lines) == len(set(lines)) == 3


def test_a_sheet_without_a_column_it_needs_is_refused(tmp_path):
    path = _sheet(tmp_path / "a.csv", {})
    path.write_text(path.read_text().replace("TOTAL TONS", "TONS"))
    with pytest.raises(OilplanError, match="per-attack sheet: missing 'TOTAL TONS'"):
        read_rows(path)


def test_semicolons_and_decimal_commas_give_the_same_rows(tmp_path, write_tabulation, messy_cells):
    commas = read_rows(write_tabulation(*([f'"{c}"' for c in cells] for cells in messy_cells)))
    path = tmp_path / "semicolons.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        for cells in messy_cells:
            writer.writerow(cells[:11] + [c.replace(".", ",") for c in cells[11:]])
    semicolons = read_rows(path)
    assert [r._replace(altitude="") for r in semicolons] == [r._replace(altitude="") for r in commas]


@pytest.mark.parametrize(("printed", "tons"), [("1.240,5", 1240.5), ("1.240", 1240.0), ("40,0", 40.0)])
def test_points_between_thousands_are_read_where_commas_are_decimal(tmp_path, printed, tons):
    path = _sheet(tmp_path / "a.csv", {"TOTAL TONS": printed, "HIGH EXPLOSIVE BOMBS TONS": "39,5"})
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    assert read_rows(path)[0].total_short_tons == tons


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("TOTAL_TONS", "-400"),
        ("TOTAL_AIRCRAFT", "-50"),
        ("TOTAL_HE_TONS", "-1.5"),
        ("TOTAL_AIRCRAFT", "1_000"),
        ("TOTAL_HE_TONS", "٤٠٠"),
        ("TOTAL_TONS", "１２"),
        ("TOTAL_TONS", "100000000"),
        ("TOTAL_TONS", "1e8"),
        ("TOTAL_TONS", "9" * 5000),
        ("TOTAL_AIRCRAFT", "0x10"),
    ],
)
def test_negative_odd_and_absurd_figures_are_refused(write_tabulation, messy_cells, column, cell):
    cells = list(messy_cells[1])
    cells[COLUMNS.index(column)] = cell
    with pytest.raises(OilplanError, match=f"column {column}"):
        read_rows(write_tabulation(messy_cells[0], cells))


def test_a_row_with_a_negative_part_makes_no_raid(tmp_path, write_tabulation):
    row = ["MERSEBURG", "LEUNA SYN OIL", "BOOK_2_OILREFINERIES", "5121N", "1200E", "4746 8 521", "24.0"]
    row += ["8.0", "4.0", "1205.0", "8.0", "30.0", "250.0", "300.0", "75.0", "0.0", "-47.0", "0.0", "0.0", "28.0", "1"]
    done = import_file(write_tabulation(row), tmp_path / "out")
    assert not done.raids and [entry.outcome for entry in done.audit] == ["unreadable"]
