"""Who is reached by an invitation, and who by a reminder; the mails of a survey (``announcements.api.readers``)."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troth.announcements.api import About, Delivery, DeliveryState, Notice, NoticeClass
from troth.kernel.errors import Refused
from troth.kernel.ports import Words
from troth.ledger.api import record
from troth.surveys.events import Event
from troth.surveys.models import Invitee, Participation, Survey, Wish

INVITATION: Final = "survey"
REMINDER: Final = "survey-reminder"


def name_of(survey: Survey, kind: str) -> str:
    """Return what a notice says that it is about."""
    return f"{kind}:{survey.pk}"


def find_mail(survey: Survey, kind: str) -> Notice | None:
    """Return the invitation or the reminder of a survey, or None."""
    return Notice.objects.filter(kind=NoticeClass.SURVEY, about=name_of(survey, kind)).first()


def find_about(ref: str) -> About | None:
    """Return where the survey stands that a mail tells of (``about_finders``)."""
    if not Survey.objects.filter(pk=ref).exists():
        return None
    return About(
        public_url=reverse("surveys:survey", kwargs={"survey_id": ref}),
        public_words=gettext("Read what it is about, and decide"),
        console_url=reverse("surveys:build", kwargs={"survey_id": ref}),
    )


def list_deciders(survey: Survey, subject_ids: Sequence[UUID]) -> set[UUID]:
    """Return who of these answered this survey, or declined it, or wishes never to be asked."""
    parts = Participation.objects.filter(survey=survey, subject_id__in=subject_ids)
    never = Wish.objects.filter(subject_id__in=subject_ids)
    return {*parts.values_list("subject_id", flat=True), *never.values_list("subject_id", flat=True)}


def list_wishing(subject_ids: Sequence[UUID]) -> set[UUID]:
    """Return who of these wishes to be invited by mail."""
    return set(Invitee.objects.filter(subject_id__in=subject_ids).values_list("subject_id", flat=True))


class SurveyReaders:
    """Who is invited: those who wished it and did not decide yet; reminded: those of them who had the invitation."""

    reason: Words = _("You get this mail because you wished to be invited to surveys.")
    ending: Words = _("You get no more invitations to surveys once you press the button.")
    again: Words = _("You can wish for invitations again on your page of surveys; nobody else can wish it for you.")

    def list_all(self, notice: Notice) -> Iterable[UUID]:
        """Return whom it goes to, as it stands now."""
        survey, is_reminder = _read(notice)
        everybody = Invitee.objects.order_by("pk").values_list("subject_id", flat=True)
        for some in _in_hundreds(everybody.iterator(chunk_size=2000)):
            wanting = self.keep(notice, some)
            yield from _had_invitation(survey, wanting) if is_reminder else wanting

    def keep(self, notice: Notice, subject_ids: Sequence[UUID]) -> set[UUID]:
        """Return who of these wishes to be invited still, and did not decide meanwhile."""
        survey, _is_reminder = _read(notice)
        if survey.state != "open":
            return set()
        return list_wishing(subject_ids) - list_deciders(survey, subject_ids)

    def judge(self, notice: Notice) -> None:
        """Return where it may be sent now; raise Refused where it may not."""
        from troth.surveys.actions.inviting import judge_mail

        survey, is_reminder = _read(notice)
        judge_mail(survey, reminder=is_reminder)

    def end(self, subject_id: UUID) -> bool:
        """Take back the wish to be invited, for a client that clicked."""
        gone = Invitee.objects.filter(subject_id=subject_id).delete()[0]
        if gone:
            record(event=Event.INVITATIONS_ENDED, subject_id=subject_id)
        return bool(gone)


def _read(notice: Notice) -> tuple[Survey, bool]:
    kind, _colon, ref = notice.about.partition(":")
    survey = Survey.objects.filter(pk=ref).first()
    if survey is None:
        raise Refused(gettext("There is no such survey."), kept=gettext("Nothing was sent."))
    return survey, kind == REMINDER


def _had_invitation(survey: Survey, subject_ids: set[UUID]) -> set[UUID]:
    rows = Delivery.objects.filter(
        notice__about=name_of(survey, INVITATION), state=DeliveryState.ACCEPTED, subject_id__in=subject_ids
    )
    return {each for each in rows.values_list("subject_id", flat=True) if each}


def _in_hundreds(ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    some: list[UUID] = []
    for each in ids:
        some.append(each)
        if len(some) == 500:
            yield some
            some = []
    if some:
        yield some
