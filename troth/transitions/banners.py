"""The prominent notice on every page, for everybody, with the days that are left (N2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.remembering import Remembered
from troth.transitions.kinds import RUNNING
from troth.transitions.queries import find_opening, list_transitions
from troth.ui.api import Banner, format_date


@dataclass(frozen=True, slots=True)
class Running:
    """An announced transition, as its banner says it; ``opening`` is when something may pass on, if that is known."""

    pk: UUID
    other_party: str
    opening: datetime | None


def _read_running() -> Running | None:
    found = list_transitions().filter(state__in=RUNNING).order_by("announced_at").first()
    return Running(found.pk, found.other_party, find_opening(found)) if found else None


find_running = Remembered(_read_running)
"""Return the announced transition; every page asks. It is shown until it is carried out or cancelled."""


def make_banner(_request: HttpRequest) -> Banner | None:
    """Return the notice, which nobody can put away."""
    running = find_running()
    if running is None:
        return None
    return Banner(
        kind="waits",
        words=f"{_announce(running)} {_count_down(running.opening)}",
        url=reverse("transitions:transition", kwargs={"transition_id": running.pk}),
        url_words=_("What that means for you"),
    )


def _announce(running: Running) -> str:
    return _("Information about our clients is to pass from %(we)s to %(party)s.") % {
        "we": read_operator().name,
        "party": running.other_party,
    }


def _count_down(opening: datetime | None) -> str:
    if opening is None:
        return _("Everybody is being told by mail; nothing passes on for thirty full days after the last one.")
    if clock.now() >= opening:
        return _("The thirty days are over.")
    return _("Nothing passes on before %(day)s.") % {"day": format_date(opening)}
