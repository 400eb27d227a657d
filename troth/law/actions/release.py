"""Giving what was granted: opened on its case, written down, sealed to the recipient, and told (H2, A6)."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from troth.disclosures.api import RequiredByLaw
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.law.actions.requests import note_release
from troth.law.cases import case_of, item_case
from troth.law.evidence import recipient_of
from troth.law.kinds import DemandState
from troth.law.models import LegalRequest, ScopeItem
from troth.law.queries import is_approved
from troth.law.scope import granted_by_subject
from troth.processors.api import HandedOver, hand_over, seal_package
from troth.vault.api import SealedModel, SealedValue


def release_request(request: LegalRequest, *, member_id: UUID) -> None:
    """Open what was granted, write each client's disclosure, keep the sealed package, and close the request.

    A release that was cut off is made again: each client's disclosure stands once, and nobody could fetch a package
    before the request was closed, which is one transaction with keeping it.

    Arguments:
        request: approved by two reviewers.
        member_id: the member of staff who handles it.

    Raises Refused where it is not approved as it stands; AccessDenied where the member may not open the values.
    """
    if request.state != DemandState.APPROVED or request.taken_by != member_id or not is_approved(request):
        raise Refused(
            _("Two reviewers have to approve just this scope first."),
            kept=_("Nothing was given."),
            next_step=_("Wait for their review."),
        )
    parts = [_give(request, member_id, subject_id, items) for subject_id, items in granted_by_subject(request).items()]
    with acting(actor=staff_member(member_id), purpose=Purpose.LEGAL, case=case_of(request)):
        whole = LegalRequest.objects.get(id=request.id)
        key = whole.open("recipient_key").recipient_key
        whole.package = seal_package(_write(request, parts), recipient_key=key or "", name=request.number)
        with transaction.atomic():
            whole.save()
            request.refresh_from_db()
            note_release(request)


def _give(request: LegalRequest, member_id: UUID, subject_id: UUID, items: Sequence[ScopeItem]) -> HandedOver:
    with acting(actor=staff_member(member_id), purpose=Purpose.LEGAL, case=item_case(request, subject_id)):
        return hand_over(
            subject_id=subject_id,
            recipient=recipient_of(request),
            values=list(_find_values(subject_id, items)),
            ground=RequiredByLaw(request.id),
            reference=request.number,
        )


def _find_values(subject_id: UUID, items: Sequence[ScopeItem]) -> list[SealedValue]:
    """Return the unopened values of all rows of the client that the items name."""
    found = []
    for item in items:
        model: type[SealedModel] = apps.get_model(item.model)
        found += [SealedValue(row=row, name=item.field) for row in model._base_manager.filter(subject_id=subject_id)]
    return found


def _write(request: LegalRequest, parts: Sequence[HandedOver]) -> bytes:
    """Return the package: one JSON, readable by people as well, with what was given and nothing besides."""
    document: dict[str, Any] = {
        "request": request.number,
        "given_on": clock.today().isoformat(),
        "people": [{"values": [{"name": name, "value": shown} for name, shown in part.shown]} for part in parts],
    }
    return json.dumps(document, indent=2, ensure_ascii=False).encode()
