"""The second person who makes sure that a dangerous request is from the client: as reviews of all rooms are asked."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.kernel.errors import Refused
from troth.kernel.reviews import Facts, ReviewKind, register_review
from troth.rights.actions.requests import CONFIRM, confirm_sender
from troth.rights.kinds import Verification
from troth.rights.queries import find_request


def register() -> None:
    """Hand the kind of review in."""
    register_review(
        ReviewKind(
            key=CONFIRM,
            words=gettext_lazy("that a request by mail or letter is from the client itself"),
            describe=_describe,
            carry_out=_carry_out,
        )
    )


def _describe(facts: Facts) -> str:
    request = find_request(UUID(str(facts["request"])))
    if request is None:
        return _("The request is no longer there.")
    return _(
        "Request %(number)s, by %(channel)s, asks for %(kind)s. A colleague recorded: %(how)s. Have the letter, or the "
        "note of the call, shown to you, and ask how it was done; agree where you would vouch for it yourself."
    ) % {
        "number": request.number,
        "channel": request.get_channel_display(),
        "kind": request.get_kind_display(),
        "how": Verification(str(facts["how"])).label,
    }


def _carry_out(facts: Facts) -> None:
    request = find_request(UUID(str(facts["request"])))
    if request is None:
        raise Refused(_("The request is no longer there."), kept=_("Nothing was recorded."))
    confirm_sender(request, how=str(facts["how"]))
