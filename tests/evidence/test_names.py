"""Names resolve to ids only where one owner claims them; guesses do not confirm each other."""

from oilplan.evidence import read_text
from oilplan.evidence.gazetteer import gazetteer_from
from oilplan.evidence.misread import confusion_cost
from oilplan.evidence.quotations import combined_confidence


def _ids(text: str) -> list[tuple[str, str | None]]:
    return [(n.raw, n.id) for n in read_text("x", text).names]


def test_three_spellings_are_one_plant():
    assert {i for _, i in _ids("Pölitz burned. PÃ¶litz burned. Pélitz burned. Politz burned.")} == {"poelitz"}


def test_acronyms_with_and_without_stops_are_one_body():
    assert {i for _, i in _ids("MEW said so. The M.E.W. said so.")} == {"mew"}


def test_a_name_of_several_owners_is_marked_and_not_chosen():
    (name,) = read_text("x", "The raid on Blechhammer failed.").names
    assert name.id is None
    assert set(name.candidates) == {"blechhammer_north", "blechhammer_south"}
    assert "none chosen" in name.collision


def test_two_misprints_of_one_name_carry_the_collision():
    names = read_text("x", "They saw Pélitz burn. They saw Pôlitz burn. They saw Leuna burn.").names
    assert ["all claim poelitz" in n.collision for n in names] == [True, True, False]


def test_a_misprint_near_two_names_is_flagged_and_left_as_printed():
    towns = [
        {"plant_id": key, "name": name, "aliases": ""} for key, name in (("raetzau", "Rätzau"), ("roetzau", "Rötzau"))
    ]
    document = read_text("x", "The works at Rétzau lay idle.", gazetteer_from(towns))
    assert [(r.raw, r.reading) for r in document.repairs] == [("Rétzau", "Rétzau")]
    assert document.names == () and "nothing chosen" in document.repairs[0].reason
    alone = read_text("x", "The works at Rétzau lay idle.", gazetteer_from(towns[1:]))
    assert [n.id for n in alone.names] == ["roetzau"]


def test_words_that_are_also_aliases_are_left_alone():
    assert _ids("Most of the police had gone. Victor saw it, and the phoenix too.") == []


def test_confusions_cost_less_than_other_changes():
    assert confusion_cost("Pölitz", "Pélitz") < confusion_cost("Pölitz", "Pxlitz") == 1
    assert confusion_cost("Leuna", "Leima") < 1 < confusion_cost("Leuna", "Lena") + 0.1


def test_findings_on_one_basis_do_not_confirm_each_other():
    assert combined_confidence([("letters", 0.8), ("letters", 0.7)]) == 0.8
    assert combined_confidence([("letters", 0.8), ("note", 0.5)]) > 0.8
