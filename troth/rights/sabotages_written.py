"""The deliberate breaches of what is promised of letters and of error reports. None knows how the checks look."""

from contextlib import AbstractContextManager
from typing import Any

from django.db import transaction

from troth.kernel import clock
from troth.kernel.acting import require_acting
from troth.kernel.sabotage import swap
from troth.rights import guard
from troth.rights.actions import departures, requests
from troth.rights.models import Request


def trust_letters() -> AbstractContextManager[None]:
    """Let departures ask nobody whether a request may be carried out."""
    return swap(departures, "may_execute", lambda _request: None)


def let_one_do() -> AbstractContextManager[None]:
    """Let no request want a second person."""
    return swap(Request, "needs_second", False)  # noqa: FBT003


def let_one_be_two() -> AbstractContextManager[None]:
    """Let whoever asks confirm."""

    def confirm(request: Request, **_how: Any) -> None:
        with transaction.atomic():
            who, now = require_acting().actor.ref, clock.now()
            Request.objects.filter(pk=request.pk).update(confirmed_by=who, confirmed_at=now)
            request.confirmed_at = now

    return swap(requests, "confirm_sender", confirm)


def let_one_correct() -> AbstractContextManager[None]:
    """Let corrections by letter be like any other."""
    return swap(guard, "may_correct", lambda request, _names: guard.may_execute(request))


def give_to_nobody() -> AbstractContextManager[None]:
    """Let the rule name nobody when a report comes in."""
    return swap(requests, "give_owner", lambda _request: False)
