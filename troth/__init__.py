"""Troth: a membership site whose privacy policy is run, not just published."""

__version__ = "0.1.0"
