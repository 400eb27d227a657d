"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class StatementConfig(AppConfig):
    """The statement."""

    name = "troth.statement"
    label = "statement"

    def ready(self) -> None:
        """Register what other rooms see of the statement."""
        from troth.statement import startup

        startup.register()
