"""The append-only record of who did what to whose information, why, and who received it.

Owns the rows of the record, the Merkle tree that they are sealed into, and the checkpoints that are signed over it. A
row holds ids and the *names* of fields, never values; nothing can change or remove it, not even raw SQL, and a row that
is changed all the same is found and named by ``troth ledger verify`` or, outside the house, by ``verify_export.py``.

Serves: A1 (each look leaves a row), A6 (each disclosure leaves a row before the bytes leave), A12 (evidence that cannot
be rewritten), L1 (the client reads who looked and who received).
"""
