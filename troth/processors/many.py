"""The one door out for mail to many: each mail is judged and written down as one alone is, in a few commits for all.

A commit takes longer than a mail. So a window of mails goes through the door together: the organisation is judged once,
each client's ground by itself; the looks are committed, then the disclosures, then the mails go one by one over one
connection, then their outcomes are noted. What one mail costs is then a few rows and no commit of its own.

The pieces are texts that are nobody's, written beforehand, with places for the few things that differ: a mail to many
carries no value but the address it goes to.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import idna
from django.conf import settings
from django.db import transaction

from troth.disclosures.api import Informed, OutcomeState, note_outcomes
from troth.kernel.acting import acting, require_acting
from troth.kernel.errors import CannotOpen
from troth.kernel.purposes import Purpose
from troth.processors.courier import MAIL_RELAY
from troth.processors.egress import Attempt, Departure, current_rehearsal
from troth.processors.errors import ABOUT_ONE_CLIENT, SendRefused
from troth.processors.events import Event
from troth.processors.models import Processor
from troth.processors.network import speaking_to
from troth.processors.refusals import note_refusal
from troth.processors.schema import Operation, Personal, Place, reference
from troth.processors.standing import find_mail_server
from troth.vault.api import Opened, SealedModel

_SCHEMA: Mapping[str, Place] = {"to": Personal("user.contact.email", required=True), "reference": reference()}
_HELLO_AGAIN = 100
"""After so many mails over one connection a new one is made: many servers allow no more."""
DEFAULT_TIMEOUT = 20
"""Seconds."""
_ODD = re.compile(r"[\x00-\x20<>\x7f]")
"""What an address cannot have; it was checked when it was given, and stands in a header and a command here."""
_NOT_NOW = 400
_NEVER = 500
_NO_SUCH_NAME = 553


class Fate(StrEnum):
    """What became of a mail."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"  # not now: nothing was taken, and it can be tried again
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"  # the connection broke when the server may have had all of it
    REFUSED = "refused"  # our own door stayed shut, or the address does not open; nothing left


@dataclass(frozen=True, slots=True)
class ManyMail:
    """One mail of a window.

    Arguments:
        row: the client's row with the address, unopened.
        reference: our id of the delivery, letters, digits, ``_`` and ``-``.
        return_path: where bounces go; nothing personal in it.
        make: returns the mail before and after the address in its ``To:``, as bytes with CRLF; it is given the opened
            values, of which the address is one, so as to choose a language by another.
    """

    row: SealedModel
    reference: str
    return_path: str
    make: Callable[[Opened], tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one mail.

    Arguments:
        fate: how it ended.
        code: the server's three digits, or 0; its text may repeat the address and is not kept.
    """

    fate: Fate
    code: int = 0


@dataclass(frozen=True, slots=True)
class _Ready:
    """A mail that may go, with the opened address."""

    attempt: Attempt
    mail: ManyMail
    address: str
    content: bytes


class Relay:
    """One connection to the mail server, made when it is needed and used again."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, *, return_path: str, address: str, content: bytes) -> Answer:
        """Hand over one mail and say what became of it; where that is not known, say so."""
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException):
            self.close()
            return Answer(Fate.DEFERRED)
        given = False
        try:
            _address(server, return_path, address)
            code, _words = server.docmd("DATA")
            if code != 354:
                raise smtplib.SMTPResponseException(code, "")
            given = True
            server.send(_escape_dots(content))
            code, _words = server.getreply()
            given = False
            self._sent += 1
            return _judge_code(code)
        except smtplib.SMTPResponseException as error:
            with suppress(OSError, smtplib.SMTPException):
                server.rset()
            return _judge_code(error.smtp_code)
        except (OSError, smtplib.SMTPException):
            self.close()
            return Answer(Fate.UNCERTAIN if given else Fate.DEFERRED)

    def close(self) -> None:
        """Say good-bye, if there is anybody to say it to."""
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
        self._server, self._sent = None, 0

    def _connect(self) -> smtplib.SMTP:
        if self._sent >= _HELLO_AGAIN:
            self.close()
        if self._server is None:
            self._server = _open_connection(settings.MAILERS["default"].get("OPTIONS", {}))
        return self._server


def _address(server: smtplib.SMTP, return_path: str, address: str) -> None:
    """Name sender and receiver; raise SMTPResponseException where the server will have neither."""
    options = ["BODY=8BITMIME"] if server.has_extn("8bitmime") else []
    if not address.isascii():
        if not server.has_extn("smtputf8"):
            raise smtplib.SMTPResponseException(_NO_SUCH_NAME, "")
        server.command_encoding = "utf-8"
        options.append("SMTPUTF8")
    code, _words = server.mail(return_path, options)
    if code < _NOT_NOW:
        code, _words = server.rcpt(address)
    if code >= _NOT_NOW or code < 0:
        raise smtplib.SMTPResponseException(code, "")


def send_together(  # noqa: PLR0913  each keyword is one thing that is judged or used
    mails: Sequence[ManyMail],
    *,
    attribute: str,
    beside: Sequence[str] = (),
    operation: str,
    purpose: Purpose,
    relay: Relay,
) -> list[Answer]:
    """Send a window of mails through the one door out; return what became of each, in order.

    Arguments:
        mails: the mails; each goes to the client whose row it has.
        attribute: the name of the row's attribute that holds the address.
        beside: the names of further values that ``ManyMail.make`` chooses by; they do not leave.
        operation: what it is, such as ``announcements.service``.
        purpose: why.
        relay: the connection, kept by the caller for the next window.

    Call it outside of any transaction, acting as a job that may open the addresses. Raises SendRefused where the
    organisation itself may not receive; AccessDenied where the door in stays shut. Nothing was sent then.
    """
    if not mails:
        return []
    context, host = require_acting(), find_mail_server()
    kind = Operation(name=operation, purpose=purpose, schema=_SCHEMA, event=Event.MAIL_SENT)
    attempts = [
        Attempt(operation=kind, key=MAIL_RELAY, host=host, subject_id=mail.row.subject_id, purpose=purpose)
        for mail in mails
    ]
    entry, judged = _judge(attempts, mails, attribute)
    answers: dict[str, Answer] = {mail.reference: Answer(Fate.REFUSED) for mail in mails}
    with acting(actor=context.actor, purpose=purpose, case=context.case):
        window = _open_addresses([(attempts[number], mails[number]) for number in judged], [attribute, *beside])
        disclosures = _write(entry, window)
        with speaking_to([host]):
            for ready, disclosure_id in zip(window, disclosures, strict=True):
                answers[ready.mail.reference] = _hand_over(ready, disclosure_id, relay)
        _note(window, disclosures, answers)
    return [answers[mail.reference] for mail in mails]


def _judge(
    attempts: Sequence[Attempt], mails: Sequence[ManyMail], attribute: str
) -> tuple[Processor | None, list[int]]:
    """Judge the organisation by the first, and each client; return the entry and the numbers of those that may go."""
    entry: Processor | None = None
    judged: list[int] = []
    for number, (attempt, mail) in enumerate(zip(attempts, mails, strict=True)):
        payload = {"to": getattr(mail.row, attribute), "reference": mail.reference}
        try:
            if judged:
                attempt.judge_like(attempts[judged[0]], payload, Informed())
            else:
                entry = attempt.judge(payload, Informed())
        except SendRefused as refusal:
            note_refusal(refusal)
            if refusal.cause not in ABOUT_ONE_CLIENT:
                raise
        else:
            judged.append(number)
    return entry, judged


def _open_addresses(window: Sequence[tuple[Attempt, ManyMail]], names: Sequence[str]) -> list[_Ready]:
    """Open the values, address first, with one commit for all looks; leave out whose record does not open."""
    rows = [mail.row for _attempt, mail in window]
    opened = type(rows[0]).open_together(rows, *names) if rows else []
    ready = []
    for (attempt, mail), values in zip(window, opened, strict=True):
        if isinstance(values, CannotOpen) or not (address := values[names[0]]) or _ODD.search(address):
            continue
        address = _name_domain(address)
        head, tail = mail.make(values)
        ready.append(_Ready(attempt, mail, address, head + address.encode() + tail))
    return ready


def _write(entry: Processor | None, window: Sequence[_Ready]) -> list[UUID]:
    """Write the disclosures and commit them before the first byte leaves; return their ids."""
    if entry is None or not window:
        return []
    with transaction.atomic(durable=current_rehearsal() is None):
        return [each.attempt.write(entry, _labels(each.attempt), reference=each.mail.reference) for each in window]


def _labels(attempt: Attempt) -> tuple[str, ...]:
    return attempt.list_labels({leaf.path: leaf.value for leaf in attempt.leaves})


def _hand_over(ready: _Ready, disclosure_id: UUID, relay: Relay) -> Answer:
    take = current_rehearsal()
    if take is None:
        return relay.send(return_path=ready.mail.return_path, address=ready.address, content=ready.content)
    body = {"to": ready.address, "mail": ready.content}
    attempt = ready.attempt
    take(Departure(attempt.key, attempt.operation.name, attempt.host, _labels(attempt), body, disclosure_id))
    return Answer(Fate.ACCEPTED)


def _note(window: Sequence[_Ready], disclosures: Sequence[UUID], answers: Mapping[str, Answer]) -> None:
    """Note what became of each; of what is uncertain nothing is noted, as of a mail during which we were killed."""
    states = {
        disclosure_id: OutcomeState.ACCEPTED
        if answers[ready.mail.reference].fate is Fate.ACCEPTED
        else OutcomeState.FAILED
        for ready, disclosure_id in zip(window, disclosures, strict=True)
        if answers[ready.mail.reference].fate is not Fate.UNCERTAIN
    }
    note_outcomes(states)


def _open_connection(options: Mapping[str, Any]) -> smtplib.SMTP:
    """Connect as Django's own backend does, with the same options (``EMAIL_URL``)."""
    host, port = options.get("host", "localhost"), options.get("port", 25)
    timeout = options.get("timeout") or DEFAULT_TIMEOUT
    if options.get("use_ssl"):
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=timeout)
    if options.get("use_tls"):
        server.starttls(context=ssl.create_default_context())
    server.ehlo_or_helo_if_needed()
    if options.get("username"):
        server.login(options["username"], options["password"])
    return server


def _judge_code(code: int) -> Answer:
    """Return what a reply to the mail means (RFC 5321, section 4.2.1)."""
    if code >= _NEVER:
        return Answer(Fate.REJECTED, code)
    return Answer(Fate.DEFERRED if code >= _NOT_NOW or code < 0 else Fate.ACCEPTED, max(code, 0))


def _escape_dots(message: bytes) -> bytes:
    """Return the mail as DATA wants it: a line that begins with a dot has one more (RFC 5321, 4.5.2)."""
    body = message.replace(b"\r\n.", b"\r\n..")
    return body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")


def _name_domain(address: str) -> str:
    """Return the address with its domain as the mail servers of the world know it (RFC 5891)."""
    local, _at, domain = address.rpartition("@")
    with suppress(idna.IDNAError):
        domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    return f"{local}@{domain}"
