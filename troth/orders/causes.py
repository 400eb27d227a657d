"""The closed lists of causes and reasons in words for staff; one that nobody named stands as it is written."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words

_CAUSES: Mapping[str, Words] = {
    "tried_again": _("the client tried again"),
    "nothing_due": _("it cost nothing"),
    "paid": _("a payment settled"),
    "done": _("all of it is done"),
    "never_paid": _("it was never paid"),
    "taken_back": _("all of it was taken back"),
    "way_closed": _("the card processor may be given nothing at the moment"),
    "not_this_client": _("something about this client stands in the way; the list of refusals says what"),
    "way_open": _("the card processor may be given what it needs again"),
    "gone_while_paying": _("the last piece went meanwhile"),
    "amount_differs": _("another amount was taken than was asked for"),
    "disputed": _("the bank disputes the payment"),
    "dispute_won": _("the bank let the payment stand"),
    "dispute_lost": _("the bank took the payment back"),
    "declined": _("the bank declined it"),
    "insufficient_funds": _("not enough money on the account"),
    "expired_card": _("the card has run out"),
    "authentication_failed": _("the bank could not confirm who paid"),
    "authentication_required": _("the bank wants the client to confirm"),
    "processing_error": _("it could not be carried out"),
    "given_up": _("closed before it was paid"),
    "no_answer": _("the processor was never heard"),
    "by_hand": _("paid another way"),
    "charge_already_refunded": _("all of it went back already"),
    "charge_disputed": _("the bank disputes the payment"),
    "expired_or_canceled_card": _("the card has run out or was closed"),
    "lost_or_stolen_card": _("the card was lost or stolen"),
    "fraudulent": _("the client says that the payment is not its own"),
    "product_not_received": _("the client says that nothing came"),
    "product_unacceptable": _("the client says that something was wrong with it"),
    "duplicate": _("the client says that it paid twice"),
    "subscription_canceled": _("the client says that it had stopped the membership"),
    "credit_not_processed": _("the client says that money should have come back"),
    "unrecognized": _("the client does not know the payment"),
    "general": _("the bank does not say why"),
}


def describe_cause(cause: str) -> Words:
    """Return a cause or reason in words."""
    return _CAUSES.get(cause, cause.replace("_", " "))
