"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Feedback."""

    name = "troth.feedback"
    label = "feedback"

    def ready(self) -> None:
        """Register everything, once."""
        from troth.feedback.startup import register

        register()
