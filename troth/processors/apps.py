"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class ProcessorsConfig(AppConfig):
    """Outside companies that act for the operator."""

    name = "troth.processors"
    label = "processors"

    def ready(self) -> None:
        """Register the courier and the names of the ledger's rows."""
        from troth.kernel.ports import courier
        from troth.ledger.api import register_events
        from troth.processors.courier import MailCourier
        from troth.processors.events import WORDS

        register_events(WORDS)
        courier.register("mail", MailCourier())
