"""Mails of the house to its staff about the door out: names of organisations, causes and counts; never a value."""

from datetime import date, timedelta
from functools import partial

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.processors.alerts import send_alert
from troth.processors.errors import CAUSE_WORDS, Cause
from troth.processors.models import (
    Agreement,
    Audit,
    DeletionRequest,
    HeldThere,
    RefusalCount,
    RelayedCorrection,
    State,
    StrayConnection,
)
from troth.processors.standing import office_day
from troth.processors.words import describe_recipient

WARNINGS = (0, 7, 30, 90)
"""Days before an agreement's or audit's last day on which staff are told; 0 is that day and every one after it."""


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


def tell_of_lapses() -> int:
    """Tell staff beforehand of agreements about to lapse and audits about to be due; once for each warning."""
    today = office_day()
    agreements = Agreement.objects.filter(ended_on=None, processor__state=State.ACTIVE).select_related("processor")
    audits = Audit.objects.filter(done_on=None, processor__state=State.ACTIVE).select_related("processor")
    lines, marks = [], []
    for row in agreements:
        if _is_followed(row):
            continue
        if (stage := _find_stage(row.runs_until, today, row.warned_for)) is not None:
            lines.append(
                _("%(name)s: the agreement runs until %(day)s.") % {"name": row.processor.name, "day": row.runs_until}
            )
            marks.append(partial(Agreement.objects.filter(pk=row.pk).update, warned_for=stage))
    for audit in audits:
        if (stage := _find_stage(audit.due_on, today, audit.warned_for)) is not None:
            lines.append(
                _("%(name)s: an audit is due on %(day)s.") % {"name": audit.processor.name, "day": audit.due_on}
            )
            marks.append(partial(Audit.objects.filter(pk=audit.pk).update, warned_for=stage))
    if lines:
        with translation.override(read_operator().languages[0]):
            text = [
                *(f"- {line}" for line in lines),
                "",
                _("After that day nothing more is handed to the organisation, and what depends on it waits."),
                f"{settings.ENVIRONMENT.site}/console/processors/",
            ]
            send_alert(
                subject=_("Agreements and audits: %(count)d to see to") % {"count": len(lines)}, text="\n".join(text)
            )
        for mark in marks:
            mark()
    return len(lines)


def tell_of_strays() -> int:
    """Tell staff of connections past the door that were stopped; return of how many hosts."""
    waiting = list(StrayConnection.objects.filter(told_at=None).order_by("day", "host"))
    if waiting:
        with translation.override(read_operator().languages[0]):
            text = [
                _("A part of the program tried to open a connection past the one door out. It was stopped."),
                "",
                *(f"- {row.day}, {row.host}" for row in waiting),
            ]
            send_alert(subject=_("A connection past the door was stopped"), text="\n".join(text))
        StrayConnection.objects.filter(pk__in=[row.pk for row in waiting]).update(told_at=clock.now())
    return len(waiting)


def tell_of_deletion(request_id: str) -> None:
    """Tell staff that an organisation did not delete what it was asked to."""
    row = DeletionRequest.objects.get(pk=request_id)
    with translation.override(read_operator().languages[0]):
        text = [
            _("%(name)s was asked to delete what it holds about a client: %(answer)s.")
            % {"name": row.processor_name, "answer": row.words},
            "",
            _("Request %(id)s, asked %(tries)d times.") % {"id": row.pk, "tries": row.tries},
            f"{settings.ENVIRONMENT.site}/console/processors/",
        ]
        send_alert(subject=_("A request to delete came to nothing"), text="\n".join(text))


def tell_of_letter(request_id: str) -> None:
    """Tell staff that an organisation which no program can ask is to be asked by letter to delete."""
    row = DeletionRequest.objects.get(pk=request_id)
    with translation.override(read_operator().languages[0]):
        text = [
            _("%(name)s is to delete what it received about a client. Ask it by letter, and name these papers:")
            % {"name": row.processor_name},
            *(f"- {ref}" for _what, ref in row.refs),
            "",
            _("Then note its answer here:"),
            f"{settings.ENVIRONMENT.site}/console/processors/{row.processor}/",
        ]
        send_alert(subject=_("A letter to write: a request to delete"), text="\n".join(text))


def tell_of_correction(correction_id: str) -> None:
    """Tell staff of a correction that no program could pass on: names of values, and the numbers of the papers."""
    row = RelayedCorrection.objects.get(pk=correction_id)
    refs = HeldThere.objects.filter(subject_id=row.subject_id, processor=row.processor).values_list("ref", flat=True)
    with translation.override(read_operator().languages[0]):
        text = [
            _("%(name)s holds an old value of a client who corrected it: %(answer)s.")
            % {"name": describe_recipient(row.processor), "answer": row.get_state_display()},
            _("Values: %(values)s") % {"values": ", ".join(row.labels)},
            *(f"- {ref}" for ref in refs),
            f"{settings.ENVIRONMENT.site}/console/processors/{row.processor}/",
        ]
        send_alert(subject=_("A correction to pass on"), text="\n".join(text))


def _find_stage(last_day: date, today: date, warned_for: int | None) -> int | None:
    """Return the nearest warning that is due and was not given, or None."""
    stage = next((days for days in WARNINGS if last_day <= today + timedelta(days=days)), None)
    return None if stage is None or (warned_for is not None and warned_for <= stage) else stage


def _is_followed(row: Agreement) -> bool:
    """Return whether another agreement takes over from this one."""
    later = Agreement.objects.filter(processor=row.processor, runs_until__gt=row.runs_until, ended_on=None)
    return later.filter(signed_on__lte=row.runs_until + timedelta(days=1)).exists()
