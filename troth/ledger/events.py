"""The closed list of what can be recorded: each app registers its events at start-up, in words that a client reads."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from troth.kernel.errors import NotConfigured
from troth.kernel.ports import Registry, Words


class Event(StrEnum):
    """What the ledger records of itself; ``<app>:<what>:<verb>``, and a name is never used for another thing."""

    KEY_ROTATED = "ledger:key:rotated"
    DRILL_RUN = "ledger:drill:run"


WORDS = {
    Event.KEY_ROTATED: _("replaced the key that signs the record"),
    Event.DRILL_RUN: _("tried whether a change of the record is noticed"),
}

_EVENT_NAME = re.compile(r"[a-z_]+:[a-z_]+:[a-z_]+")


@dataclass(frozen=True, slots=True)
class EventType:
    """One event that can be recorded.

    Arguments:
        name: ``<app>:<what>:<verb>``, for good, such as ``vault:values:opened``.
        words: what the actor did, to follow the actor's name, such as "looked at your information".
        is_look: whether it answers the client's question who looked.
    """

    name: str
    words: Words
    is_look: bool = False


_registry: Registry[str, EventType] = Registry("ledger event")


def register_events[Name: StrEnum](words: Mapping[Name, Words], *, looks: Collection[Name] = ()) -> None:
    """Register an app's events at start-up (``AppConfig.ready``).

    Arguments:
        words: each member of the app's ``Event`` enum, with what the actor did, in words for the client.
        looks: those that answer the question who looked at a client's information.

    Errors: NotConfigured for a name that is taken, or that is not of the form ``<app>:<what>:<verb>``.
    """
    for event, phrase in words.items():
        name = str(event)
        if not _EVENT_NAME.fullmatch(name):
            raise NotConfigured(f"The ledger event {name!r} is not named <app>:<what>:<verb>.")
        _registry.register(name, EventType(name=name, words=phrase, is_look=event in looks))


def require_event(name: str) -> EventType:
    """Return the event of this name; raise NotConfigured for one that nobody registered."""
    event = _registry.get(str(name))
    if event is None:
        raise NotConfigured(f"The ledger event {str(name)!r} is registered by nobody.")
    return event


def names_of_looks() -> list[str]:
    """Return the names of all events that are a look at a client's information."""
    return [event.name for event in _registry if event.is_look]
