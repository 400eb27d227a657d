"""The names of the rows that ``surveys`` writes into the ledger.

None of them tells of a client what it did with a survey: a row that said who took part would say when, and a time
beside a name is half of what an attacker needs to join a person to its answers. What a client may see of itself stands
on its Admin page. The wish to be invited by mail is of no survey, and its rows are the client's; so are those
of contact details, which a client left to be found.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``surveys:<what>:<verb>``; a name is never used for another thing."""

    SURVEY_WRITTEN = "surveys:survey:written"
    SURVEY_REVIEWED = "surveys:survey:reviewed"
    SURVEY_OPENED = "surveys:survey:opened"
    SURVEY_CLOSED = "surveys:survey:closed"
    KEY_TAKEN = "surveys:key:taken"
    LAYER_OPENED = "surveys:key:used"
    RELEASE_PREPARED = "surveys:release:prepared"
    RELEASE_DECIDED = "surveys:release:decided"
    RAW_DELETED = "surveys:answers:deleted"
    CONTACT_TAKEN = "surveys:contact:taken"
    CONTACT_FINISHED = "surveys:contact:finished"
    INVITATIONS_WISHED = "surveys:invitations:wished"
    INVITATIONS_ENDED = "surveys:invitations:ended"


WORDS = {
    Event.SURVEY_WRITTEN: _("wrote or changed a survey"),
    Event.SURVEY_REVIEWED: _("reviewed a survey"),
    Event.SURVEY_OPENED: _("opened a survey"),
    Event.SURVEY_CLOSED: _("closed a survey"),
    Event.KEY_TAKEN: _("took one of the two keys of a survey"),
    Event.LAYER_OPENED: _("used one of the two keys of a survey"),
    Event.RELEASE_PREPARED: _("prepared results of a survey"),
    Event.RELEASE_DECIDED: _("decided on results of a survey"),
    Event.RAW_DELETED: _("deleted the answers of a survey"),
    Event.CONTACT_TAKEN: _("took in hand the contact details that you left with a survey"),
    Event.CONTACT_FINISHED: _("deleted the contact details that you left with a survey, as nothing was left to ask"),
    Event.INVITATIONS_WISHED: _("wished to be invited to surveys by mail"),
    Event.INVITATIONS_ENDED: _("ended invitations to surveys by mail"),
}
