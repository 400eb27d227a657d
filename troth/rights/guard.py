"""The one function that says whether a request may be carried out. Everything that acts on a request asks it first."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from troth.kernel.errors import Refused
from troth.rights.kinds import REMOTE, WAYS_TO_CLIENT, State
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
    if request.needs_second:
        raise _wants_second()
    if request.state != State.IN_PROGRESS:
        raise Refused(_("This request is not being worked on."), kept=_("Nothing was shown, changed or deleted."))


def may_correct(request: Request, names: Iterable[str]) -> None:
    """Return if these values may be corrected; raise Refused if not.

    By a letter or mail the ways to the client are changed only with a second person's word: who has them, has all.
    """
    may_execute(request)
    if request.channel in REMOTE and WAYS_TO_CLIENT & set(names) and request.confirmed_at is None:
        raise _wants_second()


def _wants_second() -> Refused:
    return Refused(
        _("A second person has to make sure that this is from the client itself."),
        kept=_("Nothing was shown, changed or deleted."),
        next_step=_("Ask for the second person on the page of the request."),
    )
