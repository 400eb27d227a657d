"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """The operator's people, and what they may do."""

    name = "troth.staff"
    label = "staff"

    def ready(self) -> None:
        """Register the gate, the judge, the ledger's events, mails, reviews, rooms, and what is held about staff."""
        from troth.staff import startup

        startup.register()
