"""Invented notices, carried as far as their first mail and undone: for the checks (A12)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from uuid import UUID

from troth.announcements import drafting, running, texts
from troth.announcements.drafting import Blocks, Particulars
from troth.announcements.kinds import MOST_CORRECTIONS, DeliveryState, NoticeClass, NoticeState, Reason
from troth.announcements.models import Delivery, Notice, NoticeReview, NoticeText
from troth.announcements.readers import choice_of
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.operator import read_operator
from troth.kernel.ports import Observation
from troth.kernel.purposes import Purpose
from troth.kernel.undoing import undone
from troth.staff.api import Role, StaffMember, invent_member

_WORDS = Blocks("An invented notice", "It tells of nothing, and is never sent.")


@dataclass
class Notes:
    """What a walk has found so far."""

    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, held: object, otherwise: str) -> None:
        """Count one thing, and note what is wrong where it is not as it should be."""
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def expect_refused(self, act: Callable[[], object], otherwise: str) -> None:
        """Count one refusal."""
        try:
            act()
        except Refused:
            self.examined += 1
        else:
            self.examined += 1
            self.failures.append(otherwise)

    def observation(self) -> Observation:
        """Return what was seen."""
        return Observation(examined=self.examined, failures=self.failures)


def write_invented(author: UUID, kind: NoticeClass = NoticeClass.SERVICE, **more: object) -> Notice:
    """Return an invented notice that stands as approved, though nobody has read it."""
    particulars = Particulars(
        reason=Reason.MAINTENANCE if kind == NoticeClass.SERVICE else "",
        interest=next(iter(read_operator().interests)) if kind == NoticeClass.NEWS else "",
        **more,  # type: ignore[arg-type]
    )
    words = dict.fromkeys(read_operator().languages, _WORDS)
    with acting(actor=staff_member(author), purpose=Purpose.UPKEEP):
        notice = drafting.submit_notice(drafting.write_notice(kind, particulars, words))
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.APPROVED)
    return Notice.objects.get(pk=notice.pk)


def approve(notice: Notice, reviewer: UUID) -> None:
    """Write that somebody approved the text as it stands."""
    NoticeReview.objects.create(notice=notice, reviewer=str(reviewer), content_hash=notice.content_hash, approved=True)


def hire_reviewer() -> UUID:
    """Return the id of an invented member who may review."""
    return invent_member(Role.REVIEWER).id


def walk_review() -> Observation:
    """Try to send what nobody, or its author, or somebody of an earlier text approved; then what another did.

    And what was approved long ago, or by somebody who may not review any more.
    """
    notes, author = Notes(), new_id()
    with undone(), acting(actor=staff_member(author), purpose=Purpose.UPKEEP):
        # What was really announced counts for nobody here: the number of the year is looked at by another walk.
        Notice.objects.all().update(frozen_at=None)
        notice = write_invented(author)
        notes.expect_refused(lambda: running.begin_notice(notice), "a notice goes out that nobody reviewed")
        approve(notice, author)
        notes.expect_refused(lambda: running.begin_notice(notice), "a notice goes out that its author alone approved")
        reviewer = hire_reviewer()
        approve(notice, reviewer)
        NoticeText.objects.filter(notice=notice).update(what="Another text.")
        notes.expect_refused(
            lambda: running.begin_notice(notice), "a notice goes out that was changed after its review"
        )
        NoticeText.objects.filter(notice=notice).update(what=_WORDS.what)
        member, word = StaffMember.objects.filter(pk=reviewer), notice.reviews.filter(reviewer=str(reviewer))
        lapsed = clock.now() - timedelta(days=read_operator().numbers.approval_days)
        spoilt: list[tuple[Callable[[], object], Callable[[], object], str]] = [
            (lambda: member.update(active=False), lambda: member.update(active=True), "by somebody who has left"),
            (
                lambda: member.update(role=Role.SERVICE),
                lambda: member.update(role=Role.REVIEWER),
                "by somebody who may not review any more",
            ),
            (lambda: word.update(at=lapsed), lambda: word.update(at=clock.now()), "too long ago"),
        ]
        for spoil, mend, otherwise in spoilt:
            spoil()
            notes.expect_refused(
                lambda: running.begin_notice(notice), f"a notice goes out that was approved {otherwise}"
            )
            mend()
        with suppress(Refused):
            running.begin_notice(notice)
        begun = Notice.objects.get(pk=notice.pk).state == NoticeState.FREEZING
        notes.expect(begun, "what another approved cannot be sent")
    return notes.observation()


def walk_budget() -> Observation:
    """Try to send one more announcement than the numbers allow, by the year and by the week."""
    notes, author, client = Notes(), new_id(), new_id()
    a_year = read_operator().numbers.service_announcements_per_year
    for days, count, words in (
        (300, a_year, "a client gets more announcements in a year than the statement says"),
        (3, 1, "a client gets two announcements in a week"),
    ):
        with undone(), acting(actor=staff_member(author), purpose=Purpose.UPKEEP):
            Notice.objects.all().update(frozen_at=None)
            for _notice in range(count):
                send_invented(author, client, days=days)
            notice = write_invented(author)
            approve(notice, hire_reviewer())
            notes.expect_refused(lambda notice=notice: running.begin_notice(notice), words)  # type: ignore[misc]
    return notes.observation()


def walk_corrections() -> Observation:
    """Try to correct an announcement once more than is allowed, and one of which what it told of is past."""
    notes, author = Notes(), new_id()
    for days, count, words in (
        (2, MOST_CORRECTIONS, "an announcement is corrected more often than is said"),
        (30, 0, "an announcement is corrected of which what it told of is past"),
    ):
        with undone(), acting(actor=staff_member(author), purpose=Purpose.UPKEEP):
            corrected = send_invented(author, new_id(), days=days)
            for _correction in range(count):
                send_invented(author, new_id(), days=1, corrects=corrected)
            notice = write_invented(author, corrects=corrected)
            approve(notice, hire_reviewer())
            notes.expect_refused(lambda notice=notice: running.begin_notice(notice), words)  # type: ignore[misc]
    return notes.observation()


def send_invented(author: UUID, client: UUID, *, days: int, corrects: Notice | None = None) -> Notice:
    """Write that an announcement, or what corrects one, went to one client so many days ago."""
    notice, at = write_invented(author, corrects=corrects), clock.now() - timedelta(days=days)
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.CLOSED, frozen_at=at, frozen_count=1, ended_at=at)
    Delivery.objects.create(notice=notice, subject_id=client, state=DeliveryState.ACCEPTED, ended_at=at)
    return Notice.objects.get(pk=notice.pk)


def read_mails(kind: NoticeClass) -> list[Message]:
    """Return the mail of an invented notice of this class in each language, as its bytes would leave."""
    mails = []
    with undone():
        notice = write_invented(new_id(), kind)
        for template in texts.make_templates(notice).values():
            head, tail = template.fill(delivery_id=1, subject_id=new_id(), interest=choice_of(notice))
            mails.append(message_from_bytes(head + b"somebody@example.org" + tail))
    return mails
