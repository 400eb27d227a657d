"""The console's room of requests: let in or turned away from the same set-up; a letter from the post to the answer."""

from datetime import timedelta

import pytest

from troth.accounts import api as accounts
from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.errors import AccessDenied
from troth.kernel.ports import Feature
from troth.kernel.purposes import Purpose
from troth.ledger.api import entries_about, looks_at
from troth.processors.standing import office_day
from troth.rights.kinds import State
from troth.rights.models import Request
from troth.staff.models import StaffMember
from troth.staff.roles import GRANTS, Role, may


@pytest.fixture(autouse=True)
def second_factor(monkeypatch):
    """Let every account have a second factor; whether the session used it is each test's own."""
    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: True, raising=False)


def enter_letter(browser, **more):
    found = browser.post("/console/requests/find/", {"by": "email", "value": "ada@example.org"}).content.decode()
    token = found.split("?client=")[1].split('"')[0].replace("%3A", ":")
    form = {
        "client": token,
        "channel": "letter",
        "kind": "correct",
        "received_on": office_day().isoformat(),
        "text": "My name has two a’s.",
        **more,
    }
    answer = browser.post("/console/requests/enter/", form)
    assert answer.status_code == 302, answer.content.decode()
    return Request.objects.get()


def test_a_member_with_the_role_and_a_second_factor_is_let_in(as_heron):
    assert as_heron.get("/console/").status_code == 200
    assert as_heron.get("/console/requests/").status_code == 200


def test_a_client_is_turned_away(as_ada):
    assert as_ada.get("/console/requests/").status_code == 403


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get("/console/requests/").status_code == 303


def test_a_session_without_a_second_factor_is_turned_away(as_heron, heron):
    from tests.factories.visitors import sign_in_directly

    sign_in_directly(as_heron, heron.subject_id, methods=("password",))
    answer = as_heron.get("/console/requests/")
    assert answer.status_code == 403
    assert "second factor" in answer.content.decode()


def test_a_role_without_the_permission_is_turned_away(as_heron, heron):
    StaffMember.objects.filter(pk=heron.pk).update(role=Role.FULFILMENT)
    assert as_heron.get("/console/").status_code == 200
    assert as_heron.get("/console/requests/").status_code == 403


def test_a_suspended_member_is_turned_away(as_heron, heron):
    StaffMember.objects.filter(pk=heron.pk).update(active=False)
    assert as_heron.get("/console/").status_code == 403


def test_no_role_holds_everything_and_unknown_ones_hold_nothing():
    every = set().union(*(grant.permissions for grant in GRANTS.values()))
    assert all(grant.permissions < every for grant in GRANTS.values())
    assert not may("emperor", "console:requests:read")
    assert not may(Role.SERVICE, "console:everything:do")


def test_a_letter_goes_from_the_post_to_the_answer(as_heron, heron, ada):
    request = enter_letter(as_heron)
    page = f"/console/requests/{request.id}/"
    assert "two a’s" not in as_heron.get(page).content.decode()
    as_heron.post(f"{page}take/")
    assert "two a’s" in as_heron.get(page).content.decode()
    assert as_heron.get(f"{page}values/").status_code == 409
    as_heron.post(f"{page}verify/", {"how": "signed_letter"})
    values = as_heron.get(f"{page}values/").content.decode()
    assert "Ada Example" in values
    row = Profile.of(ada.id)
    as_heron.post(f"{page}correct/accounts.Profile/{row.pk}/name/", {"name": "Adaa Example"})
    as_heron.post(page, {"outcome": "draft", "answer": "Put right."})
    letter = as_heron.get(f"{page}letter/").content.decode()
    assert "Put right." in letter
    assert "Adaa Example" in letter
    as_heron.post(page, {"outcome": "fulfilled", "answer": "Put right."})
    request.refresh_from_db()
    assert request.state == State.FULFILLED
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        assert Profile.of(ada.id).open("name").name == "Adaa Example"
    events = {entry.event for entry in entries_about(ada.id)}
    assert {"rights:request:opened", "rights:request:executed", "rights:request:closed"} <= events
    assert any(entry.actor == staff_member(heron.id) and "name" in entry.fields for entry in looks_at(ada.id))


def test_a_search_shows_nothing_and_stands_in_the_clients_record(as_heron, ada):
    body = as_heron.post("/console/requests/find/", {"by": "user_name", "value": "ada"}).content.decode()
    assert "One account is found" in body
    assert "Ada Example" not in body
    assert "ada@example.org" not in body
    assert looks_at(ada.id)[0].event == "staff:client:sought"


def test_a_part_of_a_value_finds_nobody(as_heron, ada):
    body = as_heron.post("/console/requests/find/", {"by": "email", "value": "ada@"}).content.decode()
    assert "No account is found" in body


def test_the_account_of_a_letter_cannot_be_swapped_in_the_form(as_heron, bob):
    form = {"client": str(bob.id), "channel": "letter", "kind": "delete", "received_on": "2026-01-01", "text": "Go."}
    assert as_heron.post("/console/requests/enter/", form).status_code == 404
    assert not Request.objects.exists()


def test_the_list_has_no_personal_value(as_heron, ada):
    request = enter_letter(as_heron)
    body = as_heron.get("/console/requests/").content.decode()
    assert request.number in body
    for value in ("Ada", "ada@example.org", "two a’s", str(ada.id)):
        assert value not in body


def test_a_colleagues_request_is_not_handled(as_heron, heron, bob):
    request = enter_letter(as_heron)
    as_heron.post(f"/console/requests/{request.id}/take/")
    Request.objects.filter(pk=request.pk).update(taken_by=bob.id)
    for action in ("verify/", "leave/"):
        assert as_heron.post(f"/console/requests/{request.id}/{action}").status_code == 404
    for page in ("values/", "letter/"):
        assert as_heron.get(f"/console/requests/{request.id}/{page}").status_code == 404
    assert "two a’s" not in as_heron.get(f"/console/requests/{request.id}/").content.decode()


def test_without_training_the_request_says_nothing(as_heron, heron):
    request = enter_letter(as_heron)
    as_heron.post(f"/console/requests/{request.id}/take/")
    StaffMember.objects.filter(pk=heron.pk).update(certificate_until=clock.now())
    answer = as_heron.get(f"/console/requests/{request.id}/")
    assert answer.status_code == 403
    assert "two a’s" not in answer.content.decode()


def test_the_gate_says_no_where_nobody_answers_for_second_factors(as_heron, monkeypatch):
    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: False, raising=False)
    answer = as_heron.get("/console/")
    assert answer.status_code == 403


def test_staff_cannot_do_what_only_clients_do(heron):
    from troth.rights.actions.requests import open_own_request
    from troth.rights.kinds import Kind

    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS), pytest.raises(AccessDenied):
        open_own_request(subject_id=heron.subject_id, kind=Kind.ACCESS, text="Mine.")


def test_without_a_certificate_nothing_is_done_about_a_client(as_heron, heron, ada):
    request = enter_letter(as_heron, kind="deactivate")
    page = f"/console/requests/{request.id}/"
    as_heron.post(f"{page}take/")
    as_heron.post(f"{page}verify/", {"how": "signed_letter"})
    member = StaffMember.objects.filter(pk=heron.pk)
    member.update(certificate_until=clock.now())
    found = as_heron.post("/console/requests/find/", {"by": "user_name", "value": "ada"})
    assert found.status_code == 403
    assert "One account is found" not in found.content.decode()
    for action in ("take/", "verify/", "leave/"):
        assert as_heron.post(f"{page}{action}").status_code == 403
    assert accounts.get_account(ada.id).is_active
    member.update(certificate_until=clock.now() + timedelta(days=1))
    assert as_heron.post(f"{page}leave/").status_code == 302
    assert not accounts.get_account(ada.id).is_active


def test_while_staff_access_is_closed_nobody_is_sought(as_heron, ada, open_features):
    search = {"by": "user_name", "value": "ada"}
    assert as_heron.post("/console/requests/find/", search).status_code == 200
    open_features.closed = {Feature.STAFF_ACCESS: "The record of looks is broken."}
    assert as_heron.post("/console/requests/find/", search).status_code == 503


def test_the_way_to_the_console_stands_on_the_pages_of_staff_alone(as_ada, as_heron):
    assert 'href="/console/"' in as_heron.get("/help/").content.decode()
    assert 'href="/console/"' not in as_ada.get("/help/").content.decode()


def test_a_report_names_the_value_that_it_is_about_as_clients_read_it(as_ada, as_heron, ada):
    profile = Profile.of(ada.id)
    as_ada.post(f"/admin/report-error/accounts.Profile/{profile.pk}/birthday/", {"text": "I was born later."})
    page = as_heron.get(f"/console/requests/{Request.objects.get().id}/").content.decode()
    assert "Birthday" in page
    assert "accounts.Profile" not in page
