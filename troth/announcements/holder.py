"""What this room holds about a client, as its Admin page and copy show it: which notices it was sent."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from troth.announcements.kinds import OPEN_STATES, DeliveryState, SkipCause
from troth.announcements.models import Bounce, Delivery
from troth.announcements.queries import list_deliveries_of, pick_text
from troth.kernel import clock
from troth.kernel.ports import HeldItem, Words

_KEPT = _("a year, so that the number of announcements can be counted")


class DeliveryHolder:
    """Shows the deliveries; the words of a notice are public, so its subject is shown beside."""

    name = "announcements"
    label: Words = _("Notices that we sent you")
    tables = ("announcements.Delivery", "announcements.Bounce")

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return each delivery, the newest first."""
        return [_show(delivery) for delivery in list_deliveries_of(subject_id)]

    def erase(self, subject_id: UUID) -> int:
        """Forget whose the rows are: they stay without a name, so that the numbers of a notice still add up."""
        bounces = Bounce.objects.filter(subject_id=subject_id).delete()[0]
        waiting = Delivery.objects.filter(subject_id=subject_id, state__in=OPEN_STATES)
        waiting.update(state=DeliveryState.SKIPPED, skipped_for=SkipCause.ACCOUNT, ended_at=clock.now())
        return bounces + Delivery.objects.filter(subject_id=subject_id).update(subject_id=None)

    def count(self, subject_id: UUID) -> int:
        """Return how many rows there are."""
        return Delivery.objects.filter(subject_id=subject_id).count()


def _show(delivery: Delivery) -> HeldItem:
    text = pick_text(delivery.notice, get_language() or "")
    values: dict[Words, object] = {
        _("What it was"): delivery.notice.get_kind_display(),
        _("About"): text.subject if text else "",
        _("Listed on"): delivery.notice.frozen_at,
        _("State"): delivery.get_state_display(),
    }
    if delivery.skipped_for:
        values[_("Why not")] = delivery.get_skipped_for_display()
    if delivery.bounced:
        values[_("It came back")] = _("for good") if delivery.bounced == Bounce.HARD else _("for now")
    return HeldItem(
        key=f"notice-{delivery.pk}",
        label=text.subject if text else _("A notice"),
        values=values,
        why=_("So that each notice reaches you once, and you can see which did."),
        kept=_KEPT,
    )
