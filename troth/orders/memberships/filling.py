"""What a paid line brings to a membership, and what goes when it is taken back: called in the settling transaction.

This is the only place that adds a term, so that only a settled payment extends, and nothing but this ends one early.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.ports import Words
from troth.ledger.api import record
from troth.orders.memberships import queries
from troth.orders.memberships.events import Event
from troth.orders.memberships.holding import count_again
from troth.orders.memberships.standing import DAY, Standing, State
from troth.orders.memberships.terms import end_of_term, start_of_next
from troth.orders.models import (
    Gift,
    Membership,
    Order,
    OrderLine,
    Origin,
    Plan,
    Renewal,
    RenewalState,
    RenewalTry,
    Term,
)


class MembershipLines:
    """Fills the lines of memberships."""

    def check(self, lines: Sequence[OrderLine]) -> None:
        """Refuse more than one membership of one's own in an order; gifts may be as many as are wanted."""
        own = [line for line in lines if line.net_minor >= 0 and not line.product.plan.is_gift]
        if sum(line.quantity for line in own) > 1:
            raise Refused(
                _("One person has one membership, and there is more than one in this order."),
                kept=_("Nothing was ordered."),
                next_step=_("Take one of them out, or choose a gift for somebody else."),
            )

    def fill(self, order: Order, lines: Sequence[OrderLine]) -> None:
        """Begin or extend the membership, and make the gifts."""
        for line in lines:
            if line.net_minor < 0:
                continue  # the credit of a change of plan: its term is exchanged by the line beside it
            plan = line.product.plan
            if plan.is_gift:
                self._make_gifts(line, plan)
            else:
                add_term(subject_id=order.subject_id, plan=plan, line=line, exchanges=order.origin == Origin.CHANGE)

    def take_back(self, order: Order, line: OrderLine, *, quantity: int) -> None:
        """End the term that the line bought with yesterday, and stop the renewal; take an unused gift back."""
        if line.product.plan.is_gift:
            _take_gifts_back(line, quantity)
            return
        term = Term.objects.select_related("membership").filter(line=line).first()
        if term is not None:
            end_term(term)

    def count_loose(self, order: Order, line: OrderLine) -> int:
        """Return what is left of it; of gifts those that nobody redeemed."""
        if not line.product.plan.is_gift:
            return line.remaining
        return min(line.remaining, Gift.objects.filter(line=line, redeemed_at=None, taken_back_at=None).count())

    def is_done(self, order: Order, lines: Sequence[OrderLine]) -> bool:
        """Return True: a membership has all that it needs as soon as it is paid."""
        return True

    def describe_progress(self, line: OrderLine) -> Words:
        """Return where the line stands."""
        if line.product.plan.is_gift:
            return gettext_lazy("The link to give away is on the page of your membership.")
        return gettext_lazy("Your membership runs from the first day that is paid.")

    def _make_gifts(self, line: OrderLine, plan: Plan) -> None:
        for piece in range(1, line.quantity - line.cancelled + 1):
            gift, made = Gift.objects.get_or_create(
                line=line, piece=piece, defaults={"subject_id": line.subject_id, "plan": plan}
            )
            if made:
                _record(Event.GIFT_MADE, line.subject_id, "orders.Gift", gift.pk)


def add_term(
    *, subject_id: UUID, plan: Plan, line: OrderLine | None = None, gift: Gift | None = None, exchanges: bool = False
) -> Term:
    """Add the term that a settled payment bought; done twice for one line or gift, it adds one.

    Arguments:
        subject_id: whose membership; it is begun where there is none.
        plan: of the term.
        line: what paid for it, or None.
        gift: what it was given by, or None; one of the two.
        exchanges: whether it takes the place of the unused days, from today on, instead of following them.
    """
    known = Term.objects.filter(line=line) if line is not None else Term.objects.filter(gift=gift)
    if (present := known.first()) is not None:
        return present
    day = queries.today()
    membership, before = _find_or_begin(subject_id, plan, day)
    if exchanges:
        _end_unused(membership, day)
    starts_on = day if exchanges else start_of_next(before, day)
    term = Term.objects.create(
        membership=membership,
        subject_id=subject_id,
        plan=plan,
        line=line,
        gift=gift,
        starts_on=starts_on,
        ends_on=end_of_term(starts_on, queries.rule_of(plan)),
    )
    agreed = line is not None and line.order.renews_by_card
    _go_on(membership, before, plan, starts=starts_on <= day or exchanges, agreed=agreed)
    close_renewal(membership, RenewalState.DONE, order=line.order if line is not None else None)
    _record(_name(before, exchanges=exchanges), subject_id, "orders.Term", term.pk)
    return term


def end_term(term: Term) -> None:
    """End a term whose money went back: yesterday was its last day. What follows it begins no sooner."""
    last = max(queries.today() - DAY, term.starts_on - DAY)
    if term.ended_early_on is None and last < term.ends_on:
        term.ended_early_on = last
        term.save(update_fields=["ended_early_on"])
    membership = term.membership
    stop(membership)
    close_renewal(membership, RenewalState.STOPPED)
    _record(Event.TAKEN_BACK, term.subject_id, "orders.Term", term.pk)


def stop(membership: Membership) -> bool:
    """Note that a membership shall not renew; return whether that is new. No day that is paid is touched."""
    fresh = Membership.objects.filter(pk=membership.pk, stopped_at=None)
    changed = fresh.update(stopped_at=clock.now(), renews=False)
    membership.refresh_from_db(fields=["stopped_at", "renews"])
    return bool(changed)


def close_renewal(membership: Membership, state: RenewalState, *, order: Order | None = None) -> Renewal | None:
    """Close the renewal that is under way, if there is one, and cancel its order where another one was paid."""
    renewal = Renewal.objects.select_for_update().filter(membership=membership, closed_at=None).first()
    if renewal is None:
        return None
    renewal.state, renewal.closed_at, renewal.due_on = state, clock.now(), None
    renewal.save(update_fields=["state", "closed_at", "due_on"])
    count_again(membership.pk)
    # The run that tried may have been killed before it noted the end of its try: nobody takes up a closed renewal.
    RenewalTry.objects.filter(renewal=renewal, ended_at=None).update(ended_at=clock.now())
    if renewal.order is not None and (order is None or renewal.order_id != order.pk):
        from troth.orders.memberships.books import cancel_unpaid

        cancel_unpaid(renewal.order)
    return renewal


def _find_or_begin(subject_id: UUID, plan: Plan, day: date) -> tuple[Membership, Standing]:
    membership = Membership.objects.select_for_update().filter(subject_id=subject_id).first()
    if membership is None:
        membership, _made = Membership.objects.get_or_create(
            subject_id=subject_id,
            defaults={
                "number": queries.number_for(subject_id),
                "plan": plan,
                "began_on": day,
                "renews": False,
            },
        )
    return membership, queries.standing_of(membership)


def _go_on(membership: Membership, before: Standing, plan: Plan, *, starts: bool, agreed: bool) -> None:
    """Bring the membership's plan and renewal in line with the term that was just paid, and with what was agreed."""
    by_card = plan.renews and not plan.is_gift and agreed
    new_agreement = before.state in {State.PENDING, State.LAPSED, State.ENDED}
    if new_agreement:
        # Who joins or comes back agrees anew, and to what that order said of renewing.
        membership.stopped_at = None
        membership.renews = by_card
    elif by_card:
        membership.stopped_at, membership.renews = None, True
    if starts or new_agreement or membership.next_plan_id == plan.pk:
        membership.plan = plan
        membership.next_plan = None
    membership.save(update_fields=["stopped_at", "renews", "plan", "next_plan"])


def _end_unused(membership: Membership, day: date) -> None:
    for term in Term.objects.filter(membership=membership, ended_early_on=None, ends_on__gte=day):
        term.ended_early_on = max(day, term.starts_on) - DAY
        term.save(update_fields=["ended_early_on"])


def _take_gifts_back(line: OrderLine, quantity: int) -> None:
    unused = Gift.objects.select_for_update().filter(line=line, redeemed_at=None, taken_back_at=None)
    chosen = list(unused.order_by("-piece")[:quantity])
    if len(chosen) < quantity:
        raise Refused(
            _("This gift was redeemed already, so it cannot be taken back by itself."),
            kept=_("Nothing was changed."),
            next_step=_("Write to customer support."),
        )
    for gift in chosen:
        gift.taken_back_at = clock.now()
        gift.save(update_fields=["taken_back_at"])
        _record(Event.GIFT_TAKEN_BACK, gift.subject_id, "orders.Gift", gift.pk)


def _name(before: Standing, *, exchanges: bool) -> Event:
    if exchanges:
        return Event.CHANGED
    if before.state == State.PENDING and before.paid_until is None:
        return Event.BEGUN
    return Event.RETURNED if before.state in {State.LAPSED, State.ENDED} else Event.EXTENDED


def _record(event: Event, subject_id: UUID, object_type: str, object_id: UUID) -> None:
    record(event=event, subject_id=subject_id, object_type=object_type, object_id=str(object_id))
