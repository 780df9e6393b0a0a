"""Speaker, reporter and drafter are three persons."""

import pytest

from oilplan.argument.finding import attribution


@pytest.mark.parametrize(
    ("claim_id", "speaker", "reporter", "drafter"),
    [
        ("C37", "Sir Arthur Harris", "Portal", None),
        ("C40", "Sir Arthur Harris", "Portal", None),
        ("C49", "Sir Charles Portal", "the narrators (Webster & Frankland)", None),
        ("C33", "Sir Charles Portal", "the narrator of Ehlers 2009, passage 001", "Sydney Bufton"),
        ("C22", "Sir Arthur Harris", "Portal/narrator", None),
    ],
)
def test_the_three_persons_are_parted(record, claim_id, speaker, reporter, drafter):
    who = attribution(record.rows("claims")[claim_id], record)
    assert (who.speaker, who.reporter, who.drafter) == (speaker, reporter, drafter)


def test_a_narrator_reports_himself_and_has_no_drafter(record):
    who = attribution(record.rows("claims")["C08"], record)
    assert who.speaker == who.reporter and who.drafter is None


def test_what_the_record_prints_is_kept(record):
    for claim in record.rows("claims").values():
        assert attribution(claim, record).printed == claim["speaker"]
