"""The readable numbers of legal requests and breaches: a letter, the year, and a count within the year."""

from django.db import models
from django.db.models import Max

from troth.kernel import clock

_DIGITS = 4


def next_number(model: type[models.Model], *, letter: str) -> str:
    """Return the next free number, such as ``L2026-0003``; call it in the transaction that uses it.

    Two at the same moment draw the same, and the column's unique index lets one of them through.
    """
    prefix = f"{letter}{clock.today().year}-"
    last = model._base_manager.filter(number__startswith=prefix).aggregate(last=Max("number"))["last"]
    count = int(str(last).rpartition("-")[2]) + 1 if last else 1
    return f"{prefix}{count:0{_DIGITS}}"
