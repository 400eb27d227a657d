"""Orders as cases at the door: one that a member of staff has in hand justifies looks at the values of that order."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.console import ClientCase
from troth.kernel.ports import OpenCase, Words
from troth.kernel.purposes import Purpose
from troth.orders.models import Order, OrderCase, OrderContact, Paper
from troth.orders.models.handling import IN_HAND, case_of

PURPOSES = frozenset({Purpose.ORDERS, Purpose.BILLING, Purpose.SHIPPING})
_MOST = 20


def _labels() -> frozenset[str]:
    """Return the values that an order justifies a look at: those that were copied into it, and no other."""
    return frozenset(
        f"{model._meta.label}.{name}" for model in (OrderContact, Paper) for name in model.sealed_attributes
    )


class OrderCases:
    """Answers for cases of the kind ``order``."""

    def find_open(self, ref: str) -> OpenCase | None:
        """Return the order, if somebody has it in hand now; one that nobody has is a case that nobody took."""
        order = _find(ref)
        if order is None:
            return None
        case = find_case(order)
        return OpenCase(
            subject_id=order.subject_id,
            taken_by=case.taken_by if case else None,
            purposes=PURPOSES,
            words=_name(order.number),
            labels=_labels(),
        )

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return the order in words, and the client's page of it."""
        order = _find(ref)
        if order is None:
            return _("an order"), ""
        return _name(order.number), reverse("orders:order", kwargs={"number": order.number})


def find_case(order: Order) -> OrderCase | None:
    """Return who has an order in hand now, or None."""
    return OrderCase.objects.filter(order=order, closed_at=None, taken_at__gt=clock.now() - IN_HAND).first()


def list_open_cases(subject_id: UUID) -> Sequence[ClientCase]:
    """Return the client's orders that can be taken into hand, the newest first, with who has them."""
    from troth.orders.actions.handling import may_be_taken

    rows = [
        row for row in Order.objects.filter(subject_id=subject_id).order_by("-placed_at")[:_MOST] if may_be_taken(row)
    ]
    taken = {
        case.order_id: case.taken_by
        for case in OrderCase.objects.filter(order__in=rows, closed_at=None, taken_at__gt=clock.now() - IN_HAND)
    }
    return [
        ClientCase(
            case=case_of(row.pk),
            number=row.number,
            words=_("order, {state}").format(state=describe_state(row)),
            taken_by=taken.get(row.pk),
            url=reverse("orders:console_order", kwargs={"number": row.number}),
        )
        for row in rows
    ]


def describe_state(order: Order) -> Words:
    """Return where an order stands, and what it waits for."""
    if order.waits_for:
        return f"{order.get_state_display()}: {order.get_waits_for_display()}"
    return str(order.get_state_display())


def _name(number: str) -> Words:
    return _("your order {number}").format(number=number)


def _find(ref: str) -> Order | None:
    try:
        return Order.objects.filter(pk=UUID(ref)).first()
    except ValueError:
        return None
