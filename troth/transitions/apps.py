"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class TransitionsConfig(AppConfig):
    """Business transitions."""

    name = "troth.transitions"
    label = "transitions"

    def ready(self) -> None:
        """Register everything, once."""
        from troth.transitions.startup import register

        register()
