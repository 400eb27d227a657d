"""The calibration: what Django itself costs for a page of fifteen plain columns, signed in.

Bare settings: the default middleware, sessions in the database, Django's own templates, SQLite with Troth's options.
"""
