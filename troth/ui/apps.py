"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """The design system."""

    name = "troth.ui"
    label = "ui"

    def ready(self) -> None:
        """Refuse a choice that was not offered in words of ours: Django's repeat what was sent (A7)."""
        from django.forms import ChoiceField, MultipleChoiceField

        for field in (ChoiceField, MultipleChoiceField):
            field.default_error_messages["invalid_choice"] = _("Choose from the list.")
