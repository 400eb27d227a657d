"""The app that wires the others."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wires the rooms; owns no tables."""

    name = "troth.config"
    label = "config"
