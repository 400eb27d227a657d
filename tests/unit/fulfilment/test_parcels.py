"""A paid order becomes a parcel; packed, labelled, shipped; and what of it can be taken back until then (C2)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories.orders import ADDRESS, make_order, make_product, settle
from tests.unit.fulfilment.conftest import buy_label, packing_as, ship, take_and_pack
from troth.fulfilment.actions import packing, tracking
from troth.fulfilment.actions.restocking import fill_waiting_orders
from troth.fulfilment.filling import make_parcel
from troth.fulfilment.models import Parcel, ParcelLine, ParcelState, Waits
from troth.fulfilment.queries import Pile, list_pile
from troth.fulfilment.tasks import look_for_pieces
from troth.kernel.acting import acting, client
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.orders.actions.ordering import OrderContactValues, place_order
from troth.orders.actions.taking_back import cancel_lines, cancel_order
from troth.orders.models import Order, OrderLine, OrderState, Product, RefundCause, RefundDecision, WaitCause
from troth.orders.pricing import LineWanted
from troth.support.models import Decision

pytestmark = [pytest.mark.django_db(transaction=True)]


def take_back(order, quantity, *, line=None):
    line = line or OrderLine.objects.get(order=order, kind="goods")
    with acting(actor=client(order.subject_id), purpose=Purpose.ORDERS):
        return cancel_lines(order, {line: quantity}, cause=RefundCause.CANCELLED)


def stock_of(product):
    product.refresh_from_db()
    return product.stock, product.reserved


def told(subject_id):
    return list(
        Decision.objects.filter(subject_id=subject_id, about__startswith="fulfilment.").values_list("about", flat=True)
    )


def test_a_paid_order_of_goods_is_one_parcel_that_holds_its_pieces(order, parcel, vase):
    assert (parcel.state, parcel.waits_for, parcel.holds_stock) == (ParcelState.TO_PACK, "", True)
    assert parcel.number == f"{order.number}-1"
    assert [(row.line.product_id, row.quantity) for row in ParcelLine.objects.filter(parcel=parcel)] == [(vase.pk, 2)]
    assert stock_of(vase) == (5, 2)
    assert order.state == OrderState.PAID


def test_packed_labelled_and_shipped_it_leaves_the_stock_and_the_order_is_done(
    order, parcel, vase, wren, parcel_standin
):
    ship(wren, parcel)
    parcel.refresh_from_db()
    order.refresh_from_db()
    assert (parcel.state, parcel.holds_stock, order.state) == (ParcelState.SHIPPED, False, OrderState.FILLED)
    assert parcel.tracking_number
    assert parcel.tracking_url.startswith(parcel_standin.url)
    assert stock_of(vase) == (3, 0)
    assert told(order.subject_id) == ["fulfilment.shipped"]


def test_no_step_is_taken_that_the_table_does_not_know(parcel, wren):
    with packing_as(wren, parcel):
        with pytest.raises(Refused):
            packing.ship_parcel(parcel)
        packing.pack_parcel(parcel)
        with pytest.raises(Refused):
            packing.ship_parcel(parcel)  # no label yet
        packing.unpack_parcel(parcel)
    assert parcel.state == ParcelState.TO_PACK
    with pytest.raises(IntegrityError), transaction.atomic():
        Parcel.objects.filter(pk=parcel.pk).update(state=ParcelState.DELIVERED)


def test_pieces_are_taken_back_until_they_are_packed_and_the_money_goes_back(order, parcel, vase, wren):
    decision = take_back(order, 1)
    assert decision.amount_minor == order.total_minor // 2
    assert stock_of(vase) == (5, 1)
    assert ParcelLine.objects.get(parcel=parcel).quantity == 1
    take_and_pack(wren, parcel)
    with pytest.raises(Refused) as refusal:
        take_back(order, 1)
    assert "packed already" in refusal.value.message
    assert RefundDecision.objects.count() == 1
    assert stock_of(vase) == (5, 1)


def test_the_last_piece_taken_back_ends_parcel_and_order(order, parcel, vase):
    with acting(actor=client(order.subject_id), purpose=Purpose.ORDERS):
        cancel_order(order)
    parcel.refresh_from_db()
    order.refresh_from_db()
    assert (parcel.state, order.state) == (ParcelState.CANCELLED, OrderState.CANCELLED)
    assert stock_of(vase) == (5, 0)


def test_the_price_of_shipping_is_put_in_by_weight_and_goes_back_with_the_last_piece(ada, vase, furnished):
    light = make_product("light", minor=500, kind="shipping", weight_grams=1000, names={"en": "Shipping, light"})
    make_product("heavy", minor=900, kind="shipping", weight_grams=9000, names={"en": "Shipping, heavy"})
    one, two = make_order(ada.id, vase), make_order(ada.id, vase, quantity=2)
    assert OrderLine.objects.get(order=one, kind="shipping").product == light
    assert OrderLine.objects.get(order=two, kind="shipping").name == "Shipping, heavy"
    assert two.total_minor == one.total_minor - 500 + 4500 + 900
    settle(two)
    two.refresh_from_db()
    fee = OrderLine.objects.get(order=two, kind="shipping")
    with pytest.raises(Refused):
        take_back(two, 1, line=fee)
    first, last = take_back(two, 1), take_back(two, 1)
    assert first.amount_minor + last.amount_minor == two.total_minor
    two.refresh_from_db()
    assert two.state == OrderState.CANCELLED


def test_nothing_shipped_costs_no_shipping(ada, furnished):
    make_product("light", minor=500, kind="shipping", weight_grams=1000)
    service = make_product("valuation", kind="service")
    assert not OrderLine.objects.filter(order=make_order(ada.id, service), kind="shipping").exists()


def test_gone_while_it_was_paid_it_waits_and_goes_on_when_the_stock_is_there(ada, bob, vase, furnished):
    Product.objects.filter(pk=vase.pk).update(stock=2)
    first, second = make_order(ada.id, vase, quantity=2), make_order(bob.id, vase, quantity=2, name="Bob Sample")
    settle(first)
    settle(second)
    second.refresh_from_db()
    assert (second.state, second.waits_for) == (OrderState.WAITING, WaitCause.OUT_OF_STOCK)
    assert not Parcel.objects.filter(order=second).exists()
    assert look_for_pieces.call() == 0
    Product.objects.filter(pk=vase.pk).update(stock=4)
    assert look_for_pieces.call() == 1
    assert look_for_pieces.call() == 0
    second.refresh_from_db()
    assert second.state == OrderState.PAID
    assert Parcel.objects.get(order=second).holds_stock
    assert stock_of(vase) == (4, 4)


def test_what_waits_for_stock_can_be_taken_back(ada, bob, vase, furnished):
    Product.objects.filter(pk=vase.pk).update(stock=1)
    first, second = make_order(ada.id, vase), make_order(bob.id, vase, name="Bob Sample")
    settle(first)
    settle(second)
    second.refresh_from_db()
    assert take_back(second, 1).amount_minor == second.total_minor
    assert stock_of(vase) == (1, 1)


def test_a_lost_parcel_is_sent_again_or_waits_for_a_piece(order, parcel, vase, wren, parcel_standin):
    ship(wren, parcel)
    Product.objects.filter(pk=vase.pk).update(stock=1, reserved=0)
    with packing_as(wren, parcel), packing.held(parcel) as fresh:
        tracking.note_lost(fresh)
    order.refresh_from_db()
    assert (order.state, order.waits_for) == (OrderState.WAITING, WaitCause.REVIEW)
    assert told(order.subject_id)[-1] == "fulfilment.lost"
    with packing_as(wren, parcel), packing.held(parcel) as fresh:
        again = tracking.send_again(fresh)
        assert tracking.send_again(fresh) == again
    order.refresh_from_db()
    assert (again.count, again.waits_for, order.waits_for) == (2, Waits.STOCK, WaitCause.OUT_OF_STOCK)
    with packing_as(wren, again), pytest.raises(Refused):
        packing.pack_parcel(again)
    Product.objects.filter(pk=vase.pk).update(stock=3)
    assert look_for_pieces.call() == 1
    order.refresh_from_db()
    assert (order.state, stock_of(vase)) == (OrderState.PAID, (3, 2))
    ship(wren, again)
    order.refresh_from_db()
    assert (order.state, stock_of(vase)) == (OrderState.FILLED, (1, 0))


def test_a_lost_parcel_can_be_paid_back_in_place_of_being_sent_again(order, parcel, vase, wren, parcel_standin):
    ship(wren, parcel)
    with packing_as(wren, parcel), packing.held(parcel) as fresh:
        tracking.note_lost(fresh)
    order.refresh_from_db()
    decision = take_back(order, 2)
    assert decision.amount_minor == order.total_minor
    order.refresh_from_db()
    assert (order.state, stock_of(vase)) == (OrderState.CANCELLED, (3, 0))
    assert not Parcel.objects.exclude(waits_for="").exists()


def test_a_parcel_by_hand_is_followed_by_the_number_of_the_counter(order, parcel, wren, parcel_standin):
    from troth.fulfilment.actions.labels import note_tracking, print_label

    take_and_pack(wren, parcel)
    buy_label(wren, parcel, adapter="by_hand")
    assert parcel_standin.requests() == []
    with packing_as(wren, parcel):
        assert print_label(parcel).startswith(b"%PDF")
        note_tracking(parcel, number="RR 123 456 785 US")
        packing.ship_parcel(parcel)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.tracking_number) == (ParcelState.SHIPPED, "RR 123 456 785 US")


def test_nothing_is_packed_or_sent_while_the_bank_disputes_the_payment(order, parcel, wren, parcel_standin):
    Order.objects.filter(pk=order.pk).update(state=OrderState.WAITING, waits_for=WaitCause.DISPUTED)
    parcel.order.refresh_from_db()
    with packing_as(wren, parcel), pytest.raises(Refused):
        packing.pack_parcel(parcel)
    assert parcel not in list_pile(Pile.TO_PACK)
    assert parcel in list_pile(Pile.WAITING)
    order.refresh_from_db()
    assert (order.state, order.waits_for) == (OrderState.WAITING, WaitCause.DISPUTED)
    Order.objects.filter(pk=order.pk).update(state=OrderState.PAID, waits_for="")
    take_and_pack(wren, parcel)


def test_an_erased_client_leaves_no_parcel_and_no_piece_held_back(order, parcel, vase, ada):
    from troth.kernel.ports import holders

    holder = holders.get("fulfilment.parcels")
    assert len(holder.show(ada.id)) == 1
    assert holder.erase(ada.id)
    assert holder.count(ada.id) == 0
    assert stock_of(vase) == (5, 0)
    assert Order.objects.filter(pk=order.pk).exists()


def test_parcels_go_after_three_years_and_open_ones_stay(parcel, wren, parcel_standin):
    import time_machine

    from troth.kernel import clock
    from troth.kernel.ports import retention_rules

    rule = retention_rules.get("fulfilment.parcels")
    with time_machine.travel(clock.now() + timedelta(days=4 * 365), tick=False):
        assert rule.count_due() == 0
        Parcel.objects.update(state=ParcelState.CANCELLED)
        assert rule.count_due() == rule.purge() == 1
    assert not Parcel.objects.exists()


def test_filling_waiting_orders_needs_an_actor(furnished):
    from troth.kernel.errors import AccessDenied

    with pytest.raises(AccessDenied):
        fill_waiting_orders(1)


def test_a_whole_order_cancelled_while_some_is_packed_gives_back_what_is_not(ada, vase, wren, furnished):
    make_product("fee", minor=500, kind="shipping", weight_grams=9000)
    other = make_product("bowl", minor=2_000, stock=5, weight_grams=100, names={"en": "Bowl"})
    with acting(actor=client(ada.id), purpose=Purpose.ORDERS):
        contact = OrderContactValues(
            name="Ada Example", email="ada@example.org", telephone="+12125550100", shipping_address=ADDRESS
        )
        order = place_order(
            subject_id=ada.id,
            wanted=[LineWanted(product=vase, quantity=2), LineWanted(product=other)],
            contact=contact,
            currency="USD",
        )
    settle(order)
    first = Parcel.objects.get(order=order)
    with acting(actor=client(ada.id), purpose=Purpose.ORDERS):
        second = make_parcel(order, [(OrderLine.objects.get(order=order, product=other), 1)], holds_stock=True)
    ParcelLine.objects.get(parcel=first, line__product=other).delete()
    take_and_pack(wren, first)
    with acting(actor=client(ada.id), purpose=Purpose.ORDERS):
        decision = cancel_order(order)
        assert decision is not None and decision.amount_minor == OrderLine.objects.get(product=other).total.minor
        with pytest.raises(Refused, match="packed already"):
            cancel_order(order)
    second.refresh_from_db()
    order.refresh_from_db()
    assert (second.state, order.state) == (ParcelState.CANCELLED, OrderState.PAID)
    assert OrderLine.objects.get(order=order, kind="shipping").remaining == 1
    assert stock_of(vase)[1] == 2 and stock_of(other) == (5, 0)
