"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """What is sold, and what was bought."""

    name = "troth.orders"
    label = "orders"
