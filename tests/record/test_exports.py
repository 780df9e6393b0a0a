"""The record in other programs' forms, opened by clients that are not ours."""

import asyncio
import csv
import html
import json
import re
import sqlite3
from contextlib import closing

import polars
import pytest

from oilplan.cli.main import run
from oilplan.record import exports
from oilplan.record.tables import TABLES

geojson = pytest.importorskip("geojson")
FORMS = list(exports.FORMS)


def read(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    made = {}
    for form in FORMS:
        made[form] = tmp_path_factory.mktemp("exports") / form
        assert run(["record", "export", "--format", form, "--out", str(made[form])]) == 0
    return made


@pytest.fixture(scope="module")
def database(folders):
    with closing(sqlite3.connect(f"file:{folders['sqlite'] / 'record.sqlite'}?mode=ro", uri=True)) as opened:
        opened.execute("PRAGMA foreign_keys = ON")
        yield opened


def test_sqlite_holds_every_cell_typed_and_every_key_leads_somewhere(database, embedded):
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    for table in embedded.tables:
        names = [c.name for c in embedded.describe(table)]
        expected = [tuple(row[n] for n in names) for row in embedded.rows(table).values()]
        assert database.execute(f'SELECT * FROM "{table}"').fetchall() == expected, table
        leads = {(row[3], row[2]) for row in database.execute(f'PRAGMA foreign_key_list("{table}")')}
        asked = {(k.column, "places" if k.table == "targets" else k.table) for k in TABLES[table].foreign_keys}
        assert leads == asked, table


def test_sqlite_explains_itself_and_its_views_add_up(database, embedded):
    for view in exports.VIEWS:
        assert database.execute(f'SELECT count(*) FROM "{view}"').fetchone()[0] > 50, view
    short, metric = (
        database.execute(f"SELECT sum({column}) FROM {table}").fetchone()[0]
        for column, table in (("total_tons_short", "raids"), ("total_t", "raids_at_plants"))
    )
    assert metric == pytest.approx(short * 0.90718474, abs=5)
    assert database.execute("SELECT value FROM about WHERE key = 'record_hash'").fetchone()[0] == embedded.hash
    unit = "SELECT unit FROM columns WHERE table_name = 'raids' AND column_name = 'total_tons_short'"
    assert database.execute(unit).fetchone()[0] == "short tons"
    webster = "SELECT count(*) FROM row_sources WHERE source_key = 'webster1961iii'"
    assert database.execute(webster).fetchone()[0] == len(embedded.rows_by_source()["webster1961iii"])


def test_datasette_is_given_what_every_table_and_column_means(folders, embedded):
    """In the form of Datasette's metadata.json: databases, tables, columns, licence and source."""
    made = json.loads((folders["sqlite"] / "metadata.json").read_text(encoding="utf-8"))
    tables = made["databases"]["record"]["tables"]
    assert set(tables) == {*embedded.tables, *exports.extras(embedded), *exports.VIEWS}
    assert tables["raids"]["columns"]["total_tons_short"].endswith(", short tons")
    assert all(t["description"] for t in tables.values()) and embedded.hash[:12] in made["source"] and made["license"]


def test_datasette_opens_it_and_shows_what_its_tables_mean(folders, embedded):
    datasette = pytest.importorskip("datasette.app")
    place = folders["sqlite"]
    told = json.loads((place / "metadata.json").read_text(encoding="utf-8"))

    async def pages():
        served = datasette.Datasette([str(place / "record.sqlite")], metadata=told)
        return [await served.client.get(f"/record/{path}") for path in ("raids?_size=2", "raids.json?_size=2")]

    page, rows = asyncio.run(pages())
    assert page.status_code == 200 and html.escape(embedded.about("raids")) in page.text
    assert rows.json()["filtered_table_rows_count"] == len(embedded.rows("raids"))
    assert rows.json()["primary_keys"] == ["row_id"]


def test_pandas_reads_the_database_and_the_spreadsheets_alike(folders, embedded):
    pandas = pytest.importorskip("pandas")
    with closing(sqlite3.connect(folders["sqlite"] / "record.sqlite")) as opened:
        stored = pandas.read_sql("SELECT * FROM output", opened, index_col="row_id")
    sheet = pandas.read_csv(folders["csv"] / "output.csv", index_col="row_id", encoding="utf-8-sig")
    assert list(stored.index) == list(sheet.index) == list(embedded.rows("output"))
    pandas.testing.assert_series_equal(stored["value"], sheet["value"])


def test_parquet_opens_typed_in_polars(folders, embedded):
    kinds = {"integer": polars.Int64, "number": polars.Float64}
    for table in embedded.tables:
        frame = polars.read_parquet(folders["parquet"] / f"{table}.parquet")
        assert frame.schema == {c.name: kinds.get(c.type, polars.String) for c in embedded.describe(table)}
        assert frame.to_dicts() == list(embedded.rows(table).values()), table


def test_geojson_is_valid_and_lies_in_europe(folders, embedded):
    for name in ("plants", "raids"):
        found = geojson.loads((folders["geojson"] / f"{name}.geojson").read_text(encoding="utf-8"))
        assert found.is_valid and [f["id"] for f in found.features] == list(embedded.rows(name))
        spots = [f.geometry.coordinates for f in found.features if f.geometry]
        assert len(spots) > 50 and all(-5 <= lon <= 35 and 35 <= lat <= 60 for lon, lat in spots)
    plants = geojson.loads((folders["geojson"] / "plants.geojson").read_text(encoding="utf-8"))
    towns = {f["properties"]["plant_id"]: f["properties"].get("town_wikidata") for f in plants.features}
    assert towns["poelitz"] == "http://www.wikidata.org/entity/Q208022" and towns["leuna"] is None
    leuna = next(f for f in found.features if f["properties"]["plant_id"] == "leuna")
    assert leuna.geometry.coordinates == [12.003, 51.316]


def test_a_spreadsheet_reads_the_csv_and_computes_nothing(folders, embedded):
    for table in embedded.tables:
        data = (folders["csv"] / f"{table}.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") >= len(embedded.rows(table))
        rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
        assert [r["row_id"] for r in rows] == list(embedded.rows(table))
        texts = [c.name for c in embedded.describe(table) if c.type in ("text", "date")]
        assert not [r[c] for r in rows for c in texts if r[c].startswith(exports.FORMULA)]
    theirs = polars.read_csv(folders["csv"] / "raids.csv", infer_schema_length=None)
    assert theirs.height == len(embedded.rows("raids")) and theirs["total_tons_short"].dtype == polars.Float64
    dates = [r["date"] for r in read(folders["csv"] / "raids.csv")]
    assert sum(bool(re.fullmatch(r"194[345]-\d\d-\d\d", d)) for d in dates) > 900


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_what_a_user_wrote_is_no_formula(overlay, tmp_path, begins):
    folder = overlay("plants", "leuna", note=begins, capacity_low=1.0)
    assert run(["record", "export", "--format", "csv", "--out", str(tmp_path / "x"), "--record", str(folder)]) == 0
    assert next(r["note"] for r in read(tmp_path / "x" / "plants.csv") if r["row_id"] == "leuna") == f"'{begins}"


@pytest.mark.parametrize(
    "text", ["6/3/3", "8:2", "000", "June 1944", "18 Jan 1945", "18655.531", "207-3", "1e5", "6:1.8"]
)
def test_what_a_spreadsheet_would_take_for_a_date_or_number_stays_text(overlay, tmp_path, text):
    folder = overlay("plants", "leuna", note=text)
    assert run(["record", "export", "--format", "csv", "--out", str(tmp_path / "x"), "--record", str(folder)]) == 0
    assert next(r["note"] for r in read(tmp_path / "x" / "plants.csv") if r["row_id"] == "leuna") == f"'{text}"


@pytest.mark.parametrize("text", ["1944-05-12", "1944-05", "12 men", "Leuna", "51"])
def test_dates_numbers_and_words_go_out_as_they_are(overlay, tmp_path, text):
    folder = overlay("plants", "leuna", note=text)
    assert run(["record", "export", "--format", "csv", "--out", str(tmp_path / "x"), "--record", str(folder)]) == 0
    row = next(r for r in read(tmp_path / "x" / "plants.csv") if r["row_id"] == "leuna")
    assert row["note"] == text and row["latitude"] == "51.316"


@pytest.mark.parametrize("form", FORMS)
def test_the_same_record_gives_the_same_bytes(folders, tmp_path, form):
    assert run(["record", "export", "--format", form, "--out", str(tmp_path / "again")]) == 0
    for path in (p for p in folders[form].iterdir() if p.name not in ("manifest.json", "ro-crate-metadata.json")):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_an_export_is_whole_or_not_at_all_and_replaces_only_its_own(tmp_path, capsys, monkeypatch):
    out = tmp_path / "out"
    monkeypatch.setitem(exports.FORMS, "csv", lambda record, folder: (folder / "a").write_text("a") and 1 / 0)
    assert run(["record", "export", "--format", "csv", "--out", str(out)]) == 70 and not out.exists()
    monkeypatch.undo()
    assert run(["record", "export", "--format", "csv", "--out", str(out)]) == 0
    assert run(["record", "export", "--format", "sqlite", "--out", str(out)]) == 2
    assert run(["record", "export", "--format", "sqlite", "--out", str(out), "--force"]) == 0
    assert {p.name for p in out.iterdir()} == {
        "record.sqlite",
        "metadata.json",
        "manifest.json",
        "ro-crate-metadata.json",
    }
    assert json.loads((out / "manifest.json").read_text())["record_version"]
    assert run(["record", "export", "--format", "csv", "--out", str(tmp_path / "x.csv")]) == 2
    assert "expected a folder" in capsys.readouterr().err


def test_without_pyarrow_one_sentence_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    assert run(["record", "export", "--format", "parquet", "--out", str(tmp_path / "p")]) == 2
    assert "pip install 'oilplan[parquet]'" in capsys.readouterr().err and not (tmp_path / "p").exists()
