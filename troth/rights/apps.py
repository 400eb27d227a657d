"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """Rights."""

    name = "troth.rights"
    label = "rights"
