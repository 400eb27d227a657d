"""Mails of the house to itself.

They hold no personal value and go to the operator's own address, so they are no disclosure and leave no row.
"""

from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage

from troth.kernel.operator import read_operator
from troth.processors.network import speaking_to
from troth.processors.standing import find_mail_server


def send_alert(*, subject: str, text: str) -> None:
    """Send a plain mail to the operator's information address.

    Arguments:
        subject: the subject line.
        text: the body; ids, names of checks and counts, never a value.

    Raises what the mail server's connection raises, so that the task is tried again.
    """
    operator = read_operator()
    mail = EmailMessage(
        subject=subject,
        body=text,
        from_email=f'"{operator.short_name}" <{operator.mail.from_address}>',
        to=[operator.contacts.information_email],
        headers={
            "Message-ID": make_msgid(domain=settings.ENVIRONMENT.site_host),
            "Auto-Submitted": "auto-generated",
        },
    )
    with speaking_to([find_mail_server()]):
        mail.send(using="default")
