"""The checks of H2, A10's holds and M3: rows are held against each other, and invented ones carried through."""

from datetime import timedelta

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from troth.disclosures.api import find_legal_disclosures
from troth.kernel import clock
from troth.kernel.ports import Control, Feature, Observation, Sabotage, controls
from troth.law import sabotages
from troth.law.canary import walk_ban, walk_breach, walk_hold, walk_request
from troth.law.kinds import AUTHORITY_HOURS, REVIEWERS, BreachState, DemandState, HoldKind, ItemState
from troth.law.models import Breach, LegalHold, LegalRequest, LegalReview, ScopeItem, Telling
from troth.law.queries import holds_in_force
from troth.vault.api import find_waiting_for_holds

GRACE = timedelta(hours=26)
"""How long after its day a telling may still be waiting: the clerk runs every hour, and a day has an end everywhere."""

_TAKEN_UP_WITHIN = timedelta(days=2)
"""How long after a hold a deletion may still wait: deletions run at night, and a night may fail."""


def observe_releases() -> Observation:
    """Hold each release against its reviews, its scope and the record of what left; and carry one through."""
    failures: list[str] = []
    examined = 0
    for request in LegalRequest.objects.defer("sealed").filter(state=DemandState.RELEASED):
        examined += 1
        voices = LegalReview.objects.filter(request=request, scope_digest=request.scope_digest)
        others = set(voices.values_list("reviewer", flat=True)) - {request.registered_by, request.taken_by}
        if len(others) < REVIEWERS:
            failures.append(f"{request.number} was answered after {len(others)} reviews by others")
        granted = {
            (item.subject_id, item.label) for item in ScopeItem.objects.filter(request=request, state=ItemState.GRANTED)
        }
        left = {(each.subject_id, label) for each in find_legal_disclosures(request.number) for label in each.fields}
        if left - granted:
            failures.append(f"{request.number}: {len(left - granted)} values left that were not granted")
        if {subject for subject, _label in granted} - {subject for subject, _label in left}:
            failures.append(f"{request.number}: the record of what left lacks a client")
    walked = walk_request()
    return Observation(
        examined=examined + walked.examined, failures=[*failures, *walked.failures], evidence={"released": examined}
    )


def observe_tellings() -> Observation:
    """Look that nobody waits to be told past the day, that a ban hides lines until its end, and that it has one."""
    today = clock.today()
    late = Telling.objects.filter(told_at=None, due_on__lt=(clock.now() - GRACE).date()).count()
    early = Telling.objects.filter(told_at__isnull=False, due_on__gt=today).count()
    endless = LegalRequest.objects.exclude(ban="").filter(ban_until=None).count()
    untold = sum(
        len(
            set(ScopeItem.objects.filter(request=request, state=ItemState.GRANTED).values_list("subject_id", flat=True))
            - set(Telling.objects.filter(request=request).values_list("subject_id", flat=True))
        )
        for request in LegalRequest.objects.defer("sealed").filter(state=DemandState.RELEASED)
    )
    failures = [
        words
        for count, words in (
            (late, f"{late} clients were not told on the day on which they could be"),
            (early, f"{early} clients were told while a ban stood"),
            (endless, f"{endless} bans have no end"),
            (untold, f"{untold} clients of whom something was given are on no list of who is told"),
        )
        if count
    ]
    walked = walk_ban()
    return Observation(
        examined=Telling.objects.count() + LegalRequest.objects.count() + walked.examined,
        failures=[*failures, *walked.failures],
        evidence={"today": str(today)},
    )


def observe_holds() -> Observation:
    """Look that each hold has an end after its beginning, and that one holds, is named, and lets go."""
    odd = LegalHold.objects.filter(until__lte=F("set_at__date")).count()
    failures = [f"{odd} holds end before they begin"] if odd else []
    stuck = _count_stuck()
    if stuck:
        failures.append(f"{stuck} deletions wait though the hold on them has ended")
    walked = walk_hold()
    return Observation(
        examined=LegalHold.objects.count() + walked.examined, failures=[*failures, *walked.failures], evidence={}
    )


def _count_stuck() -> int:
    """Return how many deletions still wait for a hold that ended days ago, of those that nothing else keeps."""
    waiting = find_waiting_for_holds()
    held = {subject_id for subject_id in waiting if holds_in_force(subject_id)}
    ended = clock.now() - _TAKEN_UP_WITHIN
    over = LegalHold.objects.filter(subject_id__in=waiting - held, kind=HoldKind.KEEP)
    over = over.filter(Q(lifted_at__lt=ended) | Q(lifted_at=None, until__lt=ended.date()))
    return over.values("subject_id").distinct().count()


def observe_breaches() -> Observation:
    """Hold each breach against its clocks and its list, and carry one through."""
    failures: list[str] = []
    now = clock.now()
    for breach in Breach.objects.defer("sealed"):
        due = breach.discovered_at + timedelta(hours=AUTHORITY_HOURS)
        if (breach.authority_told_at or now) > due:
            failures.append(f"{breach.number}: the authority was not told in time")
        waiting = breach.affected.filter(told_at=None).count()
        if breach.state == BreachState.CLOSED and breach.high_risk and waiting:
            failures.append(f"{breach.number} was closed before {waiting} people were told")
    walked = walk_breach()
    return Observation(
        examined=Breach.objects.count() + walked.examined, failures=[*failures, *walked.failures], evidence={}
    )


def register_controls() -> None:
    """Offer the checks of this room."""
    for control in (
        Control(
            key="law.releases",
            clauses=("H2", "A6"),
            words=_("What left on the ground of the law was granted value by value, and two others had reviewed it."),
            observe=observe_releases,
            sabotages=(
                Sabotage("one_voice", _("One reviewer is enough."), sabotages.ask_one_reviewer),
                Sabotage("own_voice", _("Somebody reviews what they prepared."), sabotages.review_own),
                Sabotage("more_left", _("A value leaves that was not granted."), sabotages.give_more),
                Sabotage("changed_after", _("The scope is widened after its review."), sabotages.widen_after_review),
            ),
            critical=True,
            closes=(Feature.DISCLOSURES,),
        ),
        Control(
            key="law.tellings",
            clauses=("H2",),
            words=_("Everybody of whom something was given is told, on the day on which no ban forbids it any more."),
            observe=observe_tellings,
            sabotages=(
                Sabotage("silence", _("Nobody is told after a ban."), sabotages.keep_silent),
                Sabotage("too_early", _("A client is told while a ban stands."), sabotages.tell_early),
                Sabotage("let_slip", _("A client reads of a look while a ban stands."), sabotages.keep_no_secret),
                Sabotage("for_ever", _("A line stays hidden after the ban."), sabotages.keep_secret_for_ever),
                Sabotage("forgotten", _("A client is on no list."), sabotages.forget_to_list),
            ),
        ),
        Control(
            key="law.holds",
            clauses=("A10",),
            words=_("A hold keeps a row, is named with its end to the client, and lets go when it ends."),
            observe=observe_holds,
            sabotages=(
                Sabotage("never_lifts", _("A hold goes on after its end."), sabotages.hold_for_ever),
                Sabotage("lifts_nothing", _("Lifting a hold changes nothing."), sabotages.lift_nothing),
                Sabotage("too_wide", _("A hold on one table keeps all of them."), sabotages.hold_everything),
                Sabotage("stuck", _("A deletion waits though its hold has ended."), sabotages.leave_deletion_waiting),
                Sabotage("nameless", _("The client does not read of a hold."), sabotages.hide_holds),
            ),
        ),
        Control(
            key="law.breaches",
            clauses=("M3",),
            words=_("A breach finds whom it concerns, tells them, and keeps the clock of the authority."),
            observe=observe_breaches,
            sabotages=(
                Sabotage("nobody_reached", _("Nobody is found whom it concerns."), sabotages.reach_nobody),
                Sabotage("late_authority", _("The authority is told too late."), sabotages.be_late),
                Sabotage("closed_untold", _("A breach is closed before people are told."), sabotages.close_early),
            ),
        ),
    ):
        controls.register(control.key, control)
