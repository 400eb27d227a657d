"""A mail that came back is known by its signed path; a forged one, and a note from a holiday, change nothing."""

import pytest

from troth.accounts.api import Doubt
from troth.announcements.bounces import read_kind, take_bounce
from troth.announcements.models import Bounce, Delivery
from troth.announcements.sending import Sender
from troth.announcements.tokens import make_return_path
from troth.support.mailin import filing
from troth.support.mailin.storing import store_mail
from troth.support.models import Case, InboundMail

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def report(*, to="bounce@example.com", action="failed", status="5.1.1"):
    return (
        "From: MAILER-DAEMON@example.org\r\n"
        f"To: {to}\r\nSubject: Undelivered\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; ada@example.org\r\nAction: {action}\r\nStatus: {status}\r\n\r\n--b--\r\n"
    ).encode()


@pytest.fixture
def delivery(ada, begin, mailbox):
    notice = begin()
    Sender(notice).run(windows=5)
    return Delivery.objects.get(notice=notice, subject_id=ada.id)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (report(), Bounce.HARD),
        (report(status="4.2.2"), Bounce.SOFT),
        (report(action="delayed", status="4.4.1"), Bounce.SOFT),
        (report(action="delivered", status="2.0.0"), ""),
        (
            b"From: ada@example.org\r\nSubject: I am on holiday\r\nAuto-Submitted: auto-replied\r\n\r\nUntil May.\r\n",
            "",
        ),
        (b"", ""),
        (b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\nno parts", ""),
    ],
)
def test_a_report_is_read_and_anything_else_is_none(raw, kind):
    assert read_kind(raw) == kind


def test_a_bounce_is_noted_once_on_the_delivery(delivery):
    path = make_return_path(delivery.pk)
    assert take_bounce(path, report())
    assert take_bounce(path, report())
    delivery.refresh_from_db()
    assert (delivery.bounced, Bounce.objects.count()) == (Bounce.HARD, 1)


def test_a_forged_path_changes_nothing(delivery):
    assert not take_bounce(make_return_path(delivery.pk).replace("-", "-0", 1), report())
    delivery.refresh_from_db()
    assert not delivery.bounced
    assert not Bounce.objects.exists()


def test_a_bounce_that_comes_by_mail_is_no_inquiry(delivery):
    path = make_return_path(delivery.pk)
    mail_id = store_mail(report(to=path), source="imap:test/INBOX", key="1:1")
    assert filing.file_mail(mail_id)
    delivery.refresh_from_db()
    assert delivery.bounced == Bounce.HARD
    assert not InboundMail.objects.exists()
    assert not Case.objects.exists()


def test_one_for_good_outweighs_one_for_now(delivery):
    path = make_return_path(delivery.pk)
    take_bounce(path, report())
    take_bounce(path, report(action="delayed", status="4.4.1"))
    delivery.refresh_from_db()
    assert delivery.bounced == Bounce.HARD


def test_a_bounce_for_good_makes_the_address_doubtful_and_one_for_now_does_not(delivery, ada):
    path = make_return_path(delivery.pk)
    take_bounce(path, report(status="4.2.2"))
    assert not Doubt.objects.filter(subject_id=ada.id)
    take_bounce(path, report())
    assert [doubt.what for doubt in Doubt.objects.filter(subject_id=ada.id)] == ["email"]
