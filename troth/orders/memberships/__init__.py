"""Memberships: where one stands, how long a term runs, how it is renewed, changed, given and shown.

``standing`` and ``terms`` are pure: dates in, dates out. Only a settled payment adds a term; nothing else moves an end.
"""
