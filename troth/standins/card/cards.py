"""The test cards: the numbers that Stripe documents for tests, and what each does."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TestCard:
    """What a number stands for.

    Arguments:
        words: what it does, for the page.
        brand: such as ``visa``.
        present: the decline code while its owner is there, or nothing.
        away: the decline code when it is charged without its owner, or nothing.
        challenge: whether the bank asks the owner: ``never``, ``once`` (when saved or first used), ``always``.
        refund: how a refund goes: ``at_once``, ``pending``, ``fails_later``.
        disputed: whether its owner disputes the payment after a while.
    """

    __test__ = False

    words: str
    brand: str = "visa"
    present: str = ""
    away: str = ""
    challenge: str = "never"
    refund: str = "at_once"
    disputed: bool = False


CARDS: dict[str, TestCard] = {
    "4242424242424242": TestCard("succeeds"),
    "5555555555554444": TestCard("succeeds (Mastercard)", brand="mastercard"),
    "4000000000000002": TestCard("is declined", present="generic_decline", away="generic_decline"),
    "4000000000009995": TestCard(
        "is declined: not enough money", present="insufficient_funds", away="insufficient_funds"
    ),
    "4000000000000069": TestCard("is declined: expired", present="expired_card", away="expired_card"),
    "4000000000000127": TestCard("is declined: wrong security code", present="incorrect_cvc", away="incorrect_cvc"),
    "4000000000000119": TestCard("fails at the bank", present="processing_error", away="processing_error"),
    "4000002500003155": TestCard("asks its owner once, then goes by itself", challenge="once"),
    "4000002760003184": TestCard(
        "asks its owner each time, so that a renewal needs them", challenge="always", away="authentication_required"
    ),
    "4000000000000341": TestCard("succeeds now, and is declined at a renewal", away="generic_decline"),
    "4000000000000259": TestCard("succeeds, and is disputed half a minute later", disputed=True),
    "4000000000007726": TestCard("succeeds; a refund takes a while", refund="pending"),
    "4000000000005126": TestCard("succeeds; a refund fails a while later", refund="fails_later"),
}
"""By number. Anything else is refused: this processor takes no real card."""

DECLINES = {
    "generic_decline": ("card_declined", "Your card was declined."),
    "insufficient_funds": ("card_declined", "Your card has insufficient funds."),
    "expired_card": ("expired_card", "Your card has expired."),
    "incorrect_cvc": ("incorrect_cvc", "Your card's security code is incorrect."),
    "processing_error": (
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "authentication_required": ("authentication_required", "The bank asks the owner of the card to confirm."),
}
"""By decline code: the error code and the words."""


def by_kind(kind: str) -> TestCard:
    """Return what a saved card does; ``kind`` is its number's last four digits, which are all that is kept."""
    return next(card for number, card in CARDS.items() if number[-4:] == kind)
