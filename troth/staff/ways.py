"""The ways through the console, as the frame of each of its pages offers them: the rooms that a role opens, by task."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel.console import Room, rooms
from troth.kernel.ports import Words
from troth.staff.models import StaffMember
from troth.staff.roles import Permission, may

_TASKS: Sequence[tuple[Words, frozenset[str]]] = (
    (_("Clients"), frozenset({"clients", "cases", "calls", "letters", "feedback", "requests"})),
    (_("Orders"), frozenset({"catalogue", "orders", "refunds", "parcels"})),
    (_("The promise"), frozenset({"board", "assessment", "processors", "law", "conduct"})),
    (_("People"), frozenset({"staff", "reviews", "training", "desk"})),
)
_REST: Words = _("More")
_TASK_OF: Mapping[str, Words] = MappingProxyType({each: words for words, resources in _TASKS for each in resources})
"""Resource of a room's permission → the task under which the room stands; a room need not say it."""


_PATH = re.compile(r"/console/[a-z0-9/_-]+/(\?[A-Za-z0-9_.=&-]*)?")


@dataclass(frozen=True)
class Ways:
    """Where a member can go from any page of the console. Nothing is counted, so that a page costs no query for it."""

    member: StaffMember

    @cached_property
    def rooms(self) -> Sequence[Room]:
        """The rooms that the member's role opens."""
        return [room for room in rooms if may(self.member.role, room.permission)]

    @property
    def by_task(self) -> Sequence[tuple[Words, Sequence[Room]]]:
        """The same, under the task that they belong to; a task without a room is left out."""
        found: dict[Words, list[Room]] = {words: [] for words in (*dict(_TASKS), _REST)}
        for room in self.rooms:
            found[_TASK_OF.get(room.permission.split(":")[1], _REST)].append(room)
        return [(words, opened) for words, opened in found.items() if opened]

    @property
    def may_search(self) -> bool:
        """Whether the role finds clients."""
        return may(self.member.role, Permission.SEARCH)

    @staticmethod
    def path_to_keep(request: HttpRequest) -> str:
        """Return the address of this page as a member can keep it on its desk; empty where it cannot be kept."""
        path = request.get_full_path()
        if request.method != "GET" or path.startswith(reverse("staff:views")) or not is_console_page(path):
            return ""
        return path


def is_console_page(path: str) -> bool:
    """Return whether this is an address of the console, with words of closed lists alone in its query."""
    if not _PATH.fullmatch(path):
        return False
    try:
        resolve(path.partition("?")[0])
    except Resolver404:
        return False
    return True
