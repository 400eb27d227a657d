"""The first step: a mail's bytes are stored, sealed, before anything looks at them."""

import hashlib
from uuid import UUID

from django.db import IntegrityError, transaction

from troth.kernel.acting import acting, system
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.support import jobs
from troth.support.events import Event
from troth.support.models import InboundMail
from troth.support.models.inbox import LARGEST_MAIL
from troth.support.words import Cause, MailState

HANDED_IN = "handed-in"
"""The source of mails that a mail server hands to us, by a pipe, LMTP or the demo's mailbox."""


def store_mail(raw: bytes, *, source: str, key: str) -> UUID | None:
    """Store a mail once; return its id, or None where it was stored before.

    Of one that is too large only the beginning is kept, and it is set apart.

    Arguments:
        raw: the bytes as they came.
        source: the mailbox that it came from.
        key: what names it there, such as ``UIDVALIDITY:UID``.
    """
    from troth.support.tasks import file_mail

    too_large = len(raw) > LARGEST_MAIL
    mail = InboundMail(
        subject_id=new_id(),
        source=source,
        key=key,
        size=len(raw),
        digest=hashlib.sha256(raw).hexdigest(),
        state=MailState.QUARANTINED if too_large else MailState.STORED,
        cause=Cause.TOO_LARGE if too_large else "",
    )
    mail.raw = raw[:LARGEST_MAIL]
    if InboundMail.objects.filter(source=source, key=key).exists():
        return None
    try:
        with acting(actor=system(jobs.INTAKE), purpose=Purpose.SUPPORT), transaction.atomic():
            mail.save()
            record(
                event=Event.MAIL_STORED,
                subject_id=mail.subject_id,
                object_type="support.InboundMail",
                object_id=str(mail.id),
            )
            if not too_large:
                file_mail.enqueue(mail_id=str(mail.id))
    except IntegrityError:
        return None
    return mail.id


def take_mail(raw: bytes) -> UUID | None:
    """Store a mail that a mail server hands to us; the same bytes a second time are the same mail.

    They hold the moment and the way of their delivery, so that two inquiries of the same words are two mails.
    """
    return store_mail(raw, source=HANDED_IN, key=hashlib.sha256(raw).hexdigest())
