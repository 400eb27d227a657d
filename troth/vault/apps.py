"""The app's configuration: its declarations' check and its ledger events are registered at start-up."""

from django.apps import AppConfig
from django.core import checks


class VaultConfig(AppConfig):
    """Where personal values lie."""

    name = "troth.vault"
    label = "vault"

    def ready(self) -> None:
        """Register the start-up check of the declarations, and the names of the ledger's rows."""
        from troth.ledger.api import register_events
        from troth.vault.declarations import check_declarations
        from troth.vault.events import WORDS, Event

        checks.register(check_declarations, "troth")
        register_events(WORDS, looks=[Event.VALUES_OPENED])
