"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    """What is packed and shipped."""

    name = "troth.fulfilment"
    label = "fulfilment"

    def ready(self) -> None:
        """Register what other rooms ask this one for."""
        from troth.fulfilment.startup import register

        register()
