"""What the privacy officer's board counts; rooms above hand in their own lines, such as the promises that are red."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ports import Registry, Words
from troth.staff.models import StaffMember

_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One figure of the board.

    Arguments:
        words: what is counted.
        count: how many.
        kind: ``kept``, ``waits`` or ``broken``: the mark beside it.
        url: where they stand.
    """

    words: Words
    count: int
    kind: str
    url: str


board: Registry[str, Callable[[], Sequence[BoardLine]]] = Registry("part of the privacy officer's board")


def board_lines() -> list[BoardLine]:
    """Return every figure of the board, the red ones first."""
    lines = [line for part in board for line in part()]
    return sorted(lines, key=lambda line: ("broken", "waits", "kept").index(line.kind))


def count_certificates() -> list[BoardLine]:
    """Return how many active members have no certificate, and whose ends within a month."""
    now = clock.now()
    active = StaffMember.objects.filter(active=True)
    without = active.exclude(certificate_until__gt=now).count()
    soon = active.filter(certificate_until__gt=now, certificate_until__lte=now + _SOON).count()
    url = reverse("staff:people")
    return [
        BoardLine(_("members whose training does not count"), without, "waits" if without else "kept", url),
        BoardLine(_("certificates that end within a month"), soon, "waits" if soon else "kept", url),
    ]


def register() -> None:
    """Hand in this room's own part."""
    board.register("certificates", count_certificates)
