"""What organisations post to us: signed, kept once, and handed on by a task that may run twice.

An event is a hint. Only its plain parts are kept (whose event, about which of their things), and whoever it concerns
asks the organisation again what is true now; so late, doubled and disordered events do no harm.
"""
