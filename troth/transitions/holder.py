"""What this room holds about a client, as its Admin page and copy show it; and the way to object, while it is time."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import HeldItem, Words
from troth.transitions.kinds import TransitionState
from troth.transitions.models import Objection, Passed, Transition
from troth.transitions.queries import find_objection, find_opening, list_passed_of, list_shown
from troth.transitions.wording import public_url


class TransitionHolder:
    """Shows what is announced, the client's objection, and what passed on."""

    name = "transitions"
    label: Words = _("Changes of ownership")
    tables = ("transitions.Objection", "transitions.Passed")

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return what is announced, with how the client stands to it, and each line of a manifest."""
        passed = {line.transition_id: line for line in list_passed_of(subject_id)}
        items = []
        for found in list_shown():
            line, objection = passed.get(found.pk), find_objection(found, subject_id)
            if line or objection or found.state == TransitionState.ANNOUNCED:
                items.append(_show(found, line, objection))
        return items

    def erase(self, subject_id: UUID) -> int:
        """Remove the objection and the line: that it left stays in the record of what left, which has no name."""
        gone = Objection.objects.filter(subject_id=subject_id).delete()[0]
        return gone + Passed.objects.filter(subject_id=subject_id).delete()[0]

    def count(self, subject_id: UUID) -> int:
        """Return how many rows there are."""
        rows = (Objection.objects.filter(subject_id=subject_id), Passed.objects.filter(subject_id=subject_id))
        return sum(each.count() for each in rows)


def _show(found: Transition, line: Passed | None, objection: Objection | None) -> HeldItem:
    values: dict[Words, object] = {
        _("What"): found.get_kind_display(),
        _("The other party"): found.other_party,
        _("State"): found.get_state_display(),
        _("Nothing passes on before"): find_opening(found),
        _("You objected on"): objection.at if objection else _("you did not object"),
    }
    if line:
        values[_("Handed over on")] = line.at
        values[_("Digest of your part")] = line.digest
    return HeldItem(
        key=f"transition-{found.pk}",
        label=_("Information about you may pass on: read it, and object"),
        values=values,
        why=_("So that nothing about you passes on against your will, and you can see what did."),
        kept=_("as long as your account, so that you can see it"),
        url=public_url(found.pk),
    )
