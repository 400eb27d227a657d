"""What this room holds about a client: under which numbers organisations know it, and what was asked of them."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from troth.disclosures.api import name_field
from troth.kernel.ports import HeldItem, Words, holders
from troth.processors.models import DeletionRequest, HeldThere, RelayedCorrection
from troth.processors.words import describe_recipient


class NumbersElsewhere:
    """The numbers under which other organisations hold something about a client, and open requests to delete."""

    name = "processors.numbers"
    label: Words = _("How other organisations number you")
    tables = (HeldThere._meta.label, DeletionRequest._meta.label, RelayedCorrection._meta.label)

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return each number, and each request that is not answered."""
        held = HeldThere.objects.filter(subject_id=subject_id).order_by("processor", "pk")
        asked = DeletionRequest.objects.filter(subject_id=subject_id).order_by("processor")
        corrected = RelayedCorrection.objects.filter(subject_id=subject_id).order_by("-corrected_at")
        return [
            *(_show(row) for row in held),
            *(_show_request(row) for row in asked),
            *(_show_correction(row) for row in corrected),
        ]

    def erase(self, subject_id: UUID) -> int:
        """Remove the numbers; a request that is not answered keeps those that it needs."""
        corrected = RelayedCorrection.objects.filter(subject_id=subject_id).delete()[0]
        return corrected + HeldThere.objects.filter(subject_id=subject_id).delete()[0]

    def count(self, subject_id: UUID) -> int:
        """Return how many numbers there are."""
        corrected = RelayedCorrection.objects.filter(subject_id=subject_id).count()
        return corrected + HeldThere.objects.filter(subject_id=subject_id).count()


def _show(row: HeldThere) -> HeldItem:
    return HeldItem(
        key=str(row.pk),
        label=describe_recipient(row.processor),
        values={_("What it is there"): row.what, _("Its number there"): row.ref, _("Since"): row.since},
        why=_("With it we can ask the organisation to delete what it holds about you."),
        kept=_("as long as you have an account, or until it is deleted there"),
    )


def _show_request(row: DeletionRequest) -> HeldItem:
    return HeldItem(
        key=str(row.pk),
        label=describe_recipient(row.processor),
        values={_("Asked to delete"): row.asked_at, _("Answer"): row.get_answer_display(), _("Tries"): row.tries},
        why=_("We asked the organisation to delete what it holds about you, and wait for its answer."),
        kept=_("until it has answered"),
    )


def _show_correction(row: RelayedCorrection) -> HeldItem:
    return HeldItem(
        key=str(row.pk),
        label=describe_recipient(row.processor),
        values={
            _("What you corrected"): ", ".join(name_field(label) for label in row.labels),
            _("Corrected here"): row.corrected_at,
            _("There"): row.words or row.get_state_display(),
        },
        why=_("So that you see what became of your correction at an organisation that had the old value."),
        kept=_("400 days, or as long as you have an account"),
    )


def register() -> None:
    """Register the holder."""
    holder = NumbersElsewhere()
    holders.register(holder.name, holder)
