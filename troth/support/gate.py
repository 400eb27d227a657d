"""The one gate: decides by what a client is contacted about something, or that it is not (G3).

A decision is a row, written in the transaction of whoever asks; what goes out hangs on it. Rules, the first that fits:

1. An account that is deactivated hears nothing but answers to what it asked itself.
2. A client that wished for a way hears by it. Where it cannot (no number, no address) nothing goes out by another.
3. A client that wished for nothing gets an e-mail.
4. Somebody without an account is answered by the way it wrote, else by what it gave.
"""

from uuid import UUID

from django.db import transaction

from troth.kernel.acting import Case as ActingCase
from troth.kernel.acting import acting, require_acting
from troth.kernel.ports import Channel, ContactOutcome, ContactRequest, Facts, Letter, contact_gates, contact_kinds
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.support.events import Event
from troth.support.models import Case, Decision, Message, Outbound
from troth.support.reach import Reach, Wish, find_reach, read_wish
from troth.support.words import Going, Rule

ANSWER = "support.answer"
"""The kind of contact of an answer that a person writes in a case."""
RECEIVED = "support.received"
CARD_STRUCK = "support.card_struck"
"""The kind of the one automatic mail: that an inquiry came, with its number."""


class Gate:
    """Answers at ``kernel.ports.contact_gates`` for every room."""

    def contact(self, request: ContactRequest) -> ContactOutcome:
        """Decide, and put what goes out on its way, in the caller's transaction."""
        kind = contact_kinds.get(request.about)
        if kind is None:
            raise LookupError(f"There is no contact kind {request.about!r}.")
        with transaction.atomic():
            decision, wish = decide(
                subject_id=request.subject_id, purpose=kind.purpose, about=request.about, on=request.case
            )
            if decision.allowed:
                case = _case_for(decision, request) if decision.channel != Channel.EMAIL else None
                put_out(decision, wish=wish, facts=request.facts, case=case)
        channel = Channel(decision.channel) if decision.allowed else None
        return ContactOutcome(decision_id=decision.id, channel=channel, reason=decision.rule)

    def permits(self, letter: Letter) -> bool:
        """Return whether a decision allows this very mail."""
        return is_permitted(letter)

    def rehearse(self, decision_id: UUID) -> str:
        """Return why the mail of a decision would not leave."""
        from troth.support.sending import rehearse

        mail = Outbound.objects.filter(decision=decision_id, channel=Channel.EMAIL).first()
        return rehearse(mail) if mail is not None else ""


def register() -> None:
    """Answer for every room."""
    contact_gates.register("support", Gate())


def decide(
    *, subject_id: UUID, purpose: Purpose, about: str, on: ActingCase | None = None, case: Case | None = None
) -> tuple[Decision, Wish]:
    """Write the decision on one contact, and return it with the client's wish.

    Arguments:
        subject_id: whom it is to.
        purpose: why it is contacted.
        about: the key of the kind of contact.
        on: the case of whichever room it belongs to, for the row.
        case: the case of this room, where somebody without an account is answered.
    """
    reach = find_reach(subject_id, case=case)
    wish = read_wish(subject_id, purpose) if reach.has_account else Wish()
    kind = contact_kinds.get(about)
    channel, allowed, rule = judge(reach=reach, wish=wish, is_answer=kind is not None and kind.answers)
    on = on or (case.as_case if case else None)
    decision = Decision.objects.create(
        subject_id=subject_id,
        purpose=purpose,
        about=about,
        wished=wish.channel,
        channel=channel,
        allowed=allowed,
        rule=rule,
        case_kind=on.kind if on else "",
        case_ref=on.ref if on else "",
    )
    with acting(actor=require_acting().actor, purpose=purpose, case=on):
        record(
            event=Event.CONTACT_DECIDED,
            subject_id=subject_id,
            object_type="support.Decision",
            object_id=str(decision.id),
        )
    return decision, wish


def judge(*, reach: Reach, wish: Wish, is_answer: bool) -> tuple[Channel, bool, Rule]:  # noqa: PLR0911  one return a rule
    """Return channel, whether it is allowed, and the rule that said so. It reads nothing, so it can be tried whole."""
    wished = Channel(wish.channel) if wish.channel else None
    if reach.has_account and not reach.is_active and not is_answer:
        return wished or Channel.EMAIL, False, Rule.DEACTIVATED
    if wished is not None:
        if wished in reach.channels:
            return wished, True, Rule.WISH
        lacking = {Channel.TELEPHONE: Rule.NO_NUMBER, Channel.LETTER: Rule.NO_ADDRESS}
        return wished, False, lacking.get(wished, Rule.UNREACHABLE)
    if reach.has_account:
        has_email = Channel.EMAIL in reach.channels
        return Channel.EMAIL, has_email, Rule.DEFAULT if has_email else Rule.UNREACHABLE
    if reach.first in reach.channels:
        return reach.first, True, Rule.SAME_WAY
    for channel in Channel:
        if channel in reach.channels:
            return channel, True, Rule.SAME_WAY
    return reach.first, False, Rule.UNREACHABLE


def put_out(
    decision: Decision,
    *,
    wish: Wish,
    facts: Facts | None = None,
    case: Case | None = None,
    message: Message | None = None,
) -> Outbound:
    """Put what a decision allows on its way: a mail is written by a task, a call and a letter wait for a person."""
    from troth.support.tasks import deliver_outbound, fit_call_hours

    # The client's hours are in its own time zone, which is sealed: a task opens it after the commit.
    has_hours = decision.channel == Channel.TELEPHONE and bool(wish.call_from or wish.call_until)
    outbound = Outbound.objects.create(
        decision=decision,
        subject_id=decision.subject_id,
        channel=decision.channel,
        about=decision.about,
        facts=dict(facts or {}),
        case=case,
        message=message,
        hours_read=not has_hours,
    )
    if has_hours:
        fit_call_hours.enqueue(outbound_id=str(outbound.id))
    if outbound.channel == Channel.EMAIL:
        deliver_outbound.enqueue(outbound_id=str(outbound.id))
    return outbound


def is_permitted(letter: Letter) -> bool:
    """Return whether this very mail, to this client and about this, hangs on an allowing decision and waits."""
    try:
        outbound_id = UUID(letter.message_id)
    except ValueError:
        return False
    return Outbound.objects.filter(
        id=outbound_id,
        subject_id=letter.subject_id,
        about=letter.kind,
        channel=Channel.EMAIL,
        state=Going.WAITING,
        decision__allowed=True,
        decision__channel=Channel.EMAIL,
    ).exists()


def _case_for(decision: Decision, request: ContactRequest) -> Case:
    """Return the case on which a person calls or prints: without one nobody could look at number or address."""
    from troth.support.actions.opening import open_house_case

    return open_house_case(decision=decision, about=request.case)
