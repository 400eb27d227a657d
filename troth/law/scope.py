"""The scope of a legal request: which values of which clients, and the digest that binds a review to it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from troth.kernel.errors import Refused
from troth.law.kinds import ItemState, RefusalCause
from troth.law.models import LegalRequest, ScopeItem
from troth.vault.api import all_attributes


@dataclass(frozen=True, slots=True)
class ItemDecision:
    """What is decided of one demanded value.

    Arguments:
        subject_id: the client.
        model, field: which value.
        refused_for: why it is not given, or None where it is granted.
    """

    subject_id: UUID
    model: str
    field: str
    refused_for: RefusalCause | None = None


def require_declared(decisions: Iterable[ItemDecision]) -> None:
    """Raise Refused for a value that is declared nowhere."""
    known = {f"{attribute.model._meta.label}.{attribute.name}" for attribute in all_attributes()}
    for decision in decisions:
        if f"{decision.model}.{decision.field}" not in known:
            raise Refused(_("A value of this name is not held anywhere."), kept=_("The scope is as it was."))


def replace_items(request: LegalRequest, decisions: Sequence[ItemDecision]) -> str:
    """Put these decisions in the place of all former ones; return the digest of the new scope."""
    ScopeItem.objects.filter(request=request).delete()
    ScopeItem.objects.bulk_create(
        ScopeItem(
            request=request,
            subject_id=decision.subject_id,
            model=decision.model,
            field=decision.field,
            state=ItemState.REFUSED if decision.refused_for else ItemState.GRANTED,
            refused_for=decision.refused_for or "",
        )
        for decision in decisions
    )
    return digest_scope(request)


def digest_scope(request: LegalRequest) -> str:
    """Return the SHA-256, in hexadecimal, of what is granted and refused now."""
    rows = ScopeItem.objects.filter(request=request).values_list("subject_id", "model", "field", "state", "refused_for")
    lines = sorted("|".join(map(str, row)) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def granted_by_subject(request: LegalRequest) -> dict[UUID, list[ScopeItem]]:
    """Return what was granted, by client."""
    found: dict[UUID, list[ScopeItem]] = {}
    for item in ScopeItem.objects.filter(request=request, state=ItemState.GRANTED).order_by(
        "subject_id", "model", "field"
    ):
        found.setdefault(item.subject_id, []).append(item)
    return found
