"""The books outlive an erasure, without a name in them, and go by themselves once the law wants them no more (A3)."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ports import RetentionRule, retention_rules
from troth.orders.holders import BOOKS, BOOKS_FOR
from troth.orders.models import (
    Dispute,
    Gift,
    Membership,
    Order,
    OrderLine,
    OrderStep,
    PaymentAttempt,
    RefundDecision,
    RefundLine,
    RefundMovement,
    Renewal,
    Term,
)
from troth.vault.api import declare_kept

_BATCH = 500


def register_kept() -> None:
    """Declare what stays, and the rule by which it goes."""
    for model in BOOKS:
        declare_kept(
            model._meta.label,
            words=_("Dates and sums of what you bought. They have a number in place of you, and no name or address."),
            until=_("ten years after each order, because the law wants the books kept so long"),
        )
    retention_rules.register(
        "orders.books",
        RetentionRule(
            name="orders.books",
            words=_("Orders and payments ten years after the order"),
            count_due=lambda: _due().count(),
            purge=purge_books,
        ),
    )
    retention_rules.register(
        "orders.memberships",
        RetentionRule(
            name="orders.memberships",
            words=_("Memberships ten years after their last term"),
            count_due=lambda: _due_memberships().count(),
            purge=lambda: _due_memberships().delete()[0],
        ),
    )


def purge_books() -> int:
    """Remove the orders that are past their time, with all that hangs on them; return how many. May run twice."""
    purged = 0
    while ids := list(_due().values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic():
            RefundLine.objects.filter(decision__order__in=ids).delete()
            RefundMovement.objects.filter(decision__order__in=ids).delete()
            Dispute.objects.filter(attempt__order__in=ids).delete()
            RefundDecision.objects.filter(order__in=ids).delete()
            PaymentAttempt.objects.filter(order__in=ids).delete()
            Term.objects.filter(line__order__in=ids).delete()
            Term.objects.filter(gift__line__order__in=ids).delete()
            Gift.objects.filter(line__order__in=ids).delete()
            Renewal.objects.filter(order__in=ids).delete()
            OrderStep.objects.filter(order__in=ids).delete()
            OrderLine.objects.filter(order__in=ids).delete()
            purged += Order.objects.filter(pk__in=ids).delete()[1].get("orders.Order", 0)
    return purged


def _due() -> QuerySet[Order]:
    """Return the orders past their time: no paper or running term needs them any more; parcels went long before."""
    before = clock.now() - BOOKS_FOR
    running = OrderLine.objects.filter(term__ends_on__gte=before.date()).values("order_id")
    return Order.objects.filter(placed_at__lt=before, papers=None).exclude(pk__in=running)


def _due_memberships() -> QuerySet[Membership]:
    before = clock.today() - BOOKS_FOR
    return Membership.objects.filter(terms=None, renewals=None, lines=None, began_on__lt=before)
