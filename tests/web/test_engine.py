"""Answers are made once per question, kept within bounds, and refused when too many wait."""

import threading
from types import SimpleNamespace

import pytest

from oilplan.web.engine import Busy, Engine, Starting
from oilplan.web.limits import MOST_VIEWS_KEPT, MOST_WAITING


@pytest.fixture
def engine():
    made = Engine(record=None, build=lambda record: SimpleNamespace(name="lab"))
    made.start()
    assert made.wait(5)
    return made


def test_an_engine_that_is_not_built_says_so():
    with pytest.raises(Starting, match="being compiled"):
        Engine(record=None, build=lambda record: None).answer("a", lambda lab: 1)


def test_an_engine_that_cannot_be_built_says_why():
    def fail(record):
        raise ValueError("no plants")

    made = Engine(record=None, build=fail)
    made.start()
    assert not made.wait(5) and made.status == "failed"
    with pytest.raises(Starting, match="no plants"):
        made.answer("a", lambda lab: 1)


def test_the_same_question_is_answered_once(engine):
    made = []
    assert [engine.answer("a", lambda lab: made.append(1) or len(made)) for _ in range(3)] == [1, 1, 1]


def test_many_who_ask_the_same_at_once_wait_for_one_answer(engine):
    made, go, got = [], threading.Event(), []

    def make(lab):
        made.append(1)
        go.wait(5)
        return len(made)

    threads = [threading.Thread(target=lambda: got.append(engine.answer("a", make))) for _ in range(5)]
    for t in threads:
        t.start()
    while not made:
        pass
    go.set()
    for t in threads:
        t.join(5)
    assert got == [1] * 5 and made == [1]


def test_different_questions_have_different_answers(engine):
    assert [engine.answer(k, lambda lab, k=k: k.upper()) for k in ("a", "b", "a")] == ["A", "B", "A"]


def test_no_more_than_the_limit_is_kept(engine):
    made = []
    for k in range(MOST_VIEWS_KEPT + 1):
        engine.answer(str(k), lambda lab, k=k: made.append(k))
    engine.answer("0", lambda lab: made.append("again"))
    engine.answer(str(MOST_VIEWS_KEPT), lambda lab: made.append("not again"))
    assert made[-1] == "again"


def test_a_question_that_fails_leaves_the_place_free(engine):
    with pytest.raises(ZeroDivisionError):
        engine.answer("a", lambda lab: 1 / 0)
    assert engine.answer("a", lambda lab: 2) == 2


def test_a_preview_goes_before_views_that_wait(engine):
    """Two settled views compute and two wait; a preview comes last and is done before those that wait."""
    go, began, done = threading.Event(), [], []

    def settled(lab):
        began.append(1)
        go.wait(10)
        done.append("settled")

    def ask(key, make, quick=False):
        thread = threading.Thread(target=engine.answer, args=(key, make), kwargs={"quick": quick})
        thread.start()
        return thread

    threads = [ask(f"s{k}", settled) for k in range(4)]
    while len(began) < 2 or engine._waiting < 4:
        pass
    ask("quick", lambda lab: done.append("quick"), quick=True).join(10)
    assert done == ["quick"] and len(began) == 2
    go.set()
    for t in threads:
        t.join(10)
    assert done == ["quick", *["settled"] * 4]


def test_one_too_many_is_refused_and_room_comes_back(engine):
    go = threading.Event()
    threads = [
        threading.Thread(target=engine.answer, args=(f"w{k}", lambda lab: go.wait(10))) for k in range(MOST_WAITING)
    ]
    for t in threads:
        t.start()
    while engine._waiting < MOST_WAITING:
        pass
    with pytest.raises(Busy, match="Try again"):
        engine.answer("one more", lambda lab: 1)
    go.set()
    for t in threads:
        t.join(10)
    assert engine.answer("one more", lambda lab: 1) == 1
