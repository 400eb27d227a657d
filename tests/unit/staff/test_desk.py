"""The desk and the ways of the console: what a member took comes first, and each role meets what it can do."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.factories.accounts import make_account
from tests.factories.visitors import sign_in_directly
from troth.accounts import api as accounts
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member, system
from troth.kernel.console import rooms
from troth.kernel.crawl import SiteBrowser
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.staff.api import Role, invite_member
from troth.staff.job import JOB
from troth.staff.models import SavedView, StaffMember
from troth.staff.roles import may
from troth.support.actions.handling import take_case
from troth.support.actions.opening import Inquiry, open_inquiry
from troth.support.models import Case
from troth.support.models.cases import draw_number
from troth.support.words import Topic


@pytest.fixture(autouse=True)
def second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: True, raising=False)


def employ(login: str, role: Role) -> StaffMember:
    account = make_account(name="Pat Example", email=f"{login}@example.org", user_name=login)
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        return invite_member(subject_id=account.id, role=role, certificate_until=clock.now() + timedelta(days=90))


def browse(member: StaffMember) -> Any:
    browser = SiteBrowser()
    browser.raise_request_exception = True
    browser.handler.enforce_csrf_checks = False
    sign_in_directly(browser, member.subject_id, methods=("password", "code"))
    return browser


def ask(subject: Any, title: str) -> Case:
    with acting(actor=client(subject.id), purpose=Purpose.SUPPORT):
        return open_inquiry(
            subject_id=subject.id, inquiry=Inquiry(title=title, body="May I ask?", topic=Topic.QUESTION)
        )


def read(browser: Any, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_what_a_member_took_stands_first_and_what_is_due_first_comes_first(ada: Any, heron: StaffMember) -> None:
    later, sooner, untaken = ask(ada, "Later"), ask(ada, "Sooner"), ask(ada, "Untaken")
    for case in (later, sooner):
        with acting(actor=staff_member(heron.id), purpose=Purpose.SUPPORT, case=case.as_case):
            take_case(case)
    Case.objects.filter(pk=sooner.pk).update(due_at=clock.now() - timedelta(hours=1))
    shown = read(browse(heron), "/console/")
    assert shown.index(sooner.number) < shown.index(later.number) < shown.index("It waits for somebody")
    assert "late" in shown
    assert untaken.number not in shown
    assert "One waits." in shown


def test_of_two_hundred_cases_the_desk_shows_the_most_urgent_and_counts_the_rest(ada: Any, heron: StaffMember) -> None:
    first = ask(ada, "First")
    for hours in range(199):
        first.pk, first.number = new_id(), draw_number()
        first.due_at += timedelta(hours=hours)
        first.save_base(force_insert=True, raw=True)
    Case.objects.update(taken_by=heron.id, state="open")
    shown = read(browse(heron), "/console/")
    assert "190 more are due later" in shown


def test_several_cases_are_taken_at_once_but_not_a_colleagues(ada: Any, heron: StaffMember) -> None:
    colleague = employ("colleague", Role.SERVICE)
    mine, theirs = ask(ada, "Mine"), ask(ada, "Theirs")
    with acting(actor=staff_member(colleague.id), purpose=Purpose.SUPPORT, case=theirs.as_case):
        take_case(theirs)
    answer = browse(heron).post("/console/cases/take/", {"case": [str(mine.id), str(theirs.id), "nonsense"]})
    assert answer["Location"].endswith("?taken=1&missed=1")
    assert Case.objects.get(pk=mine.pk).taken_by == heron.id
    assert Case.objects.get(pk=theirs.pk).taken_by == colleague.id


def test_a_member_without_a_certificate_takes_nothing(ada: Any, heron: StaffMember) -> None:
    case = ask(ada, "Mine")
    StaffMember.objects.filter(pk=heron.pk).update(certificate_until=clock.now())
    browser = browse(heron)
    browser.raise_request_exception = False
    assert browser.post("/console/cases/take/", {"case": [str(case.id)]}).status_code == 403
    assert Case.objects.get(pk=case.pk).taken_by is None


@pytest.mark.parametrize(
    ("role", "met", "not_met"),
    [
        (Role.SERVICE, ["Cases", "Find a client"], ["Legal requests and holds", "Privacy officer’s board"]),
        (Role.PRIVACY_OFFICER, ["Legal requests and holds", "Privacy officer’s board", "Who works here"], []),
        (Role.ADMINISTRATOR, ["Who works here", "Reviews by two people"], ["Find a client", "Cases"]),
    ],
)
def test_each_role_meets_the_rooms_that_it_opens(house: None, role: Role, met: list[str], not_met: list[str]) -> None:
    shown = read(browse(employ("newcomer", role)), "/console/training/")
    ways = shown[shown.index('class="ways"') : shown.index("<h1>")]
    assert [words for words in met if words not in ways] == []
    assert [words for words in not_met if words in ways] == []


def test_a_list_is_kept_on_the_desk_and_an_address_elsewhere_is_not(heron: StaffMember) -> None:
    browser = browse(heron)
    assert "/console/views/?path=/console/cases/%3Flist%3Dlate" in read(browser, "/console/cases/?list=late")
    browser.post("/console/views/", {"path": "/console/cases/?list=late", "name": "What is late"})
    assert "What is late" in read(browser, "/console/")
    for elsewhere in (
        "https://elsewhere.example/",
        "/admin/",
        "/console/nothing-here/",
        "/console/cases/?q=ada@example",
    ):
        assert "cannot be kept" in browser.post("/console/views/", {"path": elsewhere, "name": "X"}).content.decode()
    assert SavedView.objects.count() == 1


def test_a_clients_record_shows_its_inquiries_and_a_number_finds_it(ada: Any, heron: StaffMember) -> None:
    case = ask(ada, "About my order")
    with acting(actor=staff_member(heron.id), purpose=Purpose.SUPPORT, case=case.as_case):
        take_case(case)
    browser = browse(heron)
    shown = read(browser, f"/console/clients/ticket/{case.id}/?panel=cases")
    assert case.number in shown
    assert "About my order" not in shown
    found = browser.post("/console/clients/", {"by": "number", "value": case.number.lower(), "purpose": "support"})
    assert f"Open the record for {case.number}" in found.content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_each_room_that_a_role_opens_answers_and_leads_to_all_others(house: None, role: Role) -> None:
    browser = browse(employ("newcomer", role))
    opened = [room for room in rooms if may(role, room.permission)]
    assert opened
    for room in opened:
        assert 'class="ways"' in read(browser, reverse(room.url)), room.key
