"""What the contracts share: a client, and a site whose register and statement stand."""

from tests.unit.rights.conftest import ada, bob, house, open_features

__all__ = ["ada", "bob", "house", "open_features"]
