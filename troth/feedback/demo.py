"""What the demo has of feedback: words of clients and of a visitor, counts of the months before, a public answer."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from troth.feedback.actions import (
    Said,
    as_visitor,
    finish_feedback,
    give_feedback,
    publish_answer,
    take_feedback,
)
from troth.feedback.judging import Mark
from troth.feedback.models import Feedback, Tally
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.ids import new_token
from troth.kernel.purposes import Purpose
from troth.staff.api import Role, list_members

_BY_CLIENTS = (
    ("orders:shop", "4", "I would like to see from which side a thing was photographed."),
    ("accounts:details", "5", ""),
    ("statement:current", "5", "The date beside each change is what I was looking for."),
)


def make_demo_feedback(*, clients: Sequence[UUID]) -> None:
    """Make it by the same actions that the pages call.

    Arguments:
        clients: who said something, in this order; further ones said nothing.
    """
    given = []
    for days, (subject_id, (page, rating, words)) in enumerate(zip(clients, _BY_CLIENTS, strict=False), start=2):
        with (
            clock.told(clock.now() - timedelta(days=days)),
            acting(actor=client(subject_id), purpose=Purpose.SUPPORT),
        ):
            given.append(give_feedback(_say(page, rating, words, wants_answer=days == 2)))
    with as_visitor():
        give_feedback(_say("home", "3", "The print on my telephone is small.", contact="reader@visitor.example.net"))
        give_feedback(_say("support:ask", "2", ""))
        give_feedback(_say("home", "", "Cheap lamps: https://a.example https://b.example https://c.example"))
    _count_months_before()
    members = [each.id for each in list_members() if each.active and each.role == Role.PRIVACY_OFFICER]
    if members and given and given[-1] is not None:
        _answer(members[0], given[-1])


def _answer(member_id: UUID, row: Feedback) -> None:
    with acting(actor=staff_member(member_id), purpose=Purpose.SUPPORT, case=row.as_case):
        take_feedback(row)
        publish_answer(
            heard={
                "en": "The date beside each change of the statement helps.",
                "de": "Das Datum neben jeder Änderung der Erklärung hilft.",
            },
            did={
                "en": "It stays. We have put it at the foot of every page as well.",
                "de": "Es bleibt. Wir haben es auch an den Fuß jeder Seite gesetzt.",
            },
            to=row,
        )
        finish_feedback(row)


def _count_months_before() -> None:
    """Have numbers been given in the months before, so that the trends have a course; counts belong to nobody."""
    chance = random.Random(11)  # noqa: S311  invented counts
    today = clock.today()
    for back in range(1, 9):
        place = today.year * 12 + today.month - 1 - back
        month = date(place // 12, place % 12 + 1, 1)
        Tally.objects.bulk_create(
            Tally(month=month, page=page, rating=rating, count=chance.randrange(1, 4 + rating - back // 3))
            for page in ("home", "orders:shop", "statement:current")
            for rating in range(1, 6)
        )


def _say(page: str, rating: str, words: str, *, contact: str = "", wants_answer: bool = False) -> Said:
    values = {"rating": rating or None, "words": words or None, "contact": contact or None}
    mark = Mark(id=new_token()[:32], made_at=clock.now() - timedelta(minutes=1))
    return Said(page=page, values=values, wants_answer=wants_answer, mark=mark)
