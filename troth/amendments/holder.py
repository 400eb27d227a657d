"""What this room holds about a client: which version applied when, and how it was told of it."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.amendments.models import NoticeLetter, Told
from troth.kernel.ports import HeldItem, Words

_KEPT = _("as long as you have an account")
_WHY = _("So that you can see which version of our statement applied to you when, and that you were told of it.")


class ToldHolder:
    """Shows of which versions a client was told, and the letters about them."""

    name = "amendments"
    label: Words = _("Versions of our statement that you were told of")
    tables = ("amendments.Told", "amendments.NoticeLetter")

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return each, the newest first."""
        told = [
            _show(f"told-{row.number}", row.number, {_("How"): row.get_way_display(), _("On"): row.at})
            for row in Told.objects.filter(subject_id=subject_id).order_by("-number")
        ]
        letters = [
            _show(
                f"letter-{row.number}",
                row.number,
                {_("A letter, because"): row.get_cause_display(), _("State"): row.get_state_display()},
            )
            for row in NoticeLetter.objects.filter(subject_id=subject_id).order_by("-number")
        ]
        return [*told, *letters]

    def erase(self, subject_id: UUID) -> int:
        """Remove the rows."""
        gone = Told.objects.filter(subject_id=subject_id).delete()[0]
        return gone + NoticeLetter.objects.filter(subject_id=subject_id).delete()[0]

    def count(self, subject_id: UUID) -> int:
        """Return how many rows there are."""
        rows = Told.objects.filter(subject_id=subject_id).count()
        return rows + NoticeLetter.objects.filter(subject_id=subject_id).count()


def _show(key: str, number: int, values: dict[Words, object]) -> HeldItem:
    return HeldItem(
        key=key,
        label=_("Version {number} of our statement").format(number=number),
        values=values,
        why=_WHY,
        kept=_KEPT,
        url=reverse("amendments:mine"),
    )
