"""The app's configuration: what it registers at start-up."""

from types import ModuleType

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """The design system."""

    name = "troth.ui"
    label = "ui"

    def __init__(self, app_name: str, app_module: ModuleType) -> None:
        """Refuse a choice that was not offered in words of ours: Django's repeat what was sent (A7).

        Each field copies the words when it is made, and models of other apps may import forms; so they are set here,
        before any app's models are imported.
        """
        super().__init__(app_name, app_module)
        from django.forms import ChoiceField, MultipleChoiceField

        for field in (ChoiceField, MultipleChoiceField):
            field.default_error_messages["invalid_choice"] = _("Choose from the list.")
