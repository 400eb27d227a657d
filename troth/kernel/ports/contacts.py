"""The way to a client: one gate decides each contact, by which channel it goes or that it may not (G3).

A room that has something to say registers what it is about (``ContactKind``), and asks

    contact_client(subject_id=…, about="orders.payment_failed", case=Case("order", …), facts={"order": …})

in its own transaction. ``support`` answers: it reads the client's wish, writes its decision as a row, and then writes a
mail, makes a call to be made or a letter to be printed. No room picks the channel, and none sends by itself.

Some mail does not pass the gate, as its reader could not be reached otherwise or the law owes it: ``EXEMPT`` names it
and says why. The courier refuses any other that has no decision.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.kernel.acting import Case
from troth.kernel.errors import NotConfigured, Refused
from troth.kernel.ports.mail import Letter
from troth.kernel.ports.registry import Registry, Words
from troth.kernel.purposes import Purpose

Facts = Mapping[str, str | int]
_FACT = re.compile(r"[A-Za-z0-9_.:-]{0,100}")
"""Ids, dates and words of closed lists: no space and no at sign, so that a value of a person does not fit."""


class Channel(StrEnum):
    """By what a client is reached."""

    EMAIL = "email"
    TELEPHONE = "telephone"
    LETTER = "letter"


EXEMPT: Mapping[str, Words] = MappingProxyType(
    {
        "accounts": gettext_lazy(
            "Mail that proves an address, or tells its owner what happened to the account: by any other way it would "
            "prove nothing, or come too late."
        ),
        "statement": gettext_lazy("Notices of a changed statement, which are owed to every client by e-mail."),
        "announcements": gettext_lazy(
            "Announcements of the service, which have a ledger, a second person and a yearly budget of their own, and "
            "news that the client chose, which a click ends."
        ),
        "transitions": gettext_lazy("Notices of a merger or sale, which are owed to every client by e-mail."),
        "legal": gettext_lazy("Notices that the law owes, such as of a breach or of a disclosure to an authority."),
    }
)
"""First part of a mail's kind → why it does not pass the gate. Everything else does."""


class ContactGone(Exception):
    """What the contact was about has gone meanwhile, such as a payment that was made; nobody is contacted."""


@dataclass(frozen=True, slots=True)
class ContactKind:
    """One thing that a room has to say to a client.

    Arguments:
        key: ``<app>.<name>``, such as ``orders.payment_failed``.
        words: what it is about, for whoever calls and for the client's record, such as "a payment that failed".
        purpose: why the client is contacted; the door opens name and address for it.
        template: the folder of its mail, ``<app>/emails/<name>``: the same text is read out by telephone and printed
            as a letter. It finds ``greeting`` beside what ``compose`` returns.
        compose: returns what the texts name, of the subject's id and the facts; called when it is written, by a system
            job that acts for ``purpose``. May raise ContactGone.
        fields: the names of further personal values that the texts hold, for the ledger.
        clause: the promise that it keeps, which is broken while such a mail cannot leave.
        answers: whether it answers what the client itself asked, or the law owes it to everybody, and so reaches a
            deactivated account as well.
    """

    key: str
    words: Words
    purpose: Purpose
    template: str
    compose: Callable[[UUID, Facts], Mapping[str, Any]] = lambda _subject_id, _facts: {}
    fields: tuple[str, ...] = ()
    clause: str = "G2"
    answers: bool = False


contact_kinds: Registry[str, ContactKind] = Registry("contact kind")


def register_contact_kind(kind: ContactKind) -> None:
    """Register what a room has to say, at start-up."""
    contact_kinds.register(kind.key, kind)


@dataclass(frozen=True, slots=True)
class ContactRequest:
    """One contact that a room asks for.

    Arguments:
        subject_id: whom it is to.
        about: the key of a registered ``ContactKind``.
        case: what it belongs to, such as an order.
        facts: what the text needs and no table has: ids, dates, words of closed lists; never a value.
    """

    subject_id: UUID
    about: str
    case: Case | None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContactOutcome:
    """What the gate decided.

    Arguments:
        decision_id: the row of the decision.
        channel: by what the client is contacted, or None where it is not.
        reason: the rule that decided, a word of a closed list, such as ``wish``.
    """

    decision_id: UUID
    channel: Channel | None
    reason: str


class ContactGate(Protocol):
    """Decides each contact. Missing, nobody is contacted."""

    def contact(self, request: ContactRequest) -> ContactOutcome:
        """Decide, write the decision, and have the contact done after the caller's commit."""

    def permits(self, letter: Letter) -> bool:
        """Return whether a decision allows this mail, to this client, by e-mail."""

    def rehearse(self, decision_id: UUID) -> str:
        """Return why the mail of a decision would not leave, or an empty text; it is undone by who calls."""


contact_gates: Registry[str, ContactGate] = Registry("contact gate")


def contact_client(*, subject_id: UUID, about: str, case: Case | None, facts: Facts | None = None) -> ContactOutcome:
    """Have a client contacted by the way it wishes, in the caller's transaction.

    Arguments: as ``ContactRequest``.

    Raises: AccessDenied where nobody acts; LookupError for a kind that nobody registered; NotConfigured where no gate
    answers; Refused for a fact that is neither a number nor a name.
    """
    if about not in contact_kinds:
        raise LookupError(f"There is no contact kind {about!r}.")
    given = dict(facts or {})
    if not all(isinstance(fact, int) or _FACT.fullmatch(fact) for fact in given.values()):
        raise Refused("The row of a contact takes ids and names only, never values.", kept="Nobody was contacted.")
    gate = contact_gates.get("support")
    if gate is None:
        raise NotConfigured("Nobody decides who may be contacted, so nobody is.")
    return gate.contact(ContactRequest(subject_id=subject_id, about=about, case=case, facts=given))


def rehearse_contact(outcome: ContactOutcome) -> str:
    """Return why the mail of this outcome would not leave, or an empty text where it would, or none was to leave.

    For checks, in a block that is undone: it is written and judged at the door, and goes nowhere.
    """
    gate = contact_gates.get("support")
    return gate.rehearse(outcome.decision_id) if gate is not None else "nobody decides who may be contacted"


def require_contact_allowed(letter: Letter) -> None:
    """Return if this mail may leave: its kind is exempt, or a decision of the gate allows it; raise Refused if not."""
    if letter.kind.split(".", maxsplit=1)[0] in EXEMPT:
        return
    gate = contact_gates.get("support")
    if gate is None or not gate.permits(letter):
        raise Refused(
            _("No decision allows a mail to this client about this."),
            kept=_("It was not sent."),
            next_step=_("Contact the client by the way it wishes."),
        )
