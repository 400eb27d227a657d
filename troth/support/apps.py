"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Cases of clients who write, call or send letters."""

    name = "troth.support"
    label = "support"
