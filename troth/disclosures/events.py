"""The names of the rows that ``disclosures`` writes into the record."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``disclosures:<what>:<verb>``; a name is never used for another thing."""

    VALUES_SENT = "disclosures:values:sent"
    AUTHORISATION_ASKED = "disclosures:authorisation:asked"
    AUTHORISATION_DECLINED = "disclosures:authorisation:declined"
    AUTHORISATION_GIVEN = "disclosures:authorisation:given"
    AUTHORISATION_WITHDRAWN = "disclosures:authorisation:withdrawn"


WORDS = {
    Event.VALUES_SENT: _("handed information about you to another organisation"),
    Event.AUTHORISATION_ASKED: _("asked whether we may hand information on"),
    Event.AUTHORISATION_DECLINED: _("did not allow us to hand information on"),
    Event.AUTHORISATION_GIVEN: _("authorised that we hand information on"),
    Event.AUTHORISATION_WITHDRAWN: _("withdrew an authorisation to hand information on"),
}
