"""Putting a value right: by the client itself, or by staff at a verified request."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.accounts.api import Profile
from troth.kernel.errors import Refused
from troth.kernel.ports import contact_client
from troth.ledger.api import record
from troth.rights import copies, guard
from troth.rights.cases import case_of
from troth.rights.contacts import CHANGED
from troth.rights.corrections import explain_refusal, is_correctable
from troth.rights.events import Event
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
    """Save a correction that a verified request asks for, in every copy too; act as staff on the request's case.

    Raises: as ``correct_row``, and Refused where the request is not verified or asks something else.
    """
    names = list(form.declared_attributes())
    guard.may_correct(request, names)
    if request.kind not in CORRECTIONS or row.subject_id != request.subject_id:
        raise Refused(_("This request does not ask for this correction."), kept=_("Nothing was changed."))
    # Opened before the transaction: a look by staff is committed by itself.
    wrong = _find_wrong_copies(row, names)
    with transaction.atomic():
        correct_row(row=row, form=form)
        copies.put_right([copy for copy in wrong if form.values.get(copy.source) is not None], form.values)
        record(
            event=Event.REQUEST_EXECUTED,
            subject_id=request.subject_id,
            fields=sorted(form.values),
            object_type="rights.Request",
            object_id=str(request.id),
        )
        contact_client(
            subject_id=request.subject_id,
            about=CHANGED,
            case=case_of(request),
            facts={"request": str(request.id), "fields": ":".join(sorted(form.values))[:100]},
        )


def put_right_copy(*, subject_id: UUID, name: str, row_id: UUID) -> bool:
    """Write the present value of the client's details into one copy that differs; return whether there was one.

    Act as the client, who says that the copy is wrong and not meant so.
    """
    for copy in copies.find_stale(subject_id, name):
        if copy.row.pk == row_id:
            profile = Profile.of(subject_id)
            if profile is not None:
                return bool(copies.put_right([copy], {name: profile.open(name)[name]}))
    return False


def _find_wrong_copies(row: SealedModel, names: Sequence[str]) -> list[copies.Copy]:
    if not isinstance(row, Profile):
        return []
    held = [copy for name in names for copy in copies.open_copies(row.subject_id, name)]
    given = [name for name in {copy.source for copy in held} if name in row.dates_of_values()]
    wrong = row.open(*given) if given else None
    return copies.find_same(held, {name: wrong[name] for name in given}) if wrong is not None else []
