"""The border of amendments: what other rooms may use."""

from troth.amendments.practice import ensure_practice

__all__ = ["ensure_practice"]
