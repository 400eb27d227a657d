"""Managing an account for its client: begun from an inquiry, done at a request, told by the wished way."""

import pytest
from django.core import mail

from tests.unit.rights.test_requests import on_case
from tests.unit.support.test_gate import as_staff, ask, wish
from tests.unit.support.test_intake import take, write_mail
from troth.accounts import api as accounts
from troth.accounts.api import Profile
from troth.accounts.limits import TooMany, count_try
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import entries_about
from troth.rights.actions.corrections import correct_for_client
from troth.rights.actions.departures import unlock_for_client
from troth.rights.actions.requests import open_from_inquiry, verify_sender
from troth.rights.corrections import make_form
from troth.rights.kinds import Channel, Kind, State, Verification
from troth.support import tasks
from troth.support.actions.handling import take_case
from troth.support.models import Case, Outbound


def begin(heron, case, kind):
    with as_staff(heron, case):
        if case.taken_by is None:
            take_case(case)
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS, case=case.as_case):
        return open_from_inquiry(case, kind=kind, text="As asked.")


def test_a_client_that_was_signed_in_is_verified_by_that(ada, heron):
    made = begin(heron, ask(ada), Kind.CORRECT)
    assert (made.channel, made.state, made.verified_how) == (Channel.ADMIN_PAGE, State.IN_PROGRESS, "signed_in")


def test_a_mail_is_not_and_its_request_waits_for_it(ada, heron):
    take(write_mail())
    made = begin(heron, Case.objects.get(), Kind.UNLOCK)
    assert (made.channel, made.state, made.verified_at) == (Channel.MAIL, State.NEED_VERIFICATION, None)
    with on_case(made, heron), pytest.raises(Refused):
        unlock_for_client(made)


def test_only_the_owner_makes_a_request_of_an_open_inquiry(ada, heron, bob):
    case = ask(ada)
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS), pytest.raises(AccessDenied):
        open_from_inquiry(case, kind=Kind.CORRECT, text="Too early.")
    with acting(actor=client(ada.id), purpose=Purpose.RIGHTS), pytest.raises(AccessDenied):
        open_from_inquiry(case, kind=Kind.CORRECT, text="Not for clients.")


def test_who_tried_too_often_is_let_in_again(ada, heron):
    with pytest.raises(TooMany):
        for _time in range(20):
            count_try("sign_in", str(ada.id))
    take(write_mail())
    made = begin(heron, Case.objects.get(), Kind.UNLOCK)
    with on_case(made, heron):
        verify_sender(made, how=Verification.CALLED_BACK)
        unlock_for_client(made)
    count_try("sign_in", str(ada.id))
    assert "accounts:failures:forgotten" in [entry.event for entry in entries_about(ada.id)]


def test_what_was_changed_is_told_by_the_wished_way_by_name_and_never_to_what(furnished, ada, heron):
    made = begin(heron, ask(ada), Kind.CORRECT)
    mail.outbox.clear()

    def correct(value):
        with on_case(made, heron):
            form = make_form(Profile, "name")({"name": value})
            assert form.is_valid()
            correct_for_client(request=made, row=Profile.of(ada.id), form=form)
        tasks.deliver_due_answers.call()

    correct("Ada Rightly")
    told = mail.outbox[-1]
    assert "changed" in told.subject
    assert "Name" in told.body
    assert "Rightly" not in told.body.replace("Dear Ada Rightly", "")
    wish(ada, answers="telephone")
    mail.outbox.clear()
    correct("Ada Lovely")
    assert mail.outbox == []
    assert Outbound.objects.filter(about="rights.changed", channel="telephone").count() == 1


def test_the_console_leads_from_the_case_to_the_request(as_heron, ada, heron, monkeypatch):
    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: True)
    case = ask(ada)
    way = f"/console/requests/from-inquiry/{case.id}/"
    assert as_heron.get(way).status_code == 404
    with as_staff(heron, case):
        take_case(case)
    assert way in as_heron.get(f"/console/cases/{case.id}/").content.decode()
    answer = as_heron.post(way, {"kind": "unlock"})
    assert answer.status_code == 302
    page = as_heron.get(answer.url).content.decode()
    assert "Let the client try to sign in again" in page
    assert as_heron.post(answer.url + "unlock/").status_code == 302
