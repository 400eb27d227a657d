"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class ProcessorsConfig(AppConfig):
    """Processors."""

    name = "troth.processors"
    label = "processors"
