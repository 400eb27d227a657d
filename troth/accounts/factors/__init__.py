"""Second factors: how passkeys, one-time codes and recovery codes are made and checked (A2).

Each module checks one thing and changes no more than what makes a use unrepeatable; adding and removing, with their
ledger rows and mails, are verbs of ``accounts.actions.factors``.
"""
