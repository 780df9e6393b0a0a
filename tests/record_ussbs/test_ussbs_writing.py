"""What an import writes: whole or not at all, accepted by the record, the same bytes each time."""

import csv
import json
from pathlib import Path

import pytest

from oilplan.errors import OilplanError
from oilplan.record import load_record
from oilplan.record import ussbs as writing
from oilplan.record.plausibility import check
from oilplan.record.ussbs import import_file

MESSY_FILE = Path(__file__).parent / "messy_rows.csv"


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def out_dir(tmp_path):
    return tmp_path / "imported"


def test_raids_audit_and_manifest_agree(out_dir):
    result = import_file(MESSY_FILE, out_dir)
    assert sorted(path.name for path in out_dir.iterdir()) == [
        "audit.csv",
        "manifest.json",
        "raids.csv",
        "ro-crate-metadata.json",
    ]
    raids, audit = table(out_dir / "raids.csv"), table(out_dir / "audit.csv")
    manifest = json.loads((out_dir / "manifest.json").read_text())
    assert [int(row["line"]) for row in audit] == list(range(2, 23))
    assert [raid["raid_id"] for raid in raids] == [raid.raid_id for raid in result.raids]
    counted = sum(float(row["counted_tons_short"]) for row in audit)
    assert counted == pytest.approx(sum(float(raid["total_tons_short"]) for raid in raids), abs=0.05)
    assert sum(manifest["totals"]["rows_by_outcome"].values()) == len(audit)


def test_every_row_that_is_set_aside_says_why(out_dir):
    import_file(MESSY_FILE, out_dir)
    for row in table(out_dir / "audit.csv"):
        assert bool(row["raid_id"]) == (row["outcome"] in ("used", "merged", "dropped_sum_line"))
        if row["outcome"] in ("dropped_sum_line", "out_of_window", "unplaced", "dropped_copy"):
            assert row["reason"]


def test_the_record_accepts_the_folder_as_a_users_own(out_dir):
    import_file(MESSY_FILE, out_dir)
    own = load_record(out_dir)
    assert own.rows("raids")["leuna_1944-11-25_8af"]["total_tons_short"] == 1365.18
    assert check(own) == []


def test_columns_are_those_of_the_records_raids(out_dir):
    import_file(MESSY_FILE, out_dir)
    header = (out_dir / "raids.csv").read_text(encoding="utf-8").splitlines()[0]
    assert [column.name for column in load_record().describe("raids")] == header.split(",")


def test_the_same_file_gives_the_same_bytes(tmp_path):
    for name in ("first/out", "second/out"):
        import_file(MESSY_FILE, tmp_path / name)
    for name in ("raids.csv", "audit.csv", "manifest.json"):
        assert (tmp_path / "first/out" / name).read_bytes() == (tmp_path / "second/out" / name).read_bytes()


def test_a_folder_that_is_no_import_is_never_replaced(out_dir):
    out_dir.mkdir()
    (out_dir / "mine.txt").write_text("keep me")
    for force, said in ((False, "add --force to replace it"), (True, "holds no manifest.json of an earlier")):
        with pytest.raises(OilplanError, match=said):
            import_file(MESSY_FILE, out_dir, force=force)
    assert [path.name for path in out_dir.iterdir()] == ["mine.txt"]


def test_an_earlier_import_is_replaced_only_with_force_and_keeps_the_users_files(out_dir):
    import_file(MESSY_FILE, out_dir)
    (out_dir / "mine.txt").write_text("keep me")
    with pytest.raises(OilplanError, match="add --force to replace it"):
        import_file(MESSY_FILE, out_dir)
    import_file(MESSY_FILE, out_dir, force=True)
    assert (out_dir / "mine.txt").read_text() == "keep me" and (out_dir / "raids.csv").exists()


def test_an_empty_folder_is_filled_and_a_file_is_refused(out_dir, tmp_path):
    out_dir.mkdir()
    import_file(MESSY_FILE, out_dir)
    assert (out_dir / "raids.csv").exists()
    (tmp_path / "file").write_text("x")
    with pytest.raises(OilplanError, match="is a file"):
        import_file(MESSY_FILE, tmp_path / "file", force=True)


@pytest.mark.parametrize("fails_at", ["audit", "manifest"])
def test_a_failure_half_way_leaves_what_was_there(out_dir, monkeypatch, fails_at):
    import_file(MESSY_FILE, out_dir)
    before = {path.name: path.read_bytes() for path in out_dir.iterdir()}

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "_audit_cells" if fails_at == "audit" else "_write_manifest", fail)
    with pytest.raises(OilplanError, match=r"No space left on device\); nothing was changed"):
        import_file(MESSY_FILE, out_dir, force=True)
    assert {path.name: path.read_bytes() for path in out_dir.iterdir()} == before
    assert [path.name for path in out_dir.parent.iterdir()] == ["imported"]


def test_the_printed_lines_hold_every_outcome_and_the_survey_total(out_dir):
    lines = "\n".join(import_file(MESSY_FILE, out_dir).lines())
    assert "21 rows, each accounted for once" in lines
    assert "18,328 in the survey" in lines
    for outcome in ("used", "merged", "dropped_sum_line", "out_of_window", "unplaced", "not_oil"):
        assert outcome in lines
