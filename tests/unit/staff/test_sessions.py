"""Who becomes staff, or is no more, signs in anew; who is staff is never kept signed in (OWASP ASVS 5.0, 7.2.4)."""

from typing import Any

import pytest

from tests.factories.accounts import sign_in
from troth.accounts.models import KeptSignIn, Session, SessionKind
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.crawl import SiteBrowser
from troth.kernel.purposes import Purpose
from troth.staff.api import Role, StaffMember, invite_member, readmit_member, suspend_member
from troth.staff.job import JOB


@pytest.fixture
def browser() -> Any:
    browser = SiteBrowser()
    browser.handler.enforce_csrf_checks = False
    return browser


def is_signed_in(browser: Any) -> bool:
    return browser.get("/admin/sessions/").status_code == 200


def as_operator() -> Any:
    return acting(actor=system(JOB), purpose=Purpose.SECURITY)


def test_a_client_is_kept_signed_in_and_a_member_of_staff_is_not(browser: Any, bob: Any, heron: Any) -> None:
    sign_in(browser, "bob", keep="on")
    assert KeptSignIn.objects.filter(subject_id=bob.id).exists()
    member = SiteBrowser()
    member.handler.enforce_csrf_checks = False
    sign_in(member, "eve", keep="on")
    assert is_signed_in(member)
    assert not KeptSignIn.objects.filter(subject_id=heron.subject_id).exists()
    assert Session.objects.get(subject_id=heron.subject_id).kind == SessionKind.STAFF


def test_an_invitation_ends_the_sessions_that_were_begun_as_a_client(browser: Any, bob: Any) -> None:
    sign_in(browser, "bob", keep="on")
    assert is_signed_in(browser)
    with as_operator():
        invite_member(subject_id=bob.id, role=Role.SERVICE, certificate_until=clock.now())
    assert not is_signed_in(browser)
    sign_in(browser, "bob")
    assert Session.objects.get(subject_id=bob.id).kind == SessionKind.STAFF


@pytest.mark.parametrize("change", [suspend_member, readmit_member])
def test_suspending_and_readmitting_end_what_is_signed_in(browser: Any, heron: Any, change: Any) -> None:
    sign_in(browser, "eve")
    assert is_signed_in(browser)
    with as_operator():
        change(StaffMember.objects.get(pk=heron.pk))
    assert not is_signed_in(browser)
