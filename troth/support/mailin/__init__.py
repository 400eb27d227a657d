"""Mail that comes in: stored whole first, then read with limits, then joined to a thread or set apart with a cause.

    fetching | listening | views.hooks | take_mail  →  storing  →  filing (reading, authenticity, automatic?)  →  a case, or quarantine

A crash anywhere repeats a step without effect: storing is one insert under a unique key, filing is one transaction.
"""
