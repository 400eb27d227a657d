"""News of the carrier, and what follows where a parcel comes back: a doubt, a question, another parcel (A9, C2, C3)."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories.orders import ADDRESS
from tests.unit.fulfilment.conftest import packing_as, ship, take_and_pack
from troth.accounts.api import Doubt, Profile
from troth.fulfilment.actions import packing, tracking
from troth.fulfilment.actions.addresses import confirm_address, mend_address
from troth.fulfilment.models import Parcel, ParcelState, Waits
from troth.fulfilment.tasks import look_for_parcels
from troth.kernel import clock
from troth.kernel.acting import acting
from troth.kernel.acting import client as as_client
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.orders.models import OrderContact, OrderState, WaitCause
from troth.processors.hooks.intake import hand_on_waiting
from troth.processors.models import HookEvent
from troth.rights.completeness import list_doubts, measure_files
from troth.support.models import Decision

pytestmark = [pytest.mark.django_db(transaction=True)]

ELSEWHERE = {**ADDRESS, "street_address": "99 Other Street"}


@pytest.fixture
def shipped(parcel, wren, parcel_standin):
    ship(wren, parcel)
    parcel_standin.posts()
    return parcel


def deliver_news(standin, browser, *, order=lambda posts: posts):
    for post in order(standin.posts()):
        assert post.deliver(browser, "/hooks/parcel/").status_code == 200
    HookEvent.objects.update(next_try_at=clock.now())
    hand_on_waiting()


def reread(*rows):
    for row in rows:
        row.refresh_from_db()


def told(parcel):
    return [row.about for row in Decision.objects.filter(subject_id=parcel.subject_id).order_by("id")]


def come_back(parcel, standin, browser):
    standin.move(parcel.parcel_ref, "return_to_sender")
    deliver_news(standin, browser)
    reread(parcel, parcel.order)


def mend(parcel, values, **more):
    with acting(actor=as_client(parcel.subject_id), purpose=Purpose.ORDERS):
        mend_address(parcel.order, values, **more)


def test_a_parcel_is_delivered_once_however_the_news_come(shipped, parcel_standin, client):
    for state in ("in_transit", "out_for_delivery", "delivered"):
        parcel_standin.move(shipped.parcel_ref, state)
    deliver_news(parcel_standin, client, order=lambda posts: [*reversed(posts), *posts])
    reread(shipped)
    assert shipped.state == ParcelState.DELIVERED
    assert shipped.delivered_at is not None
    assert [step.after for step in shipped.steps.all()] == ["packed", "shipped", "delivered"]


def test_what_an_event_claims_counts_for_nothing_against_what_the_carrier_says(shipped, parcel_standin, client):
    parcel_standin.move(shipped.parcel_ref, "delivered")
    (claim,) = parcel_standin.posts()
    parcel_standin.move(shipped.parcel_ref, "in_transit")
    parcel_standin.posts()
    claim.deliver(client, "/hooks/parcel/")
    hand_on_waiting()
    reread(shipped)
    assert shipped.state == ParcelState.SHIPPED


def test_a_parcel_that_the_carrier_has_was_shipped_though_nobody_said_so(parcel, wren, parcel_standin, client):
    from tests.unit.fulfilment.conftest import buy_label

    take_and_pack(wren, parcel)
    buy_label(wren, parcel)
    parcel_standin.move(parcel.parcel_ref, "in_transit")
    deliver_news(parcel_standin, client)
    reread(parcel, parcel.order)
    assert (parcel.state, parcel.order.state) == (ParcelState.SHIPPED, OrderState.FILLED)
    assert told(parcel)[-1] == "fulfilment.shipped"


def test_where_no_news_come_the_carrier_is_asked(shipped, parcel_standin):
    parcel_standin.move(shipped.parcel_ref, "delivered")
    assert look_for_parcels.call() == 0
    with time_machine.travel(clock.now() + timedelta(hours=7), tick=True):
        assert look_for_parcels.call() == 1
    reread(shipped)
    assert shipped.state == ParcelState.DELIVERED


def test_a_difficulty_waits_for_staff_and_ends_when_the_parcel_goes_on(shipped, parcel_standin, client):
    parcel_standin.move(shipped.parcel_ref, "failure")
    deliver_news(parcel_standin, client)
    reread(shipped, shipped.order)
    assert (shipped.waits_for, shipped.order.waits_for) == (Waits.CARRIER, WaitCause.REVIEW)
    parcel_standin.move(shipped.parcel_ref, "delivered")
    deliver_news(parcel_standin, client)
    reread(shipped, shipped.order)
    assert (shipped.waits_for, shipped.order.state) == ("", OrderState.FILLED)


def test_a_returned_parcel_makes_the_address_doubtful_and_asks_its_owner_once(shipped, parcel_standin, client):
    come_back(shipped, parcel_standin, client)
    come_back(shipped, parcel_standin, client)
    assert (shipped.state, shipped.waits_for) == (ParcelState.COMES_BACK, Waits.ADDRESS)
    assert (shipped.order.state, shipped.order.waits_for) == (OrderState.WAITING, WaitCause.ADDRESS)
    assert [(row.what, row.cause) for row in Doubt.objects.all()] == [("address", "parcel_returned")]
    assert told(shipped).count("fulfilment.came_back") == 1
    assert measure_files().doubtful == 1
    assert [doubt.what for doubt in list_doubts(shipped.subject_id)] == ["address"]


def test_its_owner_mends_the_address_and_the_parcel_goes_there(shipped, vase, wren, parcel_standin, client):
    come_back(shipped, parcel_standin, client)
    mend(shipped, {"name": "Ada Example", "shipping_address": ELSEWHERE, "telephone": None}, keep=True)
    reread(shipped, shipped.order)
    assert (shipped.waits_for, shipped.order.state) == ("", OrderState.PAID)
    assert not Doubt.objects.exists()
    with acting(actor=_as_client(shipped), purpose=Purpose.ACCOUNT):
        assert Profile.of(shipped.subject_id).open("address").address["street_address"] == "99 Other Street"
    with packing_as(wren, shipped), packing.held(shipped) as fresh:
        again = tracking.note_here_again(fresh, whole=True)
    vase.refresh_from_db()
    assert (vase.stock, vase.reserved) == (5, 2)
    assert (again.state, again.waits_for, again.holds_stock) == (ParcelState.TO_PACK, "", True)
    ship(wren, again)
    assert parcel_standin.things("shp")[0]["to_address"]["street1"] == "99 Other Street"
    reread(shipped.order, vase)
    assert (shipped.order.state, vase.stock, vase.reserved) == (OrderState.FILLED, 3, 0)


def _as_client(parcel):
    return as_client(parcel.subject_id)


def test_here_again_before_its_owner_answered_it_waits_and_can_be_taken_back(
    shipped, vase, wren, parcel_standin, client
):
    from tests.unit.fulfilment.test_parcels import take_back

    come_back(shipped, parcel_standin, client)
    with pytest.raises(Refused):
        take_back(shipped.order, 1)
    with packing_as(wren, shipped), packing.held(shipped) as fresh:
        again = tracking.note_here_again(fresh, whole=True)
    reread(shipped.order)
    assert (again.waits_for, shipped.order.waits_for) == (Waits.ADDRESS, WaitCause.ADDRESS)
    assert take_back(shipped.order, 2).amount_minor == shipped.order.total_minor
    reread(shipped.order, vase, again)
    assert (shipped.order.state, again.state, again.waits_for) == (OrderState.CANCELLED, ParcelState.CANCELLED, "")
    assert (vase.stock, vase.reserved) == (5, 0)


def test_a_broken_parcel_is_replaced_from_the_shelf(shipped, vase, wren, parcel_standin, client):
    come_back(shipped, parcel_standin, client)
    with packing_as(wren, shipped), packing.held(shipped) as fresh:
        again = tracking.note_here_again(fresh, whole=False)
    vase.refresh_from_db()
    assert again.holds_stock
    assert (vase.stock, vase.reserved) == (3, 2)


def test_an_address_that_is_right_is_tried_again_and_not_checked_again(parcel, wren, parcel_standin):
    take_and_pack(wren, parcel)
    with acting(actor=_as_client(parcel), purpose=Purpose.ORDERS):
        contact = OrderContact.objects.get(order=parcel.order)
        contact.shipping_address = {**ADDRESS, "street_address": "1 Undeliverable Road"}
        contact.save()
    from troth.fulfilment.actions.labels import check_address, list_rates, make_label

    with packing_as(wren, parcel):
        check_address(parcel)
    with acting(actor=_as_client(parcel), purpose=Purpose.ORDERS):
        confirm_address(parcel.order)
    reread(parcel, parcel.order)
    assert (parcel.waits_for, parcel.checked, parcel.order.state) == ("", True, OrderState.PAID)
    with packing_as(wren, parcel):
        make_label(parcel, rate_ref=list_rates(parcel)[0].rate_ref)
    assert parcel.has_label


def test_an_address_changed_before_the_label_is_the_one_that_the_carrier_gets(parcel, wren, parcel_standin):
    from troth.fulfilment.actions.labels import check_address, list_rates

    take_and_pack(wren, parcel)
    with packing_as(wren, parcel):
        check_address(parcel)
        list_rates(parcel)
    mend(parcel, {"shipping_address": ELSEWHERE}, keep=False)
    parcel.refresh_from_db()
    with packing_as(wren, parcel):
        check_address(parcel)
        list_rates(parcel)
    assert parcel_standin.things("shp")[0]["to_address"]["street1"] == "99 Other Street"


def test_a_correction_of_the_details_reaches_a_label_that_is_not_made_yet(parcel, wren, parcel_standin):
    from troth.fulfilment.actions.labels import check_address, list_rates, make_label

    take_and_pack(wren, parcel)
    with packing_as(wren, parcel):
        check_address(parcel)
        rate = list_rates(parcel)[0].rate_ref
    with acting(actor=_as_client(parcel), purpose=Purpose.ORDERS):
        contact = OrderContact.objects.get(order=parcel.order)
        contact.shipping_address = ELSEWHERE
        contact.save()
    with packing_as(wren, parcel):
        with pytest.raises(Refused):
            make_label(parcel, rate_ref=rate)  # a way to another address
        make_label(parcel, rate_ref=list_rates(parcel)[0].rate_ref)
    (bought,) = [each for each in parcel_standin.things("shp") if each["postage_label"]]
    assert bought["to_address"]["street1"] == "99 Other Street"


def test_what_is_under_way_goes_where_it_goes(shipped):
    with pytest.raises(Refused):
        mend(shipped, {"shipping_address": ELSEWHERE}, keep=False)
    with acting(actor=_as_client(shipped), purpose=Purpose.ORDERS):
        contact = OrderContact.objects.get(order=shipped.order)
        assert contact.open("shipping_address").shipping_address["street_address"] == ADDRESS["street_address"]


def test_a_correction_or_a_confirmation_of_the_file_ends_the_doubt(shipped, parcel_standin, client):
    come_back(shipped, parcel_standin, client)
    with acting(actor=_as_client(shipped), purpose=Purpose.ACCOUNT):
        profile = Profile.of(shipped.subject_id)
        profile.greeting = "Ms Example"
        profile.save()
        assert Doubt.objects.exists()
        profile.address = ELSEWHERE
        profile.save()
    assert not Doubt.objects.exists()


def test_an_unknown_parcel_is_nobodys_news(house):
    from troth.processors.api import ParcelEvent, TrackingState

    tracking.take_news(ParcelEvent("evt_1", "shp_0", TrackingState.DELIVERED, clock.now()))
    assert not Parcel.objects.exists()
