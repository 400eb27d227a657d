"""The border of ``law``: what other rooms may use."""

from troth.law.demo import make_demo_records

__all__ = ["make_demo_records"]
"""Everything else reaches ``law`` by ports: holds, withholdings, evidence of the third ground."""
