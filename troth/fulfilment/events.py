"""The names of this room's rows in the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``fulfilment:<what>:<verb>``; a name is never used for another thing."""

    PARCEL_MADE = "fulfilment:parcel:made"
    PARCEL_TAKEN = "fulfilment:parcel:taken"
    PARCEL_GIVEN_BACK = "fulfilment:parcel:given_back"
    PARCEL_MOVED = "fulfilment:parcel:moved"
    PARCEL_WAITS = "fulfilment:parcel:waits"
    PARCEL_LABELLED = "fulfilment:parcel:labelled"
    PIECES_TAKEN_OUT = "fulfilment:parcel:pieces_taken_out"
    ADDRESS_MENDED = "fulfilment:address:mended"


WORDS = {
    Event.PARCEL_MADE: _("noted that a parcel is to be packed for you"),
    Event.PARCEL_TAKEN: _("took a parcel of yours into hand"),
    Event.PARCEL_GIVEN_BACK: _("put a parcel of yours out of hand"),
    Event.PARCEL_MOVED: _("noted where a parcel of yours is"),
    Event.PARCEL_WAITS: _("noted that a parcel of yours waits, or goes on"),
    Event.PARCEL_LABELLED: _("noted the label of a parcel to you"),
    Event.PIECES_TAKEN_OUT: _("took something out of a parcel before it was packed"),
    Event.ADDRESS_MENDED: _("mended the address of an order"),
}
