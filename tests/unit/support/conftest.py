"""The tests of support stand in the same house as those of rights."""

from tests.unit.rights.conftest import ada, as_ada, as_heron, bob, heron, house, open_features

__all__ = ["ada", "as_ada", "as_heron", "bob", "heron", "house", "open_features"]
