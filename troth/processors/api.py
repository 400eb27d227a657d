"""The border of processors: what other rooms may use."""

from troth.processors.alerts import send_alert

__all__ = ["send_alert"]
