"""The names of staff's rows in the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``staff:<what>:<verb>``; a name is never used for another thing."""

    MEMBER_INVITED = "staff:member:invited"
    MEMBER_CHANGED = "staff:member:changed"
    CLIENT_SOUGHT = "staff:client:sought"


WORDS = {
    Event.MEMBER_INVITED: _("gave a member of staff a role"),
    Event.MEMBER_CHANGED: _("changed a member of staff's role, certificate or standing"),
    Event.CLIENT_SOUGHT: _("searched for your account"),
}
