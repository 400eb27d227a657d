"""The tests of staff stand in the same house as those of rights."""

from tests.unit.rights.conftest import ada, bob, heron, house, open_features

__all__ = ["ada", "bob", "heron", "house", "open_features"]
