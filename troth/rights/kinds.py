"""The words of the register of requests: kinds, channels, states.

States and reasons are those of the Data Rights Protocol 0.9.4, so that a request of an agent who speaks it fits without
translation.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What is asked for."""

    ACCESS = "access", _("a copy of what you hold")
    CORRECT = "correct", _("a correction")
    ERROR = "error", _("an error to be looked at")
    UNLOCK = "unlock", _("that you can sign in again after too many tries")
    DEACTIVATE = "deactivate", _("deactivation of the account")
    DELETE = "delete", _("deletion of the account")
    OBJECT = "object", _("an objection to a change of ownership")
    PASS_ON = "pass_on", _("that we hand something to another organisation")


CORRECTIONS = frozenset({Kind.CORRECT, Kind.ERROR})
"""The kinds whose clock is that of corrections, and whose times are published (A11)."""


DANGEROUS = (Kind.ACCESS, Kind.DELETE)
"""What would harm the client most if another had asked for it: by mail or letter a second person makes sure as well."""
WAYS_TO_CLIENT = frozenset({"email", "telephone", "address"})
"""Values by which the client is reached: who changes one by a letter takes the account over (L3)."""


class Channel(models.TextChoices):
    """How it came, and so how it is answered."""

    ADMIN_PAGE = "admin_page", _("the Admin page")
    MAIL = "mail", _("e-mail")
    LETTER = "letter", _("letter")
    TELEPHONE = "telephone", _("telephone")


REMOTE = (Channel.MAIL, Channel.LETTER, Channel.TELEPHONE)
"""The channels by which nobody was signed in: who asks has to be verified."""


class State(models.TextChoices):
    """Where it stands."""

    OPEN = "open", _("waiting to be taken")
    NEED_VERIFICATION = "need_user_verification", _("taken; we make sure that it is from you")
    IN_PROGRESS = "in_progress", _("being worked on")
    FULFILLED = "fulfilled", _("done")
    DENIED = "denied", _("not done, for the reason given")
    REVOKED = "revoked", _("taken back by you")


OPEN_STATES = (State.OPEN, State.NEED_VERIFICATION, State.IN_PROGRESS)

TRANSITIONS: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.OPEN: frozenset({State.NEED_VERIFICATION, State.IN_PROGRESS, State.REVOKED}),
        State.NEED_VERIFICATION: frozenset({State.IN_PROGRESS, State.DENIED, State.REVOKED}),
        State.IN_PROGRESS: frozenset({State.FULFILLED, State.DENIED, State.REVOKED}),
        State.FULFILLED: frozenset(),
        State.DENIED: frozenset(),
        State.REVOKED: frozenset(),
    }
)
"""The whole machine. What is closed stays closed: a second thought is a second request, with a clock of its own."""


class Denial(models.TextChoices):
    """Why a request was not done."""

    NO_MATCH = "no_match", _("we found no account of yours")
    UNVERIFIED = "insuf_verification", _("we could not make sure that it is from you")
    FRAUD = "suspected_fraud", _("it seems to come from somebody else")
    NOT_COVERED = "claim_not_covered", _("the law obliges us to keep this as it is")
    ALREADY_RIGHT = "other", _("what we hold proved to be right")


class Verification(models.TextChoices):
    """How we made sure that a request is from the client itself."""

    SIGNED_IN = "signed_in", _("you were signed in")
    ANSWERED_MAIL = "answered_mail", _("you answered a mail to the address of your account")
    CALLED_BACK = "called_back", _("we called the telephone number of your account")
    SIGNED_LETTER = "signed_letter", _("the letter came from the address of your account, and you answered ours")
    IN_PERSON = "in_person", _("you showed us a document in person; we kept no copy")
