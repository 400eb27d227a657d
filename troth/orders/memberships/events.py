"""The names of the ledger's rows about memberships."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``orders:<what>:<verb>``; a name is never used for another thing."""

    BEGUN = "orders:membership:begun"
    EXTENDED = "orders:membership:extended"
    RETURNED = "orders:membership:returned"
    CHANGED = "orders:membership:plan_changed"
    CHANGE_PLANNED = "orders:membership:change_planned"
    STOPPED = "orders:membership:stopped"
    CARD_CHOSEN = "orders:membership:card_chosen"
    RESUMED = "orders:membership:resumed"
    TAKEN_BACK = "orders:membership:taken_back"
    LAPSED = "orders:membership:lapsed"
    RENEWAL_ANNOUNCED = "orders:renewal:announced"
    RENEWAL_TRIED = "orders:renewal:tried"
    RENEWAL_GIVEN_UP = "orders:renewal:given_up"
    RENEWAL_CALLED_OFF = "orders:renewal:called_off"
    GIFT_MADE = "orders:gift:made"
    GIFT_REDEEMED = "orders:gift:redeemed"
    GIFT_TAKEN_BACK = "orders:gift:taken_back"
    SEAT_OFFERED = "orders:seat:offered"
    SEAT_TAKEN = "orders:seat:taken"
    SEAT_LEFT = "orders:seat:left"


WORDS = {
    Event.BEGUN: _("began the membership"),
    Event.EXTENDED: _("extended the membership"),
    Event.RETURNED: _("began the membership again"),
    Event.CHANGED: _("changed the plan of the membership"),
    Event.CHANGE_PLANNED: _("chose another plan for the end of the term"),
    Event.STOPPED: _("stopped the renewal of the membership"),
    Event.CARD_CHOSEN: _("chose that the membership renews by the saved card"),
    Event.RESUMED: _("resumed the renewal of the membership"),
    Event.TAKEN_BACK: _("ended a term whose money was given back"),
    Event.LAPSED: _("noted that the membership lapsed"),
    Event.RENEWAL_ANNOUNCED: _("announced the renewal of the membership"),
    Event.RENEWAL_TRIED: _("charged the saved card for the renewal"),
    Event.RENEWAL_GIVEN_UP: _("gave up to charge the saved card"),
    Event.RENEWAL_CALLED_OFF: _("called the renewal off"),
    Event.GIFT_MADE: _("made a gift of a membership"),
    Event.GIFT_REDEEMED: _("redeemed a gift"),
    Event.GIFT_TAKEN_BACK: _("took a gift back"),
    Event.SEAT_OFFERED: _("offered a place in a joint membership"),
    Event.SEAT_TAKEN: _("took a place in a joint membership"),
    Event.SEAT_LEFT: _("gave up a place in a joint membership"),
}
