"""Asking a client whether something may be handed on, and what the client answers (A6).

A question lets nothing leave. It names one organisation, the values, what for, and the last day; a yes becomes an
``Authorisation`` to the letter of what the client read, and a question that nobody answers lapses.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from troth.disclosures.actions import authorise, name_for_record, require_client
from troth.disclosures.events import Event
from troth.disclosures.models import AskAnswer, Authorisation, AuthorisationAsk
from troth.kernel import clock
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.ledger.api import record

OPEN_DAYS = 14
LONGEST_DAYS = 366


def ask_authorisation(  # noqa: PLR0913  one keyword for each thing that the client is asked
    *,
    subject_id: UUID,
    recipient: str,
    recipient_name: str,
    purpose: Purpose,
    fields: Sequence[str],
    last_day: date,
) -> AuthorisationAsk:
    """Write down a question to a client, in the caller's transaction. Act on the case that it belongs to.

    Raises Refused where no value is named, the last day has passed or is more than a year away, there is no case, or
    the same is asked already.
    """
    context, today = require_acting(), clock.today()
    if context.case is None:
        raise Refused(_("A client is asked on a case."), kept=_("Nobody was asked."))
    if not fields or not today <= last_day <= today + timedelta(days=LONGEST_DAYS):
        raise Refused(
            _("A question names its values, and a last day within a year."),
            kept=_("Nobody was asked."),
            next_step=_("Choose the values, and a day."),
        )
    with transaction.atomic():
        if any(ask.is_open for ask in AuthorisationAsk.objects.filter(subject_id=subject_id, recipient=recipient)):
            raise Refused(
                _("The client is asked about this organisation already."),
                kept=_("That question stands."),
                next_step=_("Wait for its answer."),
            )
        row = AuthorisationAsk.objects.create(
            subject_id=subject_id,
            recipient=recipient,
            recipient_name=recipient_name,
            purpose=purpose,
            fields=",".join(fields),
            last_day=last_day,
            case_kind=context.case.kind,
            case_ref=context.case.ref,
            open_until=clock.now() + timedelta(days=OPEN_DAYS),
        )
        _record(Event.AUTHORISATION_ASKED, row)
    return row


def allow_asked(*, ask: AuthorisationAsk, wording: str) -> Authorisation:
    """Keep the client's yes to a question, in the words that it read. Act as the client.

    Raises Refused where somebody else acts, or the question was answered or lapsed meanwhile.
    """
    with transaction.atomic():
        _close(ask, AskAnswer.ALLOWED)
        row = authorise(
            subject_id=ask.subject_id,
            recipient=ask.recipient,
            recipient_name=ask.recipient_name,
            purpose=Purpose(ask.purpose),
            fields=ask.labels,
            wording=wording,
            until=end_of(ask.last_day),
        )
        AuthorisationAsk.objects.filter(pk=ask.pk).update(authorisation=row)
    return row


def decline_asked(*, ask: AuthorisationAsk) -> None:
    """Keep the client's no; it needs no reason, and has no other effect. Act as the client."""
    with transaction.atomic():
        _close(ask, AskAnswer.DECLINED)
        _record(Event.AUTHORISATION_DECLINED, ask)


def end_of(day: date) -> datetime:
    """Return the end of a day at the operator's office."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(read_operator().time_zone))


def list_asks(subject_id: UUID) -> list[AuthorisationAsk]:
    """Return what a client is asked now, the oldest first."""
    rows = AuthorisationAsk.objects.filter(subject_id=subject_id, answer=AskAnswer.WAITING).order_by("pk")
    return [row for row in rows if row.is_open]


def find_ask(subject_id: UUID, ask_id: UUID) -> AuthorisationAsk | None:
    """Return this client's question of this id, or None; another's is not found."""
    return AuthorisationAsk.objects.filter(subject_id=subject_id, pk=ask_id).first()


def asks_on(case_ref: str) -> list[AuthorisationAsk]:
    """Return what was asked on a case, newest first, each with what became of it."""
    rows = AuthorisationAsk.objects.filter(case_ref=case_ref).select_related("authorisation").order_by("-pk")
    return list(rows)


def _close(ask: AuthorisationAsk, answer: AskAnswer) -> None:
    require_client(ask.subject_id)
    rows = AuthorisationAsk.objects.filter(pk=ask.pk, answer=AskAnswer.WAITING, open_until__gt=clock.now())
    if not rows.update(answer=answer, answered_at=clock.now()):
        raise Refused(
            _("This question was answered or lapsed meanwhile."),
            kept=_("Nothing was changed."),
            next_step=_("What counts now stands on this page."),
        )


def _record(event: Event, row: AuthorisationAsk) -> None:
    record(
        event=event,
        subject_id=row.subject_id,
        fields=[name_for_record(label) for label in row.labels],
        object_type=row._meta.label,
        object_id=str(row.pk),
    )
