"""The console's frame from page to page: training, a record on a case and without, an objection, a hearing."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.factories.accounts import make_account
from tests.factories.visitors import sign_in_directly
from troth.accounts import api as accounts
from troth.accounts.api import Message
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member, system
from troth.kernel.crawl import SiteBrowser
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import looks_at, record
from troth.rights.actions.requests import open_own_request, take_request
from troth.rights.cases import case_of
from troth.rights.kinds import Kind
from troth.staff.actions import conduct
from troth.staff.actions.members import invite_member
from troth.staff.actions.reviews import decide_review, prepare_review
from troth.staff.courses import list_courses
from troth.staff.events import Event
from troth.staff.job import JOB
from troth.staff.models import BreakGlass, Certificate, Challenge, Incident, Relation, Review, StaffMember, Tie
from troth.staff.roles import Role


@pytest.fixture(autouse=True)
def second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: True, raising=False)


def browse(subject_id: Any) -> SiteBrowser:
    browser = SiteBrowser()
    browser.raise_request_exception = True
    browser.handler.enforce_csrf_checks = False
    sign_in_directly(browser, subject_id, methods=("password", "code"))
    return browser


def employ(login: str, role: Role, *, trained: bool = True) -> StaffMember:
    account = make_account(name="Pat Example", email=f"{login}@example.org", user_name=login)
    until = clock.now() + timedelta(days=90) if trained else None
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        return invite_member(subject_id=account.id, role=role, certificate_until=until)


@pytest.fixture
def officer(house: None) -> StaffMember:
    return employ("officer", Role.PRIVACY_OFFICER)


@pytest.fixture
def asked(ada: Any, heron: Any) -> Any:
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        request = open_own_request(subject_id=ada.id, kind=Kind.ACCESS, text="A copy, please.")
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS, case=case_of(request)):
        take_request(request, staff_id=heron.id)
    return request


def record_page(asked: Any) -> str:
    return f"/console/clients/request/{asked.id}/"


def reveal(browser: Any, asked: Any, ada: Any, name: str = "name") -> Any:
    from troth.accounts.api import Profile

    row = Profile.of(ada.id)
    assert row is not None
    return browser.post(record_page(asked), {"panel": "details", "value": f"{row.pk}.{name}"})


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_shipped_course_has_a_bank_of_questions(house: None, language: str) -> None:
    course = list_courses(language)[0]
    assert len(course.bank) >= 20
    assert {question.name for question in course.bank} == {question.name for question in list_courses("en")[0].bank}
    assert [q.right for q in course.bank] == [q.right for q in list_courses("en")[0].bank]
    assert "{{" not in course.text


def take_test(browser: Any, *, right: bool) -> str:
    course = list_courses("en")[0]
    begun = browser.post(f"/console/training/{course.key}/begin/")
    assert begun.status_code == 302, begun.content
    page = browser.get(begun.headers["Location"]).content.decode()
    names = re.findall(r'<fieldset id="([a-z0-9-]+)"', page)
    assert len(names) == course.drawn
    chosen = {q.name: q.right if right else (q.right + 1) % len(q.answers) for q in course.pick(names)}
    return str(browser.post(begun.headers["Location"], chosen).content.decode())


def test_who_passes_the_test_is_certified_for_the_courses_version_and_who_does_not_waits(house: None) -> None:
    member = employ("newcomer", Role.SERVICE, trained=False)
    browser = browse(member.subject_id)
    assert "does not count today" in browser.get("/console/").content.decode()
    for _try in range(list_courses("en")[0].tries):
        assert "Not passed" in take_test(browser, right=False)
    with pytest.raises(Refused, match="used up"):
        from troth.staff.actions.training import begin_sitting

        with acting(actor=staff_member(member.id), purpose=Purpose.SECURITY):
            begin_sitting(member, list_courses("en")[0])
    assert not Certificate.objects.exists()
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        sign_in_directly(browser, member.subject_id, methods=("password", "code"))
        assert "You passed" in take_test(browser, right=True)
    certificate = Certificate.objects.get()
    assert certificate.version == list_courses("en")[0].version
    member.refresh_from_db()
    assert member.certificate_until == certificate.until


def test_a_record_opens_on_a_case_masked_and_each_revealed_value_is_a_look(
    asked: Any, ada: Any, heron: Any, as_heron: Any
) -> None:
    page = as_heron.get(record_page(asked)).content.decode()
    assert "•••" in page
    assert "Ada Example" not in page
    assert looks_at(ada.id) == []
    assert "Ada Example" in reveal(as_heron, asked, ada).content.decode()
    assert looks_at(ada.id)[0].fields == ("name",)


def test_a_certificate_that_ends_while_the_page_is_open_opens_nothing(
    asked: Any, ada: Any, heron: Any, as_heron: Any
) -> None:
    assert as_heron.get(record_page(asked)).status_code == 200
    StaffMember.objects.filter(pk=heron.pk).update(certificate_until=clock.now())
    assert reveal(as_heron, asked, ada).status_code == 403
    assert looks_at(ada.id) == []


def test_a_role_taken_away_shuts_the_open_page(asked: Any, ada: Any, heron: Any, as_heron: Any) -> None:
    StaffMember.objects.filter(pk=heron.pk).update(role=Role.ADMINISTRATOR)
    assert reveal(as_heron, asked, ada).status_code == 403


def test_a_search_shows_no_value_and_is_written_down(asked: Any, ada: Any, heron: Any, as_heron: Any) -> None:
    sent = {"by": "email", "value": "ada@example.org", "purpose": "support"}
    page = as_heron.post("/console/clients/", sent).content.decode()
    assert "One account is found" in page
    assert "Ada Example" not in page
    assert asked.number in page
    assert looks_at(ada.id)[0].event == Event.CLIENT_SOUGHT
    number = {"by": "number", "value": asked.number, "purpose": "support"}
    assert "One account is found" in as_heron.post("/console/clients/", number).content.decode()


def break_glass(browser: Any, reason: str) -> Any:
    sent = {"by": "email", "value": "ada@example.org", "purpose": "support"}
    page = browser.post("/console/clients/", sent).content.decode()
    token = page.split("without-case/?client=")[1].split('"')[0].replace("%3A", ":")
    return browser.post("/console/clients/without-case/", {"client": token, "reason": reason})


def test_a_look_without_a_case_tells_the_client_and_a_second_person_and_is_examined(
    ada: Any, heron: Any, as_heron: Any, officer: StaffMember
) -> None:
    opened = break_glass(as_heron, "The parcel leaves in ten minutes with the wrong label.")
    assert opened.status_code == 302
    glass = BreakGlass.objects.get()
    told = {(message.subject_id, message.kind) for message in Message.objects.filter(kind__startswith="staff.")}
    assert told == {(ada.id, "staff.glass_client"), (officer.subject_id, "staff.glass_second")}
    assert as_heron.get(opened.headers["Location"]).status_code == 200
    as_officer = browse(officer.subject_id)
    assert glass.number in as_officer.get("/console/looks-without-case/").content.decode()
    as_officer.post("/console/looks-without-case/", {"glass": str(glass.id), "was_right": "yes"})
    glass.refresh_from_db()
    assert glass.was_right
    with time_machine.travel(glass.ends_at):
        sign_in_directly(as_heron, heron.subject_id, methods=("password", "code"))
        as_heron.raise_request_exception = False
        assert as_heron.get(opened.headers["Location"]).status_code == 404


def test_without_a_second_person_nothing_opens_without_a_case(ada: Any, heron: Any, as_heron: Any) -> None:
    assert break_glass(as_heron, "The parcel leaves in ten minutes with the wrong label.").status_code == 409
    assert not BreakGlass.objects.exists()


def test_an_objection_pauses_that_member_and_its_answer_reaches_the_client(  # noqa: PLR0917  each its own fixture
    asked: Any, ada: Any, heron: Any, as_ada: Any, as_heron: Any, officer: StaffMember
) -> None:
    reveal(as_heron, asked, ada)
    look = looks_at(ada.id)[0]
    assert "Object to this look" in as_ada.get("/admin/looks/").content.decode()
    assert as_ada.post(f"/admin/looks/{look.id}/object/").status_code == 302
    assert reveal(as_heron, asked, ada).status_code == 403
    challenge = Challenge.objects.get()
    page = f"/console/objections/{challenge.id}/"
    as_officer = browse(officer.subject_id)
    as_officer.post(page, {"act": "take"})
    assert as_officer.get(page).status_code == 200
    as_officer.post(page, {"act": "answer", "finding": "right", "answer": "It was for your request."})
    assert "It was for your request." in as_ada.get(f"/admin/looks/{look.id}/object/").content.decode()
    assert Message.objects.filter(subject_id=ada.id, kind="staff.challenge_answered").exists()
    assert reveal(as_heron, asked, ada).status_code == 200


def test_relatives_and_colleagues_are_shut_and_the_privacy_officer_handles_colleagues(
    asked: Any, ada: Any, heron: Any, as_heron: Any
) -> None:
    Relation.objects.create(member_id=heron.id, subject_id=ada.id, tie=Tie.RELATIVE)
    assert reveal(as_heron, asked, ada).status_code == 403
    Relation.objects.all().delete()
    employ_ada = StaffMember.objects.create(
        subject_id=ada.id, role=Role.BILLING, pseudonym="Wren 99", invited_at=clock.now()
    )
    assert reveal(as_heron, asked, ada).status_code == 403
    employ_ada.delete()
    assert reveal(as_heron, asked, ada).status_code == 200
    found = {incident.detector for incident in conduct.watch()}
    assert found >= {"close_person"}


def test_an_act_for_two_people_is_done_by_another_only_and_only_as_prepared(heron: Any, officer: StaffMember) -> None:
    admin = employ("admin", Role.ADMINISTRATOR)
    with acting(actor=staff_member(admin.id), purpose=Purpose.SECURITY):
        review = prepare_review(kind="staff.change_role", facts={"member": str(heron.id), "role": "billing"})
        with pytest.raises(AccessDenied, match="prepared this yourself"):
            decide_review(review, approve=True, digest=review.digest)
    with acting(actor=staff_member(officer.id), purpose=Purpose.SECURITY):
        Review.objects.filter(pk=review.pk).update(facts={"member": str(heron.id), "role": "administrator"})
        with pytest.raises(Refused, match="not what was prepared"):
            decide_review(review, approve=True, digest=review.digest)
        Review.objects.filter(pk=review.pk).update(facts={"member": str(heron.id), "role": "billing"})
        decide_review(review, approve=True, digest=review.digest)
    heron.refresh_from_db()
    assert heron.role == Role.BILLING
    assert browse(officer.subject_id).get("/console/reviews/").status_code == 200


def test_a_grave_incident_shuts_out_at_once_is_heard_decided_and_appealed(heron: Any, officer: StaffMember) -> None:
    trustee = employ("trustee", Role.REVIEWER)
    with acting(actor=staff_member(heron.id), purpose=Purpose.SUPPORT):
        record(event=Event.EXPORT_MADE, count=500)
    incident = conduct.watch()[0]
    assert conduct.watch() == []
    heron.refresh_from_db()
    assert not heron.active
    own, page = f"/console/own-incidents/{incident.id}/", f"/console/incidents/{incident.id}/"
    as_member, as_officer = browse(heron.subject_id), browse(officer.subject_id)
    decision = {"act": "decide", "outcome": "unfounded", "text": "It was a test of the export."}
    as_officer.post(page, {"act": "take"})
    assert as_officer.post(page, decision).status_code == 409
    as_officer.post(page, {"act": "hear"})
    assert as_member.post(own, {"text": "I was asked to."}).status_code == 302
    assert "I was asked to." in as_officer.get(page).content.decode()
    assert as_officer.post(page, decision).status_code == 302
    assert as_member.post(own, {"text": "I disagree."}).status_code == 302
    assert as_officer.post(page, decision).status_code == 409
    as_trustee = browse(trustee.subject_id)
    assert "I was asked to." not in as_trustee.get(page).content.decode()
    assert as_trustee.post(page, decision).status_code == 409
    assert as_officer.post(page, {"act": "take"}).status_code == 403
    as_trustee.post(page, {"act": "take"})
    shown = as_trustee.get(page).content.decode()
    assert "I was asked to." in shown
    assert "I disagree." in shown
    as_trustee.post(page, decision)
    incident.refresh_from_db()
    assert (incident.state, incident.outcome, incident.appeal_by) == ("closed", "unfounded", trustee.id)
    assert Incident.objects.count() == 1
    (back,) = Review.objects.filter(kind="staff.readmit", state="waiting")
    as_trustee.post(f"/console/reviews/{back.id}/", {"decision": "approve", "digest": back.digest})
    heron.refresh_from_db()
    assert heron.active


@pytest.mark.parametrize("role", ["", "<odd>"])
def test_a_change_to_no_role_of_the_list_says_so_and_prepares_nothing(heron: StaffMember, role: str) -> None:
    browser = browse(employ("admin", Role.ADMINISTRATOR).subject_id)
    browser.raise_request_exception = False
    answer = browser.post(f"/console/people/{heron.id}/change/", {"role": role})
    assert answer.status_code == 409
    assert "Choose what is to change" in answer.content.decode()
    assert not Review.objects.exists()


def test_an_invitation_leaves_after_a_second_person_agreed_and_makes_a_member(
    ada: Any, officer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    from troth.staff.actions import invitations
    from troth.staff.models import Invitation

    admin = employ("admin", Role.ADMINISTRATOR)
    letters: list[Any] = []
    monkeypatch.setattr(invitations, "send_letter", letters.append)
    assert browse(admin.subject_id).post(
        "/console/people/invite/", {"email": "new@example.org", "role": "service", "told": "on"}
    )
    assert invitations.find_unsent() == []
    review = Review.objects.get()
    browse(officer.subject_id).post(f"/console/reviews/{review.id}/", {"decision": "approve", "digest": review.digest})
    assert invitations.send(Invitation.objects.get().id)
    assert letters[0].to == "new@example.org"
    path = re.search(r"https://[^/]+(/console/invitation/\S+)", letters[0].text)
    assert path
    as_ada = browse(ada.id)
    assert "customer service" in as_ada.get(path[1]).content.decode()
    assert "You work here now" in as_ada.post(path[1]).content.decode()
    assert StaffMember.objects.get(subject_id=ada.id).role == Role.SERVICE
    assert not Invitation.objects.exists()


def test_an_invitation_passes_the_door_out(furnished: None, ada: Any, heron: StaffMember) -> None:
    from django.core import mail

    from troth.staff.actions import invitations
    from troth.staff.models import Invitation

    with acting(actor=staff_member(heron.id), purpose=Purpose.SECURITY):
        invitations.prepare_invitation(email="new@example.org", role=Role.SERVICE)
    mail.outbox.clear()
    assert invitations.send(Invitation.objects.get().id)
    assert [message.to for message in mail.outbox] == [["new@example.org"]]


@pytest.mark.parametrize("path", ["", "board/", "people/", "incidents/", "incidents/?state=closed", "ties/", "views/",
                                  "training/", "objections/"])  # fmt: skip
def test_the_officers_pages_answer(officer: StaffMember, path: str) -> None:
    assert browse(officer.subject_id).get(f"/console/{path}").status_code == 200
