"""The verbs of ``accounts``: each judges, changes, and writes its ledger row in one transaction."""
