"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class LawConfig(AppConfig):
    """Legal requests, holds and breaches."""

    name = "troth.law"
    label = "law"

    def ready(self) -> None:
        """Register everything, once."""
        from troth.law.startup import register

        register()
