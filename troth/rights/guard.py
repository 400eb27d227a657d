"""The one function that says whether a request may be carried out. Everything that acts on a request asks it first."""

from django.utils.translation import gettext as _

from troth.kernel.errors import Refused
from troth.rights.kinds import State
from troth.rights.models import Request


def may_execute(request: Request) -> None:
    """Return if the request may be carried out now; raise Refused with the reason if not.

    Whatever its state says, a request whose sender nobody verified is not carried out: states are many and are changed
    by many, this rule is one.
    """
    if request.verified_at is None or not request.verified_how:
        raise Refused(
            _("Nobody has made sure yet that this request is from the client itself."),
            kept=_("Nothing was shown, changed or deleted."),
            next_step=_("Verify the sender first, and record how."),
        )
    if request.state != State.IN_PROGRESS:
        raise Refused(_("This request is not being worked on."), kept=_("Nothing was shown, changed or deleted."))
