"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class ConnectConfig(AppConfig):
    """Other sites that ask for membership."""

    name = "troth.connect"
    label = "connect"

    def ready(self) -> None:
        """Register holders, names, jobs, pages and checks."""
        from troth.connect.startup import register

        register()
