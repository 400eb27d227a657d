"""Requests: the client's own, those by mail and letter, their clock, and who may carry them out."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
import time_machine

from tests.factories.accounts import make_account
from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import entries_about
from troth.rights.actions.requests import (
    CONFIRM,
    deny_request,
    enter_request,
    fulfil_request,
    open_own_request,
    revoke_request,
    take_request,
    verify_sender,
)
from troth.rights.cases import case_of
from troth.rights.deadlines import due_at
from troth.rights.guard import may_execute
from troth.rights.kinds import OPEN_STATES, TRANSITIONS, Channel, Denial, Kind, State, Verification
from troth.rights.models import CorrectionTime, Request
from troth.rights.queries import measure_corrections
from troth.staff.api import Review, Role, decide_review, invite_member
from troth.staff.job import JOB


@pytest.fixture
def asked(ada):
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        return open_own_request(subject_id=ada.id, kind=Kind.CORRECT, text="My name has two a’s.")


@pytest.fixture
def letter(ada, heron):
    """A request by letter, entered and taken, its sender not verified."""
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS):
        entered = enter_request(
            subject_id=ada.id, kind=Kind.DELETE, channel=Channel.LETTER, received_at=clock.now(), text="Delete me."
        )
    with on_case(entered, heron):
        take_request(entered, staff_id=heron.id)
    return entered


def on_case(request, member):
    return acting(actor=staff_member(member.id), purpose=Purpose.RIGHTS, case=case_of(request))


def agree(request):
    """Let a second person make sure as well, on the page of all reviews."""
    review = Review.objects.get(kind=CONFIRM, facts__request=str(request.id))
    with acting(actor=staff_member(make_reviewer().id), purpose=Purpose.RIGHTS):
        decide_review(review, approve=True, digest=review.digest)
    request.refresh_from_db()


def make_reviewer():
    account = make_account(name="Fay Second", email="fay@example.com", user_name="fay")
    until = clock.now() + timedelta(days=90)
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        return invite_member(subject_id=account.id, role=Role.REVIEWER, certificate_until=until)


def texts_of(request):
    with acting(actor=client(request.subject_id), purpose=Purpose.ACCOUNT):
        return Request.objects.get(pk=request.pk).open()


# -- The clock ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (datetime(2026, 11, 23, 15, tzinfo=UTC), "2026-11-30"),  # Monday morning in New York
        (datetime(2026, 11, 27, 15, tzinfo=UTC), "2026-12-04"),  # Friday
        (datetime(2026, 11, 28, 15, tzinfo=UTC), "2026-12-04"),  # Saturday
        (datetime(2026, 11, 24, 3, tzinfo=UTC), "2026-11-30"),  # still Monday in New York
    ],
)
def test_a_correction_is_due_in_five_working_days_of_the_operators_calendar(received, due):
    assert due_at(Kind.CORRECT, received).date().isoformat() == due
    assert due_at(Kind.ERROR, received) == due_at(Kind.CORRECT, received)


def test_other_requests_are_due_in_thirty_days():
    received = datetime(2026, 11, 23, 15, tzinfo=UTC)
    for kind in (Kind.ACCESS, Kind.DELETE, Kind.DEACTIVATE):
        assert due_at(kind, received).date().isoformat() == "2026-12-23"


def test_a_request_is_late_one_second_after_its_last_day(asked):
    with time_machine.travel(asked.due_at, tick=False):
        assert not asked.is_late
    with time_machine.travel(asked.due_at + timedelta(seconds=1), tick=False):
        assert asked.is_late


# -- Who may carry it out ----------------------------------------------------------------------------------------------


def test_a_verified_request_in_progress_may_be_carried_out(asked, heron):
    with on_case(asked, heron):
        take_request(asked, staff_id=heron.id)
    may_execute(asked)


@pytest.mark.parametrize(("state", "how"), list(product(State, ["", Verification.SIGNED_LETTER])))
def test_an_unverified_request_is_not_carried_out_in_any_state(state, how):
    request = Request(state=state, verified_how=how, verified_at=None)
    with pytest.raises(Refused, match="Nobody has made sure"):
        may_execute(request)


def test_a_verified_letter_is_answered_and_an_unverified_one_is_not(letter, heron):
    with on_case(letter, heron):
        with pytest.raises(Refused):
            fulfil_request(letter, answer="Done.")
        assert Request.objects.get(pk=letter.pk).state == State.NEED_VERIFICATION
        verify_sender(letter, how=Verification.SIGNED_LETTER)
    agree(letter)
    with on_case(letter, heron):
        fulfil_request(letter, answer="Done.")
    assert Request.objects.get(pk=letter.pk).state == State.FULFILLED
    assert texts_of(letter).answer == "Done."


def test_the_database_itself_refuses_a_done_request_that_nobody_verified(letter):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=letter.pk).update(state=State.FULFILLED, closed_at=clock.now())


def test_a_letter_is_not_verified_by_saying_that_the_client_was_signed_in(letter, heron):
    with on_case(letter, heron), pytest.raises(Refused):
        verify_sender(letter, how=Verification.SIGNED_IN)


# -- The life of a request ---------------------------------------------------------------------------------------------


def test_each_step_stands_in_the_clients_record(letter, heron, ada):
    events = [entry.event for entry in reversed(entries_about(ada.id))]
    assert "rights:request:opened" in events
    assert "rights:request:taken" in events
    opened = next(entry for entry in entries_about(ada.id) if entry.event == "rights:request:opened")
    assert opened.actor == staff_member(heron.id)


def test_a_request_that_a_colleague_took_cannot_be_taken_again(letter, heron):
    again = Request.objects.get(pk=letter.pk)
    again.state, again.taken_by = State.OPEN, None
    with on_case(again, heron), pytest.raises(Refused, match="colleague"):
        take_request(again, staff_id=heron.id)


def test_what_is_closed_stays_closed(asked, ada):
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        revoke_request(asked)
        with pytest.raises(Refused):
            revoke_request(asked)
    assert all(not TRANSITIONS[state] for state in State if state not in OPEN_STATES)


def test_nobody_takes_back_another_clients_request(asked, bob):
    with acting(actor=client(bob.id), purpose=Purpose.ACCOUNT), pytest.raises(AccessDenied):
        revoke_request(asked)


def test_nobody_asks_in_another_clients_name(ada, bob):
    with acting(actor=client(bob.id), purpose=Purpose.ACCOUNT), pytest.raises(AccessDenied):
        open_own_request(subject_id=ada.id, kind=Kind.DELETE, text="Delete her.")


def test_a_client_does_not_enter_letters(ada):
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT), pytest.raises(AccessDenied):
        enter_request(
            subject_id=ada.id, kind=Kind.DELETE, channel=Channel.LETTER, received_at=clock.now(), text="Delete me."
        )


def test_a_letter_of_nobody_we_know_is_sealed_and_denied_with_a_reason(heron):
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS):
        entered = enter_request(
            subject_id=None, kind=Kind.ACCESS, channel=Channel.LETTER, received_at=clock.now(), text="What of me?"
        )
    with on_case(entered, heron):
        take_request(entered, staff_id=heron.id)
        deny_request(entered, reason=Denial.NO_MATCH, answer="We hold nothing under this name.")
    assert b"What of me" not in bytes(Request.objects.get(pk=entered.pk).sealed)
    assert entered.denied_for == Denial.NO_MATCH


def test_a_request_is_not_closed_without_words(letter, heron):
    with on_case(letter, heron), pytest.raises(Refused, match="in words"):
        deny_request(letter, reason=Denial.UNVERIFIED, answer="  ")


def test_a_letter_keeps_the_day_on_which_it_came(ada, heron):
    came = clock.now() - timedelta(days=3)
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS):
        entered = enter_request(
            subject_id=ada.id, kind=Kind.ACCESS, channel=Channel.LETTER, received_at=came, text="A copy, please."
        )
        with pytest.raises(Refused):
            enter_request(
                subject_id=ada.id,
                kind=Kind.ACCESS,
                channel=Channel.LETTER,
                received_at=clock.now() + timedelta(hours=1),
                text="A copy.",
            )
    assert entered.due_at == due_at(Kind.ACCESS, came)


# -- The published figures ---------------------------------------------------------------------------------------------


def test_the_published_times_are_those_of_the_corrections(ada, heron):
    start = datetime(2026, 11, 23, 14, tzinfo=UTC)
    for hours in (1, 2, 200):
        with time_machine.travel(start, tick=False), acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
            asked = open_own_request(subject_id=ada.id, kind=Kind.ERROR, text="Wrong.")
        with time_machine.travel(start + timedelta(hours=hours), tick=False), on_case(asked, heron):
            take_request(asked, staff_id=heron.id)
            fulfil_request(asked, answer="Put right.")
    with time_machine.travel(start + timedelta(days=10), tick=False):
        figures = measure_corrections()
    assert figures.corrected == 3
    assert figures.median == timedelta(hours=2)
    assert figures.worst == timedelta(hours=200)
    assert figures.in_time == 2


def test_the_figures_name_nobody_and_outlive_the_request(asked, heron):
    with on_case(asked, heron):
        take_request(asked, staff_id=heron.id)
        fulfil_request(asked, answer="Put right.")
    Request.objects.all().delete()
    assert measure_corrections().corrected == 1
    assert "subject_id" not in {field.name for field in CorrectionTime._meta.fields}


def test_what_staff_correct_is_what_was_asked(asked, heron, ada):
    from troth.rights.actions.corrections import correct_for_client
    from troth.rights.corrections import make_form

    form = make_form(Profile, "name")({"name": "Adaa Example"})
    assert form.is_valid()
    row = Profile.of(ada.id)
    with on_case(asked, heron):
        with pytest.raises(Refused):
            correct_for_client(request=asked, row=row, form=form)
        take_request(asked, staff_id=heron.id)
        correct_for_client(request=asked, row=row, form=form)
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        assert Profile.of(ada.id).open("name").name == "Adaa Example"
