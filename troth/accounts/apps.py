"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "troth.accounts"
    label = "accounts"
