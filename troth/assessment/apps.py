"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Assessment."""

    name = "troth.assessment"
    label = "assessment"
