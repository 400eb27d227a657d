"""Invitations by mail: wished by clients, written of the survey's own words, sent by the one delivery ledger.

A survey has one invitation and at most one reminder, which the database holds to. A mail goes to who wished to be
invited and has neither answered nor declined; that is looked up when the recipients are listed and again when each mail
is due, and no row says who was left out.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from troth.announcements.api import Blocks, Notice, NoticeClass, Particulars, submit_notice, write_notice
from troth.kernel import clock
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.ledger.api import record
from troth.surveys.actions.answering import require_client
from troth.surveys.actions.writing import lock
from troth.surveys.definition.reading import read_definition
from troth.surveys.events import Event
from troth.surveys.invited import INVITATION, REMINDER, find_mail, name_of
from troth.surveys.kinds import SurveyState
from troth.surveys.models import Invitee, Survey, Wish

PAUSE = timedelta(days=5)
"""So long, at the least, lies between the invitation and its reminder."""
_SHOWN = 110


def wish_invitations(*, wording: str = "") -> None:
    """Keep that the acting client wishes to be invited by mail, and under which words; none ends the wish."""
    subject_id = require_client()
    with transaction.atomic():
        if not wording:
            if Invitee.objects.filter(subject_id=subject_id).delete()[0]:
                record(event=Event.INVITATIONS_ENDED, subject_id=subject_id)
            return
        Wish.objects.filter(subject_id=subject_id).delete()
        _invitee, made = Invitee.objects.get_or_create(subject_id=subject_id, defaults={"wording": wording})
        if made:
            record(event=Event.INVITATIONS_WISHED, subject_id=subject_id)


def write_mail(survey: Survey, *, reminder: bool = False) -> Notice:
    """Write the invitation to an open survey, or its reminder, of the survey's own words, and hand it to another.

    Raises Refused where the survey is not open, where there is such a mail already, or where it is too early.
    """
    require_acting()
    with transaction.atomic():
        survey = lock(survey, SurveyState.OPEN)
        judge_mail(survey, reminder=reminder)
        kind = REMINDER if reminder else INVITATION
        if find_mail(survey, kind) is not None:
            raise Refused(_("There is one already."), kept=_("Nothing was changed."))
        texts = {tag: _write(survey, tag, reminder=reminder) for tag in survey.definition["languages"]}
        about = Particulars(about=name_of(survey, kind))
        return submit_notice(write_notice(NoticeClass.SURVEY, about, texts))


def judge_mail(survey: Survey, *, reminder: bool) -> None:
    """Return where an invitation or a reminder may be sent now; raise Refused where it may not."""
    if survey.state != SurveyState.OPEN or survey.closes_on <= clock.today():
        raise Refused(_("Nobody can answer it now."), kept=_("Nothing was sent."))
    if not reminder:
        return
    first = find_mail(survey, INVITATION)
    if first is None or first.frozen_at is None:
        raise Refused(_("Nobody was invited yet."), kept=_("Nothing was sent."))
    if clock.now() < first.frozen_at + PAUSE:
        raise Refused(
            _("A reminder follows its invitation after %(days)s days at the earliest.") % {"days": PAUSE.days},
            kept=_("Nothing was sent."),
        )


def _write(survey: Survey, language: str, *, reminder: bool) -> Blocks:
    with translation.override(language):
        definition = read_definition(survey.definition)
        subject = _("A reminder of a survey: %s") if reminder else _("A survey: %s")
        what = [
            definition.purpose,
            _("The survey is called “%s”.") % definition.title,
        ]
        if reminder:
            what.append(_("We asked you once before. This is the one reminder; no other follows."))
        return Blocks(
            subject=(subject % definition.title)[:_SHOWN],
            what="\n".join(what),
            effect=_("It is wholly voluntary, and so is each answer. Nothing that you have with us depends on it."),
            to_do=_("Answer it if you like. On its first page you can decline it, or wish never to be asked again."),
        )
