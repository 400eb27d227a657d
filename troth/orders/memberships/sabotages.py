"""Deliberate breaches of the renewals, for the drills; each from another side than the check looks from."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from troth.kernel.ports import contact_kinds
from troth.kernel.sabotage import swap
from troth.orders.memberships import changes, charging, contacts, filling, queries, renewals
from troth.orders.memberships.standing import DAY, find_standing
from troth.orders.models import Membership, Renewal, Term


def tell_nobody() -> Any:
    """Ask nobody to tell the member anything."""
    return swap(renewals, "contact_client", lambda **_named: None)


def charge_at_once() -> Any:
    """Plan the first charge for the day of the notice."""
    honest = renewals.plan_renewal

    def hasty(**named: Any) -> renewals.Times:
        times = honest(**named)
        return replace(times, charges=(named["announced_on"], *times.charges[1:]))

    return swap(renewals, "plan_renewal", hasty)


def name_another_amount() -> Any:
    """Let the text name a small sum."""
    return swap(contacts, "format_money", lambda _money: "$1.00")


def stop_nothing() -> Any:
    """Find the link right, say that it is done, and change nothing."""
    return swap(changes, "stop_renewal", lambda _membership: True)


def charge_everybody() -> Any:
    """Take every plan that can renew for one that was agreed to renew."""
    honest = filling._go_on  # noqa: SLF001  what a drill is for

    def careless(*given: Any, **named: Any) -> None:
        honest(*given, **{**named, "agreed": True})

    return swap(filling, "_go_on", careless)


def try_for_a_month() -> Any:
    """Plan a try for each day of a month."""
    module: Any = charging
    honest = module.plan_renewal

    def stubborn(**named: Any) -> renewals.Times:
        times: renewals.Times = honest(**named)
        charges = tuple(named["term_ends_on"] + number * DAY for number in range(30))
        return replace(times, charges=charges, grace_until=charges[-1])

    return swap(charging, "plan_renewal", stubborn)


def end_at_failure() -> Any:
    """End the term with the first try that fails."""
    honest = charging._note_failure  # noqa: SLF001  what a drill is for

    def harsh(renewal: Renewal) -> str:
        term = Term.objects.filter(membership=renewal.membership_id).latest("ends_on")
        Term.objects.filter(pk=term.pk).update(ended_early_on=term.starts_on - DAY)
        Membership.objects.filter(pk=renewal.membership_id).update(renews=False)
        return honest(renewal)

    return swap(charging, "_note_failure", harsh)


def never_lapse() -> Any:
    """Give ten years of grace."""
    return swap(queries, "find_standing", lambda terms, **named: find_standing(terms, **{**named, "grace_days": 3650}))


def lead_nowhere() -> Any:
    """Leave the addresses out of the texts."""
    honest = contacts.describe_membership

    def vague(membership: Membership) -> Mapping[str, Any]:
        return {name: "" if name.endswith("_url") else value for name, value in honest(membership).items()}

    return swap(contacts, "describe_membership", vague)


@contextmanager
def tell_more() -> Iterator[None]:
    """Let the messages hold one value more, of which no declaration speaks; the texts stay as they are."""
    honest = [kind for kind in contact_kinds if kind.key.startswith("orders.renewal_")]
    for kind in honest:
        contact_kinds.withdraw(kind.key)
        contact_kinds.register(kind.key, replace(kind, fields=(*kind.fields, "orders.SavedCard.number")))
    try:
        yield
    finally:
        for kind in honest:
            contact_kinds.withdraw(kind.key)
            contact_kinds.register(kind.key, kind)
