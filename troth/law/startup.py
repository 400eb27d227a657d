"""What this room registers when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.disclosures.api import legal_evidence
from troth.kernel.console import ClientPanel, my_work, register_client_panel
from troth.kernel.ports import case_resolvers, holders, retention_holds, secret_cases, withholders
from troth.kernel.purposes import Purpose
from troth.law import cases, contacts, evidence, in_console, jobs
from troth.law.controls import register_controls
from troth.law.events import WORDS
from troth.law.holder import LawHolder, LawHolds, LawWithholder
from troth.law.queries import open_breaches, open_requests
from troth.ledger.api import register_events
from troth.staff.api import Permission, Room, clocks, other_reviews, register_room
from troth.ui.api import Place, register_link
from troth.vault.api import declare_kept

_KEPT = _("We must be able to show on what grounds something was given, refused or held back.")
_UNTIL = _("six years")


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    contacts.register()
    register_controls()
    for kind, resolver in (
        (cases.REQUEST, cases.RequestCases()),
        (cases.REVIEW, cases.ReviewCases()),
        (cases.ITEM, cases.ItemCases()),
        (cases.BREACH, cases.BreachCases()),
    ):
        case_resolvers.register(kind, resolver)
    for kind in (cases.REQUEST, cases.REVIEW, cases.ITEM):
        secret_cases.register(kind, evidence.find_secret)
    holders.register("law", LawHolder())
    retention_holds.register("law", LawHolds())
    withholders.register("law", LawWithholder())
    legal_evidence.register("law", evidence.find_evidence)
    for model in ("law.ScopeItem", "law.Telling", "law.LegalHold", "law.AffectedClient"):
        declare_kept(model, words=_KEPT, until=_UNTIL)
    _register_pages()


def _register_pages() -> None:
    my_work.register(cases.REQUEST, in_console.find_my_requests)
    my_work.register(cases.BREACH, in_console.find_my_breaches)
    clocks.register("law", in_console.list_clocks)
    other_reviews.register("law", in_console.list_reviews)
    register_client_panel(
        ClientPanel(
            key="law",
            words=_("Legal requests and holds"),
            permission=Permission.READ_LAW,
            purposes=frozenset({Purpose.LEGAL, Purpose.RIGHTS}),
            lines=in_console.list_lines,
            order=60,
        )
    )
    register_link(place=Place.FOOTER, order=85, name="transparency", words=_("Legal requests"), url="law:report")
    register_room(
        Room(
            key="law",
            words=_("Legal requests and holds"),
            summary=_("What courts and authorities demand: narrowed, reviewed by two, answered, and told."),
            url="law:requests",
            permission=Permission.READ_LAW,
            count_waiting=lambda: open_requests().count(),
            oldest_at=lambda: open_requests().order_by("registered_at").values_list("registered_at", flat=True).first(),
            do=_("Take a legal request"),
            count_for=in_console.count_untaken,
        )
    )
    register_room(
        Room(
            key="breaches",
            words=_("Breaches"),
            summary=_("What went wrong: whom it concerns, who was told, and what was done."),
            url="law:breaches",
            permission=Permission.READ_LAW,
            count_waiting=lambda: open_breaches().count(),
            count_for=lambda _member_id: 0,
        )
    )
