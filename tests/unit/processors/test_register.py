"""The register in the console: less leaves at once, more leaves when two people agree, and what waited goes on."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.unit.staff.test_pages import browse, employ
from troth.accounts import api as accounts
from troth.kernel.acting import acting, staff_member
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.purposes import Purpose
from troth.kernel.reviews import desks
from troth.ledger.models import EntryRow
from troth.processors import actions
from troth.processors.actions import prepare_change
from troth.processors.differences import compare_one
from troth.processors.errors import Cause
from troth.processors.models import (
    Agreement,
    AllowedField,
    Audit,
    ChangeKind,
    DatedException,
    Document,
    Processor,
    RefusalCount,
    RegisterChange,
)
from troth.processors.papers import LARGEST, file_upload, sniff_type
from troth.processors.standing import judge_contract, office_day
from troth.processors.waiting import Waiting, go_on_with, waiters
from troth.staff.actions.reviews import decide_review
from troth.staff.models import Review
from troth.staff.roles import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("furnished")]

CARRIER = "parcel-carrier"
PDF = b"%PDF-1.7 an invented agreement"


@pytest.fixture(autouse=True)
def watched(monkeypatch):
    """Everybody has a second factor, and no promise is broken."""
    from troth.kernel import ports

    class Watch:
        def reason_closed(self, _feature):
            return ""

    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: True)
    monkeypatch.setitem(ports.interlocks._items, "assessment", Watch())


@pytest.fixture
def officer():
    return employ("officer", Role.PRIVACY_OFFICER)


@pytest.fixture
def second():
    return employ("second", Role.REVIEWER)


@pytest.fixture
def carrier():
    return Processor.objects.get(key=CARRIER)


@pytest.fixture
def waiter():
    """Something that waits for a carrier, and counts how often it was told to go on."""

    class Parcels:
        told = 0

        def list_waiting(self, kind):
            return [Waiting(words="Parcels to label", count=3)] if kind == "parcel" else []

        def go_on(self, kind):
            self.told += kind == "parcel"
            return 3

    parcels = Parcels()
    waiters.register("test", parcels)
    yield parcels
    waiters.withdraw("test")


def prepare(officer, carrier, kind, facts, document=None):
    with acting(actor=staff_member(officer.id), purpose=Purpose.UPKEEP):
        return prepare_change(processor=carrier, kind=kind, facts=facts, document=document)


def decide(member, *, approve=True):
    review = Review.objects.latest("prepared_at")
    with acting(actor=staff_member(member.id), purpose=Purpose.SECURITY):
        decide_review(review, approve=approve, digest=review.digest)


def paper(content=PDF, name="agreement.pdf"):
    return file_upload(SimpleUploadedFile(name, content))


def agreement_facts(**changes):
    today = office_day()
    return {
        "title": "Agreement",
        "signed_on": today.isoformat(),
        "runs_until": (today + timedelta(days=365)).isoformat(),
        **changes,
    }


def test_a_new_agreement_counts_when_another_agrees_and_what_waited_goes_on(officer, second, carrier, waiter):
    Agreement.objects.filter(processor=carrier).update(runs_until=office_day() - timedelta(days=1))
    assert go_on_with(CARRIER) == 0
    prepare(officer, carrier, ChangeKind.AGREEMENT, agreement_facts(), paper())
    with pytest.raises(AccessDenied):
        decide(officer)
    assert carrier.agreements.count() == 1 and waiter.told == 0
    decide(second)
    assert max(row.last_day for row in carrier.agreements.all()) > office_day()
    assert RegisterChange.objects.get().done_at is not None
    assert EntryRow.objects.filter(event="processors:register:changed", object_id=f"{CARRIER}/agreement").exists()
    assert go_on_with(CARRIER) == 3 and waiter.told


def test_what_was_refused_by_the_second_person_changes_nothing(officer, second, carrier):
    prepare(officer, carrier, ChangeKind.AGREEMENT, agreement_facts(), paper())
    decide(second, approve=False)
    assert carrier.agreements.count() == 1
    assert RegisterChange.objects.get().done_at is None


def test_a_change_that_was_altered_after_it_was_prepared_is_not_carried_out(officer, second, carrier):
    change = prepare(officer, carrier, ChangeKind.ALLOW, {"fields": [["accounts.Profile.email", "shipping"]]})
    before = carrier.allowed_fields.count()
    RegisterChange.objects.filter(pk=change.pk).update(facts={"fields": [["accounts.Profile.birthday", "shipping"]]})
    with pytest.raises(Refused):
        decide(second)
    assert carrier.allowed_fields.count() == before


def test_more_values_are_allowed_only_for_what_they_are_asked_for(officer, second, carrier):
    for fields in ([], [["accounts.Profile.birthday", "shipping"]], [["accounts.Nothing.x", "shipping"]], [["x", "y"]]):
        with pytest.raises(Refused):
            prepare(officer, carrier, ChangeKind.ALLOW, {"fields": fields})
    prepare(officer, carrier, ChangeKind.ALLOW, {"fields": [["accounts.Profile.address/city", "shipping"]]})
    decide(second)
    assert carrier.allowed_fields.filter(label="accounts.Profile.address/city", purpose="shipping").exists()


def test_an_audit_that_is_done_opens_again_and_plans_the_next(officer, second, carrier):
    audit = carrier.audits.get()
    Audit.objects.filter(pk=audit.pk).update(due_on=office_day() - timedelta(days=1))
    facts = {
        "audit": str(audit.pk),
        "done_on": office_day().isoformat(),
        "findings": "Nothing to mend.",
        "next_on": (office_day() + timedelta(days=700)).isoformat(),
    }
    with pytest.raises(Refused):
        prepare(officer, carrier, ChangeKind.AUDIT, facts)
    prepare(officer, carrier, ChangeKind.AUDIT, facts, paper(b"plain findings", "report.txt"))
    decide(second)
    audit.refresh_from_db()
    assert (audit.findings, audit.done_on) == ("Nothing to mend.", office_day())
    assert carrier.audits.filter(done_on=None).count() == 1


def test_an_exception_has_a_reason_and_an_end(officer, second, carrier):
    far = (office_day() + timedelta(days=4000)).isoformat()
    near = (office_day() + timedelta(days=90)).isoformat()
    for facts in ({"reason": {"en": "x"}, "until": far}, {"reason": {}, "until": near}):
        with pytest.raises(Refused):
            prepare(officer, carrier, ChangeKind.EXCEPTION, facts)
    prepare(officer, carrier, ChangeKind.EXCEPTION, {"reason": {"en": "It cannot yet."}, "until": near})
    decide(second)
    assert DatedException.objects.filter(processor=carrier).count() == 1


def test_less_leaves_at_once_by_one_person_and_coming_back_takes_two(officer, second, carrier):
    before = carrier.allowed_fields.count()
    with acting(actor=staff_member(officer.id), purpose=Purpose.UPKEEP):
        actions.suspend(carrier)
        actions.disallow(carrier.allowed_fields.get(label="accounts.Profile.telephone"))
        actions.end_agreement(carrier.agreements.get())
        actions.plan_audit(carrier, due_on=office_day() + timedelta(days=30))
        with pytest.raises(Refused):
            actions.plan_audit(carrier, due_on=office_day())
    carrier.refresh_from_db()
    assert (carrier.state, carrier.allowed_fields.count()) == ("suspended", before - 1)
    assert carrier.agreements.get().last_day == office_day()
    prepare(officer, carrier, ChangeKind.REOPEN, {})
    decide(second)
    carrier.refresh_from_db()
    assert carrier.state == "active"


def test_a_second_company_of_a_kind_is_not_taken_into_use_beside_the_first(officer, carrier):
    other = Processor.objects.create(
        key="other-carrier", name="Other", kind="parcel", adapter="by_hand", what_for={}, country="US", clause="E3",
        retention={}, deletes="by_call", deletion_words={}, state="suspended",
    )  # fmt: skip
    with pytest.raises(Refused):
        prepare(officer, other, ChangeKind.REOPEN, {})
    Processor.objects.filter(pk=carrier.pk).update(state="ended")
    prepare(officer, other, ChangeKind.REOPEN, {})


def test_nobody_but_staff_prepares_and_without_reviews_nothing_can_be_prepared(officer, carrier):
    from troth.kernel.acting import system

    with acting(actor=system("door-out"), purpose=Purpose.UPKEEP), pytest.raises(AccessDenied):
        prepare_change(processor=carrier, kind=ChangeKind.REOPEN, facts={})
    honest = desks.withdraw("staff")
    try:
        with pytest.raises(AccessDenied):
            prepare(officer, carrier, ChangeKind.EXCEPTION, {"reason": {"en": "x"}, "until": "2027-01-01"})
    finally:
        desks.register("staff", honest)
    assert not RegisterChange.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"%PDF-1.4", "../../etc/agreement.pdf", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n..", "scan.png", "image/png"),
        ("Über die Prüfung".encode(), "bericht.txt", "text/plain"),
        (b"MZ\x90\x00", "agreement.pdf", None),
        (b"PK\x03\x04", "agreement.docx", None),
        (b"<html><script>run()</script>", "agreement.txt", None),
        (b"\xff\xfe\x00a", "agreement.txt", None),
        (b"", "agreement.pdf", None),
        (b"%PDF-" + b"x" * LARGEST, "agreement.pdf", None),
    ],
)
def test_a_paper_is_what_its_bytes_say_and_nothing_that_runs(content, name, kind):
    upload = SimpleUploadedFile(name, content)
    if kind is None:
        with pytest.raises(Refused):
            file_upload(upload)
        return
    filed = file_upload(upload)
    assert filed.media_type == sniff_type(content) == kind
    assert "/" not in filed.name and ".." not in filed.name


def test_a_file_that_says_otherwise_is_shown_and_taken_over(officer, second, carrier):
    AllowedField.objects.filter(processor=carrier, label="accounts.Profile.telephone").delete()
    AllowedField.objects.create(processor=carrier, label="accounts.Profile.email", purpose="shipping")
    Processor.objects.filter(pk=carrier.pk).update(retention_days=9)
    carrier.refresh_from_db()
    difference = compare_one(carrier)
    assert difference.more == [("accounts.Profile.telephone", "shipping")]
    assert difference.less == [("accounts.Profile.email", "shipping")]
    assert difference.facts == {"retention_days": 548}
    browser = browse(officer.subject_id)
    assert b"says otherwise" in browser.get("/console/processors/").content
    assert browser.post(f"/console/processors/{CARRIER}/file/").status_code == 302
    assert not carrier.allowed_fields.filter(label="accounts.Profile.email").exists()
    assert not carrier.allowed_fields.filter(label="accounts.Profile.telephone").exists()
    for review in list(Review.objects.all()):
        with acting(actor=staff_member(second.id), purpose=Purpose.SECURITY):
            decide_review(review, approve=True, digest=review.digest)
    carrier.refresh_from_db()
    assert not compare_one(carrier)


def test_the_pages_show_the_register_and_an_agreement_is_filed_by_the_form(officer, second, carrier, waiter, client):
    RefusalCount.objects.create(
        day=office_day(), processor=CARRIER, operation="parcel.buy_label", cause="no_agreement", count=4
    )
    shown = client.get("/companies/").content.decode()
    assert "Fieldpost Parcels" in shown and "18 months after delivery" in shown and "the first by" in shown
    browser = browse(officer.subject_id)
    page = browser.get(f"/console/processors/{CARRIER}/").content.decode()
    assert "Parcels to label" in page and "parcel.buy_label" in page and "accounts.Profile.telephone" in page
    form = {**agreement_facts(), "document": SimpleUploadedFile("agreement.pdf", PDF)}
    assert browser.post(f"/console/processors/{CARRIER}/agreement/", form).status_code == 302
    review = Review.objects.get()
    decider = browse(second.subject_id)
    assert b"a new agreement" in decider.get("/console/reviews/").content
    assert decider.get(f"/console/processors/{CARRIER}/").status_code == 403
    change = RegisterChange.objects.get()
    assert change.digest[:16].encode() in decider.get(f"/console/processor-changes/{change.pk}/").content
    assert decider.get(f"/console/processor-changes/{change.pk}/paper/").content == PDF
    answer = decider.post(f"/console/reviews/{review.id}/", {"decision": "approve", "digest": review.digest})
    assert answer.status_code == 302
    assert carrier.agreements.count() == 2
    document = Document.objects.get(name="agreement.pdf")
    fetched = browser.get(f"/console/processor-papers/{document.id}/")
    assert fetched.content == PDF and "attachment" in fetched.headers["Content-Disposition"]


def test_every_form_shows_itself_and_says_what_is_wrong(officer, carrier):
    browser = browse(officer.subject_id)
    audit = carrier.audits.get()
    for part in ("agreement", "audit", f"audit/{audit.pk}", "values", "exception", "hires", "facts"):
        assert browser.get(f"/console/processors/{CARRIER}/{part}/").status_code == 200, part
    assert b"accounts.Profile.address/city|shipping" in browser.get(f"/console/processors/{CARRIER}/values/").content
    bad = {**agreement_facts(runs_until="2020-01-01"), "document": SimpleUploadedFile("agreement.pdf", PDF)}
    answer = browser.post(f"/console/processors/{CARRIER}/agreement/", bad)
    assert answer.status_code == 200 and b"not in the past" in answer.content
    assert not Document.objects.filter(name="agreement.pdf").exists()
    change = {"name": "Fieldpost", "country": "US", "clause": "E3", "deletes": "by_call", "hosts": "api.example.org"}
    for name in ("what_for", "retention", "deletion_words"):
        change |= {f"{name}_en": "Words", f"{name}_de": "Worte"}
    assert browser.post(f"/console/processors/{CARRIER}/facts/", change).status_code == 302
    assert RegisterChange.objects.get().facts["hosts"] == ["api.example.org"]
    assert browser.get(f"/console/processor-changes/{RegisterChange.objects.get().pk}/").status_code == 200


def test_the_command_names_how_they_stand_and_what_the_file_says_otherwise(carrier, capsys):
    import json

    from django.core.management import call_command

    AllowedField.objects.filter(processor=carrier, label="accounts.Profile.telephone").delete()
    Agreement.objects.filter(processor=carrier).update(runs_until=office_day() - timedelta(days=1))
    call_command("processors")
    told = capsys.readouterr().out
    assert "parcel-carrier: Our agreement with the organisation is not in force." in told
    assert "+ accounts.Profile.telephone (shipping)" in told
    call_command("processors", "--json")
    assert json.loads(capsys.readouterr().out)["differences"][0]["key"] == CARRIER


COMPANY = {
    "name": "Framing Studio (invented)",
    "what_for": {"en": "It frames pictures."},
    "country": "IE",
    "clause": "E3",
    "retention": {"en": "A month."},
    "deletes": "by_letter",
    "deletion_words": {"en": "On our letter."},
}


def enter(officer, **changes):
    with acting(actor=staff_member(officer.id), purpose=Purpose.UPKEEP):
        return actions.enter_company(key="framing-studio", facts={**COMPANY, **changes})


def test_a_new_company_is_entered_by_one_agreed_to_by_another_and_receives_nothing_before_its_agreement(
    officer, second, client
):
    enter(officer)
    company = Processor.objects.get(key="framing-studio")
    assert company.state == "entered"
    assert COMPANY["name"] not in client.get(reverse("processors:companies")).content.decode()
    with pytest.raises(AccessDenied):
        decide(officer)
    decide(second)
    company.refresh_from_db()
    assert (company.state, company.name) == ("active", COMPANY["name"])
    assert COMPANY["name"] in client.get(reverse("processors:companies")).content.decode()
    assert judge_contract(company).cause is Cause.NO_AGREEMENT
    prepare(officer, company, ChangeKind.AGREEMENT, agreement_facts(), paper())
    decide(second)
    assert judge_contract(company).cause is Cause.AUDIT_OVERDUE


def test_a_company_that_was_not_agreed_to_comes_into_use_by_no_other_way(officer, second):
    enter(officer)
    company = Processor.objects.get(key="framing-studio")
    decide(second, approve=False)
    with acting(actor=staff_member(officer.id), purpose=Purpose.UPKEEP):
        actions.suspend(company)
        company.refresh_from_db()
        assert company.state == "entered"
        actions.suspend(company, end=True)
    with pytest.raises(Refused):
        prepare(officer, company, ChangeKind.REOPEN, {})


def test_a_company_needs_a_free_key_and_all_that_the_public_page_says(officer):
    for changes in ({"country": "Ireland"}, {"clause": "Z9"}, {"what_for": {}}):
        with pytest.raises(Refused):
            enter(officer, **changes)
    enter(officer)
    with pytest.raises(Refused):
        enter(officer)
