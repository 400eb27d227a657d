"""What members are told of renewals, by the way that each wished: the kinds, and what their texts name."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.ports import ContactGone, ContactKind, Facts, Words, register_contact_kind
from troth.kernel.purposes import Purpose
from troth.orders.memberships.links import LinkKind, write_code
from troth.orders.memberships.renewals import find_card, plan_renewal
from troth.orders.memberships.terms import legal_day
from troth.orders.models import Membership, OrderLine, PaymentAttempt, Renewal, SavedCard, Term
from troth.ui.api import absolute_url, format_money

_KINDS: Mapping[str, Words] = {
    "renewal_announced": gettext_lazy("the coming renewal of the membership"),
    "renewal_by_hand": gettext_lazy("the coming end of the membership"),
    "renewal_grace": gettext_lazy("a membership that is to be renewed"),
    "renewal_failed": gettext_lazy("a renewal whose payment failed"),
    "renewal_given_up": gettext_lazy("a renewal that was given up"),
    "membership_lapsed": gettext_lazy("a membership that lapsed"),
}
_OF_FAILURES = ("renewal_failed", "renewal_given_up", "membership_lapsed")
_CARD = ("orders.SavedCard.brand", "orders.SavedCard.last4")


def register_contacts() -> None:
    """Register what members are told; called once, at start-up."""
    for name, words in _KINDS.items():
        _register(name, words, compose_renewal)
    _register("card_expires", gettext_lazy("a saved card that runs out"), compose_card)
    _register("card_gone", gettext_lazy("a saved card that the processor holds no longer"), compose_no_card, fields=())


def _register(name: str, words: Words, compose: Any, *, fields: tuple[str, ...] = _CARD) -> None:
    kind = ContactKind(
        key=f"orders.{name}",
        words=words,
        purpose=Purpose.BILLING,
        template=f"orders/emails/{name}",
        compose=compose,
        fields=fields,
        clause="C3" if name in _OF_FAILURES else "C2",
    )
    register_contact_kind(kind)


def compose_renewal(subject_id: UUID, facts: Facts) -> Mapping[str, Any]:
    """Return what the texts about one renewal name; raise ContactGone where it is no longer so."""
    rows = Renewal.objects.select_related("membership", "plan__product", "order")
    renewal = rows.filter(pk=UUID(str(facts["renewal"])), subject_id=subject_id).first()
    if renewal is None:
        raise ContactGone
    if renewal.order is not None and renewal.order.paid_at is not None:
        raise ContactGone  # paid meanwhile
    numbers = read_operator().numbers
    announced_on = legal_day(renewal.announced_at, read_operator().time_zone)
    times = plan_renewal(
        term_ends_on=renewal.term_ends_on,
        announced_on=announced_on,
        held_days=renewal.membership.grace_held_days,
    )
    number = int(facts.get("number", renewal.tries))
    return {
        **describe_membership(renewal.membership),
        **describe_card(subject_id),
        "plan": renewal.plan.product.name,
        "ends_on": renewal.term_ends_on,
        "grace_until": times.grace_until,
        "charge_on": renewal.charge_on or renewal.term_ends_on,
        "amount": format_money(renewal.order.total) if renewal.order else "",
        "price_before": _price_before(renewal),
        "number": number,
        "tries": min(numbers.renewal_tries, len(times.charges)),
        "next_on": times.charges[number] if number < len(times.charges) else times.grace_until,
        "failure_words": _failure_words(renewal),
    }


def compose_card(subject_id: UUID, _facts: Facts) -> Mapping[str, Any]:
    """Return what the text about a card that runs out names."""
    membership = Membership.objects.filter(subject_id=subject_id).first()
    if membership is None or find_card(subject_id) is None:
        raise ContactGone
    return {**describe_membership(membership), **describe_card(subject_id)}


def compose_no_card(subject_id: UUID, _facts: Facts) -> Mapping[str, Any]:
    """Return what the text about a card that is gone names; nothing to who has no membership or another card."""
    membership = Membership.objects.filter(subject_id=subject_id).first()
    if membership is None or find_card(subject_id) is not None:
        raise ContactGone
    return describe_membership(membership)


def describe_membership(membership: Membership) -> dict[str, Any]:
    """Return number and pages of a membership."""
    return {
        "member_number": membership.number,
        "page_url": absolute_url(reverse("memberships:mine")),
        "renew_url": absolute_url(reverse("memberships:renew")),
        "card_url": absolute_url(reverse("memberships:card_page")),
        "stop_url": absolute_url(
            reverse("memberships:stop_link", kwargs={"code": write_code(LinkKind.STOP, membership.pk)})
        ),
    }


def describe_card(subject_id: UUID) -> dict[str, Any]:
    """Return what a client knows its saved card by; empty texts where there is none."""
    card = find_card(subject_id)
    if card is None:
        return {"brand": "", "last4": "", "card_ends_on": None, "card_ends_first": False}
    opened = card.open("brand", "last4")
    return {
        "brand": str(opened.brand).title(),
        "last4": opened.last4,
        "card_ends_on": card.expires_on,
        "card_ends_first": _ends_first(card),
    }


def _ends_first(card: SavedCard) -> bool:
    coming = Renewal.objects.filter(subject_id=card.subject_id, closed_at=None, charge_on__gt=card.expires_on)
    return coming.exists() or card.expires_on < clock.today()


def _price_before(renewal: Renewal) -> str:
    """Return what the last term cost, where that is not what this one costs; else an empty text."""
    last = Term.objects.filter(membership=renewal.membership, line__isnull=False).order_by("-starts_on").first()
    if last is None or last.line is None or renewal.order is None or last.plan_id != renewal.plan_id:
        return ""
    line = OrderLine.objects.select_related("order").get(pk=last.line.pk)
    return "" if line.total == renewal.order.total else format_money(line.total)


_FAILURES: Mapping[str, Words] = {
    "insufficient_funds": gettext_lazy("Your bank says that there is not enough money on the account."),
    "expired_card": gettext_lazy("The card has run out. Save another one."),
    "authentication_required": gettext_lazy(
        "Your bank wants you to confirm the payment. Pay now, and it will ask you."
    ),
    "authentication_failed": gettext_lazy(
        "Your bank could not confirm that it was you. Pay now, and it will ask again."
    ),
    "processing_error": gettext_lazy("The payment could not be carried out. That need not be your fault."),
}


def _failure_words(renewal: Renewal) -> str:
    failed = PaymentAttempt.objects.filter(order=renewal.order).order_by("-made_at").first()
    known = _FAILURES.get(failed.reason) if failed else None
    return str(known or _("Your bank declined the payment, and does not tell us why. Ask it, or use another card."))
