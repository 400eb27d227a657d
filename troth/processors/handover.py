"""The one door out, for a recipient that is no company of ours: an authority (H2), or a new owner of the business (N2).

Such a recipient stands in no register, has no agreement and no audit; what stands in their place is the reviewed legal
request, or the announcement thirty days ago, that the ground names. Everything else is as at ``egress.send``: judged
first, opened through the door in, written down and committed before anything is handed over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.disclosures.api import (
    Announced,
    NoGround,
    OutcomeState,
    RequiredByLaw,
    Wanted,
    find_same_disclosure,
    judge_ground,
    note_outcome,
    write_disclosure,
)
from troth.kernel.acting import require_acting
from troth.kernel.errors import Closed, Refused
from troth.kernel.ports import Feature, require_open
from troth.kernel.purposes import Purpose
from troth.processors.errors import Cause, SendRefused
from troth.processors.refusals import note_refusal
from troth.vault.api import SealedModel, SealedValue


@dataclass(frozen=True, slots=True)
class _Terms:
    """What holds for handing over on one ground."""

    operation: str
    purpose: Purpose
    clause: str


_TERMS = {
    RequiredByLaw: _Terms("legal.hand_over", Purpose.LEGAL, "H2"),
    Announced: _Terms("transition.hand_over", Purpose.TRANSITION, "N1"),
}


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was given of one client.

    Arguments:
        disclosure_id: the row that was committed before.
        shown: label and value of each, as a reader reads them; what was never given is left out.
    """

    disclosure_id: UUID
    shown: tuple[tuple[str, str], ...]


def hand_over(  # noqa: PLR0913  each keyword is one thing that is judged or recorded
    *,
    subject_id: UUID,
    recipient: str,
    values: Sequence[SealedValue],
    ground: RequiredByLaw | Announced,
    reference: str,
    recipient_name: str = "",
) -> HandedOver:
    """Return the opened values for the package; the disclosure is committed by then.

    Arguments:
        subject_id: whom all values are about.
        recipient: the key under which the record names who receives.
        values: unopened values, of any rows of the subject.
        ground: the legal request or the announcement; whoever keeps those must answer for exactly these values.
        reference: the request's number, or the id of the transition.
        recipient_name: what the client reads as who received; the reference where it is empty.

    A package whose making was cut off is made again: what is in it left once, so the row of it stands once.

    Raises SendRefused where no reviewed request or announcement covers all of it, or a broken promise closes all
    disclosures; AccessDenied where the acting member may not open the values.
    """
    require_acting()
    terms = _TERMS[type(ground)]
    labels = tuple(dict.fromkeys(f"{value.row._meta.label}.{value.name}" for value in values))
    wanted = Wanted(subject_id=subject_id, recipient=recipient, purpose=terms.purpose, fields=labels)
    try:
        require_open(Feature.DISCLOSURES)
        if any(value.row.subject_id != subject_id for value in values):
            raise _refuse(Cause.OTHER_SUBJECT, recipient, terms)
        evidence = judge_ground(ground, wanted=wanted, clause=terms.clause)
    except Closed:
        raise _refuse(Cause.CLOSED, recipient, terms) from None
    except NoGround:
        raise _refuse(Cause.NO_GROUND, recipient, terms) from None
    opened = _open(values)
    disclosure_id = find_same_disclosure(wanted=wanted, reference=reference)
    if disclosure_id is None:
        with transaction.atomic(durable=True):
            disclosure_id = write_disclosure(
                wanted=wanted,
                evidence=evidence,
                recipient_name=recipient_name or reference,
                operation=terms.operation,
                reference=reference,
            )
    note_outcome(disclosure_id, OutcomeState.ACCEPTED)
    return HandedOver(disclosure_id=disclosure_id, shown=opened)


def seal_package(content: bytes, *, recipient_key: str, name: str) -> dict[str, Any]:
    """Return the package as a file attribute takes it: sealed to the recipient's age key, or plain, to be printed.

    Arguments:
        content: the package.
        recipient_key: an age public key; empty where it is handed over on paper.
        name: the request's number.

    Raises Refused for a key that is none.
    """
    if not recipient_key:
        return {"name": f"{name}.json", "type": "application/json", "content": content}
    return {
        "name": f"{name}.age",
        "type": "application/octet-stream",
        "content": seal_to(content, recipient_key=recipient_key),
    }


def seal_to(content: bytes, *, recipient_key: str) -> bytes:
    """Return the content sealed to an age public key, so that we cannot open it; raise Refused for one that is none."""
    import pyrage

    try:
        key = pyrage.x25519.Recipient.from_str(recipient_key)
    except pyrage.RecipientError:
        raise Refused(
            _("The recipient’s key is no age public key."),
            kept=_("Nothing was given."),
            next_step=_("Ask the recipient for it again; it begins with age1."),
        ) from None
    sealed: bytes = pyrage.encrypt(content, [key])
    return sealed


def _open(values: Sequence[SealedValue]) -> tuple[tuple[str, str], ...]:
    wanted: dict[UUID, tuple[SealedModel, list[str]]] = {}
    for value in values:
        wanted.setdefault(value.row.pk, (value.row, []))[1].append(value.name)
    shown: list[tuple[str, str]] = []
    for row, names in wanted.values():
        opened = row.open(*names)
        shown += [(str(row.sealed_attributes[name].label), text) for name in names if (text := opened.show(name))]
    return tuple(shown)


def _refuse(cause: Cause, recipient: str, terms: _Terms) -> SendRefused:
    refusal = SendRefused(cause, processor=recipient, operation=terms.operation)
    note_refusal(refusal)
    return refusal
