"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """What is sold, and what was bought."""

    name = "troth.orders"
    label = "orders"

    def ready(self) -> None:
        """Register what other rooms ask this one for."""
        from troth.orders.startup import register

        register()
