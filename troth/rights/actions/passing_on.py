"""Handing something on because the client asks for it: staff ask for the client's word, and act on it alone (A6)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.accounts.api import Profile
from troth.disclosures.api import (
    Authorisation,
    AuthorisationAsk,
    allow_asked,
    ask_authorisation,
    name_field,
    withdraw,
)
from troth.kernel.errors import Refused
from troth.kernel.ports import contact_client
from troth.kernel.purposes import Purpose
from troth.processors.api import hand_on, list_askable, pass_on_end
from troth.rights.cases import case_of
from troth.rights.contacts import ASKED
from troth.rights.guard import may_execute
from troth.rights.kinds import Kind
from troth.rights.models import Request
from troth.ui.api import format_date


def ask_client(*, request: Request, recipient: str, labels: Sequence[str], last_day: date) -> AuthorisationAsk:
    """Ask the client of a verified request whether exactly this may be handed on; the client is told where to answer.

    Act as staff on the request's case.

    Arguments:
        request: a request that something be handed on.
        recipient: the key of an organisation that receives on a client's own word.
        labels: the values, out of those that the register lets this organisation receive.
        last_day: the last day on which it is to count.

    Raises Refused where the request asks something else or is not verified, or the register does not allow it.
    """
    may_execute(request)
    entry = next((each for each in list_askable() if each.key == recipient), None)
    if request.kind != Kind.PASS_ON or entry is None or not set(labels) <= set(entry.labels):
        raise Refused(
            _("This cannot be asked: the request, the organisation or a value does not fit."),
            kept=_("Nobody was asked."),
            next_step=_("Choose an organisation of the register, and values that it may receive."),
        )
    with transaction.atomic():
        ask = ask_authorisation(
            subject_id=request.subject_id,
            recipient=entry.key,
            recipient_name=entry.name,
            purpose=Purpose.RIGHTS,
            fields=list(labels),
            last_day=last_day,
        )
        contact_client(
            subject_id=request.subject_id, about=ASKED, case=case_of(request), facts={"ask": str(ask.pk)}
        )  # fmt: skip
    return ask


def word_ask(ask: AuthorisationAsk) -> str:
    """Return the sentence to which the client says yes, in the reader's language."""
    return _("%(name)s may receive my %(values)s. This counts until %(day)s, and I can take it back at any time.") % {
        "name": ask.recipient_name,
        "values": ", ".join(str(name_field(label)) for label in ask.labels),
        "day": format_date(ask.last_day),
    }


def allow(ask: AuthorisationAsk) -> Authorisation:
    """Keep the client's yes to the sentence that it read. Act as the client."""
    return allow_asked(ask=ask, wording=word_ask(ask))


def take_back(*, subject_id: UUID, authorisation_id: UUID) -> bool:
    """End the client's word now, and have the organisation delete what it received; return whether it still counted.

    Act as the client.
    """
    row = Authorisation.objects.filter(pk=authorisation_id, subject_id=subject_id).first()
    if row is None:
        return False
    with transaction.atomic():
        ended = withdraw(subject_id=subject_id, authorisation_id=authorisation_id)
        if ended:
            pass_on_end.enqueue(str(subject_id), row.recipient)
    return ended


def hand_over(*, request: Request, ask: AuthorisationAsk) -> tuple[str, bytes]:
    """Return the number and the paper with the values that the client allowed, once more looked at by the door.

    Act as staff on the request's case, outside of any transaction.

    Raises Refused where the request is not being worked on, or the client has not said yes; SendRefused where the word
    was taken back or has ended.
    """
    may_execute(request)
    profile = Profile.of(request.subject_id)
    if ask.authorisation is None or ask.subject_id != request.subject_id or profile is None:
        raise Refused(
            _("The client has not allowed this."),
            kept=_("Nothing was handed on."),
            next_step=_("Wait for the answer."),
        )
    names = [label.rpartition(".")[2] for label in ask.labels]
    return hand_on(authorisation=ask.authorisation, values=[getattr(profile, name) for name in names])
