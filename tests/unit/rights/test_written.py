"""Requests by mail and letter: by two where it would harm most; corrections reach every copy (A11, L2, L3)."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.factories.orders import make_order, make_product
from tests.unit.rights.test_requests import agree, make_reviewer, on_case
from troth.accounts import api as accounts
from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.purposes import Purpose
from troth.orders.models import OrderContact, OrderState
from troth.rights import owners
from troth.rights.actions.corrections import correct_for_client
from troth.rights.actions.requests import (
    CONFIRM,
    ask_confirmation,
    confirm_sender,
    enter_request,
    open_own_request,
    take_request,
    verify_sender,
)
from troth.rights.corrections import make_form
from troth.rights.guard import may_correct, may_execute
from troth.rights.kinds import DANGEROUS, REMOTE, WAYS_TO_CLIENT, Channel, Kind, State, Verification
from troth.rights.models import Request
from troth.staff.api import Review, decide_review
from troth.staff.models import StaffMember


def enter(ada, heron, kind=Kind.CORRECT, channel=Channel.LETTER):
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS):
        entered = enter_request(
            subject_id=ada.id, kind=kind, channel=channel, received_at=clock.now(), text="It is wrong."
        )
    with on_case(entered, heron):
        take_request(entered, staff_id=heron.id)
    return entered


def verified(ada, heron, **more):
    entered = enter(ada, heron, **more)
    with on_case(entered, heron):
        verify_sender(entered, how=Verification.CALLED_BACK)
    return entered


# -- Two persons -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "channel", "state"), list(product(Kind, Channel, State)))
def test_what_would_harm_most_waits_for_two_and_the_rest_for_one(kind, channel, state):
    request = Request(kind=kind, channel=channel, state=state, verified_how="called_back", verified_at=clock.now())
    if kind in DANGEROUS and channel in REMOTE:
        with pytest.raises(Refused, match="A second person"):
            may_execute(request)
        request.confirmed_at = clock.now()
    if state == State.IN_PROGRESS:
        may_execute(request)
    else:
        with pytest.raises(Refused):
            may_execute(request)


@pytest.mark.parametrize("name", sorted(WAYS_TO_CLIENT))
def test_a_way_to_the_client_is_changed_by_letter_only_with_two(name):
    request = Request(kind=Kind.CORRECT, channel=Channel.LETTER, state=State.IN_PROGRESS, verified_how="signed_letter")
    request.verified_at = clock.now()
    may_correct(request, ["collects"])
    with pytest.raises(Refused, match="A second person"):
        may_correct(request, ["collects", name])
    request.confirmed_at = clock.now()
    may_correct(request, [name])


def test_the_second_is_another_and_agrees_to_what_was_recorded(ada, heron):
    letter = verified(ada, heron, kind=Kind.ACCESS)
    review = Review.objects.get(kind=CONFIRM)
    with on_case(letter, heron):
        with pytest.raises(AccessDenied):
            decide_review(review, approve=True, digest=review.digest)
        with pytest.raises(Refused):
            confirm_sender(letter, how=Verification.CALLED_BACK)
    with acting(actor=staff_member(make_reviewer().id), purpose=Purpose.RIGHTS), pytest.raises(Refused):
        confirm_sender(letter, how=Verification.IN_PERSON)
    assert Request.objects.get().confirmed_at is None


def test_a_second_person_is_asked_for_after_the_first(ada, heron):
    letter = enter(ada, heron)
    with on_case(letter, heron):
        with pytest.raises(Refused):
            ask_confirmation(letter)
        verify_sender(letter, how=Verification.SIGNED_LETTER)
        assert not Review.objects.exists()
        ask_confirmation(letter)
    agree(letter)
    assert Request.objects.get().confirmed_by == StaffMember.objects.get(role="reviewer").id


def test_the_database_itself_refuses_a_copy_by_letter_that_one_person_gave(ada, heron):
    letter = verified(ada, heron, kind=Kind.ACCESS)

    def finish():
        with transaction.atomic():
            Request.objects.filter(pk=letter.pk).update(state=State.FULFILLED, closed_at=clock.now())

    with pytest.raises(IntegrityError):
        finish()
    agree(letter)
    finish()


# -- Every copy --------------------------------------------------------------------------------------------------------


def contact_of(order, ada):
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        opened = OrderContact.objects.get(order=order).open()
        return opened.name, opened.telephone


def test_an_error_put_right_is_put_right_where_the_wrong_value_stood(furnished, ada, heron):
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        name = Profile.of(ada.id).open("name").name
    product = make_product()
    under_way, for_another, done = (make_order(ada.id, product, name=each) for each in (name, "Uncle Sample", name))
    done.__class__.objects.filter(pk=done.pk).update(state=OrderState.CANCELLED, ended_at=clock.now())
    letter = verified(ada, heron)
    with on_case(letter, heron):
        form = make_form(Profile, "name")({"name": "Ada Rightly"})
        assert form.is_valid()
        correct_for_client(request=letter, row=Profile.of(ada.id), form=form)
    assert contact_of(under_way, ada)[0] == "Ada Rightly"
    assert contact_of(for_another, ada)[0] == "Uncle Sample"
    assert contact_of(done, ada)[0] == name


def test_a_client_is_shown_where_else_it_stands_and_puts_it_right_there(furnished, as_ada, ada):
    order = make_order(ada.id, make_product(), name="Ada Wrongly")
    row = Profile.of(ada.id)
    url = reverse("rights:correct", kwargs={"label": "accounts.Profile", "row_id": row.pk, "name": "name"})
    answer = as_ada.post(url, {"name": "Ada Rightly"})
    assert answer.status_code == 302
    assert answer.url == reverse("rights:copies", kwargs={"name": "name"})
    page = as_ada.get(answer.url).content.decode()
    assert "Ada Wrongly" in page
    copy = OrderContact.objects.get(order=order)
    as_ada.post(reverse("rights:put_right_copy", kwargs={"name": "name", "row_id": copy.pk}))
    assert contact_of(order, ada)[0] == "Ada Rightly"
    assert "Ada Wrongly" not in as_ada.get(answer.url).content.decode()


@pytest.mark.parametrize("name", ["user_name", "nonsense"])
def test_a_value_without_copies_has_no_such_page(as_ada, name):
    assert as_ada.get(reverse("rights:copies", kwargs={"name": name})).status_code == 404


# -- Owner -------------------------------------------------------------------------------------------------------------


def report(account):
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        return open_own_request(subject_id=account.id, kind=Kind.ERROR, text="My name is wrong.")


def test_an_error_report_has_an_owner_at_once(ada, heron):
    asked = report(ada)
    assert (asked.taken_by, asked.state) == (heron.id, State.IN_PROGRESS)
    may_execute(asked)


def test_nobody_owns_the_own_report_and_without_anybody_it_waits(ada, heron, bob):
    from troth.accounts.api import get_account

    own = report(get_account(heron.subject_id))
    assert (own.taken_by, own.state) == (None, State.OPEN)
    StaffMember.objects.update(certificate_until=clock.now())
    assert report(bob).taken_by is None


def test_a_report_whose_owner_left_goes_to_another_and_who_is_busy_gets_less(ada, bob, heron):
    from troth.kernel.acting import system
    from troth.staff.api import Role, invite_member
    from troth.staff.job import JOB

    first = report(ada)
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        other = invite_member(subject_id=bob.id, role=Role.SERVICE, certificate_until=heron.certificate_until)
    assert report(ada).taken_by == other.id
    assert owners.count_orphans() == 0
    StaffMember.objects.filter(pk=heron.id).update(active=False)
    assert owners.give_orphans() == 1
    assert Request.objects.get(pk=first.pk).taken_by == other.id
    assert owners.give_orphans() == 0


def test_a_colleague_takes_a_report_over_and_one_who_is_late_is_told(ada, bob, heron):
    asked = report(ada)
    reviewer = make_reviewer()
    late = Request.objects.get(pk=asked.pk)
    with on_case(asked, reviewer):
        take_request(asked, staff_id=reviewer.id)
    assert Request.objects.get().taken_by == reviewer.id
    with on_case(late, reviewer), pytest.raises(Refused, match="colleague"):
        take_request(late, staff_id=bob.id)


# -- Paper -------------------------------------------------------------------------------------------------------------


def test_the_form_for_the_post_is_a_pdf_for_anybody(client, house):
    answer = client.get(reverse("rights:by_post"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")


def test_the_answer_is_a_pdf_for_whoever_has_the_request(as_heron, ada, heron, monkeypatch):
    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: True)
    letter = verified(ada, heron)
    url = reverse("rights:letter_pdf", kwargs={"request_id": letter.id})
    answer = as_heron.get(url)
    assert answer.content.startswith(b"%PDF")
    assert answer["Cache-Control"] == "no-store"
    Request.objects.update(taken_by=None)
    assert as_heron.get(url).status_code == 404
