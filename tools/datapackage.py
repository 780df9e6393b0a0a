"""Write ``datapackage.json`` from `columns.csv` and `tables.csv`, so that the record opens in anybody's tools.

Data Package v2 [https://datapackage.org/standard/data-package/]. ``python -m tools.datapackage``
rewrites the file; a test compares it with the two.
"""

from __future__ import annotations

import json
from typing import Any

from oilplan.record import VERSION
from oilplan.record.load import SOURCES_FILE, data_folder
from oilplan.record.provenance import STATUS_MEANING
from oilplan.record.read import UNKNOWN
from oilplan.record.sources import Source, read_sources
from oilplan.record.tables import DAY, MONTH, TABLES, Column, limits_of

FILE = "datapackage.json"
_CONSTRAINT = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "pattern": "pattern"}


def build_package() -> dict[str, Any]:
    """The data package of the embedded record as a JSON object."""
    sources = read_sources(data_folder() / SOURCES_FILE)
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "oilplan-record",
        "title": "The record of the oil campaign, 1943-45, with its argument",
        "version": VERSION,
        "description": (
            "Plants, output, stocks, raids, and the letters, directives, forecasts and claims of the plan. "
            "Every row names its sources (keys of sources.bib), how it is known and how far to believe it. "
            f"An empty cell was not looked for; '{UNKNOWN}' was looked for and is unknown. Conflicts stand "
            "as two rows. Status: " + "; ".join(f"{word}: {text}" for word, text in STATUS_MEANING.items())
        ),
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Creative Commons Attribution 4.0, for the compilation; facts are free",
                "path": "https://creativecommons.org/licenses/by/4.0/",
            }
        ],
        "keywords": ["history", "1943-1945", "oil", "strategic bombing"],
        "sources": [_source(work) for work in sources.values()],
        "resources": [_resource(table) for table in TABLES],
    }


def text_of(package: dict[str, Any]) -> str:
    """The package as the file holds it."""
    return json.dumps(package, indent=1, ensure_ascii=False) + "\n"


def _source(work: Source) -> dict[str, str]:
    entry = {"title": f"{work.key}: {work.citation} ({work.reached.lower()})"}
    return entry | ({"path": work.url} if work.url else {})


def _resource(table: str) -> dict[str, Any]:
    spec = TABLES[table]
    schema: dict[str, Any] = {"fields": _fields(table), "primaryKey": ["row_id"], "missingValues": ["", UNKNOWN]}
    if spec.foreign_keys:
        schema["foreignKeys"] = [
            {"fields": [key.column], "reference": {"resource": key.table, "fields": [key.parent]}}
            for key in spec.foreign_keys
        ]
    return {
        "name": table,
        "type": "table",
        "path": f"{table}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": spec.about,
        "schema": schema,
    }


def _fields(table: str) -> list[dict[str, Any]]:
    types = {"integer": "integer", "number": "number", "day": "date", "month": "yearmonth"}
    fields = []
    for column in TABLES[table].columns:
        field: dict[str, Any] = {
            "name": column.name,
            "type": types.get(column.type, "string"),
            "description": column.meaning,
        }
        if column.unit:
            field["unit"] = column.unit
        if column.is_date and field["type"] == "string":
            field["rdfType"] = "http://id.loc.gov/datatypes/edtf/EDTF-level1"
        if constraints := _constraints(column):
            field["constraints"] = constraints
        fields.append(field)
    return fields


def _constraints(column: Column) -> dict[str, Any]:
    constraints = {_CONSTRAINT[limit]: value for limit, value in limits_of(column).items() if value not in (DAY, MONTH)}
    if column.required:
        constraints["required"] = True
    if column.words:
        constraints["enum"] = list(column.words)
    if column.name == "row_id":
        constraints["unique"] = True
    return constraints


if __name__ == "__main__":
    (data_folder() / FILE).write_text(text_of(build_package()), encoding="utf-8")
