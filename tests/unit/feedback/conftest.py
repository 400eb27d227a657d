"""A house, clients, a member of staff, and words said as a test wants them."""

from datetime import timedelta

import pytest

from tests.unit.rights.conftest import ada, as_ada, as_heron, bob, heron, house, open_features
from troth.accounts import api as accounts_api
from troth.feedback.actions import Said, as_visitor, give_feedback
from troth.feedback.judging import Mark
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.ids import new_token
from troth.kernel.purposes import Purpose

__all__ = ["ada", "as_ada", "as_heron", "bob", "heron", "house", "open_features"]


def say(page="home", rating="4", words="Good and quiet.", **more):
    values = {"rating": rating, "words": words, "contact": more.pop("contact", None)}
    mark = more.pop("mark", Mark(id=new_token()[:32], made_at=clock.now() - timedelta(minutes=1)))
    return Said(page=page, values=values, mark=mark, **more)


def give_as(account, **more):
    with acting(actor=client(account.id), purpose=Purpose.SUPPORT):
        return give_feedback(say(**more))


def give_as_visitor(**more):
    with as_visitor():
        return give_feedback(say(**more))


def act_on(member, row):
    return acting(actor=staff_member(member.id), purpose=Purpose.SUPPORT, case=row.as_case)


@pytest.fixture(autouse=True)
def second_factor(monkeypatch):
    """Let everybody have a second factor, as members of staff must."""
    monkeypatch.setattr(accounts_api, "has_second_factor", lambda _subject: True)


@pytest.fixture
def post(client):
    """Return a function that sends the form of a page as a person does, a minute after opening it."""

    def send(browser=None, *, about="home", age=timedelta(minutes=1), **answers):
        from troth.feedback.judging import make_mark

        mark = make_mark(made_at=clock.now() - age)
        return (browser or client).post(f"/feedback/on/{about}/", {"mark": mark} | answers)

    return send
