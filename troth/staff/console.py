"""The console's rooms: higher apps hand in their pages, the desk lists those that the member's role opens."""

from collections.abc import Callable
from dataclasses import dataclass

from troth.kernel.ports import Registry, Words
from troth.staff.roles import Permission


@dataclass(frozen=True, slots=True)
class Room:
    """One task area of the console.

    Arguments:
        key: a stable name, such as ``requests``.
        words: what it is called.
        summary: what is done there, one sentence.
        url: the name of its first page.
        permission: who sees it.
        count_waiting: how many things wait there.
    """

    key: str
    words: Words
    summary: Words
    url: str
    permission: Permission
    count_waiting: Callable[[], int]


rooms: Registry[str, Room] = Registry("console room")


def register_room(room: Room) -> None:
    """Hand in a room at start-up."""
    rooms.register(room.key, room)
