"""The judge of staff: one look is allowed, and each thing that is missing refuses it, from the same set-up."""

from datetime import timedelta

import pytest
import time_machine

from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import Case, acting, client, staff_member, system
from troth.kernel.errors import AccessDenied, Closed
from troth.kernel.ids import new_id
from troth.kernel.ports import Feature
from troth.kernel.purposes import Purpose
from troth.ledger.api import count_looks_at, looks_at
from troth.rights.actions.requests import open_own_request, revoke_request, take_request
from troth.rights.cases import case_of
from troth.rights.kinds import Kind
from troth.staff.api import Role, certify_member, invite_member, readmit_member, suspend_member
from troth.staff.job import JOB
from troth.staff.models import StaffMember


@pytest.fixture
def asked(ada, heron):
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        request = open_own_request(subject_id=ada.id, kind=Kind.ACCESS, text="A copy, please.")
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS, case=case_of(request)):
        take_request(request, staff_id=heron.id)
    return request


def look(subject, member, case, purpose=Purpose.RIGHTS):
    with acting(actor=staff_member(member.id), purpose=purpose, case=case):
        return Profile.of(subject.id).open("name").name


def as_register(change, *args, **kwargs):
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        return change(*args, **kwargs)


def test_a_trained_member_with_the_case_sees_and_the_client_sees_that(asked, ada, heron):
    assert look(ada, heron, case_of(asked)) == "Ada Example"
    entry = looks_at(ada.id)[0]
    assert entry.actor == staff_member(heron.id)
    assert entry.case == case_of(asked)
    assert entry.fields == ("name",)


@pytest.mark.parametrize(
    "case",
    [None, Case("request", "nonsense"), Case("request", str(new_id())), Case("unheard-of", "1")],
    ids=["none", "no id", "unknown", "unknown kind"],
)
def test_without_an_open_case_nothing_opens(asked, ada, heron, case):
    with pytest.raises(AccessDenied, match="no open case"):
        look(ada, heron, case)
    assert count_looks_at(ada.id) == 0


def test_a_case_about_another_client_opens_nothing(asked, bob, heron):
    with pytest.raises(AccessDenied, match="another client"):
        look(bob, heron, case_of(asked))


def test_a_colleagues_case_opens_nothing(asked, ada, bob):
    colleague = as_register(
        invite_member, subject_id=bob.id, role=Role.SERVICE, certificate_until=clock.now() + timedelta(days=1)
    )
    with pytest.raises(AccessDenied, match="not yours"):
        look(ada, colleague, case_of(asked))


def test_a_closed_case_opens_nothing(asked, ada, heron):
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        revoke_request(asked)
    with pytest.raises(AccessDenied, match="no open case"):
        look(ada, heron, case_of(asked))


def test_a_certificate_ends_at_its_second(asked, ada, heron):
    with time_machine.travel(heron.certificate_until - timedelta(seconds=1), tick=False):
        assert look(ada, heron, case_of(asked)) == "Ada Example"
    with (
        time_machine.travel(heron.certificate_until, tick=False),
        pytest.raises(AccessDenied, match="certificate has run out"),
    ):
        look(ada, heron, case_of(asked))


def test_a_suspended_member_sees_nothing_until_readmitted(asked, ada, heron):
    as_register(suspend_member, heron)
    with pytest.raises(AccessDenied, match="no longer"):
        look(ada, heron, case_of(asked))
    as_register(readmit_member, heron)
    assert look(ada, heron, case_of(asked)) == "Ada Example"


def test_a_role_looks_for_its_own_purposes_only(asked, ada, heron):
    with pytest.raises(AccessDenied):
        look(ada, heron, case_of(asked), purpose=Purpose.BILLING)
    StaffMember.objects.filter(pk=heron.pk).update(role=Role.FULFILMENT)
    with pytest.raises(AccessDenied, match="role may not look"):
        look(ada, heron, case_of(asked))


def test_the_case_must_justify_the_purpose(asked, ada, heron):
    with pytest.raises(AccessDenied, match="does not justify"):
        look(ada, heron, case_of(asked), purpose=Purpose.SUPPORT)


def test_nobody_handles_their_own_record(heron):
    from troth.accounts.api import Account

    own = Account.objects.get(id=heron.subject_id)
    with acting(actor=client(own.id), purpose=Purpose.ACCOUNT):
        request = open_own_request(subject_id=own.id, kind=Kind.ACCESS, text="Mine.")
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS, case=case_of(request)):
        take_request(request, staff_id=heron.id)
    with pytest.raises(AccessDenied, match="own record"):
        look(own, heron, case_of(request))


def test_a_broken_promise_closes_the_looks_of_staff(asked, ada, heron, open_features):
    open_features.closed[Feature.STAFF_ACCESS] = "A promise about looks is broken."
    with pytest.raises(Closed):
        look(ada, heron, case_of(asked))
    open_features.closed.clear()
    assert look(ada, heron, case_of(asked)) == "Ada Example"


def test_a_new_training_opens_again(asked, ada, heron):
    as_register(certify_member, heron, until=clock.now() - timedelta(days=1))
    with pytest.raises(AccessDenied):
        look(ada, heron, case_of(asked))
    as_register(certify_member, heron, until=clock.now() + timedelta(days=1))
    assert look(ada, heron, case_of(asked)) == "Ada Example"
