"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class WeblogConfig(AppConfig):
    """The web log."""

    name = "troth.weblog"
    label = "weblog"

    def ready(self) -> None:
        """Register everything, once."""
        from troth.weblog.startup import register

        register()
