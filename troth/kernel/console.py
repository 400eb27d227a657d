"""The console's rooms: apps hand in their pages, the desk lists those that the member's role opens.

It stands this low so that rooms below ``staff`` can have pages of their own in the console. Such a page declares its
access by the permission's name (``@page("staff:console:processors:read")``), and acts as ``staff_actor(request)``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from troth.kernel.acting import Actor, Case
from troth.kernel.errors import AccessDenied
from troth.kernel.ports import Registry, Words
from troth.kernel.purposes import Purpose


@dataclass(frozen=True, slots=True)
class Room:
    """One task area of the console.

    Arguments:
        key: a stable name, such as ``requests``.
        words: what it is called.
        summary: what is done there, one sentence.
        url: the name of its first page.
        permission: who sees it, such as ``console:requests:read``.
        count_waiting: how many things wait there.
        oldest_at: since when the oldest of them waits, or None; the desk puts the longest wait first.
        do: what to do there, as a command, such as "Answer a request"; empty for its words.
        count_for: how many of them the member of this id can do; None where any member of the role can do all.
    """

    key: str
    words: Words
    summary: Words
    url: str
    permission: str
    count_waiting: Callable[[], int]
    oldest_at: Callable[[], datetime | None] = lambda: None
    do: Words = ""
    count_for: Callable[[UUID], int] | None = None


rooms: Registry[str, Room] = Registry("console room")


def register_room(room: Room) -> None:
    """Hand in a room at start-up."""
    rooms.register(room.key, room)


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that a member took and has not finished, as its desk shows it: a number and a state, and no value.

    Arguments:
        number: its short number.
        words: what it is and how it stands.
        due_at: by when something is to be done about it, or None where no clock runs.
        url: its page in the console.
    """

    number: str
    words: Words
    due_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class MyWork:
    """A room's part of what a member took.

    Arguments:
        most_urgent: the first few of it, the one that is due first comes first.
        count: how many there are in all.
    """

    most_urgent: Sequence[Work]
    count: int


my_work: Registry[str, Callable[[UUID], MyWork]] = Registry("what a member took")
"""Kind of case, such as ``ticket``, → returns what the member of this id took of it and has not finished."""

MOST_URGENT = 10
"""How many a room hands in of it; the desk shows as many of all rooms together."""


def staff_actor(request: HttpRequest) -> Actor:
    """Return the member of staff that the gate let in, as an actor; raise AccessDenied where no gate was passed."""
    actor = getattr(request, "troth_actor", None)
    if not isinstance(actor, Actor):
        raise AccessDenied("Nobody from staff was let in here.")
    return actor


# -- A client's record, opened for a case ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PanelLine:
    """One line of a panel: a number and a state, and no value of the client's.

    Arguments:
        number: the short number of the thing, such as an order's.
        words: what it is and how it stands.
        at: when it was last touched, or None.
        url: its page in the console, or empty.
    """

    number: str
    words: Words
    at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class ClientPanel:
    """A room's part of a client's record in the console.

    Arguments:
        key: a stable name, such as ``orders``.
        words: what it is called.
        permission: who sees it, such as ``console:orders:read``.
        purposes: for which purposes of a look it is shown; what a case does not need is left out.
        lines: the numbers and states of what the room holds about the client.
        rows: the sealed rows whose values can be revealed here, one by one, each a look of its own.
        order: the smaller, the earlier.
    """

    key: str
    words: Words
    permission: str
    purposes: frozenset[Purpose]
    lines: Callable[[UUID], Sequence[PanelLine]] = lambda _subject_id: ()
    rows: Callable[[UUID], Sequence[Any]] = lambda _subject_id: ()
    order: int = 50


client_panels: Registry[str, ClientPanel] = Registry("panel of a client's record")


def register_client_panel(panel: ClientPanel) -> None:
    """Hand in a room's part of a client's record, at start-up."""
    client_panels.register(panel.key, panel)


@dataclass(frozen=True, slots=True)
class ClientCase:
    """A case of a client that is open now, as a search shows it: it justifies a look by whoever took it.

    Arguments:
        case: what justifies the look.
        number: its short number.
        words: what it is and how it stands.
        taken_by: the id of the member who took it, or None.
        url: its page in the console, where it can be taken.
    """

    case: Case
    number: str
    words: Words
    taken_by: UUID | None
    url: str


open_cases: Registry[str, Callable[[UUID], Sequence[ClientCase]]] = Registry("list of a client's open cases")
"""Kind of case, such as ``request``, → returns the client's open cases of this kind."""

number_finders: Registry[str, Callable[[str], Sequence[UUID]]] = Registry("finder by number")
"""Kind of thing that has a number, such as ``request``, → returns whose it is; nobody for a number that is none."""


@dataclass(frozen=True, slots=True)
class CaseWay:
    """Something that can be begun from a case of the help desk, in a room above it.

    Arguments:
        key: a stable name.
        words: what it does, as a link.
        permission: who sees it.
        url: the name of its page, which takes ``case_id``.
    """

    key: str
    words: Words
    permission: str
    url: str


case_ways: Registry[str, CaseWay] = Registry("way from a case")
