"""Every result folder describes itself as RO-Crate, opened by the reference library."""

import hashlib
import json

import pytest

from oilplan.cli.main import run
from oilplan.results_folder import MARK, listed_files
from oilplan.ro_crate import CRATE, crate_of

rocrate = pytest.importorskip("rocrate.rocrate")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    out = tmp_path_factory.mktemp("crate") / "a result, «replayed»"
    assert run(["run", "--draws", "6", "--out", str(out)]) == 0
    return out


def test_the_crate_opens_and_names_files_command_record_and_licence(out):
    crate = rocrate.ROCrate(str(out))
    about = json.loads((out / MARK).read_text(encoding="utf-8"))
    assert crate.root_dataset["datePublished"] == about["made"] and crate.name == f"Result of {about['command']}"
    assert crate.root_dataset["license"].id == "https://creativecommons.org/licenses/by/4.0/"
    assert crate.dereference("#record")["identifier"] == f"sha256:{about['record_hash']}"
    assert crate.dereference("#made")["instrument"]["version"] == about["versions"]["oilplan"]
    assert {e.id for e in crate.data_entities} == {"summary.json", "report.html", "campaign/"}


def test_a_result_saved_from_python_says_so(tmp_path):
    crate = crate_of(tmp_path, {"command": "", "record_hash": "0"}, {})
    assert {e["@id"]: e.get("name") for e in crate["@graph"]}["./"] == "Result of oilplan in Python"


def test_every_file_is_listed_with_its_size_and_digest(out):
    for entity in rocrate.ROCrate(str(out)).data_entities:
        if entity.type == "File":
            data = (out / entity.id).read_bytes()
            assert entity["sha256"] == hashlib.sha256(data).hexdigest() and int(entity["contentSize"]) == len(data)
    assert CRATE in listed_files(out)


def test_an_export_and_an_import_have_one_too(tmp_path):
    assert run(["record", "export", "--format", "geojson", "--out", str(tmp_path / "x")]) == 0
    kinds = {e.id: e["encodingFormat"] for e in rocrate.ROCrate(str(tmp_path / "x")).data_entities}
    assert kinds == {"plants.geojson": "application/geo+json", "raids.geojson": "application/geo+json"}
