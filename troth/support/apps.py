"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Cases of clients who write, call or send letters."""

    name = "troth.support"
    label = "support"

    def ready(self) -> None:
        """Register this room's events, jobs, gate, cases, links, rooms in the console, and controls."""
        from troth.support import startup

        startup.register()
