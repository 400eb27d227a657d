"""A house of one with its trustee, what reminds a member before its certificate ends, and a sweep by a script."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.factories.accounts import make_account
from troth.accounts.api import Message
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.staff.actions import conduct
from troth.staff.actions.access import break_glass
from troth.staff.actions.members import certify_member, invite_member
from troth.staff.actions.reviews import count_decidable, decide_review, prepare_review
from troth.staff.actions.training import REMIND, remind_of_ends
from troth.staff.discipline import read_conduct
from troth.staff.events import Event
from troth.staff.job import JOB
from troth.staff.models import StaffMember
from troth.staff.roles import Role

REASON = "The client is at the counter, and asks where the parcel is."


def employ(login: str, role: Role) -> StaffMember:
    account = make_account(name="Pat Example", email=f"{login}@example.org", user_name=login)
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        return invite_member(subject_id=account.id, role=role, certificate_until=clock.now() + timedelta(days=90))


def test_alone_nobody_does_what_takes_two_and_with_a_trustee_it_is_done(house: None, heron: StaffMember) -> None:
    owner = employ("owner", Role.ADMINISTRATOR)
    with acting(actor=staff_member(owner.id), purpose=Purpose.SECURITY):
        review = prepare_review(kind="staff.change_role", facts={"member": str(heron.id), "role": "billing"})
        with pytest.raises(AccessDenied, match="prepared this yourself"):
            decide_review(review, approve=True, digest=review.digest)
    assert count_decidable(owner.id) == count_decidable(heron.id) == 0
    trustee = employ("trustee", Role.REVIEWER)
    assert count_decidable(trustee.id) == 1
    with acting(actor=staff_member(trustee.id), purpose=Purpose.SECURITY):
        decide_review(review, approve=True, digest=review.digest)
    heron.refresh_from_db()
    assert heron.role == Role.BILLING
    assert count_decidable(trustee.id) == 0


def test_alone_nobody_looks_without_a_case_and_with_a_trustee_both_are_told(ada: Any, heron: StaffMember) -> None:
    look = {"subject_id": ada.id, "purpose": Purpose.SUPPORT, "reason": REASON}
    with acting(actor=staff_member(heron.id), purpose=Purpose.SUPPORT), pytest.raises(Refused, match="could be told"):
        break_glass(heron, **look)
    trustee = employ("trustee", Role.REVIEWER)
    with acting(actor=staff_member(heron.id), purpose=Purpose.SUPPORT):
        glass = break_glass(heron, **look)
    assert glass.told_member_id == trustee.id
    told = Message.objects.filter(kind__startswith="staff.glass").values_list("subject_id", flat=True)
    assert set(told) == {ada.id, trustee.subject_id}


def test_a_member_is_reminded_thirty_seven_and_one_day_before_the_end_and_once_each(heron: StaffMember) -> None:
    now = clock.now()
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        certify_member(heron, until=now + timedelta(days=40))
    reminded = []
    for day in range(42):
        with time_machine.travel(now + timedelta(days=day, minutes=1), tick=False):
            reminded += [day] * remind_of_ends()
            assert remind_of_ends() == 0
    assert reminded == [10, 33, 39]
    assert Message.objects.filter(subject_id=heron.subject_id, kind=REMIND).count() == 3


def test_nobody_is_reminded_who_is_shut_out(heron: StaffMember) -> None:
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        certify_member(heron, until=clock.now() + timedelta(days=5))
    StaffMember.objects.filter(pk=heron.pk).update(active=False)
    assert remind_of_ends() == 0
    StaffMember.objects.filter(pk=heron.pk).update(active=True)
    assert remind_of_ends() == 1


def test_a_sweep_by_a_script_is_as_many_searches_as_it_made_and_one_that_finds_several_is_one(
    ada: Any, heron: StaffMember
) -> None:
    limit = read_conduct().limits.empty_searches_an_hour
    with (
        time_machine.travel(clock.now(), tick=False),
        acting(actor=staff_member(heron.id), purpose=Purpose.SUPPORT),
    ):
        for _found in range(limit + 1):
            record(event=Event.CLIENT_SOUGHT, subject_id=ada.id, fields=["name"], count=limit + 1)
        assert conduct.watch() == []
        for _empty in range(limit + 1):
            record(event=Event.CLIENT_SOUGHT, fields=["user_name"])
        assert [incident.detector for incident in conduct.watch()] == ["search_sweep"]
