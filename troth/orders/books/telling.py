"""Compares, and tells the operator of what is new among the differences."""

import logging

from django.utils.translation import gettext as _
from django.utils.translation import override

from troth.kernel import clock
from troth.kernel.errors import TrothError
from troth.kernel.operator import read_operator
from troth.orders.books.checking import check_books
from troth.orders.models import BookDifference
from troth.processors.api import send_alert

_log = logging.getLogger(__name__)


def check_and_tell() -> int:
    """Compare the books; return how many payments differ. Where nobody answers, the next run compares as much more."""
    began = clock.now()
    try:
        check = check_books()
    except TrothError as error:
        _log.warning("The books could not be compared yet.", extra={"facts": {"error": type(error).__name__}})
        return 0
    new = BookDifference.objects.filter(gone_at=None, found_at__gte=began).count()
    if new:
        with override(read_operator().languages[0]):
            send_alert(
                subject=_("The books do not agree with those of the card processor"),
                text=_("%(count)d differences are new. They stand in the console, under Books.") % {"count": new},
            )
    return check.differences
