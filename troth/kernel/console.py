"""The console's rooms: apps hand in their pages, the desk lists those that the member's role opens.

It stands this low so that rooms below ``staff`` can have pages of their own in the console. Such a page declares its
access by the permission's name (``@page("staff:console:processors:read")``), and acts as ``staff_actor(request)``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from troth.kernel.acting import Actor
from troth.kernel.errors import AccessDenied
from troth.kernel.ports import Registry, Words


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
    """

    key: str
    words: Words
    summary: Words
    url: str
    permission: str
    count_waiting: Callable[[], int]


rooms: Registry[str, Room] = Registry("console room")


def register_room(room: Room) -> None:
    """Hand in a room at start-up."""
    rooms.register(room.key, room)


def staff_actor(request: HttpRequest) -> Actor:
    """Return the member of staff that the gate let in, as an actor; raise AccessDenied where no gate was passed."""
    actor = getattr(request, "troth_actor", None)
    if not isinstance(actor, Actor):
        raise AccessDenied("Nobody from staff was let in here.")
    return actor
