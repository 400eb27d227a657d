"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The append-only record."""

    name = "troth.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Register the ledger's own events, its system job, and its control."""
        from troth.ledger import startup

        startup.register()
