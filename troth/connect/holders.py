"""What this room holds about a client: connected sites and the pseudonyms that they know."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.connect.models import AccessToken, Code, Connection, Pseudonym, RefreshToken
from troth.connect.queries import list_connections
from troth.kernel.ports import HeldItem, Words


class ConnectedSites:
    """The sites that a client connected, with pseudonyms, codes and tokens; they go with the account."""

    name = "connect"
    label: Words = _("Connected sites")
    tables = tuple(model._meta.label for model in (Connection, Pseudonym, Code, RefreshToken, AccessToken))

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return each connected site, and each pseudonym."""
        page = reverse("connect:connected")
        sites = [
            HeldItem(
                key="connection",
                label=each.party.name,
                values={
                    _("Connected"): each.since,
                    _("It may learn"): "; ".join(str(one.claim.words) for one in each.learns) or _("nothing more"),
                    _("Until"): each.until or _("ended"),
                },
                why=_("You connected it, so that it can ask us whether you are a member."),
                kept=_("until you disconnect it, or until your account ends"),
                url=page,
            )
            for each in list_connections(subject_id)
        ]
        return [*sites, *(_show_pseudonym(row) for row in Pseudonym.objects.filter(subject_id=subject_id))]

    def erase(self, subject_id: UUID) -> int:
        """Remove all of it."""
        gone = sum(model.objects.filter(user_id=subject_id).delete()[0] for model in (Code, RefreshToken, AccessToken))
        gone += Connection.objects.filter(subject_id=subject_id).delete()[0]
        return gone + Pseudonym.objects.filter(subject_id=subject_id).delete()[0]

    def count(self, subject_id: UUID) -> int:
        """Return how much is left."""
        left = sum(model.objects.filter(user_id=subject_id).count() for model in (Code, RefreshToken, AccessToken))
        left += Connection.objects.filter(subject_id=subject_id).count()
        return left + Pseudonym.objects.filter(subject_id=subject_id).count()


def _show_pseudonym(row: Pseudonym) -> HeldItem:
    return HeldItem(
        key="pseudonym",
        label=_("What {site} knows you by").format(site=row.sector),
        values={_("Pseudonym"): row.value},
        why=_("So that the site knows that it is you again, and nobody can tell from it who you are."),
        kept=_("as long as you have an account"),
        url=reverse("connect:connected"),
    )
