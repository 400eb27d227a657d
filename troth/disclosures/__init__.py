"""On which ground a value may leave, and the ledger of what left.

Owns the grounds (informed, authorised, required by law) with their evidence, and what a client authorised.

Serves: A6 (one of three grounds, with its evidence; each disclosure stands where the client reads it), H1.
"""
