"""What the privacy officer's board counts; rooms above hand in their own lines, such as the promises that are red."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ports import Registry, Words
from troth.staff.actions.reviews import waiting_reviews
from troth.staff.detectors import WORDS, Detector
from troth.staff.models import StaffMember
from troth.staff.queries import waiting_challenges, waiting_incidents

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


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock that runs.

    Arguments:
        number: of what it runs for.
        words: what that is.
        due_at: when it ends.
        url: where it stands, or empty for a page that is not the officer's.
        grave: whether it goes before all others.
    """

    number: str
    words: Words
    due_at: datetime
    url: str
    grave: bool = False


clocks: Registry[str, Callable[[], Sequence[Clock]]] = Registry("clock of the privacy officer's board")
_MOST_CLOCKS = 40

board: Registry[str, Callable[[], Sequence[BoardLine]]] = Registry("part of the privacy officer's board")


def board_lines() -> list[BoardLine]:
    """Return every figure of the board, the red ones first."""
    lines = [line for part in board for line in part()]
    return sorted(lines, key=lambda line: ("broken", "waits", "kept").index(line.kind))


def running_clocks() -> list[Clock]:
    """Return the clocks that end first, the grave ones before all others."""
    found = [clock_ for find in clocks for clock_ in find()]
    return sorted(found, key=lambda each: (not each.grave, each.due_at))[:_MOST_CLOCKS]


def list_own_clocks() -> list[Clock]:
    """Return the clocks of objections, incidents and prepared acts."""
    objections = [
        Clock(each.number, _("an objection of a client"), each.due_at, _url("challenge", challenge_id=each.id))
        for each in waiting_challenges()
    ]
    incidents = [
        Clock(
            each.number,
            WORDS.get(Detector(each.detector), each.detector),
            each.due_at,
            _url("incident", incident_id=each.id),
            each.grave,
        )
        for each in waiting_incidents()
    ]
    acts = [Clock(each.number, _("a prepared act"), each.expires_at, _url("reviews")) for each in waiting_reviews()]
    return [*objections, *incidents, *acts]


def _url(name: str, **kwargs: object) -> str:
    return reverse(f"staff:{name}", kwargs=kwargs or None)


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
    clocks.register("staff", list_own_clocks)
