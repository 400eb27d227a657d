"""The border of ``orders``: what other rooms may use."""

from troth.orders.actions.catalogue import seed_catalogue

__all__ = ["seed_catalogue"]
