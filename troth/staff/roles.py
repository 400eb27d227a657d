"""The closed list of roles: what each may do in the console, and for which purposes it may look at a client.

A permission is named ``scope:resource:action``. Nobody holds all of them: a role that could enter cases, look and
review its own looks would be watched by nobody (A4, A5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words
from troth.kernel.purposes import Purpose


class Role(models.TextChoices):
    """What a member of staff is there for."""

    SERVICE = "service", _("customer service")
    FULFILMENT = "fulfilment", _("order fulfilment")
    BILLING = "billing", _("billing")
    PRIVACY_OFFICER = "privacy_officer", _("privacy officer")
    ADMINISTRATOR = "administrator", _("administrator")
    REVIEWER = "reviewer", _("reviewer")


class Permission(models.TextChoices):
    """What can be done in the console."""

    ENTER = "console:desk:enter", _("enter the console")
    READ_CATALOGUE = "console:catalogue:read", _("see what is sold")
    CHANGE_CATALOGUE = "console:catalogue:change", _("change what is sold, and its prices")
    READ_ORDERS = "console:orders:read", _("see the lists of orders and memberships")
    CHANGE_ORDERS = "console:orders:change", _("change and cancel orders for a client")
    DECIDE_REFUNDS = "console:refunds:decide", _("decide refunds")
    PAY_REFUNDS = "console:refunds:pay", _("pay refunds that another has decided")
    HANDLE_PARCELS = "console:parcels:handle", _("pack and ship parcels")
    READ_PROCESSORS = "console:processors:read", _("see the companies that act for us, and what they received")
    CHANGE_PROCESSORS = "console:processors:change", _("change the register of companies that act for us")
    READ_REQUESTS = "console:requests:read", _("see the list of requests")
    HANDLE_REQUESTS = "console:requests:handle", _("take and answer requests")
    MANAGE_STAFF = "console:staff:manage", _("invite and suspend staff")
    READ_ASSESSMENT = "console:assessment:read", _("see the evidence behind the promises")
    DECIDE_CLOSURES = "console:assessment:decide", _("run checks, and open closed features again")
    READ_LAW = "console:law:read", _("see the lists of legal requests and breaches")
    HANDLE_LAW = "console:law:handle", _("handle legal requests, holds and breaches")
    REVIEW = "console:reviews:decide", _("review what another has prepared")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role brings.

    Arguments:
        permissions: what its members may do in the console.
        purposes: why they may look at a client.
    """

    permissions: frozenset[Permission]
    purposes: frozenset[Purpose]


def _grant(*permissions: Permission, purposes: tuple[Purpose, ...] = ()) -> Grant:
    return Grant(permissions=frozenset({Permission.ENTER, *permissions}), purposes=frozenset(purposes))


GRANTS: Mapping[Role, Grant] = MappingProxyType(
    {
        Role.SERVICE: _grant(
            Permission.READ_REQUESTS,
            Permission.HANDLE_REQUESTS,
            Permission.READ_CATALOGUE,
            Permission.READ_ORDERS,
            Permission.CHANGE_ORDERS,
            Permission.DECIDE_REFUNDS,
            purposes=(Purpose.SUPPORT, Purpose.RIGHTS, Purpose.ORDERS),
        ),
        Role.FULFILMENT: _grant(
            Permission.READ_ORDERS,
            Permission.HANDLE_PARCELS,
            purposes=(Purpose.ORDERS, Purpose.SHIPPING),
        ),
        Role.BILLING: _grant(
            Permission.READ_CATALOGUE,
            Permission.READ_ORDERS,
            Permission.CHANGE_ORDERS,
            Permission.DECIDE_REFUNDS,
            Permission.PAY_REFUNDS,
            purposes=(Purpose.ORDERS, Purpose.BILLING),
        ),
        Role.PRIVACY_OFFICER: _grant(
            Permission.READ_REQUESTS,
            Permission.HANDLE_REQUESTS,
            Permission.READ_ASSESSMENT,
            Permission.DECIDE_CLOSURES,
            Permission.READ_PROCESSORS,
            Permission.CHANGE_PROCESSORS,
            Permission.READ_LAW,
            Permission.HANDLE_LAW,
            purposes=(Purpose.RIGHTS, Purpose.LEGAL),
        ),
        Role.ADMINISTRATOR: _grant(
            Permission.MANAGE_STAFF,
            Permission.READ_ASSESSMENT,
            Permission.READ_CATALOGUE,
            Permission.CHANGE_CATALOGUE,
            Permission.READ_PROCESSORS,
        ),
        Role.REVIEWER: _grant(
            Permission.READ_REQUESTS,
            Permission.READ_LAW,
            Permission.REVIEW,
            purposes=(Purpose.LEGAL,),
        ),
    }
)


def may(role: Role | str, permission: str) -> bool:
    """Return whether members of this role hold the permission; an unknown role or permission is held by nobody."""
    grant = GRANTS.get(Role(role)) if role in Role.values else None
    return grant is not None and permission in {str(held) for held in grant.permissions}


def role_words(role: Role | str) -> Words:
    """Return the role in words for the client."""
    return Role(role).label
