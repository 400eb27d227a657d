"""What is done to an account at a verified request: leaving, and being let in again (L2, L3)."""

from django.utils.translation import gettext as _

from troth.accounts import api as accounts
from troth.kernel.errors import Refused
from troth.kernel.ports import Feature, require_open
from troth.ledger.api import record
from troth.rights.events import Event
from troth.rights.guard import may_execute
from troth.rights.kinds import Kind
from troth.rights.models import Request


def leave_for_client(request: Request) -> None:
    """Do what the request asks; the client gets the same mails and the same days of grace as on the Admin page.

    Raises: Refused where the sender is not verified, or the request asks something else.
    """
    may_execute(request)
    if request.kind == Kind.DELETE:
        require_open(Feature.ERASURE)
        accounts.request_deletion(subject_id=request.subject_id)
    elif request.kind == Kind.DEACTIVATE:
        accounts.deactivate(subject_id=request.subject_id)
    else:
        raise Refused(_("This request does not ask to leave."), kept=_("The account is as it was."))
    record(
        event=Event.REQUEST_EXECUTED,
        subject_id=request.subject_id,
        object_type="rights.Request",
        object_id=str(request.id),
    )


def unlock_for_client(request: Request) -> None:
    """Let a client sign in again who was stopped after too many tries; no password is changed, and none is told.

    Raises: Refused where the sender is not verified, or the request asks something else.
    """
    may_execute(request)
    account = accounts.get_account(request.subject_id)
    if request.kind != Kind.UNLOCK or account is None:
        raise Refused(_("This request does not ask for that."), kept=_("The account is as it was."))
    accounts.forget_failures(account)
    record(
        event=Event.REQUEST_EXECUTED,
        subject_id=request.subject_id,
        object_type="rights.Request",
        object_id=str(request.id),
    )
