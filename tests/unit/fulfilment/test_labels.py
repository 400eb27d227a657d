"""A label is bought once, whatever happens meanwhile, and found again where its answer was lost (E1, E3)."""

from datetime import timedelta

import pytest
import time_machine

from tests.unit.fulfilment.conftest import buy_label, packing_as, take_and_pack
from troth.accounts.api import Doubt
from troth.disclosures.api import list_left_of
from troth.fulfilment.actions.labels import (
    check_address,
    list_rates,
    look_for_label,
    make_label,
    note_tracking,
    print_label,
)
from troth.fulfilment.models import Parcel, ParcelState, Waits
from troth.fulfilment.tasks import look_for_labels
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import looks_at
from troth.orders.models import OrderContact, OrderState, WaitCause
from troth.processors.api import SendRefused, Unreachable
from troth.processors.models import Agreement

pytestmark = [pytest.mark.django_db(transaction=True)]


def bought(standin):
    return [each for each in standin.things("shp") if each["postage_label"]]


def later(**more):
    return time_machine.travel(clock.now() + timedelta(**more), tick=True)


@pytest.fixture
def packed(parcel, wren):
    take_and_pack(wren, parcel)
    return parcel


def test_two_clicks_buy_one_label(packed, wren, parcel_standin):
    with packing_as(wren, packed):
        rate = list_rates(packed)[0].rate_ref
        make_label(packed, rate_ref=rate)
        make_label(packed, rate_ref=rate)
    assert [each["id"] for each in bought(parcel_standin)] == [packed.parcel_ref]


def test_while_an_answer_is_out_no_second_label_is_asked_for(packed, wren, parcel_standin):
    with packing_as(wren, packed):
        rate = list_rates(packed)[0].rate_ref
        Parcel.objects.filter(pk=packed.pk).update(label_asked_at=clock.now(), rate_ref=rate)
        packed.refresh_from_db()
        with pytest.raises(Refused) as refusal:
            make_label(packed, rate_ref=rate)
    assert "a moment ago" in refusal.value.message
    assert bought(parcel_standin) == []


@pytest.mark.parametrize("kind", ["lost", "unheard", "down"])
def test_what_became_of_a_lost_answer_is_found_out_by_the_sweep(packed, wren, parcel_standin, kind):
    with packing_as(wren, packed):
        rate = list_rates(packed)[0].rate_ref
        parcel_standin.fail(kind, path="/buy")
        with pytest.raises(Unreachable):
            make_label(packed, rate_ref=rate)
    packed.refresh_from_db()
    assert packed.label_asked_at is not None
    assert look_for_labels.call() == 0  # an answer may still be on its way
    with later(minutes=4):
        assert look_for_labels.call() == (1 if kind == "lost" else 0)
    packed.refresh_from_db()
    assert packed.has_label == (kind == "lost")
    assert packed.label_asked_at is None
    if not packed.has_label:
        buy_label(wren, packed)
    assert [each["id"] for each in bought(parcel_standin)] == [packed.parcel_ref]


def test_the_sweep_asks_again_where_nobody_answers(packed, wren, parcel_standin):
    Parcel.objects.filter(pk=packed.pk).update(label_asked_at=clock.now() - timedelta(minutes=9))
    parcel_standin.fail("down", times=9)
    assert look_for_labels.call() == 0
    packed.refresh_from_db()
    assert packed.label_asked_at is not None


def test_an_address_that_no_carrier_knows_makes_the_order_wait_and_asks_the_client(packed, wren, parcel_standin):
    from troth.support.models import Decision

    with acting(actor=client(packed.subject_id), purpose=Purpose.ORDERS):
        contact = OrderContact.objects.get(order=packed.order)
        contact.shipping_address = {
            "country_code": "US", "street_address": "1 Undeliverable Road", "city": "New York",
            "country_area": "NY", "postal_code": "10001",
        }  # fmt: skip
        contact.save()
    with packing_as(wren, packed):
        assert check_address(packed) is False
        with pytest.raises(Refused):
            make_label(packed, rate_ref="rate_1")
    packed.order.refresh_from_db()
    assert packed.waits_for == Waits.ADDRESS
    assert (packed.order.state, packed.order.waits_for) == (OrderState.WAITING, WaitCause.ADDRESS)
    assert Doubt.objects.get(subject_id=packed.subject_id).what == "address"
    assert Decision.objects.filter(subject_id=packed.subject_id, about="fulfilment.address_wanted").count() == 1


def test_with_a_lapsed_agreement_the_parcel_waits_and_goes_on_when_it_is_mended(packed, wren, parcel_standin):
    before = Agreement.objects.get(processor__key="parcel-carrier").runs_until
    Agreement.objects.filter(processor__key="parcel-carrier").update(runs_until=clock.today() - timedelta(days=9))
    with packing_as(wren, packed), pytest.raises(SendRefused):
        check_address(packed)
    packed.order.refresh_from_db()
    assert packed.waits_for == Waits.PROCESSOR
    assert (packed.order.state, packed.order.waits_for) == (OrderState.WAITING, WaitCause.PROCESSOR)
    assert parcel_standin.requests() == []
    Agreement.objects.filter(processor__key="parcel-carrier").update(runs_until=before)
    buy_label(wren, packed)
    packed.order.refresh_from_db()
    assert (packed.waits_for, packed.order.state) == ("", OrderState.PAID)


def test_the_printed_label_is_a_look_of_whoever_has_the_parcel_in_hand(packed, wren, heron, parcel_standin):
    buy_label(wren, packed)
    with packing_as(wren, packed):
        assert print_label(packed).startswith(b"%PDF")
    (look,) = [each for each in looks_at(packed.subject_id, limit=20) if each.actor.ref == str(wren.id)]
    assert set(look.fields) == {"name", "shipping_address", "telephone"}
    with packing_as(heron, packed), pytest.raises(AccessDenied):
        print_label(packed)


def test_what_the_carrier_received_stands_in_the_record_on_this_shipment(packed, wren, parcel_standin):
    buy_label(wren, packed)
    rows = [each for each in list_left_of(packed.subject_id) if each.recipient == "parcel-carrier"]
    assert {row.reference for row in rows} == {str(packed.label_key)}
    assert len(rows) == 1


def test_a_number_that_came_with_the_label_is_not_written_over(packed, wren, parcel_standin):
    buy_label(wren, packed)
    number = packed.tracking_number
    with packing_as(wren, packed), pytest.raises(Refused):
        note_tracking(packed, number="RR 1")
    packed.refresh_from_db()
    assert packed.tracking_number == number


def test_nothing_is_made_for_a_parcel_that_is_not_packed(parcel, wren, parcel_standin):
    with packing_as(wren, parcel), pytest.raises(Refused):
        make_label(parcel, rate_ref="rate_1")
    parcel.refresh_from_db()
    assert (parcel.state, parcel.label_asked_at) == (ParcelState.TO_PACK, None)
    with packing_as(wren, parcel):
        assert look_for_label(parcel) is False
