"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The append-only record."""

    name = "troth.ledger"
    label = "ledger"
