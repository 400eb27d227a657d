"""The checks of this room."""


def register() -> None:
    """Offer the checks to whoever runs them."""
