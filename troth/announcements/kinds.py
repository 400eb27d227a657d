"""The closed lists of this room: classes of mail to many, what each may do, states of notices and deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel.purposes import Purpose


class NoticeClass(models.TextChoices):
    """What a notice is. It is chosen before a word is written, and cannot be changed after."""

    SERVICE = "service", _("service announcement")
    POLICY = "policy", _("change of the statement")
    TRANSITION = "transition", _("change of ownership")
    NEWS = "news", _("news")
    SURVEY = "survey", _("invitation to a survey")


WRITTEN_HERE = (NoticeClass.SERVICE, NoticeClass.NEWS)
"""Classes that are written in this room; the others come with the thing that they tell of, and are sent with it."""
REVIEWED_HERE = (*WRITTEN_HERE, NoticeClass.SURVEY)
"""Classes that are read by a second person and sent in this room; an invitation is written by its survey alone."""


class Reason(models.TextChoices):
    """Why a service announcement is sent; anything else is news (15 USC 7702(17)(A))."""

    MAINTENANCE = "maintenance", _("suspension for maintenance")
    OUTAGE = "outage", _("outage")
    CHANGE = "change", _("change of the service or its terms")
    SECURITY = "security", _("safety or security")


class NoticeState(models.TextChoices):
    """Where a notice stands."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("waits for a second person")
    APPROVED = "approved", _("approved")
    FREEZING = "freezing", _("recipients are being listed")
    SENDING = "sending", _("being sent")
    PAUSED = "paused", _("paused")
    HELD = "held", _("held until a person releases it")
    CLOSED = "closed", _("sent")
    CANCELLED = "cancelled", _("cancelled")


class DeliveryState(models.TextChoices):
    """What became of the mail to one recipient. The states of a notice's rows add up to the number that was frozen."""

    PENDING = "pending", _("waits")
    INFLIGHT = "inflight", _("under way")
    ACCEPTED = "accepted", _("handed over")
    REJECTED = "rejected", _("refused by the mail server")
    UNCERTAIN = "uncertain", _("uncertain")
    SKIPPED = "skipped", _("not sent")


class SkipCause(models.TextChoices):
    """Why a recipient got no mail."""

    NONE = "", ""
    ACCOUNT = "account", _("the account was deactivated or ended meanwhile")
    OPTED_OUT = "opted_out", _("the client does not wish this news any more")
    CANCELLED = "cancelled", _("the notice was cancelled")
    REFUSED = "refused", _("our own door stayed shut")
    LATE = "late", _("its time was over")
    LETTER = "letter", _("gets a letter instead, as the client wishes")
    TIRED = "tired", _("the mail server did not take it in many tries")


OPEN_STATES = (DeliveryState.PENDING, DeliveryState.INFLIGHT)
MOVING = (NoticeState.FREEZING, NoticeState.SENDING, NoticeState.PAUSED, NoticeState.HELD)
"""States in which recipients are listed already."""
PUBLISHED = (*MOVING, NoticeState.CLOSED, NoticeState.CANCELLED)


@dataclass(frozen=True, slots=True)
class ClassRules:
    """What holds for all mail of one class.

    Arguments:
        purpose: why the addresses are opened.
        account_states: the states of the accounts that get it.
        one_click: whether it carries List-Unsubscribe (RFC 8058); a service announcement never does (F2).
        budgeted: whether it counts against the number that makes announcements rare (F1).
        by_letter: whether who wishes letters gets one in the place of the mail.
        repeats: whether a mail whose fate is unknown is sent again (with the same Message-ID) or never.
        reviewers: how many others must have approved exactly this text.
        lasts: for how long after its beginning it is worth sending; None for ever.
        forgets: whether the row of a client that does not wish it any more forgets whose it is. Who answered a survey
            is on record without a time; such a row would tell one.
    """

    purpose: Purpose
    account_states: tuple[str, ...]
    one_click: bool
    budgeted: bool
    repeats: bool
    by_letter: bool = False
    reviewers: int = 1
    lasts: timedelta | None = None
    forgets: bool = False


_ACTIVE = ("active",)
_ALL_HELD = ("active", "deactivated", "leaving")

RULES: Mapping[str, ClassRules] = MappingProxyType(
    {
        NoticeClass.SERVICE: ClassRules(
            purpose=Purpose.SERVICE_MESSAGES, account_states=_ACTIVE, one_click=False, budgeted=True, repeats=True
        ),
        NoticeClass.POLICY: ClassRules(
            purpose=Purpose.SERVICE_MESSAGES,
            account_states=_ALL_HELD,
            one_click=False,
            budgeted=False,
            by_letter=True,
            repeats=True,
            reviewers=2,
        ),
        NoticeClass.TRANSITION: ClassRules(
            purpose=Purpose.SERVICE_MESSAGES,
            account_states=_ALL_HELD,
            one_click=False,
            budgeted=False,
            repeats=True,
            reviewers=2,
        ),
        NoticeClass.NEWS: ClassRules(
            purpose=Purpose.NEWS,
            account_states=_ACTIVE,
            one_click=True,
            budgeted=False,
            repeats=False,
            lasts=timedelta(days=14),
        ),
        NoticeClass.SURVEY: ClassRules(
            purpose=Purpose.NEWS,
            account_states=_ACTIVE,
            one_click=True,
            budgeted=False,
            repeats=False,
            lasts=timedelta(days=7),
            forgets=True,
        ),
    }
)


def rules_of(notice_class: str) -> ClassRules:
    """Return what holds for this class."""
    return RULES[notice_class]


BEYOND_REVIEWERS = 2
"""A security notice beyond the budget needs so many reviewers, and a public line."""
WEEK = timedelta(days=7)
YEAR = timedelta(days=365)
MOST_CORRECTIONS = 2
"""An announcement is corrected so often, at most; its corrections have this number of their own (F1)."""
CORRECTABLE = timedelta(days=14)
"""An announcement that names no time can be corrected for so long; one that does, until that is past."""
LONGEST_CORRECTION = 1000
"""Letters of a correction."""
