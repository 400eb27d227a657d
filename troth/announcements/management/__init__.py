"""The ledger's part of the ``troth`` command."""
