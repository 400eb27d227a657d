"""Hands mails to the mail relay (``kernel.ports.courier``).

The row in the ledger is committed before the first byte leaves, so that no mail can go that the client does not see; a
try that failed after it stands there as well, since the relay may have read what it then refused (A6).
"""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from troth.kernel.acting import acting, require_acting
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import Letter
from troth.ledger.api import record
from troth.processors.events import Event

MAIL_RELAY = "mail-relay"
"""The relay's key in the ledger; its name in words is "Mail relay"."""
INFORMED = "informed"
"""The ground: the client was told beforehand that mails to it go through a relay (A6)."""
_SHORTEST_TELLTALE = 3


class MailCourier:
    """Sends a letter by the site's mail server (``EMAIL_URL``)."""

    def send(self, letter: Letter) -> None:
        """Record the disclosure and send.

        Raises Refused for a header that would hold a personal value; and what the mail server's connection raises.
        """
        message = build_message(letter)
        with acting(actor=require_acting().actor, purpose=letter.purpose), transaction.atomic(durable=True):
            record(
                event=Event.MAIL_SENT,
                subject_id=letter.subject_id,
                fields=letter.fields,
                object_type=letter.kind,
                object_id=letter.message_id,
                recipient=MAIL_RELAY,
                ground=INFORMED,
            )
        message.send(using="default")


def build_message(letter: Letter) -> EmailMultiAlternatives:
    """Return the mail: text first, HTML as its alternative, and in the headers nothing personal but the address."""
    operator = read_operator()
    headers = {
        "Message-ID": f"<{letter.message_id}@{settings.ENVIRONMENT.site_host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if _tells(letter.subject, letter.to):
        raise Refused("A mail's subject holds the address that it goes to; it was not sent.")
    return EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=f'"{operator.short_name}" <{operator.mail.from_address}>',
        to=[letter.to],
        reply_to=[operator.contacts.support_email],
        headers=headers,
        alternatives=[(letter.html, "text/html")],
    )


def _tells(subject: str, address: str) -> bool:
    local = address.rpartition("@")[0]
    return address in subject or (len(local) > _SHORTEST_TELLTALE and local in subject.split())
