"""What the demo has of surveys: one that is open, and one that was closed and released."""

import random
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.staff.api import Permission, Role, list_members, may
from troth.surveys.actions.answering import answer_survey
from troth.surveys.actions.releasing import decide_release, prepare_release
from troth.surveys.actions.running import close_survey, open_survey
from troth.surveys.actions.writing import Terms, review_survey, submit_survey, write_survey
from troth.surveys.definition.templates import TEMPLATES
from troth.surveys.kinds import Mode
from troth.surveys.models import Survey

_ANSWERS = 64


def make_demo_surveys(*, clients: Sequence[UUID]) -> None:
    """Make them by the same actions that the pages call; nothing without an author and another to read.

    Arguments:
        clients: whose part one of the answers of the closed survey is; the others are of invented people.
    """
    members = [member for member in list_members() if member.active]
    author = next((each.id for each in members if each.role == Role.ADMINISTRATOR), None)
    reviewer = next((each.id for each in members if may(each.role, Permission.REVIEW) and each.id != author), None)
    if author is None or reviewer is None:
        return
    _open(author, reviewer, "satisfaction", "How content are you?", "Wie zufrieden sind Sie?", Mode.ANONYMOUS)
    _open(author, reviewer, "demographics", "Who reads our letter?", "Wer liest unseren Brief?", Mode.CONFIDENTIAL)
    closed = _open(
        author, reviewer, "event", "The evening of open cases", "Der Abend der offenen Vitrinen", "anonymous"
    )
    _answer(closed, clients)
    with acting(actor=staff_member(author), purpose=Purpose.UPKEEP):
        close_survey(closed)
        release = prepare_release(closed, [("heard.2", "heard.4")])
    with acting(actor=staff_member(reviewer), purpose=Purpose.UPKEEP):
        decide_release(release, sign=True, content_hash=release.content_hash)


def _open(author: UUID, reviewer: UUID, template: str, english: str, german: str, mode: str) -> Survey:  # noqa: PLR0913, PLR0917
    languages = list(read_operator().languages)
    titles = {"en": english, "de": german}
    purposes = {
        "en": "To learn what we should keep, and what we should change.",
        "de": "Um zu erfahren, was wir lassen und was wir ändern sollten.",
    }
    definition = {
        "languages": languages,
        "title": {tag: titles.get(tag, english) for tag in languages},
        "purpose": {tag: purposes.get(tag, purposes["en"]) for tag in languages},
        "sections": TEMPLATES[template].make(languages),
    }
    with acting(actor=staff_member(author), purpose=Purpose.UPKEEP):
        terms = Terms(mode=mode, closes_on=clock.today() + timedelta(days=30), expected=_ANSWERS)
        survey = submit_survey(write_survey(terms, definition))
    with acting(actor=staff_member(reviewer), purpose=Purpose.UPKEEP):
        review_survey(survey, approve=True, content_hash=survey.content_hash)
    with acting(actor=staff_member(author), purpose=Purpose.UPKEEP):
        return open_survey(survey)


def _answer(survey: Survey, clients: Sequence[UUID]) -> None:
    """Let the clients answer, and as many invented people that there be enough; they hold no account, so no part."""
    from troth.surveys.keys import seal
    from troth.surveys.models import Answer
    from troth.surveys.models.answering import draw_number

    chance = random.Random(7)  # noqa: S311  invented answers

    def invent() -> dict[str, object]:
        came = chance.choice("1112")
        heard = [code for code in "1234" if chance.random() < 0.4]
        said: dict[str, object] = {"came": came, "heard": heard}
        return said | ({"liked": chance.choice("344555")} if came == "1" else {})

    for subject_id in clients:
        with acting(actor=client(subject_id), purpose=Purpose.SURVEYS):
            answer_survey(survey, invent())
    Answer.objects.bulk_create(
        Answer(id=draw_number(), survey=survey, content=seal(survey, invent()), code_digest="")
        for _number in range(_ANSWERS - len(clients))
    )
