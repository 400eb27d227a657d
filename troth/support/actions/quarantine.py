"""What a person does with a mail that was set apart: take it as the inquiry of a stranger, or discard it."""

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel.acting import ActorKind, acting, require_acting, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.support import jobs
from troth.support.events import Event
from troth.support.mailin.filing import open_new, open_raw
from troth.support.mailin.reading import Unreadable, as_file, read_mail
from troth.support.models import Case, InboundMail
from troth.support.words import MailState, Trust


def admit_mail(mail: InboundMail) -> Case:
    """Make a case of a mail that was set apart. Its sender stays a stranger, and no thread of anybody is joined.

    One that our program cannot read comes as the file that it is, for a person to read.
    """
    _require_staff(mail)
    with acting(actor=system(jobs.INTAKE), purpose=Purpose.SUPPORT):
        raw = open_raw(mail)
        try:
            read = read_mail(raw)
        except Unreadable as error:
            read = as_file(raw, cause=error.cause)
    with transaction.atomic():
        with acting(actor=system(jobs.INTAKE), purpose=Purpose.SUPPORT):
            case, _message = open_new(mail, read, trust=Trust.STRANGER, raw=raw)
        record(event=Event.CASE_OPENED, subject_id=case.subject_id, object_type="support.Case", object_id=str(case.id))
    return case


def discard_mail(mail: InboundMail) -> None:
    """Discard a mail that was set apart; its bytes go after their term, and the row says who did it."""
    _require_staff(mail)
    with transaction.atomic():
        InboundMail.objects.filter(pk=mail.pk).update(state=MailState.DISCARDED)
        record(
            event=Event.MAIL_DISCARDED,
            subject_id=mail.subject_id,
            object_type="support.InboundMail",
            object_id=str(mail.id),
        )


def _require_staff(mail: InboundMail) -> None:
    if require_acting().actor.kind is not ActorKind.STAFF:
        raise AccessDenied(_("Mails that were set apart are sorted by staff."))
    if mail.state != MailState.QUARANTINED:
        raise Refused(_("A colleague has sorted this mail already."), kept=_("It is as they left it."))
