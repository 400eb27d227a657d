"""Holding back a deletion or a view by a decision with a name and an end (A10, H2)."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import ActorKind, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.law.events import Event
from troth.law.kinds import HoldKind
from troth.law.models import LegalHold, LegalRequest
from troth.ledger.api import record
from troth.vault.api import SealedModel


def set_hold(  # noqa: PLR0913  a decision names whom, what, why and until when
    *, request: LegalRequest, subject_id: UUID, kind: HoldKind, model: str, until: date, fields: Iterable[str] = ()
) -> LegalHold:
    """Hold back one table of one client, on the ground of an open legal request that the acting member took.

    Arguments:
        request: the ground.
        subject_id: the client.
        kind: whether it is kept from deletion, or from view.
        model: the label of a table with declared values.
        until: the first day on which it holds no more; a later decision may prolong it, nothing makes it endless.
        fields: names of values; none for all. Only a withholding is by value: rows are kept whole.

    Raises Refused where any of it does not fit.
    """
    actor = require_acting().actor
    if actor.kind is not ActorKind.STAFF or request.taken_by != UUID(actor.ref):
        raise AccessDenied("A hold is set by the member of staff who handles the legal request.")
    names = sorted(set(fields))
    _require_fitting(request, kind=kind, model=model, until=until, names=names)
    with transaction.atomic():
        hold = LegalHold.objects.create(
            request=request,
            subject_id=subject_id,
            kind=kind,
            model=model,
            fields=",".join(names),
            until=until,
            set_by=UUID(actor.ref),
        )
        _record(Event.HOLD_SET, hold)
    return hold


def lift_hold(hold: LegalHold) -> None:
    """End a hold now; a deletion that waited for it goes on with the next pass."""
    if require_acting().actor.kind is not ActorKind.STAFF:
        raise AccessDenied("A hold is lifted by staff.")
    with transaction.atomic():
        if not LegalHold.objects.filter(pk=hold.pk, lifted_at=None).update(lifted_at=clock.now()):
            raise Refused(_("This hold has ended already."), kept=_("Nothing was changed."))
        _record(Event.HOLD_LIFTED, hold)


def _require_fitting(request: LegalRequest, *, kind: HoldKind, model: str, until: date, names: list[str]) -> None:
    kept = _("Nothing is held.")
    if not request.is_open:
        raise Refused(_("This request is closed, and is no ground for a hold."), kept=kept)
    if until <= clock.today():
        raise Refused(_("A hold ends on a day that is still to come."), kept=kept)
    try:
        table = apps.get_model(model)
    except (LookupError, ValueError):
        raise Refused(_("There is no such table."), kept=kept) from None
    if not issubclass(table, SealedModel) or not set(names) <= table.sealed_attributes.keys():
        raise Refused(_("There is no such value."), kept=kept)
    if kind == HoldKind.KEEP and names:
        raise Refused(_("What must not be deleted is kept row by row, not value by value."), kept=kept)


def _record(event: Event, hold: LegalHold) -> None:
    # No subject in the record: a client under a ban would read of it there. The hold's own row names it.
    record(event=event, object_type="law.LegalHold", object_id=str(hold.id))
