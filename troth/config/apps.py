"""The app that wires the others."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wires the rooms; owns no tables."""

    name = "troth.config"
    label = "config"

    def ready(self) -> None:
        """Hand the frame the links to the pages that this app owns."""
        from troth.config.links import register_site_links

        register_site_links()
