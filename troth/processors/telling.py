"""Mails of the house to its staff about the door out: names of organisations, causes and counts; never a value."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.processors.alerts import send_alert
from troth.processors.errors import CAUSE_WORDS, Cause
from troth.processors.models import RefusalCount


def tell_of_refusals() -> int:
    """Tell staff of each cause of today that they were not told of; return of how many. May run twice."""
    waiting = list(RefusalCount.objects.filter(told_at=None).order_by("day", "processor"))
    if not waiting:
        return 0
    with translation.override(read_operator().languages[0]):
        lines = [
            _("Something was not handed to an outside organisation, because it may not be. What depends on it waits."),
            "",
            *(f"- {row.day}, {row.processor}, {row.operation}: {_say(row)}" for row in waiting),
            "",
            _("Each cause is told once a day. The register:"),
            f"{settings.ENVIRONMENT.site}/console/processors/",
        ]
        send_alert(subject=_("Not handed on: %(count)d causes") % {"count": len(waiting)}, text="\n".join(lines))
    RefusalCount.objects.filter(pk__in=[row.pk for row in waiting]).update(told_at=clock.now())
    return len(waiting)


def _say(row: RefusalCount) -> str:
    words = str(CAUSE_WORDS[Cause(row.cause)]) if row.cause in set(Cause) else row.cause
    return f"{words} ({row.detail})" if row.detail else words
