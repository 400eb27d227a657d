"""The border of transitions: what other rooms may use."""

from troth.transitions.written import WrittenObjection, objection_lists

__all__ = ["WrittenObjection", "objection_lists"]
