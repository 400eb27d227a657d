"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class CookiesConfig(AppConfig):
    """Cookies."""

    name = "troth.cookies"
    label = "cookies"

    def ready(self) -> None:
        """Declare the one cookie that every form needs, and register the checks: of the start, and those that run."""
        from django.core import checks

        from troth.cookies import controls, leaving_controls, written_controls
        from troth.cookies.declarations import register_own_cookies
        from troth.cookies.source import check_cookies

        checks.register(check_cookies, "troth")
        register_own_cookies()
        controls.register()
        leaving_controls.register()
        written_controls.register()
