"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Surveys."""

    name = "troth.surveys"
    label = "surveys"

    def ready(self) -> None:
        """Register everything, once."""
        from troth.surveys.startup import register

        register()
