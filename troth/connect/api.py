"""The border of ``connect``: what other rooms may use."""

from troth.connect.actions.parties import register_party

__all__ = ["register_party"]
