"""What this room registers when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.connect import controls, jobs
from troth.connect.actions.tokens import count_old, purge_old
from troth.connect.claims import CLAIMS
from troth.connect.events import WORDS
from troth.connect.holders import ConnectedSites
from troth.connect.models import RECIPIENT, Party
from troth.disclosures.api import computed_values
from troth.kernel.ports import RetentionRule, holders, retention_rules
from troth.ledger.api import register_events
from troth.processors.api import recipient_names
from troth.staff.api import Permission, Room, register_room


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    controls.register()
    holder = ConnectedSites()
    holders.register(holder.name, holder)
    for claim in CLAIMS:
        computed_values.register(claim.label.rpartition(".")[2], claim.words)
    recipient_names.register(RECIPIENT, _name_party)
    retention_rules.register(
        "connect.tokens",
        RetentionRule(
            name="connect.tokens",
            words=_("Codes of connected sites go after an hour, and tokens 30 days after their last use."),
            count_due=count_old,
            purge=purge_old,
        ),
    )
    register_room(
        Room(
            key="connect",
            words=_("Connected sites"),
            summary=_("The sites that may ask clients whether they are members, and what they may ask for."),
            url="connect:parties",
            permission=Permission.READ_PROCESSORS,
            count_waiting=lambda: 0,
        )
    )


def _name_party(key: str) -> str:
    return Party.objects.filter(key=key.removeprefix(RECIPIENT)).values_list("name", flat=True).first() or ""
