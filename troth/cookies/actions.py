"""Count what the guard removed and what browsers reported."""

import logging
import re
from typing import Any

from django.db import DatabaseError, models, transaction

from troth.cookies.guard import Fault
from troth.cookies.models import PolicyReport, RemovedCookie
from troth.kernel import clock

log = logging.getLogger(__name__)

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
MASKED_NAME = "(masked)"


def count_removed_cookie(*, name: str, fault: Fault) -> None:
    """Count one cookie that was not let out, and say so in the log.

    The cookie is gone from the response before this is called, so a database that cannot write does not bring it back:
    the count is then lost, and the log says so.

    Arguments:
        name: the cookie's name; masked where it holds more than letters, digits, hyphens and underscores.
        fault: why it was not let out.
    """
    shown = name if _PLAIN_NAME.fullmatch(name) else MASKED_NAME
    log.error("A cookie was removed from a response.", extra={"facts": {"cookie": shown, "fault": fault.value}})
    try:
        _count(RemovedCookie, name=shown, fault=fault.value)
    except DatabaseError:
        log.exception("The removal of a cookie could not be counted.")


def count_policy_report(*, directive: str, route: str) -> None:
    """Count one report of a browser.

    Arguments:
        directive: a directive of our policy.
        route: the name of the route of the page that was open, or ``unknown``.
    """
    _count(PolicyReport, directive=directive, route=route)


def _count(model: type[RemovedCookie] | type[PolicyReport], **key: Any) -> None:
    """Add one to today's row of this key, and make the row where there is none."""
    with transaction.atomic():
        row, _made = model.objects.get_or_create(day=clock.today(), **key)
        model.objects.filter(pk=row.pk).update(count=models.F("count") + 1)
