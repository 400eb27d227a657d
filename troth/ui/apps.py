"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The design system."""

    name = "troth.ui"
    label = "ui"
