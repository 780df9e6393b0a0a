"""The data package is what `columns.csv` and `tables.csv` say, and a tool that is not ours finds it valid."""

import json

import frictionless
from tools.datapackage import FILE, build_package, text_of

from oilplan.record import load_record
from oilplan.record.load import data_folder
from oilplan.record.tables import TABLES


def test_the_committed_package_is_the_one_the_declarations_give():
    assert (data_folder() / FILE).read_text(encoding="utf-8") == text_of(build_package())


def test_frictionless_finds_every_table_valid():
    report = frictionless.validate(str(data_folder() / FILE))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])
    assert report.stats["tasks"] == len(TABLES)


def test_frictionless_catches_a_raid_on_an_unknown_target(tmp_path):
    for path in data_folder().iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    raids = (tmp_path / "raids.csv").read_text(encoding="utf-8")
    (tmp_path / "raids.csv").write_text(raids.replace(",leuna,", ",leunaa,", 1), encoding="utf-8")
    report = frictionless.validate(str(tmp_path / FILE))
    assert [error[0] for error in report.flatten(["type"])] == ["foreign-key"]


def test_every_column_has_a_meaning_and_every_figure_column_a_unit():
    unit_in_row = {"value"}
    flags = {"night", "eleven_set_A", "eleven_set_B"}
    package = json.loads((data_folder() / FILE).read_text(encoding="utf-8"))
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            assert field["description"], (resource["name"], field["name"])
            if field["type"] in ("integer", "number") and field["name"] not in unit_in_row | flags:
                assert field["unit"], (resource["name"], field["name"])


def test_a_unitless_figure_column_has_its_unit_in_the_row():
    record = load_record()
    for table in record.tables:
        columns = {column.name: column for column in record.describe(table)}
        for name in {"value"} & set(columns):
            assert columns[name].unit or columns["unit"].required, (table, name)


def test_licence_and_sources_are_stated():
    package = build_package()
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert len(package["sources"]) == len(load_record().sources)
