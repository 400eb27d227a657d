"""The one door out: each judgement allowed and refused from the same set-up; a row before the bytes; nothing else."""

from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.db.models import F

from troth.disclosures.api import Authorised, RequiredByLaw, authorise, list_left_of, withdraw
from troth.disclosures.models import Disclosure, Outcome
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.errors import AccessDenied
from troth.kernel.ids import new_id
from troth.kernel.ports import Feature, interlocks
from troth.kernel.purposes import Purpose
from troth.ledger.models import EntryRow
from troth.processors.api import Cause, SendRefused, part_of, send
from troth.processors.models import Agreement, AllowedField, Audit, Processor, RefusalCount
from troth.processors.standing import list_hosts, office_day

CARRIER = "parcel-carrier"


def body_of(ada):
    return {
        "to": {"name": ada.profile.name, "city": part_of(ada.profile.address, "city"), "phone": ada.profile.telephone},
        "options": {"label_format": "PDF", "metadata": {"order": "T-1042"}},
        "items": [{"grams": 300}, {"grams": 40}],
    }


@pytest.fixture
def ship(ada, parcel, shipping):
    """Send the parcel's payload, changed as told; return what the carrier was given."""

    def do(**changes):
        given = []
        arguments = {
            "processor": CARRIER,
            "host": list_hosts(Processor.objects.get(key=CARRIER))[0],
            "subject_id": ada.id,
            "payload": body_of(ada),
            "call": given.append,
            "reference": "shipment-1",
            **changes,
        }
        operation = arguments.pop("operation", parcel)
        send(operation, **arguments)
        return given[0]

    return do


def refused(ship, **changes):
    """Send; return the cause of the refusal, and see that nothing left and nothing was opened."""
    looks = EntryRow.objects.filter(event="vault:values:opened").count()
    before = Disclosure.objects.count()
    called = []
    with pytest.raises(SendRefused) as caught:
        ship(call=called.append, **changes)
    assert called == []
    assert Disclosure.objects.count() == before
    assert EntryRow.objects.filter(event="vault:values:opened").count() == looks
    assert RefusalCount.objects.filter(cause=caught.value.cause).exists()
    assert caught.value.message and caught.value.kept and caught.value.next_step
    return caught.value.cause


def test_what_is_allowed_leaves_opened_and_stands_in_the_record(ship, ada):
    assert ship() == {
        "to": {"name": "Ada Lovelace", "city": "NEW YORK", "phone": "+12125550123"},
        "options": {"label_format": "PDF", "metadata": {"order": "T-1042"}},
        "items": [{"grams": 300}, {"grams": 40}],
    }
    (left,) = list_left_of(ada.id)
    assert left.fields == ("accounts.Profile.name", "accounts.Profile.address/city", "accounts.Profile.telephone")
    assert (left.recipient, left.purpose, left.ground, left.evidence, left.outcome, left.reference) == (
        CARRIER,
        Purpose.SHIPPING,
        "informed",
        "statement:1",
        "accepted",
        "shipment-1",
    )
    row = EntryRow.objects.get(id=left.id)
    assert (row.recipient, row.ground, row.fields) == (CARRIER, "informed", "name,address.city,telephone")


def test_what_was_never_given_is_left_out_and_not_written_down(ship, ada):
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        ada.profile.telephone = None
        ada.profile.save()
    assert "phone" not in ship()["to"]
    assert "accounts.Profile.telephone" not in list_left_of(ada.id)[0].fields


def test_the_row_is_committed_before_the_bytes_leave_and_a_failure_stands_there_too(ship, ada):
    def fail(_body):
        assert Disclosure.objects.count() == 1
        raise OSError("no route")

    with pytest.raises(OSError):
        ship(call=fail)
    assert Outcome.objects.get().state == "failed"


def _put(payload, path, value):
    *way, last = path
    for step in way:
        payload = payload.setdefault(step, {}) if isinstance(payload, dict) else payload[step]
    payload[last] = value


@pytest.mark.parametrize(
    ("path", "value", "cause"),
    [
        (("to", "email"), "ada@example.org", Cause.UNDECLARED_FIELD),
        (("note",), "leave it with Ada", Cause.UNDECLARED_FIELD),
        (("options", "metadata", "name"), "Ada", Cause.UNDECLARED_FIELD),
        (("options", "metadata", "deep"), {"er": [{"still": "Ada"}]}, Cause.UNDECLARED_FIELD),
        (("items", 1, "name"), "Ada", Cause.UNDECLARED_FIELD),
        (("options", "metadata", "or.der"), "T-1", Cause.UNDECLARED_FIELD),
        (("options", "empty"), {}, Cause.UNDECLARED_FIELD),
        (("options", "label_format"), "Ada Lovelace", Cause.WRONG_FORM),
        (("options", "metadata", "order"), "Ada Lovelace", Cause.WRONG_FORM),
        (("items", 0, "grams"), "300", Cause.WRONG_FORM),
        (("items", 0, "grams"), True, Cause.WRONG_FORM),
        (("to", "name"), "Ada Lovelace", Cause.WRONG_FORM),
    ],
)
def test_a_leaf_that_is_not_declared_or_not_of_its_form_never_leaves(ship, ada, path, value, cause):
    payload = body_of(ada)
    _put(payload, path, value)
    assert refused(ship, payload=payload) == cause


def test_a_personal_value_fits_only_where_its_kind_is_declared(ship, ada):
    for path, value in [
        (("to", "name"), ada.profile.email),
        (("to", "city"), ada.profile.address),
        (("to", "city"), part_of(ada.profile.address, "street_address")),
        (("options", "metadata", "order"), ada.profile.name),
    ]:
        payload = body_of(ada)
        _put(payload, path, value)
        assert refused(ship, payload=payload) == Cause.WRONG_FORM


def test_a_part_that_is_needed_must_be_there(ship, ada):
    payload = body_of(ada)
    del payload["to"]["name"]
    assert refused(ship, payload=payload) == Cause.MISSING_FIELD


def test_an_opened_value_that_hides_in_a_plain_leaf_is_found(ship, ada, parcel):
    payload = body_of(ada)
    for hidden in ("x-1-212-555-0123", "ada_lovelace-7"):
        payload["options"]["metadata"]["order"] = hidden
        called = []
        with pytest.raises(SendRefused) as caught:
            ship(payload=payload, call=called.append)
        assert (caught.value.cause, caught.value.detail) == (Cause.WRONG_FORM, "options.metadata.order")
        assert called == [] and not Disclosure.objects.exists()


def test_values_of_somebody_else_do_not_leave(ship, ada):
    from tests.factories.accounts import make_account
    from troth.accounts.models import Profile

    other = make_account(name="Bob Example", email="bob@example.org", user_name="bob")
    payload = body_of(ada)
    payload["to"]["name"] = Profile.of(other.id).name
    assert refused(ship, payload=payload) == Cause.OTHER_SUBJECT


def test_only_a_registered_organisation_in_use_receives(ship):
    assert refused(ship, processor="stranger") == Cause.UNREGISTERED
    Processor.objects.filter(key=CARRIER).update(state="suspended")
    assert refused(ship) == Cause.UNREGISTERED
    Processor.objects.filter(key=CARRIER).update(state="active")
    ship()


def test_only_its_own_host_is_spoken_to(ship):
    assert refused(ship, host="collector.example.net:443") == Cause.UNKNOWN_HOST
    ship()


def test_an_agreement_stops_the_values_with_its_last_day(ship):
    today = office_day()
    rows = Agreement.objects.filter(processor__key=CARRIER)
    rows.update(runs_until=today)
    ship()
    rows.update(runs_until=today - timedelta(days=1))
    assert refused(ship) == Cause.NO_AGREEMENT
    rows.update(runs_until=today + timedelta(days=9), ended_on=today - timedelta(days=1))
    assert refused(ship) == Cause.NO_AGREEMENT
    rows.update(signed_on=today + timedelta(days=1), ended_on=None)
    assert refused(ship) == Cause.NO_AGREEMENT


def test_an_overdue_audit_stops_the_values_until_it_is_done(ship):
    rows = Audit.objects.filter(processor__key=CARRIER)
    rows.update(due_on=office_day())
    ship()
    rows.update(due_on=office_day() - timedelta(days=1))
    assert refused(ship) == Cause.AUDIT_OVERDUE
    rows.update(done_on=office_day())
    ship()
    rows.delete()
    assert refused(ship) == Cause.AUDIT_OVERDUE


def test_only_allowed_values_leave_for_an_allowed_purpose(ship):
    rows = AllowedField.objects.filter(processor__key=CARRIER, label="accounts.Profile.telephone")
    rows.update(purpose="orders")
    assert refused(ship) == Cause.NOT_ALLOWED
    rows.update(purpose="shipping")
    AllowedField.objects.filter(processor__key=CARRIER, label="accounts.Profile.address").update(
        label="accounts.Profile.address/postal_code"
    )
    assert refused(ship) == Cause.NOT_ALLOWED
    AllowedField.objects.filter(label="accounts.Profile.address/postal_code").update(
        label="accounts.Profile.address/city"
    )
    ship()


def test_a_value_leaves_only_for_a_purpose_that_it_was_asked_for(ship, monkeypatch):
    from troth.accounts.models import Profile

    ship()
    monkeypatch.setattr(Profile.telephone, "purposes", Profile.telephone.purposes - {Purpose.SHIPPING})
    assert refused(ship) == Cause.WRONG_PURPOSE


def test_a_broken_promise_closes_the_door(ship):
    class Shut:
        def reason_closed(self, feature):
            return "closed" if feature is Feature.DISCLOSURES else ""

    honest = interlocks.withdraw("assessment")
    interlocks.register("assessment", Shut())
    try:
        assert refused(ship) == Cause.CLOSED
    finally:
        interlocks.withdraw("assessment")
        interlocks.register("assessment", honest)
    ship()


def test_a_client_is_informed_where_the_statement_in_force_tells_of_the_recipient(ship):
    Processor.objects.filter(key=CARRIER).update(clause="Z9")
    assert refused(ship) == Cause.NO_GROUND
    Processor.objects.filter(key=CARRIER).update(clause="E3")
    ship()


def test_an_authorisation_covers_one_recipient_purpose_and_its_values_until_it_ends(ship, ada):
    def allow(**changes):
        terms = {
            "recipient": CARRIER,
            "recipient_name": "Fieldpost",
            "purpose": Purpose.SHIPPING,
            "fields": ["accounts.Profile.name", "accounts.Profile.address", "accounts.Profile.telephone"],
            "wording": "Fieldpost may receive …",
            "until": clock.now() + timedelta(days=1),
            **changes,
        }
        with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
            return authorise(subject_id=ada.id, **terms)

    good = allow()
    ship(ground=Authorised(good.pk))
    assert list_left_of(ada.id)[0].evidence == f"authorisation:{good.pk}"
    for bad in (
        allow(recipient="card-processor"),
        allow(purpose=Purpose.BILLING),
        allow(fields=["accounts.Profile.name"]),
    ):
        assert refused(ship, ground=Authorised(bad.pk)) == Cause.NO_GROUND
    assert refused(ship, ground=Authorised(new_id())) == Cause.NO_GROUND
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        assert withdraw(subject_id=ada.id, authorisation_id=good.pk)
    assert refused(ship, ground=Authorised(good.pk)) == Cause.NO_GROUND


def test_the_law_is_no_ground_where_nobody_keeps_legal_requests(ship):
    assert refused(ship, ground=RequiredByLaw(new_id())) == Cause.NO_GROUND


def test_nobody_acting_or_a_job_for_another_purpose_sends_nothing(ship, ada, parcel):
    from troth.kernel.acting import system

    with acting(actor=system("test-packer"), purpose=Purpose.SHIPPING):
        ship()
    with acting(actor=system("accounts-mail"), purpose=Purpose.SERVICE_MESSAGES), pytest.raises(AccessDenied):
        ship()
    assert Disclosure.objects.count() == 1


def test_a_call_without_personal_values_passes_with_a_lapsed_agreement_and_leaves_no_row(ship, parcel):
    from dataclasses import replace

    from troth.processors import schema

    bare = replace(parcel, schema={"parcel": schema.reference()})
    Agreement.objects.update(runs_until=F("signed_on"))
    assert ship(operation=bare, payload={"parcel": "pcl_1"}) == {"parcel": "pcl_1"}
    assert not Disclosure.objects.exists()
    Processor.objects.update(state="ended")
    assert refused(ship, operation=bare, payload={"parcel": "pcl_1"}) == Cause.UNREGISTERED


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_nothing_is_sent(ship):
    given = []
    with pytest.raises(RuntimeError), transaction.atomic():
        ship(call=given.append)
    assert given == []
    ship()
    connections["default"].close()


def test_a_refusal_is_counted_by_day_and_cause(ship):
    assert refused(ship, processor="stranger") == Cause.UNREGISTERED
    assert refused(ship, processor="stranger") == Cause.UNREGISTERED
    row = RefusalCount.objects.get()
    assert (row.count, row.told_at) == (2, None)
