"""The border of feedback."""

from troth.feedback.demo import make_demo_feedback

__all__ = ["make_demo_feedback"]
