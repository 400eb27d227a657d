"""The names of the rows that ``transitions`` writes into the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``transitions:<what>:<verb>``; a name is never used for another thing."""

    WRITTEN = "transitions:transition:written"
    SUBMITTED = "transitions:transition:submitted"
    REVIEWED = "transitions:transition:reviewed"
    ANNOUNCED = "transitions:transition:announced"
    PACKING = "transitions:transition:packing"
    TRANSFERRED = "transitions:transition:transferred"
    CANCELLED = "transitions:transition:cancelled"
    FETCHED = "transitions:package:fetched"
    OBJECTED = "transitions:objection:made"
    ENTERED = "transitions:objection:entered"
    WITHDRAWN = "transitions:objection:withdrawn"


WORDS = {
    Event.WRITTEN: _("registered or changed a change of ownership"),
    Event.SUBMITTED: _("handed a change of ownership to two others"),
    Event.REVIEWED: _("reviewed a change of ownership"),
    Event.ANNOUNCED: _("announced a change of ownership"),
    Event.PACKING: _("began to make the package of a change of ownership"),
    Event.TRANSFERRED: _("finished the package of a change of ownership"),
    Event.CANCELLED: _("cancelled a change of ownership"),
    Event.FETCHED: _("fetched the sealed package of a change of ownership"),
    Event.OBJECTED: _("objected to your information passing on"),
    Event.ENTERED: _("entered your objection to your information passing on, which you sent us"),
    Event.WITHDRAWN: _("took an objection back"),
}
