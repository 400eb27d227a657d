"""The system jobs of this room, as the client's timeline names them."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

PAYMENTS = "orders-payments"
REFUNDS = "orders-refunds"
RENEWALS = "orders-renewals"
MAIL = "orders-mail"
BOOKS = "orders-books"


def register() -> None:
    """Register the jobs, each for what it does and no more."""
    register_system_job(
        name=PAYMENTS, words=_("the bookkeeping of payments"), purposes=[Purpose.BILLING, Purpose.ORDERS]
    )
    register_system_job(name=REFUNDS, words=_("the bookkeeping of refunds"), purposes=[Purpose.BILLING])
    register_system_job(
        name=RENEWALS, words=_("the renewal of memberships"), purposes=[Purpose.BILLING, Purpose.ORDERS]
    )
    register_system_job(name=MAIL, words=_("the mail sender"), purposes=[Purpose.ORDERS, Purpose.BILLING])
    register_system_job(name=BOOKS, words=_("the keeper of the books"), purposes=[Purpose.UPKEEP, Purpose.BILLING])
