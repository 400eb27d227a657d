"""A house, an author, another who reads, and surveys as far as a test wants them."""

import random
from datetime import timedelta

import pytest

from tests.unit.announcements.conftest import act_as, employ
from tests.unit.rights.conftest import house, open_features
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.staff.api import Role
from troth.surveys.actions.answering import answer_survey
from troth.surveys.actions.running import open_survey
from troth.surveys.actions.writing import Terms, review_survey, submit_survey, write_survey

__all__ = ["act_as", "house", "open_features"]

WORDS = {"en": "A question", "de": "Eine Frage"}


def say(text):
    return {"en": text, "de": text}


def options(*words):
    return [{"code": str(n), "words": say(each)} for n, each in enumerate(words, start=1)]


QUESTIONS = [
    {"key": "came", "kind": "single", "words": say("Were you there?"), "options": options("yes", "no")},
    {"key": "topics", "kind": "multiple", "words": say("What of?"), "options": options("ships", "maps", "coins")},
    {"key": "years", "kind": "number", "words": say("For how many years?"), "least": 0, "most": 49},
    {"key": "free", "kind": "long", "words": say("Anything else?")},
    {"key": "age", "kind": "personal", "asks": "age_group"},
    {"key": "post", "kind": "personal", "asks": "post_code"},
]
LATER = [
    {
        "key": "liked",
        "kind": "scale",
        "words": say("How did you like it?"),
        "points": 5,
        "show_if": {"question": "came", "is_any_of": ["1"]},
    },
]


def define(*sections):
    return {
        "languages": ["en", "de"],
        "title": say("The evening"),
        "purpose": say("To learn."),
        "sections": [
            {"key": f"part{n}", "words": say(f"Part {n}"), "questions": questions}
            for n, questions in enumerate(sections or (QUESTIONS, LATER), start=1)
        ],
    }


def terms(mode="anonymous", **more):
    return Terms(mode=mode, closes_on=clock.today() + timedelta(days=20), **more)


@pytest.fixture
def author(house):
    return employ("author", Role.ADMINISTRATOR)


@pytest.fixture
def reviewer(house):
    return employ("reviewer", Role.REVIEWER)


@pytest.fixture
def approve(author, reviewer):
    """Return a function that writes a survey and has it approved by another."""

    def make(mode="anonymous", *, definition=None, **more):
        with act_as(author):
            survey = submit_survey(write_survey(terms(mode, **more), definition or define()))
        with act_as(reviewer):
            review_survey(survey, approve=True, content_hash=survey.content_hash)
        survey.refresh_from_db()
        return survey

    return make


@pytest.fixture
def opened(approve, author):
    """Return a function that opens an approved survey."""

    def make(*args, **more):
        survey = approve(*args, **more)
        with act_as(author):
            return open_survey(survey)

    return make


def answer_as(subject_id, survey, answers, contact=None):
    with acting(actor=client(subject_id), purpose=Purpose.SURVEYS):
        return answer_survey(survey, answers, contact, wording="You may reach me." if contact else "")


def invent(chance):
    came = chance.choice("1112")
    said = {"came": came, "topics": [c for c in "123" if chance.random() < 0.5], "years": chance.randrange(50)}
    said = {key: value for key, value in said.items() if value != []}
    return said | ({"liked": chance.choice("12345")} if came == "1" else {})


def fill(survey, many, seed=3):
    """Let so many invented people answer; return who they are, and what each said."""
    chance = random.Random(seed)  # noqa: S311  invented answers
    said = {}
    for _number in range(many):
        subject_id = new_id()
        said[subject_id] = invent(chance)
        answer_as(subject_id, survey, said[subject_id])
    return said
