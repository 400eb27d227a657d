"""The words of the help desk: where a case comes from, where it stands, what was decided. All are closed lists."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    """By what a case came to us."""

    FORM = "form", _("form on the site")
    MAIL = "mail", _("e-mail")
    TELEPHONE = "telephone", _("telephone")
    LETTER = "letter", _("letter")
    HOUSE = "house", _("opened by us")


class State(models.TextChoices):
    """Where a case stands."""

    NEW = "new", _("waiting to be taken")
    OPEN = "open", _("being worked on")
    WAITING = "waiting", _("answered; waiting for the client")
    CLOSED = "closed", _("closed")
    MERGED = "merged", _("joined to another case")


LIVE = (State.NEW, State.OPEN, State.WAITING)
"""The states in which a case is open: it justifies looks by whoever took it."""
ON_US = (State.NEW, State.OPEN)
"""The states in which the clock runs: the next word is ours."""

TRANSITIONS: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.NEW: frozenset({State.OPEN, State.CLOSED, State.MERGED}),
        State.OPEN: frozenset({State.NEW, State.OPEN, State.WAITING, State.CLOSED, State.MERGED}),
        State.WAITING: frozenset({State.OPEN, State.NEW, State.CLOSED, State.MERGED}),
        State.CLOSED: frozenset({State.OPEN, State.NEW}),
        State.MERGED: frozenset({State.NEW, State.OPEN, State.WAITING}),
    }
)
"""The whole machine. A client who writes again opens a closed case anew, and a merged one comes out where it was."""


class Topic(models.TextChoices):
    """What an inquiry is about, as its sender chooses."""

    QUESTION = "question", _("a question")
    ORDER = "order", _("an order or membership")
    ACCOUNT = "account", _("my account")
    INFORMATION = "information", _("what you hold about me")
    SECURITY = "security", _("the security of this site")
    OTHER = "other", _("something else")


class Trust(models.TextChoices):
    """How sure we are that a case is from whom it seems to be from; it never rises by itself."""

    STRANGER = "stranger", _("nobody has made sure who wrote this")
    ADDRESS = "address", _("the sender’s mail service vouches for the address")
    CLIENT = "client", _("the client was signed in, or showed to be the one")


class Direction(models.TextChoices):
    """Who says it to whom."""

    IN = "in", _("from the client")
    OUT = "out", _("from us")
    NOTE = "note", _("a note of ours")


class Cause(models.TextChoices):
    """Why a mail is not in a thread. Nothing is dropped in silence."""

    AUTOMATIC = "automatic", _("written by a program: an absence note, a list, or a mail of our own that came back")
    BOUNCE = "bounce", _("a mail service says that a mail could not be delivered")
    UNAUTHENTICATED = "unauthenticated", _("no mail service vouches for the sender’s address")
    OTHER_SENDER = "other_sender", _("it answers a case of somebody else")
    FORGED_TOKEN = "forged_token", _("it names a case in a way that we did not write")
    BROKEN = "broken", _("it cannot be read as a mail")
    TOO_LARGE = "too_large", _("it is larger than we take")
    TOO_COMPLEX = "too_complex", _("it has too many parts, or parts too deep in each other")
    NO_SENDER = "no_sender", _("it names no sender, or several")
    FLOOD = "flood", _("too many came from this address in an hour")
    FAILED = "failed", _("our program failed on it, again and again; a person has to read it")


class MailState(models.TextChoices):
    """What became of a mail that came in."""

    STORED = "stored", _("stored, not looked at yet")
    FILED = "filed", _("in a case")
    QUARANTINED = "quarantined", _("set apart")
    DISCARDED = "discarded", _("discarded by a person")


class Rule(models.TextChoices):
    """What decided a contact."""

    WISH = "wish", _("it is the way that you wish")
    DEFAULT = "default", _("you told us no wish, so we write an e-mail")
    SAME_WAY = "same_way", _("you have no account, so we answer by the way you wrote")
    NO_NUMBER = "no_number", _("you wish to be called, and we have no number of yours")
    NO_ADDRESS = "no_address", _("you wish letters, and we have no postal address of yours")
    UNREACHABLE = "unreachable", _("we have nothing by which to reach you")
    DEACTIVATED = "deactivated", _("your account is deactivated, and this was not an answer to you")


class Going(models.TextChoices):
    """Where something that goes out stands."""

    WAITING = "waiting", _("waiting")
    UNSURE = "unsure", _("it may have arrived: our program was stopped while it was sent")
    DONE = "done", _("done")
    FAILED = "failed", _("given up")
    DROPPED = "dropped", _("no longer needed")


class CallOutcome(models.TextChoices):
    """How a call went."""

    REACHED = "reached", _("reached; it was said")
    NO_ANSWER = "no_answer", _("nobody answered")
    ENGAGED = "engaged", _("engaged")
    LATER = "later", _("asked to call later")
    WRONG_NUMBER = "wrong_number", _("wrong number")


AGAIN = frozenset({CallOutcome.NO_ANSWER, CallOutcome.ENGAGED, CallOutcome.LATER})
"""The outcomes after which we call again."""


class Rating(models.TextChoices):
    """How content a client was."""

    GOOD = "good", _("It was what I needed")
    HALF = "half", _("It helped in part")
    BAD = "bad", _("It did not help")
