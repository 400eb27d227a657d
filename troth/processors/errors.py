"""Why a value did not leave, or why nobody answered. Each says so in words that a client understands (A13)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.kernel.errors import Refused, TrothError
from troth.kernel.ports import Words


class Cause(StrEnum):
    """Why the one door out stayed shut. The closed list; each is told to staff once a day."""

    UNREGISTERED = "unregistered"  # no such organisation in the register, or its entry is ended
    UNKNOWN_HOST = "unknown_host"
    UNDECLARED_FIELD = "undeclared_field"  # a path that the operation does not have
    WRONG_FORM = "wrong_form"  # a plain value that is not of its closed form, or a personal one of another kind
    MISSING_FIELD = "missing_field"
    OTHER_SUBJECT = "other_subject"
    NOT_ALLOWED = "not_allowed"  # a value that the register does not allow to this organisation for this purpose
    WRONG_PURPOSE = "wrong_purpose"  # the value was not collected for this purpose
    NO_AGREEMENT = "no_agreement"
    AUDIT_OVERDUE = "audit_overdue"
    NO_GROUND = "no_ground"
    CLOSED = "closed"  # a broken promise closed all disclosures


ABOUT_ONE_CLIENT = frozenset({Cause.NO_GROUND, Cause.MISSING_FIELD, Cause.OTHER_SUBJECT})
"""Causes that lie with one client; all others stop everything that would go to the organisation."""

CAUSE_WORDS: Mapping[Cause, Words] = MappingProxyType(
    {
        Cause.UNREGISTERED: gettext_lazy("The organisation is not in our register, or no longer."),
        Cause.UNKNOWN_HOST: gettext_lazy("The address it would go to is not that of the registered organisation."),
        Cause.UNDECLARED_FIELD: gettext_lazy("More would have been sent than is declared for this."),
        Cause.WRONG_FORM: gettext_lazy("Something in it does not have the form that is declared for it."),
        Cause.MISSING_FIELD: gettext_lazy("A part that is needed for it is missing."),
        Cause.OTHER_SUBJECT: gettext_lazy("It would have held information about somebody else."),
        Cause.NOT_ALLOWED: gettext_lazy("The organisation may not receive one of these values for this purpose."),
        Cause.WRONG_PURPOSE: gettext_lazy("One of these values was not asked for this purpose."),
        Cause.NO_AGREEMENT: gettext_lazy("Our agreement with the organisation is not in force."),
        Cause.AUDIT_OVERDUE: gettext_lazy("The audit of the organisation is overdue."),
        Cause.NO_GROUND: gettext_lazy("Nothing shows that you were told of this, or authorised it."),
        Cause.CLOSED: gettext_lazy("A check found that a promise is not kept, and nothing is handed on until it is."),
    }
)


class SendRefused(Refused):
    """The one door out stayed shut: nothing was sent. What depends on it waits (A13).

    Arguments:
        cause: which judgement said no.
        processor: the key of the organisation.
        operation: what was to be asked of it.
        detail: names of fields or hosts, for staff; never a value.
    """

    def __init__(self, cause: Cause, *, processor: str, operation: str, detail: str = "") -> None:
        super().__init__(
            str(CAUSE_WORDS[cause]),
            kept=_("Nothing was sent, and nothing is lost."),
            next_step=_("We have been told, and go on with it as soon as it is mended. You need do nothing."),
        )
        self.cause = cause
        self.processor = processor
        self.operation = operation
        self.detail = detail


class Unreachable(TrothError):
    """Nobody answered at the organisation, so that the same call with the same key may be made again."""

    status = 503


class Forged(Refused):
    """What claims to come from the organisation is not signed by it; nothing was done."""

    status = 400
