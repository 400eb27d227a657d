"""What this room holds about a client beside the record: what it authorised."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from troth.disclosures.models import Authorisation, AuthorisationAsk
from troth.kernel.ports import HeldItem, Registry, Words, holders
from troth.kernel.purposes import Purpose
from troth.vault.api import get_attribute

computed_values: Registry[str, Words] = Registry("computed value")
"""Name → words, of what is told of a client and is no declared value, such as whether one is a member."""


class Authorisations:
    """The authorisations of a client; they go with the account."""

    name = "disclosures.authorisations"
    label: Words = _("What you allowed us to hand on")
    tables = (Authorisation._meta.label, AuthorisationAsk._meta.label)

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return each authorisation, ended ones too, and what we asked that was not allowed."""
        given = Authorisation.objects.filter(subject_id=subject_id).order_by("-pk")
        asked = AuthorisationAsk.objects.filter(subject_id=subject_id, authorisation=None).order_by("-pk")
        return [*(_show(row) for row in given), *(_show_ask(row) for row in asked)]

    def erase(self, subject_id: UUID) -> int:
        """Remove them, and what was asked."""
        asked = AuthorisationAsk.objects.filter(subject_id=subject_id).delete()[0]
        return asked + Authorisation.objects.filter(subject_id=subject_id).delete()[0]

    def count(self, subject_id: UUID) -> int:
        """Return how many there are."""
        asked = AuthorisationAsk.objects.filter(subject_id=subject_id).count()
        return asked + Authorisation.objects.filter(subject_id=subject_id).count()


def _show(row: Authorisation) -> HeldItem:
    return HeldItem(
        key=str(row.pk),
        label=row.recipient_name,
        values={
            _("What you said yes to"): row.wording,
            _("Values"): ", ".join(name_field(label) for label in row.labels),
            _("What for"): Purpose(row.purpose).words,
            _("Given"): row.given_at,
            _("Ends"): row.until,
            _("Withdrawn"): row.withdrawn_at,
        },
        why=_("It shows that you allowed it, and until when."),
        kept=_("as long as you have an account"),
    )


def _show_ask(row: AuthorisationAsk) -> HeldItem:
    return HeldItem(
        key=str(row.pk),
        label=row.recipient_name,
        values={
            _("We asked you to allow"): ", ".join(name_field(label) for label in row.labels),
            _("Asked"): row.asked_at,
            _("Your answer"): row.get_answer_display(),
        },
        why=_("It shows that we asked, and that nothing was handed on by it."),
        kept=_("as long as you have an account"),
    )


def name_field(label: str) -> str:
    """Return a value's label in the client's words, with its part; the label itself where no such value is declared."""
    value, _slash, part = label.partition("/")
    model, _dot, name = value.rpartition(".")
    try:
        attribute = get_attribute(model, name)
    except (LookupError, ValueError):
        return str(computed_values.get(name) or label)
    parts = getattr(attribute, "parts", {}) if attribute.kind == "postal_address" else {}
    return f"{attribute.label}: {parts[part][0]}" if part in parts else str(attribute.label)


def register() -> None:
    """Register the holder."""
    holder = Authorisations()
    holders.register(holder.name, holder)
