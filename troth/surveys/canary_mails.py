"""Invitations of an invented survey, to invented people who decided this or that, and undone: for the check."""

from email import message_from_bytes
from uuid import UUID

from django.urls import reverse

from troth.announcements.api import (
    Delivery,
    DeliveryState,
    Notice,
    NoticeClass,
    choice_of,
    keep_readers,
    list_readers,
    make_templates,
)
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.crawl import SiteBrowser
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.surveys.actions import answering, inviting
from troth.surveys.canary import Notes, invent_survey, take_part
from troth.surveys.invited import INVITATION, REMINDER, find_mail, name_of
from troth.surveys.kinds import Mode
from troth.surveys.models import Invitee, Survey

_DECISIONS = ("willing", "answered", "declined", "never", "unasked")


def walk_invitations() -> Notes:
    """Invite and remind invented people, and note who would get a mail that should not."""
    notes = Notes()
    with invent_survey(Mode.ANONYMOUS) as survey:
        people = {name: new_id() for name in _DECISIONS}
        Invitee.objects.bulk_create(Invitee(subject_id=people[name], wording="x") for name in _DECISIONS[:-1])
        with acting(actor=staff_member(new_id()), purpose=Purpose.UPKEEP):
            first = inviting.write_mail(survey)
        _expect(notes, first, people, set(people) - {"unasked"}, "an invitation")
        Notice.objects.filter(pk=first.pk).update(frozen_at=clock.now() - inviting.PAUSE)
        Delivery.objects.bulk_create(
            Delivery(notice=first, subject_id=each, state=DeliveryState.ACCEPTED) for each in people.values()
        )
        _decide(survey, people)
        _expect(notes, first, people, {"willing"}, "an invitation that is under way")
        with acting(actor=staff_member(new_id()), purpose=Purpose.UPKEEP):
            second = inviting.write_mail(survey, reminder=True)
        _expect(notes, second, people, {"willing"}, "a reminder")
        known = {find_mail(survey, kind) for kind in (INVITATION, REMINDER)}
        notes.expect(known == {first, second}, "an invitation or a reminder is lost")
        _click(notes, second, people["willing"])
    return notes


def _decide(survey: Survey, people: dict[str, UUID]) -> None:
    take_part(survey, 1, person=people["answered"])
    with acting(actor=client(people["declined"]), purpose=Purpose.SURVEYS):
        answering.decline_survey(survey)
    with acting(actor=client(people["never"]), purpose=Purpose.SURVEYS):
        answering.wish_never_to_be_asked(never=True)
    # The wish never to be asked holds by itself, also where the other one was left behind.
    Invitee.objects.get_or_create(subject_id=people["never"], defaults={"wording": "x"})


def _expect(notes: Notes, notice: Notice, people: dict[str, UUID], reached: set[str], words: str) -> None:
    """Look who is listed, and who would be kept when the mails are due."""
    listed, kept = set(list_readers(notice)), keep_readers(notice, list(people.values()))
    for name, subject_id in people.items():
        for found in (listed, kept):
            is_right = (subject_id in found) == (name in reached)
            notes.expect(is_right, f"{words} reaches, or does not reach, somebody who is {name}")


def _click(notes: Notes, notice: Notice, subject_id: UUID) -> None:
    """Read the mail as it would leave, and click in it as a mail program does."""
    for template in make_templates(notice).values():
        head, tail = template.fill(delivery_id=1, subject_id=subject_id, interest=choice_of(notice))
        mail = message_from_bytes(head + b"somebody@example.org" + tail)
        one_click = mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        notes.expect(one_click, "an invitation has no one-click")
        way = str(mail["List-Unsubscribe"] or "").strip("<>").rstrip("/").rpartition("/")[2]
        Invitee.objects.get_or_create(subject_id=subject_id, defaults={"wording": "x"})
        page = reverse("announcements:end_news", kwargs={"token": way or "none"})
        SiteBrowser().post(page, {"List-Unsubscribe": "One-Click"})
        left = Invitee.objects.filter(subject_id=subject_id).exists()
        notes.expect(not left, "the one click in an invitation ends nothing")


def count_too_many() -> int:
    """Return how many surveys had more than one invitation, or more than one reminder, that were really sent."""
    sent = Notice.objects.filter(kind=NoticeClass.SURVEY, frozen_at__isnull=False)
    abouts = list(sent.values_list("about", flat=True))
    known = {name_of(survey, kind) for survey in Survey.objects.all() for kind in (INVITATION, REMINDER)}
    return len(abouts) - len(set(abouts)) + len(set(abouts) - known)
