"""What a member decides: to stop the renewal, to resume it, to have another plan now or from the end of the term."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel.acting import acting, client, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.orders.memberships import books, queries
from troth.orders.memberships.events import Event
from troth.orders.memberships.filling import close_renewal, stop
from troth.orders.memberships.links import LinkKind, read_code
from troth.orders.memberships.standing import MEMBER_STATES, State
from troth.orders.memberships.terms import ChangeOfPlan, PricedTerm, price_change
from troth.orders.models import Membership, Order, Plan, ProductKind, Renewal, RenewalState, Term
from troth.orders.pricing import LineWanted, find_price


def stop_renewal(membership: Membership) -> bool:
    """Stop the renewal; return whether it was going on. What is paid is kept to its last day. Act as the client."""
    _require_own(membership)
    with transaction.atomic():
        books.lock(membership)
        changed = stop(membership)
        close_renewal(membership, RenewalState.STOPPED)
        if changed:
            Membership.objects.filter(pk=membership.pk).update(next_plan=None)
            _record(Event.STOPPED, membership)
    return changed


def stop_by_link(code: str) -> bool:
    """Stop the renewal to which the link of a mail belongs; return whether it was going on.

    Who holds the link got it from the member's mail: it opens nothing and can do nothing but this, which can be undone.
    """
    membership = find_by_link(code)
    if membership is None:
        raise Refused(
            _("This link is not one of ours."),
            kept=_("Nothing was changed."),
            next_step=_("Use the link of the latest mail, all of it, or sign in and stop it there."),
        )
    with acting(actor=client(membership.subject_id), purpose=Purpose.ORDERS):
        return stop_renewal(membership)


def find_by_link(code: str) -> Membership | None:
    """Return the membership to which the link of a mail belongs, or None."""
    membership_id = read_code(LinkKind.STOP, code)
    return Membership.objects.filter(pk=membership_id).first() if membership_id else None


def resume_renewal(membership: Membership) -> None:
    """Resume a renewal that was stopped, while the paid term runs; act as the client.

    Raises Refused where the term is over: then a new one is bought, which begins a new agreement.
    """
    _require_own(membership)
    with transaction.atomic():
        locked = books.lock(membership)
        if queries.standing_of(locked).state not in {State.ENDING, State.ACTIVE}:
            raise Refused(
                _("Your membership has ended, so there is nothing to resume."),
                kept=_("Nothing was changed."),
                next_step=_("Renew it: it then begins anew."),
            )
        locked.stopped_at, locked.renews = None, locked.plan.renews and not locked.plan.is_gift
        locked.save(update_fields=["stopped_at", "renews"])
        # A renewal that was stopped is announced anew, with its full days of notice, before anything is charged.
        Renewal.objects.filter(membership=locked, state=RenewalState.STOPPED, tries=0).delete()
        _record(Event.RESUMED, locked)
    membership.refresh_from_db()


def renew_by_card(subject_id: UUID) -> bool:
    """Let the membership renew by the card that its owner has just saved for that; return whether it now does.

    A renewal that the owner stopped stays stopped. Act as the client.
    """
    membership = queries.find_membership(subject_id)
    if membership is None:
        return False
    _require_own(membership)
    with transaction.atomic():
        locked = books.lock(membership)
        plan = locked.next_plan or locked.plan
        if locked.stopped_at is not None or locked.renews or not plan.renews or plan.is_gift:
            return locked.renews
        locked.renews = True
        locked.save(update_fields=["renews"])
        if queries.standing_of(locked).state == State.ACTIVE:
            # The announcement asked to pay by hand: it is made anew, with day, amount and its full days of notice.
            withdraw_announcement(locked)
        _record(Event.CARD_CHOSEN, locked)
    return True


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan that a member may change to.

    Arguments:
        plan: which.
        change: what it costs to have it at once; None where it begins with the next term.
        price: what a term of it costs.
    """

    plan: Plan
    change: ChangeOfPlan | None
    price: Money

    @property
    def is_now(self) -> bool:
        """Whether it can be had at once."""
        return self.change is not None


def list_offers(membership: Membership) -> list[Offer]:
    """Return the other plans on sale: upgrades at once for the difference, the rest from the end of the term."""
    currency = books.currency_of(membership)
    plans = (
        Plan.objects.select_related("product")
        .filter(product__on_sale=True, is_gift=False)
        .exclude(pk=membership.plan_id)
    )
    offers = []
    for plan in plans.order_by("rank", "product__order"):
        price = find_price(plan.product, currency)
        if price is not None:
            offers.append(Offer(plan=plan, change=_price_now(membership, plan, price), price=price))
    return offers


def list_plans_to_renew(membership: Membership) -> list[Offer]:
    """Return the plans by which a membership can be renewed by hand, its own first."""
    currency = books.currency_of(membership)
    plans = Plan.objects.select_related("product").filter(
        product__on_sale=True, product__kind=ProductKind.MEMBERSHIP, is_gift=False
    )
    own = membership.next_plan_id or membership.plan_id
    ordered = sorted(plans, key=lambda plan: (plan.pk != own, plan.rank))
    priced = [(plan, find_price(plan.product, currency)) for plan in ordered]
    return [Offer(plan=plan, change=None, price=price) for plan, price in priced if price is not None]


def change_now(membership: Membership, plan: Plan, *, key: UUID) -> Order:
    """Place the order of an upgrade: the new plan at its price, less the worth of the unused days. Act as the client.

    Nothing of the membership changes before the order is paid; until then the old plan runs on.

    Raises Refused where the plan cannot be had at once.
    """
    _require_own(membership)
    offer = _require_offer(membership, plan)
    if offer.change is None:
        raise Refused(
            _("This plan begins with your next term."),
            kept=_("Nothing was ordered."),
            next_step=_("Choose it for the end of the term."),
        )
    wanted = [LineWanted(product=plan.product, unit=offer.change.price, membership=membership)]
    if offer.change.credit.minor:
        wanted.append(LineWanted(product=plan.product, unit=-offer.change.credit, membership=membership))
    return books.place_change_order(membership, wanted=wanted, key=key)


def change_at_end(membership: Membership, plan: Plan | None) -> None:
    """Choose the plan of the next term, or with None the present one again; act as the client."""
    _require_own(membership)
    if plan is not None:
        _require_offer(membership, plan)
    with transaction.atomic():
        locked = books.lock(membership)
        locked.next_plan = plan
        locked.save(update_fields=["next_plan"])
        # What was announced named another plan and price: it is announced anew, with its full days of notice.
        withdraw_announcement(locked)
        _record(Event.CHANGE_PLANNED, locked)
    membership.refresh_from_db()


def withdraw_announcement(membership: Membership) -> None:
    """Take back an announcement of which nothing was charged yet, so that it is made anew; in a transaction."""
    announced = Renewal.objects.select_for_update().filter(membership=membership, closed_at=None, tries=0)
    for renewal in announced:
        if renewal.order is not None:
            books.cancel_unpaid(renewal.order)
        renewal.delete()


def _price_now(membership: Membership, plan: Plan, price: Money) -> ChangeOfPlan | None:
    """Return what an upgrade costs today; None for a downgrade, and where nothing runs that could be exchanged."""
    if plan.rank <= membership.plan.rank or queries.standing_of(membership).state not in MEMBER_STATES:
        return None
    day = queries.today()
    change = price_change(_priced_terms(membership, day, price.currency), price=price, today=day)
    return None if change.lost.minor else change


def _priced_terms(membership: Membership, day: date, currency: str) -> list[PricedTerm]:
    running = Term.objects.filter(membership=membership, ended_early_on=None, ends_on__gte=day)
    worths = [(term, books.worth_of(term)) for term in running.select_related("line__order", "gift__line__order")]
    return [
        PricedTerm(starts_on=term.starts_on, last_day=term.ends_on, worth=worth)
        for term, worth in worths
        if worth is not None and worth.currency == currency
    ]


def _require_offer(membership: Membership, plan: Plan) -> Offer:
    for offer in list_offers(membership):
        if offer.plan.pk == plan.pk:
            return offer
    raise Refused(
        _("This plan is not offered for your membership."),
        kept=_("Nothing was changed."),
        next_step=_("Choose one of those on the page."),
    )


def _require_own(membership: Membership) -> None:
    if require_acting().actor != client(membership.subject_id):
        raise AccessDenied(_("This membership belongs to somebody else."))


def _record(event: Event, membership: Membership) -> None:
    record(
        event=event,
        subject_id=membership.subject_id,
        object_type="orders.Membership",
        object_id=str(membership.pk),
    )
