"""What memberships register when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import HeldItem, holders
from troth.ledger.api import register_events
from troth.orders.holders import BookHolder
from troth.orders.lines import line_handlers
from troth.orders.memberships import controls, events
from troth.orders.memberships.contacts import register_contacts
from troth.orders.memberships.filling import MembershipLines
from troth.orders.models import Gift, ProductKind, RenewalTry, Seat, SeatInvitation
from troth.vault.api import declare_kept

_WITH_ACCOUNT = _("as long as you have an account")


def register() -> None:
    """Register everything, once."""
    register_events(events.WORDS)
    line_handlers.register(ProductKind.MEMBERSHIP, MembershipLines())
    register_contacts()
    controls.register()
    for holder in _HOLDERS:
        holders.register(holder.name, holder)
    declare_kept(
        Gift._meta.label,
        words=_("That a membership was given. It has a number in place of you, and no name."),
        until=_("ten years after the order, because the law wants the books kept so long"),
    )


def _describe_gift(row: Gift) -> HeldItem:
    return HeldItem(
        "gift",
        _("A membership that you gave"),
        {_("Plan"): row.plan.product.name, _("Bought"): row.made_at, _("Redeemed"): row.redeemed_at or _("not yet")},
        why=_("So that whoever you gave it to can redeem it, once. We do not note here who that was."),
        kept=_("ten years, because the law wants the books kept so long"),
    )


def _describe_try(row: RenewalTry) -> HeldItem:
    return HeldItem(
        "renewal_try",
        _("A try to charge your card"),
        {_("Number"): row.number, _("When"): row.begun_at},
        why=_("So that your card is not tried more often than we say."),
        kept=_WITH_ACCOUNT,
    )


def _describe_invitation(row: SeatInvitation) -> HeldItem:
    return HeldItem(
        "seat_invitation",
        _("A place that you offered"),
        {_("Offered"): row.made_at, _("Taken"): row.used_at or _("not yet")},
        why=_("So that the link that you passed on can be used once."),
        kept=_WITH_ACCOUNT,
    )


def _describe_seat(row: Seat) -> HeldItem:
    return HeldItem(
        "seat",
        _("Your place in a joint membership"),
        {_("Number"): row.number, _("Taken"): row.taken_at, _("Left"): row.left_at or _("not yet")},
        why=_("So that you are a member through it."),
        kept=_WITH_ACCOUNT,
    )


_HOLDERS = (
    BookHolder("orders.gifts", _("Gifts"), Gift, _describe_gift, of=("plan__product",)),
    BookHolder("orders.renewal_tries", _("Tries of a renewal"), RenewalTry, _describe_try, outlives=False),
    BookHolder("orders.invitations", _("Offered places"), SeatInvitation, _describe_invitation, outlives=False),
    BookHolder("orders.seats", _("Places in joint memberships"), Seat, _describe_seat, outlives=False),
)
