"""Hands mails to the mail relay (``kernel.ports.courier``), through the one door out like any other value.

The row of the disclosure is committed before the first byte leaves, so that no mail can go that the client does not
see; a try that failed after it stands there as well, since the relay may have read what it then refused (A6).
"""

from dataclasses import replace
from email.message import EmailMessage
from smtplib import SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers

from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import Letter, NotSent, require_contact_allowed
from troth.processors.egress import send
from troth.processors.events import Event
from troth.processors.payload import Carrying
from troth.processors.schema import Operation, Written, matching
from troth.processors.standing import find_mail_server
from troth.ui.api import name_boundaries

MAIL_RELAY = "mail-relay"
"""The relay's key in the register."""
SEND_MAIL = Operation(
    name="mail.send",
    purpose=None,
    schema={"to": Written(), "subject": matching(r"[^\n\r]*"), "text": Written(), "html": Written()},
    event=Event.MAIL_SENT,
)
_DETAILS = "accounts.Profile"
"""A letter names values of the client's details by their bare names, and those of other tables by whole labels."""
_SHORTEST_TELLTALE = 3


class MailCourier:
    """Sends a letter by the site's mail server (``EMAIL_URL``)."""

    def send(self, letter: Letter) -> None:
        """Write the disclosure and send.

        Raises Refused for a mail that no decision of the gate allows (G3), and for a header that would hold a personal
        value; SendRefused where the door stays shut; and what the mail server's connection raises.
        """
        require_contact_allowed(letter)
        message = build_message(letter)
        labels = tuple(name if "." in name else f"{_DETAILS}.{name}" for name in letter.fields)
        send(
            replace(SEND_MAIL, name=letter.kind),
            processor=MAIL_RELAY,
            host=find_mail_server(),
            subject_id=letter.subject_id,
            payload={
                "to": Carrying(letter.to, labels),
                "subject": letter.subject,
                "text": Carrying(letter.text, labels),
                "html": Carrying(letter.html, labels),
            },
            call=lambda _body: hand_to_relay(message),
            purpose=letter.purpose,
            reference=letter.message_id,
        )


def hand_to_relay(message: EmailMultiAlternatives) -> None:
    """Hand one mail to the mail server.

    Raises NotSent where surely nothing was sent: the server was not reached, or answered that it does not take it.
    """
    mailer = mailers["default"]
    try:
        mailer.open()
    except OSError as error:
        raise NotSent(type(error).__name__) from None
    try:
        mailer.send_messages([message])
    except (SMTPResponseException, SMTPRecipientsRefused, SMTPNotSupportedError) as error:
        # Their text may quote the address.
        raise NotSent(type(error).__name__) from None
    finally:
        mailer.close()


class HouseMail(EmailMultiAlternatives):
    """A mail of ours, whose parts are parted by names of our own."""

    def message(self, **options: Any) -> EmailMessage:
        """Return the mail as it leaves."""
        message: EmailMessage = super().message(**options)
        name_boundaries(message)
        return message


def build_message(letter: Letter) -> EmailMultiAlternatives:
    """Return the mail: text first, HTML as its alternative, and in the headers nothing personal but the address."""
    operator = read_operator()
    headers = {
        "Message-ID": f"<{letter.message_id}@{settings.ENVIRONMENT.site_host}>",
    }
    if letter.automatic:
        headers |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if _tells(letter.subject, letter.to):
        raise Refused("A mail's subject holds the address that it goes to; it was not sent.")
    return HouseMail(
        subject=letter.subject,
        body=letter.text,
        from_email=f'"{operator.short_name}" <{operator.mail.from_address}>',
        to=[letter.to],
        reply_to=[letter.reply_to or operator.contacts.support_email],
        headers=headers,
        alternatives=[(letter.html, "text/html")],
    )


def _tells(subject: str, address: str) -> bool:
    local = address.rpartition("@")[0]
    return address in subject or (len(local) > _SHORTEST_TELLTALE and local in subject.split())
