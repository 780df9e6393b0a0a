import csv
from pathlib import Path

import pytest

from oilplan.record import load_record
from oilplan.record.ussbs import gazetteer_of
from oilplan.record.ussbs.rows import COLUMNS, parse_row

MESSY_FILE = Path(__file__).parent / "messy_rows.csv"
A_ROW = {
    "target_location": "MERSEBURG",
    "target_name": "LEUNA SYN OIL",
    "BOOK": "BOOK_2_OILREFINERIES",
    "latitude": "5121N",
    "longitude": "1200E",
    "target_code": "4746 8 521",
    "DAY": "24.0",
    "MONTH": "8.0",
    "YEAR": "4.0",
    "TIME OF ATTACK": "1205.0",
    "AIR FORCE": "8.0",
    "TOTAL_AIRCRAFT": "30.0",
    "AVG_ALTITUDE": "250.0",
    "TOTAL_HE_BOMBS": "300.0",
    "TOTAL_HE_TONS": "75.0",
    "TOTAL_INCENDIARY_BOMBS": "0.0",
    "TOTAL_INCENDIARY_TONS": "0.0",
    "TOTAL_FRAG_BOMBS": "0.0",
    "TOTAL_FRAG_TONS": "0.0",
    "TOTAL_TONS": "75.0",
    "NUM_ATTACKS": "1",
}


@pytest.fixture(scope="session")
def gazetteer():
    return gazetteer_of(load_record())


@pytest.fixture(scope="session")
def make_row():
    """A row of the tabulation on Leuna, with some columns changed; spaces in column names are underscores."""

    def make(line=2, **changed):
        by_column = {column.replace(" ", "_"): column for column in COLUMNS}
        cells = A_ROW | {by_column[name]: value for name, value in changed.items()}
        return parse_row([cells[column] for column in COLUMNS], line)

    return make


@pytest.fixture(scope="session")
def messy_cells():
    with MESSY_FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.fixture
def write_tabulation(tmp_path):
    """Write lines of cells under the right header, or text as given; returns the path."""

    def write(*rows, header=COLUMNS, text=None):
        path = tmp_path / "tabulation.csv"
        if text is None:
            text = "\n".join(",".join(cells) for cells in [header, *rows]) + "\n"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write
