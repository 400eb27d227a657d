"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """The client's own view of everything held."""

    name = "troth.rights"
    label = "rights"

    def ready(self) -> None:
        """Register this room's events, jobs, cases, links, its room in the console, and its controls."""
        from troth.rights import startup

        startup.register()
