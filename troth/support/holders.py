"""What the help desk holds about a person beside the sealed tables: decisions on contacts, and what goes out."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ports import HeldItem, RetentionRule, Words, contact_kinds, holders, retention_rules
from troth.support.models import ContactWish, Decision, Outbound
from troth.support.queries import find_wish

KEPT = timedelta(days=3 * 365)
_SHOWN = 20


class ContactHolder:
    """Shows a client by what it was reached, and why so; the last twenty on the page, all of them in the count."""

    name = "support.contacts"
    label: Words = _("How we reached you")
    tables = ("support.Decision", "support.Outbound")

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return each decision with what came of it, the newest first."""
        decisions = Decision.objects.filter(subject_id=subject_id).select_related("outbound").order_by("-at")
        return [_describe(decision) for decision in decisions[:_SHOWN]]

    def erase(self, subject_id: UUID) -> int:
        """Remove what went out, then the decisions that allowed it; return how many rows went."""
        gone = Outbound.objects.filter(subject_id=subject_id).delete()[0]
        return gone + Decision.objects.filter(subject_id=subject_id).delete()[0]

    def count(self, subject_id: UUID) -> int:
        """Return how many rows there are."""
        rows = (model.objects.filter(subject_id=subject_id).count() for model in (Decision, Outbound))
        return sum(rows)


class WishHolder:
    """Shows by what way a client wishes to be reached, with the page on which it changes that."""

    name = "support.wish"
    label: Words = _("How we may reach you")
    told_in = "wished"
    tables = ("support.ContactWish",)

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return the wish; a client that never said has none, and gets e-mails."""
        wish = find_wish(subject_id)
        return [] if wish is None else [_describe_wish(wish)]

    def erase(self, subject_id: UUID) -> int:
        """Remove it."""
        return ContactWish.objects.filter(subject_id=subject_id).delete()[0]

    def count(self, subject_id: UUID) -> int:
        """Return 1 for a client that said how, else 0."""
        return ContactWish.objects.filter(subject_id=subject_id).count()


def register() -> None:
    """Register the holders, and when their rows go by themselves."""
    holders.register(ContactHolder.name, ContactHolder())
    holders.register(WishHolder.name, WishHolder())
    retention_rules.register(
        "support.contacts",
        RetentionRule(
            name="support.contacts",
            words=_("By what way you were reached, and why so, goes after three years."),
            count_due=lambda: Decision.objects.filter(at__lte=clock.now() - KEPT).count(),
            purge=_purge,
        ),
    )


def _purge() -> int:
    old = Decision.objects.filter(at__lte=clock.now() - KEPT)
    Outbound.objects.filter(decision__in=old).delete()
    return old.delete()[0]


def _describe_wish(wish: ContactWish) -> HeldItem:
    no_wish = _("no wish")
    return HeldItem(
        key="wish",
        label=_("How we may reach you"),
        values={
            _("Answers to you"): wish.get_answers_display() or no_wish,
            _("Trouble with an order"): wish.get_orders_display() or no_wish,
            _("Calls from"): wish.get_call_from_display() or no_wish,
            _("Calls until"): wish.get_call_until_display() or no_wish,
            _("A message on your answering machine"): wish.get_voicemail_display() or no_wish,
        },
        why=_("So that our answers, and all about your account and your orders, reach you as you like."),
        kept=_("until you change it, or your account ends"),
        url=reverse("support:wish"),
    )


def _describe(decision: Decision) -> HeldItem:
    kind = contact_kinds.get(decision.about)
    outbound = getattr(decision, "outbound", None)
    return HeldItem(
        key=f"decision-{decision.id}",
        label=_("A contact"),
        values={
            _("About"): kind.words if kind else decision.about,
            _("On"): decision.at,
            _("By"): decision.get_channel_display() if decision.allowed else _("nothing went out"),
            _("Because"): decision.get_rule_display(),
            **({_("State"): outbound.get_state_display()} if outbound is not None else {}),
        },
        why=_("So that you can see that your wish was kept, and we can show it."),
        kept=_("for three years"),
        kept_until=decision.at + KEPT,
    )
