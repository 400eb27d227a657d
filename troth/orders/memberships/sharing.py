"""Memberships for others: a place in a joint one, and one that is given. Both go by a link that its owner passes on.

So nobody gives us the address of somebody who has not come by itself, and neither sees anything of the other's record.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import client, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.ledger.api import record
from troth.orders.memberships import books, queries
from troth.orders.memberships.events import Event
from troth.orders.memberships.filling import add_term
from troth.orders.memberships.links import LinkKind, read_code
from troth.orders.models import Gift, Membership, Seat, SeatInvitation, Term

INVITATION_LIFE = timedelta(days=14)


# -- A place in a joint membership -------------------------------------------------------------------------------------


def count_free_seats(membership: Membership) -> int:
    """Return how many places are neither taken nor offered; the owner's own is not among them."""
    taken = Seat.objects.filter(membership=membership, left_at=None).count()
    offered = _open_invitations(membership).count()
    return max(0, membership.plan.seats - 1 - taken - offered)


def list_invitations(membership: Membership) -> list[SeatInvitation]:
    """Return the places that are offered and not taken."""
    return list(_open_invitations(membership).order_by("made_at"))


def offer_seat(membership: Membership) -> SeatInvitation:
    """Offer a place by a link; act as the owner of the membership."""
    _require(membership.subject_id)
    with transaction.atomic():
        locked = books.lock(membership)
        if not queries.standing_of(locked).is_member or count_free_seats(locked) < 1:
            raise Refused(
                _("There is no free place in your membership."),
                kept=_("Nothing was changed."),
                next_step=_("Take a place back first, or choose a plan for more people."),
            )
        invitation = SeatInvitation.objects.create(
            membership=locked, subject_id=locked.subject_id, ends_at=clock.now() + INVITATION_LIFE
        )
        _record(Event.SEAT_OFFERED, locked.subject_id, "orders.SeatInvitation", invitation.pk)
    return invitation


def withdraw_invitation(invitation: SeatInvitation) -> None:
    """Take an offered place back, before anybody has taken it; act as the owner."""
    _require(invitation.subject_id)
    SeatInvitation.objects.filter(pk=invitation.pk, used_at=None).delete()


def find_invitation(code: str) -> SeatInvitation | None:
    """Return the invitation of a link that still holds, or None."""
    row_id = read_code(LinkKind.SEAT, code)
    if row_id is None:
        return None
    still = SeatInvitation.objects.filter(pk=row_id, used_at=None, ends_at__gt=clock.now())
    return still.select_related("membership__plan__product").first()


def take_seat(code: str, subject_id: UUID) -> Seat:
    """Take the place that a link offers; act as the one who takes it.

    Raises Refused where the link does not hold any more, is one's own, or one has a place already.
    """
    _require(subject_id)
    with transaction.atomic():
        invitation = find_invitation(code)
        if invitation is None:
            raise _gone()
        membership = books.lock(invitation.membership)
        if membership.subject_id == subject_id or queries.find_seat(subject_id) is not None:
            raise Refused(
                _("You belong to a joint membership already, so this place is for somebody else."),
                kept=_("The place is still free."),
                next_step=_("Pass the link on."),
            )
        if not SeatInvitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=clock.now()):
            raise _gone()
        seat = Seat.objects.create(membership=membership, subject_id=subject_id, number=queries.number_for(subject_id))
        _record(Event.SEAT_TAKEN, subject_id, "orders.Seat", seat.pk)
        _record(Event.SEAT_TAKEN, membership.subject_id, "orders.Membership", membership.pk)
    return seat


def leave_seat(seat: Seat) -> None:
    """End a place: act as who sits there, or as the owner of the membership."""
    actor = require_acting().actor
    if actor not in {client(seat.subject_id), client(seat.membership.subject_id)}:
        raise AccessDenied(_("This place belongs to somebody else."))
    with transaction.atomic():
        if Seat.objects.filter(pk=seat.pk, left_at=None).update(left_at=clock.now()):
            _record(Event.SEAT_LEFT, seat.subject_id, "orders.Seat", seat.pk)
            _record(Event.SEAT_LEFT, seat.membership.subject_id, "orders.Membership", seat.membership_id)


# -- Gifts -------------------------------------------------------------------------------------------------------------


def list_gifts(subject_id: UUID) -> list[Gift]:
    """Return the gifts that somebody bought, the newest first."""
    gifts = Gift.objects.filter(subject_id=subject_id, taken_back_at=None)
    return list(gifts.select_related("plan__product").order_by("-made_at"))


def find_gift(code: str) -> Gift | None:
    """Return the gift of a link that was not redeemed, or None."""
    row_id = read_code(LinkKind.GIFT, code)
    if row_id is None:
        return None
    still = Gift.objects.filter(pk=row_id, redeemed_at=None, taken_back_at=None)
    return still.select_related("plan__product").first()


def redeem_gift(code: str, subject_id: UUID) -> Term:
    """Redeem a gift: its term begins today, or follows what the receiver has paid already. Act as the receiver."""
    _require(subject_id)
    with transaction.atomic():
        gift = find_gift(code)
        if gift is None or not Gift.objects.filter(pk=gift.pk, redeemed_at=None).update(redeemed_at=clock.now()):
            raise _gone()
        term = add_term(subject_id=subject_id, plan=gift.plan, gift=gift)
        _record(Event.GIFT_REDEEMED, subject_id, "orders.Term", term.pk)
    return term


def _open_invitations(membership: Membership) -> QuerySet[SeatInvitation]:
    return SeatInvitation.objects.filter(membership=membership, used_at=None, ends_at__gt=clock.now())


def _gone() -> Refused:
    return Refused(
        _("This link does not hold any more: it was used, taken back, or has run out."),
        kept=_("Nothing was changed."),
        next_step=_("Ask whoever gave it to you for a new one."),
    )


def _require(subject_id: UUID) -> None:
    if require_acting().actor != client(subject_id):
        raise AccessDenied(_("This belongs to somebody else."))


def _record(event: Event, subject_id: UUID, object_type: str, object_id: UUID) -> None:
    record(event=event, subject_id=subject_id, object_type=object_type, object_id=str(object_id))
