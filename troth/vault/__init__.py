"""Where personal values lie: sealed under a key of their subject, opened only through the door.

Owns: the declarations of personal data, the sealed column of every model that has any, the door, the keyring (in a
database of its own), the blind index (in another), erasure with its ledger and receipts, and retention.

Serves: A1 (a purpose for each look), A2 (encryption at rest under the client's own key), A3 (declared, minimal, purged
in time), A7 (keys rotated and revoked), A9 (age and completeness of a file), B4 and B5 (what is asked, and why, comes
from the declarations), L1 (erasure).
"""
