"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    """What left, to whom, why and on which ground."""

    name = "troth.disclosures"
    label = "disclosures"

    def ready(self) -> None:
        """Register the names of the record's rows, and what outlives an erasure."""
        from troth.disclosures.startup import register

        register()
