"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class AnnouncementsConfig(AppConfig):
    """Mail to many."""

    name = "troth.announcements"
    label = "announcements"

    def ready(self) -> None:
        """Register everything, once."""
        from troth.announcements.startup import register

        register()
