"""The parcel carrier's contract: EasyPost's own library over real HTTP to the stand-in, and the way by hand."""

import json
from uuid import UUID

import pytest
from django.db import connections

from tests.factories.orders import ADDRESS
from tests.standins import SECRET
from troth.disclosures.api import list_left_of
from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.money import Money
from troth.kernel.ports import register_system_job, system_jobs
from troth.kernel.purposes import Purpose
from troth.orders.models import Order, OrderContact
from troth.processors.api import (
    ParcelItem,
    ParcelRequest,
    TrackingState,
    Unreachable,
    ask_deletion,
    catalogue_names,
    parcel_carrier,
    parcel_event_handlers,
    remember_reference,
)
from troth.processors.hooks.intake import hand_on_waiting
from troth.processors.models import HeldThere, HookEvent
from troth.standins.parcel.company import sign

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("furnished")]

JOB = "parceltest"
if JOB not in system_jobs:
    register_system_job(name=JOB, words="a test", purposes=(Purpose.SHIPPING,))


@pytest.fixture(autouse=True)
def sold(monkeypatch):
    """A catalogue with one thing in it."""
    monkeypatch.setitem(catalogue_names._items, "test", lambda name: name == "Catalogue of lamps")


@pytest.fixture
def contact(ada):
    """Whom an order of hers is for."""
    order = Order.objects.create(subject_id=ada.id, number="TEST-2345", currency="USD")
    with acting(actor=client(ada.id), purpose=Purpose.ORDERS):
        row = OrderContact(order=order, subject_id=ada.id)
        row.name, row.email, row.telephone = "Ada Example", "ada@example.org", "+12125550100"
        row.shipping_address = ADDRESS
        row.save()
    return row


@pytest.fixture(autouse=True)
def shipping(contact):
    with acting(actor=system(JOB), purpose=Purpose.SHIPPING):
        yield


@pytest.fixture(params=["easypost", "by_hand"])
def carrier(request, parcel_standin):
    """Each carrier that the house can be set up with; both keep one contract."""
    return parcel_carrier(adapter=request.param)


def ask_for(contact, *, shipment_id: UUID | None = None, country="US", item="Catalogue of lamps", origin="", **more):
    return ParcelRequest(
        shipment_id=shipment_id or new_id(),
        number="TEST-2345-1",
        subject_id=contact.subject_id,
        recipient={"name": contact.name, "address": contact.shipping_address, "telephone": contact.telephone},
        weight_grams=780,
        country=country,
        items=[ParcelItem(item, 2, 700, Money(8400, "USD"), origin=origin)],
        **more,
    )


def move(standin, carrier, parcel_ref, state):
    standin.move(parcel_ref, state)


# -- What every carrier keeps ------------------------------------------------------------------------------------------


def test_a_label_is_bought_once_however_often_it_is_asked_for(contact, carrier):
    request = ask_for(contact)
    (first, *_dearer) = carrier.list_rates(request)
    label = carrier.buy_label(request, rate_ref=first.rate_ref)
    assert label.parcel_ref
    assert label.carrier
    assert carrier.buy_label(request, rate_ref=first.rate_ref) == label
    other = carrier.buy_label(
        ask_for(contact, shipment_id=(again := new_id())), rate_ref=_rate(carrier, contact, again)
    )
    assert other.parcel_ref != label.parcel_ref


def _rate(carrier, contact, shipment_id):
    return carrier.list_rates(ask_for(contact, shipment_id=shipment_id))[0].rate_ref


def test_the_ways_are_named_cheapest_first_and_cost_nothing_yet(contact, carrier):
    rates = carrier.list_rates(ask_for(contact))
    assert rates
    prices = [rate.price.minor for rate in rates if rate.price]
    assert prices == sorted(prices)
    assert all(rate.service for rate in rates)


def test_what_leaves_is_name_address_and_telephone_and_stands_in_the_record_before(contact, carrier):
    request = ask_for(contact)
    label = carrier.buy_label(request, rate_ref=carrier.list_rates(request)[0].rate_ref)
    carrier.print_label(request, parcel_ref=label.parcel_ref)
    rows = [each for each in list_left_of(contact.subject_id) if each.recipient == "parcel-carrier"]
    assert rows
    fields = {name.partition("/")[0] for row in rows for name in row.fields}
    assert fields == {f"orders.OrderContact.{name}" for name in ("name", "shipping_address", "telephone")}
    assert all(row.reference == str(request.shipment_id) for row in rows)


def test_the_printed_label_is_a_pdf(contact, carrier):
    request = ask_for(contact)
    label = carrier.buy_label(request, rate_ref=carrier.list_rates(request)[0].rate_ref)
    content = carrier.print_label(request, parcel_ref=label.parcel_ref)
    assert content.startswith(b"%PDF")


def test_a_verdict_never_repeats_the_address(contact, carrier):
    verdict = carrier.check_address(ask_for(contact))
    assert verdict.deliverable in {True, None}
    assert "Example Street" not in repr(verdict)


def test_nobody_else_than_the_carrier_is_believed(contact, carrier):
    from troth.processors.errors import Forged

    body = json.dumps({"id": "evt_1", "description": "tracker.updated", "result": {}}).encode()
    for signature in ("", "hmac-sha256-hex=00", sign(body, secret="other")["X-Hmac-Signature"]):
        with pytest.raises(Forged):
            carrier.read_event(body=body, signature=signature)


def test_what_it_is_asked_to_forget_it_answers_in_words(contact, carrier):
    assert carrier.forget(subject_id=contact.subject_id, refs=[])


def test_no_row_of_ours_holds_the_address_or_the_label(contact, carrier):
    request = ask_for(contact)
    label = carrier.buy_label(request, rate_ref=carrier.list_rates(request)[0].rate_ref)
    carrier.print_label(request, parcel_ref=label.parcel_ref)
    with connections["default"].cursor() as cursor:
        for table in connections["default"].introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  names of our own tables
            for row in cursor.fetchall():
                assert "Example Street" not in repr(row), table
                assert "%PDF" not in repr(row), table


# -- What EasyPost's way keeps besides ---------------------------------------------------------------------------------


@pytest.fixture
def easypost(parcel_standin):
    return parcel_carrier()


def test_an_undeliverable_address_is_named_by_the_carriers_code(contact, easypost):
    with acting(actor=client(contact.subject_id), purpose=Purpose.ORDERS):
        contact.shipping_address = {**ADDRESS, "street_address": "1 Undeliverable Road"}
        contact.save()
    verdict = easypost.check_address(ask_for(contact))
    assert verdict.deliverable is False
    assert verdict.problems == ("E.ADDRESS.NOT_FOUND",)


def test_a_checked_address_leaves_once(contact, easypost, parcel_standin):
    request = ask_for(contact)
    verdict = easypost.check_address(request)
    assert verdict.deliverable is True
    easypost.list_rates(ask_for(contact, shipment_id=request.shipment_id, address_ref=verdict.address_ref))
    bodies = json.dumps([each["body"] for each in parcel_standin.requests()])
    assert bodies.count("12 Example Street") == 1
    (shipment,) = parcel_standin.things("shp")
    assert shipment["to_address"]["street1"] == "12 Example Street"
    assert shipment["to_address"]["phone"] == "+12125550100"


@pytest.mark.parametrize("kind", ["lost", "unheard", "down"])
def test_a_label_whose_answer_was_lost_is_found_and_not_bought_again(contact, easypost, parcel_standin, kind):
    request = ask_for(contact)
    rate = easypost.list_rates(request)[0]
    parcel_standin.fail(kind, path="/buy")
    with pytest.raises(Unreachable):
        easypost.buy_label(request, rate_ref=rate.rate_ref)
    found = easypost.find_label(request)
    assert (found is not None) == (kind == "lost")
    label = easypost.buy_label(request, rate_ref=rate.rate_ref)
    assert found in {None, label}
    bought = [each for each in parcel_standin.things("shp") if each["postage_label"]]
    assert [each["id"] for each in bought] == [label.parcel_ref]


def test_a_shipment_whose_answer_was_lost_is_found_and_not_made_again(contact, easypost, parcel_standin):
    request = ask_for(contact)
    easypost.list_rates(request)
    rate = easypost.list_rates(request)[0]
    easypost.buy_label(request, rate_ref=rate.rate_ref)
    (shipment,) = parcel_standin.things("shp")
    assert HeldThere.objects.filter(what="shipment", ref=shipment["reference"]).exists()


def test_what_was_never_made_there_needs_no_deletion(contact, easypost, parcel_standin):
    parcel_standin.fail("unheard", path="/v2/shipments", times=9)
    request = ask_for(contact)
    with pytest.raises(Unreachable):
        easypost.list_rates(request)
    parcel_standin.control("faults", kind="down", times="0")
    remember_reference(
        subject_id=request.subject_id, processor="parcel-carrier", what="shipment", ref=str(request.shipment_id)
    )
    (row,) = ask_deletion(request.subject_id)
    assert row.answer == "deleted"


def test_contents_are_told_only_where_customs_want_them_and_only_by_the_catalogues_names(
    contact, easypost, parcel_standin
):
    easypost.list_rates(ask_for(contact))
    assert "Catalogue of lamps" not in json.dumps(parcel_standin.requests())
    easypost.list_rates(ask_for(contact, country="DE"))
    (abroad, _home) = parcel_standin.things("shp")
    assert abroad["customs_info"]["customs_items"][0]["description"] == "Catalogue of lamps"
    assert abroad["customs_info"]["customs_items"][0]["origin_country"] == "US"
    easypost.list_rates(ask_for(contact, country="DE", origin="JP"))
    assert parcel_standin.things("shp")[0]["customs_info"]["customs_items"][0]["origin_country"] == "JP"
    with pytest.raises(Refused):
        easypost.list_rates(ask_for(contact, country="DE", item="For Ada of 12 Example Street"))


def test_where_it_is_is_asked_and_an_event_is_kept_once(contact, easypost, parcel_standin, client, monkeypatch):
    seen = []
    monkeypatch.setitem(parcel_event_handlers._items, "test", seen.append)
    request = ask_for(contact)
    label = easypost.buy_label(request, rate_ref=easypost.list_rates(request)[0].rate_ref)
    assert easypost.find_state(label.parcel_ref, subject_id=request.subject_id) is TrackingState.LABELLED
    for state in ("in_transit", "delivered"):
        parcel_standin.move(label.parcel_ref, state)
    assert easypost.find_state(label.parcel_ref, subject_id=request.subject_id) is TrackingState.DELIVERED
    posts = parcel_standin.posts()
    assert len(posts) == 2
    for post in [*reversed(posts), *posts]:
        assert post.deliver(client, "/hooks/parcel/").status_code == 200
    HookEvent.objects.update(next_try_at=clock.now())
    hand_on_waiting()
    assert len({event.event_ref for event in seen}) == len(seen) == 2
    assert {event.parcel_ref for event in seen} == {label.parcel_ref}
    body = posts[0].body
    for signature in ("", sign(body, secret="other")["X-Hmac-Signature"]):
        answer = client.post(
            "/hooks/parcel/", data=body, content_type="application/json", headers={"X-Hmac-Signature": signature}
        )
        assert answer.status_code == 400
    assert sign(body, secret=SECRET)["X-Hmac-Signature"] == posts[0].signature


def test_shipment_and_address_are_deleted_there_and_the_answer_is_kept(contact, easypost, parcel_standin):
    request = ask_for(contact)
    easypost.check_address(request)
    easypost.buy_label(request, rate_ref=easypost.list_rates(request)[0].rate_ref)
    assert {row.what for row in HeldThere.objects.filter(subject_id=request.subject_id)} == {"shipment", "address"}
    (row,) = [each for each in ask_deletion(request.subject_id) if each.processor == "parcel-carrier"]
    assert row.answer == "deleted"
    for kind in ("shp", "adr", "trk"):
        held = json.dumps(parcel_standin.things(kind))
        assert "Example Street" not in held
        assert "Ada Example" not in held


def test_the_books_of_the_carrier_agree_with_the_record_call_by_call(contact, easypost, parcel_standin):
    from troth.disclosures.models import Disclosure
    from troth.processors.books_control import BOOKS

    for _parcel in range(2):
        request = ask_for(contact)
        easypost.check_address(request)
        easypost.buy_label(request, rate_ref=easypost.list_rates(request)[0].rate_ref)
    seen = BOOKS.observe()
    assert not seen.failures and seen.examined > 4
    Disclosure.objects.latest("at").delete()
    assert any("no row says so" in failure for failure in BOOKS.observe().failures)
