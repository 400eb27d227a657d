"""Putting a value right: by the client itself, or by staff at a verified request."""

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel.errors import Refused
from troth.ledger.api import record
from troth.rights.corrections import explain_refusal, is_correctable
from troth.rights.events import Event
from troth.rights.guard import may_execute
from troth.rights.kinds import CORRECTIONS
from troth.rights.models import Request
from troth.vault.api import DeclaredForm, SealedModel


def correct_row(*, row: SealedModel, form: DeclaredForm) -> None:
    """Save a valid correction form's values into the row; the vault writes the ledger row with the names.

    Raises: Refused for a value that is not corrected in place, or that somebody else changed meanwhile; Taken where it
    must be unique and is another's; AccessDenied where the actor may not.
    """
    for attribute in form.declared_attributes().values():
        if not is_correctable(attribute):
            raise Refused(str(explain_refusal(attribute)), kept=_("Nothing was changed."))
    form.put_into(row)
    row.save()


def correct_for_client(*, request: Request, row: SealedModel, form: DeclaredForm) -> None:
    """Save a correction that a verified request asks for; act as staff on the request's case.

    Raises: as ``correct_row``, and Refused where the request is not verified or asks something else.
    """
    may_execute(request)
    if request.kind not in CORRECTIONS or row.subject_id != request.subject_id:
        raise Refused(_("This request does not ask for this correction."), kept=_("Nothing was changed."))
    with transaction.atomic():
        correct_row(row=row, form=form)
        record(
            event=Event.REQUEST_EXECUTED,
            subject_id=request.subject_id,
            fields=sorted(form.values),
            object_type="rights.Request",
            object_id=str(request.id),
        )
