"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class CookiesConfig(AppConfig):
    """Cookies."""

    name = "troth.cookies"
    label = "cookies"
