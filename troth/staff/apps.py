"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Staff."""

    name = "troth.staff"
    label = "staff"
