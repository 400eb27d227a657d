"""Why a personal value may be looked at. A field names the purposes that it was collected for; the door wants one (A1).

The keys of ``data_use`` are those of the fideslang taxonomy, so that the data map can be exported without a second
list.
"""

from enum import StrEnum
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Purpose(StrEnum):
    """The closed list of purposes; a new one is a material change of the statement (O3)."""

    ACCOUNT = "account"
    SECURITY = "security"
    SERVICE_MESSAGES = "service_messages"
    NEWS = "news"
    PERSONALISATION = "personalisation"
    ORDERS = "orders"
    BILLING = "billing"
    SHIPPING = "shipping"
    SUPPORT = "support"
    SURVEYS = "surveys"
    RIGHTS = "rights"
    LEGAL = "legal"
    UPKEEP = "upkeep"
    TRANSITION = "transition"

    @property
    def words(self) -> str | Promise:
        """The purpose in words for the client, lower case, to follow "in order to"."""
        return _DESCRIPTIONS[self].words

    @property
    def data_use(self) -> str:
        """The fideslang data-use key."""
        return _DESCRIPTIONS[self].data_use


class _Description(NamedTuple):
    words: str | Promise
    data_use: str


_DESCRIPTIONS: dict[Purpose, _Description] = {
    Purpose.ACCOUNT: _Description(_("run your account"), "essential.service"),
    Purpose.SECURITY: _Description(_("keep your account safe"), "essential.service.authentication"),
    Purpose.SERVICE_MESSAGES: _Description(
        _("send you what you must know of the service"), "essential.service.notifications.email"
    ),
    Purpose.NEWS: _Description(_("send you news of the services that you chose"), "marketing.communications.email"),
    Purpose.PERSONALISATION: _Description(_("fit the site to you"), "personalize"),
    Purpose.ORDERS: _Description(_("fill your orders"), "essential.service"),
    Purpose.BILLING: _Description(_("bill your orders"), "essential.service.payment_processing"),
    Purpose.SHIPPING: _Description(_("ship your orders"), "essential.service"),
    Purpose.SUPPORT: _Description(_("answer you"), "essential.service.operations.support"),
    Purpose.SURVEYS: _Description(_("learn from surveys that you chose to answer"), "analytics.reporting"),
    Purpose.RIGHTS: _Description(
        _("show, correct or delete your information at your request"), "essential.legal_obligation"
    ),
    Purpose.LEGAL: _Description(_("meet a legal duty"), "essential.legal_obligation"),
    Purpose.UPKEEP: _Description(_("keep the records readable, complete and findable"), "essential.service.operations"),
    Purpose.TRANSITION: _Description(
        _("pass it on to a new owner of the business, thirty days after you were told"), "third_party_sharing"
    ),
}
