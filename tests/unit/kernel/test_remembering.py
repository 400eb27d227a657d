"""What every page asks is asked of the database once in a moment, and again after a change."""

import pytest

from troth.kernel import remembering
from troth.kernel.remembering import Remembered, forget_all


@pytest.fixture
def answers():
    return iter(range(100))


def test_an_answer_is_taken_for_granted_for_a_moment(answers):
    ask = Remembered(lambda: next(answers))
    assert [ask(), ask(), ask()] == [0, 0, 0]


def test_after_that_moment_it_is_asked_again(answers, monkeypatch):
    ask = Remembered(lambda: next(answers))
    assert ask() == 0
    monkeypatch.setattr(remembering, "FRESH_SECONDS", 0)
    assert ask() == 1


def test_what_is_forgotten_is_asked_again(answers):
    ask = Remembered(lambda: next(answers))
    assert ask() == 0
    ask.forget()
    assert ask() == 1
    forget_all()
    assert ask() == 2


def test_an_answer_that_is_not_to_be_kept_is_asked_each_time(answers):
    ask = Remembered(lambda: next(answers), keep=lambda answer: answer > 0)
    assert [ask(), ask(), ask()] == [0, 1, 1]
