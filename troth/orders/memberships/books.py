"""The orders of memberships: of renewals and of changes of plan, placed from what the client's file says."""

from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from troth.accounts.api import Profile
from troth.kernel.acting import acting, system
from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.actions.ordering import OrderContactValues, place_order
from troth.orders.models import Membership, Order, OrderState, Origin, Plan, Renewal, Term
from troth.orders.pricing import LineWanted

_RENEWALS = UUID("8d3f0c1e-5a0b-4b57-9b57-0d6a3c1f7e42")


def place_renewal_order(renewal: Renewal, contact: OrderContactValues) -> Order:
    """Place the order of a renewal at the price of the moment, which is what the notice says; once a renewal.

    Arguments:
        renewal: which.
        contact: whom it is for, opened before the transaction began: a look is on record whatever becomes of the rest.

    Raises Refused where the plan has no price in the currency of the membership.
    """
    with acting(actor=system(jobs.RENEWALS), purpose=Purpose.ORDERS):
        language = read_language(renewal.subject_id)
        return place_order(
            subject_id=renewal.subject_id,
            wanted=[LineWanted(product=renewal.plan.product, membership=renewal.membership)],
            contact=contact,
            currency=currency_of(renewal.membership),
            origin=Origin.RENEWAL,
            checkout_key=uuid5(_RENEWALS, str(renewal.pk)),
            language=language,
        )


def place_change_order(membership: Membership, *, wanted: list[LineWanted], key: UUID) -> Order:
    """Place the order of a change of plan; act as the client. The same ``key`` makes one order."""
    contact, language = read_contact(membership.subject_id)
    return place_order(
        subject_id=membership.subject_id,
        wanted=wanted,
        contact=contact,
        currency=currency_of(membership),
        origin=Origin.CHANGE,
        checkout_key=key,
        language=language,
    )


def read_contact(subject_id: UUID) -> tuple[OrderContactValues, str]:
    """Return whom an order is for, of the client's file, and the client's language; in an acting block."""
    profile = Profile.of(subject_id)
    if profile is None:
        raise Refused("There is no file to order for.")
    opened = profile.open("name", "email", "address")
    contact = OrderContactValues(name=str(opened.name), email=str(opened.email), billing_address=opened.address or None)
    return contact, read_language(subject_id)


def read_language(subject_id: UUID) -> str:
    """Return the language of the client's last order; that of the site where there is none."""
    last = Order.objects.filter(subject_id=subject_id).order_by("-placed_at").values_list("language", flat=True).first()
    return last or settings.LANGUAGE_CODE


def currency_of(membership: Membership) -> str:
    """Return the currency in which the membership was paid last, else that of the operator."""
    paid = Term.objects.filter(membership=membership, line__isnull=False).order_by("-starts_on")
    currency = paid.values_list("line__order__currency", flat=True).first()
    return str(currency) if currency else read_operator().currency


def worth_of(term: Term) -> Money | None:
    """Return what a term cost, net; None where that cannot be told."""
    line = term.line or (term.gift.line if term.gift else None)
    if line is None:
        return None
    return Money(line.unit_minor, line.order.currency)


def cancel_unpaid(order: Order) -> None:
    """Have an order cancelled that will not be paid any more, after the caller's commit."""
    from troth.orders.memberships.tasks import cancel_unpaid_order

    if order.paid_at is None and order.state != OrderState.CANCELLED:
        cancel_unpaid_order.enqueue(order_id=str(order.pk))


def cancel_now(order_id: UUID) -> bool:
    """Cancel an order that is not paid; return whether it was. May run twice."""
    from troth.orders.actions.taking_back import cancel_order

    order = Order.objects.filter(pk=order_id, paid_at=None).exclude(state=OrderState.CANCELLED).first()
    if order is None:
        return False
    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING):
        cancel_order(order)
    return True


def lock(membership: Membership) -> Membership:
    """Return the membership, locked until the caller's transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A lock is taken in a transaction.")
    return Membership.objects.select_for_update().get(pk=membership.pk)


def place_order_by_hand(membership: Membership, *, plan: Plan, key: UUID, by_card: bool = False) -> Order:
    """Return the order by which a member renews by hand: that of the notice where it is of this plan, else a new one.

    Act as the client. The same ``key`` makes one order.

    Arguments:
        membership: whose.
        plan: what is chosen.
        key: the form's.
        by_card: whether the member chose that it renews by the card that pays this.
    """
    announced = Renewal.objects.filter(membership=membership, closed_at=None, plan=plan, order__paid_at=None)
    renewal = announced.select_related("order").exclude(order=None).first()
    if renewal is not None and renewal.order is not None:
        Order.objects.filter(pk=renewal.order.pk, paid_at=None).update(renews_by_card=by_card)
        renewal.order.refresh_from_db()
        return renewal.order
    contact, language = read_contact(membership.subject_id)
    return place_order(
        subject_id=membership.subject_id,
        wanted=[LineWanted(product=plan.product, membership=membership)],
        contact=contact,
        currency=currency_of(membership),
        origin=Origin.CHECKOUT,
        checkout_key=key,
        language=language,
        renews_by_card=by_card,
    )
