"""A legal request gives what two others reviewed, value by value, and the client is told when it may be."""

import json
from datetime import timedelta

import pyrage
import pytest
import time_machine
from django.db import IntegrityError, transaction

from tests.unit.law.conftest import act_as, approve, enter, grant
from troth.accounts.api import Profile
from troth.disclosures.api import RequiredByLaw, list_left_of
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ports import contact_gates
from troth.kernel.purposes import Purpose
from troth.law.actions.release import release_request
from troth.law.actions.requests import close_request, end_ban, review_request, send_back
from troth.law.actions.telling import tell_due
from troth.law.cases import item_case, review_case
from troth.law.evidence import recipient_of
from troth.law.holder import LawHolder
from troth.law.kinds import Ban, DemandState, RefusalCause
from troth.law.models import LegalRequest, ScopeItem, Telling
from troth.ledger.api import entries_about
from troth.processors.api import SendRefused, hand_over

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(monkeypatch):
    """Whom the gate was asked to contact."""
    asked = []

    class Gate:
        def contact(self, request):
            asked.append((request.subject_id, request.about))

        def permits(self, _letter):
            return True

    monkeypatch.setitem(contact_gates._items, "support", Gate())
    return asked


def test_what_two_reviewers_approved_leaves_and_no_value_more(request_, officer, reviewers, ada, told):
    grant(request_, officer, ada.id, "email", refused=[("telephone", RefusalCause.TOO_WIDE)])
    approve(request_, reviewers)
    release_request(request_, member_id=officer.id)
    assert request_.state == DemandState.RELEASED
    package = json.loads(request_.read_package()["content"])
    assert package["people"] == [{"values": [{"name": "E-mail address", "value": "ada@example.org"}]}]
    (left,) = list_left_of(ada.id, limit=1)
    assert left.fields == ("accounts.Profile.email",)
    assert (left.ground, left.evidence) == ("required_by_law", f"legal:{request_.number}")
    assert tell_due() == 1
    assert told == [(ada.id, "law.request_told")]
    assert tell_due() == 0


def test_nothing_leaves_before_two_others_reviewed_it(request_, officer, reviewers, ada):
    grant(request_, officer, ada.id, "email")
    for so_far in ([], reviewers[:1]):
        approve(request_, so_far)
        with pytest.raises(Refused):
            release_request(request_, member_id=officer.id)
    assert not [each for each in list_left_of(ada.id) if each.ground == "required_by_law"]
    approve(request_, reviewers[1:])
    release_request(request_, member_id=officer.id)
    assert list_left_of(ada.id)[0].ground == "required_by_law"


def test_who_prepared_it_does_not_review_it_and_a_voice_counts_once(request_, officer, reviewers, ada):
    grant(request_, officer, ada.id, "email")
    with pytest.raises(Refused), act_as(officer):
        review_request(request_)
    approve(request_, [reviewers[0], reviewers[0]])
    assert request_.state == DemandState.NARROWED
    approve(request_, reviewers[1:])
    assert request_.state == DemandState.APPROVED


def test_a_scope_that_is_changed_is_reviewed_anew(request_, officer, reviewers, ada):
    grant(request_, officer, ada.id, "email")
    approve(request_, reviewers)
    grant(request_, officer, ada.id, "email", "telephone")
    assert request_.state == DemandState.NARROWED
    with pytest.raises(Refused):
        release_request(request_, member_id=officer.id)
    ScopeItem.objects.filter(request=request_, field="telephone").delete()
    with pytest.raises(Refused), act_as(reviewers[0]):
        review_request(request_)


def test_the_case_opens_what_was_granted_and_nothing_else(request_, officer, reviewers, ada, bob):
    grant(request_, officer, ada.id, "email")
    case = item_case(request_, ada.id)
    with acting(actor=staff_member(officer.id), purpose=Purpose.LEGAL, case=case), pytest.raises(AccessDenied):
        Profile.of(ada.id).open("email")
    approve(request_, reviewers)
    with acting(actor=staff_member(officer.id), purpose=Purpose.LEGAL, case=case):
        assert Profile.of(ada.id).open("email").email == "ada@example.org"
        with pytest.raises(AccessDenied):
            Profile.of(ada.id).open("telephone")
        with pytest.raises(AccessDenied):
            Profile.of(bob.id).open("email")
    other = acting(actor=staff_member(reviewers[0].id), purpose=Purpose.LEGAL, case=case)
    with other, pytest.raises(AccessDenied):
        Profile.of(ada.id).open("email")


def test_the_door_out_wants_the_reviewed_request(request_, officer, reviewers, ada):
    def try_to_give(*names):
        with acting(actor=staff_member(officer.id), purpose=Purpose.LEGAL, case=item_case(request_, ada.id)):
            return hand_over(
                subject_id=ada.id,
                recipient=recipient_of(request_),
                values=[getattr(Profile.of(ada.id), name) for name in names],
                ground=RequiredByLaw(request_.id),
                reference=request_.number,
            )

    grant(request_, officer, ada.id, "email")
    with pytest.raises(SendRefused):
        try_to_give("email")
    approve(request_, reviewers)
    with pytest.raises(SendRefused):
        try_to_give("email", "telephone")
    assert try_to_give("email").shown == (("E-mail address", "ada@example.org"),)


def test_a_reviewer_reads_the_document_and_who_prepared_it_does_not_by_that_way(request_, officer, reviewers, ada):
    grant(request_, officer, ada.id, "email")
    for member, allowed in ((reviewers[0], True), (officer, False)):
        case = review_case(request_, member.id)
        with acting(actor=staff_member(member.id), purpose=Purpose.LEGAL, case=case):
            row = LegalRequest.objects.get(id=request_.id)
            if allowed:
                assert row.open("document").document["name"] == "order.pdf"
            else:
                with pytest.raises(AccessDenied):
                    row.open("document")


def test_under_a_ban_the_client_reads_nothing_and_is_told_on_its_last_day(banned, officer, reviewers, ada, told):
    before = len(entries_about(ada.id))
    grant(banned, officer, ada.id, "email")
    approve(banned, reviewers)
    release_request(banned, member_id=officer.id)
    assert len(entries_about(ada.id)) == before
    assert not [each for each in list_left_of(ada.id) if each.ground == "required_by_law"]
    assert LawHolder().show(ada.id) == []
    assert tell_due() == 0
    with time_machine.travel(clock.now() + timedelta(days=20, minutes=1)):
        assert tell_due() == 1
        assert told == [(ada.id, "law.request_told")]
        assert list_left_of(ada.id)[0].ground == "required_by_law"
        assert len(entries_about(ada.id)) > before
        (item,) = LawHolder().show(ada.id)
        assert banned.number in str(item.label)


def test_a_court_may_end_a_ban_sooner(banned, officer, reviewers, ada, told):
    grant(banned, officer, ada.id, "email")
    approve(banned, reviewers)
    release_request(banned, member_id=officer.id)
    with act_as(officer):
        end_ban(banned, on=clock.today())
    assert tell_due() == 1


def test_there_is_no_ban_without_an_end(officer, document, banned):
    with pytest.raises(Refused):
        enter(officer, document, ban=Ban.STATUTE)
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalRequest.objects.filter(pk=banned.pk).update(ban_until=None)


def test_what_is_sent_back_or_withdrawn_gives_nothing(request_, officer, reviewers, ada):
    grant(request_, officer, ada.id, "email")
    with act_as(reviewers[0]):
        send_back(request_)
    assert request_.state == DemandState.RECEIVED
    with act_as(officer):
        close_request(request_, state=DemandState.WITHDRAWN)
    with pytest.raises(Refused):
        release_request(request_, member_id=officer.id)
    assert Telling.objects.count() == 0


def test_a_package_is_sealed_to_the_key_of_the_recipient(officer, document, reviewers, ada):
    key = pyrage.x25519.Identity.generate()
    request = enter(officer, document)
    with acting(actor=system("law-register"), purpose=Purpose.LEGAL):
        request.recipient_key = str(key.to_public())
        request.save()
    grant(request, officer, ada.id, "email")
    approve(request, reviewers)
    release_request(request, member_id=officer.id)
    content = request.read_package()["content"]
    assert b"ada@example.org" not in content
    assert b"ada@example.org" in pyrage.decrypt(content, [key])


@pytest.mark.parametrize("gone", ["certificate_until", "active"])
def test_a_member_without_training_or_standing_releases_nothing(request_, officer, reviewers, ada, gone):
    grant(request_, officer, ada.id, "email")
    approve(request_, reviewers)
    type(officer).objects.filter(pk=officer.pk).update(**{gone: None if gone == "certificate_until" else False})
    with pytest.raises(AccessDenied):
        release_request(request_, member_id=officer.id)
    type(officer).objects.filter(pk=officer.pk).update(certificate_until=clock.now() + timedelta(days=1), active=True)
    release_request(request_, member_id=officer.id)
    assert request_.state == DemandState.RELEASED
