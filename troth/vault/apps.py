"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Where personal values lie."""

    name = "troth.vault"
    label = "vault"

    def ready(self) -> None:
        """Register what ``startup`` lists."""
        from troth.vault import startup

        startup.register()
