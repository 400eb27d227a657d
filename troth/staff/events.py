"""The names of staff's rows in the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``staff:<what>:<verb>``; a name is never used for another thing."""

    MEMBER_INVITED = "staff:member:invited"
    MEMBER_CHANGED = "staff:member:changed"
    CLIENT_SOUGHT = "staff:client:sought"
    LOOK_REFUSED = "staff:look:refused"
    RELATION_DECLARED = "staff:relation:declared"
    GLASS_BROKEN = "staff:glass:broken"
    GLASS_REVIEWED = "staff:glass:reviewed"
    LOOK_CHALLENGED = "staff:look:challenged"
    CHALLENGE_ANSWERED = "staff:challenge:answered"
    NAME_UNSEALED = "staff:name:unsealed"
    INVITATION_MADE = "staff:invitation:made"
    TRAINING_BEGUN = "staff:training:begun"
    TRAINING_PASSED = "staff:training:passed"
    TRAINING_FAILED = "staff:training:failed"
    REVIEW_PREPARED = "staff:review:prepared"
    REVIEW_DECIDED = "staff:review:decided"
    INCIDENT_FOUND = "staff:incident:found"
    INCIDENT_MOVED = "staff:incident:moved"
    EXPORT_MADE = "staff:export:made"


WORDS = {
    Event.MEMBER_INVITED: _("gave a member of staff a role"),
    Event.MEMBER_CHANGED: _("changed a member of staff's role, certificate or standing"),
    Event.CLIENT_SOUGHT: _("searched for your account"),
    Event.LOOK_REFUSED: _("tried to look at your information, and was refused"),
    Event.RELATION_DECLARED: _("declared a tie to you, and so will never handle your record"),
    Event.GLASS_BROKEN: _("opened your record without a case"),
    Event.GLASS_REVIEWED: _("examined a look without a case"),
    Event.LOOK_CHALLENGED: _("objected to a look"),
    Event.CHALLENGE_ANSWERED: _("answered an objection to a look"),
    Event.NAME_UNSEALED: _("allowed that you be told a member of staff's name"),
    Event.INVITATION_MADE: _("invited somebody to work here"),
    Event.TRAINING_BEGUN: _("began the test of a training"),
    Event.TRAINING_PASSED: _("passed a training"),
    Event.TRAINING_FAILED: _("did not pass a training"),
    Event.REVIEW_PREPARED: _("prepared something that a second person decides"),
    Event.REVIEW_DECIDED: _("decided what another had prepared"),
    Event.INCIDENT_FOUND: _("found something out of place in a member of staff's looks"),
    Event.INCIDENT_MOVED: _("went on with the examination of a member of staff's looks"),
    Event.EXPORT_MADE: _("made a list of many clients"),
}
