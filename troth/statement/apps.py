"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class StatementConfig(AppConfig):
    """The statement."""

    name = "troth.statement"
    label = "statement"
