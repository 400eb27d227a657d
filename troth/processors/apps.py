"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class ProcessorsConfig(AppConfig):
    """Outside companies that act for the operator."""

    name = "troth.processors"
    label = "processors"

    def ready(self) -> None:
        """Register all that this room supplies to others."""
        from troth.processors.startup import register

        register()
