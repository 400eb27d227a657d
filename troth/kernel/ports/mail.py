"""One mail to one client, and who carries it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from troth.kernel.errors import NotConfigured
from troth.kernel.ports.registry import Registry
from troth.kernel.purposes import Purpose


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one client, rendered and ready to go.

    Arguments:
        subject_id: whom it is to and about.
        to: the address.
        subject: the subject line; never a personal value.
        text: the plain-text body.
        html: the HTML body, nothing remote in it.
        kind: the message's name, such as ``accounts.welcome``.
        purpose: why it is sent.
        fields: the names of the personal values that it carries, such as ``("name", "email")``.
        message_id: kept on a retry, so that a receiver sees a repeat as one.
        reply_to: the address to which an answer is asked; empty for the operator's support address.
        automatic: whether a program wrote it (RFC 3834); an answer that a person wrote is not.
    """

    subject_id: UUID
    to: str
    subject: str
    text: str
    html: str
    kind: str
    purpose: Purpose
    fields: tuple[str, ...]
    message_id: str = ""
    reply_to: str = ""
    automatic: bool = True


class NotSent(OSError):
    """The relay was not reached, or said no: nothing was sent, and the same mail may be tried again.

    Any other failure leaves it open whether the mail arrived: the line broke after the relay had it, say.
    """


class Courier(Protocol):
    """Hands a letter to the mail relay, with a row in the ledger of what left before the bytes do (A6)."""

    def send(self, letter: Letter) -> None:
        """Send the letter; raise NotSent where the relay refuses or cannot be reached, so that it is tried again."""


courier: Registry[str, Courier] = Registry("courier")


def send_letter(letter: Letter) -> None:
    """Send through the registered courier; raise NotConfigured where there is none."""
    mail = courier.get("mail")
    if mail is None:
        raise NotConfigured("No mail courier is registered.")
    mail.send(letter)


bounce_takers: Registry[str, Callable[[str, bytes], bool]] = Registry("taker of bounces")
"""Name → takes a mail that came to a return path (the address, the mail's bytes); False where the path is none of its.

What is taken is no inquiry: the help desk keeps nothing of it.
"""
