"""Mail that comes in: stored whole first, then read with limits, then joined to a thread or set apart with a cause.

    fetching (IMAP) | listening (LMTP) | views.hooks (signed posts) | the command take_mail (a pipe)
        →  storing  →  filing (reading, authenticity, automatic?)  →  a case, or quarantine

A crash anywhere repeats a step without effect: storing is one insert under a unique key, filing is one transaction.
"""
