"""The checks of G2 and G3: rows are held against each other, and invented clients ask and are answered."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.support import queries, sabotages
from troth.support.canary import walk_inquiry, walk_wish
from troth.support.card_walk import walk_card_numbers
from troth.support.leaving import CLAUSES, make_control
from troth.support.models import Case, Decision, Outbound


def observe_inquiries() -> Observation:
    """Look that each case has a clock, and each that nobody took stands in the list; and carry one through."""
    cases = Case.objects.defer("sealed")
    clockless = cases.filter(due_at__lte=F("received_at")).count()
    silent = cases.filter(messages=None).exclude(origin="house").count()
    failures = [
        words
        for count, words in (
            (clockless, f"{clockless} inquiries have a clock that ended before it began"),
            (silent, f"{silent} inquiries have lost what was asked"),
        )
        if count
    ]
    walked = walk_inquiry()
    return Observation(
        examined=cases.count() + walked.examined,
        failures=[*failures, *walked.failures],
        evidence={"unassigned": queries.unassigned_cases().count(), "late": queries.late_cases().count()},
    )


def observe_contacts() -> Observation:
    """Hold what goes out against its decision, and each decision against the wish; and carry one through."""
    odd = Outbound.objects.filter(
        Q(decision__allowed=False) | ~Q(decision__channel=F("channel")) | ~Q(decision__subject_id=F("subject_id"))
    ).count()
    unkept = Decision.objects.filter(allowed=True).exclude(wished="").exclude(wished=F("channel")).count()
    failures = [
        words
        for count, words in (
            (odd, f"{odd} contacts go out by a way that their decision does not allow"),
            (unkept, f"{unkept} decisions allow another way than the client wished"),
        )
        if count
    ]
    walked = walk_wish()
    return Observation(
        examined=Outbound.objects.count() + Decision.objects.count() + walked.examined,
        failures=[*failures, *walked.failures],
    )


def register() -> None:
    """Register the checks."""
    for control in (
        Control(
            key="support.inquiries",
            clauses=("G2",),
            words=_("An inquiry gets a number, a place in the list and a clock, and its answer goes out."),
            observe=observe_inquiries,
            sabotages=(
                Sabotage("unlisted", _("Inquiries do not come into the list."), sabotages.list_nothing),
                Sabotage("clockless", _("The clock of an inquiry ends in a year."), sabotages.take_a_year),
                Sabotage("swallowed", _("Answers are written and not sent."), sabotages.swallow_answers),
            ),
        ),
        Control(
            key="support.contacts",
            clauses=("G3",),
            words=_("Who wishes to be called is called and gets no mail, and nothing goes out without a decision."),
            observe=observe_contacts,
            sabotages=(
                Sabotage("wish_ignored", _("The wish of a client is not read."), sabotages.ignore_wishes),
                Sabotage("gate_bypassed", _("Mails leave without a decision."), sabotages.permit_all),
                Sabotage("guards_off", _("The database takes whatever is to go out."), sabotages.lift_guards),
            ),
        ),
        Control(
            key="support.card_numbers",
            clauses=("C1",),
            words=_("A card number that somebody writes to us is struck out before anything is kept, and it is told."),
            observe=walk_card_numbers,
            sabotages=(
                Sabotage("kept", _("What is written is kept as it came."), sabotages.strike_nothing),
                Sabotage("kept_mail", _("A mail is kept as it came."), sabotages.keep_mails),
                Sabotage("not_told", _("Nobody is told of it."), sabotages.tell_nobody),
            ),
        ),
        *map(make_control, CLAUSES),
    ):
        controls.register(control.key, control)
