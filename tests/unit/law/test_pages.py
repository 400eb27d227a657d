"""The pages of legal requests and breaches, as staff and the public use them."""

from datetime import timedelta

import pytest

from tests.unit.law.conftest import approve, browse_as, employ, grant
from troth.accounts import api as accounts
from troth.kernel import clock
from troth.law.events import Event
from troth.law.models import Breach, LegalRequest
from troth.ledger.api import newest_entries
from troth.processors.standing import office_day
from troth.staff.api import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def second_factor(monkeypatch):
    """Let every account have a second factor."""
    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: True, raising=False)


def test_a_request_goes_from_its_registration_to_its_package(officer, reviewers, ada, document):
    desk = browse_as(officer)
    sent = {
        "kind": "court_order",
        "authority": "Court of Example County",
        "demand": "One address.",
        "document": document,
        "received_on": office_day().isoformat(),
        "answer_by": (clock.today() + timedelta(days=9)).isoformat(),
        "ban": "",
    }
    assert desk.post("/console/law/register/", sent).status_code == 302
    request = LegalRequest.objects.get()
    assert request.answer_by == clock.today() + timedelta(days=9)
    page = f"/console/law/{request.id}/"
    assert "Court of Example" not in desk.get(page).content.decode()
    desk.post(f"{page}take/")
    assert "Court of Example" in desk.get(page).content.decode()
    found = desk.post(f"{page}client/", {"by": "email", "value": "ada@example.org"}).content.decode()
    token = found.split('name="client" value="')[1].split('"')[0]
    desk.post(
        f"{page}scope/", {"client": token, "accounts.Profile.email": "granted", "accounts.Profile.birthday": "too_wide"}
    )
    for reviewer in reviewers:
        review = browse_as(reviewer)
        assert "One address." in review.get(f"{page}review/").content.decode()
        assert review.post(f"{page}review/decide/", {"word": "approve"}).status_code == 302
    assert desk.post(f"{page}release/").status_code == 302
    package = desk.get(f"{page}package/")
    assert b"ada@example.org" in package.content
    assert package["Content-Disposition"].startswith("attachment")
    assert package["Cache-Control"] == "no-store"

    colleague = browse_as(employ("colleague", Role.PRIVACY_OFFICER))
    assert "package/" in colleague.get(page).content.decode()
    assert colleague.get(f"{page}package/").content == package.content
    assert [each.event for each in newest_entries(50)].count(Event.PACKAGE_FETCHED) == 2
    # A reviewer sees the lists, and handles no request.
    assert browse_as(reviewers[0]).get(f"{page}package/").status_code == 403


def test_a_package_that_did_not_leave_is_not_to_be_had(request_, officer, reviewers, ada):
    grant(request_, officer, ada.id, "email")
    approve(request_, reviewers)
    assert browse_as(officer).get(f"/console/law/{request_.id}/package/").status_code == 404


def test_lists_show_no_value_and_the_report_counts(request_, officer, reviewers, ada, client):
    grant(request_, officer, ada.id, "email")
    approve(request_, reviewers)
    shown = browse_as(officer).get("/console/law/").content.decode()
    assert request_.number in shown
    assert "Court of Example" not in shown
    report = client.get("/legal-requests/").content.decode()
    assert "Requests received" in report
    assert request_.number not in report


def test_a_wrong_registration_says_what_is_wrong_and_keeps_the_rest(officer):
    sent = {
        "kind": "court_order",
        "authority": "Court",
        "received_on": "2999-01-01",
        "answer_by": "2001-01-01",
        "ban": "court",
    }
    body = browse_as(officer).post("/console/law/register/", sent).content.decode()
    for words in ("This day has not come yet", "A ban has an end", "Court"):
        assert words in body
    assert LegalRequest.objects.count() == 0


def test_a_breach_is_recorded_and_its_form_is_a_pdf(officer):
    desk = browse_as(officer)
    now = clock.now()
    sent = {
        "kind": "seen",
        "began_at": (now - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
        "discovered_at": (now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        "description": "A list was seen.",
        "high_risk": "on",
    }
    assert desk.post("/console/breaches/record/", sent).status_code == 302
    breach = Breach.objects.get()
    page = f"/console/breaches/{breach.id}/"
    assert "A list was seen." in desk.get(page).content.decode()
    assert desk.get(f"{page}form/").content.startswith(b"%PDF")
    desk.post(page, {"form": "step", "text": "It was taken down."})
    assert "It was taken down." in desk.get(page).content.decode()


def test_others_do_not_reach_what_is_not_theirs(request_, officer, heron, reviewers):
    page = f"/console/law/{request_.id}/"
    assert browse_as(officer).get(page).status_code == 200
    service = browse_as(heron)
    service.raise_request_exception = False
    assert service.get(page).status_code == 403
    assert browse_as(reviewers[0]).get(f"{page}review/").status_code == 404
