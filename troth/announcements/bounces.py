"""Mails that came back. Known by the signed return path alone, and read by the form that mail servers agreed on.

A bounce that anybody could forge would let anybody mark a client's address as wrong; a note that somebody is on
holiday is no bounce. So a mail counts only where it came to a return path that we made, and where it is a report of
delivery (RFC 3464) that says of its one mail that it failed.
"""

from email import message_from_bytes
from email.message import Message
from email.policy import default as policy

from django.db import transaction

from troth.accounts.api import Account, DoubtCause, doubt_detail
from troth.announcements.events import Event
from troth.announcements.jobs import SENDER
from troth.announcements.kinds import DeliveryState
from troth.announcements.models import Bounce, Delivery
from troth.announcements.tokens import read_return_path
from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose
from troth.ledger.api import record

_SENT = (DeliveryState.ACCEPTED, DeliveryState.INFLIGHT, DeliveryState.UNCERTAIN)


def take_bounce(address: str, raw: bytes) -> bool:
    """Note a mail that came to a return path of ours; return whether the path is one.

    Arguments:
        address: to which it came.
        raw: the mail.

    The same bounce twice is one. What came to a genuine path and is no report of a failure changes nothing.
    """
    number = read_return_path(address)
    if number is None:
        return False
    delivery = Delivery.objects.filter(pk=number, state__in=_SENT).first()
    kind = read_kind(raw)
    if delivery is not None and kind:
        note_bounce(delivery, kind)
    return True


def note_bounce(delivery: Delivery, kind: str) -> bool:
    """Note that a mail came back, for good or for now; return whether that is news; for good is said for good."""
    if delivery.subject_id is None:
        return False
    with transaction.atomic(), acting(actor=system(SENDER), purpose=Purpose.UPKEEP):
        _bounce, is_news = Bounce.objects.get_or_create(
            delivery=delivery, kind=kind, defaults={"subject_id": delivery.subject_id}
        )
        if is_news:
            if kind == Bounce.HARD and Account.objects.filter(pk=delivery.subject_id).exists():
                doubt_detail(delivery.subject_id, what="email", cause=DoubtCause.MAIL_BOUNCED)
            if delivery.bounced != Bounce.HARD:
                Delivery.objects.filter(pk=delivery.pk).update(bounced=kind)
            record(
                event=Event.MAIL_BOUNCED,
                subject_id=delivery.subject_id,
                object_type="announcements.Delivery",
                object_id=str(delivery.pk),
                ground=kind,
            )
    return is_news


def read_kind(raw: bytes) -> str:
    """Return ``hard`` or ``soft``, or nothing where the mail does not report a failure (RFC 3464, section 2.3)."""
    try:
        mail = message_from_bytes(raw, policy=policy)
        if mail.get_content_type() != "multipart/report" or mail.get_param("report-type") != "delivery-status":
            return ""
        reports = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
        blocks = [block for report in reports for block in report.get_payload() if isinstance(block, Message)]
        failed = [str(b["Status"]) for b in blocks if str(b["Action"] or "").strip().lower() == "failed"]
        delayed = [str(b["Status"]) for b in blocks if str(b["Action"] or "").strip().lower() == "delayed"]
    except Exception:
        return ""
    if any(status.strip().startswith("5") for status in failed):
        return Bounce.HARD
    return Bounce.SOFT if failed or delayed else ""
