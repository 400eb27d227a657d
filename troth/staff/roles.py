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
    HANDLE_FEEDBACK = "console:feedback:handle", _("read feedback, and answer it")
    READ_REQUESTS = "console:requests:read", _("see the list of requests")
    HANDLE_REQUESTS = "console:requests:handle", _("take and answer requests")
    TRAIN = "console:training:take", _("take the training")
    SEARCH = "console:clients:search", _("search for a client, and open a record on a case")
    BREAK_GLASS = "console:clients:break_glass", _("open a record without a case, for a reason that the client reads")
    READ_STAFF = "console:staff:read", _("see who works here")
    MANAGE_STAFF = "console:staff:manage", _("invite staff, and prepare changes of roles")
    READ_REVIEWS = "console:reviews:read", _("see what waits for a second person")
    EXAMINE_CONDUCT = "console:conduct:examine", _("examine challenges and incidents, and decide them")
    HEAR_APPEALS = "console:conduct:appeal", _("decide the appeals against a decision")
    ANSWER_CONDUCT = "console:conduct:answer", _("be heard about an incident of one's own, and appeal")
    READ_BOARD = "console:board:read", _("see the privacy officer's board")
    HANDLE_CASES = "console:cases:handle", _("take and answer cases")
    READ_ASSESSMENT = "console:assessment:read", _("see the evidence behind the promises")
    DECIDE_CLOSURES = "console:assessment:decide", _("run checks, and open closed features again")
    READ_NOTICES = "console:notices:read", _("see the notices to many")
    WRITE_NOTICES = "console:notices:write", _("write notices to many, and send what another approved")
    READ_WEBLOG = "console:weblog:read", _("read the reports of the web log, in which nobody can be found")
    READ_SURVEYS = "console:surveys:read", _("see the surveys")
    WRITE_SURVEYS = "console:surveys:write", _("write surveys, and open and close what another approved")
    HANDLE_SURVEY_CONTACTS = "console:surveys:contact", _("come back to clients who left contact details with a survey")
    HANDLE_TRANSITIONS = "console:transitions:handle", _("register a change of ownership, and carry it out")
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


EVERYBODY = (Permission.ENTER, Permission.TRAIN, Permission.READ_REVIEWS, Permission.ANSWER_CONDUCT)
"""What every member may do, whatever its role."""

LOOKS = (Permission.SEARCH, Permission.BREAK_GLASS)
"""What a role needs that meets clients."""


def _grant(*permissions: Permission, purposes: tuple[Purpose, ...] = ()) -> Grant:
    return Grant(permissions=frozenset({*EVERYBODY, *permissions}), purposes=frozenset(purposes))


GRANTS: Mapping[Role, Grant] = MappingProxyType(
    {
        Role.SERVICE: _grant(
            *LOOKS,
            Permission.HANDLE_CASES,
            Permission.HANDLE_FEEDBACK,
            Permission.READ_REQUESTS,
            Permission.HANDLE_REQUESTS,
            Permission.READ_CATALOGUE,
            Permission.READ_ORDERS,
            Permission.CHANGE_ORDERS,
            Permission.DECIDE_REFUNDS,
            Permission.HANDLE_SURVEY_CONTACTS,
            purposes=(Purpose.SUPPORT, Purpose.RIGHTS, Purpose.ORDERS, Purpose.SURVEYS),
        ),
        Role.FULFILMENT: _grant(
            *LOOKS,
            Permission.HANDLE_CASES,
            Permission.READ_ORDERS,
            Permission.HANDLE_PARCELS,
            purposes=(Purpose.ORDERS, Purpose.SHIPPING),
        ),
        Role.BILLING: _grant(
            *LOOKS,
            Permission.READ_CATALOGUE,
            Permission.READ_ORDERS,
            Permission.CHANGE_ORDERS,
            Permission.DECIDE_REFUNDS,
            Permission.PAY_REFUNDS,
            purposes=(Purpose.ORDERS, Purpose.BILLING),
        ),
        Role.PRIVACY_OFFICER: _grant(
            *LOOKS,
            Permission.READ_STAFF,
            Permission.EXAMINE_CONDUCT,
            Permission.READ_BOARD,
            Permission.REVIEW,
            Permission.HANDLE_CASES,
            Permission.HANDLE_FEEDBACK,
            Permission.READ_REQUESTS,
            Permission.HANDLE_REQUESTS,
            Permission.READ_ASSESSMENT,
            Permission.DECIDE_CLOSURES,
            Permission.READ_PROCESSORS,
            Permission.CHANGE_PROCESSORS,
            Permission.READ_WEBLOG,
            Permission.READ_NOTICES,
            Permission.READ_SURVEYS,
            Permission.HANDLE_TRANSITIONS,
            Permission.READ_LAW,
            Permission.HANDLE_LAW,
            purposes=(Purpose.RIGHTS, Purpose.SUPPORT, Purpose.LEGAL),
        ),
        Role.ADMINISTRATOR: _grant(
            Permission.READ_STAFF,
            Permission.REVIEW,
            Permission.MANAGE_STAFF,
            Permission.READ_NOTICES,
            Permission.READ_SURVEYS,
            Permission.WRITE_NOTICES,
            Permission.WRITE_SURVEYS,
            Permission.READ_WEBLOG,
            Permission.READ_ASSESSMENT,
            Permission.READ_CATALOGUE,
            Permission.CHANGE_CATALOGUE,
            Permission.READ_PROCESSORS,
        ),
        Role.REVIEWER: _grant(
            Permission.READ_REQUESTS,
            Permission.READ_LAW,
            Permission.READ_NOTICES,
            Permission.READ_SURVEYS,
            Permission.READ_STAFF,
            Permission.REVIEW,
            Permission.HEAR_APPEALS,
            Permission.READ_BOARD,
            purposes=(Purpose.LEGAL,),
        ),
    }
)


_PURPOSES: Mapping[str, Purpose] = MappingProxyType(
    {
        "clients": Purpose.SUPPORT,
        "requests": Purpose.RIGHTS,
        "conduct": Purpose.LEGAL,
        "catalogue": Purpose.ORDERS,
        "orders": Purpose.ORDERS,
        "refunds": Purpose.BILLING,
        "parcels": Purpose.SHIPPING,
        "cases": Purpose.SUPPORT,
        "calls": Purpose.SUPPORT,
        "letters": Purpose.SUPPORT,
        "feedback": Purpose.SUPPORT,
        "law": Purpose.LEGAL,
        "desk": Purpose.SECURITY,
        "training": Purpose.SECURITY,
        "staff": Purpose.SECURITY,
        "reviews": Purpose.SECURITY,
        "board": Purpose.UPKEEP,
        "assessment": Purpose.UPKEEP,
        "processors": Purpose.UPKEEP,
        "notices": Purpose.UPKEEP,
        "surveys": Purpose.UPKEEP,
        "weblog": Purpose.UPKEEP,
        "transitions": Purpose.UPKEEP,
    }
)
"""Resource of a permission → what its pages are for, where the page does not ask the member."""


def purpose_of(permission: str) -> Purpose | None:
    """Return what the pages of a permission are for, or None where nobody said: a guard test refuses such a page."""
    parts = permission.split(":")
    return _PURPOSES.get(parts[1]) if len(parts) == 3 else None


def may(role: Role | str, permission: str) -> bool:
    """Return whether members of this role hold the permission; an unknown role or permission is held by nobody."""
    grant = GRANTS.get(Role(role)) if role in Role.values else None
    return grant is not None and permission in {str(held) for held in grant.permissions}


def role_words(role: Role | str) -> Words:
    """Return the role in words for the client."""
    return Role(role).label
