"""The command: JSON with its keys, 80 columns, pages that load nothing, and no array library for the record."""

import json
import re
import subprocess
import sys

import pytest

from oilplan.argument import GRADES, AnswerCurve, verdicts
from oilplan.argument.answer import missing_pages
from oilplan.argument.grade import LEADS, grade_of
from oilplan.argument.shipped import posterior_hash, shipped, verdict_from_json, verdict_json, verdicts_of
from oilplan.cli.main import run
from oilplan.report.verdict_pages import pages, write_verdicts
from oilplan.report.verdict_text import table_text, verdict_text

KEYS = {
    "claim_id",
    "quote",
    "speaker",
    "verdict",
    "quantity",
    "value",
    "low",
    "high",
    "unit",
    "rule",
    "reason",
    "record_rows",
    "draws",
    "rests_on_recalled",
    "would_change",
    "grade",
    "p",
    "sentence",
    "hangs_on",
    "readings",
    "for",
    "against",
}
RECORD_ONLY = ["C06", "C14", "C22", "C30", "C33", "C45", "C50"]


@pytest.fixture(scope="module")
def some(record):
    return verdicts(record, RECORD_ONLY)


def test_json_has_the_promised_keys_and_its_interval_holds_its_value(capsys):
    assert run(["verdicts", *RECORD_ONLY, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [v["claim_id"] for v in found] == sorted(RECORD_ONLY)
    for v in found:
        assert set(v) >= KEYS and v["low"] <= v["value"] <= v["high"]
        assert 0 <= v["rests_on_recalled"] <= 1 and set(v["recalled_rows"]) <= set(v["record_rows"])
        assert v["would_change"] and v["rule"].startswith("supported if:")
        assert v["grade"] in GRADES and (v["p"] is None) == (v["grade"] in ("judgement", "no_data", "failed"))
        assert v["grade"] in ("mixed", grade_of(v["p"]))


def test_every_row_named_is_in_the_record(some, record):
    for v in some:
        assert all(row in record.rows(table) for table, row in v.record_rows)


def test_recalled_rows_are_the_weak_ones(some, record):
    for v in some:
        weak = {
            k
            for k in v.record_rows
            if record.rows(k[0])[k[1]]["status"] in ("recalled", "mixed", "part_verified", "derived", "missing")
            or record.rows(k[0])[k[1]]["confidence"] in ("low", "none")
        }
        assert set(v.recalled_rows) == weak


def test_text_fits_80_columns_and_begins_with_the_answer(some, record):
    for v in some:
        lines = verdict_text(v, record).splitlines()
        assert max(map(len, lines)) <= 80
        assert " ".join(lines).index(v.answer[:30]) < " ".join(lines).index(v.quantity[:15])
    assert max(map(len, table_text(some).splitlines())) <= 80


def test_an_unknown_claim_exits_2_and_names_the_nearest(capsys):
    assert run(["verdicts", "C99"]) == 2
    assert "C09" in capsys.readouterr().err


def test_claims_on_the_record_start_no_model():
    """C33 walks the stock by the one account of the model."""
    alone = [c for c in RECORD_ONLY if c != "C33"]
    code = (
        "import sys; from oilplan.argument import verdicts; from oilplan.record import load_record; "
        f"assert len(verdicts(load_record(), {alone})) == {len(alone)}; "
        "print({'jax', 'numpyro', 'polars', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "set()"


def test_pages_load_nothing_and_escape_the_record(record, some):
    nasty = [v._replace(quote="<script>alert(1)</script>", answer="a & b <b>") for v in some]
    made = pages(nasty, record)
    assert set(made) == {f"{c}.html" for c in RECORD_ONLY} | {"index.html", "letters.html"}
    for page in made.values():
        assert "<script" not in page and "<b>" not in page
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)
    assert "&lt;script&gt;" in made["C33.html"] and "<svg" in made["C33.html"]


def test_the_index_begins_with_who_was_right(monkeypatch, record, some):
    from oilplan.argument.answer import TopAnswer
    from oilplan.report import verdict_pages as module

    line = TopAnswer("Was <oil> a panacea?", "contradicted", 0.01, "No: it was not.", 7.0, 6.0, 8.0, "months", ("C06",))
    monkeypatch.setattr(module, "shipped_answer", lambda record_hash: [line])
    index = pages(some, record)["index.html"]
    assert index.index("Was &lt;oil&gt; a panacea?") < index.index("No: it was not.") < index.index("One table for all")
    monkeypatch.setattr(module, "shipped_answer", lambda record_hash: [])
    assert "Who was right" not in pages(some, record)["index.html"]


@pytest.mark.parametrize(
    ("x", "named"),
    [
        ((0.0, 2266.0, 4260.0, 8059.0, 14420.0), [0, 5000, 10000]),
        (tuple(10.0 * k for k in range(11)), [0, 50, 100]),
        (tuple(map(float, range(4))), [0, 1, 2, 3]),
    ],
)
def test_an_axis_names_round_values(x, named):
    """Tons as the arms happened to drop them were named, 4,260 and 12,117."""
    from oilplan.report.verdict_pages import curve_figure

    curve = AnswerCurve("A curve", "tons", "percent", x, *((1.0,) * len(x),) * 3)
    drawn = re.findall(r">([\d,]+)</text>", curve_figure(curve, 330))
    assert [f"{n:,}" for n in named] == [t for t in drawn if t in {f"{n:,}" for n in named}][-len(named) :]
    assert not {"4,260", "12,117", "2,266"} & set(drawn)


@pytest.mark.parametrize(
    ("high", "named"), [(12.0, "0 5 10 15"), (0.7, "0 0.2 0.4 0.6 0.8 1"), (100.0, "0 20 40 60 80 100")]
)
def test_round_values_stand_up_an_axis_too(high, named):
    """Quarters of the scale were named: 3.75, 7.5, 11.25 months."""
    from oilplan.report.verdict_pages import curve_figure

    curve = AnswerCurve("A curve", "x", "months", (0.0, 1.0), (high, high), (0.0, 0.0), (high, high))
    assert re.findall(r'text-anchor="end"[^>]*>([\d.]+)</text>', curve_figure(curve, 330)) == named.split()


def test_pages_are_written_whole_beside_the_data(tmp_path, record, some):
    write_verdicts(some, record, tmp_path / "out", command=["oilplan", "verdicts", *RECORD_ONLY])
    written = {p.name for p in (tmp_path / "out").iterdir()}
    beside = {"index.html", "letters.html", "verdicts.json", "manifest.json", "ro-crate-metadata.json"}
    assert written == {f"{c}.html" for c in RECORD_ONLY} | beside
    assert len(json.loads((tmp_path / "out" / "verdicts.json").read_text())) == len(RECORD_ONLY)
    made = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert made["command"].startswith("oilplan verdicts C06") and made["claims"] == RECORD_ONLY
    assert made["seed"] == {} and made["record_hash"] == record.hash


def test_a_folder_that_cannot_be_written_is_said(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert run(["verdicts", "C47", "--out", str(tmp_path / "file" / "out")]) == 2
    assert "cannot write beside" in capsys.readouterr().err


def test_an_earlier_result_is_replaced_whole_and_only_with_force(tmp_path, capsys):
    out = tmp_path / "out"
    assert run(["verdicts", "C06", "--out", str(out)]) == 0
    capsys.readouterr()
    assert run(["verdicts", "C33", "--out", str(out)]) == 2
    refused = capsys.readouterr()
    assert "add --force to replace it" in refused.err and refused.out == ""
    assert (out / "C06.html").exists() and not (out / "C33.html").exists()
    assert run(["verdicts", "C33", "--out", str(out), "--force"]) == 0
    assert (out / "C33.html").exists() and not (out / "C06.html").exists()


def test_force_keeps_a_folder_that_is_no_result(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("ten years of work")
    assert run(["verdicts", "C06", "--out", str(tmp_path), "--force"]) == 2
    assert "holds no manifest.json" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_letters_stand_under_the_directive_in_force(record):
    from oilplan.argument.shares import timeline

    t = timeline(record)
    by_id = {letter.letter_id: letter for letter in t.letters}
    assert "D06" in by_id["L08"].in_force and "D03" not in by_id["L08"].in_force
    assert by_id["L14"].drafter == "Sydney Bufton" and by_id["L14"].sender == "Sir Charles Portal"
    november = {s.force: s for s in t.shares if s.month == "1944-11"}
    assert november["bomber_command"].percent == 24.6 and november["bomber_command"].weak


def test_a_sentence_begins_as_its_grade_says_and_is_one(some):
    for v in some:
        assert (
            v.sentence.startswith(f"{LEADS[v.grade]}: ")
            and v.sentence.endswith(".")
            and v.answer.startswith(v.sentence)
        )
        assert any(c.isdigit() for c in v.sentence)


def test_a_verdict_comes_back_from_its_json_as_it_was(some):
    for v in some:
        back = verdict_from_json(json.loads(json.dumps(verdict_json(v))))
        assert back._replace(p=v.p) == v._replace(traceback="")


def test_what_is_shipped_is_shown_for_its_own_record_and_fit_only(monkeypatch, tmp_path, record, some):
    from oilplan.argument import shipped as module

    path = tmp_path / "verdicts.json"
    monkeypatch.setattr(module, "shipped_file", lambda: path)
    marked = [verdict_json(v) | {"sentence": "as shipped"} for v in some]
    kept = {"record_hash": record.hash, "posterior_hash": posterior_hash(), "answer": [], "verdicts": marked}
    path.write_text(json.dumps(kept))
    assert {v.sentence for v in verdicts_of(record, ["C06", "C14"])} == {"as shipped"}
    for stale in ({"record_hash": "other"}, {"posterior_hash": "other"}):
        path.write_text(json.dumps(kept | stale | {"pad": list(stale)}))
        assert shipped(record) is None
    assert "as shipped" not in verdicts_of(record, ["C06"])[0].sentence


def test_missing_pages_are_ranked_by_what_they_would_settle(some):
    pages = missing_pages(some)
    assert [p.certainty for p in pages] == sorted((p.certainty for p in pages), reverse=True)
    assert all(p.fact and len(p.work) > 15 and p.claims for p in pages)
    lost = some[0]._replace(claim_id="C99", grade="no_data", p=None)
    (of_lost,) = missing_pages([lost._replace(needs=lost.needs[:1] or some[1].needs[:1])])
    assert of_lost.certainty == 0.5


def test_every_unknown_that_a_missing_fact_would_settle_is_one_that_was_drawn(record):
    """A name that no draw has would be worth nothing, whatever the page."""
    on_record = [r["claim_id"] for r in record.rows("claims").values() if r["test_from"] == "record"]
    for v in verdicts(record, on_record):
        wanted = {n.unknown for n in v.needs} - {""}
        assert v.p is None or wanted <= set(v.worth), (v.claim_id, wanted - set(v.worth))


def test_two_claims_that_wait_for_one_fact_make_one_page(some):
    v = next(v for v in some if v.needs)
    (page, *_) = missing_pages([v, v._replace(claim_id="C99")])
    assert set(page.claims) == {v.claim_id, "C99"}


def test_the_missing_are_listed_by_the_command(capsys):
    assert run(["verdicts", "C06", "C14", "C33", "--missing"]) == 0
    out = capsys.readouterr().out
    assert "gain" in out and "C14" in out and max(map(len, out.splitlines())) <= 80
    assert run(["verdicts", "C14", "--missing", "--json"]) == 0
    assert {"fact", "work", "claims", "certainty"} == set(json.loads(capsys.readouterr().out)[0])


def test_progress_is_told_on_stderr_when_piped(monkeypatch, capsys):
    from oilplan.cli import verb

    monkeypatch.setattr(verb, "PATIENCE_S", 0.0)
    monkeypatch.setattr(verb, "LINE_EVERY_S", 0.0)
    with verb.progress_bar("testing") as report:
        report(3, 53)
    said = capsys.readouterr()
    assert said.err == "testing: 3 of 53\n" and not said.out
