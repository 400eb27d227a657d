"""What every room stands on: clock, identifiers, money, purposes, actors, ports and error types.

Owns no tables and imports no other app, so that every import in the house can point down to it. Where a lower room
needs something of a higher one, the port is defined here (``kernel.ports``) and the higher room registers at start-up;
a port that nobody registered at denies.

Serves: A1 (purpose and actor of each look), A12 (the shape of a control), A13 (refusals that a person understands).
"""
