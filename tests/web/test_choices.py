"""What an address may say, and that the saved directive is the one that was flown."""

import tomllib
from types import SimpleNamespace

import pytest

from oilplan.directives.plan import ForPhase, of_force
from oilplan.directives.toml_file import plan_of
from oilplan.errors import OilplanError
from oilplan.web import choices
from oilplan.web.choices import FORCE_NAMES, as_toml, chosen_day, directives_of, fly_bases, for_phase, map_choice
from oilplan.web.engine import Engine
from oilplan.web.limits import DRAWS

SAID = {"from": "1944-09", "bc": "harris", "bc_share": "40", "e8": "portal", "f15": "even_split", "repair": "optimal"}


def test_an_empty_address_is_history():
    assert map_choice({}).is_history


def test_a_choice_stands_in_the_address_and_is_read_back():
    choice = map_choice(SAID)
    assert map_choice(dict(pair.split("=") for pair in choice.query.split("&"))) == choice
    assert not choice.is_history


@pytest.mark.parametrize(
    "wrong",
    [
        {"bc": "nuke"},
        {"e8": "harris"},
        {"from": "1943-01"},
        {"from": "1944-04"},
        {"bc_share": "101"},
        {"bc_share": "-10"},
        {"bc_share": "15"},
        {"bc_share": "1e1"},
        {"bc_share": "٣٠"},
        {"intel": "spies"},
        {"repair": "never"},
        {"draws": "201"},
        {"draws": "1000000"},
        {"draws": "many"},
    ],
)
def test_what_is_not_on_the_lists_is_refused(wrong):
    with pytest.raises(OilplanError, match="expected"):
        map_choice(wrong)


@pytest.mark.parametrize("day", ["1944-03-31", "1945-05-01", "yesterday", "1944-02-30"])
def test_a_day_outside_the_campaign_is_refused(day):
    with pytest.raises(OilplanError, match="expected 1944-04-01 to 1945-04-30"):
        chosen_day({"day": day})


def test_choices_that_fly_alike_are_one_choice():
    said = {"bc": "portal", "bc_share": "40", "e8_share": "30"}
    assert map_choice(said).alike == map_choice(said | {"e8_share": "100", "f15_share": "0"}).alike != map_choice(said)
    assert map_choice(said).alike.shares == (40, 100, 100)


@pytest.mark.parametrize("force", FORCE_NAMES)
def test_every_directive_saved_is_read_back_as_the_same(force):
    for directive in directives_of(force.force):
        for share in (0, 30, 100):
            choice = map_choice({force.key: directive, f"{force.key}_share": str(share)})
            plan = plan_of(tomllib.loads(as_toml(choice)), "saved")
            said = ForPhase(**of_force(plan.phases[0], force.force)._asdict())
            assert said == for_phase(directive, share, force.force), (directive, share)


def test_the_base_of_every_month_is_flown_before_anyone_asks(monkeypatch):
    """Months that the map room offers, once each; an engine that could not be built flies none."""
    flown = []

    def history(lab, month, draws):
        flown.append((lab, month, draws))
        return SimpleNamespace(dropped_t=SimpleNamespace(shape=(draws,)))

    def broken(record):
        raise ValueError("no such model")

    monkeypatch.setattr(choices, "history_of", history)
    for build in (broken, lambda record: record):
        engine = Engine("the laboratory", build=build)
        engine.start()
        fly_bases(engine)
    months = ["1944-05", "1944-06", "1944-07", "1944-08", "1944-09", "1944-10", "1944-11", "1944-12"]
    assert flown == [("the laboratory", m, DRAWS) for m in [*months, "1945-01", "1945-02", "1945-03"]]
