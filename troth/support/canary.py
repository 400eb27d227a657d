"""Invented clients who ask and are answered, carried through on the live system and undone: for the checks (A12).

What is looked at are rows: looks by others are committed before a change, so they cannot be part of what is undone.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import DatabaseError, transaction

from troth.accounts.api import Profile, open_account, verify
from troth.kernel.acting import acting, client, staff_member, system
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.ports import Channel, Letter, Observation, require_contact_allowed
from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import swap
from troth.kernel.undoing import undone
from troth.support import jobs, queries
from troth.support.actions import handling
from troth.support.actions.opening import Inquiry, add_message, open_inquiry
from troth.support.actions.reaching import change_wish
from troth.support.gate import ANSWER
from troth.support.models import Case, Decision, Message, Outbound
from troth.support.words import Rule, State

LONGEST = timedelta(days=14)
"""However long the house is shut, an inquiry's clock ends before this."""


@dataclass
class Notes:
    """Counts what was looked at, and keeps what broke."""

    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, held: object, otherwise: str) -> None:
        """Note one look, and ``otherwise`` where it did not hold."""
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def expect_raised(self, raised: type[Exception], act: Callable[[], object], otherwise: str) -> None:
        """Note one look: that ``act`` is refused."""
        try:
            with transaction.atomic():
                act()
        except raised:
            self.expect(held=True, otherwise=otherwise)
        else:
            self.expect(held=False, otherwise=otherwise)

    def observation(self) -> Observation:
        """Return what was seen."""
        return Observation(examined=self.examined, failures=self.failures)


def open_canary() -> UUID:
    """Make an invented client with a telephone number, and return its id."""
    tag = secrets.token_hex(6)
    values = {"name": f"Canary {tag}", "email": f"canary-{tag}@example.org", "user_name": f"canary-{tag}"}
    account = open_account(values=values, encoded=UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20), welcome=False)
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        verify(account)
        profile = Profile.of(account.id)
        if profile is not None:
            profile.telephone = "+1 212 555 0100"
            profile.save()
    return account.id


def ask_as(subject_id: UUID) -> Case:
    """Ask something by the form, as this client."""
    with acting(actor=client(subject_id), purpose=Purpose.SUPPORT):
        inquiry = Inquiry(title="An invented question", body="Is this inquiry answered?")
        return open_inquiry(subject_id=subject_id, inquiry=inquiry)


def answer_as_staff(case: Case) -> tuple[Message, Decision]:
    """Take the case and answer it, as an invented member of staff.

    The text is sealed by the intake's right: whether a member may look and write is another check's business.
    """

    def add_by_intake(*args: Any, **more: Any) -> Message:
        with acting(actor=system(jobs.INTAKE), purpose=Purpose.SUPPORT, case=case.as_case):
            return add_message(*args, **more)

    with (
        swap(handling, "add_message", add_by_intake),
        acting(actor=staff_member(new_id()), purpose=Purpose.SUPPORT, case=case.as_case),
    ):
        handling.take_case(case)
        newest = queries.find_newest(case)
        return handling.answer_case(case, text="It is.", seen=newest.id if newest else None)


def walk_inquiry() -> Observation:
    """Ask by the form, and follow the case to its answer."""
    notes = Notes()
    with undone():
        case = ask_as(open_canary())
        notes.expect(queries.find_by_number(case.number.lower()) == case, "an inquiry is not found by its number")
        notes.expect(case.taken_by is None, "an inquiry has an owner before anybody took it")
        notes.expect(queries.unassigned_cases().filter(pk=case.pk).exists(), "an inquiry is not in the list")
        notes.expect(
            case.received_at < case.due_at <= case.received_at + LONGEST, "an inquiry has no clock that ends in time"
        )
        notes.expect(case.messages.count() == 1, "what was asked is not in its thread")
        message, decision = answer_as_staff(case)
        case.refresh_from_db()
        outbound = Outbound.objects.filter(message=message, decision=decision, subject_id=case.subject_id).first()
        notes.expect(outbound is not None, "an answer was written, and nothing goes out")
        notes.expect(case.state == State.WAITING and case.answered_at, "an answered inquiry counts as unanswered")
        notes.expect(not queries.unassigned_cases().filter(pk=case.pk).exists(), "an answered inquiry is in the list")
    return notes.observation()


def walk_wish() -> Observation:
    """Wish for the telephone, ask, and be answered: a call is to be made, and no mail may leave."""
    notes = Notes()
    with undone():
        subject_id = open_canary()
        with acting(actor=client(subject_id), purpose=Purpose.SUPPORT):
            change_wish(subject_id=subject_id, values={"answers": "telephone", "call_from": "10"})
        case = ask_as(subject_id)
        _message, decision = answer_as_staff(case)
        going = list(Outbound.objects.filter(subject_id=subject_id).values_list("channel", flat=True))
        notes.expect(decision.wished == Channel.TELEPHONE, "the gate did not read the wish")
        notes.expect(going == [Channel.TELEPHONE], "a client who wishes to be called is not called alone")
        for message_id in (*Outbound.objects.filter(subject_id=subject_id).values_list("pk", flat=True), new_id()):
            letter = _write_letter(subject_id, message_id=str(message_id))
            notes.expect_raised(
                Refused, partial(require_contact_allowed, letter), "a mail leaves that no decision allows"
            )
        for wrong in ({"allowed": False}, {"channel": Channel.LETTER}, {"about": "orders.other"}):
            row = Outbound(
                decision=_decide(subject_id, **wrong), subject_id=subject_id, channel=Channel.EMAIL, about=ANSWER
            )
            notes.expect_raised(
                DatabaseError,
                partial(row.save, force_insert=True),
                "the database takes what goes out without a decision that allows it",
            )
    return notes.observation()


def _decide(subject_id: UUID, **more: Any) -> Decision:
    facts = {"channel": Channel.EMAIL, "allowed": True, "about": ANSWER, "rule": Rule.DEFAULT, **more}
    return Decision.objects.create(subject_id=subject_id, purpose=Purpose.SUPPORT, **facts)


def _write_letter(subject_id: UUID, *, message_id: str) -> Letter:
    return Letter(
        subject_id=subject_id,
        to="canary@example.org",
        subject="An invented answer",
        text="It is.",
        html="<p>It is.</p>",
        kind=ANSWER,
        purpose=Purpose.SUPPORT,
        fields=("email",),
        message_id=message_id,
    )
