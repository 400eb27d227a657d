"""What this room holds about a client, as its Admin page and copy show it; nothing while a ban forbids to tell."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import HeldItem, Hold, Withheld, Words
from troth.law.kinds import HoldKind
from troth.law.models import AffectedClient, LegalHold, LegalRequest, ScopeItem, Telling
from troth.law.queries import holds_in_force, may_be_told
from troth.vault.api import get_attribute, sealed_models

_KEPT = _("six years, because we must be able to show on what grounds something was given or refused")


class LawHolder:
    """Shows what legal requests asked, what is held back, and which breaches concern the client."""

    name = "law"
    label: Words = _("What the law asked of us about you")
    tables = ("law.ScopeItem", "law.Telling", "law.LegalHold", "law.AffectedClient")

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return what may be told today."""
        return [*_show_requests(subject_id), *_show_holds(subject_id), *_show_breaches(subject_id)]

    def erase(self, subject_id: UUID) -> int:
        """Remove the rows that no hold and no open request needs; what stays is declared as kept."""
        return 0

    def count(self, subject_id: UUID) -> int:
        """Return 0: the rows outlive an account, as grounds have to be shown for longer."""
        return 0


def _show_requests(subject_id: UUID) -> list[HeldItem]:
    items = ScopeItem.objects.filter(subject_id=subject_id).select_related("request").defer("request__sealed")
    by_request: dict[UUID, list[ScopeItem]] = {}
    for item in items:
        if may_be_told(item.request) and not item.request.is_open:
            by_request.setdefault(item.request_id, []).append(item)
    return [_show_request(found[0].request, found) for found in by_request.values()]


def _show_request(request: LegalRequest, items: Sequence[ScopeItem]) -> HeldItem:
    telling = Telling.objects.filter(request=request, subject_id=items[0].subject_id).first()
    values: dict[Words, object] = {
        _("By"): request.get_kind_display(),
        _("Came on"): request.received_on,
        _("What became of it"): request.get_state_display(),
    }
    for item in items:
        cause = f" ({item.get_refused_for_display()})" if item.refused_for else ""
        values[name_item(item)] = f"{item.get_state_display()}{cause}"
    if telling is not None:
        values[_("You were told on")] = telling.told_at or _("not yet")
    return HeldItem(
        key="legal_request",
        label=_("Legal request {number}").format(number=request.number),
        values=values,
        why=_("So that you know what was demanded of us about you, and what was given."),
        kept=_KEPT,
    )


def _show_holds(subject_id: UUID) -> list[HeldItem]:
    return [
        HeldItem(
            key="legal_hold",
            label=hold.get_kind_display(),
            values={
                _("What"): name_table(hold.model),
                _("By"): _("legal request {number}").format(number=hold.request.number),
                _("Until"): hold.until,
            },
            why=_("The law holds it back; the decision has this name and this end."),
            kept=_KEPT,
        )
        for hold in holds_in_force(subject_id)
        if may_be_told(hold.request)
    ]


def _show_breaches(subject_id: UUID) -> list[HeldItem]:
    rows = AffectedClient.objects.filter(subject_id=subject_id).select_related("breach").defer("breach__sealed")
    return [
        HeldItem(
            key="breach",
            label=_("Breach {number}").format(number=row.breach.number),
            values={
                _("What was harmed"): row.breach.get_kind_display(),
                _("Found on"): row.breach.discovered_at,
                _("Values"): row.fields.replace(",", ", ").replace("_", " "),
                _("You were told on"): row.told_at or _("not yet"),
                _("State"): row.breach.get_state_display(),
            },
            why=_("So that you know when something went wrong with your information."),
            kept=_KEPT,
        )
        for row in rows
    ]


def name_item(item: ScopeItem) -> Words:
    """Return the label of a demanded value."""
    try:
        return get_attribute(item.model, item.field).label
    except LookupError:
        return item.field.replace("_", " ")


def name_table(label: str) -> str:
    """Return what a table is called for people."""
    found = next((model for model in sealed_models() if model._meta.label == label), None)
    return str(found._meta.verbose_name_plural) if found else label


class LawHolds:
    """Answers for ``retention_holds``: rows that must not be deleted. The end of a hold lets the deletion go on."""

    def holds_on(self, subject_id: UUID) -> Sequence[Hold]:
        """Return the holds in force; under a ban the client reads that the law keeps it, and no more."""
        return [
            Hold(model=hold.model, words=_describe_hold(hold), until=hold.until)
            for hold in holds_in_force(subject_id)
            if hold.kind == HoldKind.KEEP
        ]


class LawWithholder:
    """Answers for ``withholders``: parts of the record that must not be shown, each by a decision with an end."""

    def find(self, subject_id: UUID) -> Sequence[Withheld]:
        """Return what is withheld now."""
        return [
            Withheld(
                model=hold.model,
                fields=hold.names,
                decision=_describe_hold(hold),
                until=datetime.combine(hold.until, time.min, tzinfo=UTC),
            )
            for hold in holds_in_force(subject_id)
            if hold.kind == HoldKind.WITHHOLD
        ]


def _describe_hold(hold: LegalHold) -> Words:
    if not may_be_told(hold.request):
        return _("a legal duty")
    return _("legal request {number} ({kind})").format(number=hold.request.number, kind=hold.request.get_kind_display())
