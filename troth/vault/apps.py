"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The vault."""

    name = "troth.vault"
    label = "vault"
