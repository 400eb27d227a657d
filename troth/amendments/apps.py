"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class AmendmentsConfig(AppConfig):
    """Changes of the statement."""

    name = "troth.amendments"
    label = "amendments"

    def ready(self) -> None:
        """Register everything, once."""
        from troth.amendments.startup import register

        register()
