"""The checks of L2, L3 and of the owners of A11: an invented client's letters come in, and somebody tries too early."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import AccountState
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.ports import Control, Observation, Sabotage
from troth.kernel.purposes import Purpose
from troth.rights import guard, sabotages_written
from troth.rights.actions import requests
from troth.rights.actions.departures import leave_for_client
from troth.rights.actions.requests import enter_request, take_request, verify_sender
from troth.rights.canary import Canary, vanishing_canary
from troth.rights.cases import case_of
from troth.rights.kinds import DANGEROUS, REMOTE, WAYS_TO_CLIENT, Channel, Kind, State, Verification
from troth.rights.models import Request
from troth.rights.observing import Notes
from troth.rights.owners import count_orphans
from troth.staff.api import Permission, Role, StaffMember, list_fit_members


def observe_written() -> Observation:
    """Try what a letter asks, in every state: before anybody made sure, after one did, after two."""
    notes = Notes()
    for channel in REMOTE:
        with vanishing_canary() as canary:
            _walk_letter(notes, canary, channel)
    _try_states(notes)
    done = Request.objects.filter(state=State.FULFILLED, channel__in=REMOTE, kind__in=DANGEROUS)
    notes.expect(not done.filter(confirmed_by=None).exists(), "one person alone carried out what wants two")
    same = done.exclude(confirmed_by=None)
    alone = [request for request in same.defer("sealed")[:1000] if request.confirmed_by == request.taken_by]
    notes.expect(not alone, f"{len(alone)} requests were confirmed by the member who carried them out")
    return notes.observation(written=Request.objects.filter(channel__in=REMOTE).count())


def _walk_letter(notes: Notes, canary: Canary, channel: Channel) -> None:
    clerk, second = new_id(), new_id()
    with acting(actor=staff_member(clerk), purpose=Purpose.RIGHTS):
        letter = enter_request(
            subject_id=canary.subject_id, kind=Kind.DELETE, channel=channel, received_at=clock.now(), text="Invented."
        )

    def expect_nothing(when: str) -> None:
        refused = _is_refused(letter, clerk, leave_for_client)
        kept = canary.account.state == AccountState.ACTIVE
        notes.expect(refused and kept, f"a deletion by {channel} was carried out {when}")

    expect_nothing("before anybody took it")
    with acting(actor=staff_member(clerk), purpose=Purpose.RIGHTS, case=case_of(letter)):
        take_request(letter, staff_id=clerk)
    expect_nothing("before anybody made sure who wrote")
    with acting(actor=staff_member(clerk), purpose=Purpose.RIGHTS, case=case_of(letter)):
        verify_sender(letter, how=Verification.SIGNED_LETTER)
    expect_nothing("when one person had made sure")
    notes.expect(_is_refused(letter, clerk, _confirm), "one person made sure twice")
    notes.expect(_is_held_by_database(letter), "the database takes a deletion that one person alone carried out")
    with acting(actor=staff_member(second), purpose=Purpose.RIGHTS, case=case_of(letter)):
        requests.confirm_sender(letter, how=Verification.SIGNED_LETTER)
    with acting(actor=staff_member(clerk), purpose=Purpose.RIGHTS, case=case_of(letter)):
        leave_for_client(letter)
    notes.expect(canary.account.state == AccountState.LEAVING, f"a deletion by {channel} is never carried out")


def _try_states(notes: Notes) -> None:
    now = clock.now()
    for state in State:
        for kind in Kind:
            for channel in REMOTE:
                nobody = Request(kind=kind, channel=channel, state=state)
                notes.expect(_says_no(nobody), f"unverified and {state}: a letter of the kind {kind} is carried out")
    for name in sorted(WAYS_TO_CLIENT):
        one = Request(kind=Kind.CORRECT, channel=Channel.LETTER, state=State.IN_PROGRESS, verified_at=now)
        one.verified_how = Verification.SIGNED_LETTER
        notes.expect(_says_no(one, name), f"by letter, one person alone changes the value “{name}”")


def _says_no(request: Request, *names: str) -> bool:
    try:
        guard.may_correct(request, names) if names else guard.may_execute(request)
    except Refused:
        return True
    return False


def _is_refused(request: Request, staff_id: UUID, act: Callable[[Request], object]) -> bool:
    with acting(actor=staff_member(staff_id), purpose=Purpose.RIGHTS, case=case_of(request)):
        try:
            with transaction.atomic():
                act(request)
        except Refused:
            return True
    return False


def _confirm(request: Request) -> None:
    requests.confirm_sender(request, how=request.verified_how)


def _is_held_by_database(request: Request) -> bool:
    try:
        with transaction.atomic():
            Request.objects.filter(pk=request.pk).update(state=State.FULFILLED, closed_at=clock.now())
    except IntegrityError:
        return True
    return False


def observe_owners() -> Observation:
    """Report an error as an invented client, and look whose it is; look that no open report is nobody's."""
    notes = Notes()
    orphans = count_orphans()
    notes.expect(not orphans, f"{orphans} error reports are nobody's, though somebody could have them")
    with vanishing_canary() as canary:
        _employ_somebody(canary.tag)
        canary.post("rights:report_error", {"text": f"wrong {canary.tag}"}, **canary.address_of("name"))
        report = Request.objects.defer("sealed").filter(subject_id=canary.subject_id).first()
        fit = {
            member.id
            for member in list_fit_members(subject_id=canary.subject_id, permission=Permission.HANDLE_REQUESTS)
        }
        notes.expect(report is not None, "an error report did not reach the register")
        if report is not None:
            notes.expect(report.taken_by in fit, "an error report is nobody's, or of somebody who may not see to it")
    return notes.observation(fit=len(fit))


def _employ_somebody(tag: str) -> None:
    """Add an invented, trained member, so that the rule has somebody to name on a site without staff too."""
    now = clock.now()
    StaffMember.objects.create(
        role=Role.SERVICE, pseudonym=f"Canary {tag}", invited_at=now, certificate_until=now + timedelta(days=1)
    )


CONTROLS = (
    Control(
        key="rights.written",
        clauses=("L2", "L3"),
        words=_(
            "What a letter or mail asks is carried out when somebody made sure who wrote it, in no state before; "
            "and where it would harm most, when two did."
        ),
        observe=observe_written,
        sabotages=(
            Sabotage("unverified", _("A letter is carried out whoever wrote it."), sabotages_written.trust_letters),
            Sabotage("alone", _("One person is enough for a deletion by letter."), sabotages_written.let_one_do),
            Sabotage("twice", _("The same person makes sure twice."), sabotages_written.let_one_be_two),
            Sabotage("ways", _("One person changes an address by letter."), sabotages_written.let_one_correct),
        ),
    ),
    Control(
        key="rights.owners",
        clauses=("A11",),
        words=_("Every error report has an owner at once, who may see to it."),
        observe=observe_owners,
        sabotages=(Sabotage("nobodys", _("Reports are given to nobody."), sabotages_written.give_to_nobody),),
    ),
)
