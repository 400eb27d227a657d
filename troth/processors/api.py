"""The border of processors: what other rooms may use."""

from troth.processors.alerts import send_alert
from troth.processors.words import describe_ground, describe_recipient

__all__ = ["describe_ground", "describe_recipient", "send_alert"]
