"""What the statement registers when the program starts."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel import crawl, ports
from troth.kernel.purposes import Purpose
from troth.ledger.api import register_events
from troth.statement import controls, notices, queries
from troth.statement.events import PUBLISHER, WORDS
from troth.ui.api import Place, register_banner, register_link


def register() -> None:
    """Register events, system job, footer link, banner, samples of pages for the crawler, and controls."""
    register_events(WORDS)
    ports.register_system_job(
        name=PUBLISHER, words=_("the job that publishes our statement"), purposes=(Purpose.LEGAL,)
    )
    register_link(
        place=Place.FOOTER,
        order=10,
        name="statement",
        words=_("Statement"),
        url="statement:current",
        detail=notices.say_last_changed,
    )
    register_banner("statement", notices.make_banner)
    crawl.samples.register("statement:version", sample_versions)
    crawl.samples.register("statement:compare", sample_comparisons)
    for control in controls.CONTROLS:
        ports.controls.register(control.key, control)


def sample_versions() -> Iterable[str]:
    """Return the addresses of all versions."""
    return [reverse("statement:version", kwargs={"number": version.number}) for version in queries.list_versions()]


def sample_comparisons() -> Iterable[str]:
    """Return the address of the comparison of the newest version with the one before, where there is one."""
    return [
        reverse("statement:compare", kwargs={"old": version.former_number, "new": version.number})
        for version in queries.list_versions()[:1]
        if version.number > 1
    ]
