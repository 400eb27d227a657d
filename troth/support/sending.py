"""Writes what the gate allowed by e-mail and hands it to the courier; and renders the same text for call and letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Min, QuerySet
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import Acting, acting, client, system
from troth.kernel.errors import TrothError
from troth.kernel.operator import read_operator
from troth.kernel.ports import (
    Channel,
    ContactGone,
    ContactKind,
    Letter,
    NotSent,
    contact_kinds,
    register_contact_kind,
    send_letter,
)
from troth.kernel.purposes import Purpose
from troth.processors.api import ABOUT_ONE_CLIENT, Departure, ProcessorKind, SendRefused, Waiting, rehearsing, waiters
from troth.support import clocks, jobs, tokens
from troth.support.gate import ANSWER, CARD_STRUCK, RECEIVED
from troth.support.models import Case, Outbound
from troth.support.reach import fields_of, open_reach, read_wish, read_zone
from troth.support.words import Going
from troth.ui.api import RenderedMail, absolute_url, render_mail

MOST_TRIES = 10
_CLAIM = timedelta(minutes=10)
_HELD = timedelta(minutes=30)
"""After so long a mail that the relay may not be given is looked at again, if nothing had it go on before."""


def register() -> None:
    """Register what this room has to say itself, and what of it may have to wait."""
    waiters.register("support.mails", HeldMails())
    register_contact_kind(
        ContactKind(
            key=ANSWER,
            words=_("an answer to your inquiry"),
            purpose=Purpose.SUPPORT,
            template="support/emails/answer",
            answers=True,
        )
    )
    register_contact_kind(
        ContactKind(
            key=RECEIVED,
            words=_("that your inquiry came"),
            purpose=Purpose.SUPPORT,
            template="support/emails/received",
            answers=True,
        )
    )
    register_contact_kind(
        ContactKind(
            key=CARD_STRUCK,
            words=_("that we struck out a card number"),
            purpose=Purpose.SUPPORT,
            template="support/emails/card_struck",
            answers=True,
        )
    )


@dataclass(frozen=True, slots=True)
class Written:
    """What goes out, rendered.

    Arguments:
        mail: subject, text and HTML.
        name: whom it addresses.
        to: the value by which it is reached.
        shown: the same, as a reader reads it.
        fields: the names of the personal values in it.
        language: of the client, in which it is written.
    """

    mail: RenderedMail
    name: str
    to: str
    shown: str
    fields: tuple[str, ...]
    language: str


def deliver(outbound_id: UUID) -> bool:
    """Write and send one mail; return whether it went. May run twice, also at the same time: it is sent once.

    Between the first byte and the relay's answer nobody knows whether a mail has gone. Its row says so before
    (``begun_at``): where the program was killed there, the mail is not sent again by itself, and a person decides.
    """
    outbound = _claim(outbound_id)
    if outbound is None:
        return False
    if outbound.begun_at is not None:
        _leave_open(outbound)
        return False
    kind = contact_kinds.get(outbound.about)
    if kind is None:
        return False
    with acting(actor=system(jobs.SENDER), purpose=kind.purpose, case=_case_of(outbound)) as context:
        try:
            written = write(outbound, context=context)
        except ContactGone:
            end = Going.DROPPED
        else:
            end = Going.DONE if written.to else Going.FAILED
        if end is Going.DONE and not _send(outbound, written, purpose=kind.purpose):
            return False
    Outbound.objects.filter(pk=outbound.pk).update(state=end, done_at=clock.now())
    return end is Going.DONE


def _send(outbound: Outbound, written: Written, *, purpose: Purpose) -> bool:
    """Send it, unless another run began meanwhile; return whether this one did."""
    letter = _letter(outbound, written, purpose=purpose)
    row = Outbound.objects.filter(pk=outbound.pk)
    if not row.filter(state=Going.WAITING, begun_at=None).update(begun_at=clock.now()):
        return False
    try:
        send_letter(letter)
    except (NotSent, TrothError) as error:
        # The relay, or the door out, said no before anything had gone.
        row.update(begun_at=None)
        if isinstance(error, SendRefused) and error.cause not in ABOUT_ONE_CLIENT:
            hold(outbound)
            return False
        raise
    except OSError:
        _leave_open(outbound)
        raise
    return True


def _letter(outbound: Outbound, written: Written, *, purpose: Purpose) -> Letter:
    case = outbound.case
    return Letter(
        subject_id=outbound.subject_id,
        to=written.to,
        subject=written.mail.subject,
        text=written.mail.text,
        html=written.mail.html,
        kind=outbound.about,
        purpose=purpose,
        fields=written.fields,
        message_id=str(outbound.id),
        reply_to=tokens.write_address(case) if case is not None else "",
        automatic=outbound.message_id is None,
    )


def rehearse(outbound: Outbound) -> str:
    """Return why a mail would not leave, or an empty text: it is written and judged at the door, and stays here.

    For checks, which undo it all; it is the client itself that acts, since nobody else's look is ever undone.
    """
    kind = contact_kinds.get(outbound.about)
    if kind is None:
        return "nobody has registered what it says"
    left: list[Departure] = []
    with acting(actor=client(outbound.subject_id), purpose=kind.purpose, case=_case_of(outbound)) as context:
        try:
            written = write(outbound, context=context)
            with rehearsing(left.append):
                send_letter(_letter(outbound, written, purpose=kind.purpose))
        except ContactGone:
            return ""
        except TrothError as error:
            return str(getattr(error, "cause", type(error).__name__))
    return "" if left else "it went past the door"


def hold(outbound: Outbound) -> None:
    """Let a mail wait until the relay may be given mails again: it was not tried, so no try is used up (A13)."""
    now = clock.now()
    Outbound.objects.filter(pk=outbound.pk, state=Going.WAITING).update(
        held_at=outbound.held_at or now, tries=outbound.tries, not_before=now + _HELD
    )


def _leave_open(outbound: Outbound) -> None:
    """Let a person decide about a mail that may have gone. What became of an inquiry is not worth saying twice."""
    state = Going.DROPPED if outbound.about in {RECEIVED, CARD_STRUCK} else Going.UNSURE
    Outbound.objects.filter(pk=outbound.pk, state=Going.WAITING).update(state=state)


def write(outbound: Outbound, *, context: Acting) -> Written:
    """Render what goes out in the client's language; the present context opens what it needs.

    Raises ContactGone where what it was about is no more.
    """
    kind = contact_kinds.get(outbound.about)
    if kind is None:
        raise ContactGone
    case = outbound.case
    reach = open_reach(outbound.subject_id, Channel(outbound.channel), case=case)
    said = outbound.message.open("body").body if outbound.message is not None else ""
    language = _read_language(outbound.subject_id, context)
    mail = render_mail(
        template=kind.template,
        context={
            "greeting": reach["name"] or "",
            "number": case.number if case is not None else "",
            "url": _page_of(case),
            "said": said,
            **kind.compose(outbound.subject_id, outbound.facts),
        },
        language=language,
    )
    fields = fields_of(outbound.subject_id, Channel(outbound.channel))
    said_fields = ("support.Message.body",) if outbound.message is not None else ()
    names = (*fields, *said_fields, *kind.fields)
    return Written(mail, reach["name"], reach["to"], reach["shown"], names, language)


def fit_hours(outbound_id: UUID) -> bool:
    """Put a call into the client's hours, in its own time zone; return whether it waited for that. May run twice."""
    call = Outbound.objects.select_related("decision").filter(pk=outbound_id, hours_read=False).first()
    if call is None:
        return False
    wish = read_wish(call.subject_id, Purpose(call.decision.purpose))
    moment = max(call.not_before, clock.now())
    zone = read_zone(call.subject_id)
    moment = clocks.fit_call(moment, opens=wish.call_from, closes=wish.call_until, zone=zone)
    return bool(Outbound.objects.filter(pk=call.pk, hours_read=False).update(not_before=moment, hours_read=True))


def find_unfitted(limit: int = 200) -> list[UUID]:
    """Return the ids of the calls whose hours nobody has read yet."""
    waiting = Outbound.objects.filter(channel=Channel.TELEPHONE, state=Going.WAITING, hours_read=False)
    return list(waiting.order_by("not_before").values_list("id", flat=True)[:limit])


def find_due(limit: int = 200) -> list[UUID]:
    """Return the ids of the mails whose next try is due."""
    due = Outbound.objects.filter(
        channel=Channel.EMAIL, state=Going.WAITING, not_before__lte=clock.now(), tries__lt=MOST_TRIES
    )
    return list(due.order_by("not_before").values_list("id", flat=True)[:limit])


def give_up() -> int:
    """Note as failed what was tried too often; return how many."""
    worn = Outbound.objects.filter(channel=Channel.EMAIL, state=Going.WAITING, tries__gte=MOST_TRIES)
    return worn.filter(not_before__lte=clock.now()).update(state=Going.FAILED, done_at=clock.now())


def _claim(outbound_id: UUID) -> Outbound | None:
    """Take the mail for this run; None where it is sent, taken or given up."""
    now = clock.now()
    found = Outbound.objects.select_related("case", "message").filter(
        pk=outbound_id, channel=Channel.EMAIL, state=Going.WAITING, not_before__lte=now, tries__lt=MOST_TRIES
    )
    outbound = found.first()
    if outbound is None:
        return None
    wait = max(_CLAIM, timedelta(minutes=2) * 2**outbound.tries)
    mine = Outbound.objects.filter(pk=outbound_id, state=Going.WAITING, not_before=outbound.not_before)
    return outbound if mine.update(not_before=now + wait, tries=F("tries") + 1) else None


def _case_of(outbound: Outbound) -> Any:
    from troth.kernel.acting import Case as ActingCase

    if outbound.case is not None:
        return outbound.case.as_case
    decision = outbound.decision
    return ActingCase(decision.case_kind, decision.case_ref) if decision.case_kind else None


def _page_of(case: Case | None) -> str:
    from django.urls import reverse

    if case is None or not case.has_account:
        return ""
    return absolute_url(reverse("support:my_case", kwargs={"case_id": case.id}))


def _read_language(subject_id: UUID, context: Acting) -> str:
    profile = Profile.of(subject_id)
    if profile is not None and "language" in profile.dates_of_values():
        with acting(actor=system(jobs.SENDER), purpose=Purpose.SERVICE_MESSAGES, case=context.case):
            language = profile.open("language").language
        if language:
            return str(language)
    return read_operator().languages[0] or settings.LANGUAGE_CODE


class HeldMails:
    """Mails that the gate allowed and that wait for the relay (``processors.waiting.Waiter``)."""

    def list_waiting(self, kind: ProcessorKind) -> Sequence[Waiting]:
        """Return how many wait, and since when."""
        if kind is not ProcessorKind.MAIL:
            return ()
        found = _held().aggregate(count=Count("pk"), at=Min("held_at"))
        return (Waiting(words=_("Answers, and mails about orders"), count=found["count"], oldest_at=found["at"]),)

    def go_on(self, kind: ProcessorKind) -> int:
        """Let them be sent by the next run."""
        return _held().update(not_before=clock.now(), held_at=None) if kind is ProcessorKind.MAIL else 0


def _held() -> QuerySet[Outbound]:
    return Outbound.objects.filter(channel=Channel.EMAIL, state=Going.WAITING, held_at__isnull=False)
