"""What processors register when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.disclosures.api import informants
from troth.kernel.ports import RetentionRule, courier, erasure_relays, register_system_job, retention_rules
from troth.kernel.purposes import Purpose
from troth.ledger.api import register_events
from troth.processors import controls, holders, probe
from troth.processors.adapters import by_hand, easypost_parcel, stripe_card
from troth.processors.courier import MailCourier
from troth.processors.events import WORDS
from troth.processors.hooks import intake
from troth.processors.linking import card_adapters, forgetters, parcel_adapters
from troth.processors.passing_on import pass_on_erasure
from troth.processors.refusals import JOB
from troth.vault.api import declare_kept


def register() -> None:
    """Register the courier, the names of the ledger's rows, and the system job of the door."""
    register_events(WORDS)
    holders.register()
    controls.register()
    informants.register("probe", probe.find_told_since)
    register_system_job(name=JOB, words=_("the door out"), purposes=[Purpose.UPKEEP, Purpose.RIGHTS])
    erasure_relays.register("processors", pass_on_erasure)
    declare_kept(
        "processors.DeletionRequest",
        words=_("A request to another organisation to delete what it holds about you, while it has not answered."),
        until=_("until the organisation has answered; then nothing in it leads to you"),
    )
    courier.register("mail", MailCourier())
    card_adapters.register(stripe_card.ADAPTER, stripe_card.make_adapter)
    forgetters.register(stripe_card.ADAPTER, stripe_card.forget)
    parcel_adapters.register(easypost_parcel.ADAPTER, easypost_parcel.make_adapter)
    parcel_adapters.register(by_hand.ADAPTER, by_hand.make_adapter)
    forgetters.register(easypost_parcel.ADAPTER, easypost_parcel.forget)
    retention_rules.register(
        "processors.events",
        RetentionRule(
            name="processors.events",
            words=_("Events that organisations posted to us, 90 days after they came"),
            count_due=intake.count_old_events,
            purge=intake.thin_out_events,
        ),
    )
