"""The names of the ledger's rows of this room."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``connect:<what>:<verb>``; a name is never used for another thing."""

    CONNECTED = "connect:site:connected"
    DISCONNECTED = "connect:site:disconnected"
    CLAIM_TOLD = "connect:claim:told"
    REPLAYED = "connect:code:replayed"
    PARTY_REGISTERED = "connect:party:registered"
    PARTY_CHANGED = "connect:party:changed"
    PARTY_ENDED = "connect:party:ended"


WORDS = {
    Event.CONNECTED: _("connected another site"),
    Event.DISCONNECTED: _("disconnected another site"),
    Event.CLAIM_TOLD: _("told a connected site about your membership"),
    Event.REPLAYED: _("ended the tokens of a connected site, because a used code was shown again"),
    Event.PARTY_REGISTERED: _("registered a site that may ask for membership"),
    Event.PARTY_CHANGED: _("gave a site that may ask for membership a new secret"),
    Event.PARTY_ENDED: _("ended a site that might ask for membership"),
}
