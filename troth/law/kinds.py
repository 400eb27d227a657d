"""The closed lists of this room, and which state may follow which."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _


class DemandKind(models.TextChoices):
    """By what somebody demands information."""

    COURT_ORDER = "court_order", _("court order")
    WARRANT = "warrant", _("search warrant")
    SUBPOENA = "subpoena", _("subpoena")
    REGULATOR = "regulator", _("order of an authority")
    OWN_RIGHTS = "own_rights", _("protection of our own rights in a proceeding")


class DemandState(models.TextChoices):
    """Where a legal request stands."""

    RECEIVED = "received", _("received, to be narrowed")
    NARROWED = "narrowed", _("narrowed, waits for two reviewers")
    APPROVED = "approved", _("approved by two reviewers")
    RELEASED = "released", _("answered with what was granted")
    REFUSED = "refused", _("refused as a whole")
    WITHDRAWN = "withdrawn", _("withdrawn by who sent it")


TRANSITIONS: Mapping[DemandState, frozenset[DemandState]] = MappingProxyType(
    {
        DemandState.RECEIVED: frozenset({DemandState.NARROWED, DemandState.REFUSED, DemandState.WITHDRAWN}),
        DemandState.NARROWED: frozenset(
            {DemandState.RECEIVED, DemandState.APPROVED, DemandState.REFUSED, DemandState.WITHDRAWN}
        ),
        DemandState.APPROVED: frozenset({DemandState.RECEIVED, DemandState.RELEASED, DemandState.WITHDRAWN}),
        DemandState.RELEASED: frozenset(),
        DemandState.REFUSED: frozenset(),
        DemandState.WITHDRAWN: frozenset(),
    }
)
"""A request goes back to *received* when its scope is changed: what two reviewers saw is then no more what it says."""

OPEN_DEMANDS = (DemandState.RECEIVED, DemandState.NARROWED, DemandState.APPROVED)
REVIEWERS = 2
"""How many other people look at a legal request before anything leaves (H2)."""


class ItemState(models.TextChoices):
    """What became of one value that was demanded."""

    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")


class RefusalCause(models.TextChoices):
    """Why a demanded value is not given."""

    NOT_NAMED = "not_named", _("the document does not name it")
    TOO_WIDE = "too_wide", _("it is more than the purpose of the demand needs")
    NO_POWER = "no_power", _("who demands it has no power to")
    NOT_SERVED = "not_served", _("the document was not served as the law says")
    NOT_HELD = "not_held", _("we do not hold it")
    PRIVILEGED = "privileged", _("the law protects it")


class Ban(models.TextChoices):
    """What forbids us to tell the client, where something does."""

    NONE = "", _("no: the client is told")
    COURT = "court", _("yes, by the court")
    STATUTE = "statute", _("yes, by statute")


class HoldKind(models.TextChoices):
    """What a hold does."""

    KEEP = "keep", _("it must not be deleted")
    WITHHOLD = "withhold", _("it must not be shown")


class BreachKind(models.TextChoices):
    """What was harmed."""

    SEEN = "seen", _("somebody saw what they should not have seen")
    CHANGED = "changed", _("something was changed that should not have been")
    LOST = "lost", _("something was lost or could not be reached")


class BreachState(models.TextChoices):
    """Where a breach stands."""

    OPEN = "open", _("open")
    CONTAINED = "contained", _("contained")
    CLOSED = "closed", _("closed")


BREACH_TRANSITIONS: Mapping[BreachState, frozenset[BreachState]] = MappingProxyType(
    {
        BreachState.OPEN: frozenset({BreachState.CONTAINED}),
        BreachState.CONTAINED: frozenset({BreachState.OPEN, BreachState.CLOSED}),
        BreachState.CLOSED: frozenset(),
    }
)
AUTHORITY_HOURS = 72
"""Within how many hours of its discovery the authority is told (GDPR, article 33(1); many state laws are slower)."""
