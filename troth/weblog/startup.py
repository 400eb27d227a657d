"""What the web log registers when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.console import Room, register_room
from troth.weblog import controls

READ = "console:weblog:read"


def register() -> None:
    """Register the checks and the console's room."""
    controls.register()
    register_room(
        Room(
            key="weblog",
            words=_("Visits"),
            summary=_("Trends, pages, ways through the site: counts in which nobody can be found."),
            url="weblog:report",
            permission=READ,
            count_waiting=lambda: 0,
        )
    )
