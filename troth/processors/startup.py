"""What processors register when the program starts."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.disclosures.api import informants
from troth.kernel.console import ClientPanel, Room, register_client_panel, register_room
from troth.kernel.ports import (
    RetentionRule,
    change_listeners,
    courier,
    erasure_relays,
    register_system_job,
    retention_rules,
)
from troth.kernel.purposes import Purpose
from troth.kernel.reviews import Facts, ReviewKind, register_review
from troth.ledger.api import register_events
from troth.processors import actions, books_control, controls, correcting, holders, probe, queries, word_control
from troth.processors.adapters import by_hand, easypost_parcel, stripe_card
from troth.processors.correcting import correctors, keep_as_sent
from troth.processors.courier import MailCourier
from troth.processors.events import WORDS
from troth.processors.hooks import intake
from troth.processors.linking import card_adapters, forgetters, parcel_adapters
from troth.processors.passing_on import pass_on_erasure
from troth.processors.refusals import JOB
from troth.ui.api import Place, register_link
from troth.vault.api import declare_kept

READ = "console:processors:read"
SEARCH = "console:clients:search"
"""What left about one client is read on a case, by whoever may open its record."""


def register() -> None:
    """Register the courier, the names of the ledger's rows, and the system job of the door."""
    register_events(WORDS)
    holders.register()
    controls.register()
    books_control.register()
    word_control.register()
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
    correctors.register(stripe_card.ADAPTER, stripe_card.correct)
    correctors.register(easypost_parcel.ADAPTER, keep_as_sent)
    change_listeners.register("processors", correcting.note_change)
    register_system_job(
        name=correcting.JOB, words=_("the relay of corrections"), purposes=[Purpose.BILLING, Purpose.RIGHTS]
    )
    retention_rules.register(
        "processors.corrections",
        RetentionRule(
            name="processors.corrections",
            words=_("What was passed on of corrections, 400 days after it was answered"),
            count_due=correcting.count_old,
            purge=correcting.thin_out,
        ),
    )
    retention_rules.register(
        "processors.events",
        RetentionRule(
            name="processors.events",
            words=_("Events that organisations posted to us, 90 days after they came"),
            count_due=intake.count_old_events,
            purge=intake.thin_out_events,
        ),
    )
    _register_pages()


def _register_pages() -> None:
    register_link(
        place=Place.FOOTER, order=57, name="companies", words=_("Companies that act for us"), url="processors:companies"
    )
    register_room(
        Room(
            key="processors",
            words=_("Companies that act for us"),
            summary=_("Who receives what under which agreement, what waits because of it, and what was refused."),
            url="processors:list",
            permission=READ,
            count_waiting=queries.count_stopped,
            do=_("See to a company that may receive nothing now"),
        )
    )
    register_room(
        Room(
            key="left",
            words=_("What left"),
            summary=_("Every time that something was handed on: to whom, which values, on which ground."),
            url="processors:left",
            permission=READ,
            count_waiting=lambda: 0,
        )
    )
    register_client_panel(
        ClientPanel(
            key="received",
            words=_("What left"),
            permission=SEARCH,
            purposes=frozenset({Purpose.RIGHTS, Purpose.SUPPORT, Purpose.LEGAL}),
            lines=queries.list_left_lines,
            order=80,
        )
    )
    register_review(
        ReviewKind(
            key=actions.REVIEW,
            words=_("a change of the register of companies that act for us"),
            describe=_describe_change,
            carry_out=actions.carry_out,
            find_url=_find_change_url,
        )
    )


def _describe_change(facts: Facts) -> str:
    change = actions.find_change(facts)
    return f"{change.processor.name}: {change.get_kind_display()}" if change else str(facts["change"])


def _find_change_url(facts: Facts) -> str:
    return reverse("processors:change", kwargs={"change_id": facts["change"]})
