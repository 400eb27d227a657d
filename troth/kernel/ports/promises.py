"""The checks of the promises, what breaks them on purpose, and what a broken one closes."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

from django.utils.translation import gettext as _

from troth.kernel.errors import Closed
from troth.kernel.ports.registry import Registry, Words


@dataclass(frozen=True, slots=True)
class Observation:
    """What a control saw. A control gathers effects (rows, bytes, headers), never settings.

    Arguments:
        examined: how many things were looked at; 0 makes the clause *unproven*, never *kept*.
        failures: one line for each thing that breaks the promise; no personal value in it.
        evidence: plain facts to keep beside the verdict: numbers, digests, names of routes.
    """

    examined: int
    failures: Sequence[str] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sabotage:
    """A deliberate breach, done in a scratch copy, that the control must catch.

    Arguments:
        key: a name within the control.
        words: what is broken, in words, such as "A cookie that is not in the register is set".
        breach: returns a context manager; inside it the promise is broken, after it nothing is left.
    """

    key: str
    words: Words
    breach: Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Control:
    """A check of one or more clauses on the live system (A12).

    Arguments:
        key: ``<app>.<name>``, for good.
        clauses: the ids in the statement that it watches, such as ``("A1", "A6")``.
        words: what it looks at, in words for a client.
        observe: looks, and says what it saw. An exception counts as broken.
        sabotages: at least one, written from another angle than the check.
        every: how often it runs; its evidence is stale after twice that.
        critical: whether a broken state closes ``closes``.
        closes: the features (see ``Feature``) that a broken state closes.
        figures: the name of a public page that shows what it measured, or empty.
    """

    key: str
    clauses: tuple[str, ...]
    words: Words
    observe: Callable[[], Observation]
    sabotages: tuple[Sabotage, ...]
    every: timedelta = timedelta(hours=1)
    critical: bool = False
    closes: tuple["Feature", ...] = ()
    figures: str = ""


controls: Registry[str, Control] = Registry("control")


class Feature(StrEnum):
    """What an interlock can close."""

    REGISTRATION = "registration"
    EXPORTS = "exports"
    STAFF_ACCESS = "staff_access"
    DISCLOSURES = "disclosures"
    ERASURE = "erasure"
    WEBLOG = "weblog"
    MAIL_TO_MANY = "mail_to_many"
    TRANSFERS = "transfers"


class Interlock(Protocol):
    """Says whether a feature is open."""

    def reason_closed(self, feature: Feature) -> str:
        """Return why the feature is closed, in words, or an empty string where it is open."""


interlocks: Registry[str, Interlock] = Registry("interlock")


def require_open(feature: Feature) -> None:
    """Return if ``feature`` is open; raise Closed if a broken promise closes it, or if nobody answers for it."""
    interlock = interlocks.get("assessment")
    if interlock is None:
        raise Closed(_("This is closed: nobody watches the promises."))
    if reason := interlock.reason_closed(feature):
        raise Closed(
            reason, kept=_("Nothing was changed."), next_step=_("Try again later, or write to customer support.")
        )
