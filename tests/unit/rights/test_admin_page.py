"""The Admin page shows everything that is held, and lets it be corrected in place."""

import re
from datetime import timedelta

import pytest

from troth.accounts.api import Profile
from troth.accounts.interests import record_interests
from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.ports import Withheld, register_system_job, system_jobs, withholders
from troth.kernel.purposes import Purpose
from troth.rights.models import Request
from troth.vault.api import sealed_models


@pytest.fixture
def row(ada):
    return Profile.of(ada.id)


def open_own(row, *names):
    with acting(actor=client(row.subject_id), purpose=Purpose.ACCOUNT):
        return Profile.of(row.subject_id).open(*names)


def test_every_declared_value_stands_on_the_page_with_why_and_how_long(as_ada, row):
    body = as_ada.get("/admin/").content.decode()
    for attribute in Profile.sealed_attributes.values():
        assert str(attribute.label) in body.replace("&#39;", "'")
        assert str(attribute.why).split(".")[0] in body
    assert "Ada Example" in body
    assert "+44 20 7946 0018" in body
    assert "as long as you have an account" in body


def test_what_we_wrote_ourselves_is_not_called_optional(as_ada, row):
    body = as_ada.get("/admin/").content.decode()
    for attribute in ("telephone", "interest_records"):
        label = str(Profile.sealed_attributes[attribute].label)
        heading = body.split(f"<h3>{label}", 1)[1].split("</h3>", 1)[0]
        assert ("optional" in heading) is (attribute == "telephone")


def test_no_name_of_the_machine_stands_on_the_page(as_ada, row):
    """A key of a structure, the code of a currency or language, an ISO date: a client reads words in place of each."""
    with acting(actor=client(row.subject_id), purpose=Purpose.ACCOUNT):
        row.currency = "CHF"
        row.interest_records = record_interests(["events"])
        row.save()
    body = as_ada.get("/admin/").content.decode()
    assert "Swiss Franc (CHF)" in body
    assert "What we told you" in body
    for machine in ("wording", "chosen_at", "T00:", "None", "interest_records<"):
        assert machine not in re.sub(r"<[^>]*>", " ", body)


def test_a_value_is_shown_as_text_and_never_as_markup(as_ada, row):
    body = as_ada.get("/admin/").content.decode()
    assert "Ship models &lt;b&gt;&amp; maps&lt;/b&gt;" in body
    assert "<b>& maps" not in body


def test_the_page_is_for_the_client_alone(client, ada, bob):
    from tests.factories.visitors import sign_in_directly

    assert client.get("/admin/").status_code == 303
    sign_in_directly(client, bob.id)
    body = client.get("/admin/").content.decode()
    assert "Bob Sample" in body
    assert "Ada Example" not in body


def test_a_look_by_another_stands_on_the_page_with_why(as_ada, row):
    if "rights-test" not in system_jobs:
        register_system_job(name="rights-test", words="the test’s own job", purposes=[Purpose.SUPPORT])
    with acting(actor=system("rights-test"), purpose=Purpose.SUPPORT):
        row.open("name", "telephone")
    for page in ("/admin/", "/admin/looks/"):
        body = as_ada.get(page).content.decode()
        assert "the test’s own job" in body
        assert "answer you" in body
        assert "Name, Telephone" in body


def test_a_value_is_corrected_in_place(as_ada, row):
    address = f"/admin/correct/accounts.Profile/{row.pk}/telephone/"
    assert "+442079460018" in as_ada.get(address).content.decode()
    answer = as_ada.post(address, {"telephone": "+1 212 431 0897"})
    assert answer.status_code == 302
    assert open_own(row, "telephone").telephone == "+12124310897"


def test_a_required_value_stays_required_when_corrected(as_ada, row):
    answer = as_ada.post(f"/admin/correct/accounts.Profile/{row.pk}/name/", {"name": ""})
    assert answer.status_code == 200
    assert "Nothing was saved yet" in answer.content.decode()
    assert open_own(row, "name").name == "Ada Example"


def test_a_user_name_that_another_bears_is_refused(as_ada, row, bob):
    answer = as_ada.post(f"/admin/correct/accounts.Profile/{row.pk}/user_name/", {"user_name": "Bob"})
    assert "taken already" in answer.content.decode()
    assert open_own(row, "user_name").user_name == "ada"


def test_the_record_of_a_choice_is_not_corrected_and_says_why(as_ada, row):
    answer = as_ada.get(f"/admin/correct/accounts.Profile/{row.pk}/interest_records/")
    assert answer.status_code == 409
    assert "can be relied on" in answer.content.decode()


def test_nobody_corrects_or_reports_on_another_clients_row(as_ada, bob):
    theirs = Profile.of(bob.id)
    assert as_ada.get(f"/admin/correct/accounts.Profile/{theirs.pk}/name/").status_code == 404
    assert as_ada.post(f"/admin/correct/accounts.Profile/{theirs.pk}/name/", {"name": "X"}).status_code == 404
    assert as_ada.get(f"/admin/report-error/accounts.Profile/{theirs.pk}/name/").status_code == 404


@pytest.mark.parametrize("label", ["accounts.Account", "nowhere.Nothing", "accounts", "vault.WrappedKey"])
def test_a_table_without_sealed_values_has_no_such_pages(as_ada, label):
    assert as_ada.get(f"/admin/held/{label}/").status_code == 404


def test_an_error_report_gets_a_number_and_a_date(as_ada, row):
    answer = as_ada.post(f"/admin/report-error/accounts.Profile/{row.pk}/name/", {"text": "It is Adelaide."})
    report = Request.objects.get(subject_id=row.subject_id)
    assert answer.url == f"/admin/requests/{report.id}/"
    assert (report.kind, report.about_model, report.about_field) == ("error", "accounts.Profile", "name")
    body = as_ada.get(answer.url).content.decode()
    assert report.number in body
    assert "It is Adelaide." in body
    assert "What it is about" in body
    admin = as_ada.get("/admin/").content.decode()
    assert report.number in admin
    assert "an error to be looked at: Name" in admin


def test_a_damaged_record_is_said_to_be_unreadable_and_left_alone(as_ada, row):
    Profile.objects.filter(pk=row.pk).update(sealed=b"damaged" * 20)
    body = as_ada.get("/admin/").content.decode()
    assert "cannot be read" in body
    answer = as_ada.post(f"/admin/correct/accounts.Profile/{row.pk}/name/", {"name": "New Name"})
    assert answer.status_code == 409
    assert bytes(Profile.objects.get(pk=row.pk).sealed) == b"damaged" * 20


class Court:
    """Withholds one value of everybody."""

    def __init__(self, until):
        self.until = until

    def find(self, _subject_id):
        return [Withheld("accounts.Profile", frozenset({"collects"}), "order 12 of an invented court", self.until)]


@pytest.fixture
def withhold(monkeypatch):
    def withhold(until):
        monkeypatch.setitem(withholders._items, "test", Court(until))

    return withhold


def test_what_the_law_withholds_is_named_with_its_end(as_ada, withhold):
    withhold(clock.now() + timedelta(days=30))
    body = as_ada.get("/admin/").content.decode()
    assert "Withheld by law until" in body
    assert "order 12 of an invented court" in body
    assert "Ship models" not in body


def test_a_withholding_ends_by_itself(as_ada, withhold):
    withhold(clock.now() - timedelta(seconds=1))
    body = as_ada.get("/admin/").content.decode()
    assert "Withheld by law" not in body
    assert "Ship models" in body


def test_a_secret_is_named_and_not_shown(as_ada, row, monkeypatch):
    monkeypatch.setattr(Profile.collects, "category", "user.authorization.credentials")
    body = as_ada.get("/admin/").content.decode()
    assert "who sees it could sign in as you" in body
    assert "Ship models" not in body


def test_a_long_history_is_paged_by_key(as_ada, ada):
    from troth.rights.actions.requests import open_own_request
    from troth.rights.kinds import Kind

    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        for number in range(23):
            open_own_request(subject_id=ada.id, kind=Kind.ACCESS, text=f"wish number {number:02}")
    first = as_ada.get("/admin/").content.decode()
    assert "wish number 22" in first
    assert "wish number 02" not in first
    whole = as_ada.get("/admin/held/rights.Request/")
    following = whole.content.decode().split('rel="next" href="')[1].split('"')[0]
    rest = as_ada.get(f"/admin/held/rights.Request/{following}").content.decode()
    assert "wish number 02" in rest
    assert "wish number 22" not in rest


def test_the_number_of_queries_does_not_grow_with_the_number_of_looks(as_ada, ada, row, django_assert_max_num_queries):
    from troth.ledger.api import record
    from troth.vault.api import Event

    with acting(actor=system("rights-test"), purpose=Purpose.SUPPORT):
        for _look in range(40):
            record(event=Event.VALUES_OPENED, subject_id=ada.id, fields=["name"], object_type="accounts.Profile")
    with django_assert_max_num_queries(8 + 4 * len(sealed_models())):
        as_ada.get("/admin/")


def test_a_tampered_page_key_is_not_found(as_ada):
    assert as_ada.get("/admin/record/?after=nonsense").status_code == 404
