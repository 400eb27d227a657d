"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who may use the site."""

    name = "troth.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register the gates and the names of the ledger's rows."""
        from troth.accounts.events import WORDS
        from troth.accounts.gates import register_gates
        from troth.ledger.api import register_events

        register_events(WORDS)
        register_gates()
